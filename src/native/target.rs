//! Queries as Grafana saves them for its own data sources.

use crate::query::PromqlQuery;
use serde_json::{Value, json};

/// Type of the Azure Monitor data source.
pub const AZURE_MONITOR: &str = "grafana-azure-monitor-datasource";
/// Type of the Prometheus data source.
pub const PROMETHEUS: &str = "prometheus";
/// The Azure Monitor data source's name for queries to Resource Graph.
const RESOURCE_GRAPH: &str = "Azure Resource Graph";
/// Scrape interval of Azure's managed Prometheus. Rates are computed over at least four scrapes.
const SCRAPE_INTERVAL: &str = "30s";

/// Grafana's own data source for the replies to other panels' queries.
const DASHBOARD: &str = "-- Dashboard --";

/// Makes a panel show the reply to another panel's query.
pub(super) fn share(panel: &mut Value, with: &Value) {
    let shared = source("datasource", DASHBOARD);
    panel["targets"] = json!([{ "datasource": shared, "panelId": with, "refId": "A" }]);
    panel["datasource"] = shared;
}

/// A reference to a data source.
pub(super) fn source(kind: &str, uid: &str) -> Value {
    json!({ "type": kind, "uid": uid })
}

/// A query to Resource Graph for the subscriptions that a variable holds.
pub(super) fn graph(ref_id: &str, uid: &str, kql: &str, variable: &str) -> Value {
    json!({
        "azureResourceGraph": { "query": kql, "resultFormat": "table" },
        "datasource": source(AZURE_MONITOR, uid),
        "queryType": RESOURCE_GRAPH,
        "refId": ref_id,
        "subscriptions": [format!("${variable}")],
    })
}

/// A query to Resource Graph for every subscription that the data source can read; rules need it.
pub(super) fn graph_of_all(ref_id: &str, uid: &str, kql: &str) -> Value {
    json!({
        // The editor of Grafana 12.1 and newer reads `scope`. `subscriptions` must be absent, so that Grafana sends
        // none: Resource Graph refuses an empty list.
        "azureResourceGraph": { "query": kql, "resultFormat": "table", "scope": "directory" },
        "datasource": source(AZURE_MONITOR, uid),
        "queryType": RESOURCE_GRAPH,
        "refId": ref_id,
    })
}

/// The names of the subscriptions, for a variable.
pub(super) fn subscriptions(ref_id: &str) -> Value {
    json!({ "queryType": "Azure Subscriptions", "refId": ref_id })
}

/// A query to Prometheus: one value for a time range, or a time series.
pub(super) fn series(
    ref_id: &str,
    uid: &str,
    asked: &PromqlQuery,
    instant: bool,
    table: bool,
) -> Value {
    let legend: Vec<String> = asked.labels.iter().map(|label| format!("{{{{{label}}}}}")).collect();
    let legend = if legend.is_empty() { asked.title.to_owned() } else { legend.join(" / ") };
    json!({
        "datasource": source(PROMETHEUS, uid),
        "editorMode": "code",
        "expr": asked.promql,
        "format": if table { "table" } else { "time_series" },
        "instant": instant,
        "interval": SCRAPE_INTERVAL,
        "legendFormat": legend,
        "range": !instant,
        "refId": ref_id,
    })
}
