//! Readiness from kube-state-metrics, from the controllers, from Azure, and from all of them at once.

use super::*;
use crate::prometheus::{Detected, Kinds, LabelScheme, Labels, Reply, Sample};
use flux::{ObjectState, Text};
use std::sync::Arc;

/// The purpose's name, labels in the order of the expression, and value of a series.
type Line<'a> = (&'a str, &'a [&'a str], f64);

/// An endpoint that has `gotk_resource_info` for some kinds and `gotk_reconcile_condition` for others, on the cluster
/// alpha.
pub(super) fn endpoint(resources: &[&str], conditions: &[&str]) -> Detected {
    let kinds = |kinds: &[&str]| {
        if kinds.is_empty() { Kinds::default() } else { Kinds::of("alpha", kinds) }
    };
    Detected {
        resources: kinds(resources),
        conditions: kinds(conditions),
        labels: Some(LabelScheme::PodMonitor),
        anything: false,
    }
}

/// The answer of a query type when an endpoint returns these series.
pub(super) fn answered(
    snapshot: &Snapshot,
    query_type: &str,
    params: Value,
    detected: Detected,
    series: &[Line<'_>],
) -> Frame {
    answered_from(Some(snapshot), query_type, params, detected, series)
}

fn answered_from(
    snapshot: Option<&Snapshot>,
    query_type: &str,
    params: Value,
    detected: Detected,
    series: &[Line<'_>],
) -> Frame {
    let Value::Object(params) = params else { panic!("an object") };
    let range = TimeRange { from: NOW, to: NOW };
    let query_type = Query::find(query_type).expect("known");
    let query = Query::new("A", query_type, &params, range).expect("good");
    let PreparedQuery::Metrics(prepared) = &query.prepared else { panic!("about metrics") };
    let timing = prepared.timing(range, query.resolution, Duration::from_secs(30));
    let run = Run { timing, endpoints: 1 };
    let selection = prepared.selection();
    let asked = AskedEndpoint { name: "eu", detected: &detected, selection: &selection };
    let plan = prepared.plan(run, &asked);
    let sent = plan.expressions().iter().zip(plan.purpose_names());
    let replies = sent.map(|(sent, purpose)| {
        // `Objects(Resources)` is the purpose `Resources` of a query type that has more purposes.
        let purpose = purpose.trim_end_matches(')').rsplit('(').next().unwrap_or_default();
        let of_purpose = series.iter().filter(|(name, ..)| *name == purpose);
        let sample = |(_, values, value): &Line<'_>| {
            let labels = sent.labels.iter().zip(*values);
            let labels: Labels =
                labels.map(|((_, name), value)| (Text::from(*name), Text::from(*value))).collect();
            Sample { labels, value: *value }
        };
        let items = of_purpose.map(sample).collect();
        PromReply::Vector(Arc::new(Reply { items, warnings: Vec::new(), left_out: 0 }))
    });
    let replies = replies.collect();
    let detected = Arc::new(detected);
    let reply = EndpointReply { endpoint: "eu".into(), detected, plan, replies };
    let portal = Portal::default();
    let view = of_metrics(snapshot, range, &portal);
    let frame = prepared.frames(run, &[reply], &view).remove(0);
    let decoded = Frame::decode(&frame.encode().expect("encodes")).expect("decodes");
    assert_eq!(decoded, frame);
    frame
}

/// A snapshot with one cluster of the name alpha, with what `small` has for alpha of g1.
pub(super) fn alpha() -> Snapshot {
    snapshot(&[
        configuration("g1", "Alpha", "one", json!("Compliant")),
        extension("alpha", "Succeeded"),
    ])
}

const TABLE: [&str; 7] = ["cluster", "kind", "namespace", "name", "state", "ready", "source"];

#[test]
fn states_of_kube_state_metrics_are_read() {
    let series: &[Line<'_>] = &[
        ("Resources", &["alpha", "Bucket", "n", "failing", "False", "false", "r1"], 1.0),
        ("Resources", &["alpha", "Bucket", "n", "fresh", "", "", ""], 1.0),
        ("Resources", &["alpha", "Bucket", "n", "held", "False", "true", ""], 1.0),
        ("Resources", &["alpha", "Bucket", "n", "ok", "True", "", ""], 1.0),
        ("Resources", &["", "Bucket", "n", "there", "Unknown", "", ""], 1.0),
    ];
    let frame = answered(
        &alpha(),
        "reconcilers",
        json!({ "kinds": ["Bucket"] }),
        endpoint(&["Bucket"], &[]),
        series,
    );
    assert_eq!(
        lines(&frame, &TABLE),
        [
            "alpha Bucket n failing Failing False kube-state-metrics",
            "eu Bucket n there Unknown Unknown kube-state-metrics",
            "alpha Bucket n fresh New - kube-state-metrics",
            "alpha Bucket n held Suspended False kube-state-metrics",
            "alpha Bucket n ok Ready True kube-state-metrics",
        ]
    );
    assert_eq!(lines(&frame, &["revision", "resourceGroup"])[0], "r1 g1");
    assert!(frame.meta.notices.is_empty());
    for (state, name) in
        ObjectState::ALL.into_iter().zip(["failing", "there", "fresh", "held", "ok"])
    {
        let params = json!({ "kinds": ["Bucket"], "state": state.as_str() });
        let only = answered(&alpha(), "reconcilers", params, endpoint(&["Bucket"], &[]), series);
        assert_eq!(lines(&only, &["name"]), [name], "{state:?}");
    }
}

#[test]
fn statuses_of_controllers_are_read_with_their_bugs() {
    let series: &[Line<'_>] = &[
        ("Statuses", &["alpha", "Bucket", "n", "gone", "Deleted"], 1.0),
        ("Statuses", &["alpha", "Bucket", "n", "gone", "True"], 1.0),
        ("Statuses", &["alpha", "Bucket", "n", "both", "False"], 1.0),
        ("Statuses", &["alpha", "Bucket", "n", "both", "Unknown"], 1.0),
        ("Statuses", &["alpha", "Bucket", "n", "held", "True"], 1.0),
        ("Suspended", &["alpha", "Bucket", "n", "held"], 1.0),
    ];
    let frame = answered(
        &alpha(),
        "reconcilers",
        json!({ "kinds": ["Bucket"] }),
        endpoint(&[], &["Bucket"]),
        series,
    );
    assert_eq!(
        lines(&frame, &TABLE),
        [
            "alpha Bucket n both Unknown Unknown controllers",
            "alpha Bucket n held Suspended True controllers",
        ]
    );
}

#[test]
fn objects_without_metrics_come_from_azure_with_a_notice() {
    // Kustomizations come from kube-state-metrics; no endpoint reports the other two kinds.
    let series: &[Line<'_>] =
        &[("Resources", &["alpha", "Kustomization", "flux", "one-app", "True", "", "r"], 1.0)];
    let frame =
        answered(&alpha(), "reconcilers", json!({}), endpoint(&["Kustomization"], &[]), series);
    assert_eq!(
        lines(&frame, &TABLE),
        [
            "Alpha HelmRelease web web Unknown Unknown Azure",
            "Alpha GitRepository flux one Ready True Azure",
            "alpha Kustomization flux one-app Ready True kube-state-metrics",
        ]
    );
    // The join ignores the case of the cluster's name.
    assert_eq!(lines(&frame, &["message", "configuration"])[2], "no such file one");
    let notice = &frame.meta.notices[0].text;
    assert!(notice.starts_with("The readiness of 2 objects is Azure's"), "{notice}");
}

#[test]
fn counts_hold_a_zero_for_every_state_of_every_group() {
    let series: &[Line<'_>] = &[
        ("Ready", &["alpha", "Kustomization"], 41.0),
        ("Failing", &["alpha", "Kustomization"], 2.0),
    ];
    let counts = |params: Value| {
        answered(&alpha(), "reconciler-counts", params, endpoint(&["Kustomization"], &[]), series)
    };
    let frame = counts(json!({ "groupBy": ["state"] }));
    let shown: Vec<_> = frame
        .fields
        .iter()
        .map(|field| format!("{} {}", field.config.display_name_from_ds, show(field.cell(0))))
        .collect();
    assert_eq!(shown, ["Failing 2", "Unknown 1", "New 0", "Suspended 0", "Ready 42"]);
    assert_eq!(frame.fields[0].config.color.as_ref().expect("a colour")["fixedColor"], "red");
    let frame = counts(json!({ "format": "long", "kinds": ["Kustomization"] }));
    assert_eq!(
        lines(&frame, &["kind", "state", "count"]),
        [
            "Kustomization Failing 2",
            "Kustomization Unknown 0",
            "Kustomization New 0",
            "Kustomization Suspended 0",
            "Kustomization Ready 41"
        ]
    );
    let frame = counts(json!({ "format": "long", "groupBy": ["cluster"] }));
    assert_eq!(
        lines(&frame, &["cluster", "resourceGroup", "state", "count"])[0],
        "Alpha g1 Failing 0"
    );
}

#[test]
fn not_ready_has_a_row_per_failing_object_and_never_none() {
    let fleet = alpha();
    let series: &[Line<'_>] = &[("InState", &["alpha", "Kustomization", "flux", "one-app"], 1.0)];
    let known = || endpoint(&["Kustomization"], &[]);
    let labels = ["resourceGroup", "cluster", "clusterType", "kind", "namespace", "name", "value"];
    let params = json!({ "kinds": ["Kustomization"] });
    let failing = answered(&fleet, "not-ready", params.clone(), known(), series);
    assert_eq!(failing.meta.frame_type, FrameType::NumericLong);
    assert_eq!(lines(&failing, &labels), ["g1 alpha AKS Kustomization flux one-app 1"]);
    let fine = answered(&fleet, "not-ready", params.clone(), known(), &[]);
    assert_eq!(lines(&fine, &["cluster", "value"]), ["- 0"]);
    // Azure reports the object when no endpoint reports its kind, and when there is no endpoint.
    let azure = "g1 Alpha AKS Kustomization flux one-app 1";
    assert_eq!(
        lines(&answered(&fleet, "not-ready", params.clone(), endpoint(&[], &[]), &[]), &labels),
        [azure]
    );
    assert_eq!(lines(&ask(&fleet, "not-ready", params), &labels), [azure]);
    let all = answered(
        &fleet,
        "not-ready",
        json!({ "include": "all", "names": ["one-app"] }),
        known(),
        &[("Resources", &["alpha", "Kustomization", "flux", "one-app", "True", "", ""], 1.0)],
    );
    assert_eq!(lines(&all, &labels), ["g1 alpha AKS Kustomization flux one-app 0"]);
}

#[test]
fn clusters_with_the_same_name_stay_separate_when_azure_knows_them() {
    let fleet = snapshot(&[
        configuration("g1", "alpha", "one", json!("Compliant")),
        configuration("g2", "alpha", "one", json!("Compliant")),
    ]);
    let frame = ask(&fleet, "not-ready", json!({ "kinds": ["Kustomization"] }));
    assert_eq!(
        lines(&frame, &["resourceGroup", "cluster", "name"]),
        ["g1 alpha one-app", "g2 alpha one-app"]
    );
    assert_eq!(ask(&fleet, "reconcilers", json!({ "kinds": ["Kustomization"] })).rows(), 2);
}

#[test]
fn values_are_those_of_azure_and_of_series() {
    let series: &[Line<'_>] =
        &[("LabelValues", &["Bucket"], 3.0), ("LabelValues", &["helmrelease"], 3.0)];
    let values = |params: Value| {
        lines(&answered(&alpha(), "values", params, endpoint(&[], &[]), series), &["value"])
    };
    assert_eq!(
        values(json!({ "dimension": "kind" })),
        ["Bucket", "GitRepository", "HelmRelease", "Kustomization"]
    );
    let azure = values(json!({ "dimension": "repository" }));
    assert_eq!(azure, ["https://github.com/org/apps"], "no series has that");
}

/// Azure's report of a cluster whose agent reported at this time, with a Compliant object.
fn reported(at: &str, commit: &str) -> Snapshot {
    let mut row = configuration("g1", "alpha", "one", json!("Compliant"));
    row["statusUpdatedAt"] = json!(at);
    row["sourceSyncedCommitId"] = json!(commit);
    row["statuses"] = json!([
        { "name": "one", "namespace": "flux", "kind": "GitRepository", "complianceState": "Compliant" }
    ]);
    snapshot(&[row])
}

#[test]
fn drift_names_the_difference() {
    // NOW is 2026-09-21T14:13:20Z.
    let (recent, old) = ("2026-09-21T14:10:00Z", "2026-09-21T12:00:00Z");
    let commit = format!("main/{SHA}");
    let here = format!("main@sha1:{SHA}");
    let there = "main@sha1:0000000000000000000000000000000000000000";
    let known = || endpoint(&["GitRepository"], &[]);
    let row = |ready: &'static str, suspended: &'static str, revision: &str| {
        let values: Vec<String> =
            ["alpha", "GitRepository", "flux", "one", ready, suspended, revision]
                .map(str::to_owned)
                .to_vec();
        values
    };
    for (at, cluster, detected, expected) in [
        (recent, Some(row("True", "", &here)), known(), "None"),
        (recent, Some(row("False", "", &here)), known(), "State"),
        (recent, Some(row("Unknown", "", &here)), known(), "None"),
        (recent, Some(row("True", "true", &here)), known(), "Suspended"),
        (recent, Some(row("True", "", there)), known(), "Revision"),
        (old, Some(row("False", "", &here)), known(), "Stale agent"),
        (old, Some(row("True", "true", &here)), known(), "Suspended"),
        (recent, None, known(), "Gone"),
        (recent, None, endpoint(&[], &[]), "Not measured"),
    ] {
        let values: Vec<&str> = cluster.iter().flatten().map(String::as_str).collect();
        let line = ("Resources", values.as_slice(), 1.0);
        let series = if cluster.is_some() { vec![line] } else { Vec::new() };
        let snapshot = reported(at, &commit);
        let frame = answered(&snapshot, "drift", json!({}), detected, &series);
        assert_eq!(
            lines(&frame, &["name", "difference"]),
            [format!("one {expected}")],
            "{cluster:?}"
        );
    }
}

#[test]
fn drift_shows_objects_that_only_the_cluster_reports_and_their_durations() {
    let series: &[Line<'_>] = &[
        ("Resources", &["alpha", "Bucket", "n", "new", "True", "", ""], 1.0),
        ("Durations", &["alpha", "Bucket", "n", "new"], 2.5),
    ];
    let snapshot = reported("2026-09-21T14:10:00Z", SHA);
    let known = || endpoint(&["Bucket"], &[]);
    let params = json!({ "show": "differing" });
    let frame = answered(&snapshot, "drift", params, known(), series);
    assert_eq!(
        lines(&frame, &["kind", "difference", "clusterState", "azureState", "reconcileDuration"]),
        ["Bucket Not reported Ready - 2.5"]
    );
    assert!(frame.meta.notices[0].text.starts_with("Of 1 objects only Azure's side is known"));
    let alone = ask(&snapshot, "drift", json!({}));
    assert_eq!(lines(&alone, &["difference"]), ["Not measured"]);
    assert!(alone.meta.notices[0].text.starts_with("Only Azure's side is known"));
    let stale = json!({ "staleMinutes": 1 });
    let ready: &[Line<'_>] =
        &[("Resources", &["alpha", "GitRepository", "flux", "one", "True", "", ""], 1.0)];
    let known = endpoint(&["GitRepository"], &[]);
    let frame = answered(&snapshot, "drift", stale, known, ready);
    assert_eq!(lines(&frame, &["difference"]), ["Stale agent"]);
}

/// Two configurations of one cluster and one of another, each with a kustomization named apps.
fn three() -> Snapshot {
    let statuses = json!([
        { "kind": "Kustomization", "namespace": "flux", "name": "apps", "complianceState": "Compliant" },
        { "kind": "GitRepository", "namespace": "flux", "name": "apps", "complianceState": "Compliant" },
        { "kind": "ConfigMap", "namespace": "flux", "name": "apps", "complianceState": "Compliant" },
    ]);
    let with_objects = |cluster: &str, name: &str| {
        let mut row = configuration("g1", cluster, name, json!("Compliant"));
        row["statuses"] = statuses.clone();
        row["statusUpdatedAt"] = json!("2026-09-21T14:10:00Z");
        row
    };
    snapshot(&[
        with_objects("beta", "one"),
        with_objects("Alpha", "two"),
        with_objects("alpha", "one"),
    ])
}

#[test]
fn drift_has_a_row_for_each_configuration_that_has_an_object_and_reconcilers_one_for_all() {
    let series: &[Line<'_>] = &[
        ("Resources", &["ALPHA", "Kustomization", "flux", "apps", "True", "", ""], 1.0),
        ("Resources", &["aaa", "Kustomization", "flux", "other", "True", "", ""], 1.0),
    ];
    let known = || endpoint(&["Kustomization"], &[]);
    let columns = ["cluster", "kind", "configuration", "difference"];
    let frame = answered(&three(), "drift", json!({}), known(), series);
    let rows = [
        "aaa Kustomization - Not reported",
        "Alpha GitRepository one Not measured",
        "Alpha GitRepository two Not measured",
        "Alpha Kustomization one None",
        "Alpha Kustomization two None",
        "beta GitRepository one Not measured",
        "beta Kustomization one Not measured",
    ];
    assert_eq!(lines(&frame, &columns), rows);
    let frame = answered(&three(), "reconcilers", json!({}), known(), series);
    assert_eq!(
        lines(&frame, &["cluster", "kind", "configuration", "source"]),
        [
            "aaa Kustomization - kube-state-metrics",
            "Alpha GitRepository one Azure",
            "ALPHA Kustomization one kube-state-metrics",
            "beta GitRepository one Azure",
            "beta Kustomization one Azure",
        ]
    );
}

#[test]
fn drift_that_is_cut_says_how_much_there_is() {
    let columns = ["cluster", "kind", "configuration"];
    for (params, shown, all) in [
        (json!({ "limit": 1 }), 1, 6),
        (json!({ "limit": 3 }), 3, 6),
        (json!({ "limit": 5, "kinds": ["kustomization"] }), 3, 3),
        (json!({ "limit": 2, "kinds": ["kustomization"] }), 2, 3),
    ] {
        let whole = {
            let mut whole = params.clone();
            whole["limit"] = json!(100);
            lines(&ask(&three(), "drift", whole), &columns)
        };
        assert_eq!(whole.len(), all);
        let frame = ask(&three(), "drift", params.clone());
        assert_eq!(lines(&frame, &columns), whole[..shown], "{params}");
        let cut = frame.meta.notices.iter().find(|notice| notice.text.contains("rows"));
        let says =
            |text: &str| text.contains(&shown.to_string()) && text.contains(&all.to_string());
        assert_eq!(cut.is_some_and(|notice| says(&notice.text)), shown < all, "{params}");
        let unmeasured = ask(&three(), "drift", json!({ "limit": 1, "show": "differing" }));
        assert_eq!(unmeasured.rows(), 0);
    }
}

#[test]
fn series_are_not_assigned_to_clusters_that_share_a_name() {
    let mut rows = [
        configuration("g1", "alpha", "one", json!("Compliant")),
        configuration("g2", "Alpha", "one", json!("Compliant")),
    ];
    for row in &mut rows {
        row["statuses"] = json!([{ "kind": "Kustomization", "namespace": "flux", "name": "apps" }]);
    }
    let series: &[Line<'_>] =
        &[("Resources", &["alpha", "Kustomization", "flux", "apps", "True", "", ""], 1.0)];
    let frame =
        answered(&snapshot(&rows), "drift", json!({}), endpoint(&["Kustomization"], &[]), series);
    assert_eq!(
        lines(&frame, &["cluster", "resourceGroup", "difference"]),
        ["alpha g1 Gone", "Alpha g2 Gone", "alpha - Not reported"]
    );
}

#[test]
fn objects_of_metrics_are_listed_when_there_is_no_snapshot() {
    let series: &[Line<'_>] =
        &[("Resources", &["alpha", "Kustomization", "flux", "one-app", "False", "", ""], 1.0)];
    let detected = || endpoint(&["Kustomization"], &[]);
    let answer =
        |snapshot, query_type| answered_from(snapshot, query_type, json!({}), detected(), series);
    let fleet = alpha();
    let fields = ["cluster", "name", "state", "source", "resourceGroup"];
    let known = "alpha one-app Failing kube-state-metrics";
    let with_snapshot = lines(&answer(Some(&fleet), "reconcilers"), &fields);
    assert!(with_snapshot.contains(&format!("{known} g1")), "{with_snapshot:?}");
    // No Azure rows, and no resource group for the cluster.
    let alone = lines(&answer(None, "reconcilers"), &fields);
    assert_eq!(alone.len(), 1, "{alone:?}");
    assert!(alone[0].starts_with(known) && !alone[0].contains("g1"), "{alone:?}");
    let drift = lines(&answer(None, "drift"), &["cluster", "name", "difference"]);
    assert_eq!(drift, ["alpha one-app Not reported"]);
}
