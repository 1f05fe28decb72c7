//! Every declared kustomization, with the state of the Kustomization object that Azure made of it.
//!
//! Source: `kustomizations` of Flux configurations, joined with their `statuses`: the object is named
//! `<configuration>-<kustomization>`. One row per kustomization, sorted by cluster, configuration and name.

use super::located::{
    OBJECTS_PAGE, OfConfiguration, cluster, cluster_id, cluster_type, configuration,
    configuration_id, resource_group, subscription, subscription_id,
};
use crate::query::objects::{ObjectFilter, parents};
use crate::query::spec::States;
use crate::query::table::{Column, RowType, borrowed, owned, specs, table};
use crate::query::{Answer, Group, Params, QueryType, View};
use flux::{ComplianceState, FluxConfiguration, FluxObject, Kustomization, Text, same_text};
use frame::{Frame, FrameType};

pub(in crate::query) static TYPE: QueryType = QueryType {
    id: "kustomizations",
    title: "Kustomizations",
    description: "The kustomizations that configurations declare: path, dependencies, intervals and compliance state.",
    group: Group::Objects,
    own_params: &[],
    frame_types: &[FrameType::Table],
    fields: || specs(&COLUMNS),
    shows_conditions: false,
    needs_clusters: false,
    answer: Answer::Inventory(answer),
};

struct Kustomizations;

#[derive(Clone, Copy)]
struct Row<'a> {
    configuration: &'a FluxConfiguration,
    kustomization: &'a Kustomization,
    /// The object made of it. `None`: not reported yet.
    object: Option<&'a FluxObject>,
}

impl Row<'_> {
    fn state(&self) -> &ComplianceState {
        self.object.map_or(&ComplianceState::Pending, |object| &object.compliance_state)
    }
}

impl RowType for Kustomizations {
    type Row<'a> = Row<'a>;
}

impl<'a> OfConfiguration<'a> for Row<'a> {
    fn configuration(self) -> &'a FluxConfiguration {
        self.configuration
    }
}

/// A column of this table.
type Col = Column<Kustomizations>;

static COLUMNS: [Col; 18] = [
    subscription_id(),
    subscription(),
    resource_group(),
    cluster(),
    cluster_type(),
    configuration(),
    Col::text(
        "name",
        "Kustomization",
        "Name of the kustomization within its configuration.",
        |row, _| borrowed(&row.kustomization.name),
    ),
    Col::text(
        "path",
        "Path",
        "Path in the repository; empty where it isn't reported.",
        |row, _| row.kustomization.path.as_deref().and_then(borrowed),
    ),
    Col::text(
        "dependsOn",
        "Depends on",
        "Kustomizations that must be ready first, separated by commas; empty: none.",
        |row, _| {
            let names: Vec<&str> = row.kustomization.depends_on.iter().map(Text::as_str).collect();
            if names.is_empty() { None } else { owned(names.join(", ")) }
        },
    ),
    Col::boolean(
        "prune",
        "Prune",
        "Whether objects gone from the source are deleted; empty where it isn't reported.",
        |row| row.kustomization.prune,
    )
    .width(80),
    Col::boolean(
        "force",
        "Force",
        "Whether objects are made anew when a change isn't allowed; empty where it isn't reported.",
        |row| row.kustomization.force,
    )
    .width(80),
    Col::integer(
        "syncInterval",
        "Sync interval",
        "Time between reconciliations, in seconds; empty where it isn't reported.",
        |row| row.kustomization.sync_interval_seconds,
    )
    .unit("s"),
    Col::integer(
        "timeout",
        "Timeout",
        "Longest time that a reconciliation may take, in seconds; empty where it isn't reported.",
        |row| row.kustomization.timeout_seconds,
    )
    .unit("s"),
    Col::integer(
        "retryInterval",
        "Retry interval",
        "Time until a failed reconciliation is tried again, in seconds; empty: the sync interval.",
        |row| row.kustomization.retry_interval_seconds,
    )
    .unit("s"),
    Col::text(
        "complianceState",
        "Compliance",
        "Azure's verdict on its Kustomization object; Pending also where nothing is reported yet.",
        |row, _| borrowed(row.object.map_or("Pending", |object| object.compliance_state.as_str())),
    )
    .states(States::Compliance)
    .links(&[OBJECTS_PAGE]),
    Col::text(
        "message",
        "Message",
        "Message of its Kustomization object, cut at 2,048 bytes; empty where none is reported.",
        |row, _| row.object?.fact().message.and_then(|text| borrowed(text)),
    )
    .width(400),
    cluster_id(),
    configuration_id(),
];

fn object_of<'a>(
    configuration: &'a FluxConfiguration,
    kustomization: &Kustomization,
) -> Option<&'a FluxObject> {
    let name = configuration.kustomization_object(&kustomization.name);
    let is_kustomization = |kind: &str| same_text(kind, "Kustomization");
    configuration.objects.iter().find(|object| {
        object.kind.as_deref().is_some_and(is_kustomization) && same_text(&object.name, &name)
    })
}

fn answer(params: &Params, view: &View<'_>) -> Frame {
    let filters = params.filters();
    let filter = ObjectFilter::new(&filters);
    let rows: Vec<_> = parents(&filters, view)
        .flat_map(|configuration| {
            configuration.kustomizations.iter().map(move |kustomization| Row {
                configuration,
                kustomization,
                object: object_of(configuration, kustomization),
            })
        })
        .filter(|row| {
            let namespace = row.configuration.namespace.as_deref();
            filter.passes(Some("Kustomization"), namespace, row.state())
        })
        .collect();
    table(TYPE.id, &COLUMNS, &rows, params, view)
}
