//! The filters that every query over the inventory takes.

use super::Dimension;

/// Lists of accepted values; an empty list accepts everything. Compared without case.
///
/// A filter looks at the row's own property where the row has it, else at its configuration's or cluster's; on rows that
/// have neither (an extension has no commit) it has no effect.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filters {
    /// Ids or display names.
    pub subscriptions: Vec<String>,
    /// Names.
    pub resource_groups: Vec<String>,
    /// Names or ARM ids.
    pub clusters: Vec<String>,
    /// Names.
    pub configurations: Vec<String>,
    /// Namespaces of configurations; for objects, their own.
    pub namespaces: Vec<String>,
    /// Kubernetes kinds of objects; a configuration passes with at least one such object.
    pub kinds: Vec<String>,
    /// Azure's spelling.
    pub compliance_states: Vec<String>,
    /// As Azure spells them, bare hashes, or at least seven digits of one.
    pub commits: Vec<String>,
    /// URLs.
    pub repositories: Vec<String>,
}

impl Filters {
    /// The filters that restrict a dimension, with what they accept; kinds aside, which aren't one of configurations.
    pub(super) fn dimensions(&self) -> impl Iterator<Item = (Dimension, &[String])> {
        [
            (Dimension::Subscription, self.subscriptions.as_slice()),
            (Dimension::ResourceGroup, &self.resource_groups),
            (Dimension::Cluster, &self.clusters),
            (Dimension::Configuration, &self.configurations),
            (Dimension::Namespace, &self.namespaces),
            (Dimension::ComplianceState, &self.compliance_states),
            (Dimension::Commit, &self.commits),
            (Dimension::Repository, &self.repositories),
        ]
        .into_iter()
        .filter(|(_, wanted)| !wanted.is_empty())
    }

    /// The same filters with those left out that rows below a configuration (objects, kustomizations) check themselves.
    #[must_use]
    pub fn for_parents(&self) -> Self {
        Self {
            namespaces: Vec::new(),
            kinds: Vec::new(),
            compliance_states: Vec::new(),
            ..self.clone()
        }
    }
}
