//! What panels show while there is no answer: an error, no answer yet, or an answer without data. Grafana then draws a
//! panel without data: `noValue`, or the text and colour of a mapping of null, in the colour of the base threshold. So a
//! `noValue` of "0" or a green base step turns every failure into "all is well".

use super::{list, shipped, text};
use crate::native;
use serde_json::Value;

/// Colours without a meaning.
const NEUTRAL: [&str; 3] = ["text", "panel-bg", "#8e8e8e"];

/// Texts of panels with space for a few letters only.
const SHORT: [&str; 4] = ["No answer", "No data", "No metric up", "No metrics"];

/// Texts that may follow "No answer, " in panels with space for another possible cause.
const OR: [&str; 5] = ["or no ", "or nothing ", "or none ", "or the caches ", "no metric of "];

fn says_that_there_is_nothing(said: &str) -> bool {
    let or = said.strip_prefix("No answer, ");
    SHORT.contains(&said) || or.is_some_and(|rest| OR.iter().any(|start| rest.starts_with(start)))
}

/// Checks the threshold step of a missing value.
fn check_steps(place: &str, thresholds: &Value) {
    let steps: Vec<&Value> = list(thresholds, "steps").collect();
    let Some(base) = steps.first() else { panic!("{place}: no thresholds") };
    assert!(base["value"].is_null(), "{place}: {base}");
    assert!(NEUTRAL.contains(&text(base, "color")), "{place}: without a number it is {base}");
}

/// Whether null, NaN and empty are each mapped to a neutral colour and one of the fixed texts.
fn maps_what_is_missing(place: &str, mappings: &Value) -> bool {
    let special: Vec<&Value> = mappings
        .as_array()
        .into_iter()
        .flatten()
        .filter(|mapping| mapping["type"] == "special")
        .map(|mapping| &mapping["options"])
        .collect();
    for one in &special {
        let result = &one["result"];
        assert!(NEUTRAL.contains(&text(result, "color")), "{place}: {one}");
        assert!(says_that_there_is_nothing(text(result, "text")), "{place}: {one}");
    }
    let has = |matched: &str| special.iter().any(|one| one["match"] == matched);
    has("empty") && (has("null+nan") || has("null") && has("nan"))
}

fn check(place: &str, panel: &Value) {
    let defaults = &panel["fieldConfig"]["defaults"];
    let said = text(defaults, "noValue");
    assert!(says_that_there_is_nothing(said), "{place}: \"{said}\" claims more than it can know");
    check_steps(place, &defaults["thresholds"]);
    let maps = maps_what_is_missing(place, &defaults["mappings"]);
    if ["stat", "bargauge", "gauge"].contains(&text(panel, "type")) {
        assert!(maps, "{place}: null, NaN and empty are mapped");
        assert_eq!(defaults["color"]["mode"], "thresholds", "{place}");
    }
    for rule in list(&panel["fieldConfig"], "overrides") {
        for property in list(rule, "properties") {
            let value = &property["value"];
            match text(property, "id") {
                // This is the text of a single cell; the table as a whole has its own.
                "noValue" => assert_eq!(value, "", "{place}"),
                "thresholds" => check_steps(place, value),
                "mappings" => {
                    maps_what_is_missing(place, value);
                }
                _ => {}
            }
        }
    }
}

#[test]
fn without_an_answer_no_panel_shows_a_number_or_a_colour_that_claims_something() {
    let mut checked = 0;
    for shipped in shipped() {
        for panel in shipped.panels() {
            check(&shipped.place(panel), panel);
            checked += 1;
        }
    }
    assert!(checked > 60, "{checked}");
}

#[test]
fn nor_does_a_native_panel() {
    let mut checked = 0;
    for (file, json) in native::native() {
        for panel in native::panels(&json) {
            check(&format!("native {file}, {}", text(panel, "title")), panel);
            checked += 1;
        }
    }
    assert!(checked > 40, "{checked}");
}

#[test]
fn claims_of_health_and_numbers_are_refused() {
    for claim in ["0", "Nothing is failing", "none", "", "Azure and the clusters agree"] {
        assert!(!says_that_there_is_nothing(claim), "{claim}");
    }
}
