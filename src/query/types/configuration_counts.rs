//! How many Flux configurations there are, by state or whatever else tells them apart.

use crate::inventory::Dimension;
use crate::query::counts::{self, FORMAT, count_spec, group_by, label_spec};
use crate::query::spec::{FieldSpec, ParamSpec};
use crate::query::{Answer, Group, Params, QueryType, View};
use frame::{Frame, FrameType};

pub(in crate::query) static TYPE: QueryType = QueryType {
    id: "configuration-counts",
    title: "Configuration counts",
    description: "Number of Flux configurations by compliance state, repository, commit, cluster and so on.",
    group: Group::Fleet,
    own_params: &PARAMS,
    frame_types: &[FrameType::NumericWide, FrameType::NumericLong],
    fields: || vec![label_spec(Dimension::ComplianceState.field()), count()],
    shows_conditions: false,
    needs_clusters: false,
    answer: Answer::Inventory(answer),
};

static PARAMS: [ParamSpec; 2] = [
    group_by(&[
        Dimension::ComplianceState,
        Dimension::Repository,
        Dimension::Commit,
        Dimension::Reference,
        Dimension::SourceKind,
        Dimension::ProvisioningState,
        Dimension::Suspended,
        Dimension::Configuration,
        Dimension::Namespace,
        Dimension::ClusterType,
        Dimension::Subscription,
        Dimension::ResourceGroup,
        Dimension::Cluster,
    ]),
    FORMAT,
];

fn count() -> FieldSpec {
    count_spec("Number of Flux configurations.")
}

fn answer(params: &Params, view: &View<'_>) -> Frame {
    counts::answer(TYPE.id, view.snapshot.configurations(), &count(), params, view)
}
