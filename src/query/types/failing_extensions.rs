//! For alert rules: Flux extensions that Azure failed to install or upgrade (provisioning state Failed).

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
    id: "failing-extensions",
    title: "Failing extensions",
    description: "For alert rules: one row per Flux extension whose provisioning failed, 0 when none did.",
    group: EditorGroup::Alerts,
    shows_conditions: false,
    needs_clusters: false,
    definition: &FromInventory(FailingExtensions),
};

static LABELS: [(&str, &str); 1] = [("extension", "Name of the extension resource.")];

type Params = params::Params<AlertParams, Filters>;

#[derive(Debug)]
struct FailingExtensions;

impl InventoryType for FailingExtensions {
    type Own = AlertParams;

    fn frame_spec(_: &Params) -> FrameSpec {
        alert::frame_spec(&LABELS)
    }

    fn frame(params: &Params, view: &View<'_>) -> Frame {
        let extensions = view.snapshot.extensions();
        let items = extensions.matching(&params.filters, view.snapshot.names()).map(|row| {
            let extension = &extensions.rows()[row];
            let mut labels = cluster_labels(&extension.cluster);
            labels.push(Some(extension.name.to_string()));
            AlertItem { labels, failing: extension.is_failing() }
        });
        alert::frame(TYPE.id, &LABELS, items, params.own.include, params.limit, view.portal)
    }

    fn native_panel(params: &Params, panel: &NativePanel<'_>) -> Option<NativeQuery> {
        let rows = kql::extensions(panel.style, &params.filters);
        Some(NativeQuery::Kql(kql::count_where(&rows, &kql::extension_fails())))
    }

    fn native_rule(params: &Params, _: Duration) -> Option<NativeQuery> {
        let rows = kql::extensions(kql::IN_RULES, &params.filters);
        Some(NativeQuery::Kql(kql::alert_rows(&rows, &kql::extension_fails(), &["extension"])))
    }
}
