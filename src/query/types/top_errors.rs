//! Failures by cause: failing objects grouped by their message without names, hashes and numbers, so that three hundred
//! failures show as their three causes.
//!
//! Upstream: the conditions and messages of failing objects; `errorMessage` of configurations that Azure failed to create
//! or change, or that are Non-Compliant with no failing object to say why; `statuses` of failing extensions. One row per
//! cause, those on most clusters first.
//!
//! Failures are grouped by the text alone ([`cause`]): one cause may come with several reasons, and Resource Graph reports
//! many messages without a reason. Where there is a reason and no message, the reason is the text. So the key of a group
//! depends on its text only.

use crate::arg::kql::quote;
use crate::inventory::Filters;
use crate::query::kql::{self, KqlQuery};
use crate::query::native::{NativePanel, NativeQuery};
use crate::query::objects::{EXTENSION, ObjectFilter, extensions_among_objects, parent_rows};
use crate::query::params::Params;
use crate::query::query_type::{EditorGroup, FromInventory, InventoryType, QueryType};
use crate::query::spec::FrameSpec;
use crate::query::table::{RowType, TableField, borrowed, specs, table, table_spec, whole};
use crate::query::view::View;
use flux::{ClusterRef, FluxConfiguration, ProvisioningState, Text, UtcMillis, cause, stable_key};
use foldhash::fast::RandomState;
use frame::{Frame, Notice};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

pub(super) static TYPE: QueryType = QueryType {
    id: "top-errors",
    title: "Top errors",
    description: "What fails, by cause: failing objects, configurations and extensions grouped by their message without names, hashes and numbers, with how many clusters have it and since when.",
    group: EditorGroup::Objects,
    shows_conditions: true,
    needs_clusters: false,
    definition: &FromInventory(Causes),
};

/// Shown where neither a message nor a reason is reported.
const NOT_REPORTED: &str = "(not reported)";

/// The kind that a configuration has in lists of objects.
const CONFIGURATION: &str = "FluxConfiguration";

#[derive(Debug)]
struct Causes;

impl RowType for Causes {
    type Row<'a> = &'a Cause<'a>;
}

/// A cause, and the failures with it.
struct Cause<'a> {
    text: String,
    key: String,
    reasons: BTreeSet<&'a str>,
    example: Option<&'a str>,
    kinds: BTreeMap<&'a str, usize>,
    objects: usize,
    configurations: usize,
    /// The configuration that was counted last. Failures of one configuration are adjacent.
    last: Option<&'a FluxConfiguration>,
    clusters: HashSet<usize, RandomState>,
    seen: Option<(UtcMillis, UtcMillis)>,
}

/// A field of this table.
type Field = TableField<Causes>;

static FIELDS: [Field; 10] = [
    Field::text(
        "key",
        "Key",
        "Name of the cause, 16 hexadecimal digits: the same as long as the message without names, hashes and numbers is.",
        |row, _| borrowed(&row.key),
    )
    .width(150),
    Field::text(
        "reason",
        "Reason",
        "Reasons of the conditions, or codes of an extension's statuses, separated by commas; (not reported): none is.",
        |row, _| {
            let reasons: Vec<&str> = row.reasons.iter().copied().collect();
            if reasons.is_empty() { borrowed(NOT_REPORTED) } else { Some(Cow::Owned(reasons.join(", "))) }
        },
    ),
    Field::text(
        "message",
        "Message",
        "What the messages have in common: names, hashes, numbers, addresses and paths are replaced by <name>, <id>, <n>, <url> and <path>; the reason where there is no message; (not reported): neither is.",
        |row, _| borrowed(&row.text),
    )
    .width(500),
    Field::text(
        "example",
        "Example",
        "One of the messages as it is, cut at 2,048 bytes; empty where none is reported.",
        |row, _| row.example.and_then(borrowed),
    )
    .width(300),
    Field::text(
        "kinds",
        "Kinds",
        "Kinds of what fails, with their number; Extension and FluxConfiguration are Azure's resources.",
        |row, _| {
            let kinds: Vec<_> = row.kinds.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
            Some(Cow::Owned(kinds.join(", ")))
        },
    ),
    Field::integer("objects", "Failures", "Number of objects, configurations and extensions that fail with it.", |row| {
        whole(row.objects)
    })
    .unit("short"),
    Field::integer("configurations", "Configurations", "Number of configurations that have it.", |row| {
        whole(row.configurations)
    })
    .unit("short"),
    Field::integer("clusters", "Clusters", "Number of clusters that have it.", |row| {
        whole(row.clusters.len())
    })
    .unit("short"),
    Field::time(
        "firstSeen",
        "First seen",
        "When the first of them began to fail: the earliest time at which a condition changed, or an extension's status was reported; empty where none is reported.",
        |row| row.seen.map(|(first, _)| first),
    ),
    Field::time(
        "lastSeen",
        "Last seen",
        "When the last of them began to fail: the latest such time; empty where none is reported.",
        |row| row.seen.map(|(_, last)| last),
    ),
];

/// One failing item.
struct Failure<'a> {
    kind: &'a str,
    reason: Option<&'a Text>,
    message: Option<&'a Text>,
    since: Option<UtcMillis>,
    cluster: &'a ClusterRef,
    configuration: Option<&'a FluxConfiguration>,
}

/// The causes so far.
#[derive(Default)]
struct Found<'a> {
    causes: Vec<Cause<'a>>,
    by_text: HashMap<String, usize, RandomState>,
    /// Causes by the address of their message: objects share their messages, so each cause is computed once.
    by_message: HashMap<*const u8, usize, RandomState>,
    clusters: ClusterNumbers,
}

/// Numbers clusters. Different spellings of one id get the same number.
#[derive(Default)]
struct ClusterNumbers {
    by_address: HashMap<*const ClusterRef, usize, RandomState>,
    by_key: HashMap<String, usize, RandomState>,
}

impl ClusterNumbers {
    fn of(&mut self, cluster: &ClusterRef) -> usize {
        let Self { by_address, by_key } = self;
        *by_address.entry(std::ptr::from_ref(cluster)).or_insert_with(|| {
            let next = by_key.len();
            *by_key.entry(cluster.key()).or_insert(next)
        })
    }
}

impl<'a> Found<'a> {
    fn add(&mut self, failure: &Failure<'a>) {
        let index = match failure.message {
            Some(message) => self.index_of_message(message),
            None => self.index_of(failure.reason.map_or(NOT_REPORTED, Text::as_str).to_owned()),
        };
        let cluster = self.clusters.of(failure.cluster);
        let cause = &mut self.causes[index];
        cause.example = cause.example.or(failure.message.map(Text::as_str));
        cause.reasons.extend(failure.reason.map(Text::as_str));
        *cause.kinds.entry(failure.kind).or_default() += 1;
        cause.objects += 1;
        cause.clusters.insert(cluster);
        if let Some(configuration) = failure.configuration
            && !cause
                .last
                .replace(configuration)
                .is_some_and(|last| std::ptr::eq(last, configuration))
        {
            cause.configurations += 1;
        }
        if let Some(at) = failure.since {
            let (first, last) = cause.seen.unwrap_or((at, at));
            cause.seen = Some((first.min(at), last.max(at)));
        }
    }

    fn index_of_message(&mut self, message: &Text) -> usize {
        if let Some(&known) = self.by_message.get(&message.as_ptr()) {
            return known;
        }
        let index = self.index_of(cause(message));
        self.by_message.insert(message.as_ptr(), index);
        index
    }

    fn index_of(&mut self, text: String) -> usize {
        let Self { causes, by_text, .. } = self;
        *by_text.entry(text).or_insert_with_key(|text| {
            causes.push(Cause::of(text));
            causes.len() - 1
        })
    }
}

impl Cause<'_> {
    fn of(text: &str) -> Self {
        Self {
            key: stable_key(text),
            text: text.to_owned(),
            reasons: BTreeSet::new(),
            example: None,
            kinds: BTreeMap::new(),
            objects: 0,
            configurations: 0,
            last: None,
            clusters: HashSet::default(),
            seen: None,
        }
    }
}

/// Adds objects that fail, and configurations that fail without a failing object to explain why.
fn find_configurations<'a>(filters: &Filters, view: &View<'a>, found: &mut Found<'a>) {
    let filter = ObjectFilter::new(filters);
    for (row, configuration) in parent_rows(filters, view) {
        if !view.snapshot.summaries()[row].fails {
            continue;
        }
        let mut explained = false;
        let cluster = &*configuration.cluster;
        for object in configuration.objects.iter().filter(|object| object.is_failing()) {
            explained = true;
            let kind = object.kind.as_deref();
            if !filter.passes(kind, object.namespace.as_deref(), &object.compliance_state) {
                continue;
            }
            let fact = object.fact();
            found.add(&Failure {
                kind: kind.unwrap_or(NOT_REPORTED),
                reason: fact.condition.and_then(|condition| condition.reason.as_ref()),
                message: fact.message,
                since: fact.condition.and_then(|condition| condition.last_transition),
                cluster,
                configuration: Some(configuration),
            });
        }
        let refused = configuration.provisioning_state == Some(ProvisioningState::Failed);
        let namespace = configuration.namespace.as_deref();
        if (refused || configuration.is_failing() && !explained)
            && filter.passes(Some(CONFIGURATION), namespace, &configuration.compliance_state)
        {
            found.add(&Failure {
                kind: CONFIGURATION,
                reason: None,
                message: configuration.error_message.as_ref(),
                since: None,
                cluster,
                configuration: Some(configuration),
            });
        }
    }
}

fn find_extensions<'a>(filters: &Filters, view: &View<'a>, found: &mut Found<'a>) {
    for extension in extensions_among_objects(filters, view).filter(|e| e.is_failing()) {
        found.add(&Failure {
            kind: EXTENSION,
            reason: extension.status_code.as_ref(),
            message: extension.status_message.as_ref(),
            since: extension.status_time,
            cluster: &extension.cluster,
            configuration: None,
        });
    }
}

impl InventoryType for Causes {
    type Own = ();

    fn frame_spec(_: &Params<(), Filters>) -> FrameSpec {
        table_spec(&FIELDS)
    }

    fn frame(params: &Params<(), Filters>, view: &View<'_>) -> Frame {
        let filters = &params.filters;
        let mut found = Found::default();
        find_configurations(filters, view, &mut found);
        find_extensions(filters, view, &mut found);
        let mut rows: Vec<&Cause<'_>> = found.causes.iter().collect();
        rows.sort_by_key(|cause| {
            (Reverse(cause.clusters.len()), Reverse(cause.objects), &*cause.key)
        });
        let mut frame = table(TYPE.id, &FIELDS, &rows, params.limit, view);
        let silent =
            found.by_text.get(NOT_REPORTED).map_or(0, |index| found.causes[*index].objects);
        if silent > 0 {
            frame.meta.notices.push(Notice::info(format!(
                "Of {silent} failures no cause is reported. Resource Graph leaves conditions out; they are read from Resource Manager for configurations that aren't Compliant, where it has them.{}",
                view.still_to_read()
            )));
        }
        frame
    }

    /// Messages are compared as they are: KQL has no words for a message without names and numbers.
    fn native_panel(params: &Params<(), Filters>, panel: &NativePanel<'_>) -> Option<NativeQuery> {
        let [(_, reason), (_, message)] = kql::fact();
        let kql = format!(
            "{}\n| where {}\
             \n| extend message = coalesce({message}, {reason}, {}), since = todatetime(fact.lastTransitionTime)\
             \n| summarize clusters = dcount(clusterId), objects = count(), since = min(since) by message\
             \n| extend {}\
             \n| order by clusters desc, objects desc, message asc\
             \n| take {}\
             \n| project message, clusters, objects, firstSeen",
            kql::objects(panel.style, &params.filters),
            kql::object_fails(),
            quote(NOT_REPORTED),
            kql::time("firstSeen", "since"),
            params.limit,
        );
        let shown = ["message", "clusters", "objects", "firstSeen"];
        let fields = specs(&FIELDS).into_iter().filter(|field| shown.contains(&field.name));
        Some(NativeQuery::Kql(KqlQuery::with_fields(kql, fields.collect())))
    }
}
