//! Reads a snapshot: the listing, the names of subscriptions, the conditions, the clusters.

use super::cached::Cached;
use super::clusters::{ClusterListing, ClusterReading};
use super::details::{Details, Resources, Wanted};
use super::snapshot::{Snapshot, SnapshotParts, Supplement};
use super::source::{FleetSource, Listing};
use crate::arg::{ClusterPages, FleetPages, Row, RowReader, SubscriptionPages, WorkspacePages};
use crate::upstream::{Upstream, UpstreamError, sentences};
use flux::{Text, UtcMillis, Workspace};
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// How long display names of subscriptions are used before they are read again.
const NAMES_LIFETIME: Duration = Duration::from_secs(15 * 60);
/// Longest time that reading the display names delays a refresh.
const NAMES_TIME: Duration = Duration::from_secs(15);
/// How long the listing of clusters is used before it is read again.
const CLUSTERS_LIFETIME: Duration = Duration::from_secs(5 * 60);
/// Longest time that listing clusters delays a refresh: 50 pages at the pace that Resource Graph's quota allows.
const CLUSTERS_TIME: Duration = Duration::from_secs(40);
/// How long the listing of Azure Monitor workspaces is used before it is read again.
const WORKSPACES_LIFETIME: Duration = Duration::from_secs(15 * 60);
/// Longest time that listing workspaces delays a query for metrics.
const WORKSPACES_TIME: Duration = Duration::from_secs(15);

/// The time of day; fixed in tests.
pub type Clock = Arc<dyn Fn() -> UtcMillis + Send + Sync>;

/// Reads snapshots of one fleet, as one identity.
pub(super) struct Reader {
    source: Box<dyn FleetSource>,
    clock: Clock,
    pub(super) wanted: Wanted,
    /// Whether a query has needed clusters. Until then they aren't listed, since that would be requests for nothing.
    clusters_wanted: AtomicBool,
    memory: Mutex<Memory>,
    workspaces: Mutex<Cached<Vec<Workspace>>>,
}

/// What is kept from one reading to the next.
struct Memory {
    rows: RowReader,
    names: Cached<BTreeMap<String, Text>>,
    clusters: Cached<ClusterListing>,
    details: Details,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            rows: RowReader::default(),
            names: Cached::new(NAMES_LIFETIME),
            clusters: Cached::new(CLUSTERS_LIFETIME),
            details: Details::default(),
        }
    }
}

impl Reader {
    pub(super) fn new(source: Box<dyn FleetSource>, clock: Clock) -> Self {
        Self {
            source,
            clock,
            wanted: Wanted::default(),
            clusters_wanted: AtomicBool::new(false),
            memory: Mutex::default(),
            workspaces: Mutex::new(Cached::new(WORKSPACES_LIFETIME)),
        }
    }

    /// The Azure Monitor workspaces that the identity sees, sorted by name, and why the last listing failed. Lists them
    /// again when the last listing is old.
    pub(super) async fn workspaces(&self) -> (Arc<Vec<Workspace>>, Option<UpstreamError>) {
        let mut known = self.workspaces.lock().await;
        if known.is_due() {
            let mut pages = WorkspacePages::default();
            let listing = self.source.list(Listing::Workspaces, (self.clock)(), &mut pages);
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

    pub(super) fn source(&self) -> &dyn FleetSource {
        &*self.source
    }

    /// Has clusters read from now on.
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
        self.source.list(Listing::Fleet, taken, &mut pages).await?;
        let (mut rows, unreadable, lost) = (pages.rows, pages.unreadable, pages.missing);
        self.read_names(names, taken).await;
        self.read_clusters(clusters, reader, taken).await;
        details.forget_others(&rows);
        let resources = Resources { source: &*self.source, now: taken };
        let undone = details.complete(&mut rows, &self.wanted, reader, &resources).await;
        let mut warnings = Vec::new();
        if lost > 0 {
            warnings.push(format!(
                "Resource Graph announced {lost} more extensions and configurations than it sent, twice in a row: as many may be missing here."
            ));
        }
        warnings.extend(names.failure().map(|error| {
            sentences(
                &format!("The names of subscriptions could not be read: {}", error.chain()),
                &error.hint(),
            )
        }));
        let parts = SnapshotParts {
            taken,
            fetched,
            rows,
            unreadable,
            subscriptions: names.known().cloned(),
            clusters: reading(clusters),
            details_missing: undone.missing,
            details_warning: undone.warning(),
            warnings,
        };
        // Sorting 100,000 rows takes a while: not on the threads that answer queries.
        let building = tokio::task::spawn_blocking(move || parts.build(previous.as_deref()));
        // The task ends early only by a panic, which goes on here: the refresher turns it into an error.
        Ok(building.await.unwrap_or_else(|ended| std::panic::resume_unwind(ended.into_panic())))
    }

    /// Reads the conditions or clusters that users have asked for since the last reading; the fleet itself gets no younger.
    pub(super) async fn supplement(&self, previous: Arc<Snapshot>) -> Snapshot {
        let mut memory = self.memory.lock().await;
        let Memory { rows: reader, clusters, details, .. } = &mut *memory;
        let now = (self.clock)();
        let lacking = previous.configurations().rows().iter().filter(|row| row.is_incomplete());
        let mut rows: Vec<Row> = lacking.map(|row| Row::Configuration((**row).clone())).collect();
        let resources = Resources { source: &*self.source, now };
        let undone = details.complete(&mut rows, &self.wanted, reader, &resources).await;
        self.read_clusters(clusters, reader, now).await;
        previous.with(Supplement {
            details: rows,
            details_missing: undone.missing,
            details_warning: undone.warning(),
            clusters: reading(clusters),
        })
    }

    async fn read_names(&self, names: &mut Cached<BTreeMap<String, Text>>, now: UtcMillis) {
        if names.is_due() {
            let mut pages = SubscriptionPages::default();
            let read =
                within(NAMES_TIME, self.source.list(Listing::Subscriptions, now, &mut pages)).await;
            names.settle(read.map(|()| pages.names));
        }
    }

    async fn read_clusters(
        &self,
        clusters: &mut Cached<ClusterListing>,
        reader: &mut RowReader,
        now: UtcMillis,
    ) {
        if self.clusters_wanted.load(Ordering::Relaxed) && clusters.is_due() {
            let fetched = Instant::now();
            let mut pages = ClusterPages::new(reader);
            let read =
                within(CLUSTERS_TIME, self.source.list(Listing::Clusters, now, &mut pages)).await;
            let ClusterPages { clusters: listed, unreadable, .. } = pages;
            clusters.settle(read.map(|()| ClusterListing {
                clusters: listed,
                unreadable,
                fetched,
            }));
        }
    }
}

fn reading(clusters: &Cached<ClusterListing>) -> ClusterReading {
    ClusterReading { listing: clusters.known().cloned(), failure: clusters.failure().cloned() }
}

/// The result of a reading, or a timeout after `limit`.
async fn within<T>(
    limit: Duration,
    reading: impl Future<Output = Result<T, UpstreamError>>,
) -> Result<T, UpstreamError> {
    let upstream = Upstream::ResourceGraph;
    timeout(limit, reading).await.unwrap_or(Err(UpstreamError::TimedOut { upstream, after: limit }))
}
