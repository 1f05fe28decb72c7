//! One data source, as it is configured: its inventory, and the answers made from it.

mod endpoints;
mod health;
#[cfg(test)]
mod tests;

pub use health::HealthReport;

use crate::arg::{ArgClient, Limits};
use crate::azure::{Http, HttpError, Tokens, UpstreamObserver};
use crate::domain::{Portal, UtcMillis};
use crate::fleet::{Fleet, FleetSpec};
use crate::frame::{Cell, Frame, Notice};
use crate::inventory::{
    Clock, FleetGauges, Inventory, Policy, ReadError, RefreshObserver, Served, Snapshot, Source,
    Stale, Unavailable,
};
use crate::query::{Query, QueryError, TimeRange, View};
use crate::settings::{Settings, SignIn};
use endpoints::{AzureAccess, Endpoint};
use health::Access;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How long a caller waits for a refresh when there is an old snapshot to fall back on.
const PATIENCE: Duration = Duration::from_secs(3);
/// Shortest time between a failed refresh and the next.
const RETRY_AFTER: Duration = Duration::from_secs(5);
/// Longest time for one sign-in, and in any case less than people wait for an answer: it is to say what is wrong.
const SIGN_IN_TIME: Duration = Duration::from_secs(10);
/// Longest time for reading a whole fleet: 200 pages at the pace that Resource Graph's quota allows us.
const LISTING_TIME: Duration = Duration::from_secs(300);

/// What an instance needs of the process around it.
#[derive(Clone)]
pub struct Surroundings {
    /// Tells the time of day.
    pub clock: Clock,
    /// Told of every HTTP request.
    pub upstream: UpstreamObserver,
    /// Told of every refresh.
    pub refreshed: RefreshObserver,
}

/// One data source, as it is configured.
pub struct Instance {
    inventory: Inventory,
    portal: Portal,
    clock: Clock,
    access: Access,
    /// Of the settings; none in demo mode.
    prometheus: Vec<Endpoint>,
    /// Bound of one request.
    timeout: Duration,
    /// Age at which a snapshot is no answer any more.
    max_stale: Duration,
}

/// One entry of a list of suggestions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
    /// Makes the instance. Cheap, and asks nobody anything.
    ///
    /// # Errors
    /// A certificate that can't be read.
    pub fn new(settings: &Settings, surroundings: Surroundings) -> Result<Self, HttpError> {
        let Surroundings { clock, upstream, refreshed } = surroundings;
        let (source, portal, access, prometheus) = match &settings.sign_in {
            SignIn::Demo(demo) => {
                let default = FleetSpec::default();
                let spec = FleetSpec {
                    clusters: demo.clusters.unwrap_or(default.clusters),
                    configurations: demo.configurations.unwrap_or(default.configurations),
                    seed: demo.seed.unwrap_or(default.seed),
                };
                let source = Source::Demo(Arc::new(Fleet::generate(spec)));
                (source, Portal::default(), Access::demo(), Vec::new())
            }
            SignIn::Azure { cloud, credential } => {
                let http = Http::new(&settings.azure_http())?.observed_by(Arc::clone(&upstream));
                let factory = credential.factory(cloud, &http);
                let sign_in_time = (settings.timeout * 3 / 4).min(SIGN_IN_TIME);
                let tokens = Arc::new(Tokens::new(factory, sign_in_time));
                let azure = AzureAccess { http: &http, tokens: &tokens, cloud };
                let prometheus = endpoints::endpoints(settings, &azure, upstream)?;
                let limits = Limits {
                    request_timeout: settings.timeout,
                    listing_timeout: LISTING_TIME.max(settings.timeout),
                    resource_timeout: settings.timeout,
                    ..Limits::default()
                };
                let client = Box::new(ArgClient::new(http, tokens, cloud, limits));
                let scopes = settings.scopes();
                let access = Access {
                    cloud: Some(cloud.name.clone()),
                    identity: credential.to_string(),
                    subscriptions: settings.subscriptions.clone(),
                };
                let portal = Portal::new(&cloud.portal);
                (Source::Azure { client, scopes }, portal, access, prometheus)
            }
        };
        let policy = Policy {
            fresh: settings.cache,
            max_stale: settings.max_stale,
            patience: PATIENCE,
            first_wait: settings.timeout,
            retry_after: RETRY_AFTER,
        };
        let inventory = Inventory::new(source, policy, Arc::clone(&clock), refreshed);
        let (timeout, max_stale) = (settings.timeout, settings.max_stale);
        Ok(Self { inventory, portal, clock, access, prometheus, timeout, max_stale })
    }

    /// Answers a query.
    ///
    /// # Errors
    /// There is no picture of the fleet that is young enough.
    pub async fn answer(&self, query: &Query) -> Result<Vec<Frame>, QueryError> {
        let (asked, needs_clusters) = (Instant::now(), query.query_type.needs_clusters);
        let served = if needs_clusters {
            self.inventory.get_with_clusters().await
        } else {
            self.inventory.get().await
        };
        let served = served.map_err(no_snapshot)?;
        let snapshot = &*served.value;
        let about_clusters =
            if needs_clusters { cluster_notices(&served, asked)? } else { Vec::new() };
        let (now, range) = ((self.clock)(), query.range);
        let view = View { snapshot, portal: &self.portal, now, range };
        if query.query_type.shows_conditions {
            self.want_selected(query, snapshot);
        }
        let mut frame = (query.query_type.answer)(&query.params, &view);
        frame.ref_id.clone_from(&query.ref_id);
        frame.meta.executed_query_string = self.query_text(needs_clusters);
        let age = served.age.as_secs();
        frame.meta.custom.insert("snapshotAgeSeconds".to_owned(), json!(age));
        frame.meta.notices.splice(0..0, notices(&served).into_iter().chain(about_clusters));
        Ok(vec![frame])
    }

    /// Values of a dimension, for the editors; `params` are those of the query type `values`.
    ///
    /// # Errors
    /// An unknown dimension or filter; no picture of the fleet.
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

    /// Checks that the fleet can be read: reads it, unless that was done a moment ago. Asks every Prometheus endpoint
    /// meanwhile.
    pub async fn health(&self) -> HealthReport {
        let endpoints = endpoints::check(&self.prometheus, self.timeout);
        let (served, endpoints) = tokio::join!(self.inventory.get(), endpoints);
        health::report(&self.access, &served.map_err(no_snapshot), endpoints)
    }

    /// What it holds, for metrics.
    pub fn stats(&self) -> InstanceStats {
        let last = self.inventory.last();
        InstanceStats {
            snapshot_age: last.as_ref().map(|snapshot| snapshot.fetched.elapsed()),
            extensions: last.as_ref().map_or(0, |snapshot| snapshot.extensions.rows().len()),
            configurations: last.map_or(0, |snapshot| snapshot.configurations.rows().len()),
        }
    }

    /// The fleet in numbers, for metrics: of the last snapshot, which nobody reads anew for them. `None`: there is none,
    /// or none young enough to be an answer.
    pub fn fleet_gauges(&self) -> Option<FleetGauges> {
        let last = self.inventory.last()?;
        (last.fetched.elapsed() <= self.max_stale).then(|| FleetGauges::of(&last))
    }

    /// What was sent for it, for Grafana's query inspector.
    fn query_text(&self, with_clusters: bool) -> String {
        let clusters = self.inventory.cluster_query_text().filter(|_| with_clusters);
        let listings = std::iter::once(self.inventory.query_text()).chain(clusters);
        listings.collect::<Vec<_>>().join("\n\n")
    }

    /// Has conditions read for the configurations that the user chose by name.
    fn want_selected(&self, query: &Query, snapshot: &Snapshot) {
        let filters = query.params.filters();
        if filters.configurations.is_empty() {
            return;
        }
        let table = &snapshot.configurations;
        let selected = table.matching(&filters.for_parents(), snapshot.names());
        self.inventory.want_details(selected.map(|row| &table.rows()[row]));
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

/// What must be said beside anything made from this snapshot.
fn notices(served: &Served<Snapshot, ReadError>) -> Vec<Notice> {
    let mut notices = Vec::new();
    let age = served.age.as_secs();
    match &served.stale {
        None => {}
        Some(Stale::Slow) => notices.push(Notice::warning(format!(
            "The fleet is being read again, which takes longer than usual; this is {age} s old."
        ))),
        Some(Stale::Failed(error)) => {
            let hint = match &**error {
                ReadError::Upstream(error) => error.hint(),
                ReadError::Panicked => "Please report this.".into(),
            };
            notices.push(Notice::warning(format!(
                "The fleet could not be read again: {error}; this is {age} s old. {hint}"
            )));
        }
    }
    let snapshot = &*served.value;
    if snapshot.unreadable.count > 0 {
        notices.push(Notice::warning(format!(
            "{} rows of Resource Graph could not be read and are left out; the first: {}.",
            snapshot.unreadable.count, snapshot.unreadable.example
        )));
    }
    notices.extend(snapshot.warnings.iter().map(Notice::warning));
    notices
}

/// What must be said beside anything made from the clusters of this snapshot, which were asked for at `asked`.
///
/// # Errors
/// They were never read: then nobody can say which clusters have no Flux, and zero of them would be wrong.
fn cluster_notices(
    served: &Served<Snapshot, ReadError>,
    asked: Instant,
) -> Result<Vec<Notice>, QueryError> {
    let clusters = &served.value.clusters;
    let Some(listing) = &clusters.listing else {
        return Err(match (&clusters.failure, &served.stale) {
            (Some(cause), _) => QueryError::NoClusters(cause.clone()),
            (None, Some(Stale::Failed(error))) => match &**error {
                ReadError::Upstream(cause) => QueryError::NoClusters(cause.clone()),
                ReadError::Panicked => QueryError::ReadingPanicked,
            },
            (None, _) => QueryError::StillReading { running: asked.elapsed(), age: None },
        });
    };
    let mut notices = Vec::new();
    if let Some(error) = &clusters.failure {
        notices.push(Notice::warning(format!(
            "The clusters could not be read again: {error}; those shown are {} s old. {}",
            listing.fetched.elapsed().as_secs(),
            error.hint()
        )));
    }
    if listing.unreadable.count > 0 {
        notices.push(Notice::warning(format!(
            "{} clusters could not be read and are left out; the first: {}.",
            listing.unreadable.count, listing.unreadable.example
        )));
    }
    Ok(notices)
}

/// The time of day, for everything outside of tests.
pub fn system_clock() -> Clock {
    Arc::new(|| UtcMillis(jiff::Timestamp::now().as_millisecond()))
}
