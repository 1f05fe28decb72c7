//! A rule file of Prometheus: one group for each of the two generations of readiness, which never raise the same alert
//! twice; one for conditions that both have; and one of recordings.

use super::annotation::{Naming, Piece, annotations};
use super::catalogue::RULES;
use super::expression::{Generation, expression, recorded};
use super::rule::{KEEP_FIRING, MetricsRule, Rule, SEVERITY, Watch};
use super::yaml::{YamlError, document, duration};
use crate::prometheus::Expr;
use flux::Portal;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// How often all groups are evaluated.
pub(super) const INTERVAL: Duration = Duration::from_secs(60);

/// Options that differ between Prometheus servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrometheusOptions {
    /// Address of Grafana for links, without a slash at its end. Empty: links begin with its path.
    pub grafana: String,
    /// Portal to which links lead.
    pub portal: Portal,
    /// Address of the folder with the runbooks, without a slash at its end.
    pub runbooks: String,
}

impl Default for PrometheusOptions {
    fn default() -> Self {
        Self {
            grafana: String::new(),
            portal: Portal::default(),
            runbooks: "docs/runbooks".to_owned(),
        }
    }
}

/// Rules for one generation of metrics, or for both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    ResourceInfo,
    ReconcileCondition,
    Common,
}

impl Family {
    pub(super) const ALL: [Self; 3] = [Self::ResourceInfo, Self::ReconcileCondition, Self::Common];

    fn name(self) -> &'static str {
        match self {
            Self::ResourceInfo => "azuregitops-resource-info",
            Self::ReconcileCondition => "azuregitops-reconcile-condition",
            Self::Common => "azuregitops-controllers",
        }
    }

    /// The label that names the source of readiness, as in the field `source` of the query type `reconcilers`.
    fn label(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::ResourceInfo => Some(("source", "kube-state-metrics")),
            Self::ReconcileCondition => Some(("source", "controllers")),
            Self::Common => None,
        }
    }

    /// The rules.
    pub(super) fn rules(self) -> impl Iterator<Item = FamilyRule> {
        RULES.iter().filter_map(move |rule| {
            let metrics = rule.metrics?;
            let generation = match (self, metrics.watch) {
                (Self::ResourceInfo, Watch::NotReady(_) | Watch::Suspended)
                | (Self::Common, Watch::ControllersDown | Watch::Slowdown) => {
                    Generation::ResourceInfo
                }
                (Self::ReconcileCondition, Watch::NotReady(_) | Watch::Suspended) => {
                    Generation::ReconcileCondition
                }
                _ => return None,
            };
            let expr = expression(metrics.watch, generation)?;
            let labels = rule.labels.iter().copied().chain(self.label()).collect();
            Some(FamilyRule { rule, metrics, expr, labels })
        })
    }
}

/// A rule for one family.
pub(super) struct FamilyRule {
    pub(super) rule: &'static Rule,
    pub(super) metrics: MetricsRule,
    pub(super) expr: Expr,
    /// Labels in addition to those of the series.
    pub(super) labels: Vec<(&'static str, &'static str)>,
}

#[derive(Serialize)]
struct File {
    groups: Vec<PrometheusGroup>,
}

#[derive(Serialize)]
struct PrometheusGroup {
    name: &'static str,
    interval: String,
    rules: Vec<AnyRule>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum AnyRule {
    Alert {
        alert: &'static str,
        expr: String,
        r#for: String,
        keep_firing_for: String,
        labels: BTreeMap<&'static str, String>,
        annotations: BTreeMap<&'static str, String>,
    },
    Record {
        record: &'static str,
        expr: String,
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        labels: BTreeMap<&'static str, &'static str>,
    },
}

/// All rules that Prometheus can evaluate, as a rule file.
///
/// # Errors
/// The YAML can't be written.
pub fn prometheus(options: &PrometheusOptions) -> Result<String, YamlError> {
    let alerts = Family::ALL.into_iter().map(|family| PrometheusGroup {
        name: family.name(),
        interval: duration(INTERVAL),
        rules: family.rules().map(|found| alert(&found, options)).collect(),
    });
    let recordings = recorded().into_iter().map(|recorded| AnyRule::Record {
        record: recorded.name,
        expr: recorded.expr.to_string(),
        labels: recorded.labels.into_iter().collect(),
    });
    let recordings = PrometheusGroup {
        name: "azuregitops-recordings",
        interval: duration(INTERVAL),
        rules: recordings.collect(),
    };
    let file = File { groups: alerts.chain([recordings]).collect() };
    document(
        &["Name it in rule_files of Prometheus; keep_firing_for needs Prometheus 2.42."],
        &file,
    )
}

fn alert(found: &FamilyRule, options: &PrometheusOptions) -> AnyRule {
    let FamilyRule { rule, metrics, expr, labels } = found;
    let text = |pieces: Vec<Piece>| {
        let part = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Grafana => options.grafana.clone(),
            Piece::Runbooks => options.runbooks.clone(),
            Piece::Minutes => rule.pending_minutes().to_string(),
        };
        pieces.iter().map(part).collect()
    };
    AnyRule::Alert {
        alert: metrics.alert,
        expr: expr.to_string(),
        r#for: duration(rule.pending),
        keep_firing_for: duration(KEEP_FIRING),
        labels: labels
            .iter()
            .map(|&(name, text)| (name, text.to_owned()))
            .chain([("severity", SEVERITY.to_string())])
            .collect(),
        annotations: annotations(rule, Naming::Series, &options.portal, rule.dashboard.0)
            .into_iter()
            .map(|(name, pieces)| (name, text(pieces)))
            .collect(),
    }
}
