//! Grafana's provisioning file for alert rules.
//!
//! Field names are those that Grafana reads from files (its `apiVersion: 1`). It ignores unknown ones silently, so a test
//! compares them with a list. Grafana replaces `$NAME` in labels by environment variables, but not in annotations:
//! templates in labels use `.Labels`, which is the same as `$labels`.

use super::annotation::{Naming, Piece, annotations};
use super::catalogue::RULES;
use super::rule::{KEEP_FIRING, OnError, Rule, RuleGroup, SEVERITY};
use super::yaml::{YamlError, document, duration};
use crate::query::VERSION;
use flux::Portal;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// Uid of the data source in `provisioning/datasources`.
pub const DATA_SOURCE_UID: &str = "azuregitops";
/// Folder of the rules, and of the dashboards.
pub const FOLDER: &str = "GitOps";
/// Grafana's address without a slash at its end, as a template: links in mails need the whole address.
const GRAFANA: &str = r#"{{ reReplaceAll "/+\\z" "" externalURL }}"#;
/// Type of the plugin's data source.
pub const PLUGIN_ID: &str = "fluxfleet-azuregitops-datasource";
/// Data source of Grafana's own expressions.
const EXPRESSION: &str = "__expr__";

/// Options that differ between Grafana servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrafanaOptions {
    /// Uid of the data source to query.
    pub data_source_uid: String,
    /// Portal to which links lead.
    pub portal: Portal,
    /// Address of the folder with the runbooks, without a slash at its end.
    pub runbooks: String,
}

impl Default for GrafanaOptions {
    fn default() -> Self {
        Self {
            data_source_uid: DATA_SOURCE_UID.to_owned(),
            portal: Portal::default(),
            runbooks: "docs/runbooks".to_owned(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct File<'a> {
    api_version: u8,
    groups: &'a [GrafanaGroup],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GrafanaGroup {
    org_id: u8,
    name: &'static str,
    folder: String,
    interval: String,
    #[serde(skip)]
    interval_seconds: u64,
    rules: Vec<AlertRule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AlertRule {
    uid: String,
    title: &'static str,
    condition: &'static str,
    data: [Asked; 2],
    no_data_state: &'static str,
    exec_err_state: &'static str,
    r#for: String,
    /// For rows that remain after their condition has ended. Grafana reads this field since 12.1.2.
    keep_firing_for: String,
    /// The same in the spelling of Grafana's API and of Prometheus.
    #[serde(rename = "keep_firing_for")]
    keep_firing_for_too: String,
    /// For rows that disappear when their condition ends, as the plugin's do. Grafana reads this field since 12.1.2;
    /// older versions use 2.
    #[serde(rename = "missing_series_evals_to_resolve")]
    missing_series_evals_to_resolve: u64,
    annotations: BTreeMap<&'static str, String>,
    labels: BTreeMap<&'static str, String>,
    is_paused: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    ref_id: &'static str,
    relative_time_range: RelativeTimeRange,
    datasource_uid: String,
    query_type: String,
    model: Value,
}

/// The query of a rule in Grafana.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleQuery {
    /// Grafana's identity of the rule; at most 40 characters.
    pub uid: String,
    /// Uid of the dashboard to which the alert links.
    pub dashboard: String,
    /// Uid of the data source to query.
    pub data_source_uid: String,
    /// Grafana's `queryType`, in the terms of the data source.
    pub query_type: String,
    /// The saved query, of refId A.
    pub model: Value,
}

#[derive(Clone, Copy, Serialize)]
struct RelativeTimeRange {
    /// Seconds before now.
    from: u64,
    to: u64,
}

/// Alert rules for Grafana.
pub struct GrafanaRules(Vec<GrafanaGroup>);

/// All rules, with queries to the plugin's data source.
pub fn grafana(options: &GrafanaOptions) -> GrafanaRules {
    grafana_asking(options, FOLDER, |rule| {
        Some(RuleQuery {
            uid: rule.uid(),
            dashboard: rule.dashboard.0.to_owned(),
            data_source_uid: options.data_source_uid.clone(),
            query_type: rule.query.query_type.to_owned(),
            model: query_model(rule, &options.data_source_uid),
        })
    })
}

/// The rules for which `ask` gives a query, in a folder.
pub fn grafana_asking(
    options: &GrafanaOptions,
    folder: &str,
    ask: impl Fn(&Rule) -> Option<RuleQuery>,
) -> GrafanaRules {
    let groups = RuleGroup::ALL.into_iter().map(|group| GrafanaGroup {
        org_id: 1,
        name: group.name(),
        folder: folder.to_owned(),
        interval: duration(group.interval()),
        interval_seconds: group.interval().as_secs(),
        rules: RULES
            .iter()
            .filter(|rule| rule.group == group)
            .filter_map(|rule| Some(alert_rule(rule, ask(rule)?, options)))
            .collect(),
    });
    GrafanaRules(groups.filter(|group| !group.rules.is_empty()).collect())
}

impl GrafanaRules {
    /// The file for `provisioning/alerting`.
    ///
    /// # Errors
    /// The YAML can't be written.
    pub fn file(&self) -> Result<String, YamlError> {
        let file = File { api_version: 1, groups: &self.0 };
        document(&["Copy it into provisioning/alerting of Grafana."], &file)
    }

    /// A list of rule groups in the form of Grafana's HTTP API, for a Grafana whose files can't be changed.
    ///
    /// # Errors
    /// The JSON can't be written.
    pub fn api(&self) -> Result<String, serde_json::Error> {
        let group = |group: &GrafanaGroup| {
            let rules = group.rules.iter().map(|rule| {
                let mut json = serde_json::to_value(rule)?;
                // The API spells some members differently from provisioning files.
                if let Some(members) = json.as_object_mut() {
                    members.remove("keepFiringFor");
                    let evaluations = members.remove("missing_series_evals_to_resolve");
                    members.insert("missingSeriesEvalsToResolve".to_owned(), json!(evaluations));
                }
                Ok(json)
            });
            let rules = rules.collect::<Result<Vec<Value>, serde_json::Error>>()?;
            Ok(json!({ "title": group.name, "interval": group.interval_seconds, "rules": rules }))
        };
        let groups = self.0.iter().map(group);
        let groups = groups.collect::<Result<Vec<Value>, serde_json::Error>>()?;
        Ok(format!("{:#}\n", Value::from(groups)))
    }
}

/// The saved query of a rule, as the plugin receives it.
pub fn query_model(rule: &Rule, data_source_uid: &str) -> Value {
    json!({
        "refId": "A",
        "datasource": { "type": PLUGIN_ID, "uid": data_source_uid },
        "queryType": rule.query.query_type,
        "version": VERSION,
        "params": rule.query.params(),
    })
}

fn alert_rule(rule: &Rule, query: RuleQuery, options: &GrafanaOptions) -> AlertRule {
    let range = RelativeTimeRange { from: rule.query.over.as_secs(), to: 0 };
    let asked = Asked {
        ref_id: "A",
        relative_time_range: range,
        datasource_uid: query.data_source_uid,
        query_type: query.query_type,
        model: query.model,
    };
    let threshold = Asked {
        ref_id: "B",
        relative_time_range: range,
        datasource_uid: EXPRESSION.to_owned(),
        query_type: String::new(),
        model: json!({
            "refId": "B",
            "datasource": { "type": EXPRESSION, "uid": EXPRESSION },
            "type": "threshold",
            "expression": "A",
            "conditions": [{ "evaluator": { "type": "gt", "params": [number(rule.query.above)] } }],
        }),
    };
    let (no_data_state, exec_err_state) = match rule.on_error {
        OnError::KeepLast => ("KeepLast", "KeepLast"),
        OnError::Alert => ("Alerting", "Alerting"),
    };
    let severity = ("severity", SEVERITY.to_string());
    let labels = rule.labels.iter().map(|&(name, text)| (name, text.to_owned()));
    AlertRule {
        uid: query.uid,
        title: rule.title,
        condition: "B",
        data: [asked, threshold],
        no_data_state,
        exec_err_state,
        r#for: duration(rule.pending),
        keep_firing_for: duration(KEEP_FIRING),
        keep_firing_for_too: duration(KEEP_FIRING),
        missing_series_evals_to_resolve: evaluations(KEEP_FIRING, rule.group.interval()),
        annotations: annotations(rule, Naming::Azure, &options.portal, &query.dashboard)
            .into_iter()
            .map(|(name, pieces)| (name, text(&pieces, rule, options)))
            .collect(),
        labels: labels.chain([severity]).collect(),
        is_paused: false,
    }
}

/// Thresholds that are whole numbers are written as such.
#[expect(clippy::cast_possible_truncation, reason = "checked by the comparison")]
fn number(value: f64) -> Value {
    let whole = value as i64;
    #[expect(clippy::cast_precision_loss, clippy::float_cmp, reason = "or it isn't whole")]
    if whole as f64 == value { json!(whole) } else { json!(value) }
}

/// The number of evaluations in a time, rounded up.
fn evaluations(time: Duration, interval: Duration) -> u64 {
    time.as_secs().div_ceil(interval.as_secs().max(1))
}

fn text(pieces: &[Piece], rule: &Rule, options: &GrafanaOptions) -> String {
    let part = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Grafana => GRAFANA.to_owned(),
        Piece::Runbooks => options.runbooks.clone(),
        Piece::Minutes => rule.pending_minutes().to_string(),
    };
    pieces.iter().map(part).collect()
}
