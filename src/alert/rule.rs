//! The type of an alert rule.

use serde_json::{Map, Value, json};
use std::time::Duration;

/// How long an alert continues to fire after its condition has ended.
pub const KEEP_FIRING: Duration = Duration::from_secs(600);
/// Severity on Azure's scale, 0 (critical) to 4 (verbose).
pub const SEVERITY: u8 = 3;

/// Rules that are evaluated together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RuleGroup {
    /// Azure's states of extensions and configurations.
    Azure,
    /// Flux objects that are not ready.
    Objects,
    /// States that should not last: pending, suspended, silent.
    Overdue,
    /// The controllers of Flux.
    Controllers,
    /// How long reconciling takes.
    Durations,
    /// The data source itself.
    Source,
}

impl RuleGroup {
    /// All groups, in the order of the documentation.
    pub const ALL: [Self; 6] = [
        Self::Azure,
        Self::Objects,
        Self::Overdue,
        Self::Controllers,
        Self::Durations,
        Self::Source,
    ];

    /// The group's name. Grafana identifies the group by it, so it is never renamed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Azure => "Azure",
            Self::Objects => "Flux objects",
            Self::Overdue => "Overdue",
            Self::Controllers => "Controllers",
            Self::Durations => "Durations",
            Self::Source => "Data source",
        }
    }

    /// Evaluation interval of its rules. Grafana requires a multiple of ten seconds.
    pub fn interval(self) -> Duration {
        Duration::from_secs(match self {
            // Its query reads the samples of a whole day.
            Self::Durations => 300,
            _ => 60,
        })
    }
}

/// The value of one query parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ParamValue {
    /// One of several choices.
    Text(&'static str),
    /// A list.
    Texts(&'static [&'static str]),
    /// A whole number.
    Number(u32),
    /// A switch that is on.
    On,
}

/// The query of a rule to the data source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AlertQuery {
    /// Id of a query type that answers with numeric frames.
    pub query_type: &'static str,
    /// Its parameters.
    pub params: &'static [(&'static str, ParamValue)],
    /// Length of the time range, up to now.
    pub over: Duration,
    /// A row with a larger value is an alert.
    pub above: f64,
}

impl AlertQuery {
    /// `params` of the saved query.
    pub fn params(&self) -> Map<String, Value> {
        let value = |given: ParamValue| match given {
            ParamValue::Text(text) => json!(text),
            ParamValue::Texts(texts) => json!(texts),
            ParamValue::Number(number) => json!(number),
            ParamValue::On => json!(true),
        };
        self.params.iter().map(|&(name, given)| (name.to_owned(), value(given))).collect()
    }
}

/// What happens to alerts when the query fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnError {
    /// They keep their state: a failed query doesn't mean that the condition has ended.
    KeepLast,
    /// They fire: the rule is about failing queries.
    Alert,
}

/// The page of the Azure portal that an alert links to. A variant's text is the label that holds the configuration's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortalView {
    /// Extensions of the cluster.
    Extensions,
    /// GitOps configurations of the cluster.
    GitOps,
    /// Objects of a configuration, with their logs.
    ConfigurationObjects(&'static str),
    /// A configuration.
    Overview(&'static str),
    /// Resource Graph's resources of the cluster: series have no ARM id to link to.
    Cluster,
    /// All of Resource Graph's resources.
    Fleet,
}

/// The condition of a rule in Prometheus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watch {
    /// Objects of a kind that are not ready.
    NotReady(&'static str),
    /// Objects that are suspended.
    Suspended,
    /// Pods of Flux that don't answer.
    ControllersDown,
    /// Reconciliations that take far longer than they did.
    Slowdown,
}

/// The rule for Prometheus and Azure Monitor, which have no states of Azure's resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetricsRule {
    /// Name of the alert: never renamed.
    pub alert: &'static str,
    /// Its condition.
    pub watch: Watch,
    /// Parameter of the Bicep template that holds the pending period.
    pub lookback: &'static str,
}

/// One alert rule. Texts are Go templates over `$labels`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// Kebab-case, never renamed, never reused: the rule's uid and its runbook's file name contain it.
    pub id: &'static str,
    /// Name in Grafana.
    pub title: &'static str,
    /// The group that it is evaluated in.
    pub group: RuleGroup,
    /// Its query.
    pub query: AlertQuery,
    /// Pending period: how long the condition must hold before the alert fires.
    pub pending: Duration,
    /// Labels in addition to those of the rows. Values that change while the alert is firing must not be labels: a changed
    /// label would start a new alert.
    pub labels: &'static [(&'static str, &'static str)],
    /// One line that says what is wrong, and where.
    pub summary: &'static str,
    /// What the failure means.
    pub description: &'static str,
    /// The condition in words, for the documentation.
    pub when: &'static str,
    /// The source of its thresholds.
    pub source: &'static str,
    /// The page of the Azure portal to link to.
    pub portal: PortalView,
    /// Uid of the dashboard to link to, and its variables with the labels that fill them.
    pub dashboard: (&'static str, &'static [(&'static str, &'static str)]),
    /// What happens to its alerts when the query fails.
    pub on_error: OnError,
    /// The rule for Prometheus. `None`: Prometheus has no metrics for the condition.
    pub metrics: Option<MetricsRule>,
}

impl Rule {
    /// Grafana's identity of the rule; at most 40 characters.
    pub fn uid(&self) -> String {
        format!("azuregitops-{}", self.id)
    }

    /// The pending period in minutes.
    pub fn pending_minutes(&self) -> u64 {
        self.pending.as_secs() / 60
    }

    /// File name of its runbook, in `docs/runbooks`.
    pub fn runbook(&self) -> String {
        format!("{}.md", self.id)
    }
}
