//! Rows of alert rules about Flux objects in one state, from the upstream that knows the state best; see `flux_objects`.

use super::alert::{AlertItem, Include};
use super::expression::{AskedEndpoint, EndpointSeries, Expression};
use super::flux_objects::{
    ClusterNames, Identity, Object, ObjectSeries, ObjectsPurpose, Witness, azure_only, expression,
    identity, object_expressions, objects, readiness,
};
use super::view::MetricsView;
use crate::prometheus::Selection;
use flux::{ClusterRef, ObjectState};

/// Labels of an object, besides those of its cluster.
pub(super) static LABELS: [(&str, &str); 3] = [
    ("kind", "Kubernetes kind."),
    ("namespace", "Namespace of the object; empty where it isn't reported."),
    ("name", "Name of the object."),
];

/// The purpose of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StatePurpose {
    /// A series for each object in the state.
    InState,
    /// Objects in every state.
    Objects(ObjectSeries),
}

impl ObjectsPurpose for StatePurpose {
    fn objects(&self) -> Option<ObjectSeries> {
        match self {
            Self::InState => None,
            Self::Objects(series) => Some(*series),
        }
    }
}

/// The objects that a query selects.
#[derive(Clone, Copy)]
pub(super) struct ObjectsInState<'a> {
    /// The state that counts as failing.
    pub(super) state: ObjectState,
    pub(super) include: Include,
    pub(super) selection: &'a Selection,
}

/// Items of alert rules, and how many of them only Azure knows.
pub(super) struct StateItems {
    pub(super) items: Vec<AlertItem>,
    pub(super) from_azure: usize,
}

impl ObjectsInState<'_> {
    /// The expressions for an endpoint.
    pub(super) fn plan(&self, endpoint: &AskedEndpoint<'_>) -> Vec<Expression<StatePurpose>> {
        match self.include {
            Include::All => object_expressions(endpoint)
                .into_iter()
                .map(|expression| expression.map(StatePurpose::Objects))
                .collect(),
            Include::Failing => readiness(endpoint)
                .objects(Some(self.state))
                .map(|expr| expression(StatePurpose::InState, &expr, &[]))
                .into_iter()
                .collect(),
        }
    }

    /// One item per object; it fails when the object is in the state.
    pub(super) fn items(
        &self,
        replies: &[EndpointSeries<'_, StatePurpose>],
        view: &MetricsView<'_>,
    ) -> StateItems {
        let clusters = ClusterNames::new(view);
        if self.include == Include::All {
            let objects = objects(self.selection, replies, view);
            let of_azure = |object: &&Object<'_>| object.witness == Witness::Azure;
            let from_azure = objects.iter().filter(of_azure).count();
            let items = objects.iter().map(|object| item(object, &clusters, self.state)).collect();
            return StateItems { items, from_azure };
        }
        let mut items = Vec::new();
        let mut seen = Vec::new();
        for (_, line) in replies.iter().flat_map(EndpointSeries::lines) {
            let Some((identity, _)) = identity(&line.labels) else { continue };
            seen.push(identity);
            let cluster = clusters.get(identity.cluster);
            items.push(AlertItem { labels: labels(identity, cluster), failing: true });
        }
        let azure = azure_only(self.selection, replies, seen.into_iter(), view);
        items.extend(azure.iter().map(|object| item(object, &clusters, self.state)));
        StateItems { items, from_azure: azure.len() }
    }
}

fn item(object: &Object<'_>, clusters: &ClusterNames<'_>, state: ObjectState) -> AlertItem {
    // Azure's own rows name their cluster by its id, so other clusters of the same name don't matter.
    let cluster = match object.witness {
        Witness::Azure => object.cluster,
        _ => clusters.get(object.identity.cluster),
    };
    AlertItem { labels: labels(object.identity, cluster), failing: object.state == state }
}

/// The labels in the order of the fields. An unknown value makes no label.
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
