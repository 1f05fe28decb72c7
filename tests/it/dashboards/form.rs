//! The form of the dashboard files: names, descriptions, sources.

use super::{Shipped, list, root, shipped, text};
use azuregitops::query::{CATALOGUE, EditorGroup};
use lab::dashboards;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;

/// Whether the members of all objects are sorted by name.
fn is_sorted(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.keys().is_sorted() && members.values().all(is_sorted),
        Value::Array(items) => items.iter().all(is_sorted),
        _ => true,
    }
}

#[test]
fn files_are_as_grafana_would_export_them() {
    for Shipped { file, text, json } in shipped() {
        let written = serde_json::to_string_pretty(&json).expect("JSON") + "\n";
        assert!(is_sorted(&json) && written == text, "{file} is sorted, and two blanks deep");
        for of_an_installation in ["id", "version", "iteration", "gnetId"] {
            assert_eq!(json.get(of_an_installation), None, "{file}: {of_an_installation}");
        }
        assert_eq!(json["schemaVersion"], 41, "{file}: what Grafana 11.6 writes");
        assert_eq!(json["editable"], true, "{file}");
        assert_eq!(json["tags"], json!(["azure-gitops"]), "{file}: links go by it");
    }
}

#[test]
fn names_and_ids_are_unique() {
    let all = shipped();
    for member in ["uid", "title"] {
        let names: BTreeSet<&str> = all.iter().map(|shipped| text(&shipped.json, member)).collect();
        assert!(names.len() == all.len() && !names.contains(""), "{member}: {names:?}");
    }
    for shipped in &all {
        assert!(text(&shipped.json, "uid").starts_with("azuregitops-"), "{}", shipped.file);
        let top = list(&shipped.json, "panels");
        let ids: Vec<u64> = top
            .flat_map(|panel| std::iter::once(panel).chain(list(panel, "panels")))
            .map(|panel| panel["id"].as_u64().expect("an id"))
            .collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{}", shipped.file);
        let titles: BTreeSet<&str> =
            shipped.panels().into_iter().map(|panel| text(panel, "title")).collect();
        assert_eq!(titles.len(), shipped.panels().len(), "{}: titles", shipped.file);
    }
}

#[test]
fn panels_have_titles_and_descriptions() {
    let core = ["bargauge", "piechart", "stat", "table", "timeseries"];
    for shipped in shipped() {
        assert!(text(&shipped.json, "description").ends_with('.'), "{}", shipped.file);
        for panel in shipped.panels() {
            let place = shipped.place(panel);
            assert!(core.contains(&text(panel, "type")), "{place}: {}", panel["type"]);
            assert!(!text(panel, "title").is_empty(), "{place}: no title");
            assert!(text(panel, "description").ends_with('.'), "{place}: no description");
            assert!(
                !text(&panel["fieldConfig"]["defaults"], "noValue").is_empty(),
                "{place}: nothing is said where there is nothing"
            );
        }
    }
}

#[test]
fn panels_query_only_the_chosen_data_source_and_known_query_types() {
    let ours = json!({ "type": "fluxfleet-azuregitops-datasource", "uid": "${datasource}" });
    for shipped in shipped() {
        let variables: Vec<&Value> =
            shipped.variables().filter(|variable| variable["type"] == "query").collect();
        let panels = shipped.panels();
        for asking in panels.iter().chain(&variables) {
            assert_eq!(asking["datasource"], ours, "{}", shipped.file);
        }
        let check = |place: &str, target: &Value| {
            assert_eq!(target["datasource"], ours, "{place}");
            let members: Vec<&String> = target.as_object().expect("an object").keys().collect();
            let known = ["datasource", "params", "queryType", "refId", "version"];
            assert_eq!(members, known, "{place}: no query language");
        };
        for panel in panels {
            let targets: Vec<&Value> = list(panel, "targets").collect();
            assert!(!targets.is_empty(), "{}", shipped.place(panel));
            for target in targets {
                check(&shipped.place(panel), target);
            }
        }
        for annotation in list(&shipped.json["annotations"], "list") {
            if annotation["builtIn"] == 1 {
                assert_eq!(annotation["datasource"]["uid"], "-- Grafana --", "{}", shipped.file);
            } else {
                assert_eq!(annotation["datasource"], ours, "{}", shipped.file);
                check(&shipped.file, &annotation["target"]);
            }
        }
    }
}

#[test]
fn every_query_type_is_used_by_a_panel() {
    let all = shipped();
    let asked: BTreeSet<&str> = all
        .iter()
        .flat_map(Shipped::panels)
        .flat_map(|panel| list(panel, "targets"))
        .map(|target| text(target, "queryType"))
        .collect();
    for query_type in CATALOGUE {
        let id = query_type.id;
        let shows = !matches!(query_type.group, EditorGroup::Alerts | EditorGroup::Variables);
        assert!(!shows || asked.contains(id), "{id} is on no panel");
    }
}

#[test]
fn each_file_is_named_in_the_manifest_and_known_to_the_demonstration() {
    let manifest = fs::read_to_string(root().join("plugin.json")).expect("readable");
    let manifest: Value = serde_json::from_str(&manifest).expect("JSON");
    let all = shipped();
    let expected: Vec<Value> = all
        .iter()
        .map(|shipped| {
            json!({
                "type": "dashboard",
                "name": shipped.json["title"],
                "path": format!("dashboards/{}", shipped.file),
            })
        })
        .collect();
    let includes: BTreeSet<String> = list(&manifest, "includes").map(Value::to_string).collect();
    assert_eq!(includes, expected.iter().map(Value::to_string).collect());
    let embedded: BTreeSet<_> =
        dashboards(&[]).expect("dashboards").into_iter().map(|one| one.file.to_owned()).collect();
    assert_eq!(embedded, all.into_iter().map(|shipped| shipped.file).collect());
}

#[test]
fn provisioning_finds_the_folder() {
    let provider = root().join("provisioning/dashboards/azuregitops.yaml");
    let provider = fs::read_to_string(provider).expect("readable");
    for line in ["apiVersion: 1", "    type: file", "      path: "] {
        assert!(provider.lines().any(|found| found.starts_with(line)), "{line}");
    }
}
