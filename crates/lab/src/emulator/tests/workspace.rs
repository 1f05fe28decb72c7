//! Azure Monitor workspaces and the metrics in them.

use super::*;
use fleet::metrics::{FluxGeneration, MetricsOptions};

async fn with_metrics() -> Emulator {
    emulator(FleetSpec { clusters: 6, configurations: 60, seed: 1 }, |options| {
        options.metrics =
            MetricsOptions { generation: FluxGeneration::Flux21, kube_state_metrics: true };
    })
    .await
}

/// URL of a workspace that has clusters, as Resource Graph returns it.
async fn endpoint(emulator: &Emulator) -> String {
    let query = "resources | where type =~ 'microsoft.monitor/accounts' | project location, url = tostring(properties.metrics.prometheusQueryEndpoint)";
    let (_, body) = ask(emulator, json!({ "query": query })).await;
    let clusters = "resources | where type =~ 'microsoft.containerservice/managedclusters' | project location | limit 1";
    let (_, clusters) = ask(emulator, json!({ "query": clusters })).await;
    let location = &clusters["data"][0]["location"];
    let rows = body["data"].as_array().expect("rows");
    assert_eq!(rows.len(), 6);
    let row = rows.iter().find(|row| row["location"] == *location).expect("a workspace");
    row["url"].as_str().expect("a URL").to_owned()
}

async fn get(url: &str) -> (u16, Value) {
    let response = client().get(url).send().await.expect("an answer");
    (response.status().as_u16(), json(response).await)
}

fn form(parameters: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish()
}

async fn post(url: &str, parameters: &[(&str, &str)]) -> (u16, Value) {
    let request = client().post(url).header("content-type", "application/x-www-form-urlencoded");
    let response = request.body(form(parameters)).send().await.expect("an answer");
    (response.status().as_u16(), json(response).await)
}

#[tokio::test]
async fn a_workspace_answers_queries_about_the_clusters_of_its_region() {
    let emulator = with_metrics().await;
    let url = endpoint(&emulator).await;
    assert!(url.starts_with(&format!("{}/amw-fleet-", emulator.base_url())), "{url}");
    let query = "count by (cluster) (up)";
    let (status, posted) = post(&format!("{url}/api/v1/query"), &[("query", query)]).await;
    assert_eq!((status, &posted["data"]["resultType"]), (200, &json!("vector")));
    let clusters = posted["data"]["result"].as_array().expect("series").len();
    assert!((1..6).contains(&clusters), "{posted}");
    let got = get(&format!("{url}/api/v1/query?{}", form(&[("query", query)]))).await;
    assert_eq!(got, (200, posted));
    let range = [
        ("query", "sum by (kind) (rate(gotk_reconcile_duration_seconds_count[5m]))"),
        ("start", "1789996400"),
        ("end", "2026-09-21T14:13:20Z"),
        ("step", "1m"),
    ];
    let (status, body) = post(&format!("{url}/api/v1/query_range"), &range).await;
    assert_eq!((status, &body["data"]["resultType"]), (200, &json!("matrix")));
    let series = &body["data"]["result"][0];
    assert_eq!(series["values"].as_array().map(Vec::len), Some(61), "{series}");
    assert!(series["metric"]["kind"].is_string());
    let (_, body) = get(&format!("{url}/api/v1/query?query=time()&time=1.5")).await;
    assert_eq!(body["data"], json!({ "resultType": "scalar", "result": [1.5, "1.5"] }));
    assert_eq!(emulator.stats().count(Route::Prometheus, 200), 4);
}

#[tokio::test]
async fn a_workspace_lists_series_and_names_but_no_other_values() {
    let emulator = with_metrics().await;
    let url = endpoint(&emulator).await;
    let (_, names) = get(&format!("{url}/api/v1/label/__name__/values")).await;
    let names = names["data"].as_array().expect("names");
    assert!(names.contains(&json!("gotk_reconcile_condition")) && names.contains(&json!("up")));
    let (_, labels) = get(&format!("{url}/api/v1/labels")).await;
    assert!(labels["data"].as_array().expect("labels").contains(&json!("kubernetes_namespace")));
    let series = format!("{url}/api/v1/series");
    let (status, body) =
        post(&series, &[("match[]", "up"), ("match[]", "go_info{cluster!=\"x\"}")]).await;
    let listed = body["data"].as_array().expect("series");
    let of = |name: &str| listed.iter().filter(|series| series["__name__"] == name).count();
    assert_eq!(status, 200);
    assert!(of("up") > of("go_info") && of("go_info") > 0, "{body}");
    for (parameters, said) in [
        (vec![], "no match[] parameter provided"),
        (vec![("match[]", "{cluster=\"x\"}")], "A metric name is required"),
        (vec![("match[]", "up{cluster=~\"x.*\"}")], "by a regular expression"),
    ] {
        let (status, body) = post(&series, &parameters).await;
        let text = body["error"].as_str().expect("text");
        assert!(status == 400 && text.contains(said), "{body}");
    }
    for path in ["label/cluster/values", "status/buildinfo", "rules", "metadata", "nothing"] {
        assert_eq!(get(&format!("{url}/api/v1/{path}")).await.0, 404, "{path}");
    }
    let nowhere = format!("{}/amw-nowhere/api/v1/query?query=up", emulator.base_url());
    assert_eq!(get(&nowhere).await.0, 404);
}

#[tokio::test]
async fn a_workspace_refuses_with_its_own_messages() {
    let emulator = with_metrics().await;
    let url = endpoint(&emulator).await;
    let range = async |query: &str, hours: i64, step: &str| {
        let end = NOW.0 / 1000;
        let (start, end) = ((end - hours * 3600).to_string(), end.to_string());
        let parameters = [("query", query), ("start", &*start), ("end", &*end), ("step", step)];
        let (status, body) = post(&format!("{url}/api/v1/query_range"), &parameters).await;
        (status, body["error"].as_str().unwrap_or_default().to_owned())
    };
    for (query, hours, step, status, said) in [
        ("up", 32 * 24, "3600", 200, ""),
        ("up", 32 * 24 + 1, "3600", 400, "time range cannot exceed 32 days"),
        ("sum(max_over_time(up[1h]))", 32 * 24, "3600", 400, "time range cannot exceed 32 days"),
        ("up offset 1h", 32 * 24, "3600", 400, "time range cannot exceed 32 days"),
        ("up", -1, "60", 400, "Invalid time range"),
        ("count(up)", 47, "30", 200, ""),
        ("count(up)", 48, "60", 200, ""),
        ("count(up)", 48, "59", 400, "60 seconds or more"),
        ("{cluster=\"a\"}", 1, "60", 400, "A metric name is required"),
        ("sum(up) + count({job=\"a\"})", 1, "60", 400, "A metric name is required"),
        ("sum(", 1, "60", 400, "invalid parameter \"query\": parse error: "),
        ("up", 1, "0", 400, "zero or negative query resolution"),
        ("up", 1, "soon", 400, "cannot parse \"soon\" to a valid duration"),
        ("up", 24, "1", 400, "exceeded maximum resolution of 11,000 points"),
        ("up * on (cluster) up", 1, "60", 422, "found duplicate series for the match group"),
    ] {
        let (got, text) = range(query, hours, step).await;
        assert_eq!(got, status, "{query} {hours} {step}: {text}");
        assert!(text.contains(said), "{query} {hours} {step}: {text}");
    }
    let (status, body) = get(&format!("{url}/api/v1/query?query=up[33d]")).await;
    assert_eq!((status, &body["errorType"]), (400, &json!("Bad Request")));
    let (status, _) = get(&format!("{url}/api/v1/query?query=up&time=yesterday")).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn a_workspace_requires_a_token_with_its_own_audience() {
    let emulator = emulator(FleetSpec::default(), |options| options.require_token = true).await;
    let workspace = emulator.options().fleet.workspaces().next().expect("a workspace");
    let url = format!("{}/api/v1/query?query=vector(1)", workspace.query_endpoint);
    let ask = async |authorization: Option<&str>| {
        let mut request = client().get(&url);
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        let response = request.send().await.expect("an answer");
        (response.status().as_u16(), json(response).await["error"]["code"].clone())
    };
    let token = async |resource: &str| {
        let url =
            format!("{}/metadata/identity/oauth2/token?resource={resource}", emulator.base_url());
        let response =
            client().get(url).header("Metadata", "true").send().await.expect("an answer");
        format!("Bearer {}", json(response).await["access_token"].as_str().expect("a token"))
    };
    assert_eq!(ask(None).await, (401, json!("AuthenticationFailed")));
    let other = token("https://management.azure.com").await;
    assert_eq!(ask(Some(&other)).await, (401, json!("InvalidAuthenticationTokenAudience")));
    let right = token("https://prometheus.monitor.azure.com/.default").await;
    assert_eq!(ask(Some(&right)).await, (200, Value::Null));
}

#[tokio::test]
async fn a_workspace_fails_on_request() {
    let emulator = with_metrics().await;
    let url = format!("{}/api/v1/query?query=up", endpoint(&emulator).await);
    emulator.set_faults(Faults {
        prometheus: vec![
            Fault::once(FaultKind::Throttled {
                retry_after_seconds: Some(3),
                resets_after_seconds: None,
            }),
            Fault::once(FaultKind::ServerError { status: 503 }),
            Fault::once(FaultKind::Forbidden),
        ],
        ..Faults::default()
    });
    let throttled = client().get(&url).send().await.expect("an answer");
    assert_eq!(
        (throttled.status().as_u16(), &throttled.headers()["retry-after"]),
        (429, &"3".parse().expect("a header"))
    );
    for status in [503, 403, 200] {
        assert_eq!(get(&url).await.0, status);
    }
    let stats = emulator.stats();
    assert_eq!((stats.count(Route::Prometheus, 429), stats.total(Route::Prometheus)), (1, 4));
}

#[tokio::test]
async fn endpoints_show_their_metrics() {
    let emulator = with_metrics().await;
    let base = emulator.base_url();
    let response = client()
        .get(format!(
            "{base}/_emulator/targets?scheme=podMonitor&job=podMonitor/monitoring/flux-system/0"
        ))
        .send()
        .await
        .expect("an answer");
    let targets = json(response).await;
    let targets = targets.as_array().expect("targets");
    assert_eq!(targets.len(), 36);
    let path = targets[0]["labels"]["__metrics_path__"].as_str().expect("a path");
    let page = client().get(format!("{base}{path}")).send().await.expect("an answer");
    assert!(page.headers()["content-type"].to_str().expect("text").starts_with("text/plain"));
    let page = page.text().await.expect("text");
    assert!(page.contains("\ngotk_reconcile_condition{kind=\""), "{page}");
    for path in ["nowhere/source-controller", "aks-fra-001/nothing"] {
        let url = format!("{base}/_emulator/metrics/{path}");
        assert_eq!(get(&url).await.0, 404);
    }
    for path in [
        "prometheus.yml",
        "prometheus.yml?scheme=x",
        "targets?scheme=plain",
        "prometheus.yml?scheme=plain&interval=0s",
    ] {
        assert_eq!(get(&format!("{base}/_emulator/{path}")).await.0, 400, "{path}");
    }
}

#[test]
fn a_fast_clock_runs_ahead() {
    assert_eq!(Clock::fast(1), Clock::System);
    let clock = Clock::Fast { since: UtcMillis(Clock::System.now().0 - 1000), times: 100 };
    let ahead = clock.now().0 - Clock::System.now().0;
    assert!((99_000..160_000).contains(&ahead), "{ahead}");
}
