//! The simulated clusters' metrics have the same labels and bounds as real controllers' metrics.

use fleet::metrics::{FluxGeneration, MetricsOptions, ScrapeOptions};
use fleet::{Fleet, FleetSpec, LabelScheme};
use flux::UtcMillis;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

const NOW: UtcMillis = UtcMillis(1_790_000_000_000);

/// Label names and bounds of each metric, and the type of its family.
type Shapes = BTreeMap<String, (BTreeSet<Vec<String>>, BTreeSet<String>)>;

fn shapes(text: &str) -> Shapes {
    let mut shapes = Shapes::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some((series, _)) = line.rsplit_once(' ') else { continue };
        let (name, labels) = series.split_once('{').unwrap_or((series, ""));
        let mut names = Vec::new();
        let mut bound = None;
        for pair in labels.trim_end_matches('}').split("\",").filter(|pair| !pair.is_empty()) {
            let (label, value) = pair.split_once("=\"").expect("a label");
            names.push(label.to_owned());
            if label == "le" {
                bound = Some(value.trim_end_matches('"').to_owned());
            }
        }
        names.sort();
        let (labels, bounds) = shapes.entry(name.to_owned()).or_default();
        labels.insert(names);
        bounds.extend(bound);
    }
    shapes
}

fn types(text: &str) -> BTreeMap<&str, &str> {
    let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    types.filter_map(|line| line.split_once(' ')).collect()
}

/// Real controllers' metrics: names, labels and bounds in `tests/fixtures/prometheus`, and the complete recorded file
/// where `../shared/data` exists.
fn dumps(name: &str) -> Vec<String> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let real = Some(root.join("../shared/data/prom")).filter(|folder| folder.is_dir());
    let folders = [root.join("tests/fixtures/prometheus")].into_iter().chain(real);
    folders.map(|folder| std::fs::read_to_string(folder.join(name)).expect(name)).collect()
}

fn exposed(generation: FluxGeneration, endpoint: &str) -> String {
    let fleet = Fleet::generate(FleetSpec { clusters: 4, configurations: 40, seed: 1 });
    let metrics = fleet.metrics(MetricsOptions { generation, kube_state_metrics: true });
    let pages = metrics
        .targets()
        .filter(|target| target.endpoint.text() == endpoint)
        .filter_map(|target| metrics.exposition(&target, NOW));
    pages.collect()
}

#[test]
fn controllers_expose_the_metrics_of_real_ones() {
    let cases = [
        (
            FluxGeneration::Flux22,
            "source-controller",
            "source-controller-flux-2.2-era-full-dump.prom",
        ),
        (
            FluxGeneration::AsInstalled,
            "kustomize-controller",
            "generated-kustomize-controller-flux-2.7-libs.prom",
        ),
        (
            FluxGeneration::AsInstalled,
            "notification-controller",
            "generated-notification-controller-flux-2.7-libs.prom",
        ),
    ];
    for (generation, controller, file, real) in
        cases.into_iter().flat_map(|(generation, controller, file)| {
            dumps(file).into_iter().map(move |real| (generation, controller, file, real))
        })
    {
        let ours = exposed(generation, controller);
        let (real_types, our_types) = (types(&real), types(&ours));
        let (real, ours) = (shapes(&real), shapes(&ours));
        let mut common = 0;
        for (name, (labels, bounds)) in &ours {
            let Some((real_labels, real_bounds)) = real.get(name) else { continue };
            if name.starts_with("gotk_resource_info") {
                continue;
            }
            assert!(real_labels.is_subset(labels), "{name}: {real_labels:?} {labels:?}");
            if generation == FluxGeneration::Flux22 {
                assert_eq!((labels, bounds), (real_labels, real_bounds), "{name}");
            } else {
                assert!(real_bounds.is_subset(bounds), "{name}: {real_bounds:?} {bounds:?}");
            }
            common += 1;
        }
        for (family, shape) in our_types {
            assert!(real_types.get(family).is_none_or(|real| *real == shape), "{family}");
        }
        assert!(common > 20, "{file}: {common}");
        for name in real.keys().filter(|name| !ours.contains_key(*name)) {
            let left_out = ["go_", "process_", "certwatcher_", "controller_runtime_webhook_"];
            let elsewhere = [
                // These metrics belong to another program, to a kind that no simulated cluster has, or to a test driver
                // of Flux.
                "gotk_resource_info",
                "gotk_reconcile_duration_seconds",
                "controller_runtime_reconcile_time_seconds",
                "gotk_token_cache",
            ];
            let known = left_out.iter().chain(&elsewhere).any(|start| name.starts_with(start));
            assert!(known, "{name} of {file} is missing");
        }
    }
}

#[test]
fn series_after_scraping_are_labelled_as_real_ones() {
    let fleet = Fleet::generate(FleetSpec { clusters: 4, configurations: 40, seed: 1 });
    let options = MetricsOptions { generation: FluxGeneration::Flux22, kube_state_metrics: false };
    let cases = [
        (
            LabelScheme::PodAnnotations,
            "derived-series-azure-managed-prometheus-pod-annotations.prom",
        ),
        (LabelScheme::PodMonitor, "derived-series-podmonitor-honorlabels-false.prom"),
    ];
    for (scheme, file, real) in cases
        .into_iter()
        .flat_map(|(scheme, file)| dumps(file).into_iter().map(move |real| (scheme, file, real)))
    {
        let real = shapes(&real);
        let scrape = ScrapeOptions { cluster_label: false, ..ScrapeOptions::new(scheme) };
        let mut ours: BTreeMap<String, BTreeSet<Vec<String>>> = BTreeMap::new();
        let span = (UtcMillis(NOW.0 - 60_000), NOW);
        fleet.metrics(options).scraped(&scrape, span, |_| true, &mut |series| {
            let names = series.labels.iter().map(|(name, _)| name.to_string()).collect();
            ours.entry(series.name.to_string()).or_default().insert(names);
        });
        let mut common = 0;
        for (name, (labels, _)) in &real {
            if name == "gotk_resource_info" {
                continue;
            }
            if let Some(ours) = ours.get(name) {
                assert_eq!(ours, labels, "{name}");
                common += 1;
            }
        }
        assert!(common > 20, "{file}: {common}");
    }
}
