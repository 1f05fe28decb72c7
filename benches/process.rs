//! A plugin process seen from outside: requests to it, and its memory.

use azuregitops::instance::system_clock;
use azuregitops::plugin::wire::{PluginContext, QueryDataRequest};
use grafana_plugin_sdk::pluginv2::{DataQuery, TimeRange};
use serde_json::{Value, json};
use std::collections::HashMap;

/// A request with one query, as a panel sends it.
pub fn request(context: &PluginContext, query_type: &str, params: &Value) -> QueryDataRequest {
    let saved = json!({ "refId": "A", "queryType": query_type, "params": params });
    let now = (system_clock())().0;
    QueryDataRequest {
        plugin_context: Some(context.clone()),
        headers: HashMap::new(),
        queries: vec![DataQuery {
            ref_id: "A".to_owned(),
            max_data_points: 1_000,
            interval_ms: 15_000,
            time_range: Some(TimeRange { from_epoch_ms: now - 6 * 3_600_000, to_epoch_ms: now }),
            json: saved.to_string().into_bytes(),
            query_type: query_type.to_owned(),
        }],
    }
}

/// Resident memory of a process, now and at its peak, in MB.
pub fn memory(process: u32) -> (f64, f64) {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let megabytes = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        let kilobytes = line.split_whitespace().nth(1).and_then(|text| text.parse::<f64>().ok());
        kilobytes.unwrap_or(f64::NAN) / 1_000.0
    };
    (megabytes("VmRSS"), megabytes("VmHWM"))
}
