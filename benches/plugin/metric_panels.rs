//! Twenty panels about metrics at once, over real gRPC, from a Prometheus that answers immediately. Measures the cost
//! of sending, decoding, merging and writing.

use crate::process::request;
use axum::Router;
use axum::routing::post;
use azuregitops::plugin::wire::{PluginContext, QueryDataRequest};
use azuregitops::query::metrics;
use fleet::FleetSpec;
use grafana_plugin_sdk::pluginv2::{DataQuery, TimeRange};
use hdrhistogram::Histogram;
use lab::emulator::EmulatorOptions;
use lab::{PluginProcess, SimulatedAzure};
use serde_json::json;
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

const EXECUTABLE: &str = env!("CARGO_BIN_EXE_gpx_azuregitops");
const PANELS: usize = 20;
const TURNS: i64 = 100;
const SERIES: usize = 50;
const POINTS: i64 = 120;
const STEP_SECONDS: i64 = 30;
/// Start of the first range, in seconds; a multiple of the step.
const START: i64 = 1_790_000_010;

pub fn run(runtime: &tokio::runtime::Runtime) {
    runtime.block_on(async {
        println!(
            "\nMetric panels over gRPC, {SERIES} series of {} points each, {TURNS} turns",
            POINTS + 1
        );
        println!("{:>18} {:>18} {:>10}", "1 panel p50/p99", "20 panels", "per panel");
        let [one, all] = times().await;
        let pair = |times: &Histogram<u64>| {
            let at = |q| Duration::from_nanos(times.value_at_quantile(q)).as_secs_f64() * 1e3;
            format!("{:.2} / {:.2}", at(0.5), at(0.99))
        };
        let median = |times: &Histogram<u64>| {
            Duration::from_nanos(times.value_at_quantile(0.5)).as_secs_f64()
        };
        let each = median(&all) / median(&one) / 20.0;
        println!("{:>18} {:>18} {each:>10.2}", pair(&one), pair(&all));
        println!(
            "  times in milliseconds; per panel: a twentieth of all, to one alone, at the median"
        );
    });
}

/// Times of one panel, and of all panels in one request, measured in turns. Each turn queries a different time range.
async fn times() -> [Histogram<u64>; 2] {
    let url = serve().await;
    let spec = FleetSpec { clusters: 4, configurations: 10, seed: 1 };
    let azure = SimulatedAzure::start(EmulatorOptions::from(spec)).await.expect("a free port");
    let environment = azure.environment().into_iter().map(|(name, value)| (name, value.into()));
    let plugin = PluginProcess::start(Path::new(EXECUTABLE), environment).await.expect("starts");
    let mut context = azure.data_source();
    let settings = json!({
        "azureCredentials": { "authType": "msi" }, "prometheus": [{ "name": "fast", "url": url }],
    });
    context.data_source.as_mut().expect("there").json_data = settings.to_string().into_bytes();
    let mut times = [1, PANELS].map(|_| Histogram::<u64>::new(3).expect("three digits"));
    for turn in 0..TURNS + 5 {
        for (panels, times) in [1, PANELS].into_iter().zip(&mut times) {
            // No earlier request was for this hour, so nothing is cached.
            let hour = turn * 2 + i64::from(panels == PANELS);
            let request = dashboard(&context, panels, START + hour * 86_400);
            let begun = Instant::now();
            let response = plugin.query(request).await.expect("an answer");
            if turn >= 5 {
                let nanos = u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX);
                times.record(nanos).expect("within bounds");
            }
            for answer in response.responses.values() {
                assert_eq!((answer.status, answer.frames.len()), (200, SERIES), "{}", answer.error);
            }
        }
    }
    plugin.stop().await.expect("stops");
    times
}

/// A request with the first metrics of the catalogue that don't need readiness, each as a time series of an hour.
fn dashboard(context: &PluginContext, panels: usize, start: i64) -> QueryDataRequest {
    let of_controllers = metrics().filter(|metric| metric.group_by.contains(&"pod"));
    let queries = of_controllers.take(panels).map(|metric| {
        let params = json!({ "metric": metric.id, "groupBy": ["pod"] });
        let query = request(context, "metric", &params).queries.remove(0);
        let time_range = Some(TimeRange {
            from_epoch_ms: start * 1_000,
            to_epoch_ms: (start + POINTS * STEP_SECONDS) * 1_000,
        });
        DataQuery { ref_id: metric.id.to_owned(), time_range, ..query }
    });
    QueryDataRequest { queries: queries.collect(), ..request(context, "metric", &json!({})) }
}

/// A Prometheus that returns the same series to every query, within the requested time range.
async fn serve() -> String {
    let answer = async |form: String| {
        let start = url::form_urlencoded::parse(form.as_bytes())
            .find(|(name, _)| name == "start")
            .and_then(|(_, value)| value.parse::<f64>().ok());
        match start {
            None => r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#.to_owned(),
            Some(start) => matrix(start),
        }
    };
    let router = Router::new()
        .route("/api/v1/query", post(answer))
        .route("/api/v1/query_range", post(answer));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(axum::serve(listener, router).into_future());
    url
}

fn matrix(start: f64) -> String {
    let mut body = r#"{"status":"success","data":{"resultType":"matrix","result":["#.to_owned();
    for series in 0..SERIES {
        let comma = if series > 0 { "," } else { "" };
        let _ = write!(
            body,
            r#"{comma}{{"metric":{{"pod":"p{series}","kubernetes_pod_name":"p{series}"}},"values":["#
        );
        for point in 0..=POINTS {
            let comma = if point > 0 { "," } else { "" };
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            let (at, value) = (start + (point * STEP_SECONDS) as f64, point as f64 / 7.0);
            let _ = write!(body, r#"{comma}[{at},"{value}"]"#);
        }
        body.push_str("]}");
    }
    body.push_str("]}}");
    body
}
