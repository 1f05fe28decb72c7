//! Panels name fields in overrides, transformations, sort orders and links. These tests check that the fields exist.
//!
//! Grafana's `byName` and `excludeByName` accept a field's name or its title. `indexByName`, `sortBy` and regular
//! expressions accept only its title.

use super::{list, shipped, text, texts};
use azuregitops::query::{FieldSpec, LinkTarget, Query, TimeRange, hold};
use flux::UtcMillis;
use serde_json::Value;
use std::collections::BTreeSet;

/// The fields don't depend on the time range.
const RANGE: TimeRange = TimeRange { from: UtcMillis(0), to: UtcMillis(1) };

/// A field as a panel sees it.
#[derive(Clone, Debug)]
pub struct Known {
    pub name: String,
    pub title: String,
    /// Whether the field is hidden unless a panel shows it.
    pub hidden: bool,
    /// Titles of the links that the plugin adds to the field.
    links: Vec<&'static str>,
    /// The fields that these links need.
    needs: Vec<&'static str>,
}

impl Known {
    fn new(name: &str, title: &str) -> Self {
        let (name, title) = (name.to_owned(), title.to_owned());
        Self { name, title, hidden: false, links: Vec::new(), needs: Vec::new() }
    }

    fn of(spec: &FieldSpec) -> Self {
        let links = spec.links.iter().map(|link| link.title).collect();
        let needs = spec.links.iter().map(|link| match link.target {
            LinkTarget::Portal(_, needed) | LinkTarget::Address(needed) => needed,
        });
        let (needs, hidden) = (needs.collect(), spec.hidden);
        Self { hidden, links, needs, ..Self::new(spec.name, spec.title) }
    }
}

/// Fields of the answer to a target. Number fields of a wide frame or time series are named after its labels.
pub fn of_target(target: &Value) -> Vec<Known> {
    let mut target = target.clone();
    // Filters contain template variables, which the parser refuses while they are unresolved.
    target["params"] = hold(&target["params"]);
    let json = target.to_string();
    let query = Query::parse(json.as_bytes(), "A", "", RANGE)
        .unwrap_or_else(|error| panic!("{json}: {error}"));
    let frame = query.prepared.frame_spec();
    frame.labels.iter().chain(&frame.fields).map(Known::of).collect()
}

/// The fields after a panel's transformations.
fn transformed(place: &str, panel: &Value, mut fields: Vec<Known>) -> Vec<Known> {
    for transformation in list(panel, "transformations") {
        let options = &transformation["options"];
        let keys = |member: &str| -> Vec<String> {
            options[member].as_object().into_iter().flat_map(|map| map.keys().cloned()).collect()
        };
        match text(transformation, "id") {
            "organize" => {
                for title in keys("indexByName") {
                    let there = fields.iter().any(|field| field.title == title);
                    assert!(there, "{place}: no field is titled {title}");
                    assert!(!keys("excludeByName").contains(&title), "{place}: {title}");
                }
                for name in keys("excludeByName") {
                    let before = fields.len();
                    fields.retain(|field| field.name != name && field.title != name);
                    assert!(fields.len() < before, "{place}: no field {name} to leave out");
                }
                assert!(keys("renameByName").is_empty() && keys("includeByName").is_empty());
            }
            // Other transformations make new frames, which lose the notices about the data.
            other => panic!("{place}: {other} loses notices"),
        }
    }
    fields
}

/// Applies the titles of the panel's overrides.
fn check_overrides(place: &str, panel: &Value, fields: &mut [Known]) {
    let targets: Vec<&Value> = list(panel, "targets").collect();
    for rule in list(&panel["fieldConfig"], "overrides") {
        let options = text(&rule["matcher"], "options");
        match text(&rule["matcher"], "id") {
            "byName" => {
                let is_meant = |field: &&mut Known| field.name == options || field.title == options;
                let Some(field) = fields.iter_mut().find(is_meant) else {
                    panic!("{place}: there is no field {options}");
                };
                for property in list(rule, "properties") {
                    match text(property, "id") {
                        "displayName" => text(property, "value").clone_into(&mut field.title),
                        "links" => {
                            let titles = list(property, "value").map(|link| text(link, "title"));
                            let again = titles.filter(|title| field.links.contains(title)).count();
                            assert_eq!(again, 0, "{place}: {options} has that link already");
                        }
                        _ => {}
                    }
                }
            }
            "byFrameRefID" => {
                assert!(
                    targets.iter().any(|target| target["refId"] == options),
                    "{place}: {options}"
                );
            }
            // It may match values instead of fields; `answers` tests those of stats.
            "byRegexp" => assert!(options.starts_with('/') && options.ends_with('/'), "{place}"),
            other => panic!("{place}: {other} is not known here"),
        }
    }
}

#[test]
fn fields_that_panels_name_are_there() {
    for shipped in shipped() {
        for panel in shipped.panels() {
            let place = shipped.place(panel);
            let all: Vec<Known> = list(panel, "targets").flat_map(of_target).collect();
            let mut fields = transformed(&place, panel, all.clone());
            check_overrides(&place, panel, &mut fields);
            // Grafana's tables keep values by column title: two columns with the same title would show the values of
            // one.
            if panel["type"] == "table" {
                let titles: BTreeSet<&str> = fields.iter().map(|one| one.title.as_str()).collect();
                assert_eq!(titles.len(), fields.len(), "{place}: two columns of one name");
            }
            for sorted in list(&panel["options"], "sortBy") {
                let title = text(sorted, "displayName");
                assert!(
                    fields.iter().any(|field| field.title == title),
                    "{place}: nothing is titled {title} to sort by"
                );
            }
            for link in texts(panel) {
                for name in named_in(link) {
                    assert!(
                        fields.iter().any(|field| field.name == name),
                        "{place}: a link needs {name}"
                    );
                }
            }
            // The fields that the plugin's own links need still exist.
            let left: BTreeSet<&str> = fields.iter().map(|field| field.name.as_str()).collect();
            for field in &fields {
                for needed in &field.needs {
                    assert!(left.contains(needed), "{place}: {} needs {needed}", field.name);
                }
            }
        }
    }
}

/// The fields whose values a text inserts.
fn named_in(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text.split("${__data.fields[\"").skip(1).map(|rest| rest.split('"').next());
    let plain = text.split("${__data.fields.").skip(1).map(|rest| rest.split(['}', ':']).next());
    quoted.chain(plain).flatten()
}

#[test]
fn links_name_fields_in_either_form() {
    let link = "/d/u?var-a=${__data.fields[\"x\"]:percentencode}&b=${__data.fields.y}";
    assert_eq!(named_in(link).collect::<Vec<_>>(), ["x", "y"]);
}
