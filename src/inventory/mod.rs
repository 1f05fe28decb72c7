//! The fleet as one immutable snapshot, its filters, and its refresh.

mod cached;
mod clusters;
mod details;
mod dimension;
mod filter;
mod gauges;
mod reader;
mod refresh;
mod snapshot;
mod source;
mod summary;
mod table;

pub(crate) use clusters::CoveredCluster;
#[cfg(test)]
pub(crate) use clusters::{ClusterListing, ClusterReading};
pub use dimension::Dimension;
pub(crate) use filter::Filters;
pub(crate) use gauges::{FleetGauges, StateCounts};
pub(crate) use reader::Clock;
pub(crate) use refresh::{Aged, Policy, RefreshError, Served, Stale, Unavailable};
pub use snapshot::Snapshot;
#[cfg(test)]
pub(crate) use snapshot::SnapshotParts;
pub(crate) use source::{AzureFleet, FleetSource, Listing};
pub(crate) use summary::ConfigurationSummary;
pub(crate) use table::{ABSENT, Column, Item, Table};

use crate::upstream::UpstreamError;
use details::without_details;
use flux::{FluxConfiguration, Workspace};
use reader::Reader;
use refresh::{Pass, Refresher};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Why the fleet could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The request to Azure failed.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
    /// A fault of the data source: reading panicked.
    #[error("reading the fleet failed because of a fault in the data source")]
    Panicked,
}

impl ReadError {
    /// What failed, with all its causes.
    pub fn chain(&self) -> String {
        match self {
            Self::Upstream(error) => error.chain(),
            Self::Panicked => self.to_string(),
        }
    }
}

impl RefreshError for ReadError {
    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Upstream(UpstreamError::Throttled { retry_after, .. }) => *retry_after,
            _ => None,
        }
    }

    fn panicked() -> Self {
        Self::Panicked
    }
}

/// Called when a whole refresh ends, with its outcome and how long it took.
pub type RefreshObserver = Arc<dyn Fn(Result<&Snapshot, &ReadError>, Duration) + Send + Sync>;

/// The fleet of one data source instance; see the module `refresh` for when it is read.
pub struct Inventory {
    reader: Arc<Reader>,
    refresher: Refresher<Snapshot, ReadError>,
}

impl Inventory {
    /// Reads nothing before the first query.
    pub fn new(
        source: Box<dyn FleetSource>,
        policy: Policy,
        clock: Clock,
        observer: RefreshObserver,
    ) -> Self {
        let reader = Arc::new(Reader::new(source, clock));
        let fetch_with = Arc::clone(&reader);
        let refresher = Refresher::new(
            policy,
            Box::new(move |previous, pass| {
                let (reader, observer) = (Arc::clone(&fetch_with), Arc::clone(&observer));
                Box::pin(async move {
                    match (pass, previous) {
                        (Pass::Supplement, Some(previous)) => Ok(reader.supplement(previous).await),
                        (_, previous) => {
                            let began = Instant::now();
                            let result = reader.read(previous).await.map_err(ReadError::from);
                            observer(result.as_ref(), began.elapsed());
                            result
                        }
                    }
                })
            }),
        );
        Self { reader, refresher }
    }

    /// The snapshot, as fresh as the policy demands.
    ///
    /// # Errors
    /// There is no snapshot young enough, and none could be read.
    pub async fn get(&self) -> Result<Served<Snapshot, ReadError>, Unavailable<ReadError>> {
        self.refresher.get().await
    }

    /// The snapshot with its clusters, which are read from now on. While the snapshot has none, callers wait for them. When
    /// clusters can't be read, that is not an error here; [`Snapshot::clusters`] holds the failure.
    ///
    /// # Errors
    /// There is no snapshot young enough, and none could be read.
    pub async fn get_with_clusters(
        &self,
    ) -> Result<Served<Snapshot, ReadError>, Unavailable<ReadError>> {
        self.reader.want_clusters();
        let mut served = self.refresher.get().await?;
        // A running refresh may have begun before clusters were needed: then one more is started.
        for _ in 0..2 {
            if served.value.clusters().is_settled() {
                break;
            }
            served = self.refresher.supplemented().await?;
        }
        Ok(served)
    }

    /// The last good snapshot, at any age. `None`: none was read yet.
    pub fn last(&self) -> Option<Arc<Snapshot>> {
        self.refresher.last()
    }

    /// Has conditions read for configurations that a user selected; the current query doesn't wait for them.
    pub fn want_details<'r>(&self, selected: impl Iterator<Item = &'r Arc<FluxConfiguration>>) {
        let mut news = false;
        for id in without_details(selected) {
            news |= self.reader.wanted.add(id);
        }
        if news {
            self.refresher.refresh_behind(Pass::Supplement);
        }
    }

    /// The Azure Monitor workspaces that the identity sees, sorted by name and at most a quarter of an hour old; and why
    /// they could not be listed again.
    pub async fn workspaces(&self) -> (Arc<Vec<Workspace>>, Option<UpstreamError>) {
        self.reader.workspaces().await
    }

    /// The query that lists the fleet.
    pub fn query_text(&self) -> String {
        self.reader.source().query_text(Listing::Fleet).unwrap_or_default()
    }

    /// The query that lists clusters. `None`: nothing is sent.
    pub fn cluster_query_text(&self) -> Option<String> {
        self.reader.source().query_text(Listing::Clusters)
    }
}
