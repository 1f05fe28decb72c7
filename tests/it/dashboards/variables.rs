//! Every variable that is used exists, every variable is used, and "All" leaves no row out.

use super::{list, shipped, text, texts};
use azuregitops::query::{Query, TimeRange};
use flux::{ComplianceState, UtcMillis};
use lab::dashboards;
use serde_json::json;
use std::collections::BTreeSet;

const RANGE: TimeRange = TimeRange { from: UtcMillis(0), to: UtcMillis(3_600_000) };

/// Names of the variables in a text: `$name`, `${name}`, `${name:format}`. Grafana's own, which begin with two
/// underscores, don't count.
pub fn used_in(text: &str) -> Vec<&str> {
    let after = text.split('$').skip(1);
    let names = after.map(|rest| {
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        &rest[..end]
    });
    names.filter(|name| !name.is_empty() && !name.starts_with("__")).collect()
}

#[test]
fn variables_are_found_in_every_form() {
    assert_eq!(used_in("$a ${b}/${c:queryparam}&${__url_time_range} $__all"), ["a", "b", "c"]);
    assert!(used_in("plain").is_empty());
}

#[test]
fn variables_are_there_and_used() {
    for shipped in shipped() {
        let (mut defined, mut used) = (BTreeSet::new(), BTreeSet::new());
        for variable in shipped.variables() {
            // A variable may use the variables before it.
            let needed: BTreeSet<&str> = texts(variable).into_iter().flat_map(used_in).collect();
            assert!(needed.is_subset(&defined), "{}: {needed:?}", shipped.file);
            assert!(defined.insert(text(variable, "name")), "{}", shipped.file);
        }
        for panel in shipped.panels() {
            for target in list(panel, "targets") {
                used.extend(texts(target).into_iter().flat_map(used_in));
            }
            let needed: BTreeSet<&str> = texts(panel).into_iter().flat_map(used_in).collect();
            let missing: Vec<_> = needed.difference(&defined).collect();
            assert!(missing.is_empty(), "{}: {missing:?}", shipped.place(panel));
        }
        for annotation in list(&shipped.json["annotations"], "list") {
            let needed: BTreeSet<&str> = texts(annotation).into_iter().flat_map(used_in).collect();
            assert!(needed.is_subset(&defined), "{}: {needed:?}", shipped.file);
        }
        let idle: Vec<_> = defined.difference(&used).collect();
        assert!(idle.is_empty(), "{}: {idle:?} have no effect", shipped.file);
    }
}

#[test]
fn there_is_one_data_source_and_any_number_of_everything_else() {
    let all = json!({ "text": ["All"], "value": ["$__all"] });
    for shipped in shipped() {
        let mut kinds = Vec::new();
        for variable in shipped.variables() {
            let place = format!("{}, {}", shipped.file, variable["name"]);
            assert!(!text(variable, "label").is_empty(), "{place}");
            // The icon of a description would push a line of panels off the first screen.
            assert!(variable["description"].is_null(), "{place}");
            kinds.push(text(variable, "type"));
            match text(variable, "type") {
                "datasource" => assert_eq!(variable["query"], "fluxfleet-azuregitops-datasource"),
                "query" | "custom" => {
                    assert_eq!(variable["multi"], true, "{place}");
                    assert_eq!(variable["includeAll"], true, "{place}");
                    assert_eq!(variable["current"], all, "{place}");
                    // Without `allValue`, Grafana would send the list of all values for "All", and rows without a value
                    // would be missing.
                    assert!(!text(variable, "allValue").is_empty(), "{place}");
                }
                "textbox" => assert_eq!(variable["query"], "", "{place}"),
                other => panic!("{place}: {other}"),
            }
        }
        assert_eq!(kinds.iter().filter(|kind| **kind == "datasource").count(), 1);
        assert_eq!(kinds[0], "datasource", "{}", shipped.file);
    }
}

#[test]
fn variables_ask_for_values() {
    for dashboard in dashboards(&[]).expect("dashboards") {
        for variable in &dashboard.variables {
            let place = format!("{}, {}", dashboard.file, variable.label);
            assert_eq!(variable.query["queryType"], "values", "{place}");
            assert!(!text(&variable.query, "refId").is_empty(), "{place}");
            let json = variable.query.to_string();
            Query::parse(json.as_bytes(), "A", "", RANGE)
                .unwrap_or_else(|error| panic!("{place}: {error}"));
        }
    }
}

#[test]
fn the_states_to_choose_from_are_azures() {
    let states = ComplianceState::KNOWN.map(|state| state.as_str().to_owned());
    let mut found = 0;
    for shipped in shipped() {
        for variable in shipped.variables().filter(|variable| variable["type"] == "custom") {
            assert_eq!(variable["name"], "complianceState", "{}", shipped.file);
            assert_eq!(text(variable, "query"), states.join(","));
            let options = list(variable, "options").skip(1).map(|option| text(option, "value"));
            assert_eq!(options.collect::<Vec<_>>(), states);
            found += 1;
        }
    }
    assert_eq!(found, 1);
}
