#![expect(clippy::float_cmp, reason = "counts are exact")]

use super::*;
use crate::FleetSpec;
use crate::metrics::{FluxGeneration, Readiness};
use crate::times::{HOUR, MINUTE};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::time::Duration;

const NOW: UtcMillis = UtcMillis(1_790_000_000_000);

fn fleet() -> Arc<Fleet> {
    Arc::new(Fleet::generate(FleetSpec { clusters: 6, configurations: 120, seed: 3 }))
}

fn prometheus(scheme: LabelScheme) -> SimulatedPrometheus {
    let metrics = MetricsOptions { generation: FluxGeneration::Flux21, kube_state_metrics: true };
    SimulatedPrometheus::new(
        fleet(),
        PrometheusOptions { metrics, ..PrometheusOptions::new(scheme) },
    )
}

fn number(prometheus: &SimulatedPrometheus, promql: &str) -> f64 {
    let samples = prometheus.instant(promql, NOW).expect(promql);
    assert_eq!(samples.len(), 1, "{promql}: {samples:?}");
    samples[0].value
}

fn hour() -> Grid {
    Grid { start: UtcMillis(NOW.0 - HOUR), step: Duration::from_secs(60), points: 61 }
}

#[test]
fn answers_match_the_true_state_of_the_clusters() {
    let prometheus = prometheus(LabelScheme::PodAnnotations);
    let truth = prometheus.fleet.metrics_truth(prometheus.options.metrics);
    let objects = truth.objects(NOW);
    let count = |wanted: fn(&crate::metrics::ObjectTruth) -> bool| {
        crate::metrics::float(objects.iter().filter(|object| wanted(object)).count() as u64)
    };
    assert_eq!(number(&prometheus, "count(gotk_resource_info)"), count(|_| true));
    assert_eq!(
        number(&prometheus, "count(gotk_resource_info{ready=\"False\"})"),
        count(|object| object.ready == Some(Readiness::False))
    );
    assert_eq!(
        number(&prometheus, "count(gotk_resource_info{ready=\"\"})"),
        count(|object| object.ready.is_none())
    );
    assert_eq!(
        number(&prometheus, "count(gotk_resource_info{suspended=\"true\"})"),
        count(crate::metrics::ObjectTruth::suspended)
    );
    assert_eq!(
        number(&prometheus, "count(gotk_reconcile_condition{status=\"True\"} == 1)"),
        count(|object| object.told && object.ready == Some(Readiness::True))
    );
    // An hour has sixty minutes for every target, at whichever moment the target is scraped.
    let (from, to) = (UtcMillis(NOW.0 - HOUR), NOW);
    let done: u64 = objects.iter().map(|object| truth.reconciles(object, from, to).count).sum();
    let grown = number(&prometheus, "sum(increase(gotk_reconcile_duration_seconds_count[1h]))");
    let done = crate::metrics::float(done);
    assert!((grown - done).abs() < done / 50.0, "{grown} {done}");
}

#[test]
fn a_workspace_has_the_clusters_of_its_region() {
    let all = prometheus(LabelScheme::PodAnnotations);
    let clusters = |prometheus: &SimulatedPrometheus| -> BTreeSet<String> {
        let samples = prometheus.instant("count by (cluster) (up)", NOW).expect("an answer");
        samples.iter().map(|sample| sample.labels.get("cluster").to_owned()).collect()
    };
    let mut found = BTreeSet::new();
    for location in crate::catalogue::LOCATIONS {
        let options = PrometheusOptions {
            location: Some(Text::from(location)),
            ..PrometheusOptions::new(LabelScheme::PodAnnotations)
        };
        let here = clusters(&SimulatedPrometheus::new(all.fleet.clone(), options));
        let expected = all.fleet.clusters.iter().filter(|cluster| cluster.location == location);
        assert_eq!(here, expected.map(|cluster| cluster.reference.name.to_string()).collect());
        found.extend(here);
    }
    assert_eq!((found.len(), clusters(&all)), (6, found));
}

#[test]
fn a_cluster_label_exists_only_when_scraping_adds_it() {
    let labelled = |scheme, cluster_label| {
        let mut prometheus = prometheus(scheme);
        prometheus.options.scrape.cluster_label = cluster_label;
        let samples = prometheus.instant("count by (cluster) (up)", NOW).expect("an answer");
        let by_matcher = prometheus.instant("up{cluster=\"\"}", NOW).expect("an answer");
        (samples.len(), by_matcher.is_empty())
    };
    assert_eq!(labelled(LabelScheme::PodAnnotations, false), (6, true));
    assert_eq!(labelled(LabelScheme::PodMonitor, true), (6, true));
    assert_eq!(labelled(LabelScheme::Plain, false), (1, false));
}

#[test]
fn ranges_are_sorted_and_have_a_value_per_point() {
    let prometheus = prometheus(LabelScheme::Plain);
    let series = prometheus.range("sum by (kind) (gotk_suspend_status)", &hour());
    let series = series.expect("an answer");
    assert!(series.is_sorted_by(|left, right| left.labels < right.labels));
    assert!(series.iter().all(|series| series.values.len() == 61));
    let numbers = prometheus.range("time()", &hour()).expect("an answer");
    assert_eq!(numbers.len(), 1);
    assert_eq!(numbers[0].values[1] - numbers[0].values[0], 60.0);
    assert_eq!(prometheus.range("nothing", &hour()), Ok(Vec::new()));
    assert!(number(&prometheus, "scalar(nothing)").is_nan());
}

#[test]
fn before_the_clusters_existed_there_are_no_series() {
    let prometheus = prometheus(LabelScheme::Plain);
    for promql in ["up", "rate(process_cpu_seconds_total[5m])", "sum(gotk_resource_info)"] {
        assert_eq!(prometheus.instant(promql, UtcMillis(0)), Ok(Vec::new()), "{promql}");
        assert_eq!(prometheus.instant(promql, UtcMillis(-5 * HOUR)), Ok(Vec::new()), "{promql}");
    }
    assert_eq!(
        prometheus.instant("up", UtcMillis(i64::MAX)),
        Err(PromqlError::Argument("time out of bounds".to_owned()))
    );
}

#[test]
fn too_much_is_refused() {
    let mut prometheus = prometheus(LabelScheme::PodMonitor);
    prometheus.limits = Limits { samples: 2_000_000, points: 1_000_000 };
    for promql in ["max_over_time(up[50y])", "sum_over_time(workqueue_depth[290y])"] {
        assert_eq!(prometheus.instant(promql, NOW), Err(PromqlError::TooManySamples), "{promql}");
    }
    let grid = Grid { points: MAX_POINTS + 1, ..hour() };
    assert_eq!(prometheus.range("up", &grid), Err(PromqlError::TooManyPoints));
    let grid = Grid { points: MAX_POINTS, ..hour() };
    let wide = "{__name__=~\"gotk.+\"}";
    assert_eq!(prometheus.range(wide, &grid), Err(PromqlError::TooManySamples));
    // Counters need only their first and last sample.
    assert!(number(&prometheus, "sum(rate(process_cpu_seconds_total[1y]))") > 0.0);
}

#[test]
fn listings_name_series_and_metrics() {
    let prometheus = prometheus(LabelScheme::Plain);
    let from = UtcMillis(NOW.0 - 10 * MINUTE);
    let listed = prometheus.series("process_cpu_seconds_total", from, NOW).expect("a list");
    let answered = prometheus.instant("process_cpu_seconds_total", NOW).expect("an answer");
    assert_eq!(listed.len(), answered.len());
    assert!(listed.iter().all(|(name, _)| name == "process_cpu_seconds_total"));
    for wrong in ["sum(up)", "up[5m]", "up offset 5m", "1"] {
        assert!(prometheus.series(wrong, from, NOW).is_err(), "{wrong}");
    }
}

/// Texts that look like queries.
fn nearly() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("up"),
        Just("sum"),
        Just("rate"),
        Just("("),
        Just(")"),
        Just("["),
        Just("5m"),
        Just("]"),
        Just("{"),
        Just("}"),
        Just("cluster"),
        Just("=~"),
        Just("\"a.*\""),
        Just("by"),
        Just(","),
        Just("-"),
        Just("+"),
        Just("and"),
        Just("on"),
        Just("group_left"),
        Just("offset"),
        Just("1"),
        Just("label_replace"),
        Just("topk"),
        Just("histogram_quantile"),
        Just("\""),
        Just("@"),
        Just("absent"),
        Just("clamp"),
        Just("nan"),
        Just(":"),
        Just("bool"),
        Just(">"),
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn no_text_panics(text in prop_oneof![any::<String>(), nearly()]) {
        let spec = FleetSpec { clusters: 1, configurations: 1, seed: 1 };
        let options = PrometheusOptions::new(LabelScheme::Plain);
        let prometheus = SimulatedPrometheus::new(Arc::new(Fleet::generate(spec)), options);
        let _ = prometheus.instant(&text, NOW);
        let _ = prometheus.range(&text, &Grid { points: 3, ..hour() });
        let _ = prometheus.series(&text, NOW, NOW);
    }
}
