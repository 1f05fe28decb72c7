//! Number of objects by state, over time.
//!
//! Source: `gotk_resource_info` of kube-state-metrics, `gotk_reconcile_condition` and `gotk_suspend_status` of the
//! controllers until Flux 2.4. Where an endpoint has neither, these metrics have no values: Azure keeps no
//! history. The query types `reconcilers`, `reconciler-counts` and `not-ready` have the present state all the same.

use super::{Measure, Metric, MetricGroup};
use crate::prometheus::Subject;
use flux::ObjectState;

const fn objects(
    id: &'static str,
    title: &'static str,
    description: &'static str,
    state: Option<ObjectState>,
) -> Metric {
    Metric {
        id,
        title,
        description,
        unit: "short",
        group: MetricGroup::Readiness,
        subject: Subject::Object,
        group_by: &["cluster", "kind", "namespace"],
        default_group_by: &["kind"],
        measure: Measure::Objects(state),
    }
}

pub(super) static METRICS: [Metric; 6] = [
    objects("objects", "Objects", "Flux objects that are reconciled, in any state.", None),
    objects(
        "objects-ready",
        "Objects, ready",
        "Flux objects whose Ready condition is True and that aren't suspended.",
        Some(ObjectState::Ready),
    ),
    objects(
        "objects-failing",
        "Objects, failing",
        "Flux objects whose Ready condition is False and that aren't suspended.",
        Some(ObjectState::Failing),
    ),
    objects(
        "objects-unknown",
        "Objects, in progress",
        "Flux objects whose Ready condition is Unknown and that aren't suspended.",
        Some(ObjectState::Unknown),
    ),
    objects(
        "objects-suspended",
        "Objects, suspended",
        "Flux objects whose reconciliation is switched off.",
        Some(ObjectState::Suspended),
    ),
    objects(
        "objects-new",
        "Objects, new",
        "Flux objects that were never reconciled; only kube-state-metrics knows them.",
        Some(ObjectState::New),
    ),
];
