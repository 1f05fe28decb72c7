//! The work queues of the controllers.
//!
//! Source: `workqueue_…` of controller-runtime. Since version 0.21 series have a label `priority`, so they are summed
//! by queue.

use super::{CONTROLLER, Measure, Metric, MetricGroup, all};
use crate::prometheus::{Aggregation, Subject};

/// The largest finite bound is 10 seconds until controller-runtime 0.18, and 1,000 seconds since.
const BOUNDS: &[f64] = &[10.0, 1_000.0];

const fn queue(
    id: &'static str,
    title: &'static str,
    description: &'static str,
    unit: &'static str,
    measure: Measure,
) -> Metric {
    Metric {
        id,
        title,
        description,
        unit,
        group: MetricGroup::Queues,
        subject: Subject::Queue,
        group_by: CONTROLLER,
        default_group_by: &["controller"],
        measure,
    }
}

pub(super) static METRICS: [Metric; 9] = [
    queue(
        "queue-depth",
        "Queue depth",
        "Objects that wait for their reconciliation.",
        "short",
        Measure::Gauge { name: "workqueue_depth", only: &[], how: Aggregation::Sum },
    ),
    queue(
        "queue-longest-running",
        "Longest running reconciliation",
        "How long the oldest reconciliation under way has been running.",
        "s",
        Measure::Gauge {
            name: "workqueue_longest_running_processor_seconds",
            only: &[],
            how: Aggregation::Max,
        },
    ),
    queue(
        "queue-unfinished",
        "Unfinished work",
        "How long all reconciliations under way have been running, added up.",
        "s",
        Measure::Gauge {
            name: "workqueue_unfinished_work_seconds",
            only: &[],
            how: Aggregation::Sum,
        },
    ),
    queue(
        "queue-adds",
        "Objects queued",
        "Objects that are added to the queue, per minute.",
        "opm",
        Measure::Rate { counter: all("workqueue_adds_total"), per_seconds: 60.0 },
    ),
    queue(
        "queue-retries",
        "Objects queued again",
        "Objects that are put back into the queue, per minute: after an error, and to be reconciled again after their interval.",
        "opm",
        Measure::Rate { counter: all("workqueue_retries_total"), per_seconds: 60.0 },
    ),
    queue(
        "queue-wait",
        "Time in the queue, average",
        "Mean time from queueing to the beginning of the reconciliation. Absent while nothing was queued.",
        "s",
        Measure::Average { histogram: "workqueue_queue_duration_seconds", only: &[] },
    ),
    queue(
        "queue-wait-quantile",
        "Time in the queue, quantile",
        "Time within which a share of the queued objects came up. Absent while nothing was queued.",
        "s",
        Measure::Quantile {
            histogram: "workqueue_queue_duration_seconds",
            only: &[],
            last_bounds: BOUNDS,
        },
    ),
    queue(
        "queue-work",
        "Time of work, average",
        "Mean time from the beginning to the end of what was queued. Absent while nothing ended.",
        "s",
        Measure::Average { histogram: "workqueue_work_duration_seconds", only: &[] },
    ),
    queue(
        "queue-work-quantile",
        "Time of work, quantile",
        "Time within which a share of what was queued ended. Absent while nothing ended.",
        "s",
        Measure::Quantile {
            histogram: "workqueue_work_duration_seconds",
            only: &[],
            last_bounds: BOUNDS,
        },
    ),
];
