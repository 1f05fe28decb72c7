//! A query for Grafana's own data sources: KQL for Azure Monitor, PromQL for Prometheus.

use super::kql::{KqlQuery, KqlStyle};

/// A query for one of Grafana's own data sources.
#[derive(Clone, Debug)]
pub enum NativeQuery {
    /// For Azure Monitor, which queries Resource Graph.
    Kql(KqlQuery),
    /// For Prometheus.
    Promql(PromqlQuery),
}

/// A query for Grafana's Prometheus data source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromqlQuery {
    /// The expression.
    pub promql: String,
    /// Labels of its series.
    pub labels: Vec<&'static str>,
    /// Name of its values.
    pub title: &'static str,
    /// Grafana's unit id.
    pub unit: &'static str,
}

/// The dashboard to which a panel or template variable belongs.
#[derive(Clone, Copy, Debug)]
pub struct NativePanel<'a> {
    /// How template variables are written in KQL.
    pub style: KqlStyle,
    /// Names of the template variables.
    pub variables: &'a [&'a str],
}
