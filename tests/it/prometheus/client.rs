//! The client, tested against a real Prometheus.

use super::RealPrometheus;
use azuregitops::prometheus::{Auth, Grid, PrometheusClient};
use azuregitops::upstream::{Http, HttpOptions, UpstreamError};
use flux::UtcMillis;
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// Time of the first sample, in seconds.
const START: i64 = 1_790_000_000;
const METRICS: &str = "# TYPE a gauge
a{x=\"nan\"} NaN 1790000000
a{x=\"nan\"} 1 1790000060
a{x=\"inf\"} +Inf 1790000000
a{x=\"inf\"} -Inf 1790000060
a{x=\"short\"} 0.1 1790000000
";

async fn start() -> (RealPrometheus, PrometheusClient) {
    let server = RealPrometheus::with(METRICS, &["--query.max-samples=1000"]).await;
    let url = Url::parse(server.url()).expect("URL");
    let http = Http::new(&HttpOptions::default()).expect("client");
    let client = PrometheusClient::new(http, "real", url, Auth::None);
    (server, client)
}

fn grid(start_millis: i64, step_millis: u64, points: usize) -> Grid {
    let start = UtcMillis(START * 1_000 + start_millis);
    Grid { start, step: Duration::from_millis(step_millis), points }
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(30)
}

#[tokio::test]
async fn replies_of_a_real_prometheus_are_read() {
    let (_server, client) = start().await;

    // The points are a second after the minutes -1 to 8. A sample is valid for five minutes.
    let reply = client.range("a", &grid(-59_000, 60_000, 10), Duration::ZERO, soon()).await;
    let reply = reply.expect("series");
    assert_eq!((reply.left_out, reply.warnings.len()), (0, 0));
    let shown = |values: &[f64]| values.iter().map(f64::to_string).collect::<Vec<_>>().join(" ");
    let series: Vec<_> = reply
        .items
        .iter()
        .map(|series| format!("{}: {}", series.labels.get("x"), shown(&series.values)))
        .collect();
    assert_eq!(
        series,
        [
            "inf: NaN inf -inf -inf -inf -inf -inf NaN NaN NaN",
            "nan: NaN NaN 1 1 1 1 1 NaN NaN NaN",
            "short: NaN 0.1 0.1 0.1 0.1 0.1 NaN NaN NaN NaN",
        ]
    );

    // Steps and starts that aren't whole seconds: every sample lies on the grid.
    for (start, step) in [(0, 333), (1, 1), (7, 1_001), (999, 29)] {
        let grid = grid(start, step, 50);
        let reply = client.range("a{x='short'}", &grid, Duration::ZERO, soon()).await;
        let reply = reply.expect("series");
        assert_eq!(reply.warnings, Vec::<String>::new(), "{start} {step}");
        assert!(reply.items[0].values.iter().all(|value| (value - 0.1).abs() < 1e-9), "{step}");
    }

    let at = |seconds: i64| UtcMillis((START + seconds) * 1_000 + 500);
    let reply = client.instant("a{x!='nan'}", at(0), soon()).await.expect("samples");
    let found: Vec<_> =
        reply.items.iter().map(|sample| (sample.labels.get("x"), sample.value)).collect();
    assert_eq!(found, [("inf", f64::INFINITY), ("short", 0.1)]);
    assert!(client.instant("a", at(900), soon()).await.expect("none").items.is_empty());

    assert!(client.build_info(soon()).await.expect("a version").is_some());
}

#[tokio::test]
async fn errors_of_a_real_prometheus_are_read() {
    let (_server, client) = start().await;
    let error = client.instant("sum(", UtcMillis(START * 1_000), soon()).await;
    let error = error.expect_err("no PromQL").to_string();
    assert!(error.contains("(400): bad_data: invalid parameter \"query\""), "{error}");
    let error = client.range("a or a", &grid(0, 1, 1_000), Duration::ZERO, soon()).await;
    let error = error.expect_err("too many samples");
    assert!(matches!(error, UpstreamError::Refused { status: 422, .. }), "{error}");
    assert!(error.to_string().contains("execution: query processing would load too many samples"));
}
