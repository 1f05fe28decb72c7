//! The alert rules: one catalogue, rendered as Grafana's provisioning file, as a rule file of Prometheus, and as a Bicep
//! template for Azure Monitor.
//!
//! Rendering is pure: the same catalogue and options give the same text. What is rendered with default options is
//! committed (`provisioning/alerting`, `deploy`), and a test compares it.

mod annotation;
mod bicep;
mod catalogue;
mod expression;
#[cfg(test)]
mod generated;
mod grafana;
mod linked_dashboard;
mod prometheus;
#[cfg(test)]
mod reference;
mod rule;
#[cfg(test)]
mod tests;
mod yaml;

pub(crate) use bicep::bicep;
pub use catalogue::RULES;
pub use grafana::{DATA_SOURCE_UID, GrafanaOptions, grafana, query_model};
pub(crate) use grafana::{GrafanaRules, PLUGIN_ID, RuleQuery, grafana_asking};
pub use prometheus::{PrometheusOptions, prometheus};
#[cfg(test)]
use reference::reference;
#[cfg(test)]
use rule::Watch;
pub use rule::{OnError, Rule};
pub(crate) use yaml::YamlError;
