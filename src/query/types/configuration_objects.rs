//! Every Flux object that a configuration's agent reports, with the condition that explains its state best.
//!
//! Upstream: `statuses` of Flux configurations; conditions that Resource Graph leaves out are read from Resource Manager (see
//! `inventory::details`). One row per object: what fails first, then by severity of
//! the state, cluster, configuration, kind, namespace and name.

use super::located::{
    OBJECTS_PAGE, OfConfiguration, cluster, cluster_id, cluster_type, configuration,
    configuration_id, resource_group, subscription, subscription_id,
};
use crate::inventory::Filters;
use crate::query::kql::{self, KqlTable};
use crate::query::native::{NativePanel, NativeQuery};
use crate::query::objects::{ObjectRow, matching_objects};
use crate::query::params::{self, OneOf, Param, choices, params};
use crate::query::query_type::{EditorGroup, FromInventory, InventoryType, QueryType};
use crate::query::severity;
use crate::query::spec::{FrameSpec, States};
use crate::query::table::{RowType, TableField, borrowed, owned, specs, table, table_spec};
use crate::query::view::View;
use flux::FluxConfiguration;
use frame::{Frame, Notice};

pub(super) static TYPE: QueryType = QueryType {
    id: "configuration-objects",
    title: "Configuration objects",
    description: "The Flux objects of configurations with readiness, reason and message, and Helm's failure counts.",
    group: EditorGroup::Objects,
    shows_conditions: true,
    needs_clusters: false,
    definition: &FromInventory(Objects),
};

choices! {
    /// Which objects.
    enum Show {
        All = "all", "All";
        Failing = "failing", "Failing";
    }
}

params! {
    /// Parameters of `configuration-objects`.
    struct Own {
        show: Show = Param {
            name: "show",
            label: "Show",
            help: "All objects, or only those that are Non-Compliant or not ready, suspended ones aside.",
            control: OneOf::new(),
        },
    }
}

type Params = params::Params<Own, Filters>;

#[derive(Debug)]
struct Objects;

impl RowType for Objects {
    type Row<'a> = ObjectRow<'a>;
}

impl<'a> OfConfiguration<'a> for ObjectRow<'a> {
    fn configuration(self) -> &'a FluxConfiguration {
        self.configuration
    }
}

/// A field of this table.
type Field = TableField<Objects>;

static FIELDS: [Field; 22] = [
    subscription_id(),
    subscription(),
    resource_group(),
    cluster(),
    cluster_type(),
    configuration(),
    Field::text("kind", "Kind", "Kubernetes kind; empty where it isn't reported.", |row, _| {
        row.object.kind.as_deref().and_then(borrowed)
    }),
    Field::text(
        "namespace",
        "Namespace",
        "Namespace of the object; empty where it isn't reported.",
        |row, _| row.object.namespace.as_deref().and_then(borrowed),
    ),
    Field::text("name", "Name", "Name of the object.", |row, _| borrowed(&row.object.name)),
    Field::text(
        "complianceState",
        "Compliance",
        "Azure's verdict on the object; Pending also where nothing is reported yet.",
        |row, _| borrowed(row.object.compliance_state.as_str()),
    )
    .states(States::Compliance)
    .links(&[OBJECTS_PAGE]),
    Field::text(
        "ready",
        "Ready",
        "Status of the Ready condition: True, False or Unknown; empty where no condition is reported.",
        |row, _| row.object.ready().and_then(|status| borrowed(status.as_str())),
    )
    .states(States::Condition)
    .width(80),
    Field::text(
        "reason",
        "Reason",
        "Reason of the Ready condition, else of the first that is False, else of the first; empty where none is reported.",
        |row, _| row.object.fact().condition?.reason.as_deref().and_then(borrowed),
    ),
    Field::text(
        "message",
        "Message",
        "Message of the same condition, cut at 2,048 bytes; empty where none is reported.",
        |row, _| row.object.fact().message.and_then(|text| borrowed(text)),
    )
    .width(500),
    Field::time(
        "lastTransitionTime",
        "Since",
        "When the status of that condition last changed; empty where it isn't reported.",
        |row| row.object.fact().condition?.last_transition,
    ),
    Field::text(
        "appliedBy",
        "Applied by",
        "Kustomization that applied it, namespace/name; empty for objects that the configuration itself made.",
        |row, _| {
            let by = row.object.applied_by.as_ref()?;
            match &by.namespace {
                Some(namespace) => owned(format!("{namespace}/{}", by.name)),
                None => borrowed(&by.name),
            }
        },
    ),
    Field::text(
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
    Field::integer(
        "lastRevisionApplied",
        "Helm revision",
        "Revision of the Helm release that was applied last; empty for other kinds.",
        |row| row.object.helm.as_ref()?.last_revision_applied,
    ),
    Field::integer(
        "failureCount",
        "Failures",
        "Failed reconciliations of the HelmRelease; empty for other kinds.",
        |row| row.object.helm.as_ref()?.failure_count,
    ),
    Field::integer(
        "installFailureCount",
        "Install failures",
        "Failed installations of the HelmRelease; empty for other kinds.",
        |row| row.object.helm.as_ref()?.install_failure_count,
    ),
    Field::integer(
        "upgradeFailureCount",
        "Upgrade failures",
        "Failed upgrades of the HelmRelease; empty for other kinds.",
        |row| row.object.helm.as_ref()?.upgrade_failure_count,
    ),
    cluster_id(),
    configuration_id(),
];

impl InventoryType for Objects {
    type Own = Own;

    fn frame_spec(_: &Params) -> FrameSpec {
        table_spec(&FIELDS)
    }

    fn frame(params: &Params, view: &View<'_>) -> Frame {
        let wanted = |row: &ObjectRow<'_>| params.own.show == Show::All || row.object.is_failing();
        let mut rows: Vec<_> = matching_objects(&params.filters, view).filter(wanted).collect();
        rows.sort_by_key(|row| {
            let state = severity::of_compliance(&row.object.compliance_state);
            (!row.object.is_failing(), state)
        });
        let mut frame = table(TYPE.id, &FIELDS, &rows, params.limit, view);
        let bare = rows.iter().take(params.limit).filter(|row| row.object.lacks_details()).count();
        if bare > 0 {
            frame.meta.notices.push(Notice::info(format!(
                "Resource Graph reports no conditions for {bare} of these objects. They are read from Resource Manager for configurations that aren't Compliant, and for those that you choose (params.configurations), where it has them.{}",
                view.still_to_read()
            )));
        }
        frame
    }

    fn native_panel(params: &Params, panel: &NativePanel<'_>) -> Option<NativeQuery> {
        let mut columns = kql::plain(&["kind", "namespace", "name", "complianceState", "ready"]);
        columns.extend(kql::fact());
        columns.extend(kql::plain(&["lastTransitionTime"]));
        columns.push(("appliedBy", kql::reference("status.appliedBy")));
        for name in
            ["lastRevisionApplied", "failureCount", "installFailureCount", "upgradeFailureCount"]
        {
            columns.push((name, format!("tolong(status.helmReleaseProperties.{name})")));
        }
        let table = KqlTable {
            rows: match params.own.show {
                Show::All => kql::objects(panel.style, &params.filters),
                Show::Failing => {
                    let rows = kql::objects(panel.style, &params.filters);
                    format!("{rows}\n| where {}", kql::object_fails())
                }
            },
            more: format!(
                "{}\n| extend {}",
                kql::with_subscription(),
                kql::time("lastTransitionTime", "fact.lastTransitionTime")
            ),
            order: kql::compliance_order() + ", ['kind'] asc, namespace asc, name asc",
            columns: kql::of_configuration(columns),
        };
        Some(NativeQuery::Kql(table.query(specs(&FIELDS))))
    }
}
