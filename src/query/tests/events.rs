//! Events: what happened, and when.

use super::*;

fn minutes(ago: i64) -> UtcMillis {
    UtcMillis(NOW.0 - ago * 60_000)
}

fn last_hour() -> TimeRange {
    TimeRange { from: minutes(60), to: NOW }
}

/// A configuration that was updated 20 minutes ago and whose Kustomization has failed since. It has another object that
/// recovered 10 minutes ago, one in progress, and one without conditions.
fn broken(cluster: &str) -> Value {
    let mut row = configuration("g1", cluster, "app", json!("Non-Compliant"));
    row["sourceUpdatedAt"] = json!(minutes(20).to_string());
    row["statusUpdatedAt"] = json!(minutes(2).to_string());
    let object = |kind: &str, name: &str, status: &str, message: &str, ago: i64| {
        let at = minutes(ago).to_string();
        json!({ "name": name, "namespace": "flux", "kind": kind, "complianceState": "Pending", "statusConditions": [
            { "type": "Released", "status": "False", "reason": "Other", "message": "not this one", "lastTransitionTime": at },
            { "type": "Ready", "status": status, "reason": "Reason", "message": message, "lastTransitionTime": at },
        ] })
    };
    row["statuses"] = json!([
        object("Kustomization", "app-app", "False", "no <file> & no \"path\"", 18),
        object("GitRepository", "app", "True", "stored artifact", 10),
        object("HelmRelease", "web", "Unknown", "in progress", 9),
        { "name": "silent", "namespace": "flux", "kind": "HelmChart", "complianceState": "Compliant" },
    ]);
    row
}

fn failed_extension(cluster: &str, ago: i64) -> Value {
    let mut row = extension(cluster, "Failed");
    row["statuses"] = json!([
        { "level": "Information", "message": "fine", "time": minutes(1).to_string() },
        { "level": "Error", "message": "no memory", "time": minutes(ago).to_string() },
    ]);
    row
}

const FIELDS: [&str; 7] = ["time", "timeEnd", "event", "title", "status", "cluster", "text"];

#[test]
fn events_are_listed_newest_first_with_cluster_item_and_text() {
    let fleet = snapshot(&[broken("alpha"), failed_extension("alpha", 30)]);
    let frame = ask_within(last_hour(), &fleet, "events", json!({}));
    let text = format!("main at {SHA} of https://github.com/org/apps");
    assert_eq!(
        lines(&frame, &FIELDS),
        [
            format!(
                "{} - condition GitRepository flux/app: Ready True True alpha Reason: stored artifact",
                minutes(10)
            ),
            format!(
                "{} {} condition Kustomization flux/app-app: Ready False False alpha Reason: no <file> & no \"path\"",
                minutes(18),
                minutes(2)
            ),
            format!("{} - source GitRepository flux/app: updated - alpha {text}", minutes(20)),
            format!(
                "{} {NOW} extension Extension flux: Failed Failed alpha no memory",
                minutes(30)
            ),
        ]
    );
    let overview = id("s1", "g1", "alpha", "fluxConfigurations/app");
    let cluster =
        overview.split("/providers/Microsoft.KubernetesConfiguration").next().expect("an id");
    assert_eq!(
        lines(&frame, &["portalLink"]),
        [
            format!("https://portal.azure.com/#resource{overview}/configurationObjects"),
            format!("https://portal.azure.com/#resource{overview}/configurationObjects"),
            format!("https://portal.azure.com/#resource{overview}/overview"),
            format!("https://portal.azure.com/#resource{cluster}/extensions"),
        ]
    );
    assert_eq!(
        lines(&frame, &["tags", "commit", "configuration", "kind", "namespace", "name"])[2..],
        [
            format!("source,alpha {SHA} app GitRepository flux app"),
            "extension,Failed,alpha - - Extension - flux".to_owned(),
        ]
    );
}

#[test]
fn only_events_in_the_time_range_are_shown() {
    let fleet = snapshot(&[broken("alpha"), failed_extension("alpha", 30)]);
    let events = |from: i64, to: i64, params: Value| {
        let range = TimeRange { from: minutes(from), to: minutes(to) };
        lines(&ask_within(range, &fleet, "events", params), &["event", "status"])
    };
    assert_eq!(events(18, 18, json!({})), ["condition False"], "both ends belong to it");
    assert_eq!(events(20, 19, json!({})), ["source -"]);
    assert_eq!(events(9, 0, json!({})), [""; 0]);
    assert_eq!(events(600, 31, json!({})), [""; 0]);
    assert_eq!(events(0, 60, json!({})), [""; 0], "a range the wrong way round holds nothing");
    // Annotations show failures that began earlier for as long as they are known to have lasted.
    let annotations = |from, to| events(from, to, json!({ "format": "annotations" }));
    assert_eq!(annotations(9, 3), ["condition False", "extension Failed"]);
    assert_eq!(annotations(1, 0), ["extension Failed"]);
    assert_eq!(annotations(600, 31), [""; 0]);
    for (kind, expected) in [("source", 1), ("condition", 2), ("extension", 1), ("all", 4)] {
        assert_eq!(events(60, 0, json!({ "events": kind })).len(), expected, "{kind}");
    }
}

#[test]
fn annotations_are_html_that_shows_any_text_as_it_is() {
    let fleet = snapshot(&[broken("alpha")]);
    let params = json!({ "format": "annotations", "events": "condition" });
    let frame = ask_within(last_hour(), &fleet, "events", params);
    let page = format!(
        "https://portal.azure.com/#resource{}/configurationObjects",
        id("s1", "g1", "alpha", "fluxConfigurations/app")
    );
    assert_eq!(
        lines(&frame, &["text"])[1],
        format!(
            "alpha (g1)<br/>Reason: no &lt;file&gt; &amp; no &quot;path&quot;<br/><a href=\"{page}\" target=\"_blank\">Open in the Azure portal</a>"
        )
    );
    let names: Vec<_> = frame.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names[..5], ["time", "timeEnd", "title", "text", "tags"]);
}

#[test]
fn grafana_finds_the_fields_of_annotations_by_their_headings() {
    // The fields that Grafana reads from a frame of annotations, by heading in lower case. Events with the same `id`
    // would become one annotation.
    const TAKEN: [&str; 19] = [
        "time",
        "timeend",
        "title",
        "text",
        "tags",
        "id",
        "userid",
        "login",
        "email",
        "prevstate",
        "newstate",
        "data",
        "panelid",
        "alertid",
        "dashboardid",
        "dashboarduid",
        "color",
        "isregion",
        "source",
    ];
    for field in &Query::find("events").expect("known").formats()[0].frame.fields {
        let heading = field.title.to_lowercase();
        match TAKEN.iter().position(|taken| *taken == heading) {
            Some(place @ 0..5) => assert_eq!(TAKEN[place], field.name.to_lowercase()),
            Some(_) => panic!("Grafana would take {} for its own {heading}", field.name),
            None => assert!(!TAKEN[..5].contains(&field.name.to_lowercase().as_str())),
        }
    }
}

#[test]
fn a_truncated_table_keeps_the_newest_rows_and_says_so() {
    let rows: Vec<Value> = (0..1_500)
        .map(|number| {
            let mut row = configuration("g1", "a", &format!("app-{number:04}"), json!("Compliant"));
            row["statuses"] = json!([]);
            row["sourceUpdatedAt"] = json!(UtcMillis(NOW.0 - number * 1_000).to_string());
            row
        })
        .collect();
    let fleet = snapshot(&rows);
    let frame = ask_within(last_hour(), &fleet, "events", json!({ "limit": 2 }));
    assert_eq!(lines(&frame, &["name"]), ["app-0000", "app-0001"]);
    assert!(frame.meta.notices[0].text.starts_with("Showing 2 of 1500 rows."));
    let frame = ask_within(last_hour(), &fleet, "events", json!({ "format": "annotations" }));
    assert_eq!(frame.rows(), 1_000, "browsers can't bear more");
    assert!(frame.meta.notices[0].text.starts_with("Showing 1000 of 1500 rows."));
}

#[test]
fn filters_check_the_item_of_an_event() {
    let fleet = snapshot(&[broken("alpha"), broken("beta"), failed_extension("beta", 30)]);
    let events = |params: Value| {
        lines(&ask_within(last_hour(), &fleet, "events", params), &["cluster", "kind", "event"])
    };
    assert_eq!(events(json!({})).len(), 7);
    assert_eq!(
        events(json!({ "clusters": ["beta"], "kinds": ["extension"] })),
        ["beta Extension extension"]
    );
    assert_eq!(
        events(json!({ "kinds": ["Kustomization"], "events": "condition" })),
        ["alpha Kustomization condition", "beta Kustomization condition"]
    );
    assert_eq!(events(json!({ "configurations": ["app"], "clusters": ["beta"] })).len(), 3);
    assert_eq!(events(json!({ "repositories": ["other"] })), [""; 0]);
}

#[test]
fn objects_without_conditions_show_a_notice() {
    let mut silent = broken("alpha");
    for object in silent["statuses"].as_array_mut().expect("a list") {
        object["statusConditions"] = json!(null);
    }
    let frame = ask_within(last_hour(), &snapshot(&[silent]), "events", json!({}));
    assert_eq!(lines(&frame, &["event"]), ["source"]);
    let notice = &frame.meta.notices[0].text;
    assert!(
        notice.starts_with("Resource Graph reports no conditions for 1 configurations"),
        "{notice}"
    );
    // A condition without a time isn't an event.
    let mut timeless = broken("alpha");
    timeless["statuses"][0]["statusConditions"][1]["lastTransitionTime"] = json!(null);
    let frame = ask_within(last_hour(), &snapshot(&[timeless]), "events", json!({}));
    assert_eq!(lines(&frame, &["event", "status"]), ["condition True", "source -"]);
}
