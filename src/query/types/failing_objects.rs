//! For alert rules: Flux objects that are Non-Compliant or not ready.

use crate::inventory::Filters;
use crate::query::alert::{self, AlertItem, AlertParams, cluster_labels};
use crate::query::kql;
use crate::query::native::{NativePanel, NativeQuery};
use crate::query::objects::matching_objects;
use crate::query::params;
use crate::query::query_type::{EditorGroup, FromInventory, InventoryType, QueryType};
use crate::query::spec::FrameSpec;
use crate::query::view::View;
use frame::Frame;
use std::time::Duration;

pub(super) static TYPE: QueryType = QueryType {
    id: "failing-objects",
    title: "Failing objects",
    description: "For alert rules: one row per Flux object that is Non-Compliant or not ready (suspended ones aside), 0 when none is.",
    group: EditorGroup::Alerts,
    shows_conditions: false,
    needs_clusters: false,
    definition: &FromInventory(FailingObjects),
};

static LABELS: [(&str, &str); 4] = [
    ("configuration", "Name of the Flux configuration."),
    ("kind", "Kubernetes kind; empty where it isn't reported."),
    ("namespace", "Namespace of the object; empty where it isn't reported."),
    ("name", "Name of the object."),
];

type Params = params::Params<AlertParams, Filters>;

#[derive(Debug)]
struct FailingObjects;

impl InventoryType for FailingObjects {
    type Own = AlertParams;

    fn frame_spec(_: &Params) -> FrameSpec {
        alert::frame_spec(&LABELS)
    }

    fn frame(params: &Params, view: &View<'_>) -> Frame {
        let items = matching_objects(&params.filters, view).map(|row| {
            let mut labels = cluster_labels(&row.configuration.cluster);
            labels.push(Some(row.configuration.name.to_string()));
            labels.push(row.object.kind.as_ref().map(ToString::to_string));
            labels.push(row.object.namespace.as_ref().map(ToString::to_string));
            labels.push(Some(row.object.name.to_string()));
            AlertItem { labels, failing: row.object.is_failing() }
        });
        alert::frame(TYPE.id, &LABELS, items, params.own.include, params.limit, view.portal)
    }

    fn native_panel(params: &Params, panel: &NativePanel<'_>) -> Option<NativeQuery> {
        let rows = kql::objects(panel.style, &params.filters);
        Some(NativeQuery::Kql(kql::count_where(&rows, &kql::object_fails())))
    }

    fn native_rule(params: &Params, _: Duration) -> Option<NativeQuery> {
        let rows = kql::objects(kql::IN_RULES, &params.filters);
        Some(NativeQuery::Kql(kql::alert_rows(
            &rows,
            &kql::object_fails(),
            &["configuration", "kind", "namespace", "name"],
        )))
    }
}
