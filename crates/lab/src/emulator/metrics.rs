//! The simulated clusters' metrics for a real Prometheus: the page of each endpoint, the list of endpoints, and a
//! scrape configuration.

use super::Shared;
use super::prometheus_config::{configuration, discovery_labels, job_of};
use super::reply::{plain_error, reply};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use fleet::LabelScheme;
use fleet::metrics::ScrapeOptions;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::Duration;

/// `GET /_emulator/metrics/{cluster}/{endpoint}`: the page of an endpoint; 503 when the endpoint is down.
pub(super) fn page(shared: &Shared, cluster: &str, endpoint: &str) -> Response {
    let metrics = shared.options.fleet.metrics(shared.options.metrics);
    let Some(target) = metrics.target(cluster, endpoint) else {
        let text = format!("Cluster '{cluster}' has no endpoint '{endpoint}'.");
        return plain_error(StatusCode::NOT_FOUND, "NotFound", &text);
    };
    let Some(text) = metrics.exposition(&target, shared.options.clock.now()) else {
        let text = format!("{endpoint} of '{cluster}' doesn't run.");
        return plain_error(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable", &text);
    };
    plain(text, "text/plain; version=0.0.4; charset=utf-8")
}

/// `GET /_emulator/targets?job=…`: the targets of a job, for Prometheus' HTTP service discovery.
pub(super) fn targets(shared: &Shared, query: &HashMap<String, String>, host: &str) -> Response {
    let (Some(scheme), Some(job)) = (scheme(query), query.get("job")) else {
        return refuse("Parameters 'scheme' and 'job' are required.");
    };
    let metrics = shared.options.fleet.metrics(shared.options.metrics);
    let targets = metrics.targets().filter(|target| job_of(scheme, target.endpoint) == job);
    let targets: Vec<Value> = targets
        .map(|target| {
            let labels = discovery_labels(&target, &target.discovered(&metrics));
            json!({ "targets": [host], "labels": labels })
        })
        .collect();
    reply(StatusCode::OK, Value::from(targets).to_string())
}

/// `GET /_emulator/prometheus.yml?scheme=podAnnotations|podMonitor|plain[&interval=30s][&clusterLabel=false]`: a
/// Prometheus configuration.
pub(super) fn prometheus_yml(
    shared: &Shared,
    query: &HashMap<String, String>,
    host: &str,
) -> Response {
    let Some(scheme) = scheme(query) else {
        return refuse("Parameter 'scheme' has to be podAnnotations, podMonitor or plain.");
    };
    let Some(interval) = seconds(query.get("interval").map_or("30s", String::as_str)) else {
        return refuse("Parameter 'interval' has to be a number of seconds, such as 30s.");
    };
    let cluster_label = query.get("clusterLabel").is_none_or(|value| value != "false");
    let scrape = ScrapeOptions { cluster_label, interval, ..ScrapeOptions::new(scheme) };
    let kube_state_metrics = shared.options.metrics.kube_state_metrics;
    plain(configuration(host, &scrape, kube_state_metrics), "application/yaml")
}

fn plain(text: String, content_type: &'static str) -> Response {
    let mut response = reply(StatusCode::OK, text);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn refuse(text: &str) -> Response {
    plain_error(StatusCode::BAD_REQUEST, "BadRequest", text)
}

fn scheme(query: &HashMap<String, String>) -> Option<LabelScheme> {
    match query.get("scheme").map(String::as_str) {
        Some("podAnnotations") => Some(LabelScheme::PodAnnotations),
        Some("podMonitor") => Some(LabelScheme::PodMonitor),
        Some("plain") => Some(LabelScheme::Plain),
        _ => None,
    }
}

fn seconds(text: &str) -> Option<Duration> {
    let seconds = text.strip_suffix('s')?.parse().ok()?;
    (seconds > 0).then(|| Duration::from_secs(seconds))
}
