//! Reads a snapshot: the listing, the subscriptions' names, the details, the clusters.

use super::Snapshot;
use super::clusters::ClusterListing;
use super::details::{Details, Wanted};
use super::rarely::Rarely;
use super::source::Source;
use crate::arg::{ClusterPages, FleetPages, Row, RowReader, SubscriptionPages, WorkspacePages};
use crate::upstream::{Upstream, UpstreamError};
use flux::{Text, UtcMillis, Workspace};
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// Display names change rarely: they are read again after this time.
const NAMES_FOR: Duration = Duration::from_secs(15 * 60);
/// Longest time that reading them delays a refresh.
const NAMES_TIME: Duration = Duration::from_secs(15);
/// Clusters come and go rarely, too.
const CLUSTERS_FOR: Duration = Duration::from_secs(5 * 60);
/// Longest time that reading them delays a refresh: 50 pages at the pace that Resource Graph's quota allows us.
const CLUSTERS_TIME: Duration = Duration::from_secs(40);

/// Azure Monitor workspaces even more so.
const WORKSPACES_FOR: Duration = Duration::from_secs(15 * 60);
/// Longest time that listing them delays a question about metrics.
const WORKSPACES_TIME: Duration = Duration::from_secs(15);

/// Tells the time of day; fixed in tests.
pub type Clock = Arc<dyn Fn() -> UtcMillis + Send + Sync>;

/// Reads snapshots of one fleet, as one identity.
pub(super) struct Reader {
    source: Source,
    clock: Clock,
    pub(super) wanted: Wanted,
    /// Whether somebody has asked for clusters: for all others, listing them would be requests for nothing.
    clusters_wanted: AtomicBool,
    memory: Mutex<Memory>,
    workspaces: Mutex<Rarely<Vec<Workspace>>>,
}

/// What one snapshot leaves for the next.
struct Memory {
    rows: RowReader,
    names: Rarely<BTreeMap<String, Text>>,
    clusters: Rarely<ClusterListing>,
    details: Details,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            rows: RowReader::default(),
            names: Rarely::new(NAMES_FOR),
            clusters: Rarely::new(CLUSTERS_FOR),
            details: Details::default(),
        }
    }
}

impl Reader {
    pub(super) fn new(source: Source, clock: Clock) -> Self {
        Self {
            source,
            clock,
            wanted: Wanted::default(),
            clusters_wanted: AtomicBool::new(false),
            memory: Mutex::default(),
            workspaces: Mutex::new(Rarely::new(WORKSPACES_FOR)),
        }
    }

    /// The Azure Monitor workspaces that the identity sees, sorted by name, listed again when that is due; and why that
    /// failed.
    pub(super) async fn workspaces(&self) -> (Arc<Vec<Workspace>>, Option<UpstreamError>) {
        let mut known = self.workspaces.lock().await;
        if known.is_due() {
            let mut pages = WorkspacePages::default();
            let listing = self.source.list_workspaces((self.clock)(), &mut pages);
            let listed = match timeout(WORKSPACES_TIME, listing).await {
                Ok(listed) => listed.map(|()| pages.finish()),
                Err(_) => Err(UpstreamError::TimedOut {
                    upstream: Upstream::ResourceGraph,
                    after: WORKSPACES_TIME,
                }),
            };
            known.settle(listed);
        }
        (known.known().cloned().unwrap_or_default(), known.failure().cloned())
    }

    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    /// From now on, clusters are read as well.
    pub(super) fn want_clusters(&self) {
        self.clusters_wanted.store(true, Ordering::Relaxed);
    }

    /// Reads the whole fleet.
    pub(super) async fn read(
        &self,
        previous: Option<Arc<Snapshot>>,
    ) -> Result<Snapshot, UpstreamError> {
        let mut memory = self.memory.lock().await;
        let Memory { rows: reader, names, clusters, details } = &mut *memory;
        let (taken, fetched) = ((self.clock)(), Instant::now());
        reader.forget_unused();
        let mut pages = FleetPages::new(reader);
        self.source.list_fleet(taken, &mut pages).await?;
        let (mut rows, unreadable, lost) = (pages.rows, pages.unreadable, pages.missing);
        self.read_names(names, taken).await;
        self.read_clusters(clusters, reader, taken).await;
        details.forget_others(&rows);
        let undone = details.complete(&mut rows, &self.wanted, reader, (&self.source, taken)).await;
        // Sorting 100,000 rows takes a while: away from the threads that answer queries.
        let (listing, failure) = (clusters.known().cloned(), clusters.failure().cloned());
        let building = tokio::task::spawn_blocking(move || {
            let previous = previous.as_deref();
            let snapshot = Snapshot::build(rows, unreadable, previous, (taken, fetched));
            snapshot.with_clusters(listing, failure, previous)
        });
        // It ends early only by a panic, which goes on here: the refresher turns it into an error.
        let mut snapshot =
            building.await.unwrap_or_else(|ended| std::panic::resume_unwind(ended.into_panic()));
        snapshot.subscriptions = names.known().cloned().unwrap_or_default();
        snapshot.subscriptions_listed = names.known().is_some();
        snapshot.details_missing = undone.missing;
        if lost > 0 {
            snapshot.warnings.push(format!(
                "Resource Graph announced {lost} more extensions and configurations than it sent, twice in a row: as many may be missing here."
            ));
        }
        snapshot.warnings.extend(names.failure().map(|error| {
            format!("The names of subscriptions could not be read: {error}. {}", error.hint())
        }));
        snapshot.warnings.extend(undone.error.map(|error| {
            format!(
                "Conditions of {} configurations could not be read: {error}. {}",
                undone.missing,
                error.hint()
            )
        }));
        Ok(snapshot)
    }

    /// Reads what users have asked for since, details or clusters; the fleet stays as old as it was.
    pub(super) async fn supplement(&self, previous: Arc<Snapshot>) -> Snapshot {
        let mut memory = self.memory.lock().await;
        let Memory { rows: reader, clusters, details, .. } = &mut *memory;
        let now = (self.clock)();
        let lacking = previous.configurations.rows().iter().filter(|row| row.lacks_details());
        let mut rows: Vec<Row> = lacking.map(|row| Row::Configuration((**row).clone())).collect();
        let undone = details.complete(&mut rows, &self.wanted, reader, (&self.source, now)).await;
        self.read_clusters(clusters, reader, now).await;
        let snapshot = previous.with_details(rows, undone.missing);
        let (listing, failure) = (clusters.known().cloned(), clusters.failure().cloned());
        snapshot.with_clusters(listing, failure, Some(&previous))
    }

    async fn read_names(&self, names: &mut Rarely<BTreeMap<String, Text>>, now: UtcMillis) {
        if names.is_due() {
            let mut pages = SubscriptionPages::default();
            let read = within(NAMES_TIME, self.source.list_subscriptions(now, &mut pages)).await;
            names.settle(read.map(|()| pages.names));
        }
    }

    async fn read_clusters(
        &self,
        clusters: &mut Rarely<ClusterListing>,
        reader: &mut RowReader,
        now: UtcMillis,
    ) {
        if self.clusters_wanted.load(Ordering::Relaxed) && clusters.is_due() {
            let fetched = Instant::now();
            let mut pages = ClusterPages::new(reader);
            let read = within(CLUSTERS_TIME, self.source.list_clusters(now, &mut pages)).await;
            let ClusterPages { clusters: listed, unreadable, .. } = pages;
            clusters.settle(read.map(|()| ClusterListing {
                clusters: listed,
                unreadable,
                fetched,
            }));
        }
    }
}

/// What isn't read in time has timed out.
async fn within<T>(
    limit: Duration,
    reading: impl Future<Output = Result<T, UpstreamError>>,
) -> Result<T, UpstreamError> {
    let upstream = Upstream::ResourceGraph;
    timeout(limit, reading).await.unwrap_or(Err(UpstreamError::TimedOut { upstream, after: limit }))
}
