//! Flux objects as metrics report them.

use super::{
    ClusterNames, Identity, Object, ObjectKey, ObjectSeries, ObjectsPurpose, Witness, identity,
    state, status,
};
use crate::prometheus::Kinds;
use crate::query::expression::EndpointSeries;
use flux::ConditionStatus;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Objects that endpoints report, by the cluster's name in lower case, since Azure and series may spell it differently. The
/// objects of a cluster are sorted by name, each once.
pub(in crate::query) struct Measured<'a>(BTreeMap<String, Vec<Object<'a>>>);

impl<'a> Measured<'a> {
    pub(super) fn read<P: ObjectsPurpose>(
        replies: &'a [EndpointSeries<'a, P>],
        names: &ClusterNames<'a>,
    ) -> Self {
        let mut measured = Self(BTreeMap::new());
        for reply in replies {
            measured.add(reply);
        }
        for (cluster, objects) in &mut measured.0 {
            let cluster = names.get(cluster);
            for object in objects.iter_mut() {
                object.cluster = cluster;
            }
            // Of an object that several endpoints report, the first report is taken.
            objects.sort_by_key(|object| object.identity.object);
            objects.dedup_by_key(|object| object.identity.object);
        }
        measured
    }

    fn add<P: ObjectsPurpose>(&mut self, reply: &EndpointSeries<'a, P>) {
        let mut statuses: BTreeMap<Identity<'a>, Vec<&str>> = BTreeMap::new();
        let mut suspended: HashSet<Identity<'a>> = HashSet::new();
        let mut covered: HashSet<(&str, &str)> = HashSet::new();
        for (purpose, line) in reply.lines() {
            let Some((identity, more)) = identity(&line.labels) else { continue };
            let text = |index: usize| more.get(index).copied().flatten();
            match purpose.objects() {
                Some(ObjectSeries::Resources) => {
                    let ready = text(0).and_then(status);
                    covered.insert((identity.cluster, identity.object.kind));
                    self.push(Object {
                        ready,
                        state: state(ready, text(1) == Some("true")),
                        revision: text(2),
                        witness: Witness::KubeStateMetrics,
                        azure: None,
                        cluster: None,
                        identity,
                    });
                }
                Some(ObjectSeries::Statuses) => {
                    statuses.entry(identity).or_default().extend(text(0));
                }
                Some(ObjectSeries::Suspended) => {
                    suspended.insert(identity);
                }
                None => {}
            }
        }
        for (identity, statuses) in statuses {
            // Flux 2.0 reports objects that no longer exist as deleted.
            if statuses.contains(&"Deleted")
                || covered.contains(&(identity.cluster, identity.object.kind))
            {
                continue;
            }
            // A bug of Flux may leave an earlier status set along with Unknown.
            let ready = [ConditionStatus::Unknown, ConditionStatus::False, ConditionStatus::True]
                .into_iter()
                .find(|status| statuses.contains(&status.as_str()));
            self.push(Object {
                ready,
                state: state(ready, suspended.contains(&identity)),
                revision: None,
                witness: Witness::Controllers,
                azure: None,
                cluster: None,
                identity,
            });
        }
    }

    fn push(&mut self, object: Object<'a>) {
        let cluster = object.identity.cluster;
        // Most clusters are spelt in lower case already.
        if let Some(objects) = self.0.get_mut(cluster) {
            objects.push(object);
        } else {
            self.0.entry(cluster.to_ascii_lowercase()).or_default().push(object);
        }
    }

    /// Whether there are objects of a cluster, given by its name in lower case.
    pub(super) fn knows(&self, cluster: &str) -> bool {
        self.0.contains_key(cluster)
    }

    /// Removes and returns the objects of a cluster.
    pub(super) fn take(&mut self, cluster: &str) -> Vec<Object<'a>> {
        self.0.remove(cluster).unwrap_or_default()
    }

    /// The clusters that were not taken, by name in lower case.
    pub(super) fn rest(self) -> impl Iterator<Item = (String, Vec<Object<'a>>)> {
        self.0.into_iter()
    }

    fn identities(&self) -> impl Iterator<Item = Identity<'a>> {
        self.0.values().flatten().map(|object| object.identity)
    }
}

/// The kinds for which an endpoint reports readiness, by the cluster's name in lower case.
pub(in crate::query) struct Covered(HashMap<String, HashSet<String>>);

impl Covered {
    /// The kinds that were detected at the endpoints, and those of `seen`.
    pub(super) fn of<'i, P>(
        replies: &[EndpointSeries<'_, P>],
        seen: impl Iterator<Item = Identity<'i>>,
    ) -> Self {
        let mut covered = Self(HashMap::new());
        for identity in seen {
            covered.insert(identity.cluster, identity.object.kind);
        }
        for reply in replies {
            let known = [&reply.detected.conditions, &reply.detected.resources];
            for (cluster, kinds) in known.into_iter().flat_map(Kinds::by_cluster) {
                let cluster = if cluster.is_empty() { reply.endpoint } else { cluster };
                for kind in kinds {
                    covered.insert(cluster, kind);
                }
            }
        }
        covered
    }

    pub(super) fn of_measured<P>(
        replies: &[EndpointSeries<'_, P>],
        measured: &Measured<'_>,
    ) -> Self {
        Self::of(replies, measured.identities())
    }

    fn insert(&mut self, cluster: &str, kind: &str) {
        let kinds = self.0.entry(cluster.to_ascii_lowercase()).or_default();
        if !kinds.contains(kind) {
            kinds.insert(kind.to_ascii_lowercase());
        }
    }

    /// The kinds on the cluster with this name in lower case.
    pub(super) fn on(&self, cluster: &str) -> CoveredKinds<'_> {
        CoveredKinds(self.0.get(cluster))
    }
}

/// The kinds on one cluster for which an endpoint reports readiness.
#[derive(Clone, Copy)]
pub(in crate::query) struct CoveredKinds<'c>(Option<&'c HashSet<String>>);

impl CoveredKinds<'_> {
    pub(in crate::query) fn is_empty(self) -> bool {
        self.0.is_none()
    }

    pub(in crate::query) fn hold(self, name: ObjectKey<'_>) -> bool {
        self.0.is_some_and(|kinds| kinds.iter().any(|kind| kind.eq_ignore_ascii_case(name.kind)))
    }
}
