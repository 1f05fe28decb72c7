//! A query for Grafana's Azure Monitor data source.

use crate::query::spec::FieldSpec;

/// Most rows of Resource Graph's reply that Grafana shows.
pub const SHOWN_ROWS: usize = 1_000;

/// A query for Grafana's Azure Monitor data source, which asks Resource Graph.
#[derive(Clone, Debug)]
pub struct KqlQuery {
    /// The KQL text.
    pub kql: String,
    /// The fields of the reply that our query type also has, with our descriptions.
    pub fields: Vec<FieldSpec>,
    /// Fields that each represent a group, with their colours.
    pub series: Vec<(String, &'static str)>,
    /// The KQL text that counts all rows, when the reply may be truncated.
    pub total: Option<String>,
}

impl KqlQuery {
    /// A query whose reply is never truncated.
    pub(in crate::query) fn whole(kql: String) -> Self {
        Self::with_fields(kql, Vec::new())
    }

    /// The same with the fields of the reply that our query type has as well.
    pub(in crate::query) fn with_fields(kql: String, fields: Vec<FieldSpec>) -> Self {
        Self { kql, fields, series: Vec::new(), total: None }
    }
}
