//! Tests every query type, over small fleets written out here and over the simulated fleet.

mod azure_rows;
mod counts;
mod coverage;
mod events;
mod every_type;
mod filters;
mod overdue;
mod readiness;
mod rollout;
mod top_errors;
mod versions;

use super::*;
use crate::arg::{ClusterPages, FleetPages, PageSink, RowReader, SubscriptionPages, Unreadable};
use crate::inventory::{ClusterListing, ClusterReading, Snapshot, SnapshotParts};
use fleet::{Fleet, FleetSpec, Table};
use flux::{Portal, UtcMillis};
use frame::{Cell, Field, Frame, FrameType};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

const NOW: UtcMillis = UtcMillis(1_790_000_000_000);
const SHA: &str = "438c75f547dafaa18ca1b344d978bc980cdf6032";

fn id(subscription: &str, group: &str, cluster: &str, resource: &str) -> String {
    format!(
        "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.ContainerService/managedClusters/{cluster}/providers/Microsoft.KubernetesConfiguration/{resource}"
    )
}

fn configuration(group: &str, cluster: &str, name: &str, state: Value) -> Value {
    json!({
        "id": id("s1", group, cluster, &format!("fluxConfigurations/{name}")),
        "namespace": "flux", "complianceState": state, "provisioningState": "Succeeded",
        "repositoryUrl": "https://github.com/org/apps", "repositoryRef": { "branch": "main" },
        "sourceSyncedCommitId": format!("main@sha1:{SHA}"), "sourceKind": "gitRepository",
        "kustomizations": { "app": { "path": "./app", "dependsOn": ["infra"], "syncIntervalInSeconds": 600, "prune": true }, "infra": {} },
        "statuses": [
            { "name": name, "namespace": "flux", "kind": "GitRepository", "complianceState": "Compliant" },
            { "name": format!("{name}-app"), "namespace": "flux", "kind": "Kustomization", "complianceState": "Non-Compliant",
              "statusConditions": [{ "type": "Ready", "status": "False", "reason": "BuildFailed", "message": "no such file", "lastTransitionTime": "2026-01-02T03:04:05Z" }] },
            { "name": "web", "namespace": "web", "kind": "HelmRelease", "complianceState": "Pending", "appliedBy": { "name": "app", "namespace": "flux" },
              "helmReleaseProperties": { "failureCount": 3, "lastRevisionApplied": 2, "helmChartRef": { "name": "c", "namespace": "n" } } },
        ],
    })
}

fn extension(cluster: &str, state: &str) -> Value {
    json!({
        "id": id("s1", "g1", cluster, "extensions/flux"), "extensionType": "microsoft.flux", "provisioningState": state,
        "version": "1.8.0", "releaseTrain": "Stable", "autoUpgradeMinorVersion": true, "statuses": [{ "message": "why" }],
    })
}

fn cluster(group: &str, name: &str, version: &str) -> Value {
    json!({
        "id": format!("/subscriptions/s1/resourceGroups/{group}/providers/Microsoft.ContainerService/ManagedClusters/{name}"),
        "location": "westeurope", "kubernetesVersion": version, "connectivityStatus": "Running",
    })
}

fn page(rows: &[Value]) -> Vec<u8> {
    json!({ "data": rows }).to_string().into_bytes()
}

/// A snapshot of these pages: extensions and configurations, subscriptions, clusters.
fn read(fleet: &[u8], subscriptions: &[u8], clusters: &[u8]) -> Snapshot {
    let mut reader = RowReader::default();
    let mut pages = FleetPages::new(&mut reader);
    pages.page(fleet).expect("a page");
    let (rows, unreadable) = (pages.rows, pages.unreadable);
    let mut names = SubscriptionPages::default();
    names.page(subscriptions).expect("a page");
    let mut pages = ClusterPages::new(&mut reader);
    pages.page(clusters).expect("a page");
    assert_eq!(pages.unreadable.count, 0, "{}", pages.unreadable.example);
    let ClusterPages { clusters, unreadable: odd, .. } = pages;
    let fetched = Instant::now();
    let listing = Arc::new(ClusterListing { clusters, unreadable: odd, fetched });
    let parts = SnapshotParts {
        unreadable,
        subscriptions: Some(Arc::new(names.names)),
        clusters: ClusterReading { listing: Some(listing), failure: None },
        ..SnapshotParts::of_rows(NOW, fetched, rows)
    };
    parts.build(None)
}

fn snapshot_with(rows: &[Value], clusters: &[Value]) -> Snapshot {
    let subscription = json!({ "subscriptionId": "s1", "name": "Production" });
    read(&page(rows), &page(&[subscription]), &page(clusters))
}

fn snapshot(rows: &[Value]) -> Snapshot {
    snapshot_with(rows, &[])
}

fn small() -> Snapshot {
    snapshot(&[
        extension("beta", "Failed"),
        configuration("g2", "alpha", "two", json!("Non-Compliant")),
        configuration("g1", "beta", "one", json!("Compliant")),
        configuration("g1", "alpha", "one", json!(null)),
        extension("alpha", "Succeeded"),
    ])
}

fn ask(snapshot: &Snapshot, query_type: &str, params: Value) -> Frame {
    let day = TimeRange { from: UtcMillis(NOW.0 - 86_400_000), to: NOW };
    ask_within(day, snapshot, query_type, params)
}

fn ask_within(range: TimeRange, snapshot: &Snapshot, query_type: &str, params: Value) -> Frame {
    let Value::Object(params) = params else { panic!("an object") };
    let query_type = Query::find(query_type).expect("known");
    let query =
        Query::new("A", query_type, &params, range).map_err(|e| e.user_text()).expect("good");
    let view = View { snapshot, portal: &Portal::default(), now: NOW, range };
    let frame = frames(&query, &view).remove(0);
    let decoded = Frame::decode(&frame.encode().expect("encodes")).expect("decodes");
    assert_eq!(decoded, frame, "what Grafana reads is what was made");
    frame
}

/// What a query about metrics is answered from, with or without a snapshot.
fn of_metrics<'a>(
    snapshot: Option<&'a Snapshot>,
    range: TimeRange,
    portal: &'a Portal,
) -> MetricsView<'a> {
    MetricsView { snapshot, portal, now: NOW, range }
}

/// The answer when the data source has no endpoint.
fn frames(query: &Query, view: &View<'_>) -> Vec<Frame> {
    match &query.prepared {
        PreparedQuery::Inventory(prepared) => vec![prepared.frame(view)],
        PreparedQuery::Metrics(prepared) => {
            let scrape_interval = Duration::from_secs(30);
            let timing = prepared.timing(view.range, query.resolution, scrape_interval);
            let view = of_metrics(Some(view.snapshot), view.range, view.portal);
            prepared.frames(Run { timing, endpoints: 0 }, &[], &view)
        }
    }
}

fn show(cell: Cell<'_>) -> String {
    match cell {
        Cell::Null => "-".to_owned(),
        Cell::Text(text) => text.to_owned(),
        Cell::Integer(number) => number.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Bool(value) => value.to_string(),
        Cell::Time(time) => UtcMillis(time).to_string(),
    }
}

/// Some columns of a frame, one line per row.
fn lines(frame: &Frame, fields: &[&str]) -> Vec<String> {
    let fields: Vec<&Field> = fields.iter().map(|name| frame.field(name).expect(name)).collect();
    (0..frame.rows())
        .map(|row| fields.iter().map(|field| show(field.cell(row))).collect::<Vec<_>>().join(" "))
        .collect()
}

/// The simulated fleet, read as demo mode reads it.
fn simulated(spec: FleetSpec) -> (Fleet, Snapshot) {
    let fleet = Fleet::generate(spec);
    let body = |table: Table| fleet.page(table, 0..fleet.len(table), NOW);
    let [flux, containers, resources] = Table::ALL.map(body);
    let snapshot = read(&flux, &containers, &resources);
    assert_eq!(snapshot.unreadable().count, 0, "{}", snapshot.unreadable().example);
    (fleet, snapshot)
}

#[test]
fn failed_extensions_come_first_and_say_why() {
    let frame = ask(&small(), "extensions", json!({}));
    assert_eq!(
        lines(
            &frame,
            &[
                "subscription",
                "cluster",
                "clusterType",
                "provisioningState",
                "version",
                "autoUpgrade",
                "statusMessage"
            ]
        ),
        [
            "Production beta AKS Failed 1.8.0 true why",
            "Production alpha AKS Succeeded 1.8.0 true why"
        ]
    );
    let state = frame.field("provisioningState").expect("there");
    assert_eq!(state.config.mappings[0]["options"]["Failed"]["color"], "red");
    assert_eq!(
        state.config.links[0].url,
        "https://portal.azure.com/#resource${__data.fields[\"clusterId\"]}/extensions"
    );
    assert_eq!(frame.field("id").expect("there").config.custom["hideFrom"]["viz"], true);
}

#[test]
fn configurations_show_source_state_and_working_links() {
    let frame = ask(&small(), "configurations", json!({}));
    assert_eq!(
        lines(
            &frame,
            &[
                "cluster",
                "resourceGroup",
                "configuration",
                "sourceKind",
                "reference",
                "complianceState",
                "kustomizations",
                "objectsNotReady"
            ]
        ),
        [
            "alpha g2 two GitRepository main Non-Compliant 2 1",
            "alpha g1 one GitRepository main Pending 2 1",
            "beta g1 one GitRepository main Compliant 2 1",
        ]
    );
    assert_eq!(
        lines(&frame, &["repositoryShort", "commitShort"])[0],
        format!("org/apps {}", &SHA[..7])
    );
    assert_eq!(
        lines(&frame, &["commitLink", "repositoryLink", "commit"])[0],
        format!("https://github.com/org/apps/commit/{SHA} https://github.com/org/apps {SHA}")
    );
}

#[test]
fn without_a_page_of_its_own_a_commit_links_to_the_portal() {
    let mut row = configuration("g1", "alpha", "one", json!("Compliant"));
    row["repositoryUrl"] = json!("oci://registry.example.org/x");
    let frame = ask(&snapshot(&[row]), "configurations", json!({}));
    let overview = format!(
        "https://portal.azure.com/#resource{}/overview",
        id("s1", "g1", "alpha", "fluxConfigurations/one")
    );
    assert_eq!(
        lines(&frame, &["commitLink", "repositoryLink"]),
        [format!("{overview} {overview}")]
    );
}

/// The number beside a list and the list itself: the same objects, whatever state is chosen.
#[test]
fn failing_objects_are_the_same_in_numbers_and_tables() {
    let (_, fleet) = simulated(FleetSpec::default());
    for state in [
        json!({}),
        json!({ "complianceStates": ["Compliant"] }),
        json!({ "complianceStates": ["Non-Compliant"] }),
    ] {
        let mut failing = state.clone();
        failing["show"] = json!("failing");
        let rows = ask(&fleet, "configuration-objects", failing).rows();
        let counted = lines(&ask(&fleet, "failing-objects", state.clone()), &["value"]);
        let counted = counted.iter().filter(|value| *value == "1").count();
        assert_eq!(rows, counted, "{state}");
        let mut by_cluster = state;
        by_cluster["format"] = json!("long");
        let by_cluster = lines(&ask(&fleet, "failing-counts", by_cluster), &["count"]);
        let counts: Vec<usize> =
            by_cluster.iter().map(|count| count.parse().expect("a number")).collect();
        assert!(counts.is_sorted_by(|left, right| left >= right), "{counts:?}");
        assert_eq!(counts.iter().sum::<usize>(), rows);
    }
}

/// Bars show nothing where nothing rolls out; an alert rule needs its row.
#[test]
fn without_configurations_no_share_is_shown() {
    let nothing = snapshot(&[]);
    assert_eq!(ask(&nothing, "rollout", json!({ "format": "bars" })).rows(), 0);
    assert_eq!(ask(&nothing, "rollout", json!({ "format": "share" })).rows(), 1);
    let shares = ask(&small(), "rollout", json!({ "format": "bars" }));
    assert_eq!(lines(&shares, &["name"]), ["org/apps main"]);
}

/// A cluster that lags behind in several rollouts is one cluster.
#[test]
fn clusters_behind_are_counted_once() {
    let (_, fleet) = simulated(FleetSpec { clusters: 12, configurations: 600, seed: 7 });
    let behind = lines(&ask(&fleet, "rollout", json!({ "format": "behind" })), &["value"]);
    let [behind] = behind.as_slice() else { panic!("one number") };
    let rows = lines(&ask(&fleet, "rollout", json!({})), &["behind"]);
    let summed: f64 = rows.iter().filter_map(|count| count.parse::<f64>().ok()).sum();
    let behind: f64 = behind.parse().expect("a number");
    assert!((1.0..=12.0).contains(&behind) && behind < summed, "{behind} of {summed}");
}

#[test]
fn objects_show_the_most_significant_condition() {
    let frame = ask(&small(), "configuration-objects", json!({ "configurations": ["two"] }));
    assert_eq!(
        lines(
            &frame,
            &[
                "kind",
                "name",
                "complianceState",
                "ready",
                "reason",
                "message",
                "lastTransitionTime",
                "appliedBy",
                "failureCount"
            ]
        ),
        [
            "Kustomization two-app Non-Compliant False BuildFailed no such file 2026-01-02T03:04:05Z - -",
            "HelmRelease web Pending - - - - flux/app 3",
            "GitRepository two Compliant - - - - - -",
        ]
    );
    assert!(frame.meta.notices[0].text.contains("no conditions for 2 of these objects"));
}

#[test]
fn kustomizations_take_their_state_from_the_object_made_of_them() {
    let frame = ask(&small(), "kustomizations", json!({ "clusters": ["beta"] }));
    assert_eq!(
        lines(
            &frame,
            &["name", "path", "dependsOn", "prune", "syncInterval", "complianceState", "message"]
        ),
        ["app ./app infra true 600 Non-Compliant no such file", "infra - - - - Pending -"]
    );
}

#[test]
fn a_truncated_table_says_both_numbers() {
    let frame = ask(&small(), "configurations", json!({ "limit": 2 }));
    assert_eq!(frame.rows(), 2);
    assert_eq!(
        frame.meta.notices[0].text,
        "Showing 2 of 3 rows. Raise the row limit (params.limit) or filter further."
    );
    assert!(ask(&small(), "configurations", json!({ "limit": 3 })).meta.notices.is_empty());
}

#[test]
fn two_hundred_thousand_rows_are_counted_whole_and_shown_cut() {
    let mut reader = RowReader::default();
    let mut pages = FleetPages::new(&mut reader);
    for page in 0..200 {
        let row = |number: usize| {
            let cluster = format!("c{page}");
            let resource = format!("fluxConfigurations/app-{number}");
            json!({ "id": id("s1", "g1", &cluster, &resource), "complianceState": "Compliant" })
        };
        let rows: Value = (0..1_000).map(row).collect();
        pages.page(json!({ "data": rows }).to_string().as_bytes()).expect("a page");
    }
    let fleet = Snapshot::of_rows(NOW, Instant::now(), pages.rows);
    let counts = ask(&fleet, "configuration-counts", json!({ "format": "long" }));
    assert!(lines(&counts, &["complianceState", "count"]).contains(&"Compliant 200000".to_owned()));
    let table = ask(&fleet, "configurations", json!({}));
    assert_eq!(table.rows(), 10_000);
    assert!(table.meta.notices[0].text.starts_with("Showing 10000 of 200000 rows."));
}
