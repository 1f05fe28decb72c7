//! For alert rules: Flux extensions that Azure failed to install or upgrade (provisioning state Failed).

use crate::query::alert::{self, Alerting, INCLUDE, cluster_labels, specs};
use crate::query::{Answer, Group, Params, QueryType, View};
use frame::{Frame, FrameType};

pub(in crate::query) static TYPE: QueryType = QueryType {
    id: "failing-extensions",
    title: "Failing extensions",
    description: "For alert rules: one row per Flux extension whose provisioning failed, 0 when none did.",
    group: Group::Alerts,
    own_params: &[INCLUDE],
    frame_types: &[FrameType::NumericLong],
    fields: || specs(&LABELS),
    shows_conditions: false,
    needs_clusters: false,
    answer: Answer::Inventory(answer),
};

static LABELS: [(&str, &str); 1] = [("extension", "Name of the extension resource.")];

fn answer(params: &Params, view: &View<'_>) -> Frame {
    let extensions = view.snapshot.extensions();
    let items = extensions.matching(&params.filters(), view.snapshot.names()).map(|row| {
        let extension = &extensions.rows()[row];
        let mut labels = cluster_labels(&extension.cluster);
        labels.push(Some(extension.name.to_string()));
        Alerting { labels, failing: extension.is_failing() }
    });
    alert::frame(TYPE.id, &specs(&LABELS), items, params, view)
}
