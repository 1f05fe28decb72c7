//! controller-runtime's metrics of each work queue and its reconciles.

use super::bounds::{RECONCILE_TIME, WORKQUEUE_LONG, WORKQUEUE_SHORT};
use super::cluster::ClusterMetrics;
use super::cycle::float;
use super::family::Family;
use super::kind::{Controller, Queue};
use super::object::{FluxObject, ReconcileResult};
use super::signal::{Observed, Signal, Sink, Tally};
use arcstr::literal;
use flux::UtcMillis;

/// Number of reconciles of one kind that a controller runs at once; the others wait.
pub(super) const MAX_CONCURRENT: u64 = 4;

/// Reconciles that haven't ended at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Load {
    /// Number that wait in the queue.
    pub(super) waiting: u64,
    /// Number that run.
    pub(super) active: u64,
    /// Seconds for which the oldest one has been running.
    pub(super) longest: f64,
    /// Sum of the seconds for which all of them have been running.
    pub(super) unfinished: f64,
}

/// The load that these objects put on their queue.
pub(super) fn load(objects: &[FluxObject], at: UtcMillis) -> Load {
    let waiting = objects.iter().filter(|object| object.reconciles.waits(at)).count() as u64;
    let running = || objects.iter().filter_map(|object| object.reconciles.running(at));
    let count = running().count() as u64;
    let active = count.min(MAX_CONCURRENT);
    let seconds = |millis: i64| float(millis.unsigned_abs()) / 1e3;
    Load {
        waiting: waiting + count - active,
        active,
        longest: seconds(running().max().unwrap_or(0)),
        unfinished: seconds(running().sum()),
    }
}

pub(super) fn expose<'a>(
    cluster: &'a ClusterMetrics<'_>,
    controller: Controller,
    sink: &mut Sink<'_, 'a>,
) {
    for queue in controller.queues() {
        let objects = queue.kind.map_or(&[][..], |kind| cluster.of_kind(kind));
        reconciles(cluster, queue, objects, sink);
        workqueue(cluster, queue, objects, sink);
    }
}

fn reconciles<'a>(
    cluster: &ClusterMetrics<'_>,
    queue: &Queue,
    objects: &'a [FluxObject],
    sink: &mut Sink<'_, 'a>,
) {
    let started = cluster.started;
    let labels = [(literal!("controller"), queue.name.clone())];
    let done = move |wanted: Option<ReconcileResult>| {
        Signal::counter(started, move |at| {
            let counted =
                objects.iter().filter(|object| wanted.is_none_or(|wanted| object.result == wanted));
            float(counted.map(|object| object.reconciles.done(at)).sum())
        })
        .costs(objects.len())
    };
    for result in ReconcileResult::ALL {
        let mut labels = labels.to_vec();
        labels.push((literal!("result"), result.text()));
        sink.whole(Family::ReconcileTotal, &labels, done(Some(result)));
    }
    sink.whole(Family::ReconcileErrors, &labels, done(Some(ReconcileResult::Error)));
    let none = || Signal::counter(started, |_| 0.0);
    if cluster.version.names_queue_controllers() {
        sink.whole(Family::TerminalErrors, &labels, none());
        sink.whole(Family::ReconcilePanics, &labels, none());
    }
    if cluster.version.counts_timeouts() {
        sink.whole(Family::ReconcileTimeouts, &labels, none());
    }
    let active = Signal::gauge(started, move |at| float(load(objects, at).active));
    sink.whole(Family::ActiveWorkers, &labels, active.costs(objects.len()));
    let most = Signal::gauge(started, |_| float(MAX_CONCURRENT));
    sink.whole(Family::MaxConcurrentReconciles, &labels, most);
    // This histogram appears with the first reconcile, unlike the histograms of work queues.
    let first = objects.iter().filter_map(|object| object.reconciles.since()).min();
    if let Some(first) = first.filter(|_| sink.wants(Family::ReconcileTime)) {
        sink.histogram(Family::ReconcileTime, &labels, &RECONCILE_TIME, first, worked(objects));
    }
}

fn worked(objects: &[FluxObject]) -> Observed<'_> {
    Observed::of(
        objects
            .iter()
            .map(|FluxObject { reconciles, .. }| (Tally::Done(reconciles), reconciles.work)),
    )
}

fn workqueue<'a>(
    cluster: &ClusterMetrics<'_>,
    queue: &Queue,
    objects: &'a [FluxObject],
    sink: &mut Sink<'_, 'a>,
) {
    let started = cluster.started;
    let new = cluster.version.names_queue_controllers();
    let mut labels = Vec::new();
    if new {
        labels.push((literal!("controller"), queue.name.clone()));
    }
    labels.push((literal!("name"), queue.name.clone()));

    let added = Signal::counter(started, move |at| {
        float(objects.iter().map(|object| object.reconciles.added(at)).sum())
    });
    sink.whole(Family::QueueAdds, &labels, added.costs(objects.len()));
    let again = Signal::counter(started, move |at| {
        let again = objects.iter().filter(|object| object.result != ReconcileResult::Success);
        float(again.map(|object| object.reconciles.done(at)).sum())
    });
    sink.whole(Family::QueueRetries, &labels, again.costs(objects.len()));
    let gauge = |value: fn(Load) -> f64| {
        Signal::gauge(started, move |at| value(load(objects, at))).costs(objects.len())
    };
    let longest = gauge(|load| load.longest);
    sink.whole(Family::LongestRunning, &labels, longest);
    sink.whole(Family::UnfinishedWork, &labels, gauge(|load| load.unfinished));
    let mut with_priority = labels.clone();
    if let Some(priority) = cluster.version.priority() {
        with_priority.push((literal!("priority"), priority.into()));
    }
    sink.whole(Family::QueueDepth, &with_priority, gauge(|load| float(load.waiting)));

    let bounds = if new { &WORKQUEUE_LONG } else { &WORKQUEUE_SHORT };
    if sink.wants(Family::QueueDuration) {
        let waited = Observed::of(
            objects
                .iter()
                .map(|FluxObject { reconciles, .. }| (Tally::Begun(reconciles), reconciles.wait)),
        );
        sink.histogram(Family::QueueDuration, &labels, bounds, started, waited);
    }
    if sink.wants(Family::WorkDuration) {
        sink.histogram(Family::WorkDuration, &labels, bounds, started, worked(objects));
    }
}
