//! How many clusters GitOps reaches and how many it doesn't, or clusters by whatever else tells them apart.

use crate::inventory::Dimension;
use crate::query::counts::{self, FORMAT, count_spec, group_by, label_spec};
use crate::query::spec::{FieldSpec, ParamSpec};
use crate::query::{Answer, Group, Params, QueryType, View};
use frame::{Frame, FrameType};

pub(in crate::query) static TYPE: QueryType = QueryType {
    id: "coverage-counts",
    title: "Coverage counts",
    description: "Number of clusters with Flux, with its extension only and without, or by region, Kubernetes version and so on.",
    group: Group::Fleet,
    own_params: &PARAMS,
    frame_types: &[FrameType::NumericWide, FrameType::NumericLong],
    fields: || vec![label_spec(Dimension::Coverage.field()), count()],
    shows_conditions: false,
    needs_clusters: true,
    answer: Answer::Inventory(answer),
};

static PARAMS: [ParamSpec; 2] = [
    group_by(&[
        Dimension::Coverage,
        Dimension::Location,
        Dimension::KubernetesVersion,
        Dimension::Connectivity,
        Dimension::ClusterType,
        Dimension::ProvisioningState,
        Dimension::Version,
        Dimension::Subscription,
        Dimension::ResourceGroup,
        Dimension::Cluster,
    ]),
    FORMAT,
];

fn count() -> FieldSpec {
    count_spec("Number of clusters.")
}

fn answer(params: &Params, view: &View<'_>) -> Frame {
    counts::answer(TYPE.id, &view.snapshot.clusters().covered, &count(), params, view)
}
