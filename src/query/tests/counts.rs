//! Counts and rows of alert rules.

use super::*;

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
