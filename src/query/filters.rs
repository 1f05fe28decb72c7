//! The filters of query types, declared once for all of them.

use super::params::{Param, ParamSet, Texts, params};
use crate::inventory::{Dimension, Filters};
use crate::prometheus::Selection;

/// The filters of a query type about metrics.
pub(in crate::query) trait FilterSet: ParamSet {
    /// The filters as conditions on series.
    fn selection(&self) -> Selection;
}

/// A query type without filters.
impl FilterSet for () {
    fn selection(&self) -> Selection {
        Selection::default()
    }
}

impl FilterSet for Selection {
    fn selection(&self) -> Selection {
        self.clone()
    }
}

impl FilterSet for Filters {
    /// Series have no labels for the other filters.
    fn selection(&self) -> Selection {
        Selection {
            clusters: self.clusters.clone(),
            namespaces: self.namespaces.clone(),
            kinds: self.kinds.clone(),
            ..Selection::default()
        }
    }
}

/// The filters on series, as filters on the inventory. The inventory has no filters on names and controllers, so those
/// are applied to each row.
pub(in crate::query) fn on_inventory(selection: &Selection) -> Filters {
    Filters {
        clusters: selection.clusters.clone(),
        namespaces: selection.namespaces.clone(),
        kinds: selection.kinds.clone(),
        ..Filters::default()
    }
}

const fn filter(
    name: &'static str,
    label: &'static str,
    dimension: Dimension,
    help: &'static str,
) -> Param<Texts> {
    Param { name, label, help, control: Texts(dimension) }
}

params! {
    for Filters {
        subscriptions: Vec<String> = filter(
            "subscriptions",
            "Subscriptions",
            Dimension::Subscription,
            "Ids or display names of subscriptions; none: all.",
        ),
        resource_groups: Vec<String> = filter(
            "resourceGroups",
            "Resource groups",
            Dimension::ResourceGroup,
            "Names of resource groups; none: all.",
        ),
        clusters: Vec<String> = filter(
            "clusters",
            "Clusters",
            Dimension::Cluster,
            "Names or ARM ids of clusters; none: all.",
        ),
        configurations: Vec<String> = filter(
            "configurations",
            "Configurations",
            Dimension::Configuration,
            "Names of Flux configurations; none: all.",
        ),
        namespaces: Vec<String> = filter(
            "namespaces",
            "Namespaces",
            Dimension::Namespace,
            "Namespaces of configurations, or of objects where rows are objects; none: all.",
        ),
        kinds: Vec<String> = filter(
            "kinds",
            "Kinds",
            Dimension::Kind,
            "Kinds of Flux objects; a configuration passes with at least one such object; none: all.",
        ),
        compliance_states: Vec<String> = filter(
            "complianceStates",
            "Compliance states",
            Dimension::ComplianceState,
            "Compliance states, of objects where rows are objects; none: all.",
        ),
        commits: Vec<String> = filter(
            "commits",
            "Commits",
            Dimension::Commit,
            "Commits that were synchronised last: as Azure spells them, the bare hash, or at least seven digits of it; none: all.",
        ),
        repositories: Vec<String> = filter(
            "repositories",
            "Repositories",
            Dimension::Repository,
            "URLs of repositories, buckets or registries; none: all.",
        ),
    }
}

params! {
    for Selection {
        clusters: Vec<String> = filter(
            "clusters",
            "Clusters",
            Dimension::Cluster,
            "Names or ARM ids of clusters; endpoints whose series name no cluster go by their own name; none: all.",
        ),
        namespaces: Vec<String> = filter(
            "namespaces",
            "Namespaces",
            Dimension::Namespace,
            "Namespaces of objects, or of the controllers where the metric is about those; none: all.",
        ),
        kinds: Vec<String> = filter(
            "kinds",
            "Kinds",
            Dimension::Kind,
            "Kinds of Flux objects; no effect on metrics of whole pods; none: all.",
        ),
        names: Vec<String> = filter(
            "names",
            "Names",
            Dimension::Name,
            "Names of Flux objects; no effect on metrics of controllers; none: all.",
        ),
        controllers: Vec<String> = filter(
            "controllers",
            "Controllers",
            Dimension::Controller,
            "Controllers (kustomization) or their deployments (kustomize-controller); none: all.",
        ),
    }
}
