//! The form of the native dashboards: their queries, variables, titles and layout.

use super::{asking, native, panels, text};
use crate::dashboards::{texts, used_in as variables_in};
use azuregitops::native::{AZURE_MONITOR, PROMETHEUS};
use lab::dashboards as ours;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Names of variables in a text that Grafana would replace.
fn used_in(text: &str) -> Vec<&str> {
    // `$1` belongs to PromQL.
    let is_one = |name: &&str| name.starts_with(char::is_alphabetic);
    variables_in(text).into_iter().filter(is_one).collect()
}

#[test]
fn each_panel_exists_and_queries_only_built_in_data_sources() {
    let native = native();
    let mut shared = 0;
    for dashboard in ours(&[]).expect("dashboards") {
        let Some(json) = native.get(dashboard.file) else {
            assert_eq!(dashboard.file, "rollouts.json");
            continue;
        };
        let titles: Vec<&str> =
            panels(json).into_iter().map(|panel| text(panel, "title")).collect();
        assert_eq!(
            titles.iter().collect::<BTreeSet<_>>().len(),
            titles.len(),
            "{}",
            dashboard.file
        );
        // How the data source is, no other one can say.
        let asks_others = |panel: &&lab::Panel| {
            panel.queries.iter().all(|query| {
                !["data-status", "endpoint-status"].contains(&text(query, "queryType"))
            })
        };
        for panel in dashboard.panels.iter().filter(asks_others) {
            assert!(titles.contains(&panel.title()), "{}: {}", dashboard.file, panel.title());
        }
        for panel in panels(json) {
            let place = format!("{}, {}", dashboard.file, panel["title"]);
            assert!(text(panel, "description").ends_with('.'), "{place}");
            let targets = panel["targets"].as_array().expect("targets");
            assert!(!targets.is_empty(), "{place}");
            for target in targets {
                assert_eq!(target["datasource"], panel["datasource"], "{place}");
                match text(&target["datasource"], "type") {
                    AZURE_MONITOR => {
                        assert_eq!(target["queryType"], "Azure Resource Graph", "{place}");
                        assert_eq!(target["subscriptions"], json!(["$subscription"]), "{place}");
                        assert_eq!(
                            target["azureResourceGraph"]["resultFormat"], "table",
                            "{place}"
                        );
                    }
                    PROMETHEUS => {
                        assert_ne!(target["range"], target["instant"], "{place}");
                        assert!(!text(target, "expr").is_empty(), "{place}");
                    }
                    "datasource" => {
                        assert_eq!(target["datasource"]["uid"], "-- Dashboard --", "{place}");
                        let asking = asking(json, panel);
                        assert_eq!(asking["datasource"]["type"], AZURE_MONITOR, "{place}");
                        shared += 1;
                    }
                    other => panic!("{place}: {other}"),
                }
            }
        }
    }
    assert!(shared > 2, "{shared}");
}

/// Resource Graph allows 15 requests in five seconds.
#[test]
fn panels_shown_first_stay_within_the_quota_of_resource_graph() {
    for (file, json) in native() {
        let asks = |value: &&Value| text(&value["datasource"], "type") == AZURE_MONITOR;
        let variables = json["templating"]["list"].as_array().expect("variables").iter();
        let on_top = |panel: &&&Value| panel["gridPos"]["y"].as_u64().expect("a number") < 20;
        let panels = panels(&json);
        let panels = panels.iter().filter(on_top).filter(|panel| asks(panel)).count();
        assert!(variables.filter(asks).count() + panels <= 15, "{file}: {panels} panels");
    }
}

#[test]
fn no_trace_of_our_data_source_is_left() {
    for (file, json) in native() {
        let written = json.to_string();
        for trace in ["fluxfleet", "${datasource", "\"params\"", "variable--", "7777777"] {
            assert!(!written.contains(trace), "{file}: {trace}");
        }
    }
}

#[test]
fn variables_are_there_and_used_and_links_lead_to_the_native_dashboards() {
    let all = native();
    let uids: BTreeSet<&str> = all.values().map(|json| text(json, "uid")).collect();
    assert_eq!(uids.len(), 3);
    assert!(uids.iter().all(|uid| uid.len() <= 40), "Grafana refuses longer ones: {uids:?}");
    for (file, json) in &all {
        let mut defined = BTreeSet::new();
        for variable in json["templating"]["list"].as_array().expect("variables") {
            let needed: BTreeSet<&str> = texts(variable).into_iter().flat_map(used_in).collect();
            assert!(needed.is_subset(&defined), "{file}: {needed:?}");
            assert!(defined.insert(text(variable, "name")), "{file}");
            if variable["multi"] == true && variable["name"] != "subscription" {
                // A list of all values for "All" would end at 1,000.
                assert!(!text(variable, "allValue").is_empty(), "{file}: {}", variable["name"]);
            }
        }
        let mut used: BTreeSet<&str> = BTreeSet::new();
        for panel in panels(json) {
            used.extend(texts(panel).into_iter().flat_map(used_in));
            for link in texts(panel).into_iter().filter_map(|text| text.strip_prefix("/d/")) {
                let uid = link.split('?').next().unwrap_or_default();
                assert!(uids.contains(uid), "{file}: {link}");
            }
        }
        assert_eq!(used, defined, "{file}");
    }
}

#[test]
fn panels_do_not_overlap_and_ids_are_unique() {
    for (file, json) in native() {
        let top = json["panels"].as_array().expect("panels").iter();
        let all: Vec<&Value> = top
            .flat_map(|panel| {
                std::iter::once(panel).chain(panel["panels"].as_array().into_iter().flatten())
            })
            .collect();
        let ids: BTreeSet<u64> =
            all.iter().map(|panel| panel["id"].as_u64().expect("an id")).collect();
        assert_eq!(ids.len(), all.len(), "{file}");
        let side = |panel: &Value, name: &str| panel["gridPos"][name].as_u64().expect("a number");
        for (index, panel) in all.iter().enumerate() {
            let [x, y, w, h] = ["x", "y", "w", "h"].map(|name| side(panel, name));
            assert!(w > 0 && h > 0 && x + w <= 24, "{file}: {}", panel["title"]);
            for other in &all[..index] {
                let [x2, y2, w2, h2] = ["x", "y", "w", "h"].map(|name| side(other, name));
                let apart = x + w <= x2 || x2 + w2 <= x || y + h <= y2 || y2 + h2 <= y;
                assert!(apart, "{file}: {} and {}", panel["title"], other["title"]);
            }
        }
    }
}

#[test]
fn columns_that_are_arranged_or_dressed_are_there() {
    for (file, json) in native() {
        for panel in panels(&json).into_iter().filter(|panel| panel["type"] == "table") {
            let Some(kql) = panel["targets"][0]["azureResourceGraph"]["query"].as_str() else {
                continue;
            };
            let place = format!("{file}, {}", panel["title"]);
            let (_, project) = kql.rsplit_once("| ").expect("an operator");
            for transformation in panel["transformations"].as_array().into_iter().flatten() {
                for member in ["excludeByName", "indexByName"] {
                    let names = transformation["options"][member].as_object();
                    for name in names.into_iter().flatten().map(|(name, _)| name) {
                        assert!(project.contains(name.as_str()), "{place}: {name}");
                    }
                }
            }
            let shown = panel["fieldConfig"]["overrides"].as_array().expect("a list").iter();
            let named = shown.filter(|own| own["matcher"]["id"] == "byName");
            let has_heading = named.flat_map(|own| own["properties"].as_array().expect("a list"));
            assert!(has_heading.clone().any(|one| one["id"] == "displayName"), "{place}");
        }
    }
}
