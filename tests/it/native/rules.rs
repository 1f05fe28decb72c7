//! The native alert rules: Grafana can read their file, and they find the same items as ours.

use super::graph::sent;
use super::text;
use crate::still::Still;
use azuregitops::alert::RULES;
use azuregitops::native::{AZURE_MONITOR, Chosen, PROMETHEUS, RulesOptions, questions, rules};
use fleet::FleetSpec;
use frame::Cell;
use lab::emulator::EmulatorOptions;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Rules that only our data source can evaluate.
const OURS_ALONE: [&str; 2] = ["inventory-stale", "source-failing"];

fn parsed() -> Value {
    let yaml = rules(&RulesOptions::default()).file().expect("YAML");
    serde_saphyr::from_str(&yaml).expect("YAML")
}

fn all_rules(file: &Value) -> Vec<&Value> {
    let groups = file["groups"].as_array().expect("groups").iter();
    groups.flat_map(|group| group["rules"].as_array().expect("rules")).collect()
}

#[test]
fn every_rule_with_a_native_query_exists() {
    let file = parsed();
    let rules = all_rules(&file);
    let titles: BTreeSet<&str> = rules.iter().map(|rule| text(rule, "title")).collect();
    let expected = RULES.iter().filter(|rule| !OURS_ALONE.contains(&rule.id));
    assert_eq!(titles, expected.map(|rule| rule.title).collect());
    let uids: BTreeSet<&str> = rules.iter().map(|rule| text(rule, "uid")).collect();
    assert_eq!(uids.len(), rules.len());
    for rule in rules {
        assert!(text(rule, "uid").len() <= 40, "{}", rule["uid"]);
        assert_eq!(
            (text(rule, "noDataState"), text(rule, "execErrState")),
            ("KeepLast", "KeepLast")
        );
        let model = &rule["data"][0]["model"];
        let kind = text(&model["datasource"], "type");
        assert!([AZURE_MONITOR, PROMETHEUS].contains(&kind), "{rule}");
        assert_eq!(model["datasource"]["uid"], rule["data"][0]["datasourceUid"]);
        let asked =
            if kind == PROMETHEUS { &model["expr"] } else { &model["azureResourceGraph"]["query"] };
        // Alert rules have no template variables.
        let asked = asked.as_str().expect("a question");
        assert!(!asked.contains("${") && !asked.contains("$__"), "{asked}");
        let link = text(&rule["annotations"], "dashboard_url");
        assert!(link.contains("/d/flux-native-"), "{link}");
    }
}

async fn azure(spec: FleetSpec) -> Still {
    let options =
        EmulatorOptions { quota: None, require_token: false, ..EmulatorOptions::from(spec) };
    Still::start(options, &json!({})).await
}

/// Failing rows of our answer or of Resource Graph's reply, as texts in lower case.
fn lines(rows: impl Iterator<Item = Vec<String>>) -> BTreeSet<String> {
    rows.map(|row| row.join(" | ").to_lowercase()).filter(|row| row.ends_with("| 1")).collect()
}

async fn agrees(spec: FleetSpec) -> usize {
    let setup = azure(spec).await;
    let mut failing = 0;
    for question in questions(&Chosen::new()).expect("questions") {
        let Some(rule) = RULES.iter().find(|rule| question.place == rule.id) else { continue };
        if question.source != AZURE_MONITOR {
            continue;
        }
        let (columns, rows) = sent(&setup, &question.text).await;
        // Grafana uses text columns as labels, and requires exactly one number.
        let numbers = |row: &Vec<Value>| row.iter().filter(|cell| cell.is_number()).count();
        let texts = |row: &Vec<Value>| row.iter().filter(|cell| cell.is_string()).count();
        assert!(
            rows.iter().all(|row| numbers(row) == 1 && texts(row) == row.len() - 1),
            "{}",
            rule.id
        );
        let calm = rows.iter().filter(|row| row.last() == Some(&json!(0)));
        assert_eq!(calm.count(), 1, "{}: a row says that there is an answer", rule.id);
        let shown = |cell: &Value| cell.as_str().map_or_else(|| cell.to_string(), str::to_owned);
        let found = lines(rows.iter().map(|row| row.iter().map(shown).collect()));
        assert_eq!(found.len() + 1, rows.len(), "{}: no row twice", rule.id);
        let params = Value::Object(rule.query.params());
        let asked = json!({ "queryType": rule.query.query_type, "params": params });
        let ours = setup.answer(&asked, 6 * 3_600_000).await;
        let names: Vec<&str> = ours.fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(columns, names, "{}: labels", rule.id);
        let row = |row| {
            let cells = ours.fields.iter().map(|field| match field.cell(row) {
                Cell::Text(text) => text.to_owned(),
                Cell::Number(number) => number.to_string(),
                _ => String::new(),
            });
            cells.collect()
        };
        assert_eq!(found, lines((0..ours.rows()).map(row)), "{}", rule.id);
        failing += found.len();
    }
    failing
}

#[tokio::test(flavor = "multi_thread")]
async fn native_rules_find_the_same_items_as_ours() {
    let found = agrees(FleetSpec { clusters: 12, configurations: 160, seed: 5 }).await;
    assert!(found > 10, "{found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_answered_for_an_empty_fleet() {
    assert_eq!(agrees(FleetSpec { clusters: 0, configurations: 0, seed: 1 }).await, 0);
}
