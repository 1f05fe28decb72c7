//! A fake Prometheus for tests: it has series without values, and answers two forms of `count`.

use axum::{Router, extract::State, http::StatusCode, response::IntoResponse, routing};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use url::{Url, form_urlencoded};

/// A metric's name and its labels.
pub(crate) type Series = (&'static str, &'static [(&'static str, &'static str)]);

/// Serves these series; `buildinfo` only where there is a version.
pub(crate) async fn start(version: Option<&'static str>, series: &'static [Series]) -> Url {
    let mut router = Router::new().route("/api/v1/query", routing::post(answer)).with_state(series);
    if let Some(version) = version {
        let body = json!({ "status": "success", "data": { "version": version } }).to_string();
        router = router.route("/api/v1/status/buildinfo", routing::get(async || body));
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("port");
    let url = format!("http://{}/", listener.local_addr().expect("address"));
    tokio::spawn(axum::serve(listener, router).into_future());
    Url::parse(&url).expect("URL")
}

async fn answer(State(series): State<&'static [Series]>, form: String) -> impl IntoResponse {
    let form: BTreeMap<_, _> = form_urlencoded::parse(form.as_bytes()).into_owned().collect();
    match form.get("query").and_then(|query| count(query, series)) {
        Some(result) => {
            let data = json!({ "resultType": "vector", "result": result });
            (StatusCode::OK, json!({ "status": "success", "data": data }).to_string())
        }
        None => (StatusCode::BAD_REQUEST, r#"{"status":"error","error":"?"}"#.to_owned()),
    }
}

/// `count by (LABELS) (METRIC)` or `count(METRIC{LABEL!=""})`; `None` for anything else.
fn count(query: &str, series: &[Series]) -> Option<Vec<Value>> {
    let value = |labels: &[(&str, &'static str)], label: &str| {
        labels.iter().find(|(name, _)| *name == label).map(|(_, value)| *value)
    };
    if let Some(rest) = query.strip_prefix("count by (") {
        let (by, metric) = rest.strip_suffix(')')?.split_once(") (")?;
        let by: Vec<&str> = by.split(", ").collect();
        let mut counts: BTreeMap<Vec<Option<&str>>, usize> = BTreeMap::new();
        for (_, labels) in series.iter().filter(|(name, _)| *name == metric) {
            let group = by.iter().map(|label| value(labels, label)).collect();
            *counts.entry(group).or_default() += 1;
        }
        let element = |(group, count): (Vec<Option<&str>>, usize)| {
            let labels = by.iter().zip(group);
            let metric: serde_json::Map<String, Value> = labels
                .filter_map(|(label, found)| Some(((*label).to_owned(), found?.into())))
                .collect();
            json!({ "metric": metric, "value": [1.0, count.to_string()] })
        };
        return Some(counts.into_iter().map(element).collect());
    }
    let selector = query.strip_prefix("count(")?.strip_suffix("!=\"\"})")?;
    let (metric, label) = selector.split_once('{')?;
    let found = series.iter().filter(|(name, labels)| {
        *name == metric && value(labels, label).is_some_and(|value| !value.is_empty())
    });
    Some(match found.count() {
        0 => Vec::new(),
        count => vec![json!({ "metric": {}, "value": [1.0, count.to_string()] })],
    })
}
