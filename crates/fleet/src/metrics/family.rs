//! Names, types and help texts of the metrics.

use arcstr::literal;
use flux::Text;

/// The type of a metric family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Counter,
    Gauge,
    Histogram,
}

/// Which of a family's metrics: a histogram has three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    /// The only one of a counter or a gauge.
    Whole,
    Bucket,
    Sum,
    Count,
}

/// One metric, as the label `__name__` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Metric {
    pub(crate) family: Family,
    pub(crate) part: Part,
}

macro_rules! families {
    ($($variant:ident $name:literal $shape:ident $help:literal;)*) => {
        /// A family of metrics. Variants are in the order of the text format.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum Family { $($variant),* }

        impl Family {
            /// All families, sorted by name.
            pub(crate) const ALL: [Self; [$($name),*].len()] = [$(Self::$variant),*];

            pub(crate) fn shape(self) -> Shape {
                match self { $(Self::$variant => Shape::$shape),* }
            }

            /// The help text of the text format: what the family counts or measures.
            pub(crate) fn help(self) -> &'static str {
                match self { $(Self::$variant => $help),* }
            }
        }

        impl Metric {
            pub(crate) fn name(self) -> Text {
                match (self.family, self.part) {
                    $(
                        (Family::$variant, Part::Whole) => literal!($name),
                        (Family::$variant, Part::Bucket) => literal!(concat!($name, "_bucket")),
                        (Family::$variant, Part::Sum) => literal!(concat!($name, "_sum")),
                        (Family::$variant, Part::Count) => literal!(concat!($name, "_count")),
                    )*
                }
            }
        }
    };
}

families! {
    FleetConfigurations "azuregitops_fleet_configurations" Gauge
        "Flux configurations by cluster and compliance state.";
    FleetExtensions "azuregitops_fleet_extensions" Gauge "Flux extensions by provisioning state.";
    FleetObjectsNotReady "azuregitops_fleet_objects_not_ready" Gauge
        "Flux objects that fail, suspended ones aside.";
    InventoryAge "azuregitops_inventory_age_seconds" Gauge
        "How old what the plugin knows of the fleet is.";
    ContainerMemory "container_memory_working_set_bytes" Gauge
        "Memory that a container holds and that can't be taken away, bytes.";
    ActiveWorkers "controller_runtime_active_workers" Gauge "Reconciles in work.";
    MaxConcurrentReconciles "controller_runtime_max_concurrent_reconciles" Gauge
        "Most reconciles in work at a time.";
    ReconcileErrors "controller_runtime_reconcile_errors_total" Counter "Reconciles that failed.";
    ReconcilePanics "controller_runtime_reconcile_panics_total" Counter
        "Reconciles that panicked.";
    ReconcileTime "controller_runtime_reconcile_time_seconds" Histogram
        "What reconciles take, per queue.";
    ReconcileTimeouts "controller_runtime_reconcile_timeouts_total" Counter
        "Reconciles that ran out of time.";
    ReconcileTotal "controller_runtime_reconcile_total" Counter "Reconciles by result.";
    TerminalErrors "controller_runtime_terminal_reconcile_errors_total" Counter
        "Reconciles that failed for good.";
    GoInfo "go_info" Gauge "The version of Go.";
    GoAllocated "go_memstats_alloc_bytes" Gauge "Memory allocated on the heap, bytes.";
    CacheEvents "gotk_cache_events_total" Counter "Indexes found in the cache, or not.";
    EventDuration "gotk_event_http_request_duration_seconds" Histogram
        "What requests to the event server take.";
    EventInflight "gotk_event_http_requests_inflight" Gauge
        "Requests that the event server is at.";
    EventSize "gotk_event_http_response_size_bytes" Histogram
        "Length of the event server's replies.";
    ReceiverDuration "gotk_receiver_http_request_duration_seconds" Histogram
        "What requests to the webhook server take.";
    ReceiverInflight "gotk_receiver_http_requests_inflight" Gauge
        "Requests that the webhook server is at.";
    ReceiverSize "gotk_receiver_http_response_size_bytes" Histogram
        "Length of the webhook server's replies.";
    ReconcileCondition "gotk_reconcile_condition" Gauge
        "1 for the status that a condition of an object has.";
    ReconcileDuration "gotk_reconcile_duration_seconds" Histogram
        "What reconciles take, per object.";
    ResourceInfo "gotk_resource_info" Gauge "The state of an object, in labels.";
    SuspendStatus "gotk_suspend_status" Gauge "1 when an object is suspended.";
    TokenCacheEvents "gotk_token_cache_events_total" Counter "Tokens found in the cache, or not.";
    TokenCacheEvictions "gotk_token_cache_evictions_total" Counter
        "Tokens that left the cache before they were looked for.";
    TokenCacheRequests "gotk_token_cache_requests_total" Counter "Requests for tokens.";
    TokenCachedItems "gotk_token_cached_items" Gauge "Tokens in the cache.";
    LeaderElection "leader_election_master_status" Gauge "1 when the pod is the leader.";
    CpuSeconds "process_cpu_seconds_total" Counter "CPU time, seconds.";
    ResidentMemory "process_resident_memory_bytes" Gauge "Memory in RAM, bytes.";
    StartTime "process_start_time_seconds" Gauge "When the process started, since 1970.";
    RestClientRequests "rest_client_requests_total" Counter
        "Requests to the API server, by status code.";
    Up "up" Gauge "1 when the endpoint answered.";
    QueueAdds "workqueue_adds_total" Counter "Items that joined the queue.";
    QueueDepth "workqueue_depth" Gauge "Items that wait in the queue.";
    LongestRunning "workqueue_longest_running_processor_seconds" Gauge
        "For how long the oldest item in work has been.";
    QueueDuration "workqueue_queue_duration_seconds" Histogram "How long items wait.";
    QueueRetries "workqueue_retries_total" Counter "Items that joined the queue again.";
    UnfinishedWork "workqueue_unfinished_work_seconds" Gauge
        "For how long all items in work have been, together.";
    WorkDuration "workqueue_work_duration_seconds" Histogram "What work on items takes.";
}

impl Family {
    /// Whether Grafana exposes the family, rather than a cluster.
    pub(crate) fn is_of_grafana(self) -> bool {
        matches!(
            self,
            Self::FleetConfigurations
                | Self::FleetExtensions
                | Self::FleetObjectsNotReady
                | Self::InventoryAge
        )
    }

    /// Its metrics.
    pub(crate) fn metrics(self) -> impl Iterator<Item = Metric> {
        let parts: &[Part] = match self.shape() {
            Shape::Counter | Shape::Gauge => &[Part::Whole],
            Shape::Histogram => &[Part::Bucket, Part::Sum, Part::Count],
        };
        parts.iter().map(move |part| Metric { family: self, part: *part })
    }

    /// The family's name in the text format.
    pub(super) fn name(self) -> Text {
        Metric { family: self, part: Part::Whole }.name()
    }

    /// The family's type in the text format.
    pub(super) fn type_name(self) -> &'static str {
        match self.shape() {
            Shape::Counter => "counter",
            Shape::Gauge => "gauge",
            Shape::Histogram => "histogram",
        }
    }
}

/// The requested metrics.
#[derive(Clone, Debug)]
pub(crate) struct Selection([[bool; 4]; Family::ALL.len()]);

impl Selection {
    pub(crate) fn all() -> Self {
        Self([[true; 4]; Family::ALL.len()])
    }

    /// The metrics whose name fulfils a condition.
    pub(crate) fn of(matches: impl Fn(&str) -> bool) -> Self {
        let mut chosen = Self([[false; 4]; Family::ALL.len()]);
        for metric in Family::ALL.into_iter().flat_map(Family::metrics) {
            chosen.0[metric.family as usize][metric.part as usize] = matches(&metric.name());
        }
        chosen
    }

    pub(crate) fn has(&self, metric: Metric) -> bool {
        self.0[metric.family as usize][metric.part as usize]
    }

    /// Whether a metric of another family is requested.
    pub(crate) fn has_other_than(&self, family: Family) -> bool {
        let others = Family::ALL.into_iter().filter(|other| *other != family);
        others.into_iter().any(|other| self.has_any(other))
    }

    /// Whether a metric of this family is requested.
    pub(crate) fn has_any(&self, family: Family) -> bool {
        self.0[family as usize].contains(&true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_sorted_and_named_once() {
        let names: Vec<Text> = Family::ALL.into_iter().map(Family::name).collect();
        assert!(names.is_sorted());
        let selection = Selection::of(|name| name.ends_with("_count"));
        assert!(selection.has(Metric { family: Family::ReconcileTime, part: Part::Count }));
        assert!(!selection.has(Metric { family: Family::ReconcileTime, part: Part::Sum }));
        assert!(selection.has_any(Family::ReconcileTime) && !selection.has_any(Family::Up));
    }
}
