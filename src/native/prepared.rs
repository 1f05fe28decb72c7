//! Saved queries of the panels, variables and rules, parsed as the plugin parses them.

use crate::query::{PreparedQuery, Query, QueryError, TimeRange, hold};
use flux::UtcMillis;
use serde_json::{Value, json};

/// Any time range will do: the KQL and PromQL texts don't depend on it.
const ANY_TIME: TimeRange = TimeRange { from: UtcMillis(0), to: UtcMillis(0) };

/// A query of this type, with placeholders for template variables.
///
/// # Errors
/// The query type isn't in the catalogue, or the parameters are wrong.
pub(super) fn prepared(query_type: &str, params: &Value) -> Result<PreparedQuery, QueryError> {
    let saved = json!({ "queryType": query_type, "params": hold(params) });
    Ok(Query::parse(saved.to_string().as_bytes(), "", "", ANY_TIME)?.prepared)
}

/// The query of a panel's target.
///
/// # Errors
/// The query type isn't in the catalogue, or the parameters are wrong.
pub(super) fn of_target(target: &Value) -> Result<PreparedQuery, QueryError> {
    prepared(target["queryType"].as_str().unwrap_or_default(), &target["params"])
}
