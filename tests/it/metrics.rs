//! Queries about metrics over gRPC, with Prometheus endpoints that may fail.

use crate::support::{ask, data_source, demo, failure, frame, query};
use crate::upstream::set_up;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use frame::{Cell, Frame, FrameType, Severity};
use futures::future::join_all;
use grafana_plugin_sdk::pluginv2::TimeRange;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// The way in which an endpoint answers.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mood {
    Well,
    Refuses,
    Unauthorized,
    Garbage,
    CutOff,
    Down,
}

/// A Prometheus that has one queue, one failing Kustomization, and scrapes of Flux.
struct Endpoint {
    mood: Mutex<Mood>,
    asked: Mutex<Vec<String>>,
    cluster: &'static str,
}

impl Endpoint {
    async fn start(cluster: &'static str) -> (Arc<Self>, String) {
        let endpoint =
            Arc::new(Self { mood: Mutex::new(Mood::Well), asked: Mutex::default(), cluster });
        let router = axum::Router::new()
            .route("/api/v1/{api}", axum::routing::post(answer))
            .with_state(Arc::clone(&endpoint));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("port");
        let url = format!("http://{}", listener.local_addr().expect("address"));
        tokio::spawn(axum::serve(listener, router).into_future());
        (endpoint, url)
    }

    fn be(&self, mood: Mood) {
        *self.mood.lock().expect("not poisoned") = mood;
    }

    /// Number of requests that contained these words.
    fn asked_for(&self, words: &str) -> usize {
        self.asked
            .lock()
            .expect("not poisoned")
            .iter()
            .filter(|asked| asked.contains(words))
            .count()
    }

    fn result(&self, promql: &str) -> Value {
        let cluster = self.cluster;
        let labels = if promql.starts_with("count by (kubernetes_namespace)") {
            json!({ "kubernetes_namespace": "flux-system" })
        } else if promql.starts_with("count by (cluster, customresource_kind)") {
            json!({ "cluster": cluster, "customresource_kind": "Kustomization" })
        } else if promql.contains("workqueue_depth") {
            json!({ "name": "kustomization" })
        } else if promql.contains("gotk_resource_info") {
            json!({ "cluster": cluster, "kind": "Kustomization", "namespace": "apps", "name": "web" })
        } else {
            return json!([]);
        };
        json!([{ "metric": labels, "value": [1, "3"], "values": [[0, "3"], [30, "4"]] }])
    }
}

async fn answer(
    State(endpoint): State<Arc<Endpoint>>,
    Path(api): Path<String>,
    form: String,
) -> impl IntoResponse {
    let form: HashMap<_, _> = url::form_urlencoded::parse(form.as_bytes()).into_owned().collect();
    let promql = form["query"].clone();
    endpoint.asked.lock().expect("not poisoned").push(promql.clone());
    let kind = if api == "query_range" { "matrix" } else { "vector" };
    let data = json!({ "resultType": kind, "result": endpoint.result(&promql) });
    let good = json!({ "status": "success", "data": data }).to_string();
    let mood = *endpoint.mood.lock().expect("not poisoned");
    match mood {
        Mood::Well => (StatusCode::OK, good),
        Mood::Refuses => {
            let error =
                json!({ "status": "error", "errorType": "bad_data", "error": "parse error" });
            (StatusCode::BAD_REQUEST, error.to_string())
        }
        Mood::Unauthorized => (StatusCode::UNAUTHORIZED, String::new()),
        Mood::Garbage => (StatusCode::OK, "<html>Sign in</html>".to_owned()),
        Mood::CutOff => (StatusCode::OK, good[..good.len() / 2].to_owned()),
        Mood::Down => (StatusCode::SERVICE_UNAVAILABLE, String::new()),
    }
}

fn settings(endpoints: &[(&str, &str)]) -> Value {
    let list = endpoints.iter().map(|(name, url)| json!({ "name": name, "url": url }));
    json!({ "prometheus": list.collect::<Value>(), "timeoutSeconds": 5 })
}

const DEPTH: (&str, &str) = ("metric", r#"{ "metric": "queue-depth", "instant": true }"#);

fn params(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn numbers(frame: &Frame) -> Vec<Cell<'_>> {
    frame.field("value").expect("there").cells().collect()
}

#[tokio::test]
async fn identical_expressions_are_sent_once() {
    let (endpoint, url) = Endpoint::start("alpha").await;
    let setup = set_up((4, 10), &settings(&[("eu", &url)])).await;
    let viewers = (0..20).map(async |_| {
        let queries = ["A", "B", "C"].map(|id| query(id, DEPTH.0, &params(DEPTH.1))).into();
        let answers = ask(&setup.plugin, &setup.context, queries).await;
        numbers(&frame(&answers["A"])).len()
    });
    assert_eq!(join_all(viewers).await, [1; 20]);
    assert_eq!(endpoint.asked_for("workqueue_depth"), 1);
    assert_eq!(endpoint.asked_for("count by (kubernetes_namespace)"), 1, "found out once");
}

#[tokio::test]
async fn a_time_series_is_a_frame_per_series_on_the_grid() {
    let (_endpoint, url) = Endpoint::start("alpha").await;
    let setup = set_up((4, 10), &settings(&[("eu", &url)])).await;
    // The endpoint has samples for this hour only.
    let mut hour = query("A", "metric", &json!({ "metric": "queue-depth" }));
    hour.time_range = Some(TimeRange { from_epoch_ms: 0, to_epoch_ms: 3_600_000 });
    let queries = vec![hour];
    let frame = frame(&ask(&setup.plugin, &setup.context, queries).await["A"]);
    assert_eq!(frame.meta.frame_type, FrameType::TimeseriesMulti);
    assert_eq!(frame.rows(), 121, "an hour in steps of the scrape interval");
    assert!(!frame.fields[0].nullable);
    assert_eq!(frame.fields[1].labels["controller"], "kustomization");
    assert_eq!(frame.fields[1].config.display_name_from_ds, "kustomization");
    let values = numbers(&frame);
    assert_eq!(values[..3], [Cell::Number(3.0), Cell::Number(4.0), Cell::Null]);
    assert!(frame.meta.executed_query_string.contains("sum by (name) (workqueue_depth)"));
}

#[tokio::test]
async fn endpoints_are_merged_and_a_failing_one_shows_a_notice() {
    let ((eu, eu_url), (_us, us_url)) = (Endpoint::start("a").await, Endpoint::start("b").await);
    let setup = set_up((4, 10), &settings(&[("eu", &eu_url), ("us", &us_url)])).await;
    let depth = async |cluster: bool| {
        let group_by = if cluster { json!(["cluster"]) } else { json!([]) };
        let params = json!({ "metric": "queue-depth", "instant": true, "groupBy": group_by });
        frame(&ask(&setup.plugin, &setup.context, vec![query("A", "metric", &params)]).await["A"])
    };
    let both = depth(false).await;
    assert_eq!(numbers(&both), [Cell::Number(6.0)]);
    assert!(both.meta.notices.is_empty(), "{:?}", both.meta.notices);
    eu.be(Mood::Down);
    let one = depth(true).await;
    assert_eq!(
        one.field("cluster").expect("there").cell(0),
        Cell::Text("us"),
        "goes by its endpoint"
    );
    assert_eq!(numbers(&one), [Cell::Number(3.0)]);
    let notice = &one.meta.notices[0];
    assert_eq!(notice.severity, Severity::Warning);
    assert!(
        notice.text.contains("\"eu\"") && notice.text.contains("missing here"),
        "{}",
        notice.text
    );
}

#[tokio::test]
async fn each_failure_is_a_clear_error_of_its_query() {
    let cases = [
        (Mood::Refuses, 500, "plugin", "parse error"),
        (Mood::Unauthorized, 401, "downstream", "sign-in"),
        (Mood::Garbage, 502, "downstream", "/api/v1"),
        (Mood::CutOff, 502, "downstream", "not understood"),
        (Mood::Down, 502, "downstream", "503"),
    ];
    let checked = cases.map(async |(mood, status, source, words)| {
        let (endpoint, url) = Endpoint::start("alpha").await;
        let setup = set_up((4, 10), &settings(&[("eu", &url)])).await;
        endpoint.be(mood);
        let queries = vec![
            query("A", DEPTH.0, &params(DEPTH.1)),
            query("B", "not-ready", &json!({})),
            query("C", "configurations", &json!({})),
        ];
        let answers = ask(&setup.plugin, &setup.context, queries).await;
        for ref_id in ["A", "B"] {
            let (got_status, got_source, text) = failure(&answers[ref_id]);
            assert_eq!((got_status, got_source), (status, source), "{mood:?}: {text}");
            assert!(
                text.contains(words) && text.contains("\"eu\""),
                "{words} is missing in: {text}"
            );
        }
        assert_eq!(frame(&answers["C"]).rows(), 10, "none of its business");
    });
    join_all(checked).await;
}

#[tokio::test]
async fn bad_queries_about_metrics_say_what_to_do() {
    let (_endpoint, url) = Endpoint::start("alpha").await;
    let setup = set_up((4, 10), &settings(&[("eu", &url)])).await;
    for (query_type, params, words) in [
        ("metric", json!({}), "one of objects, "),
        ("metric", json!({ "metric": "nonsense" }), "(not \"nonsense\")"),
        (
            "metric",
            json!({ "metric": "cpu", "groupBy": ["kind"] }),
            "out of cluster, namespace, pod",
        ),
        ("metric", json!({ "metric": "cpu", "commits": ["a"] }), "Unknown parameter \"commits\""),
        ("metric", json!({ "metric": "cpu", "instant": "yes" }), "true or false"),
        ("metric", json!({ "metric": "cpu", "quantile": "2" }), "one of 0.99, "),
        ("not-ready", json!({ "subscriptions": ["a"] }), "Known parameters: include, clusters"),
    ] {
        let queries = vec![query("A", query_type, &params)];
        let answers = ask(&setup.plugin, &setup.context, queries).await;
        let (status, source, text) = failure(&answers["A"]);
        assert_eq!((status, source), (400, "downstream"), "{text}");
        assert!(text.contains(words), "{words} is missing in: {text}");
    }
}

#[tokio::test]
async fn without_an_endpoint_readiness_is_azures_and_metrics_are_an_error() {
    let setup = set_up((4, 40), &json!({})).await;
    let queries = vec![
        query("A", "metric", &params(DEPTH.1)),
        query("B", "not-ready", &json!({})),
        query("C", "reconciler-counts", &json!({ "groupBy": ["state"] })),
    ];
    let answers = ask(&setup.plugin, &setup.context, queries).await;
    let (status, source, text) = failure(&answers["A"]);
    assert_eq!((status, source), (400, "downstream"));
    assert!(text.contains("workspaces: auto"), "{text}");
    let failing = frame(&answers["B"]);
    assert!(numbers(&failing).iter().all(|value| *value == Cell::Number(1.0)));
    let notice = &failing.meta.notices[0].text;
    assert!(notice.contains("no Prometheus endpoint is configured"), "{notice}");
    let counts = frame(&answers["C"]);
    let Cell::Integer(count) = counts.fields[0].cell(0) else { panic!("a count") };
    assert_eq!(usize::try_from(count).expect("small"), failing.rows(), "they agree");
}

#[tokio::test]
async fn an_alert_rule_keeps_its_rows_while_an_endpoint_fails() {
    let (endpoint, url) = Endpoint::start("alpha").await;
    let setup = set_up((4, 10), &settings(&[("eu", &url)])).await;
    let asked = async || {
        let queries = vec![query("A", "not-ready", &json!({ "kinds": ["Kustomization"] }))];
        ask(&setup.plugin, &setup.context, queries).await
    };
    let before = frame(&asked().await["A"]);
    let web = |frame: &Frame| {
        frame.field("name").expect("there").cells().any(|name| name == Cell::Text("web"))
    };
    assert!(web(&before));
    endpoint.be(Mood::Down);
    // First the cached answer, which is shared for some seconds, has to expire.
    let stale = async {
        loop {
            let frame = frame(&asked().await["A"]);
            assert!(web(&frame), "the alert goes on");
            let notices = frame.meta.notices.iter();
            if notices.clone().any(|notice| notice.text.contains("is used instead")) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), stale).await.expect("it is said");
}

#[tokio::test]
async fn a_metric_query_without_settings_says_that_settings_are_missing() {
    let setup = set_up((4, 10), &json!({})).await;
    let nothing = data_source("empty", &json!({}));
    let answers = ask(&setup.plugin, &nothing, vec![query("A", "not-ready", &json!({}))]).await;
    assert_eq!(failure(&answers["A"]).0, 400);
    let simulated = demo("demo", 4, 40);
    let answers = ask(&setup.plugin, &simulated, vec![query("A", "not-ready", &json!({}))]).await;
    assert!(frame(&answers["A"]).rows() > 0);
}

#[tokio::test]
async fn the_health_of_the_source_counts_endpoints_that_do_not_answer() {
    let ((eu, eu_url), (us, us_url)) = (Endpoint::start("a").await, Endpoint::start("b").await);
    let health = || vec![query("A", "source-health", &json!({ "check": "endpoints" }))];
    for (moods, expected) in [
        ([Mood::Well, Mood::Well], Some(0.0)),
        ([Mood::Well, Mood::Down], Some(1.0)),
        ([Mood::Down, Mood::Garbage], None),
    ] {
        eu.be(moods[0]);
        us.be(moods[1]);
        // This data source has no state of the endpoints from earlier queries.
        let setup = set_up((4, 10), &settings(&[("eu", &eu_url), ("us", &us_url)])).await;
        let answers = ask(&setup.plugin, &setup.context, health()).await;
        match expected {
            Some(count) => {
                let frame = frame(&answers["A"]);
                assert_eq!(numbers(&frame), [Cell::Number(count)], "{moods:?}");
            }
            // An alert rule fires if it treats errors as alerts.
            None => assert_eq!(failure(&answers["A"]).1, "downstream"),
        }
    }
}
