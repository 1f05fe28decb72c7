//! Converts a panel to Grafana's own data sources.

use super::prepared::of_target;
use super::target::{self, AZURE_MONITOR};
use super::variables::without_subscriptions;
use super::{AZURE_MONITOR_VARIABLE, PROMETHEUS_VARIABLE, SUBSCRIPTION};
use crate::query::{
    FieldSpec, KqlQuery, LinkTarget, NativePanel, NativeQuery, PromqlQuery, QueryError, SHOWN_ROWS,
    field_config,
};
use flux::Portal;
use serde_json::{Map, Value, json};

/// Width of the panel with the number of rows, in columns of Grafana's grid.
const TOTAL_WIDTH: u64 = 3;
/// Added to the id of a table for the id of the panel with the number of its rows.
const TOTAL_ID: u64 = 1_000;

/// The panels that replace one of our panels: none if neither data source can answer its queries. A table gets a second
/// panel, which shows its number of rows.
///
/// # Errors
/// The panel has a query that isn't one of the plugin's.
pub(super) fn panels(saved: &Value, dashboard: &NativePanel<'_>) -> Result<Vec<Value>, QueryError> {
    let mut panel = saved.clone();
    let mut targets = Vec::new();
    let mut total = None;
    for saved in saved["targets"].as_array().into_iter().flatten() {
        let mut asked = saved.clone();
        asked["params"] = without_subscriptions(&saved["params"]);
        let ref_id = saved["refId"].as_str().unwrap_or_default();
        match of_target(&asked)?.native_panel(dashboard) {
            None => return Ok(Vec::new()),
            Some(NativeQuery::Kql(query)) => {
                targets.push(graph_target(ref_id, &query.kql));
                of_kql(&mut panel, &query);
                total = query.total;
            }
            Some(NativeQuery::Promql(query)) => {
                targets.push(of_promql(&mut panel, ref_id, &query, &saved["params"]));
            }
        }
    }
    panel["datasource"] = targets[0]["datasource"].clone();
    panel["targets"] = Value::Array(targets);
    let mut panels = Vec::new();
    if let Some(total) = total {
        panels.push(total_panel(&mut panel, &total));
    }
    panels.insert(0, panel);
    Ok(panels)
}

fn graph_target(ref_id: &str, kql: &str) -> Value {
    let uid = format!("${{{AZURE_MONITOR_VARIABLE}}}");
    target::graph(ref_id, &uid, kql, SUBSCRIPTION)
}

/// Configures in the panel how fields are shown. The plugin's own frames contain that themselves.
fn of_kql(panel: &mut Value, query: &KqlQuery) {
    let mut overrides: Vec<Value> = query
        .series
        .iter()
        .map(|(name, color)| {
            let color = json!({ "mode": "fixed", "fixedColor": color });
            overriding(name, &[json!({ "id": "color", "value": color })])
        })
        .collect();
    overrides.extend(query.fields.iter().map(|field| field_override(field, &query.fields)));
    prepend_overrides(panel, overrides);
    rename_columns(panel, &query.fields);
}

fn overriding(name: &str, properties: &[Value]) -> Value {
    json!({ "matcher": { "id": "byName", "options": name }, "properties": properties })
}

/// The override that shows a field as the plugin's frames show it.
fn field_override(field: &FieldSpec, shown: &[FieldSpec]) -> Value {
    let there = |name: &str| shown.iter().any(|field| field.name == name);
    let mut config = field_config(field, &Portal::default());
    let mut targets = field.links.iter().map(|link| link.target);
    // `config.links` are the links of the field, in the same order.
    config.links.retain(|_| match targets.next() {
        Some(LinkTarget::Portal(_, holder) | LinkTarget::Address(holder)) => there(holder),
        None => true,
    });
    let mut properties = vec![json!({ "id": "displayName", "value": config.display_name })];
    let mut push = |id: String, value: Value| properties.push(json!({ "id": id, "value": value }));
    if !config.unit.is_empty() {
        push("unit".to_owned(), json!(config.unit));
    }
    if !config.links.is_empty() {
        push("links".to_owned(), json!(config.links));
    }
    if !config.mappings.is_empty() {
        push("mappings".to_owned(), json!(config.mappings));
    }
    for (name, value) in config.custom {
        push(format!("custom.{name}"), value);
    }
    overriding(field.name, &properties)
}

fn prepend_overrides(panel: &mut Value, mut overrides: Vec<Value>) {
    if let Some(own) = panel["fieldConfig"]["overrides"].as_array_mut() {
        overrides.append(own);
        *own = overrides;
    }
}

/// `organize` refers to fields of the plugin's frames by their headings, and to columns of Resource Graph by their
/// names.
fn rename_columns(panel: &mut Value, fields: &[FieldSpec]) {
    for transformation in panel["transformations"].as_array_mut().into_iter().flatten() {
        if transformation["id"] != "organize" {
            continue;
        }
        for member in ["excludeByName", "indexByName"] {
            let Some(by_title) = transformation["options"][member].as_object() else { continue };
            let by_name: Map<String, Value> = by_title
                .iter()
                .filter_map(|(title, value)| {
                    let field = fields.iter().find(|field| field.title == title)?;
                    Some((field.name.to_owned(), value.clone()))
                })
                .collect();
            transformation["options"][member] = Value::Object(by_name);
        }
    }
}

/// What a number shows while there is none.
const NO_ANSWER: &str = "No answer";

/// Grafana's mappings of what isn't a number: grey, and never a number.
fn without_an_answer() -> Value {
    let nothing = |matched: &str, index: u8| {
        let result = json!({ "color": "#8e8e8e", "index": index, "text": NO_ANSWER });
        json!({ "type": "special", "options": { "match": matched, "result": result } })
    };
    json!([nothing("null+nan", 0), nothing("empty", 1)])
}

/// The panel with the total number of a table's rows, to the right of the table.
fn total_panel(panel: &mut Value, kql: &str) -> Value {
    let shown = format!(
        " The table has the first {SHOWN_ROWS} rows, the worst first; the panel to its right counts all rows. Choose values of the variables to see others."
    );
    append(panel, &shown);
    let position = &mut panel["gridPos"];
    let width = position["w"].as_u64().unwrap_or_default().saturating_sub(TOTAL_WIDTH);
    position["w"] = json!(width);
    let x = position["x"].as_u64().unwrap_or_default() + width;
    let steps =
        json!([{ "color": "text", "value": null }, { "color": "orange", "value": SHOWN_ROWS + 1 }]);
    json!({
        "datasource": target::source(AZURE_MONITOR, &format!("${{{AZURE_MONITOR_VARIABLE}}}")),
        "description": format!("How many rows there are, of which the table shows at most {SHOWN_ROWS}."),
        "fieldConfig": {
            "defaults": {
                "color": { "mode": "thresholds" }, "mappings": without_an_answer(), "noValue": NO_ANSWER,
                "thresholds": { "mode": "absolute", "steps": steps },
            },
            "overrides": [],
        },
        "gridPos": { "h": position["h"], "w": TOTAL_WIDTH, "x": x, "y": position["y"] },
        "id": panel["id"].as_u64().unwrap_or_default() + TOTAL_ID,
        "options": {
            "colorMode": "value", "graphMode": "none", "justifyMode": "auto", "orientation": "auto",
            "percentChangeColorMode": "standard",
            "reduceOptions": { "calcs": ["lastNotNull"], "fields": "", "values": false },
            "showPercentChange": false, "textMode": "value", "wideLayout": true,
        },
        "pluginVersion": panel["pluginVersion"],
        "targets": [graph_target("A", kql)],
        "title": format!("{}: all rows", panel["title"].as_str().unwrap_or_default()),
        "type": "stat",
    })
}

/// Adds a sentence to the description of a panel.
fn append(panel: &mut Value, sentence: &str) {
    let description = panel["description"].as_str().unwrap_or_default();
    panel["description"] = json!(format!("{description}{sentence}"));
}

/// A Prometheus target. Also configures in the panel how values are shown, which the plugin's own frames contain
/// themselves.
fn of_promql(panel: &mut Value, ref_id: &str, query: &PromqlQuery, params: &Value) -> Value {
    let instant = params["instant"] == true;
    // Whether the panel shows rows rather than series.
    let table = panel["type"] == "table" || panel["options"]["reduceOptions"]["values"] == true;
    let mut asked = query.clone();
    if let Some(limit) = params["limit"].as_u64() {
        asked.promql = format!("topk({limit}, {})", asked.promql);
        if !instant {
            append(panel, &format!(" At each point of time, the {limit} largest values."));
        }
    }
    panel["fieldConfig"]["defaults"]["unit"] = json!(query.unit);
    if table {
        for own in panel["fieldConfig"]["overrides"].as_array_mut().into_iter().flatten() {
            if own["matcher"] == json!({ "id": "byName", "options": "value" }) {
                own["matcher"]["options"] = json!("Value");
            }
        }
        prepend_overrides(
            panel,
            vec![overriding("Value", &[json!({ "id": "displayName", "value": query.title })])],
        );
        panel["transformations"] =
            json!([{ "id": "organize", "options": { "excludeByName": { "Time": true } } }]);
    }
    let uid = format!("${{{PROMETHEUS_VARIABLE}}}");
    target::series(ref_id, &uid, &asked, instant, table)
}
