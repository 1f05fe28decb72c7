//! Every Flux extension: where it is installed, which version, and how installing it went.
//!
//! Source: Resource Graph, `microsoft.kubernetesconfiguration/extensions` of type `microsoft.flux`. One row per
//! extension, sorted by cluster.

use super::located::{
    EXTENSIONS_PAGE, Located, cluster, cluster_id, cluster_type, resource_group, subscription,
    subscription_id,
};
use crate::query::spec::States;
use crate::query::table::{Column, RowType, borrowed, owned, specs, table};
use crate::query::{Answer, Group, Params, QueryType, View};
use flux::{ClusterRef, Extension};
use frame::{Frame, FrameType};

pub(in crate::query) static TYPE: QueryType = QueryType {
    id: "extensions",
    title: "Flux extensions",
    description: "Every microsoft.flux extension with its version, provisioning state and error.",
    group: Group::Fleet,
    own_params: &[],
    frame_types: &[FrameType::Table],
    fields: || specs(&COLUMNS),
    shows_conditions: false,
    needs_clusters: false,
    answer: Answer::Inventory(answer),
};

struct Extensions;

impl RowType for Extensions {
    type Row<'a> = &'a Extension;
}

impl<'a> Located<'a> for &'a Extension {
    fn cluster(self) -> &'a ClusterRef {
        &self.cluster
    }
}

/// A column of this table.
type Col = Column<Extensions>;

static COLUMNS: [Col; 12] = [
    subscription_id(),
    subscription(),
    resource_group(),
    cluster::<Extensions>().links(&[EXTENSIONS_PAGE]),
    cluster_type(),
    Col::text(
        "version",
        "Version",
        "Version of the extension that runs, else the one that is wanted; empty while it is being installed.",
        |row, _| row.version.as_deref().and_then(borrowed),
    ),
    Col::text(
        "releaseTrain",
        "Release train",
        "Stable or Preview; empty where it isn't reported.",
        |row, _| row.release_train.as_deref().and_then(borrowed),
    ),
    Col::boolean(
        "autoUpgrade",
        "Auto-upgrade",
        "Whether Azure upgrades it by itself; empty where it isn't reported.",
        |row| row.auto_upgrade,
    ),
    Col::text(
        "provisioningState",
        "State",
        "How far Azure has come with installing or upgrading it; empty where it isn't reported.",
        |row, _| row.provisioning_state.as_ref().and_then(|state| borrowed(state.as_str())),
    )
    .states(States::Provisioning)
    .links(&[EXTENSIONS_PAGE]),
    Col::text(
        "statusMessage",
        "Status message",
        "The most severe status or error of the extension, cut at 2,048 bytes; empty when there is none.",
        |row, _| row.status_message.as_deref().and_then(borrowed),
    )
    .width(400),
    cluster_id(),
    Col::text("id", "Id", "ARM id of the extension.", |row, _| owned(row.arm_id())).hidden(),
];

fn answer(params: &Params, view: &View<'_>) -> Frame {
    let extensions = view.snapshot.extensions();
    let rows: Vec<_> = extensions
        .matching(&params.filters(), view.snapshot.names())
        .map(|row| &*extensions.rows()[row])
        .collect();
    table(TYPE.id, &COLUMNS, &rows, params, view)
}
