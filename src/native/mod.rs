//! Dashboards and alert rules for Grafana's own Azure Monitor and Prometheus data sources, for a Grafana that takes only
//! plugins from its own list, as Azure Managed Grafana does.
//!
//! They are made of ours: each panel of three dashboards and each rule keeps its place, titles, colours and thresholds,
//! and only its questions are put differently, in KQL and PromQL. What is lost by that, `docs/managed-grafana.md` says.

mod dashboards;
#[cfg(test)]
mod generated;
mod graph;
mod interpolate;
mod panel;
mod placeholder;
mod question;
mod rules;
mod series;
mod target;
mod variables;

pub use dashboards::{DASHBOARDS, NativeError, dashboard, dashboards};
pub use interpolate::{Chosen, NativeQuestion, interpolated, questions};
pub use rules::{RulesOptions, rules};
pub use target::{AZURE_MONITOR, PROMETHEUS};

/// Names of the variables that choose the data sources.
const AZURE_MONITOR_VARIABLE: &str = "azureMonitor";
const PROMETHEUS_VARIABLE: &str = "prometheus";
/// Name of the variable of subscriptions, which the Azure Monitor data source itself filters by.
const SUBSCRIPTION: &str = "subscription";

/// What uids of native dashboards and rules begin with; Grafana takes 40 characters in all.
const PREFIX: &str = "flux-native-";

/// The uid of the native dashboard for one of ours.
fn uid(ours: &str) -> String {
    ours.replacen("azuregitops-", PREFIX, 1)
}
