//! Which clusters GitOps reaches: every cluster, with Flux, with its extension only, or without.
//!
//! Source: Resource Graph, `resources` of the types `managedClusters` and `connectedClusters`, joined with the Flux
//! extensions and configurations of the snapshot. One row per cluster, sorted by name; clusters that have something of
//! Flux and aren't listed are rows as well. Listed every few minutes, and only once somebody asks.

use super::located::{
    EXTENSIONS_PAGE, Located, cluster, cluster_id, cluster_type, resource_group, subscription,
    subscription_id,
};
use crate::inventory::CoveredCluster;
use crate::query::spec::States;
use crate::query::table::{Column, RowType, borrowed, specs, table};
use crate::query::{Answer, Group, Params, QueryType, View};
use flux::ClusterRef;
use frame::{Frame, FrameType};

pub(in crate::query) static TYPE: QueryType = QueryType {
    id: "coverage",
    title: "Coverage",
    description: "Every cluster, and whether it has Flux with a configuration, only the extension or a configuration, or no Flux.",
    group: Group::Fleet,
    own_params: &[],
    frame_types: &[FrameType::Table],
    fields: || specs(&COLUMNS),
    shows_conditions: false,
    needs_clusters: true,
    answer: Answer::Inventory(answer),
};

struct Clusters;

impl RowType for Clusters {
    type Row<'a> = &'a CoveredCluster;
}

impl<'a> Located<'a> for &'a CoveredCluster {
    fn cluster(self) -> &'a ClusterRef {
        &self.cluster.reference
    }
}

/// A column of this table.
type Col = Column<Clusters>;

static COLUMNS: [Col; 13] = [
    subscription_id(),
    subscription(),
    resource_group(),
    cluster::<Clusters>(),
    cluster_type(),
    Col::text(
        "location",
        "Location",
        "Azure region; empty of a cluster that isn't listed: one that the identity may not read, or neither AKS nor Arc.",
        |row, _| row.cluster.location.as_deref().and_then(borrowed),
    ),
    Col::text(
        "kubernetesVersion",
        "Kubernetes",
        "Version of Kubernetes that runs; empty where it isn't reported.",
        |row, _| row.cluster.kubernetes_version.as_deref().and_then(borrowed),
    )
    .width(110),
    Col::text(
        "coverage",
        "Coverage",
        "Flux: the extension and at least one configuration; Extension only; Configuration only: no extension is visible that would reconcile it; No Flux: neither.",
        |row, _| borrowed(row.coverage().as_str()),
    )
    .states(States::Coverage)
    .links(&[EXTENSIONS_PAGE])
    .width(130),
    Col::text(
        "provisioningState",
        "Extension state",
        "How far Azure has come with installing or upgrading the extension; empty without one, or where it isn't reported.",
        |row, _| {
            let state = row.extension.as_ref()?.provisioning_state.as_ref()?;
            borrowed(state.as_str())
        },
    )
    .states(States::Provisioning)
    .links(&[EXTENSIONS_PAGE]),
    Col::text(
        "version",
        "Extension version",
        "Version of the extension that runs, else the one that is wanted; empty without one.",
        |row, _| row.extension.as_ref()?.version.as_deref().and_then(borrowed),
    ),
    Col::integer(
        "configurations",
        "Configurations",
        "Number of Flux configurations on the cluster.",
        |row| i64::try_from(row.configurations).ok(),
    ),
    Col::text(
        "connectivity",
        "Connectivity",
        "Arc: whether its agents reach Azure (Connected, Offline, …); AKS: whether it runs (Running, Stopped); empty where it isn't reported.",
        |row, _| row.cluster.connectivity.as_deref().and_then(borrowed),
    ),
    cluster_id(),
];

fn answer(params: &Params, view: &View<'_>) -> Frame {
    let clusters = &view.snapshot.clusters().covered;
    let rows: Vec<_> = clusters
        .matching(&params.filters(), view.snapshot.names())
        .map(|row| &*clusters.rows()[row])
        .collect();
    table(TYPE.id, &COLUMNS, &rows, params, view)
}
