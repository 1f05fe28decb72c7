//! For alert rules: Flux configurations that are Non-Compliant, or that Azure failed to create or change.

use crate::inventory::Filters;
use crate::query::alert::{self, AlertItem, AlertParams, cluster_labels};
use crate::query::kql;
use crate::query::native::{NativePanel, NativeQuery};
use crate::query::params;
use crate::query::query_type::{EditorGroup, FromInventory, InventoryType, QueryType};
use crate::query::spec::FrameSpec;
use crate::query::view::View;
use frame::Frame;
use std::time::Duration;

pub(super) static TYPE: QueryType = QueryType {
    id: "failing-configurations",
    title: "Failing configurations",
    description: "For alert rules: one row per Flux configuration that is Non-Compliant or failed to be provisioned, 0 when none is.",
    group: EditorGroup::Alerts,
    shows_conditions: false,
    needs_clusters: false,
    definition: &FromInventory(FailingConfigurations),
};

static LABELS: [(&str, &str); 2] = [
    ("configuration", "Name of the Flux configuration."),
    ("namespace", "Namespace of its Flux objects; empty where it isn't reported."),
];

type Params = params::Params<AlertParams, Filters>;

#[derive(Debug)]
struct FailingConfigurations;

impl InventoryType for FailingConfigurations {
    type Own = AlertParams;

    fn frame_spec(_: &Params) -> FrameSpec {
        alert::frame_spec(&LABELS)
    }

    fn frame(params: &Params, view: &View<'_>) -> Frame {
        let configurations = view.snapshot.configurations();
        let items = configurations.matching(&params.filters, view.snapshot.names()).map(|row| {
            let configuration = &configurations.rows()[row];
            let mut labels = cluster_labels(&configuration.cluster);
            labels.push(Some(configuration.name.to_string()));
            labels.push(configuration.namespace.as_ref().map(ToString::to_string));
            AlertItem { labels, failing: configuration.is_failing() }
        });
        alert::frame(TYPE.id, &LABELS, items, params.own.include, params.limit, view.portal)
    }

    fn native_panel(params: &Params, panel: &NativePanel<'_>) -> Option<NativeQuery> {
        let rows = kql::configurations(panel.style, &params.filters, true);
        Some(NativeQuery::Kql(kql::count_where(&rows, &kql::configuration_fails())))
    }

    fn native_rule(params: &Params, _: Duration) -> Option<NativeQuery> {
        let rows = kql::configurations(kql::IN_RULES, &params.filters, true);
        Some(NativeQuery::Kql(kql::alert_rows(
            &rows,
            &kql::configuration_fails(),
            &["configuration", "namespace"],
        )))
    }
}
