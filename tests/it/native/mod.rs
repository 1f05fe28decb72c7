//! The dashboards and rules for Grafana's own data sources: their form, and that they show the same as ours.

mod form;
mod graph;
mod rules;
mod series;

use azuregitops::native::dashboards;
use serde_json::Value;
use std::collections::BTreeMap;

/// The panels of a dashboard, those in collapsed rows included. Rows themselves aren't panels.
pub fn panels(dashboard: &Value) -> Vec<&Value> {
    let top = dashboard["panels"].as_array().into_iter().flatten();
    let all = top.flat_map(|panel| {
        let inside = panel["panels"].as_array().into_iter().flatten();
        std::iter::once(panel).chain(inside)
    });
    all.filter(|panel| panel["type"] != "row").collect()
}

/// The panel whose query a panel shows: the panel itself, or the one whose reply it shares.
fn asking<'a>(dashboard: &'a Value, panel: &'a Value) -> &'a Value {
    let other = &panel["targets"][0]["panelId"];
    if other.is_null() {
        return panel;
    }
    let found = panels(dashboard).into_iter().find(|found| found["id"] == *other);
    found.expect("the panel whose answer is shared")
}

/// The native dashboards, by the name of our file.
pub fn native() -> BTreeMap<&'static str, Value> {
    dashboards().expect("dashboards").into_iter().collect()
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}
