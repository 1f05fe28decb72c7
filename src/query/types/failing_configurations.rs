//! For alert rules: Flux configurations that are Non-Compliant, or that Azure failed to create or change.

use crate::query::alert::{self, Alerting, INCLUDE, cluster_labels, specs};
use crate::query::{Answer, Group, Params, QueryType, View};
use frame::{Frame, FrameType};

pub(in crate::query) static TYPE: QueryType = QueryType {
    id: "failing-configurations",
    title: "Failing configurations",
    description: "For alert rules: one row per Flux configuration that is Non-Compliant or failed to be provisioned, 0 when none is.",
    group: Group::Alerts,
    own_params: &[INCLUDE],
    frame_types: &[FrameType::NumericLong],
    fields: || specs(&LABELS),
    shows_conditions: false,
    needs_clusters: false,
    answer: Answer::Inventory(answer),
};

static LABELS: [(&str, &str); 2] = [
    ("configuration", "Name of the Flux configuration."),
    ("namespace", "Namespace of its Flux objects; empty where it isn't reported."),
];

fn answer(params: &Params, view: &View<'_>) -> Frame {
    let configurations = view.snapshot.configurations();
    let items = configurations.matching(&params.filters(), view.snapshot.names()).map(|row| {
        let configuration = &configurations.rows()[row];
        let mut labels = cluster_labels(&configuration.cluster);
        labels.push(Some(configuration.name.to_string()));
        labels.push(configuration.namespace.as_ref().map(ToString::to_string));
        Alerting { labels, failing: configuration.is_failing() }
    });
    alert::frame(TYPE.id, &specs(&LABELS), items, params, view)
}
