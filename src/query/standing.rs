//! Rows of alert rules about Flux objects that stand in one way, from whoever knows it best; see `flux_objects`.

use super::View;
use super::alert::Alerting;
use super::ask::{Ask, EndpointAnswer, MetricsQuery, Part, Place};
use super::flux_objects::{
    ClusterNames, Identity, Object, Witness, ask, ask_details, azure_only, identity, objects,
    readiness,
};
use flux::{ClusterRef, ObjectState};

/// Labels of an object beside those of its cluster.
pub(super) static LABELS: [(&str, &str); 3] = [
    ("kind", "Kubernetes kind."),
    ("namespace", "Namespace of the object; empty where it isn't reported."),
    ("name", "Name of the object."),
];

/// Rows, and how many objects only Azure knows of.
pub(super) struct Standing {
    pub(super) items: Vec<Alerting>,
    pub(super) from_azure: usize,
}

/// What to ask for the objects in a state; with `include` `all`, for all of them.
pub(super) fn plan(query: &MetricsQuery<'_>, place: &Place<'_>, state: ObjectState) -> Vec<Ask> {
    if query.params.choice("include") == "all" {
        return ask_details(place);
    }
    let wanted = readiness(place).objects(Some(state));
    wanted.map(|expr| ask(Part::Objects(state), &expr, &[])).into_iter().collect()
}

/// A row per object, failing where it stands so.
pub(super) fn items(
    query: &MetricsQuery<'_>,
    answers: &[EndpointAnswer],
    view: &View<'_>,
    state: ObjectState,
) -> Standing {
    let clusters = ClusterNames::new(view);
    if query.params.choice("include") == "all" {
        let objects = objects(query.params, answers, view);
        let of_azure = |object: &&Object<'_>| object.witness == Witness::Azure;
        let from_azure = objects.iter().filter(of_azure).count();
        let items = objects.iter().map(|object| item(object, &clusters, state)).collect();
        return Standing { items, from_azure };
    }
    let mut items = Vec::new();
    let mut seen = Vec::new();
    for (_, line) in answers.iter().flat_map(EndpointAnswer::lines) {
        let Some((identity, _)) = identity(&line.labels) else { continue };
        seen.push(identity);
        let cluster = clusters.get(identity.cluster);
        items.push(Alerting { labels: labels(identity, cluster), failing: true });
    }
    let azure = azure_only(query.params, answers, seen.into_iter(), view);
    items.extend(azure.iter().map(|object| item(object, &clusters, state)));
    Standing { items, from_azure: azure.len() }
}

fn item(object: &Object<'_>, clusters: &ClusterNames<'_>, state: ObjectState) -> Alerting {
    // Azure's own rows know their cluster, whatever others are called.
    let cluster = match object.witness {
        Witness::Azure => object.cluster,
        _ => clusters.get(object.identity.cluster),
    };
    Alerting { labels: labels(object.identity, cluster), failing: object.state == state }
}

/// In the order of the fields; what isn't known is no label.
fn labels(identity: Identity<'_>, cluster: Option<&ClusterRef>) -> Vec<Option<String>> {
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    vec![
        cluster.map(|cluster| cluster.subscription_id.to_string()),
        cluster.map(|cluster| cluster.resource_group.to_string()),
        text(identity.cluster),
        cluster.map(|cluster| cluster.kind.label().to_owned()),
        text(identity.object.kind),
        text(identity.object.namespace),
        text(identity.object.name),
    ]
}
