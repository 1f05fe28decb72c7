//! A saved query of ours, asked of Grafana's own data sources instead.

use super::graph::{self, Graph, Style};
use super::placeholder::hold;
use super::series::{self, Series, Window};
use crate::query::{Params, Query, QueryError, TimeRange};
use flux::UtcMillis;
use serde_json::{Value, json};

/// Time ranges don't change what is asked.
const ANY_TIME: TimeRange = TimeRange { from: UtcMillis(0), to: UtcMillis(0) };

/// What is asked of whom.
pub(super) enum Question {
    /// Azure Monitor.
    Graph(Graph),
    /// Prometheus.
    Series(Series),
}

/// The parameters of a saved query, checked as the plugin does, with variables held.
pub(super) fn params(query_type: &str, params: &Value) -> Result<Params, QueryError> {
    let saved = json!({ "queryType": query_type, "params": hold(params) });
    Ok(Query::parse(saved.to_string().as_bytes(), "", "", ANY_TIME)?.params)
}

/// The question of a panel. `None`: neither data source can answer it.
///
/// # Errors
/// It is none of ours.
pub(super) fn of_target(
    target: &Value,
    style: Style,
    variables: &[&str],
) -> Result<Option<Question>, QueryError> {
    let query_type = target["queryType"].as_str().unwrap_or_default();
    let params = params(query_type, &target["params"])?;
    if query_type == "metric" {
        let window = if params.switch("instant") { Window::Range } else { Window::Step };
        return Ok(series::metric(&params, window, variables).map(Question::Series));
    }
    Ok(graph::graph(query_type, &params, style).map(Question::Graph))
}
