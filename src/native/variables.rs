//! Template variables of the native dashboards.

use super::prepared::prepared;
use super::target::{self, AZURE_MONITOR, PROMETHEUS};
use super::{AZURE_MONITOR_VARIABLE, PROMETHEUS_VARIABLE, SUBSCRIPTION};
use crate::query::{NativePanel, NativeQuery, QueryError};
use serde_json::{Value, json};

/// Descriptions of variables that differ from those of our own dashboards.
const DESCRIPTIONS: [(&str, &str); 2] = [
    ("name", "Names of Flux objects."),
    ("controller", "Controllers of Flux. Panels about pods show those of all controllers."),
];
/// Added to the description of a variable whose values Resource Graph lists.
const LISTED: &str = " The first 1,000 are listed, others can be typed.";

/// A variable that chooses a data source.
fn data_source(name: &str, kind: &str, label: &str, description: &str) -> Value {
    json!({
        "current": {}, "description": description, "includeAll": false, "label": label, "name": name,
        "options": [], "query": kind, "refresh": 1, "regex": "", "type": "datasource",
    })
}

fn subscription() -> Value {
    let mut variable = query(
        &json!({ "name": SUBSCRIPTION, "label": "Subscription", "description": "Subscriptions that Resource Graph is asked about." }),
        &target::source(AZURE_MONITOR, &format!("${{{AZURE_MONITOR_VARIABLE}}}")),
        &target::subscriptions("variable"),
        "Azure Subscriptions",
    );
    variable["sort"] = json!(1);
    variable
}

/// A variable with several values, which a query lists. Name, label and description are those of `saved`.
fn query(saved: &Value, source: &Value, query: &Value, definition: &str) -> Value {
    json!({
        "current": { "text": ["All"], "value": ["$__all"] },
        "datasource": source, "definition": definition, "description": saved["description"],
        "includeAll": true, "label": saved["label"], "multi": true, "name": saved["name"], "options": [],
        "query": query, "refresh": 1, "regex": "", "sort": 0, "type": "query",
    })
}

/// The variables of a native dashboard. The last argument says whether its panels query Azure Monitor, and whether they
/// query Prometheus.
///
/// # Errors
/// The query of a variable isn't one of the plugin's.
pub(super) fn variables(
    saved: &[Value],
    dashboard: &NativePanel<'_>,
    (asks_graph, asks_prometheus): (bool, bool),
) -> Result<Vec<Value>, QueryError> {
    let mut variables = Vec::new();
    if asks_graph {
        variables.push(data_source(
            AZURE_MONITOR_VARIABLE,
            AZURE_MONITOR,
            "Azure Monitor",
            "The Azure Monitor data source, which asks Resource Graph.",
        ));
    }
    if asks_prometheus {
        variables.push(data_source(
            PROMETHEUS_VARIABLE,
            PROMETHEUS,
            "Prometheus",
            "The Prometheus, or Azure Monitor workspace, that the controllers of Flux are scraped into.",
        ));
    }
    if asks_graph {
        variables.push(subscription());
    }
    for variable in saved {
        match variable["type"].as_str() {
            Some("datasource") => {}
            Some("custom") => {
                let mut variable = variable.clone();
                variable["allValue"] = json!(dashboard.style.all());
                variables.push(variable);
            }
            _ if variable["name"] == SUBSCRIPTION => {}
            _ => variables.push(values(variable, dashboard)?),
        }
    }
    Ok(variables)
}

/// A variable with the same values as one of ours, from the data source that has them.
fn values(saved: &Value, dashboard: &NativePanel<'_>) -> Result<Value, QueryError> {
    // An empty text box has no "All" value that both KQL and PromQL accept.
    let asked = if saved["type"] == "textbox" {
        let others =
            json!({ "clusters": ["$cluster"], "namespaces": ["$namespace"], "kinds": ["$kind"] });
        with(&others, "dimension", &saved["name"])
    } else {
        without_subscriptions(&saved["query"]["params"])
    };
    let native = prepared("values", &asked)?.native_panel(dashboard);
    let mut saved = saved.clone();
    if let Some((_, text)) = DESCRIPTIONS.iter().find(|(name, _)| saved["name"] == *name) {
        saved["description"] = json!(text);
    }
    let mut variable = if let Some(NativeQuery::Kql(native)) = &native {
        let description = saved["description"].as_str().unwrap_or_default();
        saved["description"] = json!(format!("{description}{LISTED}").trim_start());
        let uid = format!("${{{AZURE_MONITOR_VARIABLE}}}");
        let definition =
            format!("Azure Resource Graph: {}", saved["name"].as_str().unwrap_or_default());
        let asked = target::graph("variable", &uid, &native.kql, SUBSCRIPTION);
        query(&saved, &target::source(AZURE_MONITOR, &uid), &asked, &definition)
    } else {
        let uid = format!("${{{PROMETHEUS_VARIABLE}}}");
        let (label, promql) = match &native {
            Some(NativeQuery::Promql(native)) => {
                (native.labels.first().copied().unwrap_or_default(), native.promql.as_str())
            }
            _ => ("", ""),
        };
        let definition = format!("query_result({promql})");
        let asked = json!({ "qryType": 3, "query": definition, "refId": "variable" });
        let mut variable = query(&saved, &target::source(PROMETHEUS, &uid), &asked, &definition);
        variable["regex"] = json!(format!("/{label}=\"([^\"]+)\"/"));
        variable["sort"] = json!(1);
        variable
    };
    variable["allValue"] = json!(dashboard.style.all());
    Ok(variable)
}

fn with(object: &Value, name: &str, value: &Value) -> Value {
    let mut object = object.clone();
    object[name] = value.clone();
    object
}

/// The parameters of a query without the filter on subscriptions, which the Azure Monitor data source applies itself.
pub(super) fn without_subscriptions(params: &Value) -> Value {
    let mut params = params.clone();
    if let Some(members) = params.as_object_mut() {
        members.remove("subscriptions");
    }
    params
}
