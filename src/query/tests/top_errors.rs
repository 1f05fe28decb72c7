//! Tests failures grouped by cause.

use super::*;

/// A configuration with one failing object and one healthy object.
fn failing(cluster: &str, name: &str, reason: &str, message: &str, minutes_ago: i64) -> Value {
    let mut row = configuration("g1", cluster, name, json!("Non-Compliant"));
    let since = UtcMillis(NOW.0 - minutes_ago * 60_000).to_string();
    row["statuses"] = json!([
        { "name": name, "namespace": "flux", "kind": "GitRepository", "complianceState": "Compliant",
          "statusConditions": [{ "type": "Ready", "status": "True", "reason": "Succeeded", "message": "stored artifact", "lastTransitionTime": since }] },
        { "name": format!("{name}-app"), "namespace": name, "kind": "Kustomization", "complianceState": "Non-Compliant",
          "statusConditions": [{ "type": "Ready", "status": "False", "reason": reason, "message": message, "lastTransitionTime": since }] },
    ]);
    row
}

/// Three hundred failing objects with as many texts, of three causes: 150 on 30 clusters, 100 on 50, 50 on one.
fn three_causes() -> Vec<Value> {
    let hash = |number: i64| {
        format!("{:040x}", u128::from(number.unsigned_abs() + 7) * 0x9e37_79b9_7f4a_7c15_f39c)
    };
    let number = |number: i64| match number {
        0..150 => failing(
            &format!("a{}", number % 30),
            &format!("app-{number}"),
            "BuildFailed",
            &format!(
                "kustomize build failed: accumulating resources: open /tmp/kustomization-{number}/apps/app-{number}: no such file or directory"
            ),
            1_000 - number,
        ),
        150..250 => failing(
            &format!("b{}", number % 50),
            &format!("app-{number}"),
            "HealthCheckFailed",
            &format!(
                "health check failed after {number}.5s: timeout waiting for: [Deployment/app-{number}/web-{number} status: 'InProgress']"
            ),
            500 - number,
        ),
        _ => failing(
            "c",
            &format!("app-{number}"),
            "ReconciliationFailed",
            &format!(
                "artifact main@sha1:{} of 'flux/app-{number}' is gone from http://source.{number}.svc/x",
                hash(number)
            ),
            400 - number,
        ),
    };
    (0..300).map(number).collect()
}

#[test]
fn three_hundred_failures_read_as_three_causes() {
    let frame = ask(&snapshot(&three_causes()), "top-errors", json!({}));
    let ago = |minutes: i64| UtcMillis(NOW.0 - minutes * 60_000);
    let counts =
        ["clusters", "configurations", "objects", "kinds", "reason", "firstSeen", "lastSeen"];
    assert_eq!(
        lines(&frame, &counts),
        [
            format!("50 100 100 Kustomization 100 HealthCheckFailed {} {}", ago(350), ago(251)),
            format!("30 150 150 Kustomization 150 BuildFailed {} {}", ago(1_000), ago(851)),
            format!("1 50 50 Kustomization 50 ReconciliationFailed {} {}", ago(150), ago(101)),
        ]
    );
    assert_eq!(
        lines(&frame, &["message"]),
        [
            "health check failed after <n>: timeout waiting for: [Deployment/<name> status: 'InProgress']",
            "kustomize build failed: accumulating resources: open <path>: no such file or directory",
            "artifact <id> of <name> is gone from <url>",
        ]
    );
    let examples = lines(&frame, &["example"]);
    assert_eq!(
        examples[1],
        "kustomize build failed: accumulating resources: open /tmp/kustomization-0/apps/app-0: no such file or directory"
    );
    assert!(frame.meta.notices.is_empty());
}

#[test]
fn keys_stay_while_failures_come_and_go() {
    let keys = |rows: &[Value]| {
        let mut keys = lines(&ask(&snapshot(rows), "top-errors", json!({})), &["key", "message"]);
        keys.sort();
        keys
    };
    let rows = three_causes();
    let all = keys(&rows);
    assert_eq!(keys(&rows[149..260]), all, "other objects, other names and numbers");
    // A different reason, or none, doesn't change the cause.
    let mut silent = rows.clone();
    for row in &mut silent {
        let object = &mut row["statuses"][1];
        object["message"] = object["statusConditions"][0]["message"].take();
        object["statusConditions"] = json!(null);
    }
    assert_eq!(keys(&silent), all);
    let frame = ask(&snapshot(&silent), "top-errors", json!({}));
    assert_eq!(lines(&frame, &["reason", "firstSeen"])[0], "(not reported) -");
}

#[test]
fn failures_without_a_message_are_counted_with_a_notice() {
    let mut row = configuration("g1", "a", "one", json!("Non-Compliant"));
    row["statuses"][1]["statusConditions"] = json!(null);
    let mut reason_only = failing("b", "two", "HealthCheckFailed", "", 5);
    reason_only["statuses"][1]["statusConditions"][0]["message"] = json!(null);
    let frame = ask(&snapshot(&[row, reason_only]), "top-errors", json!({}));
    let mut rows = lines(&frame, &["reason", "message", "example", "objects", "clusters"]);
    rows.sort();
    assert_eq!(
        rows,
        ["(not reported) (not reported) - 1 1", "HealthCheckFailed HealthCheckFailed - 1 1"]
    );
    let notice = &frame.meta.notices[0].text;
    assert!(notice.starts_with("Of 1 failures no cause is reported. Resource Graph"), "{notice}");
}

#[test]
fn failed_extensions_and_configurations_are_causes_too() {
    let text = |node: u32| {
        format!(
            "Helm installation failed : Timed out waiting for the resource to come to a ready/completed state. Last resource not ready was flux-system/source-controller-{node}"
        )
    };
    let mut extensions =
        [extension("a", "Failed"), extension("b", "Failed"), extension("c", "Succeeded")];
    for (number, row) in (0u32..).zip(&mut extensions) {
        row["statuses"] = json!([{ "code": "x", "level": "Error", "message": text(number) }]);
    }
    let mut refused = configuration("g1", "A", "app", json!("Compliant"));
    refused["provisioningState"] = json!("Failed");
    refused["errorMessage"] = json!(text(7));
    refused["statuses"] = json!([]);
    let mut unexplained = configuration("g1", "d", "app", json!("Non-Compliant"));
    unexplained["statuses"] = json!([]);
    let rows = [&extensions[..], &[refused, unexplained]].concat();
    let fleet = snapshot(&rows);
    let ask = |params: Value| {
        let frame = ask(&fleet, "top-errors", params);
        lines(&frame, &["message", "kinds", "objects", "configurations", "clusters"])
    };
    let cause = "Helm installation failed : Timed out waiting for the resource to come to a ready/completed state. Last resource not ready was <name>";
    assert_eq!(
        ask(json!({})),
        [
            // The configuration is on the extension's cluster, spelled in another way.
            format!("{cause} Extension 2, FluxConfiguration 1 3 1 2"),
            "(not reported) FluxConfiguration 1 1 1 1".to_owned(),
        ]
    );
    assert_eq!(ask(json!({ "kinds": ["extension"] })), [format!("{cause} Extension 2 2 0 2")]);
    assert_eq!(ask(json!({ "clusters": ["b"] })), [format!("{cause} Extension 1 1 0 1")]);
    // Extensions have no values for these filters.
    assert_eq!(ask(json!({ "configurations": ["none"] })), [""; 0]);
    assert_eq!(
        ask(json!({ "complianceStates": ["Compliant"] })),
        [format!("{cause} FluxConfiguration 1 1 1 1")]
    );
}

#[test]
fn filters_check_the_failing_object() {
    let fleet = snapshot(&three_causes());
    let objects = |params: Value| lines(&ask(&fleet, "top-errors", params), &["objects"]);
    assert_eq!(objects(json!({ "namespaces": ["app-3", "app-299"] })), ["1", "1"]);
    assert_eq!(objects(json!({ "kinds": ["HelmRelease"] })), [""; 0]);
    assert_eq!(objects(json!({ "clusters": ["c"] })), ["50"]);
    assert_eq!(objects(json!({ "limit": 1 })), ["100"]);
}

#[test]
fn every_failing_object_has_a_cause() {
    let (fleet, snapshot) = simulated(FleetSpec { clusters: 40, configurations: 5_000, seed: 7 });
    let truth = fleet.truth(NOW);
    let frame = ask(&snapshot, "top-errors", json!({}));
    let mut counts: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for kinds in lines(&frame, &["kinds"]) {
        for kind in kinds.split(", ") {
            let (kind, count) = kind.rsplit_once(' ').expect("a count");
            *counts.entry(kind.to_owned()).or_default() += count.parse::<usize>().expect("a count");
        }
    }
    assert_eq!(counts.remove("Extension"), Some(truth.failing_extensions.len()));
    let refused = &truth.configuration_provisioning[&flux::ProvisioningState::Failed];
    assert_eq!(counts.remove("FluxConfiguration").as_ref(), Some(refused));
    assert_eq!(counts.values().sum::<usize>(), truth.failing_objects.len());
    assert!(frame.rows() < 25, "hundreds of failures, {} causes", frame.rows());
}
