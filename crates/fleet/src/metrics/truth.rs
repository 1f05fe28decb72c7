//! The true state of the clusters, from the generator itself. Tests compare metrics and replies with it.
//!
//! Each reconcile is counted on its own, so that the truth doesn't use the sums from which the metrics are made.

use super::FleetMetrics;
use super::bounds::{Bounds, RECONCILE_DURATION, RECONCILE_TIME};
use super::cluster::{ClusterMetrics, is_up, started};
use super::cycle::{float, seconds_of};
use super::events::{REJECTED_MICROS, event_durations};
use super::kind::{Controller, FluxKind, Queue};
use super::object::{FluxObject, ReconcileResult};
use super::pod::{Endpoint, Pod};
use super::queue::MAX_CONCURRENT;
use super::readiness::Readiness;
use super::reconciles::Reconcile;
use super::resource_info::revision;
use super::runtime::{CPU_UNITS_PER_SECOND, IDLE_CPU_UNITS_PER_MILLI, housekeeping, memory};
use super::share::{CACHE_MISS, EVENT, REJECTED, REQUESTS, TOKEN_MISS};
use crate::times::HOUR;
use flux::{Text, UtcMillis};
use std::collections::BTreeMap;

/// The true state of a fleet's clusters.
pub struct MetricsTruth<'f> {
    clusters: Vec<ClusterMetrics<'f>>,
}

/// A Flux object of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectTruth {
    /// Name of its cluster.
    pub cluster: Text,
    /// Its kind.
    pub kind: FluxKind,
    /// Its namespace.
    pub namespace: Text,
    /// Its name.
    pub name: Text,
    /// Status of its `Ready` condition. `None`: the object wasn't reconciled yet, or is deleted.
    pub ready: Option<Readiness>,
    /// `spec.suspend`. `None`: it was never set, so the object isn't suspended.
    pub suspend: Option<bool>,
    /// Whether the object is deleted, so that only its controller's metrics still have it.
    pub deleted: bool,
    /// Whether its controller's metrics report readiness and suspension.
    pub told: bool,
    /// Its revision. `None`: it never reached one.
    pub revision: Option<Text>,
    cluster_index: usize,
    index: usize,
}

impl ObjectTruth {
    /// Whether it is suspended.
    pub fn suspended(&self) -> bool {
        self.suspend == Some(true)
    }
}

/// Durations of reconciles, waits or requests that ended within a span of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Durations {
    /// Number of durations.
    pub count: u64,
    /// Their sum, seconds.
    pub seconds: f64,
    /// For each bound of the histogram (the text of its label `le`), the number of durations that were no longer. In
    /// ascending order.
    pub buckets: Vec<(Text, u64)>,
}

/// What happened in a work queue between two times.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueTruth {
    /// Number of reconciles that ended, by result; all four results are there.
    pub results: BTreeMap<ReconcileResult, u64>,
    /// Items that joined it.
    pub added: u64,
    /// Items that joined it again after a failure.
    pub retries: u64,
    /// Durations of the reconciles that ended, with the bounds of `controller_runtime_reconcile_time_seconds`.
    pub work: Durations,
    /// Waiting times of the reconciles that began; without buckets.
    pub waits: Durations,
}

/// The state of a work queue at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct QueueState {
    /// Items that wait.
    pub depth: u64,
    /// Items in work.
    pub active: u64,
    /// Seconds for which the oldest running item has been in work; 0 when none runs.
    pub longest_running_seconds: f64,
    /// Sum of the seconds for which all running items have been in work.
    pub unfinished_seconds: f64,
}

/// What a controller did between two times.
#[derive(Clone, Debug, PartialEq)]
pub struct ControllerTruth {
    /// CPU time, seconds.
    pub cpu_seconds: f64,
    /// Requests to the API server, by status code and method.
    pub requests: BTreeMap<(&'static str, &'static str), u64>,
}

/// The state of a controller at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControllerState {
    /// Name of its pod.
    pub pod: Text,
    /// Whether it answers. When it doesn't, the metrics have nothing else of it.
    pub up: bool,
    /// Memory in RAM, bytes.
    pub resident_bytes: u64,
    /// Memory on Go's heap, bytes.
    pub allocated_bytes: u64,
    /// The container's working set, bytes.
    pub working_set_bytes: u64,
}

/// Requests that reached notification-controller between two times.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EventTruth {
    /// Events that it accepted.
    pub accepted: u64,
    /// Events that it rejected.
    pub rejected: u64,
    /// Sum of the durations of both, seconds.
    pub seconds: f64,
    /// Webhooks.
    pub webhooks: u64,
}

/// Lookups in a cache between two times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheTruth {
    /// Found.
    pub hits: u64,
    /// Not found.
    pub misses: u64,
}

impl<'f> MetricsTruth<'f> {
    pub(super) fn new(metrics: &FleetMetrics<'f>) -> Self {
        let all = 0..metrics.fleet.clusters.len();
        let cluster = |index| ClusterMetrics::new(metrics.fleet, metrics.options, index);
        Self { clusters: all.map(cluster).collect() }
    }

    /// All objects at a time, sorted by cluster and kind.
    pub fn objects(&self, at: UtcMillis) -> Vec<ObjectTruth> {
        let mut found = Vec::new();
        for (cluster_index, cluster) in self.clusters.iter().enumerate() {
            found.extend(cluster.objects.iter().enumerate().map(|(index, object)| {
                let configuration =
                    object.configuration.map(|number| cluster.fleet.configuration(number));
                ObjectTruth {
                    cluster: self.name(cluster_index),
                    kind: object.kind,
                    namespace: object.namespace.clone(),
                    name: object.name.clone(),
                    ready: object.ready,
                    suspend: object.suspend,
                    deleted: object.deleted(),
                    told: cluster.version.tells_readiness(object.kind),
                    revision: configuration
                        .and_then(|configuration| revision(object, &configuration, at)),
                    cluster_index,
                    index,
                }
            }));
        }
        found
    }

    /// Names of the clusters.
    pub fn clusters(&self) -> impl Iterator<Item = Text> + '_ {
        (0..self.clusters.len()).map(|index| self.name(index))
    }

    /// Whether an object has been reconciled by a time. Before that, its controller has no metrics of it.
    pub fn is_reconciled(&self, object: &ObjectTruth, at: UtcMillis) -> bool {
        self.object(object).reconciles.since().is_some_and(|since| since <= at)
    }

    /// An object's reconciles that ended after `from` and not after `to`, with the bounds of
    /// `gotk_reconcile_duration_seconds`.
    pub fn reconciles(&self, object: &ObjectTruth, from: UtcMillis, to: UtcMillis) -> Durations {
        let ended = self.object(object).reconciles.ended(from, to);
        durations(ended.map(|reconcile| reconcile.work), Some(&RECONCILE_DURATION))
    }

    /// For each of an object's reconciles that ended after `from` and not after `to`: when it ended, and how many
    /// seconds it took.
    pub fn each_reconcile(
        &self,
        object: &ObjectTruth,
        from: UtcMillis,
        to: UtcMillis,
    ) -> Vec<(UtcMillis, f64)> {
        let ended = self.object(object).reconciles.ended(from, to);
        ended.map(|reconcile| (reconcile.done, seconds_of(reconcile.work))).collect()
    }

    /// An object's cache lookups after `from` and not after `to`. `None`: its controller has no cache for it.
    pub fn cache(
        &self,
        object: &ObjectTruth,
        from: UtcMillis,
        to: UtcMillis,
    ) -> Option<CacheTruth> {
        let tokens = self.clusters[object.cluster_index].version.caches_tokens();
        let misses = match object.kind {
            FluxKind::HelmRepository => CACHE_MISS,
            FluxKind::OciRepository | FluxKind::Bucket if tokens => TOKEN_MISS,
            _ => return None,
        };
        let object = self.object(object);
        let mut found = CacheTruth::default();
        for reconcile in object.reconciles.ended(from, to) {
            if misses.hits(object.salt, reconcile.index) {
                found.misses += 1;
            } else {
                found.hits += 1;
            }
        }
        Some(found)
    }

    /// What happened in a cluster's queue between two times.
    pub fn queue(
        &self,
        cluster: usize,
        queue: &Queue,
        from: UtcMillis,
        to: UtcMillis,
    ) -> QueueTruth {
        let objects = self.queue_objects(cluster, queue);
        let mut results: BTreeMap<_, _> =
            ReconcileResult::ALL.into_iter().map(|result| (result, 0)).collect();
        let (mut added, mut retries) = (0, 0);
        let (mut work, mut waits) = (Vec::new(), Vec::new());
        let within = |at: UtcMillis| from < at && at <= to;
        for object in objects {
            // A reconcile that joined or began within the span may end a good while later.
            for reconcile in object.reconciles.ended(from, UtcMillis(to.0 + HOUR)) {
                added += u64::from(within(reconcile.added));
                if within(reconcile.begun) {
                    waits.push(reconcile.wait);
                }
                if within(reconcile.done) {
                    *results.entry(object.result).or_default() += 1;
                    retries += u64::from(object.result != ReconcileResult::Success);
                    work.push(reconcile.work);
                }
            }
        }
        QueueTruth {
            results,
            added,
            retries,
            work: durations(work, Some(&RECONCILE_TIME)),
            waits: durations(waits, None),
        }
    }

    /// The state of a cluster's queue at a time.
    pub fn queue_state(&self, cluster: usize, queue: &Queue, at: UtcMillis) -> QueueState {
        let near = |object: &'_ FluxObject| -> Vec<Reconcile> {
            object.reconciles.ended(at, UtcMillis(at.0 + HOUR)).collect()
        };
        let all: Vec<Reconcile> =
            self.queue_objects(cluster, queue).iter().flat_map(near).collect();
        let waiting = all.iter().filter(|r| r.added <= at && at < r.begun).count() as u64;
        let running: Vec<f64> = all
            .iter()
            .filter(|r| r.begun <= at && at < r.done)
            .map(|r| float((at.0 - r.begun.0).unsigned_abs()) / 1e3)
            .collect();
        let active = (running.len() as u64).min(MAX_CONCURRENT);
        QueueState {
            depth: waiting + running.len() as u64 - active,
            active,
            longest_running_seconds: running.iter().copied().fold(0.0, f64::max),
            unfinished_seconds: running.iter().sum(),
        }
    }

    /// What a cluster's controller did between two times.
    pub fn controller(
        &self,
        cluster: usize,
        controller: Controller,
        from: UtcMillis,
        to: UtcMillis,
    ) -> ControllerTruth {
        let metrics = &self.clusters[cluster];
        let mut units = ((to.0 - from.0) * IDLE_CPU_UNITS_PER_MILLI).unsigned_abs();
        let mut requests = BTreeMap::new();
        for (code, method, count) in housekeeping(metrics.started, from, to) {
            *requests.entry((code, method)).or_default() += count;
        }
        for object in metrics.of_controller(controller) {
            for reconcile in object.reconciles.ended(from, to) {
                units += reconcile.work;
                for request in &REQUESTS {
                    let made = request.every.hits(object.salt, reconcile.index);
                    *requests.entry((request.code, request.method)).or_default() +=
                        u64::from(made) * request.times;
                }
            }
        }
        ControllerTruth { cpu_seconds: float(units) / CPU_UNITS_PER_SECOND, requests }
    }

    /// The state of a cluster's controller at a time.
    pub fn controller_state(
        &self,
        cluster: usize,
        controller: Controller,
        at: UtcMillis,
    ) -> ControllerState {
        let metrics = &self.clusters[cluster];
        let endpoint = Endpoint::Controller(controller);
        let memory = memory(metrics.of_controller(controller).len(), controller, at);
        ControllerState {
            pod: Pod::of(metrics.fleet.spec.seed, cluster, endpoint).name,
            up: at >= started(metrics.fleet, cluster) && is_up(metrics.fleet, cluster, endpoint),
            resident_bytes: memory.resident.unsigned_abs(),
            allocated_bytes: memory.allocated.unsigned_abs(),
            working_set_bytes: memory.working_set.unsigned_abs(),
        }
    }

    /// Requests that reached a cluster's notification-controller after `from` and not after `to`.
    pub fn events(&self, cluster: usize, from: UtcMillis, to: UtcMillis) -> EventTruth {
        let metrics = &self.clusters[cluster];
        let mut truth = EventTruth {
            webhooks: metrics.webhooks.ended(from, to).count() as u64,
            ..EventTruth::default()
        };
        let mut micros = 0;
        for object in &metrics.objects {
            for reconcile in object.reconciles.ended(from, to) {
                if !EVENT.hits(object.salt, reconcile.index) {
                    continue;
                }
                let sent = EVENT.count(object.salt, reconcile.index);
                if REJECTED.hits(object.salt, sent) {
                    truth.rejected += 1;
                    micros += REJECTED_MICROS;
                } else {
                    truth.accepted += 1;
                    let accepted = sent - REJECTED.count(object.salt, sent);
                    micros += event_durations(object).micros(accepted);
                }
            }
        }
        truth.seconds = seconds_of(micros);
        truth
    }

    fn name(&self, cluster: usize) -> Text {
        self.clusters[cluster].fleet.clusters[cluster].reference.name.clone()
    }

    fn object(&self, object: &ObjectTruth) -> &FluxObject {
        &self.clusters[object.cluster_index].objects[object.index]
    }

    fn queue_objects(&self, cluster: usize, queue: &Queue) -> &[FluxObject] {
        queue.kind.map_or(&[], |kind| self.clusters[cluster].of_kind(kind))
    }
}

fn durations(micros: impl IntoIterator<Item = u64>, bounds: Option<&'static Bounds>) -> Durations {
    let micros: Vec<u64> = micros.into_iter().collect();
    let buckets = bounds.into_iter().flat_map(|bounds| bounds.iter()).map(|bound| {
        let within = micros.iter().filter(|micros| seconds_of(**micros) <= bound.value);
        (bound.le.clone(), within.count() as u64)
    });
    Durations {
        count: micros.len() as u64,
        seconds: seconds_of(micros.iter().sum()),
        buckets: buckets.collect(),
    }
}
