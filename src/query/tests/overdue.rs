//! Tests `overdue` and `source-health`.

use super::readiness::{answered, endpoint};
use super::*;

const MINUTE: i64 = 60_000;

/// Minutes before now.
fn ago(minutes: i64) -> Value {
    json!(UtcMillis(NOW.0 - minutes * MINUTE).to_string())
}

fn with(name: &str, state: Value, members: Value) -> Value {
    let mut row = configuration("g1", "alpha", name, state);
    let Value::Object(members) = members else { panic!("an object") };
    row.as_object_mut().expect("an object").extend(members);
    row
}

const LINE: [&str; 5] = ["cluster", "kind", "namespace", "name", "value"];

#[test]
fn pending_is_measured_from_the_latest_known_change() {
    let condition =
        json!([{ "type": "Ready", "status": "Unknown", "lastTransitionTime": ago(10) }]);
    let objects = json!([{ "name": "x", "kind": "Bucket", "statusConditions": condition }]);
    let fleet = snapshot(&[
        with("moved", json!("Pending"), json!({ "sourceUpdatedAt": ago(90), "statuses": objects })),
        with("stuck", json!("Pending"), json!({ "sourceUpdatedAt": ago(90), "statuses": [] })),
        with("new", json!(null), json!({ "statuses": [] })),
        with("fine", json!("Compliant"), json!({ "sourceUpdatedAt": ago(90) })),
    ]);
    let names = |params: Value| lines(&ask(&fleet, "overdue", params), &["name"]);
    assert_eq!(names(json!({})), ["moved", "new", "stuck"], "any time");
    assert_eq!(names(json!({ "minutes": 10 })), ["moved", "new", "stuck"]);
    assert_eq!(names(json!({ "minutes": 11 })), ["new", "stuck"]);
    assert_eq!(names(json!({ "minutes": 91 })), ["new"], "since when isn't known");
    assert_eq!(names(json!({ "names": ["stuck"] })), ["stuck"]);
    assert_eq!(names(json!({ "clusters": ["beta"] })), ["-"]);
    let all = ask(&fleet, "overdue", json!({ "include": "all", "minutes": 91 }));
    assert_eq!(
        lines(&all, &LINE),
        [
            "alpha FluxConfiguration flux new 1",
            "alpha FluxConfiguration flux fine 0",
            "alpha FluxConfiguration flux moved 0",
            "alpha FluxConfiguration flux stuck 0",
        ]
    );
}

#[test]
fn silent_means_reported_long_ago_and_not_never_reported() {
    let reported = |minutes: i64| json!({ "statusUpdatedAt": ago(minutes) });
    let fleet = snapshot(&[
        with("a", json!("Compliant"), reported(239)),
        with("b", json!("Compliant"), reported(240)),
        with("c", json!("Non-Compliant"), reported(1_000)),
        with("d", json!(null), json!({ "statusUpdatedAt": null })),
    ]);
    let names = |minutes: u32| {
        let params = json!({ "overdue": "silent", "minutes": minutes });
        lines(&ask(&fleet, "overdue", params), &["name", "value"])
    };
    assert_eq!(names(0), ["b 1", "c 1"], "four hours");
    assert_eq!(names(200), ["a 1", "b 1", "c 1"]);
    assert_eq!(names(2_000), ["- 0"]);
}

#[test]
fn suspended_objects_come_from_the_best_upstream() {
    let mut row = configuration("g1", "alpha", "held", json!("Suspended"));
    row["suspend"] = json!(true);
    let fleet = snapshot(&[row, configuration("g1", "alpha", "on", json!("Compliant"))]);
    let params = json!({ "overdue": "suspended" });
    assert_eq!(
        lines(&ask(&fleet, "overdue", params.clone()), &LINE),
        [
            "alpha GitRepository flux held 1",
            "alpha HelmRelease web web 1",
            "alpha Kustomization flux held-app 1",
        ],
        "without an endpoint, Azure's"
    );
    let series: &[(&str, &[&str], f64)] =
        &[("InState", &["alpha", "HelmRelease", "n", "by-hand"], 1.0)];
    let detected = endpoint(&["HelmRelease"], &[]);
    let frame = answered(&fleet, "overdue", params, detected, series);
    assert_eq!(
        lines(&frame, &LINE),
        [
            "alpha GitRepository flux held 1",
            "alpha HelmRelease n by-hand 1",
            "alpha Kustomization flux held-app 1",
        ]
    );
}

#[test]
fn no_label_changes_while_something_is_overdue() {
    let row = |minutes: i64| {
        let times = json!({ "sourceUpdatedAt": ago(minutes), "statusUpdatedAt": ago(minutes) });
        [with("one", json!("Pending"), times)]
    };
    for overdue in ["pending", "silent"] {
        let frames = [300, 900]
            .map(|minutes| ask(&snapshot(&row(minutes)), "overdue", json!({ "overdue": overdue })));
        assert_eq!(frames[0], frames[1], "{overdue}");
        assert_eq!(lines(&frames[0], &["value"]), ["1"]);
    }
}

#[test]
fn the_health_of_the_source_is_a_row_per_check() {
    let parts = SnapshotParts {
        unreadable: Unreadable { count: 3, example: String::new() },
        details_missing: 2,
        ..SnapshotParts::of_rows(UtcMillis(NOW.0 - 90_500), Instant::now(), Vec::new())
    };
    let fleet = parts.build(None);
    let line = ["check", "value"];
    let all = ask(&fleet, "source-health", json!({}));
    assert_eq!(lines(&all, &line), ["age 90", "unreadable 3", "conditions 2", "endpoints 0"]);
    let age = ask(&fleet, "source-health", json!({ "check": "age" }));
    assert_eq!(lines(&age, &line), ["age 90"]);
    assert_eq!(age.field("value").expect("there").config.unit, "s");
    // The only endpoint answers.
    let params = json!({ "check": "endpoints" });
    let answers: &[(&str, &[&str], f64)] = &[("Replied", &[], 7.0)];
    let health = answered(&fleet, "source-health", params, endpoint(&[], &[]), answers);
    assert_eq!(lines(&health, &line), ["endpoints 0"]);
}
