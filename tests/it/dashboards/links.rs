//! Links between dashboards.

use super::{Shipped, list, shipped, text, texts};
use azuregitops::alert::RULES;
use serde_json::Value;

/// The addresses of other dashboards in a panel.
fn addresses(panel: &Value) -> Vec<&str> {
    texts(panel).into_iter().filter(|text| text.starts_with("/d/")).collect()
}

#[test]
fn links_open_dashboards_that_there_are_with_variables_that_they_have() {
    let all = shipped();
    let mut found = 0;
    for shipped in &all {
        for panel in shipped.panels() {
            for address in addresses(panel) {
                let place = format!("{}: {address}", shipped.place(panel));
                let (path, query) = address.split_once('?').expect("variables");
                let uid = path.trim_start_matches("/d/");
                let target = all.iter().find(|other| other.json["uid"] == uid);
                let target = target.unwrap_or_else(|| panic!("{place}: no such dashboard"));
                for part in query.split('&') {
                    let name = match part.strip_prefix("var-").and_then(|part| part.split_once('='))
                    {
                        Some((name, value)) => {
                            // A name may contain any character, such as an ampersand or a blank.
                            let encoded = value.ends_with(":percentencode}") || value == "All";
                            assert!(encoded, "{place}: {part}");
                            name
                        }
                        None if part == "${__url_time_range}" => continue,
                        None => part
                            .strip_prefix("${")
                            .and_then(|part| part.strip_suffix(":queryparam}"))
                            .unwrap_or_else(|| panic!("{place}: {part}")),
                    };
                    let known = target.variables().any(|variable| variable["name"] == name);
                    assert!(known, "{place}: {uid} has no variable {name}");
                }
                assert!(query.starts_with("${datasource:queryparam}&"), "{place}");
                assert!(query.ends_with("&${__url_time_range}"), "{place}");
                found += 1;
            }
        }
    }
    assert!(found >= 5, "{found}");
}

#[test]
fn links_of_alerts_open_dashboards_that_there_are_with_variables_that_they_have() {
    let all = shipped();
    for rule in &RULES {
        let (uid, variables) = rule.dashboard;
        let target = all.iter().find(|shipped| shipped.json["uid"] == uid);
        let target = target.unwrap_or_else(|| panic!("{}: no dashboard {uid}", rule.id));
        for (name, _) in variables {
            let known = target.variables().any(|variable| variable["name"] == *name);
            assert!(known, "{}: {uid} has no variable {name}", rule.id);
        }
    }
}

#[test]
fn a_commit_can_be_followed_on_every_dashboard() {
    let all = shipped();
    let deployments = all
        .iter()
        .find(|shipped| shipped.json["uid"] == "azuregitops-application-deployments")
        .expect("there");
    let panels = deployments.panels();
    let follow: Vec<&str> = panels
        .iter()
        .flat_map(|panel| addresses(panel))
        .filter(|address| address.contains("var-commit=${__data.fields"))
        .collect();
    let [follow] = follow.as_slice() else { panic!("{follow:?}") };
    for variable in deployments.variables().map(|variable| text(variable, "name")) {
        let free = follow.contains(&format!("var-{variable}=All"));
        assert!(free || ["datasource", "commit"].contains(&variable), "{variable}: {follow}");
    }
}

#[test]
fn each_dashboard_lists_the_others() {
    for Shipped { file, json, .. } in shipped() {
        let links: Vec<&Value> = list(&json, "links").collect();
        let [link] = links.as_slice() else { panic!("{file}: one list of links") };
        assert_eq!((&link["type"], &link["tags"]), (&"dashboards".into(), &json["tags"]), "{file}");
        assert_eq!((&link["includeVars"], &link["keepTime"]), (&true.into(), &true.into()));
    }
}
