//! The query types about readiness, with a real Prometheus and the simulated Azure, compared with the fleet's true
//! state.

use super::RealPrometheus;
use crate::still::{NOW, Still};
use fleet::metrics::{FluxGeneration, MetricsOptions, ObjectTruth, Readiness, ScrapeOptions};
use fleet::{Fleet, FleetSpec, LabelScheme};
use frame::{Cell, Frame};
use lab::emulator::EmulatorOptions;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The specification of the simulated fleet.
const SPEC: FleetSpec = FleetSpec { clusters: 4, configurations: 40, seed: 1 };

async fn answer(setup: &Still, query_type: &str, params: Value) -> Frame {
    setup.answer(&json!({ "queryType": query_type, "params": params }), 600_000).await
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

/// Objects that were never reconciled appear only in kube-state-metrics.
async fn agrees(generation: FluxGeneration, kube_state_metrics: bool, scheme: LabelScheme) {
    let fleet = Fleet::generate(SPEC);
    let options = MetricsOptions { generation, kube_state_metrics };
    let (scrape, span) = (ScrapeOptions::new(scheme), Duration::from_secs(1_200));
    let server = RealPrometheus::backfilled(&fleet, options, &scrape, NOW, span).await;
    let settings = json!({ "prometheus": [{ "name": "real", "url": server.url() }] });
    let setup = Still::start(EmulatorOptions::from(SPEC), &settings).await;
    let truth = fleet.metrics_truth(options);
    let objects = truth.objects(NOW);
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
async fn flux_2_0_has_readiness_from_controllers_and_no_deleted_objects() {
    agrees(FluxGeneration::Flux20, false, LabelScheme::PodMonitor).await;
}

#[tokio::test]
async fn flux_2_2_has_helm_releases_from_azure() {
    agrees(FluxGeneration::Flux22, false, LabelScheme::PodAnnotations).await;
}

#[tokio::test]
async fn flux_2_5_has_all_objects_from_azure() {
    agrees(FluxGeneration::Flux25, false, LabelScheme::PodAnnotations).await;
}

#[tokio::test]
async fn kube_state_metrics_has_readiness_for_every_version() {
    agrees(FluxGeneration::AsInstalled, true, LabelScheme::Plain).await;
}
