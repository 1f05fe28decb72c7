//! Answers of alert rules: string columns, which Grafana takes for labels, and one number, 1 where something is wrong.
//!
//! There is always a row: one without labels says 0, so that "nothing is wrong" isn't "no data".

use super::filter::{Style, filter};
use super::rows::{
    column_name, configuration_fails, configurations, extensions, object_fails, objects,
    reconcilers,
};
use crate::arg::kql::{TABLE, fleet_value, quote};
use crate::query::Params;
use flux::{ComplianceState, ObjectState};

const CLUSTER: [&str; 4] = ["subscriptionId", "resourceGroup", "cluster", "clusterType"];
/// As [`crate::query`] has it for configurations without news.
const SILENT_MINUTES: u32 = 240;

/// The question of a rule. `None`: Resource Graph can't answer it.
pub(in crate::native) fn rule(query_type: &str, params: &Params) -> Option<String> {
    let filters = params.filters();
    // Rules have no variables, so how those would be filled doesn't matter.
    let style = Style::Lists;
    let overdue = params.choice("overdue");
    let (rows, fails, labels): (String, String, &[&str]) = match query_type {
        "failing-extensions" => (
            extensions(style, &filters),
            "provisioningState =~ 'Failed'".to_owned(),
            &["extension"],
        ),
        "failing-configurations" => (
            configurations(style, &filters, true),
            configuration_fails(),
            &["configuration", "namespace"],
        ),
        "failing-objects" => (
            objects(style, &filters),
            object_fails(),
            &["configuration", "kind", "namespace", "name"],
        ),
        "not-ready" => (
            reconcilers(style, params),
            format!("objectState == {}", quote(ObjectState::Failing.as_str())),
            &["kind", "namespace", "name"],
        ),
        "overdue" if overdue == "suspended" => (
            reconcilers(style, params),
            format!("objectState == {}", quote(ObjectState::Suspended.as_str())),
            &["kind", "namespace", "name"],
        ),
        "overdue" => {
            let minutes = match params.number("minutes") {
                0 => SILENT_MINUTES,
                minutes => minutes,
            };
            let fails = if overdue == "silent" {
                let reported = fleet_value("statusUpdatedAt")?;
                // As `overdue` has it: without a time, or with a placeholder for none, it never reported.
                format!(
                    "iff(isnull(todatetime({reported})) or todatetime({reported}) < datetime(2000-01-01), \
                     complianceState != {}, todatetime({reported}) <= ago({minutes}m))",
                    quote(ComplianceState::Pending.as_str())
                )
            } else {
                format!("complianceState == {}", quote(ComplianceState::Pending.as_str()))
            };
            let named = "\n| extend ['kind'] = 'FluxConfiguration', name = configuration";
            (configurations(style, &filters, true) + named, fails, &["kind", "namespace", "name"])
        }
        _ => return None,
    };
    let labels: Vec<String> =
        CLUSTER.iter().chain(labels).map(|label| column_name(label)).collect();
    let each = |more: &str| {
        labels.iter().map(|label| format!("{label}{more}")).collect::<Vec<_>>().join(", ")
    };
    Some(format!(
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
