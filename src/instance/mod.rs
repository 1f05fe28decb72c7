//! One data source with its settings: its inventory, its Prometheus endpoints, and answers to queries.

mod answer;
mod discovery;
mod endpoints;
mod health;
mod metrics;

pub(crate) use health::HealthReport;

use crate::arg::{ArgClient, Limits};
use crate::fleet::{Fleet, FleetSpec};
use crate::inventory::{
    Aged as _, Clock, FleetGauges, Inventory, Policy, ReadError, RefreshObserver, Served, Snapshot,
    Source, Stale, Unavailable,
};
use crate::query::{Query, QueryError, TimeRange};
use crate::settings::{Settings, SignIn, Workspaces};
use crate::upstream::{Http, HttpError, Tokens, UpstreamObserver};
use discovery::Discovery;
use endpoints::AzureAccess;
use flux::{Portal, UtcMillis};
use frame::{Cell, Notice};
use health::Access;
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
/// Longest time for one sign-in. It is shorter than a query's timeout, so that the error names the sign-in.
const SIGN_IN_TIME: Duration = Duration::from_secs(10);
/// Longest time for reading a whole fleet: 200 pages at the pace that Resource Graph's quota allows.
const LISTING_TIME: Duration = Duration::from_secs(300);

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
    ///
    /// # Errors
    /// A certificate that can't be read.
    pub fn new(settings: &Settings, surroundings: Surroundings) -> Result<Self, HttpError> {
        let Surroundings { clock, upstream, refreshed } = surroundings;
        let (source, portal, access, prometheus, discovery) = match &settings.sign_in {
            SignIn::Demo(demo) => {
                let default = FleetSpec::default();
                let spec = FleetSpec {
                    clusters: demo.clusters.unwrap_or(default.clusters),
                    configurations: demo.configurations.unwrap_or(default.configurations),
                    seed: demo.seed.unwrap_or(default.seed),
                };
                let fleet = Arc::new(Fleet::generate(spec));
                let prometheus = vec![endpoints::simulated(Arc::clone(&fleet))];
                (Source::Demo(fleet), Portal::default(), Access::demo(), prometheus, None)
            }
            SignIn::Azure { cloud, credential } => {
                let http = Http::new(&settings.azure_http())?.observed_by(Arc::clone(&upstream));
                let factory = credential.factory(cloud, &http);
                let sign_in_time = (settings.timeout * 3 / 4).min(SIGN_IN_TIME);
                let tokens = Arc::new(Tokens::new(factory, sign_in_time));
                let azure = AzureAccess { http: &http, tokens: &tokens, cloud };
                let prometheus = endpoints::endpoints(settings, &azure, upstream)?;
                let configured = settings.prometheus.iter().map(|endpoint| endpoint.url.clone());
                let discovery = match settings.workspaces {
                    Workspaces::Auto => Some(Discovery::new(&http, &tokens, cloud, configured)),
                    Workspaces::None => None,
                };
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
                (Source::Azure { client, scopes }, portal, access, prometheus, discovery)
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
        let metrics = Metrics::new(prometheus, discovery, settings.timeout, settings.max_stale);
        let scrape_interval = settings.scrape_interval;
        Ok(Self {
            inventory,
            portal,
            clock,
            access,
            metrics,
            scrape_interval,
            max_stale: settings.max_stale,
        })
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
                "The fleet could not be read again: {error}; the data shown is {age} s old. {hint}"
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
    notices.extend(snapshot.warnings().iter().map(Notice::warning));
    notices
}

/// The time of day, for everything outside of tests.
pub fn system_clock() -> Clock {
    Arc::new(|| UtcMillis(jiff::Timestamp::now().as_millisecond()))
}
