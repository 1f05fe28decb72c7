//! Which clusters GitOps reaches: every cluster, with Flux, with its extension only, or without.
//!
//! Source: Resource Graph, `resources` of the types `managedClusters` and `connectedClusters`, joined with the Flux
//! extensions and configurations of the snapshot. One row per cluster, sorted by name; clusters that have something of
//! Flux and aren't listed are rows as well. The list is read every few minutes, and only after a query needed it.

use super::located::{
    EXTENSIONS_PAGE, Located, cluster, cluster_id, cluster_type, resource_group, subscription,
    subscription_id,
};
use crate::inventory::{CoveredCluster, Filters};
use crate::query::kql::{self, KqlTable};
use crate::query::native::{NativePanel, NativeQuery};
use crate::query::params::Params;
use crate::query::query_type::{EditorGroup, FromInventory, InventoryType, QueryType};
use crate::query::spec::{FrameSpec, States};
use crate::query::table::{RowType, TableField, borrowed, specs, table, table_spec};
use crate::query::view::View;
use flux::{ClusterRef, Coverage};
use frame::Frame;

pub(super) static TYPE: QueryType = QueryType {
    id: "coverage",
    title: "Coverage",
    description: "Every cluster, and whether it has Flux with a configuration, only the extension or a configuration, or no Flux.",
    group: EditorGroup::Fleet,
    shows_conditions: false,
    needs_clusters: true,
    definition: &FromInventory(Clusters),
};

#[derive(Debug)]
struct Clusters;

impl RowType for Clusters {
    type Row<'a> = &'a CoveredCluster;
}

impl<'a> Located<'a> for &'a CoveredCluster {
    fn cluster(self) -> &'a ClusterRef {
        &self.cluster.reference
    }
}

/// A field of this table.
type Field = TableField<Clusters>;

static FIELDS: [Field; 13] = [
    subscription_id(),
    subscription(),
    resource_group(),
    cluster::<Clusters>(),
    cluster_type(),
    Field::text(
        "location",
        "Location",
        "Azure region; empty for a cluster that isn't listed: one that the identity may not read, or that is neither AKS nor Arc.",
        |row, _| row.cluster.location.as_deref().and_then(borrowed),
    ),
    Field::text(
        "kubernetesVersion",
        "Kubernetes",
        "Version of Kubernetes that runs; empty where it isn't reported.",
        |row, _| row.cluster.kubernetes_version.as_deref().and_then(borrowed),
    )
    .width(110),
    Field::text(
        "coverage",
        "Coverage",
        "Flux: the extension and at least one configuration; Extension only; Configuration only: no extension is visible that would reconcile it; No Flux: neither.",
        |row, _| borrowed(row.coverage().as_str()),
    )
    .states(States::Coverage)
    .links(&[EXTENSIONS_PAGE])
    .width(130),
    Field::text(
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
    Field::text(
        "version",
        "Extension version",
        "Version of the extension that runs, else the requested version; empty without one.",
        |row, _| row.extension.as_ref()?.version.as_deref().and_then(borrowed),
    ),
    Field::integer(
        "configurations",
        "Configurations",
        "Number of Flux configurations on the cluster.",
        |row| i64::try_from(row.configurations).ok(),
    ),
    Field::text(
        "connectivity",
        "Connectivity",
        "Arc: whether its agents reach Azure (Connected, Offline, …); AKS: whether it runs (Running, Stopped); empty where it isn't reported.",
        |row, _| row.cluster.connectivity.as_deref().and_then(borrowed),
    ),
    cluster_id(),
];

impl InventoryType for Clusters {
    type Own = ();

    fn frame_spec(_: &Params<(), Filters>) -> FrameSpec {
        table_spec(&FIELDS)
    }

    fn frame(params: &Params<(), Filters>, view: &View<'_>) -> Frame {
        let clusters = &view.snapshot.clusters().covered;
        let mut rows: Vec<_> = clusters
            .matching(&params.filters, view.snapshot.names())
            .map(|row| &*clusters.rows()[row])
            .collect();
        let place = |coverage| Coverage::KNOWN.iter().position(|known| *known == coverage);
        rows.sort_by_key(|row| place(row.coverage()));
        table(TYPE.id, &FIELDS, &rows, params.limit, view)
    }

    fn native_panel(params: &Params<(), Filters>, panel: &NativePanel<'_>) -> Option<NativeQuery> {
        let table = KqlTable {
            rows: kql::clusters(panel.style, &params.filters),
            // Names of subscriptions would need a second join, and Resource Graph allows one.
            more: kql::coverage() + "\n| extend subscription = subscriptionId",
            order: kql::rank("coverage", Coverage::KNOWN.iter().map(|one| one.as_str())),
            columns: kql::of_cluster(&[
                "location",
                "kubernetesVersion",
                "coverage",
                "provisioningState",
                "version",
                "configurations",
                "connectivity",
            ]),
        };
        Some(NativeQuery::Kql(table.query(specs(&FIELDS))))
    }
}
