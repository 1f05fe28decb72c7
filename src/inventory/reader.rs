//! Reads a snapshot: the listing, the subscriptions' names, the details.

use super::Snapshot;
use super::details::{Details, Wanted};
use super::source::Source;
use crate::arg::{FleetPages, Row, RowReader, SubscriptionPages};
use crate::azure::{Upstream, UpstreamError};
use crate::domain::{Text, UtcMillis};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// Display names change rarely: they are read again after this time.
const NAMES_FOR: Duration = Duration::from_secs(15 * 60);
/// After a failure, after this time.
const NAMES_AGAIN: Duration = Duration::from_secs(60);
/// Longest time that reading them delays a refresh.
const NAMES_TIME: Duration = Duration::from_secs(15);

/// Tells the time of day; fixed in tests.
pub type Clock = Arc<dyn Fn() -> UtcMillis + Send + Sync>;

/// Reads snapshots of one fleet, as one identity.
pub(super) struct Reader {
    source: Source,
    clock: Clock,
    pub(super) wanted: Wanted,
    memory: Mutex<Memory>,
}

/// What one snapshot leaves for the next.
#[derive(Default)]
struct Memory {
    rows: RowReader,
    names: Names,
    details: Details,
}

#[derive(Default)]
struct Names {
    known: Arc<BTreeMap<String, Text>>,
    /// When they are to be read again. `None`: now.
    until: Option<Instant>,
    failure: Option<UpstreamError>,
}

impl Reader {
    pub(super) fn new(source: Source, clock: Clock) -> Self {
        Self { source, clock, wanted: Wanted::default(), memory: Mutex::default() }
    }

    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    /// Reads the whole fleet.
    pub(super) async fn read(
        &self,
        previous: Option<Arc<Snapshot>>,
    ) -> Result<Snapshot, UpstreamError> {
        let mut memory = self.memory.lock().await;
        let Memory { rows: reader, names, details } = &mut *memory;
        let (taken, fetched) = ((self.clock)(), Instant::now());
        reader.forget_unused();
        let mut pages = FleetPages::new(reader);
        self.source.list_fleet(taken, &mut pages).await?;
        let (mut rows, unreadable) = (pages.rows, pages.unreadable);
        names.refresh(&self.source, taken).await;
        details.forget_others(&rows);
        let undone = details.complete(&mut rows, &self.wanted, reader, (&self.source, taken)).await;
        // Sorting 100,000 rows takes a while: away from the threads that answer queries.
        let building = tokio::task::spawn_blocking(move || {
            Snapshot::build(rows, unreadable, previous.as_deref(), (taken, fetched))
        });
        // It ends early only by a panic, which goes on here: the refresher turns it into an error.
        let mut snapshot =
            building.await.unwrap_or_else(|ended| std::panic::resume_unwind(ended.into_panic()));
        snapshot.subscriptions = Arc::clone(&names.known);
        snapshot.details_missing = undone.missing;
        snapshot.warnings.extend(names.failure.as_ref().map(|error| {
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

    /// Reads details for what users have selected since; the fleet stays as old as it was.
    pub(super) async fn supplement(&self, previous: Arc<Snapshot>) -> Snapshot {
        let mut memory = self.memory.lock().await;
        let Memory { rows: reader, details, .. } = &mut *memory;
        let now = (self.clock)();
        let lacking = previous.configurations.rows().iter().filter(|row| row.lacks_details());
        let mut rows: Vec<Row> = lacking.map(|row| Row::Configuration((**row).clone())).collect();
        let undone = details.complete(&mut rows, &self.wanted, reader, (&self.source, now)).await;
        previous.with_details(rows, undone.missing)
    }
}

impl Names {
    async fn refresh(&mut self, source: &Source, now: UtcMillis) {
        if self.until.is_some_and(|until| Instant::now() < until) {
            return;
        }
        let mut pages = SubscriptionPages::default();
        let listing = timeout(NAMES_TIME, source.list_subscriptions(now, &mut pages)).await;
        let upstream = Upstream::ResourceGraph;
        match listing.unwrap_or(Err(UpstreamError::TimedOut { upstream, after: NAMES_TIME })) {
            Ok(()) => {
                self.known = Arc::new(pages.names);
                self.until = Some(Instant::now() + NAMES_FOR);
                self.failure = None;
            }
            Err(error) => {
                self.until = Some(Instant::now() + NAMES_AGAIN);
                self.failure = Some(error);
            }
        }
    }
}
