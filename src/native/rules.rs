//! The alert rules for Grafana's own data sources: rules about the inventory query Resource Graph, rules about metrics
//! query Prometheus. Rules about the plugin's own data source are left out.

use super::prepared::prepared;
use super::{PREFIX, target, uid};
use crate::alert::{GrafanaOptions, GrafanaRules, RULES, Rule, RuleQuery, grafana_asking};
use crate::query::NativeQuery;
use flux::Portal;
use serde_json::Value;

/// Options that differ between Grafana servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesOptions {
    /// Uid of the Azure Monitor data source. Azure Managed Grafana's has the uid `azure-monitor-oob`.
    pub azure_monitor_uid: String,
    /// Uid of the Prometheus data source.
    pub prometheus_uid: String,
    /// Portal to which links lead.
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

/// All rules that one of the two data sources can answer.
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

/// The queries of the rules, by the id of the rule.
pub(super) fn question_of_rules() -> impl Iterator<Item = (&'static str, Value)> {
    let options = RulesOptions::default();
    RULES.iter().filter_map(move |rule| Some((rule.id, question(rule, &options)?.1)))
}

/// The uid of the data source of a rule, and the query. `None`: neither data source can answer the query.
fn question(rule: &Rule, options: &RulesOptions) -> Option<(String, Value)> {
    let asked = &rule.query;
    let prepared = prepared(asked.query_type, &Value::Object(asked.params())).ok()?;
    Some(match prepared.native_rule(asked.over)? {
        NativeQuery::Promql(query) => {
            let uid = options.prometheus_uid.clone();
            let model = target::series("A", &uid, &query, true, false);
            (uid, model)
        }
        NativeQuery::Kql(query) => {
            let uid = options.azure_monitor_uid.clone();
            let model = target::graph_of_all("A", &uid, &query.kql);
            (uid, model)
        }
    })
}
