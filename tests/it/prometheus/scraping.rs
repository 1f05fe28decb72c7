//! A real Prometheus scrapes the emulator and relabels as usual configurations do. Its series must be those of the
//! simulated Prometheus.

use super::RealPrometheus;
use fleet::metrics::{FluxGeneration, MetricsOptions, ScrapeOptions};
use fleet::{FleetSpec, LabelScheme};
use flux::UtcMillis;
use lab::emulator::{Clock, Emulator, EmulatorOptions};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

type Series = BTreeMap<String, String>;

/// How many times as fast as real time the clusters' clock runs.
const TIMES: u32 = 120;

async fn emulator() -> Emulator {
    let spec = FleetSpec { clusters: 2, configurations: 20, seed: 4 };
    let options = EmulatorOptions {
        clock: Clock::fast(TIMES),
        metrics: MetricsOptions { generation: FluxGeneration::Flux22, kube_state_metrics: true },
        ..EmulatorOptions::from(spec)
    };
    Emulator::start(options).await.expect("a free port")
}

/// Series in Prometheus, without those about scraping itself.
async fn scraped(prometheus: &RealPrometheus) -> BTreeSet<Series> {
    let (_, body) = prometheus.call("series", &[("match[]", "{__name__=~\".+\"}")]).await;
    let series: Vec<Series> = serde_json::from_value(body["data"].clone()).expect("series");
    series.into_iter().filter(|series| !series["__name__"].starts_with("scrape_")).collect()
}

/// Series that scraping the clusters should give within a span of their time.
fn expected(
    emulator: &Emulator,
    scrape: &ScrapeOptions,
    (from, to): (UtcMillis, UtcMillis),
) -> BTreeSet<Series> {
    let EmulatorOptions { fleet, metrics, .. } = emulator.options();
    let mut found = BTreeSet::new();
    fleet.metrics(*metrics).scraped(scrape, (from, to), |_| true, &mut |series| {
        let labels = series.labels.iter();
        let labels = labels.map(|(name, value)| (name.to_string(), value.to_string()));
        let name = ("__name__".to_owned(), series.name.to_string());
        found.insert(labels.chain([name]).collect());
    });
    found
}

async fn matches(scheme: LabelScheme) {
    let emulator = emulator().await;
    let begun = emulator.options().clock.now();
    let prometheus = RealPrometheus::scraping(&emulator, scheme).await;
    let scrape = ScrapeOptions { interval: Duration::from_secs(1), ..ScrapeOptions::new(scheme) };
    // All endpoints answer, and counters grow, because the clusters' clock runs fast.
    let query =
        "count(up == 1) == 16 and on () sum(rate(gotk_reconcile_duration_seconds_count[5s])) > 0";
    let started = Instant::now();
    loop {
        let (_, body) = prometheus.call("query", &[("query", query)]).await;
        if body["data"]["result"].as_array().is_some_and(|result| !result.is_empty()) {
            break;
        }
        assert!(started.elapsed() < Duration::from_secs(60), "nothing moves: {body}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }

    let started = Instant::now();
    let (found, ended) = loop {
        let found = scraped(&prometheus).await;
        let ended = emulator.options().clock.now();
        let all = expected(&emulator, &scrape, (UtcMillis(ended.0 - 2000), ended));
        if all.is_subset(&found) {
            break (found, ended);
        }
        let missing: Vec<_> = all.difference(&found).take(2).collect();
        assert!(started.elapsed() < Duration::from_secs(60), "missing: {missing:#?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    let known = expected(&emulator, &scrape, (UtcMillis(begun.0 - 60_000), ended));
    let others: Vec<_> = found.difference(&known).take(2).collect();
    assert!(others.is_empty(), "unexpected: {others:#?}");
}

#[tokio::test]
async fn by_pod_annotations() {
    matches(LabelScheme::PodAnnotations).await;
}

#[tokio::test]
async fn by_a_pod_monitor() {
    matches(LabelScheme::PodMonitor).await;
}

#[tokio::test]
async fn by_a_pod_monitor_that_honours_labels() {
    matches(LabelScheme::Plain).await;
}
