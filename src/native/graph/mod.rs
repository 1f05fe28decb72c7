//! Questions about the inventory as KQL, for Grafana's own Azure Monitor data source.
//!
//! That one shows the first 1,000 rows of an answer and no more, so numbers are counted by Resource Graph itself, tables
//! begin with what is worst and come with the number of all their rows, and answers of alert rules with what fails.
//! It can't read truth values either: those are texts.

mod counts;
mod filter;
mod rows;
mod rules;
mod tables;
mod values;

pub use filter::Style;

use crate::query::{FieldSpec, Params};

/// Rows of an answer that Grafana shows.
pub(super) const SHOWN_ROWS: usize = 1_000;

/// A question to Resource Graph.
pub(super) struct Graph {
    /// What is asked.
    pub(super) kql: String,
    /// The fields of the answer that our query type has as well, as it describes them.
    pub(super) fields: Vec<FieldSpec>,
    /// Series of the answer with their colours, where fields are series.
    pub(super) series: Vec<(String, &'static str)>,
    /// The question for the number of all rows, where rows may be cut off.
    pub(super) total: Option<String>,
}

impl Graph {
    /// A question whose answer has one row at most, or as many as there are states.
    fn counts(kql: String, series: Vec<(String, &'static str)>) -> Self {
        Self { kql, fields: Vec::new(), series, total: None }
    }
}

/// The question that a query type with these parameters is. `None`: Resource Graph can't answer it.
pub(super) fn graph(query_type: &str, params: &Params, style: Style) -> Option<Graph> {
    counts::graph(query_type, params, style).or_else(|| tables::graph(query_type, params, style))
}

pub(super) use rules::rule;
pub(super) use values::values;
