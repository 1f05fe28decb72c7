//! The alert rules, asking Grafana's own data sources: what Azure knows of Resource Graph, what only metrics tell of
//! Prometheus. Rules about our data source itself have nothing to ask there.

use super::question::params;
use super::series::{self, Window};
use super::{PREFIX, graph, target, uid};
use crate::alert::{GrafanaOptions, GrafanaRules, RULES, Rule, RuleQuery, grafana_asking};
use flux::Portal;
use serde_json::Value;

/// What may differ from one Grafana to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesOptions {
    /// Uid of the Azure Monitor data source. Azure Managed Grafana's own is called `azure-monitor-oob`.
    pub azure_monitor_uid: String,
    /// Uid of the Prometheus data source.
    pub prometheus_uid: String,
    /// Portal that links go to.
    pub portal: Portal,
    /// Address of the folder with the runbooks, without a slash at its end.
    pub runbooks: String,
}

impl Default for RulesOptions {
    fn default() -> Self {
        let GrafanaOptions { portal, runbooks, .. } = GrafanaOptions::default();
        Self {
            azure_monitor_uid: "azure-monitor-oob".to_owned(),
            prometheus_uid: "prometheus".to_owned(),
            portal,
            runbooks,
        }
    }
}

/// All rules that can be asked so.
pub fn rules(options: &RulesOptions) -> GrafanaRules {
    let shown = GrafanaOptions {
        data_source_uid: String::new(),
        portal: options.portal.clone(),
        runbooks: options.runbooks.clone(),
    };
    grafana_asking(&shown, "GitOps (native)", |rule| {
        let (data_source_uid, model) = question(rule, options)?;
        let query_type = model["queryType"].as_str().unwrap_or_default().to_owned();
        Some(RuleQuery {
            uid: format!("{PREFIX}{}", rule.id),
            dashboard: uid(rule.dashboard.0),
            data_source_uid,
            query_type,
            model,
        })
    })
}

/// What rules ask, by the id of the rule.
pub(super) fn question_of_rules() -> impl Iterator<Item = (&'static str, Value)> {
    let options = RulesOptions::default();
    RULES.iter().filter_map(move |rule| Some((rule.id, question(rule, &options)?.1)))
}

/// Which data source a rule asks, and what.
fn question(rule: &Rule, options: &RulesOptions) -> Option<(String, Value)> {
    let asked = &rule.query;
    let params = params(asked.query_type, &Value::Object(asked.params())).ok()?;
    if asked.query_type == "metric" {
        let series = series::metric(&params, Window::Of(asked.over), &[])?;
        let uid = options.prometheus_uid.clone();
        let model = target::series("A", &uid, &series, true, false);
        return Some((uid, model));
    }
    let kql = graph::rule(asked.query_type, &params)?;
    let uid = options.azure_monitor_uid.clone();
    let model = target::graph_of_all("A", &uid, &kql);
    Some((uid, model))
}
