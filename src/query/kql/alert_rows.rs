//! Rows for alert rules: text columns, which Grafana uses as labels, and a number, which is 1 for an item that fails.
//!
//! The result always has a row: when nothing fails, a row without labels has the value 0, because Grafana would report
//! an empty result as "no data".

use super::query::KqlQuery;
use super::rows::column_name;
use super::style::filter;
use crate::arg::kql::TABLE;

/// Columns of the cluster, which every row has.
const CLUSTER: [&str; 4] = ["subscriptionId", "resourceGroup", "cluster", "clusterType"];

/// A row for each of `rows` for which the condition `fails` holds, with these columns as further labels.
pub(in crate::query) fn alert_rows(rows: &str, fails: &str, labels: &[&str]) -> KqlQuery {
    let labels: Vec<String> =
        CLUSTER.iter().chain(labels).map(|label| column_name(label)).collect();
    let each = |more: &str| {
        labels.iter().map(|label| format!("{label}{more}")).collect::<Vec<_>>().join(", ")
    };
    KqlQuery::whole(format!(
        "{rows}{}\n| distinct {}\n| extend value = 1\
         \n| union ({TABLE}\
         \n    | summarize rows = count()\
         \n    | project {}, value = 0)\
         \n| order by value desc, {}",
        filter([Some(format!("({fails})"))]),
        each(""),
        each(" = ''"),
        each(" asc"),
    ))
}
