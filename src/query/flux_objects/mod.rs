//! The Flux objects of a fleet with their readiness. For each kind on each cluster the best upstream is used:
//! kube-state-metrics, or else the controllers' own metrics, or else Azure.

mod azure;
mod measured;

pub(super) use azure::{ClusterNames, of_azure};
pub(super) use measured::CoveredKinds;

use super::expression::{AskedEndpoint, EndpointSeries, Expression};
use super::objects::ObjectRow;
use super::view::MetricsView;
use crate::prometheus::{Expr, Readiness, Selection};
use azure::{AzureObjects, AzureOfCluster};
use flux::{ClusterRef, ConditionStatus, FOLLOW_SOURCE, ObjectState};
use frame::Notice;
use measured::{Covered, Measured};

/// The upstream that reports the state of an object.
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

/// Identifies an object on its cluster; an unknown part is empty.
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

/// Identifies an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Identity<'a> {
    /// The cluster's name, as the upstream that reports the object spells it.
    pub(super) cluster: &'a str,
    pub(super) object: ObjectKey<'a>,
}

/// One object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Object<'a> {
    pub(super) identity: Identity<'a>,
    pub(super) ready: Option<ConditionStatus>,
    pub(super) state: ObjectState,
    /// The revision that was applied last. `None`: not known.
    pub(super) revision: Option<&'a str>,
    pub(super) witness: Witness,
    /// The object as Azure reports it. `None`: Azure doesn't report it.
    pub(super) azure: Option<ObjectRow<'a>>,
    /// The cluster as Azure reports it. `None`: Azure reports no cluster of that name, or several.
    pub(super) cluster: Option<&'a ClusterRef>,
}

/// What the reply to an expression about objects contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ObjectSeries {
    /// Objects with their state from kube-state-metrics.
    Resources,
    /// Objects with the statuses of their Ready conditions.
    Statuses,
    /// Objects that are suspended.
    Suspended,
}

/// Purposes of a query type that needs objects in every state, and possibly more.
pub(super) trait ObjectsPurpose: 'static {
    /// `None`: the expression has another purpose.
    fn objects(&self) -> Option<ObjectSeries>;
}

impl ObjectsPurpose for ObjectSeries {
    fn objects(&self) -> Option<ObjectSeries> {
        Some(*self)
    }
}

/// The expressions for objects in every state, with everything that metrics report about them.
pub(super) fn object_expressions(endpoint: &AskedEndpoint<'_>) -> Vec<Expression<ObjectSeries>> {
    let readiness = readiness(endpoint);
    let mut expressions = Vec::new();
    if let Some(expr) = readiness.resource_details() {
        let labels = ["ready", "suspended", "revision"];
        expressions.push(expression(ObjectSeries::Resources, &expr, &labels));
    }
    if let Some([statuses, suspended]) = readiness.condition_details() {
        expressions.push(expression(ObjectSeries::Statuses, &statuses, &["status"]));
        expressions.push(expression(ObjectSeries::Suspended, &suspended, &[]));
    }
    expressions
}

pub(super) fn readiness<'a>(endpoint: &AskedEndpoint<'a>) -> Readiness<'a> {
    Readiness {
        detected: endpoint.detected,
        selection: endpoint.selection,
        endpoint: endpoint.name,
    }
}

/// An expression whose series have the labels of an [`Identity`], and additional labels.
pub(super) fn expression<P>(purpose: P, expr: &Expr, more: &[&'static str]) -> Expression<P> {
    let labels = ["cluster", "kind", "namespace", "name"].iter().chain(more);
    Expression::new(purpose, expr, labels.map(|&label| (label, label)).collect())
}

/// The objects of one cluster, from Azure and from metrics.
pub(super) struct OfCluster<'a, 'c> {
    /// Azure's objects. `None`: Azure doesn't report the cluster.
    pub(super) azure: Option<AzureOfCluster<'a, 'c>>,
    /// Objects of metrics, sorted by name, each once.
    pub(super) measured: Vec<Object<'a>>,
    /// The kinds whose objects the metrics report completely.
    pub(super) covered: CoveredKinds<'c>,
}

/// Calls `visit` with the objects of every cluster that Azure or metrics report, in the order of their names. Series name
/// a cluster by its name alone. When Azure reports several clusters of that name, the series may belong to any of them, so
/// they become a cluster of their own.
pub(super) fn by_cluster<'a, P: ObjectsPurpose>(
    selection: &Selection,
    replies: &'a [EndpointSeries<'a, P>],
    view: &MetricsView<'a>,
    mut visit: impl FnMut(OfCluster<'a, '_>),
) {
    let names = ClusterNames::new(view);
    let mut measured = Measured::read(replies, &names);
    let covered = Covered::of_measured(replies, &measured);
    let azure = view.with_snapshot().map(|view| AzureObjects::new(selection, &view));
    let mut clusters: Vec<(String, Option<AzureOfCluster<'a, '_>>, Vec<Object<'a>>)> = Vec::new();
    for (name, objects) in azure.iter().flat_map(AzureObjects::by_cluster) {
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

    /// Number of Azure's objects.
    pub(super) fn azure_count(&self) -> usize {
        self.azure.map_or(0, AzureOfCluster::count)
    }
}

/// All objects, including those that only Azure reports, sorted by cluster and name.
pub(super) fn objects<'a, P: ObjectsPurpose>(
    selection: &Selection,
    replies: &'a [EndpointSeries<'a, P>],
    view: &MetricsView<'a>,
) -> Vec<Object<'a>> {
    let mut all: Vec<Object<'a>> = Vec::new();
    by_cluster(selection, replies, view, |cluster| {
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

/// Objects that only Azure reports, because no endpoint has the readiness of their kind on their cluster. `seen` are
/// the objects in the replies.
pub(super) fn azure_only<'a, P>(
    selection: &Selection,
    replies: &[EndpointSeries<'_, P>],
    seen: impl Iterator<Item = Identity<'a>>,
    view: &MetricsView<'a>,
) -> Vec<Object<'a>> {
    let Some(view) = view.with_snapshot() else { return Vec::new() };
    let covered = Covered::of(replies, seen);
    AzureObjects::new(selection, &view)
        .all()
        .filter(|row| {
            let cluster = row.configuration.cluster.name.to_ascii_lowercase();
            !covered.on(&cluster).hold(ObjectKey::of(row))
        })
        .map(of_azure)
        .collect()
}

/// The notice that some readiness comes from Azure.
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

/// The identity in the first labels of a series of [`expression`], and the other labels.
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
