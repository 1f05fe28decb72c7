//! The Flux objects of a fleet with their readiness, from whoever knows it best: kube-state-metrics, the controllers'
//! own metrics, or Azure where neither knows of a kind on a cluster.

use super::ask::{Ask, EndpointAnswer, Part, Place};
use super::objects::{ObjectRow, matching_objects};
use super::{Params, View};
use crate::domain::{
    ClusterRef, ComplianceState, ConditionStatus, FLUX_DEPLOYMENTS, FluxDeployment, Text,
};
use crate::frame::Notice;
use crate::inventory::{Dimension, Item, Table};
use crate::prometheus::{Expr, Kinds, ObjectState, Readiness};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Who says how an object stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Witness {
    /// `gotk_resource_info`.
    KubeStateMetrics,
    /// `gotk_reconcile_condition`.
    Controllers,
    /// `statuses` of Azure's configurations.
    Azure,
}

impl Witness {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::KubeStateMetrics => "kube-state-metrics",
            Self::Controllers => "controllers",
            Self::Azure => "Azure",
        }
    }
}

/// What an object is told apart by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Identity {
    pub(super) cluster: String,
    pub(super) kind: String,
    pub(super) namespace: String,
    pub(super) name: String,
}

impl Identity {
    /// The cluster and kind, as they are compared: Azure doesn't mind case.
    pub(super) fn cluster_and_kind(&self) -> (String, String) {
        (self.cluster.to_ascii_lowercase(), self.kind.to_ascii_lowercase())
    }

    /// The same with the cluster in lower case.
    pub(super) fn key(&self) -> Self {
        Self { cluster: self.cluster.to_ascii_lowercase(), ..self.clone() }
    }
}

/// One object.
#[derive(Clone, Debug)]
pub(super) struct Object<'a> {
    pub(super) identity: Identity,
    pub(super) ready: Option<ConditionStatus>,
    pub(super) state: ObjectState,
    /// What it is at. `None`: not known.
    pub(super) revision: Option<String>,
    pub(super) witness: Witness,
    /// The same object as Azure knows it. `None`: it doesn't.
    pub(super) azure: Option<ObjectRow<'a>>,
    /// The cluster as Azure knows it. `None`: it doesn't, or several clusters have that name.
    pub(super) cluster: Option<&'a ClusterRef>,
}

/// The questions for tables: everything that is known of objects.
pub(super) fn ask_details(place: &Place<'_>) -> Vec<Ask> {
    let readiness = readiness(place);
    let mut asks = Vec::new();
    if let Some(expr) = readiness.resource_details() {
        asks.push(ask(Part::Resources, &expr, &["ready", "suspended", "revision"]));
    }
    if let Some([statuses, suspended]) = readiness.condition_details() {
        asks.push(ask(Part::Statuses, &statuses, &["status"]));
        asks.push(ask(Part::Suspended, &suspended, &[]));
    }
    asks
}

pub(super) fn readiness<'a>(place: &Place<'a>) -> Readiness<'a> {
    Readiness { detected: place.detected, selection: place.selection, endpoint: place.endpoint }
}

/// A question whose series have the labels of an identity, and more.
pub(super) fn ask(part: Part, expr: &Expr, more: &[&'static str]) -> Ask {
    let labels = ["cluster", "kind", "namespace", "name"].iter().chain(more);
    Ask::new(part, expr, labels.map(|&label| (label, label)).collect())
}

/// All objects, sorted by identity, those that only Azure knows among them.
pub(super) fn objects<'a>(
    params: &Params,
    answers: &[EndpointAnswer],
    view: &View<'a>,
) -> Vec<Object<'a>> {
    let names = ClusterNames::new(view);
    let mut found = measured(answers, &names);
    let covered =
        Covered::of(answers, found.values().map(|object| object.identity.cluster_and_kind()));
    for row in azure_objects(params, view) {
        let (key, identity) = names.key_of(&row);
        match found.get_mut(&key) {
            Some(object) => {
                object.azure.get_or_insert(row);
            }
            None if covered.holds(&identity) => {}
            None => {
                found.insert(key, of_azure(identity, row));
            }
        }
    }
    found.into_values().collect()
}

/// Objects that endpoints know, by identity with the cluster in lower case: Azure and the series may spell it
/// differently.
pub(super) fn measured<'a>(
    answers: &[EndpointAnswer],
    names: &ClusterNames<'a>,
) -> BTreeMap<Identity, Object<'a>> {
    let mut found: BTreeMap<Identity, Object<'a>> = BTreeMap::new();
    for answer in answers {
        let mut statuses: BTreeMap<Identity, Vec<&str>> = BTreeMap::new();
        let mut suspended: HashSet<Identity> = HashSet::new();
        let mut of_resources: Vec<Object<'a>> = Vec::new();
        for (ask, line) in answer.lines() {
            let Some((identity, more)) = identity(&line.labels) else { continue };
            match ask.part {
                Part::Resources => {
                    let text = |index: usize| more.get(index).copied().flatten();
                    let ready = text(0).and_then(status);
                    let suspended = text(1) == Some("true");
                    of_resources.push(Object {
                        ready,
                        state: state(ready, suspended),
                        revision: text(2).map(str::to_owned),
                        witness: Witness::KubeStateMetrics,
                        azure: None,
                        cluster: names.get(&identity.cluster),
                        identity,
                    });
                }
                Part::Statuses => {
                    statuses.entry(identity).or_default().extend(more.first().copied().flatten());
                }
                Part::Suspended => {
                    suspended.insert(identity);
                }
                _ => {}
            }
        }
        let covered: HashSet<(String, String)> =
            of_resources.iter().map(|object| object.identity.cluster_and_kind()).collect();
        for object in of_resources {
            found.entry(object.identity.key()).or_insert(object);
        }
        for (identity, statuses) in statuses {
            // Flux 2.0 says of objects that are gone that they are deleted.
            if statuses.contains(&"Deleted") || covered.contains(&identity.cluster_and_kind()) {
                continue;
            }
            // After a bug of Flux an earlier status may stay beside Unknown.
            let ready = [ConditionStatus::Unknown, ConditionStatus::False, ConditionStatus::True]
                .into_iter()
                .find(|status| statuses.contains(&status.as_str()));
            let state = state(ready, suspended.contains(&identity));
            let object = Object {
                ready,
                state,
                revision: None,
                witness: Witness::Controllers,
                azure: None,
                cluster: names.get(&identity.cluster),
                identity,
            };
            found.entry(object.identity.key()).or_insert(object);
        }
    }
    found
}

/// Objects that only Azure knows of, since no endpoint has readiness of their kind on their cluster; `seen` are clusters
/// and kinds that answers hold.
pub(super) fn azure_only<'a>(
    params: &Params,
    answers: &[EndpointAnswer],
    seen: impl Iterator<Item = (String, String)>,
    view: &View<'a>,
) -> Vec<Object<'a>> {
    let covered = Covered::of(answers, seen);
    azure_objects(params, view)
        .map(|row| (identity_of(&row), row))
        .filter(|(identity, _)| !covered.holds(identity))
        .map(|(identity, row)| of_azure(identity, row))
        .collect()
}

/// Says where readiness comes from, where that isn't only Prometheus.
pub(super) fn witness_notice(from_azure: usize, endpoints: usize) -> Option<Notice> {
    if from_azure == 0 {
        return None;
    }
    let why = if endpoints == 0 {
        "no Prometheus endpoint is configured"
    } else {
        "no Prometheus endpoint has the readiness of their kind on their cluster"
    };
    Some(Notice::info(format!(
        "The readiness of {from_azure} objects is Azure's, some minutes old, since {why}."
    )))
}

/// Clusters and kinds of which some endpoint knows the readiness.
pub(super) struct Covered(HashSet<(String, String)>);

impl Covered {
    pub(super) fn of(
        answers: &[EndpointAnswer],
        seen: impl Iterator<Item = (String, String)>,
    ) -> Self {
        let mut covered: HashSet<(String, String)> = seen.collect();
        for answer in answers {
            let known = [&answer.detected.conditions, &answer.detected.resources];
            for (cluster, kinds) in known.into_iter().flat_map(Kinds::by_cluster) {
                let cluster = if cluster.is_empty() { &answer.endpoint } else { cluster };
                covered.extend(
                    kinds.iter().map(|k| (cluster.to_ascii_lowercase(), k.to_ascii_lowercase())),
                );
            }
        }
        Self(covered)
    }

    pub(super) fn holds(&self, identity: &Identity) -> bool {
        self.0.contains(&identity.cluster_and_kind())
    }
}

pub(super) fn identity<'l, 'a>(
    labels: &'l [Option<&'a str>],
) -> Option<(Identity, &'l [Option<&'a str>])> {
    let (identity, more) = labels.split_at_checked(4)?;
    let text = |index: usize| identity[index].unwrap_or_default().to_owned();
    let identity = Identity { cluster: text(0), kind: text(1), namespace: text(2), name: text(3) };
    Some((identity, more))
}

fn status(text: &str) -> Option<ConditionStatus> {
    [ConditionStatus::True, ConditionStatus::False, ConditionStatus::Unknown]
        .into_iter()
        .find(|status| status.as_str() == text)
}

fn state(ready: Option<ConditionStatus>, suspended: bool) -> ObjectState {
    match ready {
        _ if suspended => ObjectState::Suspended,
        None => ObjectState::New,
        Some(ConditionStatus::True) => ObjectState::Ready,
        Some(ConditionStatus::False) => ObjectState::Failing,
        Some(ConditionStatus::Unknown) => ObjectState::Unknown,
    }
}

/// Objects of the inventory that pass the filters on metrics.
pub(super) fn azure_objects<'a>(
    params: &Params,
    view: &View<'a>,
) -> impl Iterator<Item = ObjectRow<'a>> + use<'a> {
    let names: HashSet<String> = params.texts("names").iter().cloned().collect();
    let words = params.texts("controllers");
    let kinds: HashSet<&str> = words
        .iter()
        .filter_map(|word| FluxDeployment::of(word).map(|deployment| (word, deployment)))
        .flat_map(|(word, deployment)| {
            let whole = deployment.name.eq_ignore_ascii_case(word);
            deployment
                .controllers
                .iter()
                .copied()
                .filter(move |name| whole || name.eq_ignore_ascii_case(word))
        })
        .collect();
    let any_controller = words.is_empty();
    matching_objects(params, view).filter(move |row| {
        let kind = row.object.kind.as_deref().unwrap_or_default().to_ascii_lowercase();
        (names.is_empty() || names.contains(row.object.name.as_str()))
            && (any_controller || kinds.contains(kind.as_str()))
            && is_flux_kind(&kind)
    })
}

/// What else stands in `statuses` has no controller of Flux.
fn is_flux_kind(kind: &str) -> bool {
    FLUX_DEPLOYMENTS.iter().any(|deployment| deployment.controllers.contains(&kind))
}

fn identity_of(row: &ObjectRow<'_>) -> Identity {
    let text = |text: Option<&Text>| text.map(ToString::to_string).unwrap_or_default();
    Identity {
        cluster: row.configuration.cluster.name.to_string(),
        kind: text(row.object.kind.as_ref()),
        namespace: text(row.object.namespace.as_ref()),
        name: row.object.name.to_string(),
    }
}

pub(super) fn of_azure(identity: Identity, row: ObjectRow<'_>) -> Object<'_> {
    let (object, configuration) = (row.object, row.configuration);
    let ready = match (object.ready(), &object.compliance_state) {
        (Some(status), _) => Some(status),
        (None, ComplianceState::Compliant) => Some(ConditionStatus::True),
        (None, ComplianceState::NonCompliant) => Some(ConditionStatus::False),
        (None, _) => Some(ConditionStatus::Unknown),
    };
    let suspended =
        configuration.suspended || object.compliance_state == ComplianceState::Suspended;
    let state = match state(ready, suspended) {
        // Azure's verdict, as the query type failing-objects has it.
        ObjectState::Unknown | ObjectState::Ready if object.is_failing() => ObjectState::Failing,
        state => state,
    };
    let follows_source = matches!(
        identity.kind.as_str(),
        "GitRepository" | "OCIRepository" | "Bucket" | "Kustomization"
    );
    let revision = configuration.source_synced_commit.as_ref().filter(|_| follows_source);
    Object {
        identity,
        ready,
        state,
        revision: revision.map(ToString::to_string),
        witness: Witness::Azure,
        azure: Some(row),
        cluster: Some(&configuration.cluster),
    }
}

/// The clusters that Azure knows, by name in lower case; `None` where several have the same name.
pub(super) struct ClusterNames<'a>(HashMap<String, Option<&'a ClusterRef>>);

impl<'a> ClusterNames<'a> {
    pub(super) fn new(view: &View<'a>) -> Self {
        let mut names = Self(HashMap::new());
        names.add(&view.snapshot.extensions);
        names.add(&view.snapshot.configurations);
        names
    }

    fn add<T: Item + PartialEq>(&mut self, rows: &'a Table<T>) {
        let Some(column) = rows.column(Dimension::Cluster) else { return };
        // The first value stands for rows without one.
        for example in column.examples.iter().skip(1) {
            let Some(row) = rows.rows().get(*example as usize) else { continue };
            let cluster = row.cluster();
            self.0
                .entry(cluster.name.to_ascii_lowercase())
                .and_modify(|known| {
                    if known.is_some_and(|known| known.key() != cluster.key()) {
                        *known = None;
                    }
                })
                .or_insert(Some(cluster));
        }
    }

    /// What an object of Azure's is told apart by, and its identity. Where several clusters have its cluster's name, series
    /// can't be told apart, but Azure's rows can: then the key is no series'.
    pub(super) fn key_of(&self, row: &ObjectRow<'_>) -> (Identity, Identity) {
        let identity = identity_of(row);
        let mut key = identity.key();
        if self.get(&identity.cluster).is_none() {
            key.cluster = row.configuration.cluster.key();
        }
        (key, identity)
    }

    /// The cluster of that name. `None`: there is none, or several.
    pub(super) fn get(&self, name: &str) -> Option<&'a ClusterRef> {
        self.0.get(&name.to_ascii_lowercase()).copied().flatten()
    }
}
