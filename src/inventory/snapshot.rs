//! The whole fleet as it was at one time.

use super::clusters::{ClusterReading, Clusters};
use super::refresh::Aged;
use super::summary::ConfigurationSummary;
use super::table::{SubscriptionNames, Table};
use crate::arg::{Row, Unreadable};
use flux::{Extension, FluxConfiguration, Text, UtcMillis};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use tokio::time::Instant;

#[cfg(test)]
mod tests;

/// All Flux extensions and configurations that the identity sees, at one time. Immutable: answers to queries are pure
/// functions of it.
#[derive(Clone, Debug)]
pub struct Snapshot {
    taken: UtcMillis,
    fetched: Instant,
    extensions: Table<Extension>,
    configurations: Table<FluxConfiguration>,
    summaries: Arc<[ConfigurationSummary]>,
    unreadable: Unreadable,
    subscriptions: Option<Arc<BTreeMap<String, Text>>>,
    clusters: Clusters,
    details_missing: usize,
    details_warning: Option<String>,
    warnings: Vec<String>,
}

/// Everything that a snapshot is built from.
#[derive(Debug)]
pub struct SnapshotParts {
    /// When the fleet was read, by the time of day.
    pub taken: UtcMillis,
    /// When the fleet was read, on the clock that ages are measured with.
    pub fetched: Instant,
    /// Extensions and configurations, in any order.
    pub rows: Vec<Row>,
    /// Rows that could not be read; they are left out.
    pub unreadable: Unreadable,
    /// Display names of subscriptions, by id in lower case. `None`: the subscriptions could not be listed.
    pub subscriptions: Option<Arc<BTreeMap<String, Text>>>,
    /// The clusters.
    pub clusters: ClusterReading,
    /// Number of configurations whose conditions are still to be read from Resource Manager.
    pub details_missing: usize,
    /// Why conditions couldn't be read from Resource Manager; becomes a notice. `None`: nothing failed.
    pub details_warning: Option<String>,
    /// What went wrong besides the listing; each becomes a notice.
    pub warnings: Vec<String>,
}

/// What is read for a snapshot after it was built.
#[derive(Debug)]
pub(super) struct Supplement {
    /// Configurations with their conditions.
    pub(super) details: Vec<Row>,
    /// Number of configurations whose conditions are still to be read.
    pub(super) details_missing: usize,
    /// Why they couldn't be read. `None`: nothing failed.
    pub(super) details_warning: Option<String>,
    pub(super) clusters: ClusterReading,
}

impl SnapshotParts {
    /// The parts of a snapshot of these rows alone.
    pub fn of_rows(taken: UtcMillis, fetched: Instant, rows: Vec<Row>) -> Self {
        Self {
            taken,
            fetched,
            rows,
            unreadable: Unreadable::default(),
            subscriptions: None,
            clusters: ClusterReading::default(),
            details_missing: 0,
            details_warning: None,
            warnings: Vec::new(),
        }
    }

    /// Builds the snapshot. Rows that haven't changed since `previous` are shared with it.
    pub fn build(self, previous: Option<&Snapshot>) -> Snapshot {
        let mut extensions = Vec::new();
        let mut configurations = Vec::with_capacity(self.rows.len());
        for row in self.rows {
            match row {
                Row::Extension(extension) => extensions.push(extension),
                Row::Configuration(configuration) => configurations.push(configuration),
            }
        }
        let extensions = match previous {
            Some(previous) => Table::build(extensions, &previous.extensions),
            None => Table::build(extensions, &Table::default()),
        };
        let configurations = match previous {
            Some(previous) => Table::build(configurations, &previous.configurations),
            None => Table::build(configurations, &Table::default()),
        };
        let clusters = match previous {
            Some(previous) => {
                let covered = &previous.clusters.covered;
                Clusters::join(self.clusters, &extensions, &configurations, covered)
            }
            None => Clusters::join(self.clusters, &extensions, &configurations, &Table::default()),
        };
        Snapshot {
            taken: self.taken,
            fetched: self.fetched,
            extensions,
            summaries: summaries(&configurations),
            configurations,
            unreadable: self.unreadable,
            subscriptions: self.subscriptions,
            clusters,
            details_missing: self.details_missing,
            details_warning: self.details_warning,
            warnings: self.warnings,
        }
    }
}

impl Snapshot {
    /// A snapshot of these rows alone: no subscriptions, no clusters. For benchmarks and tests.
    pub fn of_rows(taken: UtcMillis, fetched: Instant, rows: Vec<Row>) -> Self {
        SnapshotParts::of_rows(taken, fetched, rows).build(None)
    }

    /// The same snapshot with more read for it; it gets no younger.
    pub(super) fn with(&self, supplement: Supplement) -> Self {
        let more: HashMap<String, FluxConfiguration> = supplement
            .details
            .into_iter()
            .filter_map(|row| match row {
                Row::Configuration(configuration) => Some((configuration.arm_id(), configuration)),
                Row::Extension(_) => None,
            })
            .collect();
        let more_of = |row: &FluxConfiguration| {
            let read = if row.is_incomplete() { more.get(&row.arm_id()) } else { None };
            read.filter(|read| read.objects != row.objects).cloned()
        };
        let configurations = self.configurations.with_more_of(more_of);
        let covered = &self.clusters.covered;
        Self {
            summaries: summaries(&configurations),
            clusters: Clusters::join(
                supplement.clusters,
                &self.extensions,
                &configurations,
                covered,
            ),
            configurations,
            details_missing: supplement.details_missing,
            details_warning: supplement.details_warning,
            ..self.clone()
        }
    }

    /// When the fleet was read, by the time of day.
    pub fn taken(&self) -> UtcMillis {
        self.taken
    }

    /// Flux extensions, by cluster.
    pub fn extensions(&self) -> &Table<Extension> {
        &self.extensions
    }

    /// Flux configurations, by cluster and name.
    pub fn configurations(&self) -> &Table<FluxConfiguration> {
        &self.configurations
    }

    /// A summary of each configuration, in the order of [`Snapshot::configurations`].
    pub fn summaries(&self) -> &[ConfigurationSummary] {
        &self.summaries
    }

    /// Rows that could not be read; they are left out.
    pub fn unreadable(&self) -> &Unreadable {
        &self.unreadable
    }

    /// Display names of subscriptions, by id in lower case; empty when they could not be listed.
    pub fn names(&self) -> SubscriptionNames<'_> {
        SubscriptionNames(self.subscriptions.as_deref().unwrap_or(&NO_NAMES))
    }

    /// Whether the subscriptions could be listed: then one that isn't among [`Snapshot::names`] isn't visible.
    pub fn subscriptions_listed(&self) -> bool {
        self.subscriptions.is_some()
    }

    /// Clusters, with and without Flux.
    pub fn clusters(&self) -> &Clusters {
        &self.clusters
    }

    /// Number of configurations whose conditions are still to be read from Resource Manager.
    pub fn details_missing(&self) -> usize {
        self.details_missing
    }

    /// What went wrong besides the listing; each becomes a notice.
    pub fn warnings(&self) -> impl Iterator<Item = &String> {
        self.warnings.iter().chain(&self.details_warning)
    }
}

static NO_NAMES: BTreeMap<String, Text> = BTreeMap::new();

fn summaries(configurations: &Table<FluxConfiguration>) -> Arc<[ConfigurationSummary]> {
    configurations.rows().iter().map(|row| ConfigurationSummary::of(row)).collect()
}

impl Aged for Snapshot {
    fn fetched(&self) -> Instant {
        self.fetched
    }
}
