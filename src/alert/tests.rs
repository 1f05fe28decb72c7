//! Tests of the catalogue as a whole, and of the rendered files.

mod bicep;
mod grafana;
mod prometheus;

use super::*;
use crate::query::Measure;
use crate::query::{Metric, Query, TimeRange};
use flux::UtcMillis;
use frame::FrameType;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// The labels of the rows in the answer to a rule's query.
fn row_labels(rule: &Rule) -> Vec<String> {
    let frame = query(rule).prepared.frame_spec();
    let (value, labels) = frame.fields.split_last().expect("fields");
    assert_eq!(value.name, "value");
    labels.iter().map(|field| field.name.to_owned()).collect()
}

/// The rule's query, parsed as the plugin parses it.
fn query(rule: &Rule) -> Query {
    let at = UtcMillis(0);
    let saved = query_model(rule, DATA_SOURCE_UID).to_string();
    Query::parse(saved.as_bytes(), "A", "", TimeRange { from: at, to: at })
        .unwrap_or_else(|error| panic!("{}: {}", rule.id, error.user_text()))
}

/// Names of labels that a template reads from `$labels` or `.Labels`.
fn used_labels(template: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for before in ["$labels.", ".Labels."] {
        for rest in template.split(before).skip(1) {
            used.insert(rest.chars().take_while(char::is_ascii_alphanumeric).collect());
        }
    }
    used
}

#[test]
fn the_identities_of_rules_are_unique() {
    let (mut ids, mut titles, mut alerts) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for rule in &RULES {
        assert!(ids.insert(rule.id) && titles.insert(rule.title), "{}", rule.id);
        assert!(rule.id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", rule.id);
        assert!(rule.uid().len() <= 40, "{} is longer than Grafana allows", rule.uid());
        if let Some(metrics) = rule.metrics {
            assert!(alerts.insert(metrics.alert), "{}", metrics.alert);
            assert!(metrics.lookback.ends_with("LookbackPeriodInMinutes"), "{}", metrics.lookback);
        }
    }
}

#[test]
fn the_seven_of_microsofts_page_are_there_with_its_thresholds() {
    let kinds = ["Kustomization", "HelmRelease", "GitRepository", "Bucket", "HelmRepository"];
    let found = RULES.iter().filter(|rule| rule.source.starts_with("Microsoft's page"));
    let found: Vec<_> =
        found.map(|rule| (rule.title.to_owned(), rule.pending, rule.group.interval())).collect();
    let mut expected =
        vec!["Flux extension failed".to_owned(), "Flux configuration not compliant".to_owned()];
    expected.extend(kinds.map(|kind| format!("{kind} not ready")));
    let minutes = |count: u64| Duration::from_secs(count * 60);
    let expected: Vec<_> =
        expected.into_iter().map(|title| (title, minutes(5), minutes(1))).collect();
    assert_eq!(found, expected);
    assert_eq!((rule::SEVERITY, rule::KEEP_FIRING), (3, minutes(10)));
}

#[test]
fn every_rule_query_returns_numbers() {
    for rule in &RULES {
        let query = query(rule);
        assert_eq!(query.prepared.frame_spec().frame_type, FrameType::NumericLong, "{}", rule.id);
        assert!(!rule.query.over.is_zero(), "{}", rule.id);
    }
}

#[test]
fn templates_use_labels_that_the_rows_have() {
    for rule in &RULES {
        let labels: BTreeSet<String> = row_labels(rule).into_iter().collect();
        let (_, variables) = rule.dashboard;
        let mut used: BTreeSet<String> =
            variables.iter().map(|(_, label)| (*label).to_owned()).collect();
        for text in [rule.summary, rule.description] {
            used.extend(used_labels(text));
            assert_eq!(text.matches("{{").count(), text.matches("}}").count(), "{text}");
        }
        for (name, template) in rule.labels {
            used.extend(used_labels(template));
            assert!(!labels.contains(*name), "{}: the rows have {name}", rule.id);
            assert!(!template.contains('$'), "{}: Grafana takes it for a variable", rule.id);
        }
        assert!(used.is_subset(&labels), "{}: {used:?} of {labels:?}", rule.id);
    }
}

#[test]
fn labels_identify_an_item_and_do_not_contain_its_state() {
    let allowed = [
        "subscriptionId",
        "resourceGroup",
        "cluster",
        "clusterType",
        "extension",
        "configuration",
        "kind",
        "namespace",
        "name",
        "pod",
        "check",
        "severity",
        "source",
    ];
    for rule in &RULES {
        let own = rule.labels.iter().map(|(name, _)| (*name).to_owned());
        for label in row_labels(rule).into_iter().chain(own) {
            assert!(allowed.contains(&label.as_str()), "{}: {label}", rule.id);
        }
    }
}

#[test]
fn every_rule_has_a_runbook_and_every_runbook_a_rule() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/runbooks");
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(&folder).expect("a folder") {
        found.insert(entry.expect("readable").file_name().into_string().expect("text"));
    }
    assert_eq!(found, RULES.iter().map(Rule::runbook).collect());
    for rule in &RULES {
        let text = fs::read_to_string(folder.join(rule.runbook())).expect("readable");
        assert!(text.starts_with(&format!("# {}\n", rule.title)), "{}", rule.id);
        for heading in
            ["## What it means", "## Where to look", "## Usual causes", "## Silencing it"]
        {
            assert!(text.contains(&format!("\n{heading}\n")), "{}: {heading}", rule.id);
        }
    }
}

#[test]
fn dashboards_that_alerts_link_to_have_the_variables_of_the_links() {
    for rule in &RULES {
        let (uid, variables) = rule.dashboard;
        let name = uid.strip_prefix("azuregitops-").expect("one of ours");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("dashboards/{name}.json"));
        let json = fs::read_to_string(path).expect("readable");
        let dashboard: Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(dashboard["uid"], uid, "{}", rule.id);
        let known = dashboard["templating"]["list"].as_array().expect("a list");
        for (variable, _) in variables {
            assert!(known.iter().any(|known| known["name"] == *variable), "{uid}: {variable}");
        }
    }
}

#[test]
fn slow_is_the_same_for_grafana_and_for_prometheus() {
    let rule = RULES.iter().find(|rule| rule.id == "reconcile-slow").expect("there");
    let metric = Metric::find("reconcile-slowdown").expect("there");
    let Measure::AgainstPast { past, small, .. } = metric.measure else {
        panic!("against its past")
    };
    let expr = expression::expression(Watch::Slowdown, expression::Generation::ResourceInfo);
    let text = expr.expect("known to both").to_string();
    let (window, ago) = (past.window.as_secs(), past.ago.as_secs());
    for part in [
        format!("[{}s])", rule.query.over.as_secs()),
        format!("[{window}s] offset {ago}s)"),
        format!(" > {small}"),
        format!(" * {}", rule.query.above),
    ] {
        assert!(text.contains(&part), "{part} isn't in {text}");
    }
}
