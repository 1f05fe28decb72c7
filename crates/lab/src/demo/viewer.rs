//! A user who opens panels: sends queries as Grafana does, and measures how long the answers take.

use crate::error::LabError;
use crate::plugin_process::PluginProcess;
use azuregitops::instance::system_clock;
use azuregitops::plugin::wire::{DataResponse, PluginContext, QueryDataRequest};
use frame::Frame;
use grafana_plugin_sdk::pluginv2::{DataQuery, TimeRange};
use serde_json::Value;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Time range of the queries, milliseconds; the dashboards have the same default.
const RANGE: i64 = 3_600_000;

/// Sends queries for one data source to a plugin process.
pub(super) struct Viewer {
    pub(super) plugin: PluginProcess,
    pub(super) context: PluginContext,
}

/// The answer to one request.
pub(super) struct Answer {
    /// For each query, in order: its frames, or the status, error source and message.
    pub(super) results: Vec<Result<Vec<Frame>, String>>,
    /// Size of all frames as they were sent, in bytes.
    pub(super) bytes: usize,
    /// Time until the whole answer had arrived.
    pub(super) time: Duration,
}

impl Answer {
    /// Number of rows of all frames.
    pub(super) fn rows(&self) -> usize {
        self.results.iter().flatten().flatten().map(Frame::rows).sum()
    }

    /// The first error.
    pub(super) fn error(&self) -> Option<&str> {
        self.results.iter().find_map(|result| result.as_ref().err()).map(String::as_str)
    }
}

impl Viewer {
    /// Sends the queries of one panel in one request.
    pub(super) async fn ask(&self, queries: &[Value]) -> Result<Answer, LabError> {
        let now = (system_clock())();
        let text =
            |query: &Value, member: &str| query[member].as_str().unwrap_or_default().to_owned();
        let sent = queries.iter().map(|query| DataQuery {
            ref_id: text(query, "refId"),
            max_data_points: 1000,
            interval_ms: 15_000,
            time_range: Some(TimeRange { from_epoch_ms: now.0 - RANGE, to_epoch_ms: now.0 }),
            json: query.to_string().into_bytes(),
            query_type: text(query, "queryType"),
        });
        let request = QueryDataRequest {
            plugin_context: Some(self.context.clone()),
            headers: HashMap::new(),
            queries: sent.collect(),
        };
        let begun = Instant::now();
        let mut responses = self.plugin.query(request).await?.responses;
        let time = begun.elapsed();
        let responses: Vec<DataResponse> = queries
            .iter()
            .map(|query| responses.remove(&text(query, "refId")).unwrap_or_default())
            .collect();
        let bytes = responses.iter().flat_map(|response| &response.frames).map(Vec::len).sum();
        Ok(Answer { results: responses.iter().map(decode).collect(), bytes, time })
    }
}

fn decode(response: &DataResponse) -> Result<Vec<Frame>, String> {
    if response.status != 200 {
        return Err(format!("{} ({}): {}", response.status, response.error_source, response.error));
    }
    let frames = response.frames.iter().map(|bytes| Frame::decode(bytes));
    frames.collect::<Result<_, _>>().map_err(|error| error.to_string())
}
