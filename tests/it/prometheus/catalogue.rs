//! Queries every metric of the catalogue from a real Prometheus that scraped the simulated fleet, and compares the
//! values with the fleet's true state. The clock is fixed, so the queries go to an instance rather than a plugin
//! process.

use super::RealPrometheus;
use super::expected::{Expected, Truth, grouping};
use azuregitops::connect;
use azuregitops::instance::{Instance, Surroundings};
use azuregitops::query::{Measure, Metric, Query, TimeRange, metrics};
use azuregitops::settings::{HostEnvironment, ManagedIdentity, Settings};
use fleet::metrics::{FluxGeneration, MetricsOptions, ScrapeOptions};
use fleet::{Fleet, FleetSpec, LabelScheme};
use flux::UtcMillis;
use frame::{Cell, Frame};
use futures::future::join_all;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

/// The end of the time range of all queries.
pub const END: UtcMillis = UtcMillis(1_790_000_000_000 - 1_790_000_000_000 % 60_000);
/// Length of the time range.
pub const SPAN: i64 = 30 * 60_000;
/// Longest scrape interval that Prometheus' look-back allows, so that few samples have to be written.
const INTERVAL: Duration = Duration::from_secs(60);
const SPEC: FleetSpec = FleetSpec { clusters: 4, configurations: 40, seed: 3 };

/// A data source with this endpoint, whose clock always shows the end of the range. It doesn't need Azure.
pub fn instance(url: &str) -> Instance {
    let settings = json!({
        "azureCredentials": { "authType": "msi" },
        "prometheus": [{ "name": "real", "url": url }], "scrapeIntervalSeconds": 60,
    });
    let host = HostEnvironment {
        managed_identity: Some(ManagedIdentity::default()),
        ..HostEnvironment::default()
    };
    let settings = settings.to_string().into_bytes();
    let settings = Settings::parse(&settings, &HashMap::new(), &host).expect("good settings");
    let surroundings = Surroundings {
        clock: Arc::new(|| END),
        upstream: Arc::new(|_, _, _| ()),
        refreshed: Arc::new(|_, _| ()),
    };
    connect::instance(&settings, surroundings).expect("an instance")
}

pub async fn answer(instance: &Instance, query_type: &str, params: &Value) -> Vec<Frame> {
    let range = TimeRange { from: UtcMillis(END.0 - SPAN), to: END };
    let query_type = Query::find(query_type).expect("known");
    let params = params.as_object().expect("an object");
    let query = Query::new("A", query_type, params, range).expect("good parameters");
    instance.answer(&query).await.expect("an answer")
}

fn params(metric: &Metric) -> Value {
    let mut params = json!({ "metric": metric.id, "groupBy": grouping(metric), "instant": true });
    if matches!(metric.measure, Measure::Quantile { .. }) {
        params["quantile"] = json!("0.9");
    }
    params
}

/// The rows of an instant frame, by their labels.
pub fn rows(frame: &Frame) -> BTreeMap<Vec<String>, f64> {
    let (value, labels) = frame.fields.split_last().expect("fields");
    let row = |row| {
        let labels = labels.iter().map(|field| match field.cell(row) {
            Cell::Text(text) => text.to_owned(),
            _ => String::new(),
        });
        let Cell::Number(number) = value.cell(row) else { panic!("a number") };
        (labels.collect(), number)
    };
    (0..frame.rows()).map(row).collect()
}

fn scraped(scheme: LabelScheme) -> ScrapeOptions {
    ScrapeOptions { interval: INTERVAL, ..ScrapeOptions::new(scheme) }
}

/// A Prometheus that has scraped a fleet with these metrics for the whole range.
pub async fn backfilled(options: MetricsOptions, scheme: LabelScheme) -> RealPrometheus {
    let span = Duration::from_millis((SPAN + 60_000).unsigned_abs());
    let fleet = Fleet::generate(SPEC);
    RealPrometheus::backfilled(&fleet, options, &scraped(scheme), END, span).await
}

async fn agrees_with_the_truth(generation: FluxGeneration, kube_state_metrics: bool) {
    let fleet = Fleet::generate(SPEC);
    let options = MetricsOptions { generation, kube_state_metrics };
    let schemes = [LabelScheme::PodAnnotations, LabelScheme::PodMonitor, LabelScheme::Plain];
    for scheme in schemes {
        let scrape = scraped(scheme);
        let server = backfilled(options, scheme).await;
        let instance = instance(server.url());
        let asked = metrics().map(async |metric| {
            let frame = answer(&instance, "metric", &params(metric)).await.remove(0);
            (metric.id, rows(&frame))
        });
        let answers: BTreeMap<_, _> = join_all(asked).await.into_iter().collect();
        let truth = Truth::new(&fleet, options, &scrape, (UtcMillis(END.0 - SPAN), END));
        let mut wrong = Vec::new();
        let mut compared = BTreeSet::new();
        for metric in metrics() {
            let found = &answers[metric.id];
            match truth.expected(metric) {
                Expected::Values(expected) => {
                    compared.insert(metric.id);
                    wrong.extend(differences(metric, &expected, found));
                }
                Expected::Nothing => {
                    wrong
                        .extend(found.iter().map(|row| format!("{}: {row:?} too much", metric.id)));
                }
                Expected::Within(least, most) => {
                    let odd = found.values().filter(|value| !(least..=most).contains(*value));
                    wrong.extend(odd.map(|value| format!("{}: {value}", metric.id)));
                    if found.is_empty() {
                        wrong.push(format!("{}: nothing", metric.id));
                    }
                }
            }
        }
        assert!(
            wrong.is_empty(),
            "{generation:?} {kube_state_metrics} {scheme:?}:\n{}",
            wrong.join("\n")
        );
        assert!(compared.len() > 35, "{compared:?}");
    }
}

/// Label values with characters that have a meaning in PromQL or in regular expressions.
const ODD: [&str; 12] = [
    "plain",
    "a\"b",
    "back\\slash",
    "a\nb",
    "a.b",
    "a|b",
    "(a)",
    "a*",
    "^a$",
    "[a-z]+",
    "naïve 日本",
    "a\tb",
];

#[tokio::test]
async fn odd_names_select_exactly_what_they_name() {
    let escaped = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let seconds = END.0 / 1_000;
    let mut samples = String::new();
    for (count, name) in (1..).zip(ODD) {
        let name = escaped(name);
        let line = format!(
            "workqueue_depth{{cluster=\"{name}\",name=\"kustomization\"}} {count} {seconds}\n"
        );
        samples.push_str(&line);
    }
    let name = escaped(ODD[1]);
    let line = format!(
        "gotk_reconcile_duration_seconds_count{{kubernetes_namespace=\"f\",kind=\"Bucket\",name=\"{name}\"}} 1 {seconds}\n"
    );
    samples.push_str(&line);
    let server = RealPrometheus::with(&samples, &[]).await;
    let instance = instance(server.url());
    for (count, name) in (1..).zip(ODD) {
        let other = if name == "plain" { "nobody" } else { "^.*$" };
        for clusters in [json!([name]), json!([name, other]), json!([other, name])] {
            let params = json!({
                "metric": "queue-depth", "instant": true, "groupBy": ["cluster"], "clusters": clusters,
            });
            let frame = answer(&instance, "metric", &params).await.remove(0);
            let expected = BTreeMap::from([(vec![name.to_owned()], f64::from(count))]);
            assert_eq!(rows(&frame), expected, "{clusters}");
        }
    }
    let values = json!({ "dimension": "name", "source": "metrics" });
    let frame = answer(&instance, "values", &values).await.remove(0);
    assert_eq!(frame.field("value").expect("there").cell(0), Cell::Text(ODD[1]));
}

#[tokio::test]
async fn a_time_series_has_a_value_per_scrape_and_gaps_where_there_was_none() {
    let fleet = Fleet::generate(SPEC);
    let options = MetricsOptions { generation: FluxGeneration::Flux25, kube_state_metrics: false };
    let scrape =
        ScrapeOptions { interval: INTERVAL, ..ScrapeOptions::new(LabelScheme::PodMonitor) };
    // The series were scraped for the second half of the range only.
    let begun = UtcMillis(END.0 - SPAN / 2);
    let span = Duration::from_millis((SPAN / 2).unsigned_abs());
    let server = RealPrometheus::backfilled(&fleet, options, &scrape, END, span).await;
    let instance = instance(server.url());
    let params = json!({ "metric": "queue-depth", "groupBy": ["cluster", "controller"] });
    let frames = answer(&instance, "metric", &params).await;
    let truth = Truth::new(&fleet, options, &scrape, (begun, END));
    assert_eq!(frames.len(), truth.queues().count(), "a frame per series");
    for frame in &frames {
        let [time, value] = frame.fields.as_slice() else { panic!("two fields") };
        assert_eq!(frame.rows(), 31, "both ends of half an hour, a minute apart");
        for row in 0..frame.rows() {
            let Cell::Time(at) = time.cell(row) else { panic!("a time") };
            let at = UtcMillis(at);
            match truth.depth_at(&value.labels["cluster"], &value.labels["controller"], at) {
                None => assert_eq!(value.cell(row), Cell::Null, "{at}"),
                Some(depth) => assert_eq!(value.cell(row), Cell::Number(depth), "{at}"),
            }
        }
    }
}

/// Rows of a metric's frame that are missing, unexpected or wrong.
fn differences(
    metric: &Metric,
    expected: &BTreeMap<Vec<String>, f64>,
    found: &BTreeMap<Vec<String>, f64>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    for (labels, value) in expected {
        match found.get(labels) {
            None => wrong.push(format!("{} {labels:?}: {value} is missing", metric.id)),
            // Rates are extrapolated to the ends of their window, so they may be off by the share of one scrape.
            Some(found) if (found - value).abs() > value.abs() * 0.04 + 1e-9 => {
                wrong.push(format!("{} {labels:?}: {found} instead of {value}", metric.id));
            }
            Some(_) => {}
        }
    }
    let more = found.iter().filter(|(labels, _)| !expected.contains_key(*labels));
    wrong.extend(more.map(|(labels, value)| format!("{} {labels:?}: {value} too much", metric.id)));
    wrong
}

#[tokio::test]
async fn flux_2_0() {
    agrees_with_the_truth(FluxGeneration::Flux20, false).await;
}

#[tokio::test]
async fn flux_2_1() {
    agrees_with_the_truth(FluxGeneration::Flux21, false).await;
}

#[tokio::test]
async fn flux_2_2() {
    agrees_with_the_truth(FluxGeneration::Flux22, false).await;
}

#[tokio::test]
async fn flux_2_5_without_readiness() {
    agrees_with_the_truth(FluxGeneration::Flux25, false).await;
}

#[tokio::test]
async fn flux_2_8_with_kube_state_metrics() {
    agrees_with_the_truth(FluxGeneration::Flux28, true).await;
}

#[tokio::test]
async fn many_versions_with_kube_state_metrics() {
    agrees_with_the_truth(FluxGeneration::AsInstalled, true).await;
}
