//! One immutable picture of the whole fleet.

use super::clusters::{ClusterListing, Clusters};
use super::glance::Glance;
use super::refresh::Aged;
use super::table::{SubscriptionNames, Table};
use crate::arg::{Row, Unreadable};
use crate::upstream::UpstreamError;
use flux::{Extension, FluxConfiguration, Text, UtcMillis};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use tokio::time::Instant;

/// All Flux extensions and configurations that the identity sees, at one time. Queries are pure functions of it.
#[derive(Debug)]
pub struct Snapshot {
    /// When it was read, for people.
    pub taken: UtcMillis,
    /// When it was read, for ages.
    pub fetched: Instant,
    /// Flux extensions, by cluster.
    pub extensions: Table<Extension>,
    /// Flux configurations, by cluster and name.
    pub configurations: Table<FluxConfiguration>,
    /// Of each configuration, in their order, what is asked again and again.
    pub glances: Arc<[Glance]>,
    /// Rows that could not be read and were left out.
    pub unreadable: Unreadable,
    /// Display names of subscriptions, by id in lower case.
    pub subscriptions: Arc<BTreeMap<String, Text>>,
    /// Whether the subscriptions could be listed: what isn't among them then is not visible.
    pub subscriptions_listed: bool,
    /// Clusters, with and without Flux.
    pub clusters: Clusters,
    /// Configurations whose conditions are still to be read from Resource Manager.
    pub details_missing: usize,
    /// What went wrong beside the listing, for a notice each.
    pub warnings: Vec<String>,
}

impl Snapshot {
    /// A snapshot of `rows`, sharing with `previous` what hasn't changed.
    pub fn build(
        rows: Vec<Row>,
        unreadable: Unreadable,
        previous: Option<&Self>,
        (taken, fetched): (UtcMillis, Instant),
    ) -> Self {
        let mut extensions = Vec::new();
        let mut configurations = Vec::with_capacity(rows.len());
        for row in rows {
            match row {
                Row::Extension(extension) => extensions.push(extension),
                Row::Configuration(configuration) => configurations.push(configuration),
            }
        }
        let (old_extensions, old_configurations) = (Table::default(), Table::default());
        let (old_extensions, old_configurations) = previous
            .map_or((&old_extensions, &old_configurations), |old| {
                (&old.extensions, &old.configurations)
            });
        let configurations = Table::build(configurations, old_configurations);
        Self {
            taken,
            fetched,
            extensions: Table::build(extensions, old_extensions),
            glances: glances(&configurations),
            configurations,
            unreadable,
            subscriptions: previous.map(|old| Arc::clone(&old.subscriptions)).unwrap_or_default(),
            subscriptions_listed: previous.is_some_and(|old| old.subscriptions_listed),
            clusters: Clusters::default(),
            details_missing: 0,
            warnings: Vec::new(),
        }
    }

    /// The same snapshot with more known of some configurations, given as rows.
    pub(super) fn with_details(&self, rows: Vec<Row>, missing: usize) -> Self {
        let more: HashMap<String, FluxConfiguration> = rows
            .into_iter()
            .filter_map(|row| match row {
                Row::Configuration(configuration) if !configuration.lacks_details() => {
                    Some((configuration.arm_id(), configuration))
                }
                _ => None,
            })
            .collect();
        let more_of = |row: &FluxConfiguration| {
            if row.lacks_details() { more.get(&row.arm_id()).cloned() } else { None }
        };
        let configurations = self.configurations.with_more_of(more_of);
        Self {
            taken: self.taken,
            fetched: self.fetched,
            extensions: self.extensions.clone(),
            glances: glances(&configurations),
            configurations,
            unreadable: self.unreadable.clone(),
            subscriptions: Arc::clone(&self.subscriptions),
            subscriptions_listed: self.subscriptions_listed,
            clusters: self.clusters.clone(),
            details_missing: missing,
            warnings: self.warnings.clone(),
        }
    }

    /// The same snapshot with what is known of clusters, sharing with `previous` what hasn't changed.
    #[must_use]
    pub fn with_clusters(
        mut self,
        listing: Option<Arc<ClusterListing>>,
        failure: Option<UpstreamError>,
        previous: Option<&Self>,
    ) -> Self {
        let none = Table::default();
        let old = previous.map_or(&none, |old| &old.clusters.covered);
        self.clusters =
            Clusters::join(listing, failure, (&self.extensions, &self.configurations), old);
        self
    }

    /// Display names of subscriptions.
    pub fn names(&self) -> SubscriptionNames<'_> {
        SubscriptionNames(&self.subscriptions)
    }
}

fn glances(configurations: &Table<FluxConfiguration>) -> Arc<[Glance]> {
    configurations.rows().iter().map(|row| Glance::at(row)).collect()
}

impl Aged for Snapshot {
    fn fetched(&self) -> Instant {
        self.fetched
    }
}
