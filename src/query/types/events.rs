//! Events: sources that were updated to a commit, conditions that became False or True, states of extensions.
//!
//! Upstream: `sourceUpdatedAt`, `lastTransitionTime` of conditions, and the time of an extension's status. Azure keeps no
//! history: only the last change of every source, condition and extension is known. The condition of an object is Ready,
//! else the one that the table of objects shows. Changes to Unknown are left out, since another change follows. Newest
//! first.
//!
//! The end of a failure is the last time at which it was known to last: the agent's last report, or, for an extension, the
//! time of the snapshot. Annotations draw a failure as a region up to that time.
//!
//! Grafana reads annotations from fields by their *headings*, `time`, `timeEnd`, `title`, `text`, `tags` and some
//! others, so no other field may have one of these; `title` and `text` it shows as HTML.

use super::located::{
    Located, cluster, cluster_id, cluster_type, resource_group, subscription, subscription_id,
};
use crate::inventory::Filters;
use crate::query::event::{Event, What};
use crate::query::objects::{ObjectFilter, extensions_among_objects, parent_rows};
use crate::query::params::{self, FormatOf, OneOf, Param, choices, params};
use crate::query::query_type::{EditorGroup, FromInventory, InventoryType, QueryType};
use crate::query::spec::{FrameSpec, LinkSpec, LinkTarget, States};
use crate::query::table::{RowType, TableField, borrowed, cut_table, owned, table_spec};
use crate::query::timing::TimeRange;
use crate::query::view::View;
use flux::{ClusterRef, ConditionStatus, FluxConfiguration, UtcMillis};
use frame::{Frame, Notice};
use std::cmp::Reverse;

pub(super) static TYPE: QueryType = QueryType {
    id: "events",
    title: "Events",
    description: "What happened in the time range, as a table or as annotations: the last update of every source, the last change of every object's condition, and states of extensions.",
    group: EditorGroup::Fleet,
    shows_conditions: true,
    needs_clusters: false,
    definition: &FromInventory(Events),
};

choices! {
    /// Which events are shown.
    enum Which {
        All = "all", "All";
        Source = "source", "Sources";
        Condition = "condition", "Conditions";
        Extension = "extension", "Extensions";
    }
}

choices! {
    /// The formats.
    enum EventFormat {
        Table = "table", "Table";
        Annotations = "annotations", "Annotations";
    }
}

params! {
    /// Parameters of `events`.
    struct Own {
        events: Which = Param {
            name: "events",
            label: "Events",
            help: "Which events: updates of sources to a commit, conditions that became False or True, states of extensions.",
            control: OneOf::new(),
        },
        format: EventFormat = Param {
            name: "format",
            label: "Format",
            help: "Table: what began in the time range, texts as they are. Annotations: also failures that began before and lasted into it; texts with cluster and portal link, as Grafana shows them at its charts.",
            control: FormatOf::new(),
        },
    }
}

type Params = params::Params<Own, Filters>;

#[derive(Debug)]
struct Events;

impl RowType for Events {
    type Row<'a> = Event<'a>;
}

impl<'a> Located<'a> for Event<'a> {
    fn cluster(self) -> &'a ClusterRef {
        self.cluster()
    }
}

/// A field of this table.
type Field = TableField<Events>;

const PORTAL_PAGE: LinkSpec =
    LinkSpec { title: "Open in the Azure portal", target: LinkTarget::Address("portalLink") };

static FIELDS: [Field; 20] = [
    Field::time(
        "time",
        "Time",
        "When it happened: when the source was updated, the status of the condition changed, or the extension reported its status.",
        |row| Some(row.at),
    ),
    Field::time(
        "timeEnd",
        "timeEnd",
        "Until when a failure is known to have lasted: the agent's last report, of an extension the time of the snapshot; empty for everything else, and where it isn't reported.",
        |row| row.until,
    ),
    Field::text("title", "Title", "What it happened to, and what happened.", |row, _| {
        owned(row.title())
    })
    .links(&[PORTAL_PAGE])
    .width(350),
    Field::text(
        "text",
        "Text",
        "Reference, commit and repository; reason and message of the condition, cut at 2,048 bytes; or status message of the extension; empty where none is reported.",
        |row, context| if row.is_annotation { owned(row.html(context.portal)) } else { row.text() },
    )
    .width(500),
    Field::text(
        "tags",
        "Tags",
        "Kind of event, status and cluster, separated by commas.",
        |row, _| {
            let tags = [Some(row.kind_of_event()), row.status(), Some(&*row.cluster().name)];
            owned(tags.into_iter().flatten().collect::<Vec<_>>().join(","))
        },
    ),
    Field::text("event", "Event", "source, condition or extension.", |row, _| {
        borrowed(row.kind_of_event())
    })
    .width(90),
    Field::text(
        "status",
        "Status",
        "Status of the condition, True or False, or provisioning state of the extension; empty for sources.",
        |row, _| row.status().and_then(borrowed),
    )
    .states(States::Condition)
    .width(90),
    Field::text(
        "commit",
        "Commit",
        "Bare hash of the commit or digest that the source was updated to; empty for other events.",
        |row, _| row.commit().and_then(borrowed),
    ),
    subscription_id(),
    subscription(),
    resource_group(),
    cluster(),
    cluster_type(),
    Field::text(
        "configuration",
        "Configuration",
        "Name of the Flux configuration; empty for extensions.",
        |row, _| row.configuration().and_then(|configuration| borrowed(&configuration.name)),
    ),
    Field::text(
        "kind",
        "Kind",
        "Kind of the source or object, or Extension; empty where it isn't reported.",
        |row, _| row.item().0.and_then(borrowed),
    ),
    Field::text(
        "namespace",
        "Namespace",
        "Namespace of the source or object; empty for extensions, and where it isn't reported.",
        |row, _| row.item().1.and_then(borrowed),
    ),
    Field::text("name", "Name", "Name of the source, object or extension.", |row, _| {
        borrowed(row.item().2)
    }),
    cluster_id(),
    Field::text(
        "resourceId",
        "Resource id",
        "ARM id of the configuration or extension.",
        |row, _| match row.what {
            What::Source(configuration) | What::Condition(configuration, ..) => {
                owned(configuration.arm_id())
            }
            What::Extension(extension) => owned(extension.arm_id()),
        },
    )
    .hidden(),
    Field::text("portalLink", "Portal page", "Page of the portal that tells more.", |row, context| {
        owned(row.page(context.portal))
    })
    .hidden(),
];

/// Most annotations. It applies in addition to the row limit, because Grafana adds an element to the page for each
/// annotation.
const MAX_ANNOTATIONS: usize = 1_000;

/// The newest events that pass the filters.
struct Newest<'a> {
    range: TimeRange,
    is_annotation: bool,
    /// Most events to keep.
    limit: usize,
    /// Number of all events.
    all: usize,
    /// The newest events, and at most as many older ones, each with its number in the order of arrival.
    events: Vec<(usize, Event<'a>)>,
    /// Events up to this time are not among the newest. `None`: there are no more events than the limit so far.
    floor: Option<UtcMillis>,
    /// Number of configurations that report objects but no condition.
    silent: usize,
}

/// Sort key: newest first; events of the same time keep the order of arrival.
fn rank((order, event): &(usize, Event<'_>)) -> (Reverse<UtcMillis>, usize) {
    (Reverse(event.at), *order)
}

impl<'a> Newest<'a> {
    /// Whether an event at this time, which is known to have lasted until `until`, belongs to the range.
    fn holds(&self, at: UtcMillis, until: Option<UtcMillis>) -> bool {
        let last = until.filter(|until| self.is_annotation && *until > at).unwrap_or(at);
        at <= self.range.to && last >= self.range.from
    }

    fn add(&mut self, at: UtcMillis, until: Option<UtcMillis>, what: What<'a>) {
        if !self.holds(at, until) {
            return;
        }
        self.all += 1;
        if self.floor.is_some_and(|floor| at <= floor) {
            return;
        }
        let until = until.filter(|until| *until > at);
        self.events.push((self.all, Event { at, until, what, is_annotation: self.is_annotation }));
        if self.events.len() >= 2 * self.limit {
            let (_, (_, oldest), _) = self.events.select_nth_unstable_by_key(self.limit - 1, rank);
            self.floor = Some(oldest.at);
            self.events.truncate(self.limit);
        }
    }

    fn sorted(mut self) -> Vec<Event<'a>> {
        self.events.sort_unstable_by_key(rank);
        self.events.truncate(self.limit);
        self.events.into_iter().map(|(_, event)| event).collect()
    }

    fn add_sources(&mut self, filters: &Filters, view: &View<'a>) {
        let configurations = view.snapshot.configurations();
        for row in configurations.matching(filters, view.snapshot.names()) {
            if let Some(at) = view.snapshot.summaries()[row].source_updated {
                self.add(at, None, What::Source(&configurations.rows()[row]));
            }
        }
    }

    fn add_conditions(&mut self, filters: &Filters, view: &View<'a>) {
        let filter = ObjectFilter::new(filters);
        for (row, configuration) in parent_rows(filters, view) {
            let summary = view.snapshot.summaries()[row];
            self.silent += usize::from(summary.has_no_conditions);
            if summary.last_change.is_some_and(|last| last >= self.range.from) {
                self.add_conditions_of(configuration, &filter);
            }
        }
    }

    fn add_conditions_of(&mut self, configuration: &'a FluxConfiguration, filter: &ObjectFilter) {
        for object in &configuration.objects {
            let Some(condition) = object.fact().condition else { continue };
            let until = match condition.status {
                ConditionStatus::Unknown => continue,
                _ if condition.is_bad() => configuration.status_updated,
                _ => None,
            };
            let kind = object.kind.as_deref();
            if let Some(at) = condition.last_transition
                && filter.passes(kind, object.namespace.as_deref(), &object.compliance_state)
            {
                self.add(at, until, What::Condition(configuration, object, condition));
            }
        }
    }

    fn add_extensions(&mut self, filters: &Filters, view: &View<'a>) {
        for extension in extensions_among_objects(filters, view) {
            if let Some(at) = extension.status_time {
                let until = extension.is_failing().then_some(view.snapshot.taken());
                self.add(at, until, What::Extension(extension));
            }
        }
    }
}

impl InventoryType for Events {
    type Own = Own;

    fn frame_spec(_: &Params) -> FrameSpec {
        table_spec(&FIELDS)
    }

    fn frame(params: &Params, view: &View<'_>) -> Frame {
        let filters = &params.filters;
        let wanted = params.own.events;
        let is_wanted = |events: Which| wanted == Which::All || wanted == events;
        let is_annotation = params.own.format == EventFormat::Annotations;
        let most = if is_annotation { MAX_ANNOTATIONS } else { usize::MAX };
        let mut newest = Newest {
            range: view.range,
            is_annotation,
            limit: params.limit.clamp(1, most),
            all: 0,
            events: Vec::new(),
            floor: None,
            silent: 0,
        };
        // Among events of the same time, sources come first.
        if is_wanted(Which::Source) {
            newest.add_sources(filters, view);
        }
        if is_wanted(Which::Condition) {
            newest.add_conditions(filters, view);
        }
        if is_wanted(Which::Extension) {
            newest.add_extensions(filters, view);
        }
        let (all, silent) = (newest.all, newest.silent);
        let mut frame = cut_table(TYPE.id, &FIELDS, &newest.sorted(), all, view);
        if silent > 0 {
            frame.meta.notices.push(Notice::info(format!(
                "Resource Graph reports no conditions for {silent} configurations, so what happened to their objects is missing. They are read from Resource Manager for configurations that aren't Compliant, and for those that you choose (params.configurations), where it has them.{}",
                view.still_to_read()
            )));
        }
        frame
    }
}
