//! How long reconciliations take, and how often they happen.
//!
//! Source: `gotk_reconcile_duration_seconds` of every Flux controller (fluxcd/pkg), and
//! `controller_runtime_reconcile_…` of controller-runtime. The result of a healthy object is `requeue_after`, so every
//! result other than an error counts as success.

use super::{Counter, Measure, Metric, MetricGroup, OBJECT, Only, all, some};
use crate::prometheus::{Span, Subject};
use std::time::Duration;

const DURATION: &str = "gotk_reconcile_duration_seconds";
/// The largest finite bound is 10 seconds in Flux 0.x, and half an hour since.
const DURATION_BOUNDS: &[f64] = &[10.0, 1_799.999_999_999_998_6];
/// A day is long enough for the mean of objects that are reconciled once an hour, and short enough for Prometheus'
/// limit on samples.
const PAST: Span = Span { window: Duration::from_secs(86_400), ago: Duration::from_secs(86_400) };
const OPERATIONS: Counter = all("controller_runtime_reconcile_total");
const FAILED: Counter = some("controller_runtime_reconcile_total", &[Only::Is("result", "error")]);
const SUCCEEDED: Counter =
    some("controller_runtime_reconcile_total", &[Only::Not("result", "error")]);
const BY_CONTROLLER: &[&str] = &["cluster", "controller", "namespace", "pod"];
const GROUP: MetricGroup = MetricGroup::Reconciliation;

pub(super) static METRICS: [Metric; 10] = [
    Metric {
        id: "reconcile-duration",
        title: "Reconcile duration, average",
        description: "Mean time of a reconciliation. Absent while nothing was reconciled.",
        unit: "s",
        group: GROUP,
        subject: Subject::Object,
        group_by: OBJECT,
        default_group_by: &["kind"],
        measure: Measure::Average { histogram: DURATION, only: &[] },
    },
    Metric {
        id: "reconcile-duration-quantile",
        title: "Reconcile duration, quantile",
        description: "Time within which a share of the reconciliations ended. Absent while nothing was reconciled.",
        unit: "s",
        group: GROUP,
        subject: Subject::Object,
        group_by: OBJECT,
        default_group_by: &["kind"],
        measure: Measure::Quantile { histogram: DURATION, only: &[], last_bounds: DURATION_BOUNDS },
    },
    Metric {
        id: "reconcile-slowdown",
        title: "Reconcile duration, against a day ago",
        description: "How many times as long reconciliations take as in the day that ended a day ago; 0 while they take a minute at most. Absent while nothing is reconciled, and where nothing was then.",
        unit: "none",
        group: GROUP,
        subject: Subject::Object,
        group_by: OBJECT,
        default_group_by: &["cluster", "kind"],
        measure: Measure::AgainstPast { histogram: DURATION, only: &[], past: PAST, small: 60.0 },
    },
    Metric {
        id: "helm-duration-quantile",
        title: "Helm operation duration, quantile",
        description: "Time within which a share of the reconciliations of Helm releases ended. Absent while none was reconciled.",
        unit: "s",
        group: GROUP,
        subject: Subject::Object,
        group_by: &["cluster", "namespace", "name"],
        default_group_by: &[],
        measure: Measure::Quantile {
            histogram: DURATION,
            only: &[Only::Is("kind", "HelmRelease")],
            last_bounds: DURATION_BOUNDS,
        },
    },
    Metric {
        id: "reconciles",
        title: "Reconciliations of objects",
        description: "How often objects are reconciled, per minute.",
        unit: "opm",
        group: GROUP,
        subject: Subject::Object,
        group_by: OBJECT,
        default_group_by: &["kind"],
        measure: Measure::Rate {
            counter: all("gotk_reconcile_duration_seconds_count"),
            per_seconds: 60.0,
        },
    },
    Metric {
        id: "operations",
        title: "Operations",
        description: "Reconciliations that controllers ended, well or not, per minute.",
        unit: "opm",
        group: GROUP,
        subject: Subject::Controller,
        group_by: &["cluster", "controller", "namespace", "pod", "result"],
        default_group_by: &["controller"],
        measure: Measure::Rate { counter: OPERATIONS, per_seconds: 60.0 },
    },
    Metric {
        id: "operations-succeeded",
        title: "Operations, succeeded",
        description: "Reconciliations that ended without an error, per minute.",
        unit: "opm",
        group: GROUP,
        subject: Subject::Controller,
        group_by: BY_CONTROLLER,
        default_group_by: &["controller"],
        measure: Measure::Rate { counter: SUCCEEDED, per_seconds: 60.0 },
    },
    Metric {
        id: "operations-failed",
        title: "Operations, failed",
        description: "Reconciliations that ended with an error, per minute.",
        unit: "opm",
        group: GROUP,
        subject: Subject::Controller,
        group_by: BY_CONTROLLER,
        default_group_by: &["controller"],
        measure: Measure::PartRate { part: FAILED, whole: OPERATIONS, per_seconds: 60.0 },
    },
    Metric {
        id: "operations-failed-share",
        title: "Operations, share that failed",
        description: "Share of the reconciliations that ended with an error. Absent while nothing was reconciled.",
        unit: "percentunit",
        group: GROUP,
        subject: Subject::Controller,
        group_by: BY_CONTROLLER,
        default_group_by: &["controller"],
        measure: Measure::Share { part: FAILED, whole: OPERATIONS },
    },
    Metric {
        id: "reconcile-panics",
        title: "Panics while reconciling",
        description: "Reconciliations that panicked, per minute; known of Flux 2.4 and later.",
        unit: "opm",
        group: GROUP,
        subject: Subject::Controller,
        group_by: BY_CONTROLLER,
        default_group_by: &["controller"],
        measure: Measure::Rate {
            counter: all("controller_runtime_reconcile_panics_total"),
            per_seconds: 60.0,
        },
    },
];
