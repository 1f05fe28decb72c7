//! What a rule says of itself.

use serde_json::{Map, Value, json};
use std::time::Duration;

/// For how long an alert goes on after what it is about has become well.
pub const KEEP_FIRING: Duration = Duration::from_secs(600);
/// As Azure counts it, 0 (critical) to 4 (verbose).
pub const SEVERITY: u8 = 3;

/// Rules that are evaluated together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RuleGroup {
    /// What Azure says of extensions and configurations.
    Azure,
    /// Flux objects that are not ready.
    Objects,
    /// What stays in between for too long.
    Overdue,
    /// The controllers of Flux.
    Controllers,
    /// How long reconciling takes.
    Durations,
    /// The data source itself.
    Source,
}

impl RuleGroup {
    /// All of them, in the order in which people read them.
    pub const ALL: [Self; 6] = [
        Self::Azure,
        Self::Objects,
        Self::Overdue,
        Self::Controllers,
        Self::Durations,
        Self::Source,
    ];

    /// Its name, an identity of Grafana's: never renamed.
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

    /// How often its rules are evaluated; a multiple of ten seconds, as Grafana wants it.
    pub fn interval(self) -> Duration {
        Duration::from_secs(match self {
            // It reads the samples of a whole day.
            Self::Durations => 300,
            _ => 60,
        })
    }
}

/// One parameter of a question.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ParamValue {
    /// A choice.
    Text(&'static str),
    /// A list.
    Texts(&'static [&'static str]),
    /// A number.
    Number(u32),
    /// A switch that is on.
    On,
}

/// What a rule asks the data source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AlertQuery {
    /// Id of a query type that answers with numeric frames.
    pub query_type: &'static str,
    /// Its parameters.
    pub params: &'static [(&'static str, ParamValue)],
    /// Length of the time range, up to now.
    pub over: Duration,
    /// A row's value above that is an alert.
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

/// What becomes of alerts when the question has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnError {
    /// They stay as they are: nothing is well because nobody can say how it is.
    KeepLast,
    /// That is what the rule is about.
    Alert,
}

/// Where in the portal something is to be seen. Members name the label that holds what is needed.
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
    /// What Resource Graph knows of the cluster; series name no resource.
    Cluster,
    /// What Resource Graph knows at all.
    Fleet,
}

/// What is looked at in Prometheus.
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

/// The same rule for Prometheus and Azure Monitor, which know nothing of Azure's own states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetricsRule {
    /// Name of the alert: never renamed.
    pub alert: &'static str,
    /// What it looks at.
    pub watch: Watch,
    /// Parameter of the Bicep template that holds how long it must be so.
    pub lookback: &'static str,
}

/// One alert rule. Texts are Go templates over `$labels`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// Kebab-case, never renamed, never reused: the rule's uid and its runbook are called so.
    pub id: &'static str,
    /// Name in Grafana.
    pub title: &'static str,
    /// What it is evaluated with.
    pub group: RuleGroup,
    /// What it asks.
    pub query: AlertQuery,
    /// How long it must be so before the alert fires.
    pub pending: Duration,
    /// Labels beside those of the rows. What changes while something fails is none.
    pub labels: &'static [(&'static str, &'static str)],
    /// One line: what is wrong, and where.
    pub summary: &'static str,
    /// What that means.
    pub description: &'static str,
    /// When it fires, for the reference.
    pub when: &'static str,
    /// Where its thresholds come from.
    pub source: &'static str,
    /// Where the portal shows it.
    pub portal: PortalView,
    /// The dashboard that shows it, and its variables with the labels that fill them.
    pub dashboard: (&'static str, &'static [(&'static str, &'static str)]),
    /// What becomes of it without an answer.
    pub on_error: OnError,
    /// The rule for Prometheus. `None`: only Azure, or the data source itself, knows.
    pub metrics: Option<MetricsRule>,
}

impl Rule {
    /// Grafana's identity of the rule; at most 40 characters.
    pub fn uid(&self) -> String {
        format!("azuregitops-{}", self.id)
    }

    /// How many minutes it must be so.
    pub fn pending_minutes(&self) -> u64 {
        self.pending.as_secs() / 60
    }

    /// File name of its runbook, in `docs/runbooks`.
    pub fn runbook(&self) -> String {
        format!("{}.md", self.id)
    }
}
