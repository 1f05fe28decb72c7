//! The expected values of each metric of the catalogue, from the fleet's true state.

use azuregitops::query::Metric;
use fleet::Fleet;
use fleet::metrics::{
    Controller, Durations, FluxGeneration, FluxKind, MetricsOptions, MetricsTruth, ObjectTruth,
    Queue, Readiness, ReconcileResult, ScrapeOptions,
};
use flux::{Text, UtcMillis};
use std::collections::BTreeMap;

/// Values by labels.
pub type Values = BTreeMap<Vec<String>, f64>;

/// The expected rows of a metric.
pub enum Expected {
    /// Exactly these rows.
    Values(Values),
    /// Some rows, all of them between these two values: the fleet doesn't know the true values.
    Within(f64, f64),
    /// No rows: the fleet's versions of Flux don't have the metric.
    Nothing,
}

/// The true state of the fleet between two times, as far as it was scraped.
pub struct Truth<'f> {
    fleet: MetricsTruth<'f>,
    clusters: Vec<Text>,
    objects: Vec<ObjectTruth>,
    kube_state_metrics: bool,
    counts_panics: bool,
    span: (UtcMillis, UtcMillis),
    /// By cluster and prefix of the pod's name: the first and the last scrape within the span.
    scrapes: BTreeMap<(usize, String), (UtcMillis, UtcMillis)>,
}

/// The labels by which the tests group a metric: the cluster, and the most significant other label.
pub fn grouping(metric: &Metric) -> Vec<&'static str> {
    let wanted = ["kind", "controller", "code", "event_type", "status", "pod"];
    let more = wanted.into_iter().find(|label| metric.group_by.contains(label));
    let more = match metric.id {
        "operations" => Some("result"),
        "token-cache-events" => Some("event_type"),
        "api-errors"
        | "api-error-share"
        | "event-duration"
        | "event-duration-quantile"
        | "event-response-size"
        | "receiver-duration-quantile"
        | "token-cache-hit-share" => None,
        _ => more,
    };
    let cluster = metric.group_by.contains(&"cluster").then_some("cluster");
    cluster.into_iter().chain(more).collect()
}

impl<'f> Truth<'f> {
    pub fn new(
        fleet: &'f Fleet,
        options: MetricsOptions,
        scrape: &ScrapeOptions,
        span: (UtcMillis, UtcMillis),
    ) -> Self {
        let truth = fleet.metrics_truth(options);
        let clusters: Vec<Text> = truth.clusters().collect();
        let mut scrapes = BTreeMap::new();
        // A rate's window contains the samples that were scraped after its start.
        let window = (UtcMillis(span.0.0 + 1), span.1);
        fleet.metrics(options).scraped(scrape, window, |name| name == "up", &mut |series| {
            let pod = ["kubernetes_pod_name", "pod", "instance"]
                .into_iter()
                .map(|label| series.labels.get(label))
                .find(|value| !value.is_empty())
                .unwrap_or_default();
            let cluster = clusters.iter().position(|name| name == series.labels.get("cluster"));
            let (first, last) = (series.samples[0].0, series.samples[series.samples.len() - 1].0);
            scrapes.insert((cluster.expect("known"), pod.to_owned()), (first, last));
        });
        let objects = truth.objects(span.1);
        let kube_state_metrics = options.kube_state_metrics;
        // Flux 2.4 and later.
        let counts_panics = matches!(
            options.generation,
            FluxGeneration::AsInstalled | FluxGeneration::Flux25 | FluxGeneration::Flux28
        );
        Self { fleet: truth, clusters, objects, kube_state_metrics, counts_panics, span, scrapes }
    }

    /// First and last scrape of a controller's pod.
    fn scrapes(&self, cluster: usize, controller: Controller) -> (UtcMillis, UtcMillis) {
        let pod = self.fleet.controller_state(cluster, controller, self.span.1).pod;
        self.scrapes[&(cluster, pod.to_string())]
    }

    fn is_up(&self, cluster: usize, controller: Controller) -> bool {
        self.fleet.controller_state(cluster, controller, self.span.1).up
    }

    fn pods(&self) -> impl Iterator<Item = (usize, Controller)> + '_ {
        (0..self.clusters.len())
            .flat_map(|cluster| Controller::ALL.map(|controller| (cluster, controller)))
    }

    /// Every queue of a pod that answers, with its cluster and controller.
    pub fn queues(&self) -> impl Iterator<Item = (usize, Controller, &'static Queue)> + '_ {
        self.pods().filter(|(cluster, controller)| self.is_up(*cluster, *controller)).flat_map(
            |(cluster, controller)| {
                controller.queues().iter().map(move |queue| (cluster, controller, queue))
            },
        )
    }

    fn cluster_of(&self, object: &ObjectTruth) -> usize {
        self.clusters.iter().position(|name| *name == object.cluster).expect("known")
    }

    /// Objects in their controller's metrics, with the scrapes at both ends of the rate window.
    fn reconciled(&self) -> impl Iterator<Item = (&ObjectTruth, (UtcMillis, UtcMillis))> {
        self.objects.iter().filter_map(|object| {
            let cluster = self.cluster_of(object);
            let scrapes = self.scrapes(cluster, Controller::of_kind(object.kind));
            self.fleet.is_reconciled(object, scrapes.1).then_some((object, scrapes))
        })
    }

    /// The expected values of a metric.
    ///
    /// # Panics
    /// The metric has no expected values yet. Add them here.
    pub fn expected(&self, metric: &Metric) -> Expected {
        let per_minute = |values: Values| {
            values.into_iter().map(|(labels, value)| (labels, value * 60.0)).collect()
        };
        Expected::Values(match metric.id {
            "objects" => self.counted(|_| true),
            "objects-ready" => self.counted(|object| is(object, Some(Readiness::True))),
            "objects-failing" => self.counted(|object| is(object, Some(Readiness::False))),
            "objects-unknown" => self.counted(|object| is(object, Some(Readiness::Unknown))),
            "objects-suspended" => self.counted(ObjectTruth::suspended),
            "objects-new" if self.kube_state_metrics => self.counted(|object| is(object, None)),
            "objects-new" => Values::new(),
            "reconcile-duration" => self.averages(|object| vec![object.kind.to_string()]),
            "reconcile-duration-quantile" => quantiles(self.object_durations(|_| true), true),
            "helm-duration-quantile" => {
                quantiles(self.object_durations(|kind| kind == FluxKind::HelmRelease), false)
            }
            "reconciles" => per_minute(self.object_rates()),
            "operations" => per_minute(self.operations(|_| true, true)),
            "operations-succeeded" => {
                per_minute(self.operations(|result| result != ReconcileResult::Error, false))
            }
            "operations-failed" => {
                per_minute(self.operations(|result| result == ReconcileResult::Error, false))
            }
            "operations-failed-share" => divided(
                &self.operations(|result| result == ReconcileResult::Error, false),
                &self.operations(|_| true, false),
            ),
            "controllers-up" => self.by_pod(|up, _| up.then_some(1.0).or(Some(0.0))),
            "controllers-down" => self.by_pod(|up, _| Some(if up { 0.0 } else { 1.0 })),
            "cpu" => sum(self.pods_up().map(|(cluster, controller)| {
                let span = self.scrapes(cluster, controller);
                let used = self.fleet.controller(cluster, controller, span.0, span.1).cpu_seconds;
                (self.pod_labels(cluster, controller), used / seconds(span))
            })),
            "memory-heap" => self.memory(|state| state.allocated_bytes),
            "memory-resident" => self.memory(|state| state.resident_bytes),
            "workers-active" => self.queue_states(State::active_f64),
            "queue-depth" => self.queue_states(State::depth_f64),
            "queue-longest-running" => self.queue_states(|state| state.longest),
            "queue-unfinished" => self.queue_states(|state| state.unfinished),
            "workers-limit" => self.queue_states(|_| 4.0),
            "queue-adds" => per_minute(self.queue_rates(|queue| queue.added)),
            "queue-retries" => per_minute(self.queue_rates(|queue| queue.retries)),
            "queue-work" => self.queue_averages(|queue| &queue.work),
            "queue-wait" => self.queue_averages(|queue| &queue.waits),
            "controller-duration-quantile" => quantiles(self.queue_durations(), true),
            "api-requests" => self.requests(true, |_| true),
            "api-errors" => self.requests(false, |code| !code.starts_with(['1', '2', '3'])),
            "api-error-share" => divided(
                &self.requests(false, |code| !code.starts_with(['1', '2', '3'])),
                &self.requests(false, |_| true),
            ),
            "source-cache-events" => per_minute(self.cache_events(&[FluxKind::HelmRepository])),
            "token-cache-events" => {
                per_minute(self.cache_events(&[FluxKind::OciRepository, FluxKind::Bucket]))
            }
            "source-cache-hit-share" => self.hit_share(&[FluxKind::HelmRepository]),
            "token-cache-hit-share" => self.hit_share(&[FluxKind::OciRepository, FluxKind::Bucket]),
            "event-requests" => per_minute(self.events(|events, span| {
                let accepted = float(events.accepted) / seconds(span);
                vec![("202", accepted), ("429", float(events.rejected) / seconds(span))]
            })),
            "receiver-requests" => per_minute(
                self.events(|events, span| vec![("200", float(events.webhooks) / seconds(span))]),
            ),
            "event-duration" => divided(
                &self.events_of_cluster(|events| events.seconds),
                &self.events_of_cluster(|events| float(events.accepted + events.rejected)),
            ),
            // The samples cover less than a day, and no Prometheus scrapes Grafana in this test.
            "reconcile-slowdown"
            | "fleet-configurations"
            | "fleet-extensions"
            | "fleet-objects-not-ready"
            | "fleet-snapshot-age" => return Expected::Nothing,
            "reconcile-panics" if !self.counts_panics => return Expected::Nothing,
            "reconcile-panics" => return Expected::Within(0.0, 0.0),
            "controllers-leading" => return Expected::Within(1.0, 1.0),
            "token-cache-requests" | "token-cache-items" | "token-cache-evictions"
                if self.cache_events(&[FluxKind::OciRepository, FluxKind::Bucket]).is_empty() =>
            {
                return Expected::Nothing;
            }
            "event-requests-inflight" | "token-cache-evictions" => {
                return Expected::Within(0.0, 100.0);
            }
            "memory-working-set" => return Expected::Within(1e6, 1e10),
            "token-cache-requests" | "token-cache-items" => return Expected::Within(0.0, 1e4),
            "queue-wait-quantile" | "queue-work-quantile" => return Expected::Within(0.0, 1_000.0),
            "event-duration-quantile" | "receiver-duration-quantile" => {
                return Expected::Within(0.0, 10.0);
            }
            "event-response-size" => return Expected::Within(2.0, 2.0),
            other => panic!("there are no expected values for {other}"),
        })
    }

    /// Objects by cluster and kind; 0 where all objects of the kind are in other states.
    fn counted(&self, wanted: impl Fn(&ObjectTruth) -> bool) -> Values {
        let known = self.objects.iter().filter(|object| !object.deleted && self.tells(object));
        sum(known.map(|object| (kind_labels(object), f64::from(u8::from(wanted(object))))))
    }

    /// Whether a metric reports the object's state.
    fn tells(&self, object: &ObjectTruth) -> bool {
        let cluster = self.cluster_of(object);
        let controller = Controller::of_kind(object.kind);
        self.kube_state_metrics
            || object.told
                && object.ready.is_some()
                && self.is_up(cluster, controller)
                && self.fleet.is_reconciled(object, self.scrapes(cluster, controller).1)
    }

    fn object_rates(&self) -> Values {
        sum(self.reconciled().map(|(object, span)| {
            let ended = self.fleet.reconciles(object, span.0, span.1);
            (kind_labels(object), float(ended.count) / seconds(span))
        }))
    }

    fn averages(&self, _: impl Fn(&ObjectTruth) -> Vec<String>) -> Values {
        let of = |value: fn(&Durations) -> f64| {
            sum(self.reconciled().map(move |(object, span)| {
                (kind_labels(object), value(&self.fleet.reconciles(object, span.0, span.1)))
            }))
        };
        divided(&of(|ended| ended.seconds), &of(|ended| float(ended.count)))
    }

    fn object_durations(&self, wanted: impl Fn(FluxKind) -> bool) -> Vec<(Vec<String>, Durations)> {
        let of_kind = self.reconciled().filter(|(object, _)| wanted(object.kind));
        of_kind
            .map(|(object, span)| {
                (kind_labels(object), self.fleet.reconciles(object, span.0, span.1))
            })
            .collect()
    }

    fn queue_durations(&self) -> Vec<(Vec<String>, Durations)> {
        let durations = self.queues().map(|(cluster, controller, queue)| {
            let span = self.scrapes(cluster, controller);
            let work = self.fleet.queue(cluster, queue, span.0, span.1).work;
            (self.queue_labels(cluster, queue), work)
        });
        durations.collect()
    }

    /// Operations per second, by cluster and controller or result.
    fn operations(&self, wanted: impl Fn(ReconcileResult) -> bool, by_result: bool) -> Values {
        let mut sums = Values::new();
        for (cluster, controller, queue) in self.queues() {
            let span = self.scrapes(cluster, controller);
            for (result, count) in self.fleet.queue(cluster, queue, span.0, span.1).results {
                let second = if by_result { result.text() } else { queue.name.clone() };
                let labels = vec![self.clusters[cluster].to_string(), second.to_string()];
                let value = if wanted(result) { float(count) / seconds(span) } else { 0.0 };
                *sums.entry(labels).or_default() += value;
            }
        }
        sums
    }

    fn pods_up(&self) -> impl Iterator<Item = (usize, Controller)> + '_ {
        self.pods().filter(|(cluster, controller)| self.is_up(*cluster, *controller))
    }

    fn pod_labels(&self, cluster: usize, controller: Controller) -> Vec<String> {
        let pod = self.fleet.controller_state(cluster, controller, self.span.1).pod;
        vec![self.clusters[cluster].to_string(), pod.to_string()]
    }

    fn by_pod(&self, value: impl Fn(bool, Controller) -> Option<f64>) -> Values {
        let pods = self.pods().filter_map(|(cluster, controller)| {
            let value = value(self.is_up(cluster, controller), controller)?;
            Some((self.pod_labels(cluster, controller), value))
        });
        pods.collect()
    }

    fn memory(&self, bytes: impl Fn(&fleet::metrics::ControllerState) -> u64) -> Values {
        let pods = self.pods_up().map(|(cluster, controller)| {
            let at = self.scrapes(cluster, controller).1;
            let state = self.fleet.controller_state(cluster, controller, at);
            (self.pod_labels(cluster, controller), float(bytes(&state)))
        });
        pods.collect()
    }

    fn queue_labels(&self, cluster: usize, queue: &Queue) -> Vec<String> {
        vec![self.clusters[cluster].to_string(), queue.name.to_string()]
    }

    fn queue_states(&self, value: impl Fn(&State) -> f64) -> Values {
        let states = self.queues().map(|(cluster, controller, queue)| {
            let at = self.scrapes(cluster, controller).1;
            let state = self.fleet.queue_state(cluster, queue, at);
            let state = State {
                depth: state.depth,
                active: state.active,
                longest: state.longest_running_seconds,
                unfinished: state.unfinished_seconds,
            };
            (self.queue_labels(cluster, queue), value(&state))
        });
        states.collect()
    }

    /// Depth of a queue at the last scrape before a time. `None`: it hadn't been scraped.
    pub fn depth_at(&self, cluster: &str, queue: &str, at: UtcMillis) -> Option<f64> {
        let of = |(index, _, found): &(usize, Controller, &Queue)| {
            self.clusters[*index] == cluster && found.name == queue
        };
        let (index, controller, queue) = self.queues().find(of).expect("known");
        let (first, _) = self.scrapes(index, controller);
        let scrapes = (at.0 - first.0).div_euclid(60_000);
        let last = UtcMillis(first.0 + scrapes * 60_000);
        (scrapes >= 0).then(|| float(self.fleet.queue_state(index, queue, last).depth))
    }

    fn queue_rates(&self, count: impl Fn(&fleet::metrics::QueueTruth) -> u64) -> Values {
        let rates = self.queues().map(|(cluster, controller, queue)| {
            let span = self.scrapes(cluster, controller);
            let truth = self.fleet.queue(cluster, queue, span.0, span.1);
            (self.queue_labels(cluster, queue), float(count(&truth)) / seconds(span))
        });
        rates.collect()
    }

    fn queue_averages(
        &self,
        durations: impl Fn(&fleet::metrics::QueueTruth) -> &Durations,
    ) -> Values {
        let means = self.queues().filter_map(|(cluster, controller, queue)| {
            let span = self.scrapes(cluster, controller);
            let truth = self.fleet.queue(cluster, queue, span.0, span.1);
            let Durations { count, seconds, .. } = durations(&truth);
            (*count > 0).then(|| (self.queue_labels(cluster, queue), *seconds / float(*count)))
        });
        means.collect()
    }

    /// Requests per second, by cluster and, if `by_code`, by status code.
    fn requests(&self, by_code: bool, wanted: impl Fn(&str) -> bool) -> Values {
        let mut sums = Values::new();
        for (cluster, controller) in self.pods_up() {
            let span = self.scrapes(cluster, controller);
            let truth = self.fleet.controller(cluster, controller, span.0, span.1);
            for ((code, _), count) in truth.requests {
                let mut labels = vec![self.clusters[cluster].to_string()];
                labels.extend(by_code.then(|| code.to_owned()));
                let value = if wanted(code) { float(count) / seconds(span) } else { 0.0 };
                *sums.entry(labels).or_default() += value;
            }
        }
        sums
    }

    /// Cache lookups per second, by cluster and by whether the cache had the item.
    fn cache_events(&self, kinds: &[FluxKind]) -> Values {
        let mut sums = Values::new();
        for (object, span) in self.reconciled().filter(|(object, _)| kinds.contains(&object.kind)) {
            let Some(cache) = self.fleet.cache(object, span.0, span.1) else { continue };
            for (event, count) in [("cache_hit", cache.hits), ("cache_miss", cache.misses)] {
                let labels = vec![object.cluster.to_string(), event.to_owned()];
                *sums.entry(labels).or_default() += float(count) / seconds(span);
            }
        }
        sums
    }

    fn hit_share(&self, kinds: &[FluxKind]) -> Values {
        let mut hits = Values::new();
        let mut all = Values::new();
        for (mut labels, value) in self.cache_events(kinds) {
            let event = labels.pop();
            *all.entry(labels.clone()).or_default() += value;
            let hit = if event.as_deref() == Some("cache_hit") { value } else { 0.0 };
            *hits.entry(labels).or_default() += hit;
        }
        divided(&hits, &all)
    }

    fn events(
        &self,
        values: impl Fn(&fleet::metrics::EventTruth, (UtcMillis, UtcMillis)) -> Vec<(&'static str, f64)>,
    ) -> Values {
        let mut all = Values::new();
        for cluster in 0..self.clusters.len() {
            let span = self.scrapes(cluster, Controller::NotificationController);
            let events = self.fleet.events(cluster, span.0, span.1);
            for (code, value) in values(&events, span) {
                all.insert(vec![self.clusters[cluster].to_string(), code.to_owned()], value);
            }
        }
        all
    }

    fn events_of_cluster(&self, value: impl Fn(&fleet::metrics::EventTruth) -> f64) -> Values {
        let of_cluster = |cluster: usize| {
            let span = self.scrapes(cluster, Controller::NotificationController);
            let events = self.fleet.events(cluster, span.0, span.1);
            (vec![self.clusters[cluster].to_string()], value(&events))
        };
        (0..self.clusters.len()).map(of_cluster).collect()
    }
}

/// Sums by labels.
fn sum(items: impl Iterator<Item = (Vec<String>, f64)>) -> Values {
    let mut sums = Values::new();
    for (labels, value) in items {
        *sums.entry(labels).or_default() += value;
    }
    sums
}

/// The 0.9 quantile, interpolated linearly within a bucket, by cluster and, with `both`, by the second label.
fn quantiles(durations: Vec<(Vec<String>, Durations)>, both: bool) -> Values {
    let mut buckets: BTreeMap<Vec<String>, Vec<(f64, f64)>> = BTreeMap::new();
    for (mut labels, durations) in durations {
        if !both {
            labels.truncate(1);
        }
        let sums = buckets.entry(labels).or_default();
        for (index, (le, count)) in durations.buckets.iter().enumerate() {
            if sums.len() <= index {
                sums.push((le.parse().expect("a bound"), 0.0));
            }
            sums[index].1 += float(*count);
        }
    }
    let quantile = |buckets: Vec<(f64, f64)>| {
        let all = buckets.last().map_or(0.0, |(_, count)| *count);
        let rank = 0.9 * all;
        let index = buckets.iter().position(|(_, count)| *count >= rank)?;
        let (start, before) = if index == 0 { (0.0, 0.0) } else { buckets[index - 1] };
        let (end, count) = buckets[index];
        let value = if end.is_infinite() {
            start
        } else {
            start + (end - start) * (rank - before) / (count - before)
        };
        (all > 0.0).then_some(value)
    };
    buckets.into_iter().filter_map(|(labels, buckets)| Some((labels, quantile(buckets)?))).collect()
}

/// A queue at a time.
struct State {
    depth: u64,
    active: u64,
    longest: f64,
    unfinished: f64,
}

impl State {
    fn depth_f64(&self) -> f64 {
        float(self.depth)
    }

    fn active_f64(&self) -> f64 {
        float(self.active)
    }
}

fn is(object: &ObjectTruth, ready: Option<Readiness>) -> bool {
    !object.suspended() && object.ready == ready
}

fn kind_labels(object: &ObjectTruth) -> Vec<String> {
    vec![object.cluster.to_string(), object.kind.to_string()]
}

/// The quotient by label; absent where the divisor is zero.
fn divided(part: &Values, whole: &Values) -> Values {
    let divide = |(labels, whole): (&Vec<String>, &f64)| {
        (*whole > 0.0).then(|| (labels.clone(), part.get(labels).copied().unwrap_or(0.0) / whole))
    };
    whole.iter().filter_map(divide).collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts of a small fleet")]
fn float(count: u64) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "minutes")]
fn seconds(span: (UtcMillis, UtcMillis)) -> f64 {
    (span.1.0 - span.0.0) as f64 / 1e3
}
