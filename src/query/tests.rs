//! Every query type over small fleets written out here, and over the simulated one.

mod coverage;
mod events;
mod overdue;
mod readiness;
mod rollout;
mod top_errors;
mod versions;

use super::*;
use crate::arg::{ClusterPages, FleetPages, PageSink, RowReader, SubscriptionPages};
use crate::fleet::{Fleet, FleetSpec, Table};
use crate::frame::{Cell, Field};
use crate::inventory::ClusterListing;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::Arc;
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

/// A snapshot of what these pages hold: extensions and configurations, subscriptions, clusters.
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
    let mut snapshot = Snapshot::build(rows, unreadable, None, (NOW, fetched));
    snapshot.subscriptions = Arc::new(names.names);
    snapshot.with_clusters(Some(listing), None, None)
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
    let frame = match &query_type.answer {
        Answer::Inventory(answer) => answer(&query.params, &view),
        // As it is where no endpoint is configured.
        Answer::Metrics(answer) => {
            let scrape_interval = Duration::from_secs(30);
            let timing = (answer.timing)(&query.params, range, query.resolution, scrape_interval);
            let query = MetricsQuery { params: &query.params, timing, endpoints: 0 };
            (answer.frames)(&query, &[], &view).remove(0)
        }
    };
    let decoded = Frame::decode(&frame.encode().expect("encodes")).expect("decodes");
    assert_eq!(decoded, frame, "what Grafana reads is what was made");
    frame
}

fn show(cell: Cell<'_>) -> String {
    match cell {
        Cell::Null => "-".to_owned(),
        Cell::Text(text) => text.to_owned(),
        Cell::Integer(number) => number.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Bool(value) => value.to_string(),
        Cell::Time(time) => time.to_string(),
    }
}

/// Some columns of a frame, a line per row.
fn lines(frame: &Frame, fields: &[&str]) -> Vec<String> {
    let fields: Vec<&Field> = fields.iter().map(|name| frame.field(name).expect(name)).collect();
    (0..frame.rows())
        .map(|row| fields.iter().map(|field| show(field.cell(row))).collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn extensions_are_sorted_by_cluster_and_say_why_they_fail() {
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
            "Production alpha AKS Succeeded 1.8.0 true why",
            "Production beta AKS Failed 1.8.0 true why"
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
            "alpha g1 one GitRepository main Pending 2 1",
            "alpha g2 two GitRepository main Non-Compliant 2 1",
            "beta g1 one GitRepository main Compliant 2 1",
        ]
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

#[test]
fn objects_show_the_condition_that_tells_most() {
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
            "GitRepository two Compliant - - - - - -",
            "HelmRelease web Pending - - - - flux/app 3",
            "Kustomization two-app Non-Compliant False BuildFailed no such file 2026-01-02T03:04:05Z - -",
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
fn filters_look_at_the_row_or_at_what_it_belongs_to() {
    let fleet = small();
    let clusters = |query_type: &str, params: Value| {
        lines(&ask(&fleet, query_type, params), &["cluster", "resourceGroup"])
    };
    let all = ["alpha g1", "alpha g2", "beta g1"];
    for (params, expected) in [
        (json!({ "subscriptions": ["production"] }), &all[..]),
        (json!({ "subscriptions": ["S1"] }), &all),
        (json!({ "subscriptions": ["other"] }), &[]),
        (json!({ "resourceGroups": ["G2"] }), &all[1..2]),
        (json!({ "clusters": ["ALPHA"] }), &all[..2]),
        (
            json!({ "clusters": [id("S1", "G2", "Alpha", "x").split("/providers/Microsoft.KubernetesConfiguration").next()] }),
            &all[1..2],
        ),
        (json!({ "configurations": ["two"] }), &all[1..2]),
        (json!({ "namespaces": ["flux"] }), &all),
        (json!({ "namespaces": ["web"] }), &[]),
        (json!({ "kinds": ["helmrelease"] }), &all),
        (json!({ "kinds": ["Bucket"] }), &[]),
        (json!({ "complianceStates": ["Pending"] }), &all[..1]),
        (json!({ "complianceStates": ["noncompliant"] }), &all[1..2]),
        (json!({ "commits": [SHA] }), &all),
        (json!({ "commits": [&SHA[..7]] }), &all),
        (json!({ "commits": [format!("other/{SHA}")] }), &all),
        (json!({ "commits": ["main"] }), &[]),
        (json!({ "repositories": ["HTTPS://GITHUB.COM/org/apps"] }), &all),
        (json!({ "repositories": ["https://github.com/org"] }), &[]),
        (json!({ "clusters": ["alpha"], "complianceStates": ["Pending", "Compliant"] }), &all[..1]),
    ] {
        assert_eq!(clusters("configurations", params.clone()), expected, "{params}");
    }
    // Extensions have no commit: that filter leaves them in.
    assert_eq!(
        clusters("extensions", json!({ "commits": ["abcdef0"], "clusters": ["beta"] })),
        ["beta g1"]
    );
    // Objects are filtered by their own kind, namespace and state.
    let objects = ask(
        &fleet,
        "configuration-objects",
        json!({ "namespaces": ["web"], "complianceStates": ["Pending"] }),
    );
    assert_eq!(lines(&objects, &["kind"]), ["HelmRelease"; 3]);
}

#[test]
fn a_cut_is_said_with_both_numbers() {
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
    let (rows, unreadable) = (pages.rows, pages.unreadable);
    let fleet = Snapshot::build(rows, unreadable, None, (NOW, Instant::now()));
    let counts = ask(&fleet, "configuration-counts", json!({ "format": "long" }));
    assert!(lines(&counts, &["complianceState", "count"]).contains(&"Compliant 200000".to_owned()));
    let table = ask(&fleet, "configurations", json!({}));
    assert_eq!(table.rows(), 10_000);
    assert!(table.meta.notices[0].text.starts_with("Showing 10000 of 200000 rows."));
}

#[test]
fn counts_hold_every_known_state_with_its_colour() {
    let frame = ask(&small(), "configuration-counts", json!({}));
    let counts: Vec<_> = frame
        .fields
        .iter()
        .map(|field| {
            let color = field.config.color.as_ref().expect("a colour")["fixedColor"].clone();
            (field.config.display_name_from_ds.clone(), show(field.cell(0)), color)
        })
        .collect();
    let expected = [
        ("Non-Compliant", "1", "red"),
        ("Pending", "1", "yellow"),
        ("Unknown", "0", "#8e8e8e"),
        ("Suspended", "0", "blue"),
        ("Compliant", "1", "green"),
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|(n, c, color)| ((*n).to_owned(), (*c).to_owned(), json!(color)))
        .collect();
    assert_eq!(counts, expected);
    assert_eq!(frame.fields[0].labels["complianceState"], "Non-Compliant");
    assert!(frame.fields.iter().all(|field| field.name == "count"));
}

#[test]
fn counts_by_cluster_keep_namesakes_apart() {
    let params = json!({ "groupBy": ["cluster"], "format": "long" });
    let frame = ask(&small(), "configuration-counts", params);
    assert_eq!(frame.meta.frame_type, FrameType::NumericLong);
    assert_eq!(
        lines(&frame, &["cluster", "resourceGroup", "subscriptionId", "count"]),
        ["alpha g1 s1 1", "alpha g2 s1 1", "beta g1 s1 1"]
    );
}

#[test]
fn counts_by_several_dimensions_hold_the_combinations_that_there_are() {
    let params = json!({ "groupBy": ["complianceState", "subscription"], "format": "long" });
    let frame = ask(&small(), "configuration-counts", params);
    assert_eq!(
        lines(&frame, &["complianceState", "subscription", "subscriptionId", "count"]),
        ["Compliant Production s1 1", "Non-Compliant Production s1 1", "Pending Production s1 1"]
    );
}

#[test]
fn counts_are_never_empty() {
    let nothing = json!({ "groupBy": ["repositoryUrl"], "clusters": ["none"] });
    let frame = ask(&small(), "configuration-counts", nothing.clone());
    assert_eq!((frame.rows(), lines(&frame, &["count"])), (1, vec!["0".to_owned()]));
    let mut long = nothing;
    long["format"] = json!("long");
    assert_eq!(
        lines(&ask(&small(), "configuration-counts", long), &["repositoryUrl", "count"]),
        ["- 0"]
    );
}

#[test]
fn alerts_have_a_row_per_failing_item_and_never_none() {
    let fleet = small();
    let frame = ask(&fleet, "failing-configurations", json!({}));
    assert_eq!(frame.meta.frame_type, FrameType::NumericLong);
    assert_eq!(
        lines(&frame, &["cluster", "resourceGroup", "configuration", "value"]),
        ["alpha g2 two 1"]
    );
    let all = ask(&fleet, "failing-configurations", json!({ "include": "all" }));
    assert_eq!(
        lines(&all, &["cluster", "configuration", "value"]),
        ["alpha two 1", "alpha one 0", "beta one 0"]
    );
    let objects = ask(
        &fleet,
        "failing-objects",
        json!({ "kinds": ["Kustomization"], "configurations": ["two"] }),
    );
    assert_eq!(
        lines(&objects, &["kind", "namespace", "name", "value"]),
        ["Kustomization flux two-app 1"]
    );
    assert_eq!(
        lines(&ask(&fleet, "failing-extensions", json!({})), &["cluster", "extension", "value"]),
        ["beta flux 1"]
    );
    for query_type in ["failing-extensions", "failing-configurations", "failing-objects"] {
        let fine = ask(&fleet, query_type, json!({ "clusters": ["no such cluster"] }));
        assert_eq!(lines(&fine, &["cluster", "value"]), ["- 0"], "{query_type}");
    }
}

#[test]
fn alerts_have_no_label_that_changes_while_an_item_fails() {
    let before = configuration("g1", "alpha", "one", json!("Non-Compliant"));
    let mut after = before.clone();
    after["sourceSyncedCommitId"] = json!("main/0000000000000000000000000000000000000000");
    after["statusUpdatedAt"] = json!("2026-02-02T00:00:00Z");
    after["errorMessage"] = json!("another");
    after["statuses"][1]["statusConditions"][0]["message"] = json!("another");
    after["statuses"][1]["statusConditions"][0]["lastTransitionTime"] =
        json!("2026-02-02T00:00:00Z");
    for query_type in ["failing-configurations", "failing-objects"] {
        let frames = [&before, &after]
            .map(|row| ask(&snapshot(std::slice::from_ref(row)), query_type, json!({})));
        assert_eq!(frames[0], frames[1], "{query_type}");
    }
}

#[test]
fn two_items_with_the_same_labels_are_one_row() {
    let mut row = configuration("g1", "alpha", "one", json!("Compliant"));
    let twin = row["statuses"][1].clone();
    row["statuses"].as_array_mut().expect("a list").push(twin);
    let frame = ask(&snapshot(&[row]), "failing-objects", json!({}));
    assert_eq!(frame.rows(), 1);
}

#[test]
fn values_are_those_of_the_rows_that_pass() {
    let fleet = small();
    let values = |dimension: &str, filters: Value| {
        let mut params = filters;
        params["dimension"] = json!(dimension);
        lines(&ask(&fleet, "values", params), &["text", "value"])
    };
    assert_eq!(values("subscription", json!({})), ["Production s1"]);
    assert_eq!(values("configuration", json!({ "clusters": ["beta"] })), ["one one"]);
    assert_eq!(
        values("kind", json!({})),
        ["GitRepository GitRepository", "HelmRelease HelmRelease", "Kustomization Kustomization"]
    );
    assert_eq!(values("commit", json!({})), [format!("main@sha1:438c75f547 main@sha1:{SHA}")]);
    assert_eq!(values("provisioningState", json!({})), ["Failed Failed", "Succeeded Succeeded"]);
    assert_eq!(
        values("cluster", json!({})),
        [
            "alpha (g1) /subscriptions/s1/resourceGroups/g1/providers/Microsoft.ContainerService/managedClusters/alpha",
            "alpha (g2) /subscriptions/s1/resourceGroups/g2/providers/Microsoft.ContainerService/managedClusters/alpha",
            "beta beta",
        ]
    );
    // What a list of values offers, the filter takes.
    let picked = values("cluster", json!({}))[1].rsplit(' ').next().expect("a value").to_owned();
    assert_eq!(
        lines(&ask(&fleet, "configurations", json!({ "clusters": [picked] })), &["configuration"]),
        ["two"]
    );
}

/// The simulated fleet, read as demo mode reads it.
fn simulated(spec: FleetSpec) -> (Fleet, Snapshot) {
    let fleet = Fleet::generate(spec);
    let body = |table: Table| {
        let mut body = b"{\"data\":[".to_vec();
        for row in 0..fleet.len(table) {
            if row > 0 {
                body.push(b',');
            }
            fleet.write_row(table, row, NOW, &mut body);
        }
        body.extend_from_slice(b"]}");
        body
    };
    let [flux, containers, resources] = Table::ALL.map(body);
    let snapshot = read(&flux, &containers, &resources);
    assert_eq!(snapshot.unreadable.count, 0, "{}", snapshot.unreadable.example);
    (fleet, snapshot)
}

#[test]
fn every_type_keeps_its_contract_on_the_simulated_fleet() {
    let (_, snapshot) = simulated(FleetSpec::default());
    // What a metric's frames hold depends on the endpoint: tests/it/prometheus has them.
    for query_type in CATALOGUE.iter().filter(|query_type| query_type.id != "metric") {
        let params = match query_type.id {
            "values" => json!({ "dimension": "cluster" }),
            id if id.ends_with("-counts") => json!({ "format": "long" }),
            _ => json!({}),
        };
        let frame = ask(&snapshot, query_type.id, params);
        assert!(frame.rows() > 1, "{} has rows", query_type.id);
        assert_eq!(frame.name, query_type.id);
        assert!(query_type.frame_types.contains(&frame.meta.frame_type), "{}", query_type.id);
        let names: Vec<_> = frame.fields.iter().map(|field| field.name.as_str()).collect();
        let contract = (query_type.fields)();
        assert_eq!(
            names,
            contract.iter().map(|field| field.name).collect::<Vec<_>>(),
            "{}",
            query_type.id
        );
        for (field, spec) in frame.fields.iter().zip(&contract) {
            assert_eq!(field.config.description, spec.doc, "{} {}", query_type.id, spec.name);
            let without_endpoints = query_type.id == "drift"
                && (spec.name.starts_with("cluster") && spec.name != "cluster"
                    || spec.name == "reconcileDuration"
                    || spec.name == "source");
            assert!(
                without_endpoints || field.cells().any(|cell| cell != Cell::Null),
                "{} {} has a value",
                query_type.id,
                spec.name
            );
        }
    }
}

#[test]
fn counts_agree_with_tables_and_with_the_truth() {
    let (fleet, snapshot) = simulated(FleetSpec { clusters: 40, configurations: 5_000, seed: 7 });
    let truth = fleet.truth(NOW);
    let table = ask(&snapshot, "configurations", json!({}));
    assert_eq!((table.rows(), table.meta.notices.len()), (5_000, 0));
    let counts = ask(&snapshot, "configuration-counts", json!({ "format": "long" }));
    let states = table.field("complianceState").expect("there");
    for row in 0..counts.rows() {
        let Cell::Text(state) = counts.fields[0].cell(row) else { panic!("a state") };
        let Cell::Integer(count) = counts.fields[1].cell(row) else { panic!("a count") };
        let in_table = states.cells().filter(|cell| *cell == Cell::Text(state)).count();
        assert_eq!(usize::try_from(count).expect("small"), in_table, "{state}");
        let filtered = ask(&snapshot, "configurations", json!({ "complianceStates": [state] }));
        assert_eq!(filtered.rows(), in_table, "{state}");
        let known = truth.compliance.iter().find(|(known, _)| known.as_str() == state);
        assert_eq!(known.map_or(0, |(_, count)| *count), in_table, "{state}");
    }
    let failing =
        ask(&snapshot, "failing-configurations", json!({ "complianceStates": ["Non-Compliant"] }));
    let non_compliant =
        ask(&snapshot, "configurations", json!({ "complianceStates": ["Non-Compliant"] }));
    assert_eq!(failing.rows(), non_compliant.rows());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn answers_do_not_depend_on_the_order_of_arrival(order in Just((0..9usize).collect::<Vec<_>>()).prop_shuffle()) {
        let rows = [
            extension("beta", "Failed"), extension("alpha", "Succeeded"), extension("Gamma", "Creating"),
            configuration("g1", "alpha", "b", json!("Compliant")), configuration("g1", "Alpha", "a", json!("Pending")),
            configuration("g2", "alpha", "a", json!("Non-Compliant")), configuration("g1", "beta", "c", json!("Unknown")),
            configuration("g1", "beta", "A", json!("Suspended")), configuration("g1", "gamma", "d", json!("Degraded")),
        ];
        let clusters = ["delta", "GAMMA", "alpha", "Epsilon", "Delta", "zeta", "eta", "theta", "iota"].map(|name| cluster("g1", name, "1.33.3"));
        let shuffle = |rows: &[Value]| order.iter().map(|&index| rows[index].clone()).collect::<Vec<_>>();
        let sorted = snapshot_with(&rows, &clusters);
        let shuffled = snapshot_with(&shuffle(&rows), &shuffle(&clusters));
        for query_type in CATALOGUE.iter().filter(|query_type| query_type.id != "metric") {
            let params = if query_type.id == "values" { json!({ "dimension": "configuration" }) } else { json!({}) };
            // Which spelling of a cluster is shown may differ, its rows may not.
            let contract = (query_type.fields)();
            let has_group = contract.iter().any(|field| field.name == "resourceGroup");
            let fields = match query_type.id {
                id if id.ends_with("-counts") => ["count"],
                "values" | "source-health" => ["value"],
                _ if has_group => ["resourceGroup"],
                _ => [contract[0].name],
            };
            let (left, right) = (ask(&sorted, query_type.id, params.clone()), ask(&shuffled, query_type.id, params));
            prop_assert_eq!(lines(&left, &fields), lines(&right, &fields), "{}", query_type.id);
            prop_assert_eq!(left.rows(), right.rows());
        }
    }

    #[test]
    fn any_filter_text_selects_only_itself(text in filter_text()) {
        // A blank text is as good as none.
        prop_assume!(!text.trim().is_empty());
        let snapshot = small();
        for (filter, values) in FILTERS {
            let frame = ask(&snapshot, "configurations", json!({ filter: [text] }));
            let digits = text.rsplit([':', '/', '@']).next().unwrap_or_default();
            let is_one = values.iter().any(|value| value.eq_ignore_ascii_case(&text))
                // A commit is its digits, however it is spelled; seven of them do.
                || filter == "commits" && digits.len() >= 7 && SHA.starts_with(&digits.to_ascii_lowercase());
            prop_assert_eq!(frame.rows() > 0, is_one, "{}", filter);
        }
    }
}

/// Every filter, with all that it accepts in the small fleet; the beginning of a commit aside.
const FILTERS: [(&str, &[&str]); 9] = [
    ("subscriptions", &["s1", "Production"]),
    ("resourceGroups", &["g1", "g2"]),
    ("clusters", &["alpha", "beta"]),
    ("configurations", &["one", "two"]),
    ("namespaces", &["flux"]),
    ("kinds", &["GitRepository", "Kustomization", "HelmRelease"]),
    ("complianceStates", &["Compliant", "Non-Compliant", "Pending"]),
    ("commits", &[SHA, "main@sha1:438c75f547dafaa18ca1b344d978bc980cdf6032"]),
    ("repositories", &["https://github.com/org/apps"]),
];

/// Any text, and texts that are a filter's value but for something before, after or missing.
fn filter_text() -> impl Strategy<Value = String> {
    let values: Vec<&str> = FILTERS.iter().flat_map(|(_, values)| values.iter().copied()).collect();
    let value = prop::sample::select(values);
    prop_oneof![
        "\\PC{1,12}",
        (value, "|'|\"|\\*|%|\\.|\\|/|\\\\|\\PC", any::<bool>(), 0..4usize).prop_map(
            |(value, more, before, cut)| {
                let value = &value[..value.len() - cut.min(value.len() - 1)];
                if before {
                    format!("{more}{value}")
                } else {
                    format!("{value}{more}").to_ascii_uppercase()
                }
            }
        ),
    ]
}
