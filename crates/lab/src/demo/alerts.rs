//! The alert rules in `demo`: each rule's query is sent as Grafana's scheduler sends it, and its result is printed.

use crate::error::LabError;
use crate::plugin_process::PluginProcess;
use azuregitops::alert::{DATA_SOURCE_UID, OnError, RULES, Rule, query_model};
use azuregitops::cli::render::{Page, new_table};
use azuregitops::instance::system_clock;
use azuregitops::plugin::wire::{DataResponse, PluginContext, QueryDataRequest};
use comfy_table::{Cell as TableCell, CellAlignment, Color};
use frame::{Cell, Frame};
use grafana_plugin_sdk::pluginv2::{DataQuery, TimeRange};
use std::collections::HashMap;
use std::io::Write;

/// Longest label text of an example, characters.
const LONGEST: usize = 60;

/// The result of a rule's query. Pending periods don't count.
struct Standing {
    rule: &'static Rule,
    /// Number of rows above the threshold and the labels of the first one, or the error.
    found: Result<(usize, String), String>,
}

/// Sends the query of every rule and prints the results.
///
/// # Errors
/// The plugin can't be reached, or `out` can't be written.
pub async fn show(
    out: &mut impl Write,
    plugin: &PluginProcess,
    context: &PluginContext,
    page: Page,
) -> Result<(), LabError> {
    let mut all = Vec::with_capacity(RULES.len());
    for rule in &RULES {
        let response = ask(plugin, context, rule).await?;
        all.push(Standing { rule, found: stands(rule, &response) });
    }
    Ok(write(out, &all, page)?)
}

async fn ask(
    plugin: &PluginProcess,
    context: &PluginContext,
    rule: &Rule,
) -> Result<DataResponse, LabError> {
    let now = (system_clock())().0;
    let over = i64::try_from(rule.query.over.as_millis()).unwrap_or(i64::MAX);
    let query = DataQuery {
        ref_id: "A".to_owned(),
        max_data_points: 43_200,
        interval_ms: 1_000,
        time_range: Some(TimeRange { from_epoch_ms: now.saturating_sub(over), to_epoch_ms: now }),
        json: query_model(rule, DATA_SOURCE_UID).to_string().into_bytes(),
        query_type: rule.query.query_type.to_owned(),
    };
    let request = QueryDataRequest {
        plugin_context: Some(context.clone()),
        headers: HashMap::from([("FromAlert".to_owned(), "true".to_owned())]),
        queries: vec![query],
    };
    Ok(plugin.query(request).await?.responses.remove("A").unwrap_or_default())
}

fn stands(rule: &Rule, response: &DataResponse) -> Result<(usize, String), String> {
    if response.status != 200 {
        return Err(response.error.clone());
    }
    let frames = response.frames.iter().map(|bytes| Frame::decode(bytes));
    let frames: Vec<Frame> = frames.collect::<Result<_, _>>().map_err(|error| error.to_string())?;
    let mut firing = 0;
    let mut example = String::new();
    for frame in &frames {
        for row in 0..frame.rows() {
            let cells = || frame.fields.iter().map(|field| field.cell(row));
            let above =
                cells().any(|cell| matches!(cell, Cell::Number(value) if value > rule.query.above));
            if above && firing == 0 {
                let labels = cells().filter_map(|cell| match cell {
                    Cell::Text(text) => Some(text.to_owned()),
                    _ => None,
                });
                // 36 characters are the subscription's GUID, which tells a reader little.
                example = labels.filter(|text| text.len() != 36).collect::<Vec<_>>().join(" ");
            }
            firing += usize::from(above);
        }
    }
    Ok((firing, example))
}

fn write(out: &mut impl Write, all: &[Standing], page: Page) -> std::io::Result<()> {
    let mut table = new_table(page);
    table.set_header(["Alert rule", "State", "Alerts", "The first of them"]);
    for Standing { rule, found } in all {
        let (state, color, alerts, example) = match (found, rule.on_error) {
            (Ok((0, _)), _) => ("Normal", Color::Green, "0".to_owned(), ""),
            (Ok((firing, example)), _) => {
                ("Firing", Color::Red, firing.to_string(), example.as_str())
            }
            (Err(why), OnError::KeepLast) => {
                ("No answer, stays as it is", Color::Yellow, String::new(), why.as_str())
            }
            (Err(why), OnError::Alert) => ("Firing", Color::Red, "1".to_owned(), why.as_str()),
        };
        table.add_row([
            TableCell::new(rule.title),
            TableCell::new(state).fg(color),
            TableCell::new(alerts),
            TableCell::new(example.chars().take(LONGEST).collect::<String>()),
        ]);
    }
    if let Some(column) = table.column_mut(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    writeln!(out, "{}\n", table.trim_fmt())
}
