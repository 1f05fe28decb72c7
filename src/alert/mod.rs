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
mod prometheus;
mod reference;
mod rule;
#[cfg(test)]
mod tests;
mod yaml;

pub use bicep::bicep;
pub use catalogue::RULES;
pub use grafana::{
    DATA_SOURCE_UID, FOLDER, GrafanaOptions, GrafanaRules, PLUGIN_ID, RuleQuery, grafana,
    grafana_asking, query_model,
};
pub use prometheus::{PrometheusOptions, prometheus};
pub use reference::{LinkedDashboard, reference};
pub use rule::{Given, MetricsRule, OnError, Place, Question, Rule, RuleGroup, Watch};
pub use yaml::YamlError;
