//! Every Flux object with its readiness, from whoever knows it best, joined with what Azure says of it.
//!
//! Source: `gotk_resource_info` (kube-state-metrics), `gotk_reconcile_condition` and `gotk_suspend_status` (controllers
//! until Flux 2.4), `statuses` of Azure's configurations for whatever no endpoint knows. One row per object, sorted by
//! cluster, kind, namespace and name.

use crate::query::ask::{EndpointAnswer, MetricsQuery};
use crate::query::flux_objects::{Identity, Object, Witness, ask_details, objects, witness_notice};
use crate::query::objects::ObjectRow;
use crate::query::spec::{Choice, Control, METRIC_FILTERS, ParamSpec, States};
use crate::query::table::{Column, RowType, borrowed, owned, specs, table};
use crate::query::types::joined::{
    Joined, cluster, configuration, id, kind, name, namespace, portal_link,
};
use crate::query::{Answer, Group, MetricsAnswer, Need, QueryType, Timing, View};
use flux::ObjectState;
use frame::{Frame, FrameType};

pub(in crate::query) static TYPE: QueryType = QueryType {
    id: "reconcilers",
    title: "Reconcilers and sources",
    description: "Every Flux object with its readiness, from Prometheus where it knows, else from Azure.",
    group: Group::Metrics,
    own_params: &[STATE],
    frame_types: &[FrameType::Table],
    fields: || specs(&COLUMNS),
    shows_conditions: true,
    needs_clusters: false,
    answer: Answer::Metrics(MetricsAnswer {
        filters: &METRIC_FILTERS,
        snapshot: |_| Need::Some,
        endpoints: |_| Need::All,
        must_be_whole: false,
        timing: |_, range, _, scrape_interval| Timing::instant(range, scrape_interval),
        plan: |_, place| ask_details(place),
        frames,
    }),
};

/// A large fleet's failing objects alone fit below the row limit.
const STATE: ParamSpec = ParamSpec {
    name: "state",
    label: "State",
    help: "Only objects in this state.",
    control: Control::OneOf(&[
        Choice { value: "any", label: "Any" },
        state(ObjectState::Failing),
        state(ObjectState::Unknown),
        state(ObjectState::New),
        state(ObjectState::Suspended),
        state(ObjectState::Ready),
    ]),
};

const fn state(state: ObjectState) -> Choice {
    Choice { value: state.as_str(), label: state.as_str() }
}

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

/// A column of this table.
type Col = Column<Objects>;

static COLUMNS: [Col; 16] = [
    cluster(),
    kind(),
    namespace(),
    name(),
    Col::text(
        "state",
        "State",
        "Failing, Unknown (in progress), New (never reconciled), Suspended or Ready.",
        |row, _| borrowed(row.state.as_str()),
    )
    .states(States::Object)
    .width(110),
    Col::text(
        "ready",
        "Ready",
        "Status of the Ready condition: True, False or Unknown; empty before the first reconciliation.",
        |row, _| row.ready.and_then(|status| borrowed(status.as_str())),
    )
    .states(States::Condition)
    .width(80),
    Col::boolean("suspended", "Suspended", "Whether reconciliation is switched off.", |row| {
        Some(row.state == ObjectState::Suspended)
    })
    .width(100),
    Col::text(
        "revision",
        "Revision",
        "What it is at, as Flux spells it; empty where nobody reports it.",
        |row, _| row.revision.and_then(borrowed),
    ),
    Col::text(
        "message",
        "Message",
        "Message of the condition that Azure reports for the object, cut at 2,048 bytes; empty where none is reported.",
        |row, _| row.azure.and_then(|azure| azure.object.fact().message.and_then(|text| borrowed(text))),
    )
    .width(400),
    configuration(),
    Col::text(
        "source",
        "Known from",
        "Who says so: kube-state-metrics, controllers or Azure.",
        |row, _| borrowed(row.witness.as_str()),
    ),
    Col::text(
        "resourceGroup",
        "Resource group",
        "Resource group of the cluster; empty where Azure doesn't know the cluster, or several of that name.",
        |row, _| row.cluster.and_then(|cluster| borrowed(&cluster.resource_group)),
    ),
    Col::text(
        "subscriptionId",
        "Subscription id",
        "Id of the cluster's subscription; empty where the resource group is.",
        |row, _| row.cluster.and_then(|cluster| borrowed(&cluster.subscription_id)),
    )
    .hidden(),
    Col::text(
        "clusterId",
        "Cluster id",
        "ARM id of the cluster; empty where the resource group is.",
        |row, _| row.cluster.and_then(|cluster| owned(cluster.arm_id())),
    )
    .hidden(),
    id(),
    portal_link(),
];

fn frames(query: &MetricsQuery<'_>, answers: &[EndpointAnswer], view: &View<'_>) -> Vec<Frame> {
    let objects = objects(query.params, answers, view);
    let state = query.params.choice("state");
    let wanted = |object: &&Object<'_>| state == "any" || object.state.as_str() == state;
    let rows: Vec<&Object<'_>> = objects.iter().filter(wanted).collect();
    let mut frame = table(TYPE.id, &COLUMNS, &rows, query.params, view);
    let from_azure = rows.iter().filter(|object| object.witness == Witness::Azure).count();
    frame.meta.notices.extend(witness_notice(from_azure, query.endpoints));
    vec![frame]
}
