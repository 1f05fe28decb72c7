//! An instance on the simulated fleet, without processes or network.

use azuregitops::connect;
use azuregitops::instance::{Instance, Surroundings};
use azuregitops::query::{Query, QueryError, TimeRange};
use azuregitops::settings::{HostEnvironment, Settings};
use fleet::{Fleet, FleetSpec};
use flux::{Coverage, UtcMillis};
use frame::{Cell, Frame};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const NOW: UtcMillis = UtcMillis(1_790_000_000_000);

/// An instance, and a counter of its refreshes.
fn demo() -> (Instance, Arc<AtomicUsize>) {
    let json = json!({ "demo": true, "demoClusters": 12, "demoConfigurations": 300 }).to_string();
    let host =
        HostEnvironment::read(&HashMap::new(), &HashMap::new()).expect("an empty environment");
    let settings =
        Settings::parse(json.as_bytes(), &HashMap::new(), &host).expect("demo needs nothing");
    let refreshes = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&refreshes);
    let surroundings = Surroundings {
        clock: Arc::new(|| NOW),
        upstream: Arc::new(|upstream, _, _| panic!("demo asked {upstream}")),
        refreshed: Arc::new(move |_, _| {
            counted.fetch_add(1, Ordering::SeqCst);
        }),
    };
    (connect::instance(&settings, surroundings).expect("an instance"), refreshes)
}

async fn ask(instance: &Instance, query_type: &str, params: Value) -> Result<Frame, QueryError> {
    let json = json!({ "refId": "A", "queryType": query_type, "params": params }).to_string();
    let range = TimeRange { from: NOW, to: NOW };
    let query = Query::parse(json.as_bytes(), "A", "", range)?;
    Ok(instance.answer(&query).await?.remove(0))
}

fn texts(frame: &Frame, field: &str) -> Vec<Option<String>> {
    let cells = frame.field(field).expect(field).cells();
    cells
        .map(|cell| if let Cell::Text(text) = cell { Some(text.to_owned()) } else { None })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn twenty_viewers_cost_one_refresh() {
    let (instance, refreshes) = demo();
    let instance = Arc::new(instance);
    let viewers: Vec<_> = (0..20)
        .map(|_| {
            let instance = Arc::clone(&instance);
            tokio::spawn(async move {
                ask(&instance, "configurations", json!({})).await.expect("rows").rows()
            })
        })
        .collect();
    for viewer in viewers {
        assert_eq!(viewer.await.expect("no panic"), 300);
    }
    assert_eq!(refreshes.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn frames_have_the_executed_query_and_the_age_of_the_snapshot() {
    let (instance, _) = demo();
    ask(&instance, "extensions", json!({})).await.expect("rows");
    tokio::time::advance(std::time::Duration::from_secs(7)).await;
    let frame = ask(&instance, "extensions", json!({})).await.expect("rows");
    assert_eq!((frame.ref_id.as_str(), frame.name.as_str()), ("A", "extensions"));
    assert_eq!(frame.meta.custom["snapshotAgeSeconds"], 7);
    assert!(!frame.meta.executed_query_string.is_empty());
}

#[tokio::test(start_paused = true)]
async fn gauges_show_the_last_snapshot_until_it_is_too_old() {
    let (instance, refreshes) = demo();
    assert_eq!(instance.fleet_gauges(), None, "there was no query yet");
    ask(&instance, "extensions", json!({})).await.expect("rows");
    tokio::time::advance(std::time::Duration::from_secs(3_600)).await;
    let gauges = instance.fleet_gauges().expect("as old as maxStaleSeconds allows");
    let spec = FleetSpec { clusters: 12, configurations: 300, ..FleetSpec::default() };
    let truth = Fleet::generate(spec).truth(NOW);
    let mut states: HashMap<String, u64> = HashMap::new();
    for cluster in &gauges.clusters {
        for (state, count) in cluster.configurations.by_compliance() {
            *states.entry(state).or_default() += count;
        }
    }
    assert_eq!(gauges.clusters.len(), 12);
    for (state, count) in truth.compliance {
        assert_eq!(states[state.as_str()], count as u64, "{state}");
    }
    for (state, count) in gauges.extensions.by_provisioning() {
        let known = truth.extension_provisioning.iter().find(|(known, _)| known.as_str() == state);
        assert_eq!(count, known.map_or(0, |(_, count)| *count as u64), "{state}");
    }
    assert_eq!(gauges.objects_not_ready, truth.failing_objects.len() as u64);
    tokio::time::advance(std::time::Duration::from_secs(1)).await;
    assert_eq!(instance.fleet_gauges(), None, "too old to be shown as what is so");
    assert_eq!(refreshes.load(Ordering::SeqCst), 1, "gauges alone read nothing");
}

#[tokio::test(start_paused = true)]
async fn conditions_are_read_for_what_is_not_compliant_and_for_what_is_selected() {
    let (instance, refreshes) = demo();
    let failing =
        ask(&instance, "configuration-objects", json!({ "complianceStates": ["Non-Compliant"] }))
            .await
            .expect("rows");
    assert!(failing.rows() > 0);
    assert!(
        texts(&failing, "message").iter().all(Option::is_some),
        "every failing object says why"
    );

    let configurations =
        ask(&instance, "configurations", json!({ "complianceStates": ["Compliant"] }))
            .await
            .expect("rows");
    let names = texts(&configurations, "configuration");
    let objects =
        |name: String| ask(&instance, "configuration-objects", json!({ "configurations": [name] }));
    let mut bare = None;
    for name in names.into_iter().flatten() {
        let frame = objects(name.clone()).await.expect("rows");
        if texts(&frame, "message").iter().any(Option::is_none) {
            bare = Some(name);
            break;
        }
    }
    let bare = bare.expect("Resource Graph leaves conditions out for some");
    // The instance reads the conditions of a selected configuration after it has answered; the next answer shows them.
    let mut shown = false;
    for _ in 0..100 {
        tokio::task::yield_now().await;
        tokio::time::advance(std::time::Duration::from_millis(10)).await;
        let frame = objects(bare.clone()).await.expect("rows");
        shown = texts(&frame, "message").iter().all(Option::is_some);
        if shown {
            break;
        }
    }
    assert!(shown, "conditions of {bare}");
    assert_eq!(refreshes.load(Ordering::SeqCst), 1, "without reading the fleet again");
}

#[tokio::test(start_paused = true)]
async fn editors_get_suggestions() {
    let (instance, _) = demo();
    let all = instance.values("cluster", serde_json::Map::new()).await.expect("values");
    assert_eq!(all.len(), 12);
    let Value::Object(filter) = json!({ "clusters": [all[3].value] }) else { unreachable!() };
    assert_eq!(instance.values("cluster", filter).await.expect("values"), [all[3].clone()]);
    let error = instance.values("nonsense", serde_json::Map::new()).await.expect_err("unknown");
    assert!(
        error.user_text().contains("subscription, resourceGroup, cluster"),
        "{}",
        error.user_text()
    );
}

#[tokio::test(start_paused = true)]
async fn health_counts_what_is_visible() {
    let (instance, _) = demo();
    let report = instance.health().await;
    assert!(report.ok, "{}", report.message);
    assert!(report.message.contains("300 Flux configurations"), "{}", report.message);
    assert_eq!(report.details["resourceGraph"]["configurations"], 300);
}

#[tokio::test(start_paused = true)]
async fn demo_coverage_agrees_with_the_truth() {
    let (instance, refreshes) = demo();
    ask(&instance, "extensions", json!({})).await.expect("rows");
    let counts = ask(&instance, "coverage-counts", json!({ "format": "long" })).await;
    let counts = counts.expect("clusters are read when a query needs them");
    let spec = FleetSpec { clusters: 12, configurations: 300, ..FleetSpec::default() };
    let truth = Fleet::generate(spec).truth(NOW).coverage;
    let expected = Coverage::KNOWN
        .map(|coverage| (coverage, truth.get(&coverage).copied().unwrap_or_default()));
    let got: Vec<_> = counts.fields[1].cells().collect();
    for ((coverage, count), cell) in expected.iter().zip(got) {
        assert_eq!(cell, Cell::Integer(i64::try_from(*count).expect("small")), "{coverage}");
    }
    let table = ask(&instance, "coverage", json!({})).await.expect("rows");
    assert_eq!(table.rows(), truth.values().sum::<usize>());
    assert!(texts(&table, "location").iter().any(Option::is_some));
    assert_eq!(table.meta.custom["snapshotAgeSeconds"], 0);
    assert_eq!(refreshes.load(Ordering::SeqCst), 1, "without reading the fleet again");
}
