//! For alert rules: Flux objects of any kind that are not ready, from whoever knows it best.
//!
//! Source: as `reconcilers`. One row per object whose Ready condition is False and that isn't suspended; objects in
//! progress (Unknown) are none.

use crate::domain::ClusterRef;
use crate::frame::{Frame, FrameType};
use crate::prometheus::ObjectState;
use crate::query::alert::{self, Alerting, INCLUDE, specs};
use crate::query::ask::{Ask, EndpointAnswer, MetricsQuery, Part, Place};
use crate::query::flux_objects::{
    ClusterNames, Identity, Object, Witness, ask, ask_details, azure_only, objects, readiness,
    witness_notice,
};
use crate::query::spec::METRIC_FILTERS;
use crate::query::{Answer, Group, MetricsAnswer, Need, QueryType, Timing, View};
use std::collections::HashSet;

pub(in crate::query) static TYPE: QueryType = QueryType {
    id: "not-ready",
    title: "Objects not ready",
    description: "For alert rules: one row per Flux object that is not ready, from Prometheus where it knows, else from Azure; 0 when none is.",
    group: Group::Alerts,
    own_params: &[INCLUDE],
    frame_types: &[FrameType::NumericLong],
    fields: || specs(&LABELS),
    shows_conditions: false,
    needs_clusters: false,
    answer: Answer::Metrics(MetricsAnswer {
        filters: &METRIC_FILTERS,
        snapshot: |_| Need::All,
        endpoints: |_| Need::All,
        must_be_whole: true,
        timing: |_, range, _, scrape_interval| Timing::instant(range, scrape_interval),
        plan,
        frames,
    }),
};

static LABELS: [(&str, &str); 3] = [
    ("kind", "Kubernetes kind."),
    ("namespace", "Namespace of the object; empty where it isn't reported."),
    ("name", "Name of the object."),
];

fn plan(query: &MetricsQuery<'_>, place: &Place<'_>) -> Vec<Ask> {
    if query.params.choice("include") == "all" {
        return ask_details(place);
    }
    let state = ObjectState::Failing;
    let failing = readiness(place).objects(Some(state));
    failing.map(|expr| ask(Part::Objects(state), &expr.to_string(), &[])).into_iter().collect()
}

fn frames(query: &MetricsQuery<'_>, answers: &[EndpointAnswer], view: &View<'_>) -> Vec<Frame> {
    let clusters = ClusterNames::new(view);
    let of_azure = |object: &Object<'_>| object.witness == Witness::Azure;
    let (items, from_azure): (Vec<Alerting>, usize) = if query.params.choice("include") == "all" {
        let objects = objects(query.params, answers, view);
        let from_azure = objects.iter().filter(|object| of_azure(object)).count();
        (objects.iter().map(|object| item(object, &clusters)).collect(), from_azure)
    } else {
        let mut items = Vec::new();
        let mut seen = HashSet::new();
        for (_, line) in answers.iter().flat_map(EndpointAnswer::lines) {
            let text = |index: usize| line.labels.get(index).copied().flatten().unwrap_or_default();
            let identity = Identity {
                cluster: text(0).to_owned(),
                kind: text(1).to_owned(),
                namespace: text(2).to_owned(),
                name: text(3).to_owned(),
            };
            seen.insert(identity.cluster_and_kind());
            let cluster = clusters.get(&identity.cluster);
            items.push(Alerting { labels: labels(&identity, cluster), failing: true });
        }
        let azure = azure_only(query.params, answers, seen.into_iter(), view);
        items.extend(azure.iter().map(|object| item(object, &clusters)));
        (items, azure.len())
    };
    let mut frame = alert::frame(TYPE.id, &specs(&LABELS), items.into_iter(), query.params, view);
    frame.meta.notices.extend(witness_notice(from_azure, query.endpoints));
    vec![frame]
}

fn item(object: &Object<'_>, clusters: &ClusterNames<'_>) -> Alerting {
    // Azure's own rows know their cluster, whatever others are called.
    let cluster = match object.witness {
        Witness::Azure => object.cluster,
        _ => clusters.get(&object.identity.cluster),
    };
    let failing = object.state == ObjectState::Failing;
    Alerting { labels: labels(&object.identity, cluster), failing }
}

/// In the order of the fields; what isn't known is no label.
fn labels(identity: &Identity, cluster: Option<&ClusterRef>) -> Vec<Option<String>> {
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    vec![
        cluster.map(|cluster| cluster.subscription_id.to_string()),
        cluster.map(|cluster| cluster.resource_group.to_string()),
        text(&identity.cluster),
        cluster.map(|cluster| cluster.kind.label().to_owned()),
        text(&identity.kind),
        text(&identity.namespace),
        text(&identity.name),
    ]
}
