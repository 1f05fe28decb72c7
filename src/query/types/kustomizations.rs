//! Every declared kustomization, with the state of the Kustomization object that Azure creates for it.
//!
//! Source: `kustomizations` of Flux configurations, joined with their `statuses`: the object is named
//! `<configuration>-<kustomization>`. One row per kustomization, sorted by cluster, configuration and name.

use super::located::{
    OBJECTS_PAGE, OfConfiguration, cluster, cluster_id, cluster_type, configuration,
    configuration_id, resource_group, subscription, subscription_id,
};
use crate::arg::kql::quote;
use crate::inventory::Filters;
use crate::query::kql::{self, KqlTable};
use crate::query::native::{NativePanel, NativeQuery};
use crate::query::objects::{ObjectFilter, parents};
use crate::query::params::Params;
use crate::query::query_type::{EditorGroup, FromInventory, InventoryType, QueryType};
use crate::query::severity;
use crate::query::spec::{FrameSpec, States};
use crate::query::table::{RowType, TableField, borrowed, owned, specs, table, table_spec};
use crate::query::view::View;
use flux::{ComplianceState, FluxConfiguration, FluxObject, Kustomization, Text, same_text};
use frame::Frame;

pub(super) static TYPE: QueryType = QueryType {
    id: "kustomizations",
    title: "Kustomizations",
    description: "The kustomizations that configurations declare: path, dependencies, intervals and compliance state.",
    group: EditorGroup::Objects,
    shows_conditions: false,
    needs_clusters: false,
    definition: &FromInventory(Kustomizations),
};

#[derive(Debug)]
struct Kustomizations;

#[derive(Clone, Copy)]
struct Row<'a> {
    configuration: &'a FluxConfiguration,
    kustomization: &'a Kustomization,
    /// The object that Azure created for it. `None`: not reported yet.
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

/// A field of this table.
type Field = TableField<Kustomizations>;

static FIELDS: [Field; 18] = [
    subscription_id(),
    subscription(),
    resource_group(),
    cluster(),
    cluster_type(),
    configuration(),
    Field::text(
        "name",
        "Kustomization",
        "Name of the kustomization within its configuration.",
        |row, _| borrowed(&row.kustomization.name),
    ),
    Field::text(
        "path",
        "Path",
        "Path in the repository; empty where it isn't reported.",
        |row, _| row.kustomization.path.as_deref().and_then(borrowed),
    ),
    Field::text(
        "dependsOn",
        "Depends on",
        "Kustomizations that must be ready first, separated by commas; empty: none.",
        |row, _| {
            let names: Vec<&str> = row.kustomization.depends_on.iter().map(Text::as_str).collect();
            if names.is_empty() { None } else { owned(names.join(", ")) }
        },
    ),
    Field::boolean(
        "prune",
        "Prune",
        "Whether objects that are no longer in the source are deleted; empty where it isn't reported.",
        |row| row.kustomization.prune,
    )
    .width(80),
    Field::boolean(
        "force",
        "Force",
        "Whether objects are created again when a change isn't allowed; empty where it isn't reported.",
        |row| row.kustomization.force,
    )
    .width(80),
    Field::integer(
        "syncInterval",
        "Sync interval",
        "Time between reconciliations, in seconds; empty where it isn't reported.",
        |row| row.kustomization.sync_interval_seconds,
    )
    .unit("s"),
    Field::integer(
        "timeout",
        "Timeout",
        "Longest time that a reconciliation may take, in seconds; empty where it isn't reported.",
        |row| row.kustomization.timeout_seconds,
    )
    .unit("s"),
    Field::integer(
        "retryInterval",
        "Retry interval",
        "Time until a failed reconciliation is tried again, in seconds; empty: the sync interval.",
        |row| row.kustomization.retry_interval_seconds,
    )
    .unit("s"),
    Field::text(
        "complianceState",
        "Compliance",
        "Azure's verdict on its Kustomization object; Pending also where nothing is reported yet.",
        |row, _| borrowed(row.object.map_or("Pending", |object| object.compliance_state.as_str())),
    )
    .states(States::Compliance)
    .links(&[OBJECTS_PAGE]),
    Field::text(
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

impl InventoryType for Kustomizations {
    type Own = ();

    fn frame_spec(_: &Params<(), Filters>) -> FrameSpec {
        table_spec(&FIELDS)
    }

    fn frame(params: &Params<(), Filters>, view: &View<'_>) -> Frame {
        let filters = &params.filters;
        let filter = ObjectFilter::new(filters);
        let mut rows: Vec<_> = parents(filters, view)
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
        rows.sort_by_key(|row| severity::of_compliance(row.state()));
        table(TYPE.id, &FIELDS, &rows, params.limit, view)
    }

    fn native_panel(params: &Params<(), Filters>, panel: &NativePanel<'_>) -> Option<NativeQuery> {
        let (style, filters) = (panel.style, &params.filters);
        let of_kind = Filters { kinds: vec!["Kustomization".to_owned()], ..Filters::default() };
        let states = format!(
            "{}\n    | project id, objectName = tolower(name), objectState = complianceState, message = {}",
            kql::objects(style, &of_kind),
            kql::fact()[1].1
        );
        let rows = format!(
            "{}\n| mv-expand declared = {} limit {}\
             \n| extend name = tostring(bag_keys(declared)[0])\
             \n| where isnotempty(name)\
             \n| extend kustomization = declared[name], objectName = tolower(strcat(configuration, '-', name))\
             \n| join kind=leftouter ({states}) on id, objectName\
             \n| extend complianceState = iff(isempty(objectState), {}, objectState){}",
            kql::configurations(style, &filters.for_parents(), false),
            kql::listed("kustomizations"),
            kql::EXPANDED,
            quote(ComplianceState::Pending.as_str()),
            kql::filter([
                style.accepts("namespace", &filters.namespaces),
                style.accepts("complianceState", &filters.compliance_states),
            ]),
        );
        let flag = |name: &'static str| (name, format!("tostring(tobool(kustomization.{name}))"));
        let seconds =
            |name: &'static str, member: &str| (name, format!("tolong(kustomization.{member})"));
        let table = KqlTable {
            rows,
            more: kql::with_subscription(),
            order: kql::compliance_order() + ", name asc",
            columns: kql::of_configuration(vec![
                ("name", "name".to_owned()),
                ("path", "tostring(kustomization.path)".to_owned()),
                flag("prune"),
                flag("force"),
                seconds("syncInterval", "syncIntervalInSeconds"),
                seconds("timeout", "timeoutInSeconds"),
                seconds("retryInterval", "retryIntervalInSeconds"),
                ("complianceState", "complianceState".to_owned()),
                ("message", "message".to_owned()),
            ]),
        };
        Some(NativeQuery::Kql(table.query(specs(&FIELDS))))
    }
}
