//! Number of Flux objects by state.
//!
//! Upstreams: as `reconcilers`; Prometheus counts the objects whose readiness it knows.

use crate::arg::kql::quote;
use crate::inventory::Dimension;
use crate::prometheus::{Aggregation, Selection};
use crate::query::counts::{CountFormat, Counts, label_spec};
use crate::query::expression::{AskedEndpoint, EndpointSeries, Expression, Run};
use crate::query::filters::on_inventory;
use crate::query::flux_objects::{
    ClusterNames, Identity, ObjectKey, azure_only, readiness, witness_notice,
};
use crate::query::group::{Counted, group_fields};
use crate::query::kql::{self, KqlQuery};
use crate::query::native::{NativePanel, NativeQuery};
use crate::query::params::{self, Dimensions, FormatOf, Param, choices, params};
use crate::query::query_type::{EditorGroup, FromMetrics, MetricsType, Need, QueryType};
use crate::query::spec::{FieldSpec, FieldType, FrameSpec};
use crate::query::table::config;
use crate::query::view::{MetricsView, note_cut};
use flux::{ObjectState, Portal};
use frame::{Field, Frame, FrameType};
use std::cmp::Reverse;
use std::collections::BTreeMap;

pub(super) static TYPE: QueryType = QueryType {
    id: "reconciler-counts",
    title: "Reconciler counts",
    description: "Number of Flux objects by state (failing, in progress, new, suspended, ready) and kind, cluster or namespace.",
    group: EditorGroup::Metrics,
    shows_conditions: false,
    needs_clusters: false,
    definition: &FromMetrics(ReconcilerCounts),
};

params! {
    /// Parameters of `reconciler-counts`.
    struct Own {
        group_by: Vec<Dimension> = Param {
            name: "groupBy",
            label: "Group by",
            help: "What objects are counted by, besides their state; state: by their state alone.",
            control: Dimensions(&[
                Dimension::Kind,
                Dimension::Cluster,
                Dimension::Namespace,
                Dimension::State,
            ]),
        },
        format: ReconcilerFormat = Param {
            name: "format",
            label: "Format",
            help: "Series: one field per group, as pies, stats and bar gauges need. Rows: one row per group, for tables and alert rules. States as columns: one row per group, with a number for each state, for tables.",
            control: FormatOf::new(),
        },
    }
}

choices! {
    /// The formats.
    enum ReconcilerFormat {
        Wide = "wide", "Series";
        Long = "long", "Rows";
        States = "states", "States as columns";
    }
}

type Params = params::Params<Own, Selection>;

#[derive(Debug)]
struct ReconcilerCounts;

/// The chosen dimensions, then the state.
fn dimensions(params: &Params) -> Vec<Dimension> {
    let given = params.own.group_by.iter().copied();
    let others = given.filter(|dimension| *dimension != Dimension::State);
    others.chain([Dimension::State]).collect()
}

fn counts<'a>(params: &Params, dimensions: &'a [Dimension]) -> Counts<'a> {
    Counts {
        name: TYPE.id,
        doc: "Number of Flux objects.",
        dimensions,
        format: match params.own.format {
            ReconcilerFormat::Wide => CountFormat::Wide,
            ReconcilerFormat::Long | ReconcilerFormat::States => CountFormat::Long,
        },
        limit: params.limit,
    }
}

/// A field for the number of objects in a state.
const fn state_field(name: &'static str, title: &'static str, doc: &'static str) -> FieldSpec {
    FieldSpec { unit: "short", ..FieldSpec::new(name, title, FieldType::Number, doc) }
}

/// The fields of the format `states`, in the order of [`ObjectState::ALL`].
static STATES: [FieldSpec; 5] = [
    state_field("failing", "Failing", "Number of objects whose Ready condition is False."),
    state_field("unknown", "Unknown", "Number of objects that are being reconciled."),
    state_field("new", "New", "Number of objects that were never reconciled."),
    state_field(
        "suspended",
        "Suspended",
        "Number of objects whose reconciliation is switched off.",
    ),
    state_field("ready", "Ready", "Number of objects whose Ready condition is True."),
];

/// The fields of the format `states`: the fields that identify a group, then a number for each state.
fn states_fields(params: &Params) -> Vec<FieldSpec> {
    let dimensions: Vec<Dimension> = dimensions(params);
    let by = dimensions.iter().copied().filter(|dimension| *dimension != Dimension::State);
    let by: Vec<Dimension> = by.collect();
    group_fields(&by).into_iter().map(label_spec).chain(STATES).collect()
}

/// One row per group with every state, most failing objects first.
fn states_frame(params: &Params, groups: &[Counted], portal: &Portal) -> Frame {
    let mut rows: Vec<&[Counted]> = groups.chunks(ObjectState::ALL.len()).collect();
    rows.sort_by_key(|states| Reverse(states.first().map_or(0, |failing| failing.count)));
    let all = rows.len();
    rows.truncate(params.limit);
    let specs = states_fields(params);
    let labels = specs.len() - STATES.len();
    let mut frame = Frame::new(TYPE.id, FrameType::Table);
    frame.fields = (0..specs.len())
        .map(|at| match at.checked_sub(labels) {
            None => {
                let texts = rows.iter().map(|states| states[0].labels[at].as_deref());
                Field::text(specs[at].name, texts)
            }
            Some(state) => {
                let count = |states: &&[Counted]| i64::try_from(states.get(state)?.count).ok();
                Field::integer(specs[at].name, rows.iter().map(count))
            }
        })
        .collect();
    for (field, spec) in frame.fields.iter_mut().zip(&specs) {
        field.config = config(spec, portal);
    }
    note_cut(&mut frame, rows.len(), all);
    frame
}

impl MetricsType for ReconcilerCounts {
    type Own = Own;
    type Filters = Selection;
    /// Numbers of objects in this state.
    type Purpose = ObjectState;

    fn snapshot(_: &Params) -> Need {
        Need::Some
    }

    fn endpoints(_: &Params) -> Need {
        Need::All
    }

    fn plan(params: &Params, _: Run, endpoint: &AskedEndpoint<'_>) -> Vec<Expression<ObjectState>> {
        let mut by = vec!["cluster", "kind"];
        if params.own.group_by.contains(&Dimension::Namespace) {
            by.push("namespace");
        }
        let readiness = readiness(endpoint);
        let of_state = |state| {
            let objects = readiness.objects(Some(state))?.aggregate(Aggregation::Count, &by);
            let labels = by.iter().map(|&label| (label, label)).collect();
            Some(Expression::new(state, &objects, labels))
        };
        ObjectState::ALL.into_iter().filter_map(of_state).collect()
    }

    fn frames(
        params: &Params,
        run: Run,
        replies: &[EndpointSeries<'_, ObjectState>],
        view: &MetricsView<'_>,
    ) -> Vec<Frame> {
        let mut numbers: Vec<(Identity<'_>, ObjectState, u64)> = Vec::new();
        for (state, line) in replies.iter().flat_map(EndpointSeries::lines) {
            let text = |index: usize| line.labels.get(index).copied().flatten().unwrap_or_default();
            // The number is that of all objects of the group, which have no name in common.
            let object = ObjectKey { kind: text(1), namespace: text(2), name: "" };
            let identity = Identity { cluster: text(0), object };
            numbers.push((identity, *state, whole(line.values.first().copied())));
        }
        let seen = numbers.iter().map(|(identity, ..)| *identity);
        let azure = azure_only(&params.filters, replies, seen, view);
        let from_azure = azure.len();
        numbers.extend(azure.into_iter().map(|object| (object.identity, object.state, 1)));
        let dimensions = dimensions(params);
        let groups = groups(&numbers, &dimensions, view);
        let mut frame = match params.own.format {
            ReconcilerFormat::States => states_frame(params, &groups, view.portal),
            _ => counts(params, &dimensions).of_groups(&groups, view.portal),
        };
        frame.meta.notices.extend(witness_notice(from_azure, run.endpoints));
        vec![frame]
    }

    fn frame_spec(params: &Params) -> FrameSpec {
        match params.own.format {
            ReconcilerFormat::States => FrameSpec::new(FrameType::Table, states_fields(params)),
            _ => counts(params, &dimensions(params)).frame_spec(),
        }
    }

    fn native_panel(params: &Params, panel: &NativePanel<'_>) -> Option<NativeQuery> {
        let Selection { names, controllers, .. } = &params.filters;
        let rows =
            kql::reconcilers(panel.style, &on_inventory(&params.filters), names, controllers);
        Some(NativeQuery::Kql(match params.own.format {
            ReconcilerFormat::States => {
                let [Dimension::Kind] = params.own.group_by[..] else { return None };
                let counts = STATES.iter().zip(ObjectState::ALL).map(|(field, state)| {
                    let state = quote(state.as_str());
                    format!("{} = countif(objectState == {state})", field.name)
                });
                let counts: Vec<String> = counts.collect();
                let kql = format!(
                    "{rows}\n| summarize {} by ['kind']\n| order by failing desc, ['kind'] asc\n| project ['kind'], {}",
                    counts.join(", "),
                    STATES.map(|field| field.name).join(", "),
                );
                KqlQuery::with_fields(kql, states_fields(params))
            }
            ReconcilerFormat::Long if params.own.group_by.contains(&Dimension::Kind) => {
                kql::count_with(
                    &rows,
                    "summarize Count = count() by Kind = ['kind'], State = objectState",
                )
            }
            ReconcilerFormat::Long => kql::count_rows(&rows),
            ReconcilerFormat::Wide => {
                let states = ObjectState::ALL.iter();
                let states = states.map(|state| (state.as_str().to_owned(), state.color()));
                kql::count_by_state(&rows, "objectState", states)
            }
        }))
    }
}

/// A number of objects, which Prometheus sends as a float.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts are whole, and not negative"
)]
fn whole(value: Option<f64>) -> u64 {
    value.map_or(0, |value| value.round().max(0.0) as u64)
}

/// Groups with every state, worst first; zero for a state that none of their objects is in.
fn groups(
    numbers: &[(Identity<'_>, ObjectState, u64)],
    dimensions: &[Dimension],
    view: &MetricsView<'_>,
) -> Vec<Counted> {
    let clusters = ClusterNames::new(view);
    let fields = group_fields(dimensions);
    let mut groups: BTreeMap<Vec<Option<String>>, BTreeMap<ObjectState, u64>> = BTreeMap::new();
    if let [Dimension::State] = dimensions {
        groups.insert(Vec::new(), BTreeMap::new());
    }
    for (identity, state, count) in numbers {
        let cluster = || clusters.get(identity.cluster);
        let label = |field: &&str| match *field {
            "cluster" => Some(identity.cluster.to_owned()),
            "kind" => Some(identity.object.kind.to_owned()),
            "namespace" => {
                Some(identity.object.namespace.to_owned()).filter(|text| !text.is_empty())
            }
            "resourceGroup" => Some(cluster()?.resource_group.to_string()),
            "subscriptionId" => Some(cluster()?.subscription_id.to_string()),
            _ => None,
        };
        let labels = fields.iter().filter(|field| **field != "state").map(label).collect();
        *groups.entry(labels).or_default().entry(*state).or_default() += count;
    }
    let all = groups.into_iter().flat_map(|(labels, states)| {
        ObjectState::ALL.map(|state| {
            let mut labels = labels.clone();
            // The state is the last dimension, and has one field.
            labels.push(Some(state.as_str().to_owned()));
            let count = states.get(&state).copied().unwrap_or_default();
            Counted { labels, count, color: Some(state.color()) }
        })
    });
    all.collect()
}
