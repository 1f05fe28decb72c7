//! Tables are readable: few columns, headings that fit, and texts that don't fill the panel. Measured in a Grafana that
//! is 1,000 pixels wide.

use super::fields::of_target;
use super::{Shipped, list, shipped, text};
use serde_json::Value;
use std::collections::BTreeMap;

/// Most columns that are visible by default.
const COLUMNS: usize = 8;
/// Width of the grid's 24 columns in a window of 1,000 pixels.
const PAGE: u64 = 968;
/// Pixels between two panels, including a panel's frame and padding.
const GAP: u64 = 26;
/// The padding's part of [`GAP`].
const PADDING: u64 = 16;
/// Pixels of a heading's padding and filter icon.
const AROUND_HEADING: u64 = 30;
/// Pixels of a panel title's padding and its two icons.
const AROUND_TITLE: u64 = 64;

/// Approximate width of a text in Grafana's font, 14 pixels high.
fn width(words: &str) -> u64 {
    let letter = |letter: char| match letter {
        'f' | 'i' | 'j' | 'l' | 't' | 'r' | 'I' | '.' | ',' | ':' | '-' | ' ' => 5,
        'm' | 'w' | 'M' | 'W' => 12,
        letter if letter.is_uppercase() => 10,
        _ => 8,
    };
    words.chars().map(letter).sum()
}

/// A column as its panel configures it: heading, width, and whether it is hidden.
#[derive(Clone, Debug, Default)]
struct Column {
    heading: String,
    width: u64,
    off: bool,
}

/// The columns of a table by field name.
fn columns(panel: &Value) -> BTreeMap<String, Column> {
    let mut columns: BTreeMap<String, Column> = BTreeMap::new();
    for target in list(panel, "targets") {
        for field in of_target(target) {
            let off = field.hidden;
            columns.insert(field.name, Column { heading: field.title, off, ..Column::default() });
        }
    }
    for rule in list(&panel["fieldConfig"], "overrides") {
        let Some(column) = columns.get_mut(text(&rule["matcher"], "options")) else { continue };
        for property in list(rule, "properties") {
            let value = &property["value"];
            match text(property, "id") {
                "displayName" => text(property, "value").clone_into(&mut column.heading),
                "custom.hidden" => column.off = value == true,
                "custom.width" | "custom.minWidth" => {
                    column.width = column.width.max(value.as_u64().unwrap_or_default());
                }
                _ => {}
            }
        }
    }
    columns.retain(|_, column| !column.off);
    columns
}

/// Tables, and whether each is in the row of tables with every column. Tables that turn rows into columns are left out.
fn tables(shipped: &Shipped) -> Vec<(&Value, bool)> {
    let every = list(&shipped.json, "panels").filter(|row| row["title"] == "Every column");
    let every: Vec<&Value> = every.flat_map(|row| list(row, "panels")).collect();
    let tables = shipped.panels().into_iter().filter(|panel| panel["type"] == "table");
    let plain = tables.filter(|panel| {
        list(panel, "transformations").all(|transformation| transformation["id"] == "organize")
    });
    plain.map(|panel| (panel, every.contains(&panel))).collect()
}

#[test]
fn tables_show_few_columns_whose_headings_fit_into_a_narrow_window() {
    let mut checked = 0;
    for shipped in shipped() {
        for (panel, every) in tables(&shipped) {
            let place = shipped.place(panel);
            let shown = columns(panel);
            for (name, column) in shown.iter().filter(|_| panel["options"]["showHeader"] == true) {
                let longest = column.heading.split(' ').map(width).max().unwrap_or_default();
                let needed = longest + AROUND_HEADING;
                assert!(
                    column.width >= needed,
                    "{place}: {name} is {} wide, its heading needs {needed}",
                    column.width
                );
            }
            if every {
                continue;
            }
            assert!((1..=COLUMNS).contains(&shown.len()), "{place}: {} columns", shown.len());
            let all: u64 = shown.values().map(|column| column.width).sum();
            let there = PAGE * panel["gridPos"]["w"].as_u64().expect("a width") / 24 - GAP;
            assert!(all <= there, "{place}: columns of {all}, and {there} are there");
            checked += 1;
        }
    }
    assert!(checked >= 14, "{checked}");
}

#[test]
fn no_cell_fills_its_panel_and_headings_wrap() {
    for shipped in shipped() {
        for panel in shipped.panels().into_iter().filter(|panel| panel["type"] == "table") {
            let place = shipped.place(panel);
            let defaults = &panel["fieldConfig"]["defaults"]["custom"];
            assert_eq!(defaults["wrapHeaderText"], true, "{place}");
            let wraps = panel["fieldConfig"]["overrides"].to_string().contains("wrapText");
            // A line has 22 pixels, and a cell has padding.
            let tallest = panel["options"]["maxRowHeight"].as_u64();
            let one_row = panel["options"]["showHeader"] == false;
            assert!(
                one_row || !wraps || tallest.is_some_and(|most| most <= 3 * 22 + 12),
                "{place}"
            );
        }
    }
}

/// Grafana 12.3 cuts a text after its last line only when an earlier column is left-aligned and doesn't wrap. Otherwise
/// it shows the middle of the text.
#[test]
fn the_first_column_does_not_wrap() {
    for shipped in shipped() {
        for (panel, _) in tables(&shipped) {
            if panel["options"]["showHeader"] == false {
                continue;
            }
            let order = panel["transformations"][0]["options"]["indexByName"].as_object();
            let first = order.into_iter().flatten().find(|(_, place)| **place == 0);
            let (first, _) = first.unwrap_or_else(|| panic!("{}: no order", shipped.place(panel)));
            let known: Vec<_> = list(panel, "targets").flat_map(of_target).collect();
            let field = known.iter().find(|field| field.title == *first).expect("there");
            for rule in list(&panel["fieldConfig"], "overrides") {
                if text(&rule["matcher"], "options") == field.name {
                    let wraps = rule["properties"].to_string().contains("wrapText");
                    assert!(!wraps, "{}: {first}", shipped.place(panel));
                }
            }
        }
    }
}

#[test]
fn what_is_off_is_a_click_away() {
    for shipped in shipped() {
        let all = tables(&shipped);
        let shown_somewhere = |query_type: &Value, name: &str| {
            all.iter().any(|(panel, _)| {
                let asks = list(panel, "targets").any(|one| one["queryType"] == *query_type);
                asks && columns(panel).contains_key(name)
            })
        };
        let has_every = list(&shipped.json, "panels").any(|row| row["title"] == "Every column");
        for (panel, _) in all.iter().filter(|_| has_every) {
            let target = &panel["targets"][0];
            // Query types whose every column is shown somewhere in the dashboard.
            let every =
                ["configurations", "configuration-objects", "kustomizations", "reconcilers"];
            if !every.contains(&text(target, "queryType")) {
                continue;
            }
            for field in of_target(target).iter().filter(|field| !field.hidden) {
                let there = shown_somewhere(&target["queryType"], &field.name);
                assert!(there, "{}: {} is shown nowhere", shipped.place(panel), field.name);
            }
        }
    }
}

#[test]
fn titles_fit_beside_two_icons() {
    for shipped in shipped() {
        for panel in shipped.panels() {
            let place = shipped.place(panel);
            let there = PAGE * panel["gridPos"]["w"].as_u64().expect("a width") / 24 - GAP;
            let needed = width(text(panel, "title")) + AROUND_TITLE;
            // The title is inside the panel's frame, but not inside its padding.
            let there = there + PADDING;
            assert!(needed <= there, "{place}: {needed} of {there}");
        }
    }
}

#[test]
fn order_is_the_backends() {
    for shipped in shipped() {
        for panel in shipped.panels().into_iter().filter(|panel| panel["type"] == "table") {
            let sorted = list(&panel["options"], "sortBy").count();
            assert_eq!(sorted, 0, "{}: a refresh would sort it anew", shipped.place(panel));
        }
    }
}
