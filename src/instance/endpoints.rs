//! The Prometheus endpoints of an instance, and what "Save & test" says of them.

use crate::prometheus::{
    Auth, Detected, Forced, Generation, Grid, LabelScheme, PrometheusClient, PromqlSource, Reply,
    Sample, Series, detect,
};
use crate::settings::{PrometheusAuth, PrometheusEndpoint, Settings};
use crate::upstream::{
    Cloud, Http, HttpError, Tokens, Upstream, UpstreamError, UpstreamObserver, sentences,
};
use flux::{Text, UtcMillis};
use futures::future::join_all;
use serde::Serialize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout_at};

/// How long the detected Flux metrics of an endpoint are used before they are detected again.
const DETECTED_FOR: Duration = Duration::from_secs(300);
/// Most requests to one endpoint at the same time.
const SLOTS: usize = 10;

/// What endpoints that need an Azure token share with the rest of the instance.
pub(crate) struct AzureAccess<'a> {
    pub(crate) http: &'a Http,
    pub(crate) tokens: &'a Arc<Tokens>,
    pub(crate) cloud: &'a Cloud,
}

/// One endpoint, with its detected Flux metrics.
pub(crate) struct Endpoint {
    name: Text,
    /// An error: it can't be asked at all.
    source: Result<Box<dyn PromqlSource>, UpstreamError>,
    forced: Forced,
    /// The Flux metrics of the endpoint, and when they were detected.
    detected: Mutex<Option<(Arc<Detected>, Instant)>>,
    /// Held while detecting, so that concurrent callers detect once.
    detecting: tokio::sync::Mutex<()>,
    /// Limits concurrent requests: a dashboard has dozens of panels.
    slots: Semaphore,
}

impl Endpoint {
    /// An endpoint whose metrics are not detected yet.
    pub(crate) fn new(
        name: &str,
        source: Result<Box<dyn PromqlSource>, UpstreamError>,
        forced: Forced,
    ) -> Self {
        Self {
            name: name.into(),
            source,
            forced,
            detected: Mutex::default(),
            detecting: tokio::sync::Mutex::default(),
            slots: Semaphore::new(SLOTS),
        }
    }

    /// Its name.
    pub(super) fn name(&self) -> &Text {
        &self.name
    }

    /// The Flux metrics of the endpoint; detected again when the last detection is five minutes old.
    pub(super) async fn detected(
        &self,
        now: UtcMillis,
        deadline: Instant,
    ) -> Result<Arc<Detected>, UpstreamError> {
        if let Some(known) = self.last_detected(DETECTED_FOR) {
            return Ok(known);
        }
        let _only_one = self.detecting.lock().await;
        match self.last_detected(DETECTED_FOR) {
            Some(known) => Ok(known),
            None => self.detect(now, deadline).await,
        }
    }

    /// The last detection, when it is younger than `age`.
    pub(super) fn last_detected(&self, age: Duration) -> Option<Arc<Detected>> {
        let known = self.detected.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().filter(|(_, at)| at.elapsed() < age).map(|(known, _)| Arc::clone(known))
    }

    /// Detects the Flux metrics of the endpoint now.
    async fn detect(
        &self,
        now: UtcMillis,
        deadline: Instant,
    ) -> Result<Arc<Detected>, UpstreamError> {
        let ask = |promql| self.instant(promql, now, deadline);
        let found = Arc::new(detect(ask, self.forced).await?);
        let mut known = self.detected.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Some((Arc::clone(&found), Instant::now()));
        Ok(found)
    }

    /// Sends an instant query.
    pub(super) async fn instant(
        &self,
        promql: &str,
        at: UtcMillis,
        deadline: Instant,
    ) -> Result<Reply<Sample>, UpstreamError> {
        let _slot = self.slot(deadline).await?;
        self.source()?.instant(promql, at, deadline).await
    }

    /// Sends a range query for the points of a grid; `lookback` is the longest window in the PromQL.
    pub(super) async fn range(
        &self,
        promql: &str,
        grid: &Grid,
        lookback: Duration,
        deadline: Instant,
    ) -> Result<Reply<Series>, UpstreamError> {
        let _slot = self.slot(deadline).await?;
        self.source()?.range(promql, grid, lookback, deadline).await
    }

    async fn version(&self, deadline: Instant) -> Option<String> {
        self.source().ok()?.version(deadline).await
    }

    fn source(&self) -> Result<&dyn PromqlSource, UpstreamError> {
        self.source.as_deref().map_err(Clone::clone)
    }

    fn upstream(&self) -> Upstream {
        Upstream::Prometheus(self.name.clone())
    }

    /// Waits until a request to this endpoint may be sent.
    async fn slot(&self, deadline: Instant) -> Result<SemaphorePermit<'_>, UpstreamError> {
        let asked = Instant::now();
        match timeout_at(deadline, self.slots.acquire()).await {
            Ok(Ok(slot)) => Ok(slot),
            // The semaphore is never closed.
            Ok(Err(_)) | Err(_) => {
                Err(UpstreamError::TimedOut { upstream: self.upstream(), after: asked.elapsed() })
            }
        }
    }
}

/// The result of checking one endpoint.
pub(super) struct Checked {
    /// Sentences, with what to do where something is wrong.
    pub(super) text: String,
    pub(super) details: Details,
}

/// The result as JSON.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Details {
    pub(super) name: String,
    /// Whether it answers queries.
    pub(super) ok: bool,
    /// The endpoint's version; an Azure Monitor workspace doesn't tell it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<String>,
    /// `None`: unknown, because the endpoint doesn't answer.
    pub(super) generation: Option<Generation>,
    /// `None`: unknown, or no Flux controllers are scraped.
    pub(super) labels: Option<LabelScheme>,
    /// HTTP status of the answer that the failure becomes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
}

/// The endpoints of the settings, in their order.
///
/// Endpoints that need an Azure token are queried with Azure's HTTP client, so that `tlsSkipVerify`, which is meant for other
/// endpoints, never sends a token to a host with an unverified certificate.
///
/// # Errors
/// A certificate that can't be read.
pub(crate) fn endpoints(
    settings: &Settings,
    azure: &AzureAccess,
    observer: UpstreamObserver,
) -> Result<Vec<Arc<Endpoint>>, HttpError> {
    let http = Http::new(&settings.http)?.observed_by(observer);
    let endpoints = settings.prometheus.iter();
    Ok(endpoints.map(|endpoint| Arc::new(self::endpoint(endpoint, azure, &http))).collect())
}

fn endpoint(endpoint: &PrometheusEndpoint, azure: &AzureAccess, http: &Http) -> Endpoint {
    let PrometheusEndpoint { name, url, auth, headers, forced } = endpoint;
    let (http, auth) = match auth {
        PrometheusAuth::None => (http, Auth::None),
        PrometheusAuth::Basic { username, password } => {
            (http, Auth::Basic { user: username.clone(), password: password.clone() })
        }
        PrometheusAuth::Bearer { token } => (http, Auth::Bearer(token.clone())),
        PrometheusAuth::Azure => {
            let Some(scope) = azure.cloud.prometheus_scope() else {
                let upstream = Upstream::Prometheus(name.as_str().into());
                let cloud = Text::from(azure.cloud.name.as_str());
                return Endpoint::new(
                    name,
                    Err(UpstreamError::NoAudience { upstream, cloud }),
                    *forced,
                );
            };
            (azure.http, Auth::Azure { tokens: Arc::clone(azure.tokens), scope })
        }
    };
    let client =
        PrometheusClient::new(http.clone(), name, url.clone(), auth).with_headers(headers.clone());
    Endpoint::new(name, Ok(Box::new(client)), *forced)
}

/// Checks all endpoints at once: version and Flux metrics. Takes at most `timeout`.
pub(super) async fn check(
    endpoints: &[Arc<Endpoint>],
    now: UtcMillis,
    timeout: Duration,
) -> Vec<Checked> {
    let deadline = Instant::now() + timeout;
    join_all(endpoints.iter().map(|endpoint| async move {
        match endpoint.detect(now, deadline).await {
            Ok(detected) => works(&endpoint.name, endpoint.version(deadline).await, &detected),
            Err(error) => fails(&endpoint.name, &error),
        }
    }))
    .await
}

fn works(name: &str, version: Option<String>, detected: &Detected) -> Checked {
    let shown =
        version.as_ref().map_or_else(String::new, |version| format!(" (version {version})"));
    Checked {
        text: format!("Prometheus endpoint \"{name}\"{shown} works: {}.", detected.summary()),
        details: Details {
            name: name.to_owned(),
            ok: true,
            version,
            generation: Some(detected.generation()),
            labels: detected.labels,
            status: None,
        },
    }
}

fn fails(name: &str, error: &UpstreamError) -> Checked {
    let text = match error.upstream() {
        // The error names the endpoint already.
        Upstream::Prometheus(_) => error.chain(),
        _ => format!("Prometheus endpoint \"{name}\": {}", error.chain()),
    };
    Checked {
        text: sentences(&text, &error.hint()),
        details: Details {
            name: name.to_owned(),
            ok: false,
            version: None,
            generation: None,
            labels: None,
            status: Some(error.status()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prometheus::testing;
    use crate::upstream::{
        HttpOptions,
        testing::{Fake, Reply, SignIns, reply},
    };
    use reqwest::header::HeaderMap;
    use serde_json::{Value, json};
    use url::Url;

    fn basic() -> PrometheusAuth {
        PrometheusAuth::Basic { username: "me".to_owned(), password: "s3cret".into() }
    }

    /// The sentence, and the details as JSON.
    async fn checked(url: &Url, auth: PrometheusAuth, audience: &str) -> (String, Value) {
        let http = Http::new(&HttpOptions::default()).expect("client");
        let tokens = Arc::new(Tokens::new(SignIns::new(3_600).factory(), Duration::from_secs(5)));
        let cloud = Cloud {
            name: "lab".to_owned(),
            authority: url.clone(),
            resource_manager: url.clone(),
            portal: String::new(),
            prometheus_audience: audience.to_owned(),
        };
        let azure = AzureAccess { http: &http, tokens: &tokens, cloud: &cloud };
        let (name, forced) = ("eu".to_owned(), Forced::default());
        let settings =
            PrometheusEndpoint { name, url: url.clone(), auth, headers: HeaderMap::new(), forced };
        let endpoints = [Arc::new(endpoint(&settings, &azure, &http))];
        let checked = check(&endpoints, UtcMillis(0), Duration::from_secs(5)).await;
        let checked = checked.into_iter().next().expect("one");
        (checked.text, json!(checked.details))
    }

    async fn scripted(replies: Vec<Reply>, auth: PrometheusAuth) -> (String, Value) {
        let fake = Fake::start(replies).await;
        checked(&fake.url, auth, "https://prometheus.monitor.azure.com").await
    }

    fn failure(status: u16) -> Value {
        json!({ "name": "eu", "ok": false, "generation": null, "labels": null, "status": status })
    }

    #[tokio::test]
    async fn a_prometheus_says_its_version_and_generation() {
        let url = testing::start(
            Some("2.53.0"),
            &[
                ("gotk_resource_info", &[("customresource_kind", "HelmRelease")]),
                ("gotk_reconcile_duration_seconds_count", &[("exported_namespace", "apps")]),
            ],
        )
        .await;
        let (text, details) = checked(&url, basic(), "").await;
        assert_eq!(
            text,
            "Prometheus endpoint \"eu\" (version 2.53.0) works: kube-state-metrics (gotk_resource_info for HelmRelease)."
        );
        let expected = json!({
            "name": "eu", "ok": true, "version": "2.53.0", "generation": "resourceInfo", "labels": "podMonitor",
        });
        assert_eq!(details, expected);
    }

    #[tokio::test]
    async fn a_workspace_needs_no_version() {
        let url = testing::start(
            None,
            &[(
                "gotk_reconcile_duration_seconds_count",
                &[("kubernetes_namespace", "flux-system")],
            )],
        )
        .await;
        let (text, details) = checked(&url, PrometheusAuth::Azure, "https://audience").await;
        assert_eq!(
            text,
            "Prometheus endpoint \"eu\" works: Flux controllers without readiness: readiness comes from Azure's status."
        );
        let expected = json!({ "name": "eu", "ok": true, "generation": "noReadiness", "labels": "podAnnotations" });
        assert_eq!(details, expected);
    }

    #[tokio::test]
    async fn forbidden_names_the_role() {
        let body = r#"{"error":{"code":"Forbidden","message":"no"}}"#;
        let (text, details) = scripted(vec![reply(403, &[], body)], PrometheusAuth::Azure).await;
        assert!(
            text.starts_with("Prometheus endpoint \"eu\" refused access (403): Forbidden: no.")
        );
        assert!(text.contains("Monitoring Data Reader"), "{text}");
        assert_eq!(details, failure(403));
    }

    #[tokio::test]
    async fn a_wrong_password_is_reported_but_not_shown() {
        let (text, details) = scripted(vec![reply(401, &[], "s3cret")], basic()).await;
        assert!(
            text.contains("did not accept the sign-in. Check the endpoint's sign-in"),
            "{text}"
        );
        assert!(!format!("{text} {details}").contains("s3cret"));
        assert_eq!(details, failure(401));
    }

    #[tokio::test]
    async fn an_endpoint_that_is_gone() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("port");
        let url = format!("http://{}/", listener.local_addr().expect("address"));
        drop(listener);
        let url = Url::parse(&url).expect("URL");
        let (text, details) = checked(&url, PrometheusAuth::None, "").await;
        assert!(text.starts_with("Prometheus endpoint \"eu\" cannot be reached: "), "{text}");
        assert!(text.contains("Check the host name"), "{text}");
        assert_eq!(details, failure(502));
    }

    #[tokio::test]
    async fn a_page_that_is_not_a_prometheus_reply() {
        let page = reply(200, &[], "<html>Sign in</html>");
        let (text, details) = scripted(vec![page], PrometheusAuth::None).await;
        assert!(text.contains("was not understood: not the expected JSON"), "{text}");
        assert!(text.contains("base of a Prometheus HTTP API"), "{text}");
        assert_eq!(details, failure(502));
    }

    #[tokio::test]
    async fn a_cloud_without_workspaces() {
        let url = Url::parse("https://example.invalid").expect("URL");
        let (text, details) = checked(&url, PrometheusAuth::Azure, "").await;
        assert!(text.contains("the cloud lab") && text.contains("prometheusResourceId"), "{text}");
        assert_eq!(details, failure(400));
    }
}
