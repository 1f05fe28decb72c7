//! Three of our dashboards for Grafana's own data sources.

use super::panel::panels;
use super::prepared::of_target;
use super::target::{AZURE_MONITOR, PROMETHEUS, share};
use super::variables::variables;
use super::{AZURE_MONITOR_VARIABLE, PROMETHEUS_VARIABLE, uid};
use crate::dashboard::text;
use crate::query::{KqlStyle, NativePanel, NativeQuery, QueryError};
use serde_json::{Value, json};
use thiserror::Error;

/// The tag by which native dashboards link to each other.
const TAG: &str = "azure-gitops-native";

/// Columns of Grafana's grid.
const WIDTH: u64 = 24;

/// Refresh interval of dashboards that query Resource Graph. Each panel of each viewer is a separate request.
const REFRESH: &str = "5m";

/// The dashboards that exist for Grafana's own data sources, by the name of our file. Rollouts is not among them: it compares
/// configurations of the whole fleet, and shows history.
pub static DASHBOARDS: [&str; 3] =
    ["application-deployments.json", "cluster-stats.json", "control-plane.json"];

/// Why a dashboard can't be made.
#[derive(Debug, Error)]
pub enum NativeError {
    /// Our own file isn't JSON.
    #[error("{file} is not a dashboard")]
    NotADashboard {
        /// The file.
        file: &'static str,
        /// The cause.
        #[source]
        cause: serde_json::Error,
    },
    /// Our own file has a query that the plugin refuses.
    #[error("{file} has a query that the plugin refuses")]
    BadQuery {
        /// The file.
        file: &'static str,
        /// The cause.
        #[source]
        cause: QueryError,
    },
}

/// Panels whose description differs from that of our own dashboards: title and description.
const DESCRIPTIONS: [(&str, &str); 9] = [
    ("Clusters by name", "Each AKS and Arc cluster, and whether GitOps reaches it."),
    (
        "Configuration objects",
        "The Flux objects of the chosen configurations, with their conditions as far as Resource Graph has them.",
    ),
    (
        "Helm release reconcile duration, quantiles",
        "Time within which half, nine in ten and 99 in a hundred of the reconciliations of Helm releases ended. A quantile beyond the histogram's last bound shows as that bound.",
    ),
    (
        "What is failing",
        "Each Flux object that is failing, with the condition that says why as far as Resource Graph has it.",
    ),
    (
        "Top causes",
        "What fails, by message as far as Resource Graph has it, those on most clusters first.",
    ),
    (
        "Failing objects over time",
        "Objects whose Ready condition is False, by kind. Prometheus knows this of Flux until 2.4, and of later versions where kube-state-metrics is set up for it.",
    ),
    (
        "Reconciler readiness",
        "Each Kustomization and HelmRelease as Azure reports it, some minutes late.",
    ),
    ("Source readiness", "Each source as Azure reports it, some minutes late."),
    (
        "Configurations",
        "Each configuration with its source, last synchronised commit and compliance state. Clusters and configurations lead to the portal, a state to the configuration's objects there, the number of objects that are not ready to what is wrong, here. A commit can be followed over all clusters.",
    ),
];

/// Panels with readiness from Prometheus, below the panels with readiness from Azure: a metric of the catalogue, the title of
/// our panel to copy, and the title of the new panel.
const MEASURED: [(&str, &str, &str); 4] = [
    ("objects-failing", "Reconcilers failing", "Failing objects, by metrics"),
    ("objects-unknown", "Unknown", "Objects with Ready Unknown, by metrics"),
    ("objects-suspended", "Suspended", "Suspended objects, by metrics"),
    ("objects", "Reconcilers", "Objects, by metrics"),
];

/// What they show where no Prometheus knows readiness.
const NO_METRICS: &str = "No metrics";

/// All native dashboards, each with the name of the original file.
///
/// # Errors
/// One of the original dashboards is broken, which tests rule out.
pub fn dashboards() -> Result<Vec<(&'static str, Value)>, NativeError> {
    DASHBOARDS.iter().map(|&file| Ok((file, dashboard(file)?))).collect()
}

/// The native dashboard for the original file with this name, one of [`DASHBOARDS`].
///
/// # Errors
/// There is no such file, or it is broken, which tests rule out.
pub fn dashboard(file: &'static str) -> Result<Value, NativeError> {
    let saved: Value = serde_json::from_str(text(file))
        .map_err(|cause| NativeError::NotADashboard { file, cause })?;
    made(&saved).map_err(|cause| NativeError::BadQuery { file, cause })
}

fn made(saved: &Value) -> Result<Value, QueryError> {
    let list = saved["templating"]["list"].as_array().map_or(&[][..], Vec::as_slice);
    let names: Vec<&str> = list.iter().filter_map(|variable| variable["name"].as_str()).collect();
    // PromQL uses values as regular expressions. When a dashboard has PromQL queries, its KQL has to use the same
    // values.
    let style = if asks_prometheus(saved)? { KqlStyle::Patterns } else { KqlStyle::Lists };
    let native = NativePanel { style, variables: &names };
    let mut made = Vec::new();
    for panel in saved["panels"].as_array().into_iter().flatten() {
        if panel["type"] == "row" {
            let mut row = panel.clone();
            let mut inside = Vec::new();
            for panel in panel["panels"].as_array().into_iter().flatten() {
                inside.extend(panels(&described(panel), &native)?);
            }
            row["panels"] = Value::Array(inside);
            made.push(row);
        } else {
            made.extend(panels(&described(panel), &native)?);
        }
    }
    fill_first_lines(&mut made);
    let text = Value::Array(made.clone()).to_string();
    let asks = (text.contains(AZURE_MONITOR), text.contains(&format!(r#""type":"{PROMETHEUS}""#)));
    if let (true, true) = asks {
        made.extend(measured(saved, &native)?);
    }
    if asks.0 {
        share_answers(&mut made);
    }
    let mut dashboard = saved.clone();
    dashboard["panels"] = Value::Array(made);
    if asks.0 {
        dashboard["refresh"] = json!(REFRESH);
    }
    dashboard["templating"]["list"] = Value::Array(variables(list, &native, asks)?);
    dashboard["tags"] = json!([TAG]);
    dashboard["uid"] = json!(uid(saved["uid"].as_str().unwrap_or_default()));
    for link in dashboard["links"].as_array_mut().into_iter().flatten() {
        link["tags"] = json!([TAG]);
        link["tooltip"] =
            json!("The other dashboards, with the same data sources, clusters and time range");
    }
    readdress(&mut dashboard, &asked_variables(asks));
    Ok(dashboard)
}

/// Lines of small numbers at the top, beside which our dashboards say how fresh the data is: only our data source knows.
const FIRST_LINES: u64 = 4;

/// Has the numbers of the first lines take the place of what is left out there.
fn fill_first_lines(panels: &mut [Value]) {
    let side = |panel: &Value, name: &str| panel["gridPos"][name].as_u64().unwrap_or_default();
    let first: Vec<&mut Value> =
        panels.iter_mut().filter(|panel| side(panel, "y") < FIRST_LINES).collect();
    let right = first.iter().map(|panel| side(panel, "x") + side(panel, "w")).max().unwrap_or(0);
    for panel in first {
        for name in ["x", "w"] {
            let wide = side(panel, name) * WIDTH / right.max(1);
            panel["gridPos"][name] = json!(wide);
        }
    }
}

/// Whether a query of the dashboard needs Prometheus.
fn asks_prometheus(saved: &Value) -> Result<bool, QueryError> {
    let any = NativePanel { style: KqlStyle::Lists, variables: &[] };
    let top = saved["panels"].as_array().into_iter().flatten();
    let all = top.flat_map(|panel| {
        let inside = panel["panels"].as_array().into_iter().flatten();
        std::iter::once(panel).chain(inside)
    });
    for target in all.flat_map(|panel| panel["targets"].as_array().into_iter().flatten()) {
        if let Some(NativeQuery::Promql(_)) = of_target(target)?.native_panel(&any) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Makes a panel show the reply to an earlier panel's query when both have the same query: Resource Graph allows few
/// requests at once.
fn share_answers(panels: &mut [Value]) {
    let mut asked: Vec<(Value, Value)> = Vec::new();
    for panel in panels {
        let Some([target]) = panel["targets"].as_array().map(Vec::as_slice) else { continue };
        let question = target["azureResourceGraph"].clone();
        if question.is_null() {
            continue;
        }
        match asked.iter().find(|(known, _)| *known == question) {
            Some((_, first)) => share(panel, first),
            None => asked.push((question, panel["id"].clone())),
        }
    }
}

/// The variables that choose data sources.
fn asked_variables((graph, prometheus): (bool, bool)) -> Vec<&'static str> {
    let all = [(graph, AZURE_MONITOR_VARIABLE), (prometheus, PROMETHEUS_VARIABLE)];
    all.into_iter().filter_map(|(asked, name)| asked.then_some(name)).collect()
}

fn described(panel: &Value) -> Value {
    let mut panel = panel.clone();
    if let Some((_, text)) = DESCRIPTIONS.iter().find(|(title, _)| panel["title"] == *title) {
        panel["description"] = json!(text);
    }
    panel
}

/// Makes links lead to the native dashboards, with the same data sources.
fn readdress(value: &mut Value, sources: &[&str]) {
    match value {
        Value::String(text) if text.starts_with("/d/azuregitops-") => {
            let sources: Vec<String> =
                sources.iter().map(|name| format!("${{{name}:queryparam}}")).collect();
            *text = uid(text)
                .replace("${datasource:queryparam}", &sources.join("&"))
                // In our dashboards the variable contains bare hashes.
                .replace(
                    r#"var-commit=${__data.fields["sourceSyncedCommitId"]"#,
                    r#"var-commit=${__data.fields["commit"]"#,
                );
        }
        Value::Array(items) => items.iter_mut().for_each(|item| readdress(item, sources)),
        Value::Object(members) => {
            members.iter_mut().for_each(|(_, value)| readdress(value, sources));
        }
        _ => {}
    }
}

/// A row of panels with numbers from the clusters' own metrics.
fn measured(saved: &Value, native: &NativePanel<'_>) -> Result<Vec<Value>, QueryError> {
    let ours: Vec<&Value> = saved["panels"].as_array().into_iter().flatten().collect();
    let number = |panel: &&Value, member: &str| panel["gridPos"][member].as_u64().unwrap_or(0);
    let inside = ours.iter().flat_map(|row| row["panels"].as_array().into_iter().flatten());
    let all: Vec<&Value> = ours.iter().copied().chain(inside).collect();
    let bottom = all.iter().map(|panel| number(panel, "y") + number(panel, "h")).max().unwrap_or(0);
    let last = all.iter().filter_map(|panel| panel["id"].as_u64()).max().unwrap_or(0);
    let mut made = vec![json!({
        "collapsed": false, "gridPos": { "h": 1, "w": 24, "x": 0, "y": bottom }, "id": last + 1,
        "panels": [], "title": "What the clusters' own metrics say of readiness", "type": "row",
    })];
    for (place, (metric, like, title)) in (0u64..).zip(MEASURED) {
        let Some(like) = ours.iter().find(|panel| panel["title"] == like) else { continue };
        let mut panel = (*like).clone();
        panel["title"] = json!(title);
        panel["description"] = json!(
            "As gotk_resource_info of kube-state-metrics has it, else gotk_reconcile_condition of Flux until 2.4. Where there is neither, only Azure knows."
        );
        panel["fieldConfig"]["defaults"]["noValue"] = json!(NO_METRICS);
        for mapping in
            panel["fieldConfig"]["defaults"]["mappings"].as_array_mut().into_iter().flatten()
        {
            mapping["options"]["result"]["text"] = json!(NO_METRICS);
        }
        panel["fieldConfig"]["overrides"] = json!([]);
        panel["options"]["reduceOptions"] =
            json!({ "calcs": ["lastNotNull"], "fields": "", "values": false });
        panel["gridPos"] = json!({ "h": 4, "w": 6, "x": place * 6, "y": bottom + 1 });
        panel["id"] = json!(last + 2 + place);
        let target = &mut panel["targets"][0];
        target["queryType"] = json!("metric");
        target["params"] = json!({
            "metric": metric, "groupBy": ["none"], "instant": true,
            "clusters": ["$cluster"], "namespaces": ["$namespace"], "kinds": ["$kind"], "names": ["$name"],
        });
        made.extend(panels(&panel, native)?);
    }
    Ok(made)
}
