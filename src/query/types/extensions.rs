//! Every Flux extension: where it is installed, which version, and how installing it went.
//!
//! Source: Resource Graph, `microsoft.kubernetesconfiguration/extensions` of type `microsoft.flux`. One row per
//! extension, sorted by cluster.

use super::located::{
    EXTENSIONS_PAGE, Located, cluster, cluster_id, cluster_type, resource_group, subscription,
    subscription_id,
};
use crate::inventory::Filters;
use crate::query::kql::{self, KqlTable};
use crate::query::native::{NativePanel, NativeQuery};
use crate::query::params::Params;
use crate::query::query_type::{EditorGroup, FromInventory, InventoryType, QueryType};
use crate::query::severity;
use crate::query::spec::{FrameSpec, States};
use crate::query::table::{RowType, TableField, borrowed, owned, specs, table, table_spec};
use crate::query::view::View;
use flux::{ClusterRef, Extension, ProvisioningState};
use frame::Frame;

pub(super) static TYPE: QueryType = QueryType {
    id: "extensions",
    title: "Flux extensions",
    description: "Every microsoft.flux extension with its version, provisioning state and error.",
    group: EditorGroup::Fleet,
    shows_conditions: false,
    needs_clusters: false,
    definition: &FromInventory(Extensions),
};

#[derive(Debug)]
struct Extensions;

impl RowType for Extensions {
    type Row<'a> = &'a Extension;
}

impl<'a> Located<'a> for &'a Extension {
    fn cluster(self) -> &'a ClusterRef {
        &self.cluster
    }
}

/// A field of this table.
type Field = TableField<Extensions>;

static FIELDS: [Field; 12] = [
    subscription_id(),
    subscription(),
    resource_group(),
    cluster::<Extensions>().links(&[EXTENSIONS_PAGE]),
    cluster_type(),
    Field::text(
        "version",
        "Version",
        "Version of the extension that runs, else the requested version; empty while it is being installed.",
        |row, _| row.version.as_deref().and_then(borrowed),
    ),
    Field::text(
        "releaseTrain",
        "Release train",
        "Stable or Preview; empty where it isn't reported.",
        |row, _| row.release_train.as_deref().and_then(borrowed),
    ),
    Field::boolean(
        "autoUpgrade",
        "Auto-upgrade",
        "Whether Azure upgrades it by itself; empty where it isn't reported.",
        |row| row.auto_upgrade,
    ),
    Field::text(
        "provisioningState",
        "State",
        "How far Azure has come with installing or upgrading it; empty where it isn't reported.",
        |row, _| row.provisioning_state.as_ref().and_then(|state| borrowed(state.as_str())),
    )
    .states(States::Provisioning)
    .links(&[EXTENSIONS_PAGE]),
    Field::text(
        "statusMessage",
        "Status message",
        "The most severe status or error of the extension, cut at 2,048 bytes; empty when there is none.",
        |row, _| row.status_message.as_deref().and_then(borrowed),
    )
    .width(400),
    cluster_id(),
    Field::text("id", "Id", "ARM id of the extension.", |row, _| owned(row.arm_id())).hidden(),
];

impl InventoryType for Extensions {
    type Own = ();

    fn frame_spec(_: &Params<(), Filters>) -> FrameSpec {
        table_spec(&FIELDS)
    }

    fn frame(params: &Params<(), Filters>, view: &View<'_>) -> Frame {
        let extensions = view.snapshot.extensions();
        let mut rows: Vec<_> = extensions
            .matching(&params.filters, view.snapshot.names())
            .map(|row| &*extensions.rows()[row])
            .collect();
        rows.sort_by_key(|row| severity::of_provisioning(row.provisioning_state.as_ref()));
        table(TYPE.id, &FIELDS, &rows, params.limit, view)
    }

    fn native_panel(params: &Params<(), Filters>, panel: &NativePanel<'_>) -> Option<NativeQuery> {
        let table = KqlTable {
            rows: kql::extensions(panel.style, &params.filters),
            more: kql::extension_columns() + &kql::with_subscription(),
            order: kql::rank(
                "provisioningState",
                ProvisioningState::KNOWN.iter().map(ProvisioningState::as_str),
            ),
            columns: kql::of_cluster(&[
                "version",
                "releaseTrain",
                "autoUpgrade",
                "provisioningState",
                "statusMessage",
            ]),
        };
        Some(NativeQuery::Kql(table.query(specs(&FIELDS))))
    }
}
