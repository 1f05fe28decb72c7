//! Every Flux object with its readiness, from the upstream that knows it best, joined with the object as Azure reports it.
//!
//! Upstreams: `gotk_resource_info` (kube-state-metrics), `gotk_reconcile_condition` and `gotk_suspend_status` (controllers
//! until Flux 2.4), `statuses` of Azure's configurations for objects whose readiness no endpoint knows. One row per object: failing
//! ones first, then by state, cluster, kind, namespace and name.

use crate::arg::kql::quote;
use crate::prometheus::Selection;
use crate::query::expression::{AskedEndpoint, EndpointSeries, Expression, Run};
use crate::query::filters::on_inventory;
use crate::query::flux_objects::{
    Identity, Object, ObjectSeries, Witness, object_expressions, objects, witness_notice,
};
use crate::query::kql::{self, KqlTable};
use crate::query::native::{NativePanel, NativeQuery};
use crate::query::objects::ObjectRow;
use crate::query::params::{self, ClosedChoice, OneOf, Param, params};
use crate::query::query_type::{EditorGroup, FromMetrics, MetricsType, Need, QueryType};
use crate::query::spec::{Choice, FrameSpec, States};
use crate::query::table::{RowType, TableField, borrowed, owned, specs, table, table_spec};
use crate::query::types::joined::{
    Joined, cluster, configuration, id, kind, name, namespace, portal_link,
};
use crate::query::view::MetricsView;
use flux::{FOLLOW_SOURCE, ObjectState, PortalPage};
use frame::Frame;

pub(super) static TYPE: QueryType = QueryType {
    id: "reconcilers",
    title: "Reconcilers and sources",
    description: "Every Flux object with its readiness, from Prometheus where it knows, else from Azure.",
    group: EditorGroup::Metrics,
    shows_conditions: true,
    needs_clusters: false,
    definition: &FromMetrics(Objects),
};

/// The state that objects must be in; `None`: any.
#[derive(Clone, Copy, Debug)]
struct Wanted(Option<ObjectState>);

impl ClosedChoice for Wanted {
    const ALL: &'static [Self] = &[
        Self(None),
        Self(Some(ObjectState::Failing)),
        Self(Some(ObjectState::Unknown)),
        Self(Some(ObjectState::New)),
        Self(Some(ObjectState::Suspended)),
        Self(Some(ObjectState::Ready)),
    ];
    const CHOICES: &'static [Choice] = &[
        Choice { value: "any", label: "Any" },
        state(ObjectState::Failing),
        state(ObjectState::Unknown),
        state(ObjectState::New),
        state(ObjectState::Suspended),
        state(ObjectState::Ready),
    ];
}

const fn state(state: ObjectState) -> Choice {
    Choice { value: state.as_str(), label: state.as_str() }
}

params! {
    /// Parameters of `reconcilers`.
    struct Own {
        // A large fleet has more objects than the row limit, but its failing objects alone fit.
        state: Wanted = Param {
            name: "state",
            label: "State",
            help: "Only objects in this state.",
            control: OneOf::new(),
        },
    }
}

type Params = params::Params<Own, Selection>;

#[derive(Debug)]
struct Objects;

impl RowType for Objects {
    type Row<'a> = &'a Object<'a>;
}

impl<'a> Joined<'a> for &'a Object<'a> {
    fn identity(self) -> Identity<'a> {
        self.identity
    }

    fn azure(self) -> Option<ObjectRow<'a>> {
        self.azure
    }
}

/// A field of this table.
type Field = TableField<Objects>;

static FIELDS: [Field; 16] = [
    cluster(),
    kind(),
    namespace(),
    name(),
    Field::text(
        "state",
        "State",
        "Failing, Unknown (in progress), New (never reconciled), Suspended or Ready.",
        |row, _| borrowed(row.state.as_str()),
    )
    .states(States::Object)
    .width(110),
    Field::text(
        "ready",
        "Ready",
        "Status of the Ready condition: True, False or Unknown; empty before the first reconciliation.",
        |row, _| row.ready.and_then(|status| borrowed(status.as_str())),
    )
    .states(States::Condition)
    .width(80),
    Field::boolean("suspended", "Suspended", "Whether reconciliation is switched off.", |row| {
        Some(row.state == ObjectState::Suspended)
    })
    .width(100),
    Field::text(
        "revision",
        "Revision",
        "Revision that was applied last, as Flux spells it; empty where it isn't reported.",
        |row, _| row.revision.and_then(borrowed),
    ),
    Field::text(
        "message",
        "Message",
        "Message of the condition that Azure reports for the object, cut at 2,048 bytes; empty where none is reported.",
        |row, _| row.azure.and_then(|azure| azure.object.fact().message.and_then(|text| borrowed(text))),
    )
    .width(400),
    configuration(),
    Field::text(
        "source",
        "Known from",
        "Where the state comes from: kube-state-metrics, controllers or Azure.",
        |row, _| borrowed(row.witness.as_str()),
    ),
    Field::text(
        "resourceGroup",
        "Resource group",
        "Resource group of the cluster; empty where Azure doesn't report the cluster, or reports several of that name.",
        |row, _| row.cluster.and_then(|cluster| borrowed(&cluster.resource_group)),
    ),
    Field::text(
        "subscriptionId",
        "Subscription id",
        "Id of the cluster's subscription; empty where the resource group is empty.",
        |row, _| row.cluster.and_then(|cluster| borrowed(&cluster.subscription_id)),
    )
    .hidden(),
    Field::text(
        "clusterId",
        "Cluster id",
        "ARM id of the cluster; empty where the resource group is empty.",
        |row, _| row.cluster.and_then(|cluster| owned(cluster.arm_id())),
    )
    .hidden(),
    id(),
    portal_link(),
];

impl MetricsType for Objects {
    type Own = Own;
    type Filters = Selection;
    type Purpose = ObjectSeries;

    fn snapshot(_: &Params) -> Need {
        Need::Some
    }

    fn endpoints(_: &Params) -> Need {
        Need::All
    }

    fn plan(_: &Params, _: Run, endpoint: &AskedEndpoint<'_>) -> Vec<Expression<ObjectSeries>> {
        object_expressions(endpoint)
    }

    fn frames(
        params: &Params,
        run: Run,
        replies: &[EndpointSeries<'_, ObjectSeries>],
        view: &MetricsView<'_>,
    ) -> Vec<Frame> {
        let objects = objects(&params.filters, replies, view);
        let Wanted(state) = params.own.state;
        let wanted = |object: &&Object<'_>| state.is_none_or(|state| object.state == state);
        let mut rows: Vec<&Object<'_>> = objects.iter().filter(wanted).collect();
        let place = |state| ObjectState::ALL.iter().position(|known| *known == state);
        rows.sort_by_key(|object| place(object.state));
        let mut frame = table(TYPE.id, &FIELDS, &rows, params.limit, view);
        let from_azure = rows.iter().filter(|object| object.witness == Witness::Azure).count();
        frame.meta.notices.extend(witness_notice(from_azure, run.endpoints));
        vec![frame]
    }

    fn frame_spec(_: &Params) -> FrameSpec {
        table_spec(&FIELDS)
    }

    fn native_panel(params: &Params, panel: &NativePanel<'_>) -> Option<NativeQuery> {
        let Selection { names, controllers, .. } = &params.filters;
        let rows =
            kql::reconcilers(panel.style, &on_inventory(&params.filters), names, controllers);
        let rows = match params.own.state {
            Wanted(None) => rows,
            Wanted(Some(state)) => {
                format!("{rows}\n| where objectState == {}", quote(state.as_str()))
            }
        };
        let mut columns =
            kql::plain(&["cluster", "resourceGroup", "kind", "namespace", "name", "ready"]);
        columns.push(("suspended", "tostring(suspended)".to_owned()));
        columns.push(("state", "objectState".to_owned()));
        let follow = FOLLOW_SOURCE.map(quote).join(", ");
        let revision = format!("iff(['kind'] in~ ({follow}), sourceSyncedCommitId, '')");
        columns.push(("revision", revision));
        columns.extend(kql::fact().into_iter().filter(|(name, _)| *name == "message"));
        columns.extend(kql::plain(&["configuration", "subscriptionId", "clusterId", "id"]));
        columns.push(("portalLink", kql::page(PortalPage::ConfigurationObjects)));
        let table = KqlTable {
            rows,
            more: String::new(),
            order: kql::rank("objectState", ObjectState::ALL.iter().map(|state| state.as_str()))
                + ", ['kind'] asc, namespace asc, name asc",
            columns,
        };
        Some(NativeQuery::Kql(table.query(specs(&FIELDS))))
    }
}
