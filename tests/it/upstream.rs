//! The plugin over gRPC with a simulated Azure that may fail.

use crate::support::{EXECUTABLE, ask, failure, frame, query};
use azuregitops::plugin::wire::data_client::DataClient;
use azuregitops::plugin::wire::{PluginContext, QueryDataRequest};
use fleet::{Fleet, FleetSpec};
use flux::{Coverage, UtcMillis};
use frame::{Cell, Frame, Severity};
use futures::future::join_all;
use grafana_plugin_sdk::pluginv2::check_health_response::HealthStatus;
use lab::emulator::{EmulatorOptions, Fault, FaultKind, Faults};
use lab::{Ended, PluginProcess, SimulatedAzure};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

/// Longer than anything here takes. A test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(60);
/// Number of requests for faults that don't end within a test.
const ALWAYS: u32 = 10_000;

/// A simulated Azure, and a plugin with a data source for it.
pub struct Setup {
    pub azure: SimulatedAzure,
    pub plugin: PluginProcess,
    pub context: PluginContext,
}

/// A fleet of this size, and a plugin with these settings.
pub async fn set_up((clusters, configurations): (u32, u32), settings: &Value) -> Setup {
    let spec = FleetSpec { clusters, configurations, seed: 1 };
    set_up_for(EmulatorOptions::from(spec), settings).await
}

pub async fn set_up_for(options: EmulatorOptions, settings: &Value) -> Setup {
    let azure = SimulatedAzure::start(options).await.expect("a free port");
    let environment = azure.environment().into_iter().map(|(name, value)| (name, value.into()));
    let plugin = PluginProcess::start(Path::new(EXECUTABLE), environment).await.expect("starts");
    let mut context = azure.data_source();
    let mut json_data = settings.clone();
    json_data["azureCredentials"] = json!({ "authType": "msi" });
    context.data_source.as_mut().expect("there").json_data = json_data.to_string().into();
    Setup { azure, plugin, context }
}

/// Sends a query that waits for Azure, and stops the plugin meanwhile.
async fn stop_during_a_query(wait: Duration) -> (Result<i32, tonic::Code>, Ended) {
    let setup = set_up((4, 10), &json!({})).await;
    let millis = u64::try_from(wait.as_millis()).expect("short");
    let fault = Fault::times(ALWAYS, FaultKind::Slow { millis });
    setup.azure.emulator().set_faults(Faults { arg: vec![fault], ..Faults::default() });
    let mut client = DataClient::new(setup.plugin.channel());
    let request = QueryDataRequest {
        plugin_context: Some(setup.context.clone()),
        headers: HashMap::new(),
        queries: vec![query("A", "configurations", &json!({}))],
    };
    let asked = tokio::spawn(async move { client.query_data(request).await });
    let reached = async {
        while setup.azure.emulator().stats().max_concurrent == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, reached).await.expect("Azure is asked");
    let ended = setup.plugin.stop().await.expect("can be waited for");
    let answer = asked.await.expect("no panic").map_err(|status| status.code());
    (answer.map(|answer| answer.into_inner().responses["A"].status), ended)
}

#[tokio::test]
async fn a_stop_lets_requests_in_flight_end() {
    let (answer, ended) = stop_during_a_query(Duration::from_millis(200)).await;
    assert_eq!(answer, Ok(200));
    assert_eq!(ended.status.and_then(|status| status.code()), Some(0), "{}", ended.stderr);
}

#[tokio::test]
async fn a_stop_does_not_wait_for_ever() {
    let (answer, ended) = stop_during_a_query(Duration::from_secs(3_600)).await;
    assert!(answer.is_err(), "{answer:?}");
    let status = ended.status.expect("it ended before the host would have killed it");
    assert_eq!(status.code(), Some(0), "{}", ended.stderr);
}

/// Sum of a counts frame.
fn total(frame: &Frame) -> i64 {
    let cells = frame.fields.iter().map(|field| field.cell(0));
    cells.map(|cell| if let Cell::Integer(number) = cell { number } else { 0 }).sum()
}

#[tokio::test]
async fn many_panels_and_viewers_cost_one_listing_and_agree() {
    let setup = set_up((40, 5_000), &json!({})).await;
    let viewers = (0..20).map(async |_| {
        let queries = vec![
            query("table", "configurations", &json!({ "limit": 100_000 })),
            query("count", "configuration-counts", &json!({})),
            query("alert", "failing-configurations", &json!({ "include": "all" })),
            query("extensions", "extensions", &json!({})),
            query("extensionCount", "extension-counts", &json!({})),
            query("byCluster", "configuration-counts", &json!({ "groupBy": ["cluster"] })),
            query(
                "byCommit",
                "configuration-counts",
                &json!({ "groupBy": ["sourceSyncedCommitId"] }),
            ),
            query(
                "objects",
                "configuration-objects",
                &json!({ "complianceStates": ["Non-Compliant"] }),
            ),
            query("kustomizations", "kustomizations", &json!({ "limit": 100 })),
            query("failingExtensions", "failing-extensions", &json!({})),
            query("failingObjects", "failing-objects", &json!({})),
            query("values", "values", &json!({ "dimension": "cluster" })),
        ];
        let answers = ask(&setup.plugin, &setup.context, queries).await;
        (frame(&answers["table"]).rows(), total(&frame(&answers["count"])))
    });
    for (rows, counted) in join_all(viewers).await {
        assert_eq!((rows, counted), (5_000, 5_000));
    }
    let requests = setup.azure.requests();
    // 5,040 rows make six pages; the names of the subscriptions make one more.
    assert_eq!((requests.queries, requests.tokens), (7, 1));
    assert!(requests.resources <= 400, "conditions of what isn't Compliant: {requests}");
}

#[tokio::test]
async fn clusters_are_listed_only_after_a_query_needs_them() {
    let setup = set_up((4, 3), &json!({})).await;
    let asked = async |query_type: &str| {
        let queries = vec![query("A", query_type, &json!({}))];
        frame(&ask(&setup.plugin, &setup.context, queries).await["A"])
    };
    asked("configurations").await;
    assert_eq!(setup.azure.requests().queries, 2, "the fleet, and the subscriptions' names");
    let viewers = (0..20).map(|_| asked("coverage-counts"));
    let spec = FleetSpec { clusters: 4, configurations: 3, seed: 1 };
    let truth = Fleet::generate(spec).truth(UtcMillis(0)).coverage;
    for counts in join_all(viewers).await {
        let counted = counts.fields.iter().map(|field| (&*field.labels["coverage"], field.cell(0)));
        let expected = Coverage::KNOWN.map(|coverage| {
            let count = truth.get(&coverage).copied().unwrap_or_default();
            (coverage.as_str(), Cell::Integer(i64::try_from(count).expect("small")))
        });
        assert_eq!(counted.collect::<Vec<_>>(), expected);
    }
    let table = asked("coverage").await;
    assert_eq!(table.rows(), truth.values().sum::<usize>());
    assert!(table.meta.executed_query_string.contains("microsoft.kubernetes/connectedclusters"));
    for field in ["location", "kubernetesVersion", "connectivity"] {
        let known = table.field(field).expect("there").cells().filter(|cell| *cell != Cell::Null);
        assert_eq!(known.count(), table.rows(), "{field} of AKS and Arc clusters");
    }
    assert_eq!(setup.azure.requests().queries, 3, "the clusters, once for all");
}

#[tokio::test]
async fn clusters_that_cannot_be_read_are_an_error_of_coverage_alone() {
    let setup = set_up((4, 30), &json!({})).await;
    ask(&setup.plugin, &setup.context, vec![query("A", "extensions", &json!({}))]).await;
    let fault = Fault::times(ALWAYS, FaultKind::Forbidden);
    setup.azure.emulator().set_faults(Faults { arg: vec![fault], ..Faults::default() });
    let queries =
        vec![query("A", "coverage-counts", &json!({})), query("B", "extension-counts", &json!({}))];
    let answers = ask(&setup.plugin, &setup.context, queries).await;
    // A wrong number of clusters without Flux would be worse than none: an alert on it would turn Normal.
    let (status, source, text) = failure(&answers["A"]);
    assert_eq!((status, source), (403, "downstream"), "{text}");
    assert!(
        text.starts_with("The clusters could not be read") && text.contains("Reader"),
        "{text}"
    );
    assert!(frame(&answers["B"]).meta.notices.is_empty(), "none of its business");
}

#[tokio::test]
async fn upstream_errors_are_reported_for_each_query() {
    let throttled = FaultKind::Throttled {
        retry_after_seconds: Some(3_600),
        resets_after_seconds: Some(3_600),
    };
    let cases = [
        ("arg", FaultKind::Forbidden, 403, "downstream", "Reader"),
        ("arg", throttled, 429, "downstream", "throttling"),
        ("arg", FaultKind::Garbage, 500, "plugin", "not understood"),
        ("arg", FaultKind::ServerError { status: 503 }, 502, "downstream", "503"),
        ("token", FaultKind::Forbidden, 403, "downstream", "the Azure identity refused"),
    ];
    let checked = cases.map(async |(route, kind, status, source, words)| {
        let setup = set_up((4, 10), &json!({ "timeoutSeconds": 20 })).await;
        let fault = vec![Fault::times(ALWAYS, kind)];
        setup.azure.emulator().set_faults(match route {
            "token" => Faults { token: fault, ..Faults::default() },
            _ => Faults { arg: fault, ..Faults::default() },
        });
        let queries = vec![
            query("A", "configurations", &json!({})),
            query("B", "failing-configurations", &json!({})),
        ];
        let answers = ask(&setup.plugin, &setup.context, queries).await;
        for ref_id in ["A", "B"] {
            let (got_status, got_source, text) = failure(&answers[ref_id]);
            assert_eq!((got_status, got_source), (status, source), "{text}");
            assert!(text.contains(words), "{words} is missing in: {text}");
        }
    });
    join_all(checked).await;
}

#[tokio::test]
async fn after_a_good_reading_failures_are_warnings() {
    let setup = set_up((4, 30), &json!({ "cacheSeconds": 5, "maxStaleSeconds": 600 })).await;
    let answer = async || {
        let queries = vec![query("A", "configurations", &json!({}))];
        frame(&ask(&setup.plugin, &setup.context, queries).await["A"])
    };
    assert!(answer().await.meta.notices.iter().all(|notice| notice.severity == Severity::Info));
    let fault = Fault::times(ALWAYS, FaultKind::Forbidden);
    setup.azure.emulator().set_faults(Faults { arg: vec![fault], ..Faults::default() });
    let stale = async {
        loop {
            let frame = answer().await;
            assert_eq!(
                frame.rows(),
                30,
                "a fleet is never shown as empty because a request failed"
            );
            let warning =
                frame.meta.notices.iter().find(|notice| notice.severity == Severity::Warning);
            if let Some(warning) = warning {
                return warning.text.clone();
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let warning = tokio::time::timeout(PATIENCE, stale).await.expect("in time");
    assert!(warning.contains("Reader") && warning.contains(" s old"), "{warning}");
    let metrics = setup.plugin.metrics().await.expect("metrics");
    for expected in [
        "azuregitops_upstream_requests_total{upstream=\"arg\",status=\"403\"}",
        "azuregitops_upstream_requests_total{upstream=\"identity\",status=\"200\"} 1\n",
        "azuregitops_inventory_refresh_duration_seconds_count{outcome=\"success\"} 1\n",
        "azuregitops_inventory_refresh_duration_seconds_count{outcome=\"failure\"}",
    ] {
        assert!(metrics.contains(expected), "{expected} is missing in\n{metrics}");
    }
}

#[tokio::test]
async fn save_and_test_names_the_subscriptions_that_are_not_visible() {
    let spec = FleetSpec { clusters: 4, configurations: 30, seed: 1 };
    let fleet = Fleet::generate(spec);
    let ids: Vec<String> = fleet.subscriptions().iter().map(|one| one.id.to_string()).collect();
    let hidden = vec![ids[1].clone()];
    let options =
        EmulatorOptions { unreadable_subscriptions: hidden, ..EmulatorOptions::from(spec) };
    let setup = set_up_for(options, &json!({ "subscriptions": &ids[..2] })).await;
    let check = async || {
        let health = setup.plugin.check_health(setup.context.clone()).await.expect("an answer");
        let details: Value = serde_json::from_slice(&health.json_details).expect("JSON");
        (health.status(), health.message, details)
    };
    let (status, message, details) = check().await;
    assert_eq!(status, HealthStatus::Ok, "{message}");
    assert!(message.contains("as the managed identity: 1 subscription, "), "{message}");
    assert!(
        message.contains(&format!("nothing is visible of subscription {}", ids[1])),
        "{message}"
    );
    assert_eq!(details["identity"], "the managed identity");
    assert!(details["cloud"].is_string(), "{details}");
    assert_eq!(details["resourceGraph"]["missingSubscriptions"], json!([ids[1]]));
    assert_eq!(setup.azure.requests().queries, 2, "one listing, and the subscriptions' names");
}

#[tokio::test]
async fn save_and_test_names_the_missing_role() {
    let setup = set_up((4, 30), &json!({})).await;
    let fault = Fault::times(ALWAYS, FaultKind::Forbidden);
    setup.azure.emulator().set_faults(Faults { arg: vec![fault], ..Faults::default() });
    let health = setup.plugin.check_health(setup.context.clone()).await.expect("an answer");
    assert_eq!(health.status(), HealthStatus::Error);
    assert!(health.message.contains("Reader or Monitoring Reader role"), "{}", health.message);
    let details: Value = serde_json::from_slice(&health.json_details).expect("JSON");
    assert_eq!(details["resourceGraph"], json!({ "ok": false, "status": 403 }));
}

#[tokio::test]
async fn save_and_test_asks_every_prometheus_endpoint() {
    // One Prometheus without any Flux metrics, and one that doesn't exist.
    let empty = r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#;
    let build = r#"{"status":"success","data":{"version":"2.53.0"}}"#;
    let router = axum::Router::new()
        .route("/prom/api/v1/query", axum::routing::post(async move || empty))
        .route("/prom/api/v1/status/buildinfo", axum::routing::get(async move || build));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("port");
    let url = format!("http://{}/prom/", listener.local_addr().expect("address"));
    tokio::spawn(axum::serve(listener, router).into_future());
    let good = json!({ "name": "eu", "url": url });
    let bad = json!({ "name": "us", "url": "http://127.0.0.1:1" });
    for (endpoints, expected) in
        [(json!([good]), HealthStatus::Ok), (json!([good, bad]), HealthStatus::Error)]
    {
        let setup = set_up((4, 30), &json!({ "prometheus": endpoints })).await;
        let health = setup.plugin.check_health(setup.context.clone()).await.expect("an answer");
        assert_eq!(health.status(), expected, "{}", health.message);
        let details: Value = serde_json::from_slice(&health.json_details).expect("JSON");
        assert_eq!(details["resourceGraph"]["ok"], true);
        assert_eq!(
            details["prometheus"][0],
            json!({ "name": "eu", "ok": true, "version": "2.53.0", "generation": "noFlux", "labels": null })
        );
        assert!(health.message.contains("\"eu\" (version 2.53.0) works: no Flux metrics"));
        if expected == HealthStatus::Error {
            assert_eq!(details["prometheus"][1]["status"], 502);
            assert!(health.message.contains("\"us\" cannot be reached"), "{}", health.message);
        }
    }
}
