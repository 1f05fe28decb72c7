//! Makes a plugin instance from the settings, connected to Azure or to a simulated fleet in this process. No other
//! module knows both.

use crate::arg::{ArgClient, Limits, PageSink};
use crate::instance::{
    Access, AzureAccess, Connections, Discovery, Endpoint, Instance, Surroundings, endpoints,
};
use crate::inventory::{AzureFleet, FleetSource, Listing};
use crate::prometheus::{Forced, Grid, Labels, PromqlSource, Reply, Sample, Series};
use crate::settings::{Demo, Settings, SignIn, Workspaces};
use crate::upstream::{
    Cloud, CredentialSpec, Http, HttpError, Refusal, ReplyFault, Tokens, Upstream, UpstreamError,
    UpstreamObserver,
};
use async_trait::async_trait;
use bytes::Bytes;
use fleet::metrics::MetricsOptions;
use fleet::promql::{PrometheusOptions, PromqlError, SimulatedPrometheus};
use fleet::{Fleet, FleetSpec, LabelScheme, Table};
use flux::{Portal, Text, UtcMillis};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Longest time for one sign-in. It is shorter than a query's timeout, so that the error message names the sign-in.
const SIGN_IN_TIME: Duration = Duration::from_secs(10);
/// Longest time for reading a whole fleet: 200 pages at the pace that Resource Graph's quota allows.
const LISTING_TIME: Duration = Duration::from_secs(300);
/// Rows in a page of the simulated fleet.
const PAGE: usize = 1_000;

/// Makes the instance. Sends no requests.
///
/// # Errors
/// A certificate can't be read.
pub fn instance(settings: &Settings, surroundings: Surroundings) -> Result<Instance, HttpError> {
    let connections = match &settings.sign_in {
        SignIn::Demo(demo) => simulated(demo),
        SignIn::Azure { cloud, credential } => {
            azure(settings, cloud, credential, Arc::clone(&surroundings.upstream))?
        }
    };
    Ok(Instance::new(connections, settings, surroundings))
}

fn azure(
    settings: &Settings,
    cloud: &Cloud,
    credential: &CredentialSpec,
    observer: UpstreamObserver,
) -> Result<Connections, HttpError> {
    let http = Http::new(&settings.azure_http())?.observed_by(Arc::clone(&observer));
    let factory = credential.factory(cloud, &http);
    let sign_in_time = (settings.timeout * 3 / 4).min(SIGN_IN_TIME);
    let tokens = Arc::new(Tokens::new(factory, sign_in_time));
    let azure = AzureAccess { http: &http, tokens: &tokens, cloud };
    let endpoints = endpoints(settings, &azure, observer)?;
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
    let client = ArgClient::new(http, tokens, cloud, limits);
    Ok(Connections {
        fleet: Box::new(AzureFleet { client, scopes: settings.scopes() }),
        portal: Portal::new(&cloud.portal),
        access: Access {
            cloud: Some(cloud.name.clone()),
            identity: credential.to_string(),
            subscriptions: settings.subscriptions.clone(),
        },
        endpoints,
        discovery,
    })
}

fn simulated(demo: &Demo) -> Connections {
    let default = FleetSpec::default();
    let fleet = Arc::new(Fleet::generate(FleetSpec {
        clusters: demo.clusters.unwrap_or(default.clusters),
        configurations: demo.configurations.unwrap_or(default.configurations),
        seed: demo.seed.unwrap_or(default.seed),
    }));
    let prometheus = DemoPrometheus::new(Arc::clone(&fleet));
    let endpoint =
        Endpoint::new(&prometheus.name.clone(), Ok(Box::new(prometheus)), Forced::default());
    Connections {
        fleet: Box::new(DemoFleet(fleet)),
        portal: Portal::default(),
        // A simulated fleet needs no sign-in, and no subscription can be missing.
        access: Access {
            cloud: None,
            identity: "a simulated fleet".to_owned(),
            subscriptions: Vec::new(),
        },
        endpoints: vec![Arc::new(endpoint)],
        discovery: None,
    }
}

/// The inventory of a simulated fleet.
struct DemoFleet(Arc<Fleet>);

#[async_trait]
impl FleetSource for DemoFleet {
    fn query_text(&self, listing: Listing) -> Option<String> {
        (listing == Listing::Fleet).then(|| "(a simulated fleet; nothing is sent)".to_owned())
    }

    async fn list(
        &self,
        listing: Listing,
        now: UtcMillis,
        sink: &mut (dyn PageSink + Send),
    ) -> Result<(), UpstreamError> {
        let table = match listing {
            Listing::Fleet => Table::KubernetesConfigurationResources,
            Listing::Subscriptions => Table::ResourceContainers,
            Listing::Clusters | Listing::Workspaces => Table::Resources,
        };
        let rows = self.0.len(table);
        for first in (0..rows).step_by(PAGE) {
            let body = self.0.page(table, first..rows.min(first + PAGE), now);
            sink.page(&body).map_err(|error| UpstreamError::NotUnderstood {
                upstream: Upstream::ResourceGraph,
                fault: ReplyFault::Decode(error.place),
            })?;
            // Making a large fleet takes a while, so other queries get a turn here.
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    async fn configuration(
        &self,
        id: &str,
        now: UtcMillis,
    ) -> Result<Option<Bytes>, UpstreamError> {
        Ok(self.0.arm_get(id, now).map(|resource| Bytes::from(resource.to_string())))
    }
}

/// The Prometheus of a simulated fleet.
struct DemoPrometheus {
    name: Text,
    prometheus: SimulatedPrometheus,
}

impl DemoPrometheus {
    /// Scraped by pod annotations as Azure does it, kube-state-metrics included.
    fn new(fleet: Arc<Fleet>) -> Self {
        let metrics = MetricsOptions { kube_state_metrics: true, ..MetricsOptions::default() };
        let options = PrometheusOptions {
            metrics,
            history: true,
            ..PrometheusOptions::new(LabelScheme::default())
        };
        Self { name: "demo".into(), prometheus: SimulatedPrometheus::new(fleet, options) }
    }

    /// Evaluates on a blocking thread, so that other queries aren't delayed. Errors are those of a real Prometheus.
    async fn evaluate<T: Send + 'static>(
        &self,
        work: impl FnOnce(&SimulatedPrometheus) -> Result<Vec<T>, PromqlError> + Send + 'static,
    ) -> Result<Reply<T>, UpstreamError> {
        let prometheus = self.prometheus.clone();
        let working = tokio::task::spawn_blocking(move || work(&prometheus));
        // The task ends early only by a panic, which is continued here.
        let found =
            working.await.unwrap_or_else(|ended| std::panic::resume_unwind(ended.into_panic()));
        match found {
            Ok(items) => Ok(Reply { items, warnings: Vec::new(), left_out: 0 }),
            Err(error) => Err(UpstreamError::Refused {
                upstream: Upstream::Prometheus(self.name.clone()),
                status: if error.is_bad_data() { 400 } else { 422 },
                refusal: Refusal::new("execution", &error.to_string()),
            }),
        }
    }
}

#[async_trait]
impl PromqlSource for DemoPrometheus {
    async fn instant(
        &self,
        promql: &str,
        at: UtcMillis,
        _deadline: Instant,
    ) -> Result<Reply<Sample>, UpstreamError> {
        let promql = promql.to_owned();
        self.evaluate(move |prometheus| {
            let found = prometheus.instant(&promql, at)?.into_iter();
            Ok(found
                .map(|sample| Sample { labels: labels(&sample.labels), value: sample.value })
                .collect())
        })
        .await
    }

    async fn range(
        &self,
        promql: &str,
        grid: &Grid,
        _lookback: Duration,
        _deadline: Instant,
    ) -> Result<Reply<Series>, UpstreamError> {
        let promql = promql.to_owned();
        let grid = fleet::Grid { start: grid.start, step: grid.step, points: grid.points };
        self.evaluate(move |prometheus| {
            let found = prometheus.range(&promql, &grid)?.into_iter();
            Ok(found
                .map(|series| Series { labels: labels(&series.labels), values: series.values })
                .collect())
        })
        .await
    }

    async fn version(&self, _deadline: Instant) -> Option<String> {
        None
    }
}

fn labels(labels: &fleet::Labels) -> Labels {
    labels.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
}
