//! The filters that every query over the inventory takes. `Table::matching` (table.rs) applies them to rows,
//! `query/kql/rows.rs` writes them into the native dashboards' KQL, and the browser's ad hoc filters compare values with
//! `frontend/src/query/spelling.ts`.

use super::Dimension;

/// Lists of accepted values, compared without regard to case; an empty list accepts all.
///
/// A filter looks at the row's own property, or else at the property of its configuration or cluster. On rows that have
/// neither (an extension has no commit) the filter has no effect.
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
    /// The dimensions with a filter, and the accepted values. Kinds are not among them: they aren't a dimension of
    /// configurations.
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

    /// The same filters without those that rows below a configuration (objects, kustomizations) check themselves.
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
