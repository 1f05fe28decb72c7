//! Dashboards and alert rules for Grafana's own Azure Monitor and Prometheus data sources. They are for a Grafana that
//! only allows plugins from its own list, as Azure Managed Grafana does.
//!
//! They are generated from the plugin's dashboards and rules: each panel of three dashboards and each rule keeps its
//! position, titles, colours and thresholds. Only the queries differ: they are KQL and PromQL, which each query type
//! renders itself. `docs/managed-grafana.md` says what these dashboards can't show.

mod dashboards;
#[cfg(test)]
mod generated;
mod interpolate;
mod panel;
mod prepared;
mod rules;
mod target;
mod variables;

pub use dashboards::{DASHBOARDS, NativeError, dashboard, dashboards};
pub use interpolate::{Chosen, NativeQuestion, interpolated, questions};
pub use rules::{RulesOptions, rules};
pub use target::{AZURE_MONITOR, PROMETHEUS};

/// Names of the variables that choose the data sources.
const AZURE_MONITOR_VARIABLE: &str = "azureMonitor";
const PROMETHEUS_VARIABLE: &str = "prometheus";
/// Name of the variable with subscriptions. The Azure Monitor data source itself filters by them.
const SUBSCRIPTION: &str = "subscription";

/// Prefix of the uids of native dashboards and rules. Grafana accepts at most 40 characters for a uid.
const PREFIX: &str = "flux-native-";

/// The uid of the native dashboard that is made from this one.
fn uid(ours: &str) -> String {
    ours.replacen("azuregitops-", PREFIX, 1)
}
