//! The Flux objects of a fleet with their readiness, from whoever knows it best: kube-state-metrics, the controllers'
//! own metrics, or Azure where neither knows of a kind on a cluster.

mod azure;
mod measured;

pub(super) use azure::{ClusterNames, of_azure};
pub(super) use measured::CoveredKinds;

use super::ask::{Ask, EndpointAnswer, Part, Place};
use super::objects::ObjectRow;
use super::{Params, View};
use crate::prometheus::{Expr, Readiness};
use azure::{AzureObjects, AzureOfCluster};
use flux::{ClusterRef, ConditionStatus, FOLLOW_SOURCE, ObjectState};
use frame::Notice;
use measured::{Covered, Measured};

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

/// What an object is told apart by on its cluster; what isn't known is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ObjectKey<'a> {
    pub(super) kind: &'a str,
    pub(super) namespace: &'a str,
    pub(super) name: &'a str,
}

impl ObjectKey<'_> {
    /// Whether its revision is that of a configuration's source.
    pub(super) fn follows_source(self) -> bool {
        FOLLOW_SOURCE.contains(&self.kind)
    }
}

/// What an object is told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Identity<'a> {
    /// The cluster's name, as whoever speaks of the object spells it.
    pub(super) cluster: &'a str,
    pub(super) object: ObjectKey<'a>,
}

/// One object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Object<'a> {
    pub(super) identity: Identity<'a>,
    pub(super) ready: Option<ConditionStatus>,
    pub(super) state: ObjectState,
    /// What it is at. `None`: not known.
    pub(super) revision: Option<&'a str>,
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

/// What Azure and what metrics know of the objects of one cluster.
pub(super) struct OfCluster<'a, 'c> {
    /// Azure's. `None`: it doesn't know the cluster.
    pub(super) azure: Option<AzureOfCluster<'a, 'c>>,
    /// Sorted by name, each once.
    pub(super) measured: Vec<Object<'a>>,
    /// The kinds of which metrics know all objects.
    pub(super) covered: CoveredKinds<'c>,
}

/// Hands out the objects of every cluster that Azure or metrics know, in the order of their names. Where Azure knows
/// several clusters of a name, series of that name can't be told apart: they are a cluster of their own.
pub(super) fn by_cluster<'a>(
    params: &Params,
    answers: &'a [EndpointAnswer],
    view: &View<'a>,
    mut visit: impl FnMut(OfCluster<'a, '_>),
) {
    let names = ClusterNames::new(view);
    let mut measured = Measured::read(answers, &names);
    let covered = Covered::of_measured(answers, &measured);
    let azure = AzureObjects::new(params, view);
    let mut clusters: Vec<(String, Option<AzureOfCluster<'a, '_>>, Vec<Object<'a>>)> = Vec::new();
    for (name, objects) in azure.by_cluster() {
        let name = name.to_ascii_lowercase();
        let is_one = measured.knows(&name) && names.get(&name).is_some();
        let measured = if is_one { measured.take(&name) } else { Vec::new() };
        clusters.push((name, Some(objects), measured));
    }
    clusters.extend(measured.rest().map(|(cluster, objects)| (cluster, None, objects)));
    clusters.sort_by(|left, right| left.0.cmp(&right.0));
    for (cluster, azure, measured) in clusters {
        visit(OfCluster { azure, measured, covered: covered.on(&cluster) });
    }
}

impl<'a> OfCluster<'a, '_> {
    /// Azure's objects, by configuration.
    pub(super) fn azure_rows(&self) -> impl Iterator<Item = ObjectRow<'a>> {
        self.azure.into_iter().flat_map(AzureOfCluster::rows)
    }

    /// How many Azure knows.
    pub(super) fn azure_count(&self) -> usize {
        self.azure.map_or(0, AzureOfCluster::count)
    }
}

/// All objects, sorted by cluster and name, those that only Azure knows among them.
pub(super) fn objects<'a>(
    params: &Params,
    answers: &'a [EndpointAnswer],
    view: &View<'a>,
) -> Vec<Object<'a>> {
    let mut all: Vec<Object<'a>> = Vec::new();
    by_cluster(params, answers, view, |cluster| {
        let azure = cluster.azure_rows().map(of_azure);
        let mut objects: Vec<_> = cluster.measured.iter().copied().chain(azure).collect();
        objects.sort_by_key(|object| object.identity.object);
        objects.dedup_by(|later, first| {
            let is_same = later.identity.object == first.identity.object;
            if is_same {
                first.azure = first.azure.or(later.azure);
            }
            is_same
        });
        let counts = |object: &Object<'_>| {
            object.witness != Witness::Azure || !cluster.covered.hold(object.identity.object)
        };
        all.extend(objects.into_iter().filter(counts));
    });
    all
}

/// Objects that only Azure knows of, since no endpoint has readiness of their kind on their cluster; `seen` are objects
/// that answers hold.
pub(super) fn azure_only<'a>(
    params: &Params,
    answers: &[EndpointAnswer],
    seen: impl Iterator<Item = Identity<'a>>,
    view: &View<'a>,
) -> Vec<Object<'a>> {
    let covered = Covered::of(answers, seen);
    AzureObjects::new(params, view)
        .all()
        .filter(|row| {
            let cluster = row.configuration.cluster.name.to_ascii_lowercase();
            !covered.on(&cluster).hold(ObjectKey::of(row))
        })
        .map(of_azure)
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

/// What the first labels of a series of [`ask`] tell, and the others.
pub(super) fn identity<'l, 'a>(
    labels: &'l [Option<&'a str>],
) -> Option<(Identity<'a>, &'l [Option<&'a str>])> {
    let (identity, more) = labels.split_at_checked(4)?;
    let text = |index: usize| identity[index].unwrap_or_default();
    let object = ObjectKey { kind: text(1), namespace: text(2), name: text(3) };
    Some((Identity { cluster: text(0), object }, more))
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
