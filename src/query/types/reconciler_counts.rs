//! How many Flux objects stand how.
//!
//! Source: as `reconcilers`; counted by Prometheus where it knows the readiness.

use crate::inventory::Dimension;
use crate::prometheus::Aggregation;
use crate::query::ask::{Ask, EndpointAnswer, MetricsQuery, Part, Place};
use crate::query::counts::{self, FORMAT, count_spec, label_spec};
use crate::query::flux_objects::{
    ClusterNames, Identity, ObjectKey, azure_only, readiness, witness_notice,
};
use crate::query::group::{Counted, group_fields};
use crate::query::spec::{Control, FieldSpec, METRIC_FILTERS, ParamSpec};
use crate::query::{Answer, Group, MetricsAnswer, Need, Params, QueryType, Timing, View};
use flux::ObjectState;
use frame::{Frame, FrameType};
use std::collections::BTreeMap;

pub(in crate::query) static TYPE: QueryType = QueryType {
    id: "reconciler-counts",
    title: "Reconciler counts",
    description: "Number of Flux objects by state (failing, in progress, new, suspended, ready) and kind, cluster or namespace.",
    group: Group::Metrics,
    own_params: &PARAMS,
    frame_types: &[FrameType::NumericWide, FrameType::NumericLong],
    fields: || {
        vec![label_spec(Dimension::Kind.field()), label_spec(Dimension::State.field()), count()]
    },
    shows_conditions: false,
    needs_clusters: false,
    answer: Answer::Metrics(MetricsAnswer {
        filters: &METRIC_FILTERS,
        snapshot: |_| Need::Some,
        endpoints: |_| Need::All,
        must_be_whole: false,
        timing: |_, range, _, scrape_interval| Timing::instant(range, scrape_interval),
        plan,
        frames,
    }),
};

static PARAMS: [ParamSpec; 2] = [
    ParamSpec {
        name: "groupBy",
        label: "Group by",
        help: "What objects are counted by beside their state; state: by nothing else.",
        control: Control::Dimensions(&[
            Dimension::Kind,
            Dimension::Cluster,
            Dimension::Namespace,
            Dimension::State,
        ]),
    },
    FORMAT,
];

fn count() -> FieldSpec {
    count_spec("Number of Flux objects.")
}

/// What is counted by: what the query says, then the state.
fn dimensions(params: &Params) -> Vec<Dimension> {
    let given = params.dimensions("groupBy").iter().copied();
    let others = given.filter(|dimension| *dimension != Dimension::State);
    others.chain([Dimension::State]).collect()
}

fn plan(query: &MetricsQuery<'_>, place: &Place<'_>) -> Vec<Ask> {
    let mut by = vec!["cluster", "kind"];
    if query.params.dimensions("groupBy").contains(&Dimension::Namespace) {
        by.push("namespace");
    }
    let readiness = readiness(place);
    let of_state = |state| {
        let objects = readiness.objects(Some(state))?;
        let labels = by.iter().map(|&label| (label, label)).collect();
        Some(Ask::new(Part::Count(state), &objects.aggregate(Aggregation::Count, &by), labels))
    };
    ObjectState::ALL.into_iter().filter_map(of_state).collect()
}

fn frames(query: &MetricsQuery<'_>, answers: &[EndpointAnswer], view: &View<'_>) -> Vec<Frame> {
    let mut counts: Vec<(Identity<'_>, ObjectState, u64)> = Vec::new();
    for (ask, line) in answers.iter().flat_map(EndpointAnswer::lines) {
        let Part::Count(state) = ask.part else { continue };
        let text = |index: usize| line.labels.get(index).copied().flatten().unwrap_or_default();
        // Of all objects that are counted together.
        let object = ObjectKey { kind: text(1), namespace: text(2), name: "" };
        let identity = Identity { cluster: text(0), object };
        counts.push((identity, state, whole(line.values.first().copied())));
    }
    let seen = counts.iter().map(|(identity, ..)| *identity);
    let azure = azure_only(query.params, answers, seen, view);
    let from_azure = azure.len();
    counts.extend(azure.into_iter().map(|object| (object.identity, object.state, 1)));
    let dimensions = dimensions(query.params);
    let groups = groups(&counts, &dimensions, view);
    let mut frame = counts::frame(TYPE.id, &dimensions, &groups, &count(), query.params, view);
    frame.meta.notices.extend(witness_notice(from_azure, query.endpoints));
    vec![frame]
}

/// A number of objects; Prometheus has nothing but floats.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts are whole, and not negative"
)]
fn whole(value: Option<f64>) -> u64 {
    value.map_or(0, |value| value.round().max(0.0) as u64)
}

/// Groups with a zero for every state that none of their objects is in; worst state first.
fn groups(
    counts: &[(Identity<'_>, ObjectState, u64)],
    dimensions: &[Dimension],
    view: &View<'_>,
) -> Vec<Counted> {
    let clusters = ClusterNames::new(view);
    let fields = group_fields(dimensions);
    let mut groups: BTreeMap<Vec<Option<String>>, BTreeMap<ObjectState, u64>> = BTreeMap::new();
    if let [Dimension::State] = dimensions {
        groups.insert(Vec::new(), BTreeMap::new());
    }
    for (identity, state, count) in counts {
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
