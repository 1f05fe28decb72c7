//! The client against Prometheus itself, where it is installed.

use azuregitops::azure::{Http, HttpOptions, UpstreamError};
use azuregitops::domain::UtcMillis;
use azuregitops::prometheus::{Auth, Grid, PrometheusClient};
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::{Instant, timeout};
use url::Url;

/// Everything begins here, in seconds.
const START: i64 = 1_790_000_000;
const METRICS: &str = "# TYPE a gauge
a{x=\"nan\"} NaN 1790000000
a{x=\"nan\"} 1 1790000060
a{x=\"inf\"} +Inf 1790000000
a{x=\"inf\"} -Inf 1790000060
a{x=\"short\"} 0.1 1790000000
# EOF
";

/// Gone with its data when dropped.
struct Server {
    client: PrometheusClient,
    process: Child,
    data: TempDir,
}

impl Server {
    async fn stop(mut self) {
        self.process.kill().await.expect("ends");
        self.data.close().expect("removed");
    }
}

/// `None`: it isn't installed.
async fn start() -> Option<Server> {
    let data = tempfile::tempdir().expect("a folder");
    let file = |name: &str| data.path().join(name);
    std::fs::write(file("metrics"), METRICS).expect("written");
    std::fs::write(file("config"), "{}").expect("written");
    let blocks = Command::new("promtool")
        .args(["tsdb", "create-blocks-from", "openmetrics"])
        .args([file("metrics"), file("data")])
        .output();
    let (Ok(blocks), true) =
        (blocks.await, Command::new("prometheus").arg("--version").output().await.is_ok())
    else {
        eprintln!("prometheus and promtool are not installed: skipped");
        return None;
    };
    assert!(blocks.status.success(), "{}", String::from_utf8_lossy(&blocks.stderr));
    let mut process = Command::new("prometheus")
        .arg(format!("--config.file={}", file("config").display()))
        .arg(format!("--storage.tsdb.path={}", file("data").display()))
        .args(["--storage.tsdb.retention.time=100y", "--web.listen-address=127.0.0.1:0"])
        .arg("--query.max-samples=1000")
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("starts");
    let mut lines = BufReader::new(process.stderr.take().expect("piped")).lines();
    let mut address = None;
    let begun = async {
        while let Some(line) = lines.next_line().await.expect("readable") {
            if line.contains("Listening on") {
                address = line.split("address=").nth(1).map(|rest| rest.trim().to_owned());
            }
            if line.contains("ready to receive web requests") {
                return;
            }
        }
        panic!("it ended");
    };
    timeout(Duration::from_secs(30), begun).await.expect("ready");
    // Whatever it still says is read, or it would wait for that.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    let url = Url::parse(&format!("http://{}", address.expect("an address"))).expect("URL");
    let http = Http::new(&HttpOptions::default()).expect("client");
    let client = PrometheusClient::new(http, "real", url, Auth::None);
    Some(Server { client, process, data })
}

fn grid(start_millis: i64, step_millis: u64, points: usize) -> Grid {
    let start = UtcMillis(START * 1_000 + start_millis);
    Grid { start, step: Duration::from_millis(step_millis), points }
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(30)
}

#[tokio::test]
async fn a_real_prometheus_is_understood() {
    let Some(server) = start().await else { return };
    let client = &server.client;

    // A second after minutes -1 to 8: a sample is good for five minutes.
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

    // Steps and starts that are no whole seconds: no sample is beside the grid.
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

    let labels = client.labels(&["a"], at(-60), at(60), soon()).await.expect("names");
    assert_eq!(labels.items, ["__name__", "x"]);
    let series = client.series("a{x=~'n.*|s.*'}", at(-60), at(60), soon()).await.expect("series");
    let found: Vec<_> = series.items.iter().map(|labels| labels.get("x")).collect();
    assert_eq!(found, ["nan", "short"]);
    assert!(client.build_info(soon()).await.expect("a version").is_some());
    server.stop().await;
}

#[tokio::test]
async fn a_real_prometheus_says_what_is_wrong() {
    let Some(server) = start().await else { return };
    let client = &server.client;
    let error = client.instant("sum(", UtcMillis(START * 1_000), soon()).await;
    let error = error.expect_err("no PromQL").to_string();
    assert!(error.contains("(400): bad_data: invalid parameter \"query\""), "{error}");
    let error = client.range("a or a", &grid(0, 1, 1_000), Duration::ZERO, soon()).await;
    let error = error.expect_err("too many samples");
    assert!(matches!(error, UpstreamError::Refused { status: 422, .. }), "{error}");
    assert!(error.to_string().contains("execution: query processing would load too many samples"));
    server.stop().await;
}
