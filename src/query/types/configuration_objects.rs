//! Every Flux object that a configuration's agent reports, with the condition that tells most and its message.
//!
//! Source: `statuses` of Flux configurations; conditions that Resource Graph leaves out are read from Resource Manager
//! (DESIGN.md, Details). One row per object, sorted by cluster, configuration, kind, namespace and name.

use super::located::{
    OBJECTS_PAGE, OfConfiguration, cluster, cluster_id, cluster_type, configuration,
    configuration_id, resource_group, subscription, subscription_id,
};
use crate::query::objects::{ObjectRow, matching_objects};
use crate::query::spec::States;
use crate::query::table::{Column, RowType, borrowed, owned, specs, table};
use crate::query::{Answer, Group, Params, QueryType, View};
use flux::FluxConfiguration;
use frame::{Frame, FrameType, Notice};

pub(in crate::query) static TYPE: QueryType = QueryType {
    id: "configuration-objects",
    title: "Configuration objects",
    description: "The Flux objects of configurations with readiness, reason and message, and Helm's failure counts.",
    group: Group::Objects,
    own_params: &[],
    frame_types: &[FrameType::Table],
    fields: || specs(&COLUMNS),
    shows_conditions: true,
    needs_clusters: false,
    answer: Answer::Inventory(answer),
};

struct Objects;

impl RowType for Objects {
    type Row<'a> = ObjectRow<'a>;
}

impl<'a> OfConfiguration<'a> for ObjectRow<'a> {
    fn configuration(self) -> &'a FluxConfiguration {
        self.configuration
    }
}

/// A column of this table.
type Col = Column<Objects>;

static COLUMNS: [Col; 22] = [
    subscription_id(),
    subscription(),
    resource_group(),
    cluster(),
    cluster_type(),
    configuration(),
    Col::text("kind", "Kind", "Kubernetes kind; empty where it isn't reported.", |row, _| {
        row.object.kind.as_deref().and_then(borrowed)
    }),
    Col::text(
        "namespace",
        "Namespace",
        "Namespace of the object; empty where it isn't reported.",
        |row, _| row.object.namespace.as_deref().and_then(borrowed),
    ),
    Col::text("name", "Name", "Name of the object.", |row, _| borrowed(&row.object.name)),
    Col::text(
        "complianceState",
        "Compliance",
        "Azure's verdict on the object; Pending also where nothing is reported yet.",
        |row, _| borrowed(row.object.compliance_state.as_str()),
    )
    .states(States::Compliance)
    .links(&[OBJECTS_PAGE]),
    Col::text(
        "ready",
        "Ready",
        "Status of the Ready condition: True, False or Unknown; empty where no condition is reported.",
        |row, _| row.object.ready().and_then(|status| borrowed(status.as_str())),
    )
    .states(States::Condition)
    .width(80),
    Col::text(
        "reason",
        "Reason",
        "Reason of the Ready condition, else of the first that is False, else of the first; empty where none is reported.",
        |row, _| row.object.fact().condition?.reason.as_deref().and_then(borrowed),
    ),
    Col::text(
        "message",
        "Message",
        "Message of the same condition, cut at 2,048 bytes; empty where none is reported.",
        |row, _| row.object.fact().message.and_then(|text| borrowed(text)),
    )
    .width(500),
    Col::time(
        "lastTransitionTime",
        "Since",
        "When the status of that condition last changed; empty where it isn't reported.",
        |row| row.object.fact().condition?.last_transition,
    ),
    Col::text(
        "appliedBy",
        "Applied by",
        "Kustomization that applied it, namespace/name; empty for what the configuration itself made.",
        |row, _| {
            let by = row.object.applied_by.as_ref()?;
            match &by.namespace {
                Some(namespace) => owned(format!("{namespace}/{}", by.name)),
                None => borrowed(&by.name),
            }
        },
    ),
    Col::text(
        "helmChart",
        "Helm chart",
        "Chart object of a HelmRelease, namespace/name; empty for other kinds.",
        |row, _| {
            let chart = row.object.helm.as_ref()?.chart.as_ref()?;
            match &chart.namespace {
                Some(namespace) => owned(format!("{namespace}/{}", chart.name)),
                None => borrowed(&chart.name),
            }
        },
    )
    .hidden(),
    Col::integer(
        "lastRevisionApplied",
        "Helm revision",
        "Revision of the Helm release that was applied last; empty for other kinds.",
        |row| row.object.helm.as_ref()?.last_revision_applied,
    ),
    Col::integer(
        "failureCount",
        "Failures",
        "Failed reconciliations of the HelmRelease; empty for other kinds.",
        |row| row.object.helm.as_ref()?.failure_count,
    ),
    Col::integer(
        "installFailureCount",
        "Install failures",
        "Failed installations of the HelmRelease; empty for other kinds.",
        |row| row.object.helm.as_ref()?.install_failure_count,
    ),
    Col::integer(
        "upgradeFailureCount",
        "Upgrade failures",
        "Failed upgrades of the HelmRelease; empty for other kinds.",
        |row| row.object.helm.as_ref()?.upgrade_failure_count,
    ),
    cluster_id(),
    configuration_id(),
];

fn answer(params: &Params, view: &View<'_>) -> Frame {
    let rows: Vec<_> = matching_objects(params, view).collect();
    let mut frame = table(TYPE.id, &COLUMNS, &rows, params, view);
    let bare = rows.iter().take(params.limit()).filter(|row| row.object.lacks_details()).count();
    if bare > 0 {
        frame.meta.notices.push(Notice::info(format!(
            "Resource Graph reports no conditions for {bare} of these objects. They are read from Resource Manager for configurations that aren't Compliant, and for those that you choose (params.configurations); they show after the next refresh."
        )));
    }
    frame
}
