//! The query types about readiness, asked of a real Prometheus and of Azure at once, beside what is so in the fleet.

use super::RealPrometheus;
use crate::support::{ask, frame};
use crate::upstream::{Setup, set_up};
use azuregitops::instance::system_clock;
use fleet::metrics::{FluxGeneration, MetricsOptions, ObjectTruth, Readiness, ScrapeOptions};
use fleet::{Fleet, FleetSpec, LabelScheme};
use flux::UtcMillis;
use frame::{Cell, Frame};
use grafana_plugin_sdk::pluginv2::{DataQuery, TimeRange};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// That of the simulated Azure.
const SPEC: FleetSpec = FleetSpec { clusters: 4, configurations: 40, seed: 1 };

async fn answer(setup: &Setup, query_type: &str, params: Value) -> Frame {
    let to = (system_clock())().0;
    let saved = json!({ "refId": "A", "queryType": query_type, "params": params });
    let query = DataQuery {
        ref_id: "A".to_owned(),
        max_data_points: 1_000,
        interval_ms: 30_000,
        time_range: Some(TimeRange { from_epoch_ms: to - 600_000, to_epoch_ms: to }),
        json: saved.to_string().into_bytes(),
        query_type: String::new(),
    };
    frame(&ask(&setup.plugin, &setup.context, vec![query]).await["A"])
}

fn lines(frame: &Frame, fields: &[&str]) -> BTreeSet<String> {
    let row = |row| {
        let cells = fields.iter().map(|name| match frame.field(name).expect(name).cell(row) {
            Cell::Text(text) => text.to_owned(),
            Cell::Bool(value) => value.to_string(),
            Cell::Number(number) => number.to_string(),
            Cell::Integer(number) => number.to_string(),
            _ => "-".to_owned(),
        });
        cells.collect::<Vec<_>>().join(" ")
    };
    (0..frame.rows()).map(row).collect()
}

fn state(object: &ObjectTruth) -> &'static str {
    match object.ready {
        _ if object.suspended() => "Suspended",
        None => "New",
        Some(Readiness::True) => "Ready",
        Some(Readiness::False) => "Failing",
        Some(Readiness::Unknown) => "Unknown",
    }
}

fn identity(object: &ObjectTruth) -> String {
    format!("{} {} {} {}", object.cluster, object.kind, object.namespace, object.name)
}

/// New objects are known to kube-state-metrics alone.
async fn agrees(generation: FluxGeneration, kube_state_metrics: bool, scheme: LabelScheme) {
    let fleet = Fleet::generate(SPEC);
    let options = MetricsOptions { generation, kube_state_metrics };
    // Until some time after the test: what asks takes it for the present.
    let now = (system_clock())();
    let until = UtcMillis(now.0 + 600_000);
    let (scrape, span) = (ScrapeOptions::new(scheme), Duration::from_secs(1_200));
    let server = RealPrometheus::backfilled(&fleet, options, &scrape, until, span).await;
    let settings = json!({ "prometheus": [{ "name": "real", "url": server.url() }] });
    let setup = set_up((SPEC.clusters, SPEC.configurations), &settings).await;
    let truth = fleet.metrics_truth(options);
    let objects = truth.objects(now);
    let known =
        |object: &&ObjectTruth| !object.deleted && (kube_state_metrics || object.ready.is_some());
    let objects: Vec<&ObjectTruth> = objects.iter().filter(known).collect();

    let table = answer(&setup, "reconcilers", json!({})).await;
    let expected: BTreeSet<String> =
        objects.iter().map(|object| format!("{} {}", identity(object), state(object))).collect();
    let found = lines(&table, &["cluster", "kind", "namespace", "name", "state"]);
    let missing: Vec<_> = expected.difference(&found).collect();
    let more: Vec<_> = found.difference(&expected).collect();
    assert!(
        missing.is_empty() && more.is_empty(),
        "{generation:?} {scheme:?}: missing {missing:#?}, too much {more:#?}, {}",
        table.meta.executed_query_string
    );
    assert_eq!(table.rows(), expected.len(), "no object twice");

    let failing: BTreeSet<String> = objects
        .iter()
        .filter(|object| state(object) == "Failing")
        .map(|object| format!("{} 1", identity(object)))
        .collect();
    assert!(!failing.is_empty());
    for include in ["failing", "all"] {
        let frame = answer(&setup, "not-ready", json!({ "include": include })).await;
        let mut found = lines(&frame, &["cluster", "kind", "namespace", "name", "value"]);
        found.retain(|line| line.ends_with(" 1"));
        assert_eq!(found, failing, "{generation:?} {include}");
    }

    let params = json!({ "format": "long", "groupBy": ["cluster", "kind"] });
    let frame = answer(&setup, "reconciler-counts", params).await;
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    for object in &objects {
        let group = format!("{} {} {}", object.cluster, object.kind, state(object));
        *counts.entry(group).or_default() += 1;
    }
    let counts: BTreeSet<String> =
        counts.into_iter().map(|(group, count)| format!("{group} {count}")).collect();
    let mut found = lines(&frame, &["cluster", "kind", "state", "count"]);
    found.retain(|line| !line.ends_with(" 0"));
    assert_eq!(found, counts, "{generation:?}");
    let sources = lines(&table, &["source"]);
    let azures = sources.contains("Azure");
    assert_eq!(azures, matches!(generation, FluxGeneration::Flux22 | FluxGeneration::Flux25));
    assert_eq!(azures, !frame.meta.notices.is_empty(), "{:?}", frame.meta.notices);
}

#[tokio::test]
async fn controllers_know_of_flux_2_0_and_what_is_deleted_is_gone() {
    agrees(FluxGeneration::Flux20, false, LabelScheme::PodMonitor).await;
}

#[tokio::test]
async fn of_flux_2_2_azure_knows_the_helm_releases() {
    agrees(FluxGeneration::Flux22, false, LabelScheme::PodAnnotations).await;
}

#[tokio::test]
async fn of_flux_2_5_azure_knows_everything() {
    agrees(FluxGeneration::Flux25, false, LabelScheme::PodAnnotations).await;
}

#[tokio::test]
async fn kube_state_metrics_knows_every_version() {
    agrees(FluxGeneration::AsInstalled, true, LabelScheme::Plain).await;
}
