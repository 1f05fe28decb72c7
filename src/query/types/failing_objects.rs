//! For alert rules: Flux objects that are Non-Compliant or not ready.

use crate::query::alert::{self, Alerting, INCLUDE, cluster_labels, specs};
use crate::query::objects::matching_objects;
use crate::query::{Answer, Group, Params, QueryType, View};
use frame::{Frame, FrameType};

pub(in crate::query) static TYPE: QueryType = QueryType {
    id: "failing-objects",
    title: "Failing objects",
    description: "For alert rules: one row per Flux object that is Non-Compliant or not ready (suspended ones aside), 0 when none is.",
    group: Group::Alerts,
    own_params: &[INCLUDE],
    frame_types: &[FrameType::NumericLong],
    fields: || specs(&LABELS),
    shows_conditions: false,
    needs_clusters: false,
    answer: Answer::Inventory(answer),
};

static LABELS: [(&str, &str); 4] = [
    ("configuration", "Name of the Flux configuration."),
    ("kind", "Kubernetes kind; empty where it isn't reported."),
    ("namespace", "Namespace of the object; empty where it isn't reported."),
    ("name", "Name of the object."),
];

fn answer(params: &Params, view: &View<'_>) -> Frame {
    let items = matching_objects(params, view).map(|row| {
        let mut labels = cluster_labels(&row.configuration.cluster);
        labels.push(Some(row.configuration.name.to_string()));
        labels.push(row.object.kind.as_ref().map(ToString::to_string));
        labels.push(row.object.namespace.as_ref().map(ToString::to_string));
        labels.push(Some(row.object.name.to_string()));
        Alerting { labels, failing: row.object.is_failing() }
    });
    alert::frame(TYPE.id, &specs(&LABELS), items, params, view)
}
