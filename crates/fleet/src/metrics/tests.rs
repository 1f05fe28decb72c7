#![expect(clippy::float_cmp, reason = "counts are exact")]

use super::*;
use crate::FleetSpec;
use crate::LabelScheme;
use crate::times::{HOUR, MINUTE};
use flux::Text;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashSet};

const NOW: UtcMillis = UtcMillis(1_790_000_000_000);
const EARLIER: UtcMillis = UtcMillis(NOW.0 - 3 * HOUR - 17_123);

fn fleet() -> Fleet {
    Fleet::generate(FleetSpec { clusters: 4, configurations: 120, seed: 5 })
}

fn with(generation: FluxGeneration) -> MetricsOptions {
    MetricsOptions { generation, kube_state_metrics: true }
}

const ALL: [FluxGeneration; 6] = [
    FluxGeneration::AsInstalled,
    FluxGeneration::Flux20,
    FluxGeneration::Flux21,
    FluxGeneration::Flux22,
    FluxGeneration::Flux25,
    FluxGeneration::Flux28,
];

/// Samples of a page. The key is the text before the value: the metric's name and labels.
fn samples(page: &str) -> BTreeMap<String, f64> {
    let mut samples = BTreeMap::new();
    for line in page.lines().filter(|line| !line.starts_with('#')) {
        let (series, value) = line.rsplit_once(' ').expect("a value");
        let value = value.parse().expect("a number");
        assert!(samples.insert(series.to_owned(), value).is_none(), "{series} twice");
    }
    samples
}

fn page(
    metrics: &FleetMetrics<'_>,
    cluster: &str,
    endpoint: &str,
    at: UtcMillis,
) -> BTreeMap<String, f64> {
    let target = metrics.target(cluster, endpoint).expect("a target");
    samples(&metrics.exposition(&target, at).unwrap_or_default())
}

#[test]
fn clusters_have_the_objects_that_azure_knows_of_and_those_that_never_reported() {
    let fleet = fleet();
    let truth = fleet.metrics_truth(MetricsOptions::default());
    let mut unseen: BTreeMap<(Text, String, String, String), ObjectTruth> = truth
        .objects(NOW)
        .into_iter()
        .map(|object| {
            let key = (
                object.cluster.clone(),
                object.kind.to_string(),
                object.namespace.to_string(),
                object.name.to_string(),
            );
            (key, object)
        })
        .collect();
    assert_eq!(unseen.len(), truth.objects(NOW).len(), "an object is there twice");
    for index in 0..fleet.len(crate::Table::KubernetesConfigurationResources) {
        let table = crate::Table::KubernetesConfigurationResources;
        let row = fleet.row(table, index, NOW).expect("a row");
        let id = row["id"].as_str().expect("an id");
        let cluster = id.split('/').nth(8).expect("a cluster");
        let resource = fleet.arm_get(id, NOW).expect("a resource");
        let Value::Array(statuses) = &resource["properties"]["statuses"] else { continue };
        for status in statuses.iter().filter(|status| status["kind"].is_string()) {
            let text = |name: &str| status[name].as_str().expect("text").to_owned();
            let key = (Text::from(cluster), text("kind"), text("namespace"), text("name"));
            let object = unseen.remove(&key).unwrap_or_else(|| panic!("{key:?} is missing"));
            let ready = &status["statusConditions"][0];
            assert_eq!(ready["type"], "Ready");
            assert_eq!(object.ready.map(Readiness::text).as_deref(), ready["status"].as_str());
            assert_eq!(object.suspended(), status["complianceState"] == "Suspended");
        }
    }
    assert!(!unseen.is_empty());
    assert!(unseen.values().all(|object| object.ready.is_none() && !object.deleted));
}

#[test]
fn every_kind_is_in_every_fleet_of_some_size() {
    for seed in 0..30 {
        let fleet = Fleet::generate(FleetSpec { clusters: 4, configurations: 40, seed });
        let objects = fleet.metrics_truth(MetricsOptions::default()).objects(NOW);
        let kinds: BTreeSet<_> = objects.iter().map(|object| object.kind).collect();
        assert_eq!(kinds.len(), FluxKind::ALL.len(), "{kinds:?}");
    }
}

#[test]
fn metrics_of_an_object_match_its_reconciles() {
    let fleet = fleet();
    let options = MetricsOptions::default();
    let (metrics, truth) = (fleet.metrics(options), fleet.metrics_truth(options));
    let mut pages: BTreeMap<(Text, Text), [BTreeMap<String, f64>; 2]> = BTreeMap::new();
    let mut reconciled = 0;
    for object in truth.objects(NOW) {
        let controller = Controller::of_kind(object.kind).text();
        let [before, after] =
            pages.entry((object.cluster.clone(), controller.clone())).or_insert_with(|| {
                [EARLIER, NOW].map(|at| page(&metrics, &object.cluster, &controller, at))
            });
        let expected = truth.reconciles(&object, EARLIER, NOW);
        let labels = format!(
            "kind=\"{}\",name=\"{}\",namespace=\"{}\"",
            object.kind, object.name, object.namespace
        );
        let grown = |part: &str, more: &str| {
            let series = format!("gotk_reconcile_duration_seconds_{part}{{{labels}{more}}}");
            Some(after.get(&series)? - before.get(&series)?)
        };
        if !truth.is_reconciled(&object, EARLIER) {
            assert_eq!(grown("count", ""), None);
            continue;
        }
        assert_eq!(grown("count", ""), Some(cycle::float(expected.count)));
        let seconds = grown("sum", "").expect("a sum");
        assert!((seconds - expected.seconds).abs() < 1e-5, "{seconds} {expected:?}");
        for (le, count) in &expected.buckets {
            let bucket = grown("bucket", &format!(",le=\"{le}\""));
            assert_eq!(bucket, Some(cycle::float(*count)), "{labels} {le}");
        }
        reconciled += expected.count;
    }
    assert!(reconciled > 1000, "{reconciled}");
}

#[test]
fn metrics_of_queues_and_controllers_match_their_true_state() {
    for generation in [FluxGeneration::Flux20, FluxGeneration::Flux28] {
        let fleet = fleet();
        let options = with(generation);
        let (metrics, truth) = (fleet.metrics(options), fleet.metrics_truth(options));
        let mut busy = 0.0;
        for (index, cluster) in truth.clusters().enumerate() {
            for controller in Controller::ALL {
                let [before, after] =
                    [EARLIER, NOW].map(|at| page(&metrics, &cluster, &controller.text(), at));
                let state = truth.controller_state(index, controller, NOW);
                assert_eq!(state.up, !after.is_empty());
                if !state.up {
                    continue;
                }
                let grown = |series: &str| after[series] - before[series];
                assert_eq!(
                    after["process_resident_memory_bytes"],
                    cycle::float(state.resident_bytes)
                );
                assert_eq!(after["go_memstats_alloc_bytes"], cycle::float(state.allocated_bytes));
                let done = truth.controller(index, controller, EARLIER, NOW);
                let cpu = grown("process_cpu_seconds_total");
                assert!((cpu - done.cpu_seconds).abs() < 1e-4, "{cpu} {}", done.cpu_seconds);
                for ((code, method), count) in &done.requests {
                    let series = format!(
                        "rest_client_requests_total{{code=\"{code}\",host=\"10.0.0.1:443\",method=\"{method}\"}}"
                    );
                    let shown = after.contains_key(&series);
                    assert!(shown || *count == 0, "{series}");
                    assert!(!shown || grown(&series) == cycle::float(*count), "{series}");
                }
                for queue in controller.queues() {
                    busy += check_queue(&truth, index, queue, &before, &after);
                }
            }
        }
        assert!(busy > 0.0, "nothing was in work anywhere");
    }
}

/// Compares a queue's metrics with its true state; returns the total time of its items in work.
fn check_queue(
    truth: &MetricsTruth<'_>,
    cluster: usize,
    queue: &Queue,
    before: &BTreeMap<String, f64>,
    after: &BTreeMap<String, f64>,
) -> f64 {
    let name = &queue.name;
    let done = truth.queue(cluster, queue, EARLIER, NOW);
    let grown = |series: String| after[&series] - before[&series];
    for (result, count) in &done.results {
        let series = format!(
            "controller_runtime_reconcile_total{{controller=\"{name}\",result=\"{}\"}}",
            result.text()
        );
        assert_eq!(grown(series), cycle::float(*count));
    }
    let errors = done.results[&ReconcileResult::Error];
    let series = format!("controller_runtime_reconcile_errors_total{{controller=\"{name}\"}}");
    assert_eq!(grown(series), cycle::float(errors));
    // Whether work queues name their controller, and whether they have priorities, depends on the version.
    let of_queue = |metric: &str| {
        let found = after.keys().find(|series| {
            let labels = series.strip_prefix(metric).and_then(|rest| rest.strip_prefix('{'));
            labels.is_some_and(|labels| labels.contains(&format!("name=\"{name}\"")))
        });
        found.cloned().unwrap_or_else(|| panic!("{metric} of {name}"))
    };
    assert_eq!(grown(of_queue("workqueue_adds_total")), cycle::float(done.added));
    assert_eq!(grown(of_queue("workqueue_retries_total")), cycle::float(done.retries));
    for (histogram, expected) in [("work", &done.work), ("queue", &done.waits)] {
        let count = grown(of_queue(&format!("workqueue_{histogram}_duration_seconds_count")));
        assert_eq!(count, cycle::float(expected.count));
        let sum = grown(of_queue(&format!("workqueue_{histogram}_duration_seconds_sum")));
        assert!((sum - expected.seconds).abs() < 1e-4, "{sum} {expected:?}");
    }
    for (le, count) in &done.work.buckets {
        let series = format!(
            "controller_runtime_reconcile_time_seconds_bucket{{controller=\"{name}\",le=\"{le}\"}}"
        );
        if done.work.count > 0 {
            assert_eq!(grown(series), cycle::float(*count));
        }
    }
    let state = truth.queue_state(cluster, queue, NOW);
    assert_eq!(after[&of_queue("workqueue_depth")], cycle::float(state.depth));
    let workers = format!("controller_runtime_active_workers{{controller=\"{name}\"}}");
    assert_eq!(after[&workers], cycle::float(state.active));
    let near = |metric: &str, expected: f64| {
        let shown = after[&of_queue(metric)];
        assert!((shown - expected).abs() < 1e-9, "{metric} {name}: {shown} {expected}");
    };
    near("workqueue_longest_running_processor_seconds", state.longest_running_seconds);
    near("workqueue_unfinished_work_seconds", state.unfinished_seconds);
    state.unfinished_seconds
}

#[test]
fn metrics_of_events_caches_and_containers_match_their_true_state() {
    let fleet = fleet();
    let options = MetricsOptions::default();
    let (metrics, truth) = (fleet.metrics(options), fleet.metrics_truth(options));
    for (index, cluster) in truth.clusters().enumerate() {
        let [before, after] =
            [EARLIER, NOW].map(|at| page(&metrics, &cluster, "notification-controller", at));
        let grown = |series: &str| after[series] - before[series];
        let events = truth.events(index, EARLIER, NOW);
        let labels =
            |code| format!("{{code=\"{code}\",handler=\"/\",method=\"POST\",service=\"\"}}");
        let name = "gotk_event_http_request_duration_seconds";
        let count = |code| grown(&format!("{name}_count{}", labels(code)));
        assert_eq!([count(202), count(429)], [events.accepted, events.rejected].map(cycle::float));
        let sum = |code| grown(&format!("{name}_sum{}", labels(code)));
        assert!((sum(202) + sum(429) - events.seconds).abs() < 1e-6, "{events:?}");
        let size = format!("gotk_event_http_response_size_bytes_sum{}", labels(202));
        assert_eq!(grown(&size), cycle::float(events.accepted * 2));
        let webhooks = "gotk_receiver_http_request_duration_seconds_count{code=\"200\",handler=\"/hook/\",method=\"POST\",service=\"\"}";
        assert_eq!(grown(webhooks), cycle::float(events.webhooks));
        let containers = page(&metrics, &cluster, "cadvisor", NOW);
        for controller in Controller::ALL {
            let state = truth.controller_state(index, controller, NOW);
            let of_pod = "container_memory_working_set_bytes{container=\"manager\"";
            let found = containers.iter().find(|(series, _)| {
                series.starts_with(of_pod) && series.contains(state.pod.as_str())
            });
            let expected = state.up.then(|| cycle::float(state.working_set_bytes));
            assert_eq!(found.map(|(_, value)| *value), expected);
        }
    }
    let mut tokens = 0;
    for object in truth.objects(NOW) {
        let Some(cache) = truth.cache(&object, EARLIER, NOW) else { continue };
        if !truth.is_reconciled(&object, EARLIER) {
            continue;
        }
        let [before, after] =
            [EARLIER, NOW].map(|at| page(&metrics, &object.cluster, "source-controller", at));
        let grown = |event: &str| {
            let series = match object.kind {
                FluxKind::HelmRepository => format!(
                    "gotk_cache_events_total{{event_type=\"{event}\",name=\"{}\",namespace=\"{}\"}}",
                    object.name, object.namespace
                ),
                _ => format!(
                    "gotk_token_cache_events_total{{event_type=\"{event}\",kind=\"{}\",name=\"{}\",namespace=\"{}\",operation=\"reconcile\"}}",
                    object.kind, object.name, object.namespace
                ),
            };
            after[&series] - before[&series]
        };
        tokens += usize::from(object.kind != FluxKind::HelmRepository);
        assert_eq!(
            [grown("cache_hit"), grown("cache_miss")],
            [cache.hits, cache.misses].map(cycle::float)
        );
    }
    assert!(tokens > 0);
}

#[test]
fn each_generation_exposes_the_metrics_of_its_version() {
    let fleet = fleet();
    for generation in ALL {
        let options = with(generation);
        let (metrics, truth) = (fleet.metrics(options), fleet.metrics_truth(options));
        let mut conditions = BTreeMap::new();
        let mut info = BTreeMap::new();
        for target in metrics.targets() {
            let Some(text) = metrics.exposition(&target, NOW) else { continue };
            for (series, value) in samples(&text) {
                let cluster = target.cluster.clone();
                if series.starts_with("gotk_reconcile_condition") {
                    conditions.insert((cluster, series), value);
                } else if series.starts_with("gotk_resource_info") {
                    info.insert((cluster, series), value);
                }
            }
        }
        let (mut told, mut deleted) = (0, 0);
        for object in truth.objects(NOW) {
            deleted += usize::from(object.deleted);
            let shown = |status: &str| {
                let series = format!(
                    "gotk_reconcile_condition{{kind=\"{}\",name=\"{}\",namespace=\"{}\",status=\"{status}\",type=\"Ready\"}}",
                    object.kind, object.name, object.namespace
                );
                conditions.get(&(object.cluster.clone(), series)).copied()
            };
            let tells = object.told && truth.is_reconciled(&object, NOW);
            told += usize::from(tells);
            for status in Readiness::ALL {
                let expected = tells.then(|| f64::from(u8::from(object.ready == Some(status))));
                assert_eq!(shown(&status.text()), expected, "{object:?}");
            }
            let expected = (generation == FluxGeneration::Flux20 && tells)
                .then(|| f64::from(u8::from(object.deleted)));
            assert_eq!(shown("Deleted"), expected);
            let by_kube_state_metrics = info.keys().find(|(cluster, series)| {
                let named = format!("name=\"{}\"", object.name);
                *cluster == object.cluster
                    && series.contains(&format!("customresource_kind=\"{}\"", object.kind))
                    && series.contains(&format!(",{named}"))
                    && series.contains(&format!("exported_namespace=\"{}\"", object.namespace))
            });
            assert_eq!(by_kube_state_metrics.is_some(), !object.deleted, "{object:?}");
            let Some((_, series)) = by_kube_state_metrics else { continue };
            for (label, value) in [
                ("ready", object.ready.map(Readiness::text)),
                ("suspended", object.suspend.map(|set| Text::from(set.to_string()))),
                ("revision", object.revision.clone()),
            ] {
                let has = series.contains(&format!(",{label}=\""));
                assert_eq!(has, value.is_some(), "{label} {series}");
                let value = value.unwrap_or_default();
                assert!(!has || series.contains(&format!(",{label}=\"{value}\"")), "{series}");
            }
        }
        if generation != FluxGeneration::AsInstalled {
            let tells = !matches!(generation, FluxGeneration::Flux25 | FluxGeneration::Flux28);
            assert_eq!(told > 0, tells, "{generation:?}");
        }
        assert_eq!(deleted > 0, generation == FluxGeneration::Flux20);
    }
}

#[test]
fn counters_never_fall_and_no_page_has_a_series_twice() {
    let fleet = fleet();
    let metrics = fleet.metrics(with(FluxGeneration::Flux28));
    for target in metrics.targets() {
        let mut last: BTreeMap<String, f64> = BTreeMap::new();
        for at in (0..5).map(|step| UtcMillis(EARLIER.0 + step * 13 * MINUTE + step * 1777)) {
            let Some(text) = metrics.exposition(&target, at) else { continue };
            let counters: HashSet<&str> = text
                .lines()
                .filter_map(|line| line.strip_prefix("# TYPE "))
                .filter_map(|line| line.split_once(' '))
                .filter(|(_, shape)| *shape != "gauge")
                .map(|(name, _)| name)
                .collect();
            for (series, value) in samples(&text) {
                let name = series.split('{').next().expect("a name");
                let family = ["_bucket", "_sum", "_count"]
                    .iter()
                    .find_map(|part| name.strip_suffix(part))
                    .unwrap_or(name);
                if counters.contains(family) || counters.contains(name) {
                    let before = last.insert(series.clone(), value).unwrap_or(0.0);
                    assert!(value >= before, "{series}: {value} after {before}");
                }
            }
        }
    }
}

#[test]
fn a_revision_takes_over_from_the_one_before_it_at_a_scrape() {
    let fleet = fleet();
    let metrics = fleet.metrics(MetricsOptions { kube_state_metrics: true, ..Default::default() });
    let scrape = ScrapeOptions::new(LabelScheme::Plain);
    let mut by_object: BTreeMap<Vec<String>, Vec<ScrapedSeries>> = BTreeMap::new();
    let span = (UtcMillis(NOW.0 - 24 * HOUR), NOW);
    metrics.scraped(&scrape, span, |name| name == "gotk_resource_info", &mut |series| {
        let labels = ["cluster", "customresource_kind", "exported_namespace", "name"];
        let key = labels.map(|name| series.labels.get(name).to_owned());
        by_object.entry(key.to_vec()).or_default().push(series);
    });
    let mut changed = 0;
    for (object, mut versions) in by_object {
        versions.sort_by_key(|series| series.samples[0].0);
        for pair in versions.windows(2) {
            assert_ne!(
                pair[0].labels.get("revision"),
                pair[1].labels.get("revision"),
                "{object:?}"
            );
            assert_eq!(pair[0].stale, Some(pair[1].samples[0].0), "{object:?}");
            changed += 1;
        }
        assert_eq!(versions.last().and_then(|series| series.stale), None);
        let scrapes: usize = versions.iter().map(|series| series.samples.len()).sum();
        assert!((2879..=2881).contains(&scrapes), "{object:?} {scrapes}");
    }
    assert!(changed > 10, "{changed}");
}

#[test]
fn labels_are_those_of_the_scheme() {
    let fleet = fleet();
    let metrics = fleet.metrics(with(FluxGeneration::Flux21));
    let names = |scheme: LabelScheme, cluster_label: bool| {
        let scrape = ScrapeOptions { cluster_label, ..ScrapeOptions::new(scheme) };
        let mut found: BTreeMap<Text, BTreeSet<String>> = BTreeMap::new();
        let mut seen = HashSet::new();
        let span = (UtcMillis(NOW.0 - 60_000), NOW);
        metrics.scraped(&scrape, span, |_| true, &mut |series| {
            let names: Vec<&str> = series.labels.iter().map(|(name, _)| name.as_str()).collect();
            found.entry(series.name.clone()).or_default().insert(names.join(" "));
            assert!(seen.insert((series.name, series.labels)), "a series is there twice");
        });
        found
    };
    let only = |found: &BTreeMap<Text, BTreeSet<String>>, metric: &str| {
        let sets = &found[metric];
        assert_eq!(sets.len(), 1, "{metric}: {sets:?}");
        sets.first().cloned().unwrap_or_default()
    };
    let pods = names(LabelScheme::PodAnnotations, false);
    assert_eq!(
        only(&pods, "gotk_suspend_status"),
        "app app_kubernetes_io_component app_kubernetes_io_instance app_kubernetes_io_part_of app_kubernetes_io_version cluster instance job kind kubernetes_namespace kubernetes_pod_name name namespace pod_template_hash"
    );
    let monitor = names(LabelScheme::PodMonitor, false);
    assert_eq!(
        only(&monitor, "gotk_suspend_status"),
        "container endpoint exported_namespace instance job kind name namespace pod"
    );
    assert_eq!(
        only(&monitor, "workqueue_depth"),
        "container endpoint instance job name namespace pod"
    );
    let plain = names(LabelScheme::Plain, true);
    assert_eq!(
        only(&plain, "gotk_suspend_status"),
        "cluster container endpoint instance job kind name namespace pod"
    );
    for found in [pods, monitor, plain] {
        assert!(
            found["gotk_resource_info"].iter().all(|names| names.contains("exported_namespace"))
        );
        let containers = &found["container_memory_working_set_bytes"];
        assert!(
            containers
                .iter()
                .all(|names| names.contains(" namespace ") && !names.contains("exported"))
        );
        // The series of the whole pod has no label `container`.
        assert_eq!(containers.len(), 2, "{containers:?}");
    }
}
