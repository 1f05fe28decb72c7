//! The Prometheus endpoints of an instance, and what "Save & test" says of them.

use crate::azure::{Cloud, Http, HttpError, Tokens, Upstream, UpstreamError, UpstreamObserver};
use crate::prometheus::{Auth, Detected, Generation, LabelScheme, PrometheusClient, detect};
use crate::settings::{PrometheusAuth, PrometheusEndpoint, Settings};
use futures::future::join_all;
use serde::Serialize;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// What the endpoints that want an Azure token share with the rest of the instance.
pub(super) struct AzureAccess<'a> {
    pub(super) http: &'a Http,
    pub(super) tokens: &'a Arc<Tokens>,
    pub(super) cloud: &'a Cloud,
}

/// One endpoint of the settings.
pub(super) enum Endpoint {
    /// It can be asked.
    Client(PrometheusClient),
    /// It wants an Azure token, and the cloud doesn't say what tokens for workspaces are for.
    NoAudience {
        /// Of the endpoint.
        name: String,
        /// Name of the cloud.
        cloud: String,
    },
}

/// What was found out about one endpoint.
pub(super) struct Checked {
    /// Sentences, with what to do where something is wrong.
    pub(super) text: String,
    pub(super) details: Details,
}

/// The same, for programs.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Details {
    pub(super) name: String,
    /// Whether it answers queries.
    pub(super) ok: bool,
    /// As the endpoint says; an Azure Monitor workspace doesn't.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<String>,
    /// `None`: not known, since it doesn't answer.
    pub(super) generation: Option<Generation>,
    /// `None`: not known, or no Flux controllers are scraped.
    pub(super) labels: Option<LabelScheme>,
    /// HTTP status of the answer that the failure becomes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
}

/// The endpoints of the settings, in their order.
///
/// Those that want an Azure token are asked with Azure's HTTP client: no switch meant for other endpoints has tokens
/// sent to whoever shows any certificate.
///
/// # Errors
/// A certificate that can't be read.
pub(super) fn endpoints(
    settings: &Settings,
    azure: &AzureAccess,
    observer: UpstreamObserver,
) -> Result<Vec<Endpoint>, HttpError> {
    let http = Http::new(&settings.http)?.observed_by(observer);
    Ok(settings.prometheus.iter().map(|endpoint| self::endpoint(endpoint, azure, &http)).collect())
}

fn endpoint(endpoint: &PrometheusEndpoint, azure: &AzureAccess, http: &Http) -> Endpoint {
    let PrometheusEndpoint { name, url, auth } = endpoint;
    let (http, auth) = match auth {
        PrometheusAuth::None => (http, Auth::None),
        PrometheusAuth::Basic { username, password } => {
            (http, Auth::Basic { user: username.clone(), password: password.clone() })
        }
        PrometheusAuth::Bearer { token } => (http, Auth::Bearer(token.clone())),
        PrometheusAuth::Azure => {
            let Some(scope) = azure.cloud.prometheus_scope() else {
                let cloud = azure.cloud.name.clone();
                return Endpoint::NoAudience { name: name.clone(), cloud };
            };
            (azure.http, Auth::Azure { tokens: Arc::clone(azure.tokens), scope })
        }
    };
    Endpoint::Client(PrometheusClient::new(http.clone(), name, url.clone(), auth))
}

/// Asks all endpoints at once what they are and what of Flux they know; takes at most `timeout`.
pub(super) async fn check(endpoints: &[Endpoint], timeout: Duration) -> Vec<Checked> {
    let deadline = Instant::now() + timeout;
    join_all(endpoints.iter().map(async |endpoint| match endpoint {
        Endpoint::Client(client) => match detect(client, deadline).await {
            Ok(detected) => {
                // An endpoint whose queries work is good, whatever becomes of the question for its version.
                let version = client.build_info(deadline).await.unwrap_or(None);
                works(client.name(), version, &detected)
            }
            Err(error) => fails(client.name(), &error),
        },
        Endpoint::NoAudience { name, cloud } => no_audience(name, cloud),
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
    let mut text = match error.upstream() {
        // It names itself.
        Upstream::Prometheus(_) => error.to_string(),
        _ => format!("Prometheus endpoint \"{name}\": {error}"),
    };
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    let first = text.get(..1).map(str::to_uppercase);
    if let Some(first) = first {
        text.replace_range(..1, &first);
    }
    if !text.ends_with('.') {
        text.push('.');
    }
    failed(name, format!("{text} {}", error.hint()), error.status())
}

fn no_audience(name: &str, cloud: &str) -> Checked {
    let text = format!(
        "Prometheus endpoint \"{name}\" wants an Azure token, but the cloud {cloud} does not say what for. Add prometheusResourceId to the cloud in Grafana's list of custom clouds, or choose another auth."
    );
    failed(name, text, 400)
}

fn failed(name: &str, text: String, status: u16) -> Checked {
    let name = name.to_owned();
    let status = Some(status);
    let details =
        Details { name, ok: false, version: None, generation: None, labels: None, status };
    Checked { text, details }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure::{
        HttpOptions,
        testing::{Fake, Reply, SignIns, reply},
    };
    use crate::prometheus::testing;
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
        let settings = PrometheusEndpoint { name: "eu".to_owned(), url: url.clone(), auth };
        let endpoints = [endpoint(&settings, &azure, &http)];
        let checked = check(&endpoints, Duration::from_secs(5)).await.pop().expect("one");
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
    async fn a_wrong_password_is_said_and_not_shown() {
        let (text, details) = scripted(vec![reply(401, &[], "s3cret")], basic()).await;
        assert!(
            text.contains("did not accept the sign-in. Check the endpoint's sign-in"),
            "{text}"
        );
        assert!(!format!("{text} {details}").contains("s3cret"));
        assert_eq!(details, failure(401));
    }

    #[tokio::test]
    async fn nobody_there() {
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
    async fn a_page_that_is_no_prometheus() {
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
