//! How many Flux extensions there are, by state or whatever else tells them apart.

use crate::inventory::Dimension;
use crate::query::counts::{self, FORMAT, count_spec, group_by, label_spec};
use crate::query::spec::{FieldSpec, ParamSpec};
use crate::query::{Answer, Group, Params, QueryType, View};
use frame::{Frame, FrameType};

pub(in crate::query) static TYPE: QueryType = QueryType {
    id: "extension-counts",
    title: "Extension counts",
    description: "Number of Flux extensions by provisioning state, version, cluster type and so on.",
    group: Group::Fleet,
    own_params: &PARAMS,
    frame_types: &[FrameType::NumericWide, FrameType::NumericLong],
    fields: || vec![label_spec(Dimension::ProvisioningState.field()), count()],
    shows_conditions: false,
    needs_clusters: false,
    answer: Answer::Inventory(answer),
};

static PARAMS: [ParamSpec; 2] = [
    group_by(&[
        Dimension::ProvisioningState,
        Dimension::Version,
        Dimension::ReleaseTrain,
        Dimension::ClusterType,
        Dimension::Subscription,
        Dimension::ResourceGroup,
        Dimension::Cluster,
    ]),
    FORMAT,
];

fn count() -> FieldSpec {
    count_spec("Number of Flux extensions.")
}

fn answer(params: &Params, view: &View<'_>) -> Frame {
    counts::answer(TYPE.id, view.snapshot.extensions(), &count(), params, view)
}
