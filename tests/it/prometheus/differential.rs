//! Compares the simulated Prometheus with a real one that has the same samples.

use super::RealPrometheus;
use fleet::metrics::{FluxGeneration, MetricsOptions, ScrapeOptions};
use fleet::promql::{Answer, Instant, PrometheusOptions, PromqlError, Range, SimulatedPrometheus};
use fleet::{Fleet, FleetSpec, Grid, LabelScheme, Labels};
use flux::UtcMillis;

use rand::RngExt as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// 2026-03-14T15:09:26Z.
const UNTIL: UtcMillis = UtcMillis(1_773_500_966_000);
const SPAN: Duration = Duration::from_secs(40 * 60);

/// A simulated and a real Prometheus with the same samples.
struct Pair {
    simulated: SimulatedPrometheus,
    real: RealPrometheus,
}

impl Pair {
    async fn of(generation: FluxGeneration, scheme: LabelScheme) -> Self {
        let spec = FleetSpec { clusters: 2, configurations: 20, seed: 11 };
        let fleet = Arc::new(Fleet::generate(spec));
        let options = PrometheusOptions {
            metrics: MetricsOptions { generation, kube_state_metrics: true },
            scrape: ScrapeOptions::new(scheme),
            location: None,
            history: false,
        };
        let real =
            RealPrometheus::backfilled(&fleet, options.metrics, &options.scrape, UNTIL, SPAN).await;
        Self { simulated: SimulatedPrometheus::new(fleet, options), real }
    }

    /// Sends a query to both, at some times and over a range. Returns the number of samples in the replies.
    async fn compare(&self, promql: &str) -> usize {
        let mut samples = 0;
        for back in [0, 433_001] {
            let at = UtcMillis(UNTIL.0 - back);
            let ours = self.simulated.query(promql, at);
            let seconds = seconds(at);
            let theirs = self.real.call("query", &[("query", promql), ("time", &seconds)]).await;
            samples += compare(promql, ours.map(instant), &theirs.1);
        }
        let grid = Grid {
            start: UtcMillis(UNTIL.0 - 10 * 60_000),
            step: Duration::from_secs(47),
            points: 13,
        };
        let ours = self.simulated.query_range(promql, &grid);
        let (start, end) = (seconds(grid.start), seconds(grid.end()));
        let parameters = [("query", promql), ("start", &*start), ("end", &*end), ("step", "47")];
        let theirs = self.real.call("query_range", &parameters).await;
        samples + compare(promql, ours.map(|found| range(found, &grid)), &theirs.1)
    }
}

fn seconds(at: UtcMillis) -> String {
    format!("{}.{:03}", at.0 / 1000, at.0 % 1000)
}

/// An answer: its type, and for each series its samples by time in milliseconds.
type Plain = (&'static str, BTreeMap<BTreeMap<String, String>, BTreeMap<i64, f64>>);

fn metric(name: Option<&str>, labels: &Labels) -> BTreeMap<String, String> {
    let labels = labels.iter().map(|(name, value)| (name.to_string(), value.to_string()));
    labels.chain(name.map(|name| ("__name__".to_owned(), name.to_owned()))).collect()
}

fn instant(answer: Answer) -> Plain {
    // The time of an instant answer is the query's.
    let single = |value| BTreeMap::from([(0, value)]);
    match answer {
        Answer::Scalar(value) => ("scalar", [(BTreeMap::new(), single(value))].into()),
        Answer::Text(_) => ("string", BTreeMap::new()),
        Answer::Vector(items) => {
            let items = items.into_iter().map(|Instant { name, labels, value }| {
                (metric(name.as_deref(), &labels), single(value))
            });
            ("vector", items.collect())
        }
        Answer::Matrix(items) => {
            let items = items.into_iter().map(|item| {
                let samples = item.samples.into_iter().map(|(at, value)| (at.0, value));
                (metric(Some(&item.name), &item.labels), samples.collect())
            });
            ("matrix", items.collect())
        }
    }
}

fn range(found: Vec<Range>, grid: &Grid) -> Plain {
    let items = found.into_iter().map(|Range { name, labels, values }| {
        let points = grid.times().zip(values).filter_map(|(at, value)| Some((at.0, value?)));
        (metric(name.as_deref(), &labels), points.collect())
    });
    ("matrix", items.collect())
}

fn real(data: &Value) -> Plain {
    let number =
        |value: &Value| -> f64 { value.as_str().expect("a text").parse().expect("a number") };
    let millis = |value: &Value| {
        #[expect(clippy::cast_possible_truncation, reason = "times are whole milliseconds")]
        let millis = (value.as_f64().expect("a time") * 1000.0).round() as i64;
        millis
    };
    let labels = |item: &Value| -> BTreeMap<String, String> {
        serde_json::from_value(item["metric"].clone()).expect("labels")
    };
    let items = data["result"].as_array().expect("a list");
    match data["resultType"].as_str() {
        Some("scalar") => {
            ("scalar", [(BTreeMap::new(), BTreeMap::from([(0, number(&items[1]))]))].into())
        }
        Some("string") => ("string", BTreeMap::new()),
        Some("vector") => {
            let items = items.iter();
            let items =
                items.map(|item| (labels(item), BTreeMap::from([(0, number(&item["value"][1]))])));
            ("vector", items.collect())
        }
        _ => {
            let items = items.iter().map(|item| {
                let points = item["values"].as_array().expect("values").iter();
                (labels(item), points.map(|point| (millis(&point[0]), number(&point[1]))).collect())
            });
            ("matrix", items.collect())
        }
    }
}

fn compare(promql: &str, ours: Result<Plain, PromqlError>, theirs: &Value) -> usize {
    let ours = match ours {
        Ok(ours) => ours,
        Err(error) => {
            let expected = if error.is_bad_data() { "bad_data" } else { "execution" };
            assert_eq!(theirs["errorType"], expected, "{promql}: {error}\n{theirs}");
            let said = theirs["error"].as_str().expect("a text");
            let text = error.to_string();
            // The series that the error names depends on chance.
            let start = text.split(" {").next().unwrap_or(&text);
            assert!(error.is_bad_data() || said.starts_with(start), "{promql}: {error}\n{said}");
            return 0;
        }
    };
    assert_eq!(theirs["status"], "success", "{promql}: {ours:?}\n{theirs}");
    let theirs = real(&theirs["data"]);
    assert_eq!(ours.0, theirs.0, "{promql}");
    let names = |plain: &Plain| plain.1.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&ours), names(&theirs), "{promql}");
    for ((series, ours), theirs) in ours.1.iter().zip(theirs.1.values()) {
        let times = |points: &BTreeMap<i64, f64>| points.keys().copied().collect::<Vec<_>>();
        assert_eq!(times(ours), times(theirs), "{promql}: {series:?}");
        for ((at, ours), theirs) in ours.iter().zip(theirs.values()) {
            assert!(close(*ours, *theirs), "{promql}: {series:?} at {at}: {ours} {theirs}");
        }
    }
    ours.1.values().map(BTreeMap::len).sum()
}

/// Whether two numbers are equal to nine digits.
fn close(left: f64, right: f64) -> bool {
    // Infinities must be equal.
    left.to_bits() == right.to_bits()
        || left.is_nan() && right.is_nan()
        || (left - right).abs() <= 1e-9 * left.abs().max(right.abs())
        // When numbers cancel out, only rounding errors are left.
        || (left - right).abs() < 1e-12
}

/// Expressions with every supported feature, and those of dashboards.
const EXPRESSIONS: [&str; 111] = [
    "up",
    "up == 0",
    "count(up) by (job)",
    "gotk_resource_info",
    "gotk_resource_info{ready=\"False\"}",
    "gotk_resource_info{suspended!=\"true\", customresource_kind=~\"Kustom.*|Helm.+\"}",
    "gotk_resource_info{ready=\"\"}",
    "gotk_resource_info{name!~\".*-.*\"}",
    "count by (customresource_kind, ready, suspended) (gotk_resource_info)",
    "gotk_reconcile_condition{status=\"True\"} == 1",
    "count(gotk_reconcile_condition{type=\"Ready\",status=\"True\",kind=~\"Kustomization|HelmRelease\"}) - sum(gotk_reconcile_condition{type=\"Ready\",status=\"Deleted\",kind=~\"Kustomization|HelmRelease\"})",
    "sum by (kind, namespace, name) (gotk_suspend_status) > 0",
    "sum by (kind)(rate(gotk_reconcile_duration_seconds_count[5m]))",
    "rate(gotk_reconcile_duration_seconds_count[5m])",
    "increase(gotk_reconcile_duration_seconds_count[10m])",
    "increase(gotk_reconcile_duration_seconds_sum{kind=\"HelmRelease\"}[17m30s])",
    "rate(gotk_reconcile_duration_seconds_sum[5m]) / rate(gotk_reconcile_duration_seconds_count[5m])",
    "sum(increase(gotk_reconcile_duration_seconds_sum[10m])) by (kind) / sum(increase(gotk_reconcile_duration_seconds_count[10m])) by (kind)",
    "histogram_quantile(0.5, sum by (le) (rate(gotk_reconcile_duration_seconds_bucket[10m])))",
    "histogram_quantile(0.99, sum by (le, kind, cluster) (rate(gotk_reconcile_duration_seconds_bucket[10m])))",
    "histogram_quantile(0.9, rate(controller_runtime_reconcile_time_seconds_bucket[15m]))",
    "histogram_quantile(1.1, sum by (le) (workqueue_queue_duration_seconds_bucket))",
    "histogram_quantile(scalar(count(up)) / 50, sum by (le, name) (workqueue_work_duration_seconds_bucket))",
    "histogram_quantile(0.9, up)",
    "irate(process_cpu_seconds_total[2m])",
    "irate(workqueue_depth[10m])",
    "rate(process_cpu_seconds_total[1m])",
    "rate(process_cpu_seconds_total[30s])",
    "rate(process_cpu_seconds_total[31s] offset 4m)",
    "rate(workqueue_depth[10m])",
    "rate(container_memory_working_set_bytes{container=\"manager\"}[3m])",
    "increase(go_memstats_alloc_bytes[5m])",
    "delta(process_resident_memory_bytes[10m])",
    "delta(workqueue_longest_running_processor_seconds[15m])",
    "avg_over_time(go_memstats_alloc_bytes[10m])",
    "max_over_time(workqueue_depth[20m])",
    "min_over_time(process_resident_memory_bytes[7m])",
    "sum_over_time(controller_runtime_active_workers[20m])",
    "count_over_time(gotk_resource_info[20m])",
    "last_over_time(gotk_resource_info[20m])",
    "present_over_time(up[1m])",
    "count_over_time(up[29s])",
    "sum(container_memory_working_set_bytes{container!=\"\"}) by (pod)",
    "sum without (code, method, host) (rate(rest_client_requests_total{code=~\"[45]..\"}[5m]))",
    "sum(rate(rest_client_requests_total{code!~\"2..\"}[5m])) / sum(rate(rest_client_requests_total[5m]))",
    "1 - sum by (controller) (rate(controller_runtime_reconcile_total{result=\"error\"}[10m])) / sum by (controller) (rate(controller_runtime_reconcile_total[10m]))",
    "sum(increase(controller_runtime_reconcile_total{controller=\"kustomization\",result!=\"error\"}[1m])) * 2",
    "avg(workqueue_longest_running_processor_seconds{name=\"kustomization\"})",
    "max by (cluster, name) (workqueue_longest_running_processor_seconds) > 1",
    "sum by (name) (workqueue_depth)",
    "min(process_resident_memory_bytes) by (cluster)",
    "stddev(process_resident_memory_bytes)",
    "stdvar by (cluster) (go_memstats_alloc_bytes / 1024)",
    "group(gotk_reconcile_duration_seconds_count) by (namespace, exported_namespace)",
    "count(group by (cluster) (up))",
    "topk(3, gotk_reconcile_duration_seconds_sum)",
    "topk by (cluster) (2, sum by (cluster, kind) (gotk_reconcile_duration_seconds_sum))",
    "bottomk(2, sum by (cluster) (process_cpu_seconds_total))",
    "topk(0, up)",
    "quantile(0.9, process_cpu_seconds_total)",
    "quantile by (cluster) (0.25, rate(gotk_reconcile_duration_seconds_sum[10m]))",
    "count_values(\"value\", controller_runtime_reconcile_errors_total)",
    "count_values by (cluster) (\"up\", up)",
    "label_replace(up, \"short\", \"$1\", \"instance\", \"([0-9.]+):.*\")",
    "label_replace(up, \"instance\", \"\", \"instance\", \".*\")",
    "label_replace(sum by (cluster) (up), \"cluster\", \"x-$1\", \"cluster\", \"none(.*)\")",
    "label_replace(gotk_resource_info, \"revision\", \"\", \"\", \"\")",
    "label_replace(up, \"__name__\", \"down\", \"job\", \".*\")",
    "label_replace(up, \"0\", \"x\", \"job\", \".*\")",
    "label_replace(up, \"a\", \"x\", \"job\", \"(\")",
    "label_replace(up, \"cluster\", \"all\", \"cluster\", \".*\") == 1",
    "label_replace(sum by (cluster) (up), \"cluster\", \"all\", \"cluster\", \".*\")",
    "label_join(up, \"where\", \"/\", \"cluster\", \"job\", \"nothing\")",
    "absent(up)",
    "absent(nothing{cluster=\"x\", kind=~\"y\", a=\"b\"})",
    "absent(sum(nothing))",
    "absent(up{job=\"nobody\"})",
    "clamp_max(gotk_reconcile_duration_seconds_count, 100000) - clamp_min(gotk_reconcile_duration_seconds_count, 5)",
    "clamp(process_resident_memory_bytes, 1e6, 6e7)",
    "clamp(up, 1, 0)",
    "abs(-up) + ceil(rate(process_cpu_seconds_total[5m])) + floor(go_memstats_alloc_bytes / 1000)",
    "round(process_cpu_seconds_total) - round(process_cpu_seconds_total, 0.25)",
    "time()",
    "time() - process_start_time_seconds > 1e6",
    "vector(1)",
    "vector(time() % 100)",
    "scalar(sum(up))",
    "scalar(up)",
    "sum(up) or vector(0)",
    "sum(nothing) or vector(0)",
    "2 ^ 3 % 5 - -1",
    "1 > bool 2",
    "up > bool 0.5",
    "1 < up",
    "2 - up",
    "-up",
    "\"text\"",
    "up and on (cluster) gotk_resource_info{ready=\"False\"}",
    "up unless on (cluster, job) (up == 0)",
    "up or nothing",
    "sum by (cluster, kind) (gotk_reconcile_duration_seconds_count) / on (cluster) group_left sum by (cluster) (gotk_reconcile_duration_seconds_count)",
    "sum by (cluster) (up) * on (cluster) group_right sum by (cluster, job) (up)",
    "gotk_reconcile_duration_seconds_count * on (kind, name, cluster) group_left (job) sum by (kind, name, cluster, job) (gotk_reconcile_duration_seconds_sum)",
    "sum by (cluster, kind) (gotk_reconcile_duration_seconds_count) * ignoring (kind) group_left () count by (cluster) (up)",
    "up * up",
    "up * on (cluster) up",
    "count by (cluster, job) (up) + on (cluster) count by (cluster) (up)",
    "count by (cluster) (up) + on (cluster) count by (cluster, job) (up)",
    "gotk_reconcile_duration_seconds_sum{kind=\"Kustomization\"} > on (cluster, name, namespace, exported_namespace) gotk_reconcile_duration_seconds_count{kind=\"Kustomization\"}",
    "process_cpu_seconds_total > bool ignoring (job) process_start_time_seconds",
    "{__name__=~\"process_.*_bytes|go_memstats_alloc_bytes\"}",
];

/// Expressions that Prometheus refuses too, or answers with samples.
const ODD: [&str; 16] = [
    "sum by (__name__) ({__name__=~\"process_.+\"})",
    "rate({__name__=~\"process_.+\"}[5m])",
    "abs({__name__=~\"process_.+\", job!=\"\"})",
    "-{__name__=~\"process_.+\"}",
    "{__name__=~\"process_.+\"} > 1e7",
    "{__name__=~\"process_resident.+|up\"} and {__name__=~\"process_cpu.*|up\"}",
    "up[90s]",
    "rate(up)",
    "sum(",
    "nothing_of_the_sort(up)",
    "{}",
    "{job=~\".*\"}",
    "1 > 2",
    "up + \"text\"",
    "sum(up) by (cluster) > on (nothing) up",
    "topk(up, up)",
];

async fn compare_all(generation: FluxGeneration, scheme: LabelScheme) {
    let pair = Pair::of(generation, scheme).await;
    let mut answered = 0;
    for promql in EXPRESSIONS {
        answered += usize::from(pair.compare(promql).await > 0);
    }
    assert!(answered > 90, "only {answered} expressions have an answer");
    for promql in ODD {
        pair.compare(promql).await;
    }
    let mut chance = ChaCha8Rng::seed_from_u64(generation as u64);
    let mut answered = 0;
    for _ in 0..80 {
        answered += usize::from(pair.compare(&random(&mut chance, 2)).await > 0);
    }
    assert!(answered > 35, "only {answered} random expressions have an answer");
}

/// A random expression of instant vectors.
fn random(chance: &mut ChaCha8Rng, depth: u32) -> String {
    let mut pick = |from: &[&'static str]| -> &'static str { from.choose(chance).expect("some") };
    let metric = pick(&[
        "up",
        "gotk_reconcile_duration_seconds_count",
        "gotk_reconcile_duration_seconds_sum",
        "process_cpu_seconds_total",
        "workqueue_depth",
        "gotk_resource_info",
        "controller_runtime_reconcile_total",
        "container_memory_working_set_bytes",
    ]);
    let matchers = pick(&[
        "",
        "",
        "",
        "{cluster=~\"aks.*\"}",
        "{namespace!=\"payments\"}",
        "{kind=~\"Kustomization|GitRepository\"}",
        "{name=~\".*apps\"}",
        "{result!=\"requeue\"}",
    ]);
    let offset = pick(&["", "", " offset 90s"]);
    let labels = pick(&["cluster", "cluster, kind", "kind, name, namespace", "job", "name", ""]);
    if depth == 0 {
        return format!("{metric}{matchers}{offset}");
    }
    let kind = chance.random_range(0..9);
    let mut inner = || random(chance, depth - 1);
    match kind {
        0 => inner(),
        1 => {
            let range = ["1m", "5m", "613s"].choose(chance).expect("some");
            let function = [
                "rate",
                "increase",
                "irate",
                "delta",
                "avg_over_time",
                "max_over_time",
                "min_over_time",
                "sum_over_time",
                "count_over_time",
                "last_over_time",
            ];
            let function = function.choose(chance).expect("some");
            format!("{function}({metric}{matchers}[{range}]{offset})")
        }
        2 | 3 => {
            let inner = inner();
            let way = ["by", "without"].choose(chance).expect("some");
            let function = ["sum", "avg", "min", "max", "count", "group", "stdvar"];
            let function = function.choose(chance).expect("some");
            format!("{function} {way} ({labels}) ({inner})")
        }
        4 => {
            let inner = inner();
            let operator = ["+", "*", "/", ">", "<=", "!=", "> bool"];
            let operator = operator.choose(chance).expect("some");
            format!("({inner}) {operator} {}", chance.random_range(0..4))
        }
        5 => {
            let (left, right) = (inner(), inner());
            let operator = ["and", "or", "unless"].choose(chance).expect("some");
            let matching = [format!("on ({labels})"), String::new()];
            format!("({left}) {operator} {} ({right})", matching.choose(chance).expect("some"))
        }
        6 => {
            let (left, right) = (inner(), inner());
            let operator = ["+", "/", ">", "== bool"].choose(chance).expect("some");
            let group = ["", "group_left", "group_right (job)"].choose(chance).expect("some");
            format!("({left}) {operator} on ({labels}) {group} ({right})")
        }
        7 => format!("label_replace({}, \"name\", \"$1\", \"name\", \"(.*)-.*\")", inner()),
        _ => {
            let inner = inner();
            let function = ["abs", "ceil", "-", "round"].choose(chance).expect("some");
            format!("{function}({inner})")
        }
    }
}

#[tokio::test]
async fn as_installed_and_pod_annotations() {
    compare_all(FluxGeneration::AsInstalled, LabelScheme::PodAnnotations).await;
}

#[tokio::test]
async fn flux_2_0_and_pod_monitor() {
    compare_all(FluxGeneration::Flux20, LabelScheme::PodMonitor).await;
}

#[tokio::test]
async fn flux_2_1_and_honoured_labels() {
    compare_all(FluxGeneration::Flux21, LabelScheme::Plain).await;
}

#[tokio::test]
async fn flux_2_2_and_pod_annotations() {
    compare_all(FluxGeneration::Flux22, LabelScheme::PodAnnotations).await;
}

#[tokio::test]
async fn flux_2_5_and_pod_monitor() {
    compare_all(FluxGeneration::Flux25, LabelScheme::PodMonitor).await;
}

#[tokio::test]
async fn flux_2_8_and_honoured_labels() {
    compare_all(FluxGeneration::Flux28, LabelScheme::Plain).await;
}
