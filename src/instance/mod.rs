//! One data source with its settings: its inventory, its Prometheus endpoints, and answers to queries.

mod answer;
mod discovery;
mod endpoints;
mod health;
mod metrics;

pub(crate) use discovery::Discovery;
pub(crate) use endpoints::{AzureAccess, Endpoint, endpoints};
pub(crate) use health::{Access, HealthReport};

use crate::inventory::{
    Aged as _, Clock, FleetGauges, FleetSource, Inventory, Policy, ReadError, RefreshObserver,
    Served, Snapshot, Stale, Unavailable,
};
use crate::query::{Query, QueryError, TimeRange};
use crate::settings::Settings;
use crate::upstream::{UpstreamError, UpstreamObserver};
use flux::{Portal, UtcMillis};
use frame::{Cell, Notice};
use metrics::Metrics;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;
#[cfg(test)]
use ts_rs::TS;

/// How long a caller waits for a refresh when there is an old snapshot to fall back on.
const PATIENCE: Duration = Duration::from_secs(3);
/// Shortest time between a failed refresh and the next.
const RETRY_AFTER: Duration = Duration::from_secs(5);
/// What an instance needs from its process.
#[derive(Clone)]
pub struct Surroundings {
    /// The time of day.
    pub clock: Clock,
    /// Called for every HTTP request.
    pub upstream: UpstreamObserver,
    /// Called for every refresh.
    pub refreshed: RefreshObserver,
}

/// The upstreams of an instance; [`crate::connect`] makes them from the settings.
pub(crate) struct Connections {
    pub(crate) fleet: Box<dyn FleetSource>,
    pub(crate) portal: Portal,
    pub(crate) access: Access,
    /// The Prometheus endpoints of the settings.
    pub(crate) endpoints: Vec<Arc<Endpoint>>,
    /// Finds more endpoints. `None`: the settings don't ask for it; an error: the cloud has none.
    pub(crate) discovery: Option<Result<Discovery, UpstreamError>>,
}

/// One data source with its settings.
pub struct Instance {
    inventory: Inventory,
    portal: Portal,
    clock: Clock,
    access: Access,
    metrics: Metrics,
    /// How often Prometheus scrapes the controllers.
    scrape_interval: Duration,
    /// Age from which a snapshot is no longer shown.
    max_stale: Duration,
}

/// One entry of a list of suggestions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
pub struct ValueOption {
    /// What to show.
    pub text: String,
    /// What to filter by.
    pub value: String,
}

/// What an instance holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstanceStats {
    /// Age of the snapshot. `None`: there is none yet.
    pub snapshot_age: Option<Duration>,
    /// Flux extensions in it.
    pub extensions: usize,
    /// Flux configurations in it.
    pub configurations: usize,
}

impl Instance {
    /// Makes the instance. Cheap; sends no requests.
    pub(crate) fn new(
        connections: Connections,
        settings: &Settings,
        surroundings: Surroundings,
    ) -> Self {
        let Surroundings { clock, upstream: _, refreshed } = surroundings;
        let Connections { fleet, portal, access, endpoints, discovery } = connections;
        let policy = Policy {
            fresh: settings.cache,
            max_stale: settings.max_stale,
            patience: PATIENCE,
            first_wait: settings.timeout,
            retry_after: RETRY_AFTER,
        };
        let inventory = Inventory::new(fleet, policy, Arc::clone(&clock), refreshed);
        let metrics = Metrics::new(endpoints, discovery, settings.timeout, settings.max_stale);
        Self {
            inventory,
            portal,
            clock,
            access,
            metrics,
            scrape_interval: settings.scrape_interval,
            max_stale: settings.max_stale,
        }
    }

    /// Values of a dimension, for the editors; `params` are those of the query type `values`.
    ///
    /// # Errors
    /// An unknown dimension or filter; there is no snapshot of the fleet.
    pub async fn values(
        &self,
        dimension: &str,
        mut params: Map<String, Value>,
    ) -> Result<Vec<ValueOption>, QueryError> {
        params.insert("dimension".to_owned(), json!(dimension));
        let at = (self.clock)();
        let range = TimeRange { from: at, to: at };
        let query = Query::new("values", Query::find("values")?, &params, range)?;
        let frames = self.answer(&query).await?;
        let mut options = Vec::new();
        if let Some(frame) = frames.first()
            && let (Some(texts), Some(values)) = (frame.field("text"), frame.field("value"))
        {
            for pair in texts.cells().zip(values.cells()) {
                if let (Cell::Text(text), Cell::Text(value)) = pair {
                    options.push(ValueOption { text: text.to_owned(), value: value.to_owned() });
                }
            }
        }
        Ok(options)
    }

    /// Checks that the fleet can be read: reads it, unless a fresh snapshot exists. Checks every Prometheus endpoint at the
    /// same time.
    pub async fn health(&self) -> HealthReport {
        let endpoints = self.metrics.check(&self.inventory, (self.clock)());
        let (served, endpoints) = tokio::join!(self.inventory.get(), endpoints);
        health::report(&self.access, &served.map_err(no_snapshot), endpoints)
    }

    /// What the instance holds, for metrics.
    pub fn stats(&self) -> InstanceStats {
        let last = self.inventory.last();
        InstanceStats {
            snapshot_age: last.as_ref().map(|snapshot| snapshot.fetched().elapsed()),
            extensions: last.as_ref().map_or(0, |snapshot| snapshot.extensions().rows().len()),
            configurations: last.map_or(0, |snapshot| snapshot.configurations().rows().len()),
        }
    }

    /// The fleet in numbers, for metrics: of the last snapshot, since metrics cause no refresh. `None`: there is no snapshot
    /// young enough to be shown.
    pub fn fleet_gauges(&self) -> Option<FleetGauges> {
        let last = self.inventory.last()?;
        (last.fetched().elapsed() <= self.max_stale).then(|| FleetGauges::of(&last))
    }
}

fn no_snapshot(unavailable: Unavailable<ReadError>) -> QueryError {
    match unavailable {
        Unavailable::Failed { error, age } => match &*error {
            ReadError::Upstream(cause) => QueryError::NoSnapshot { cause: cause.clone(), age },
            ReadError::Panicked => QueryError::ReadingPanicked,
        },
        Unavailable::StillReading { running, age } => QueryError::StillReading { running, age },
    }
}

/// The notices for any answer from this snapshot.
fn notices(served: &Served<Snapshot, ReadError>) -> Vec<Notice> {
    let mut notices = Vec::new();
    let age = served.age.as_secs();
    match &served.stale {
        None => {}
        Some(Stale::Slow) => notices.push(Notice::warning(format!(
            "The fleet is being read again, which takes longer than usual; the data shown is {age} s old."
        ))),
        Some(Stale::Failed(error)) => {
            let hint = match &**error {
                ReadError::Upstream(error) => error.hint(),
                ReadError::Panicked => "Please report this.".into(),
            };
            notices.push(Notice::warning(format!(
                "The fleet could not be read again: {}; the data shown is {age} s old. {hint}",
                error.chain()
            )));
        }
    }
    let snapshot = &*served.value;
    if snapshot.unreadable().count > 0 {
        notices.push(Notice::warning(format!(
            "{} rows of Resource Graph could not be read and are left out; the first: {}.",
            snapshot.unreadable().count,
            snapshot.unreadable().example
        )));
    }
    notices.extend(snapshot.warnings().map(Notice::warning));
    notices
}

/// The time of day, for everything outside of tests.
pub fn system_clock() -> Clock {
    Arc::new(|| UtcMillis(jiff::Timestamp::now().as_millisecond()))
}
