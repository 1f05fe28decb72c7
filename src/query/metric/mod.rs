//! The metric catalogue: metrics that a query names, without PromQL.
//!
//! A metric says what it measures ([`Measure`]) and what its series describe ([`Subject`]). The module `render` makes
//! the expressions for every label scheme and generation from that. A new metric is one entry in one of
//! the lists; CONTRIBUTING.md says what else belongs to it.

mod combine;
mod controllers;
mod controls;
mod events;
mod fleet;
mod quantile;
mod queues;
mod readiness;
mod reconciliation;
mod render;
#[cfg(test)]
mod tests;

pub(super) use combine::{Combined, CombinedMetric, combine};
pub(super) use controls::{Labels, MetricId};
pub(super) use render::Quantity;
pub use render::{MetricPlan, plan};

use crate::prometheus::{Aggregation, Span, Subject};
use flux::ObjectState;
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

/// Heading under which the editor lists a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
pub enum MetricGroup {
    /// How long reconciliations take, and how often they happen.
    Reconciliation,
    /// Numbers of objects by state.
    Readiness,
    /// What the controllers are doing, and the resources that they use.
    Controllers,
    /// The controllers' work queues.
    Queues,
    /// Caches, events, webhooks.
    Events,
    /// The fleet's history in a Prometheus that scrapes Grafana.
    Fleet,
}

/// A condition on the series of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// The label has this value.
    Is(&'static str, &'static str),
    /// The whole value doesn't match this regular expression.
    Not(&'static str, &'static str),
}

/// The series of a counter, or some of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counter {
    /// Its name.
    pub name: &'static str,
    /// Conditions on its series.
    pub only: &'static [Only],
}

/// How a metric is measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measure {
    /// The values of a gauge, aggregated per group.
    Gauge {
        /// Its name.
        name: &'static str,
        /// Conditions on its series.
        only: &'static [Only],
        /// How the values of a group are aggregated.
        how: Aggregation,
    },
    /// A gauge that several processes may report for the same item. All labels of [`Metric::group_by`] identify the
    /// item. The largest value of each item counts; items are summed per group.
    Told {
        /// Its name.
        gauge: &'static str,
    },
    /// Growth rate of a counter, summed per group.
    Rate {
        /// The counter.
        counter: Counter,
        /// Number of seconds to which the rate refers.
        per_seconds: f64,
    },
    /// Growth rate of a part of a counter. It is 0, not absent, when the whole exists and the part doesn't.
    PartRate {
        /// The part.
        part: Counter,
        /// The whole.
        whole: Counter,
        /// Number of seconds to which the rate refers.
        per_seconds: f64,
    },
    /// Growth of one counter as a share of another's, 0 to 1. Absent while the whole doesn't grow.
    Share {
        /// The part.
        part: Counter,
        /// The whole.
        whole: Counter,
    },
    /// Mean of a histogram's observations. Absent while there are none.
    Average {
        /// Its name, without `_sum`.
        histogram: &'static str,
        /// Conditions on its series.
        only: &'static [Only],
    },
    /// Quantile of a histogram's observations. Absent while there are none.
    Quantile {
        /// Its name, without `_bucket`.
        histogram: &'static str,
        /// Conditions on its series.
        only: &'static [Only],
        /// Its largest finite bound in each version of Flux. A quantile at such a bound may in fact be larger.
        last_bounds: &'static [f64],
    },
    /// Ratio of a histogram's mean to its mean in the past. It is 0 while the current mean is small, and absent when
    /// the histogram has no observations now or in the past.
    AgainstPast {
        /// Its name, without `_sum`.
        histogram: &'static str,
        /// Conditions on its series.
        only: &'static [Only],
        /// The past.
        past: Span,
        /// Current means up to this value count as small.
        small: f64,
    },
    /// Number of objects in this state; `None` counts objects in every state. It is 0, not absent, when all objects are
    /// in other states.
    Objects(Option<ObjectState>),
    /// Number of Flux pods that don't answer when they are scraped; 0 when all do.
    PodsDown,
}

/// One entry of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// `params.metric` of saved queries: kebab-case, never renamed, never reused.
    pub id: &'static str,
    /// Name in the editor.
    pub title: &'static str,
    /// What it measures, and what an absent value means.
    pub description: &'static str,
    /// Grafana's unit id.
    pub unit: &'static str,
    /// Heading under which the editor lists it.
    pub group: MetricGroup,
    /// What its series describe.
    pub subject: Subject,
    /// Canonical labels by which it can be grouped.
    pub group_by: &'static [&'static str],
    /// Labels by which it is grouped when the query chooses none.
    pub default_group_by: &'static [&'static str],
    /// How it is measured.
    pub measure: Measure,
}

impl Metric {
    /// The metric with this id.
    pub fn find(id: &str) -> Option<&'static Self> {
        metrics().find(|metric| metric.id == id)
    }

    /// Whether it is measured over a window of time rather than at a point in time.
    pub fn is_of_a_window(&self) -> bool {
        !matches!(
            self.measure,
            Measure::Gauge { .. } | Measure::Told { .. } | Measure::Objects(_) | Measure::PodsDown
        )
    }

    /// Whether it uses `params.quantile`.
    pub fn takes_quantile(&self) -> bool {
        matches!(self.measure, Measure::Quantile { .. })
    }
}

/// Every metric, in the order of the editor.
pub fn metrics() -> impl Iterator<Item = &'static Metric> {
    [
        &readiness::METRICS[..],
        &reconciliation::METRICS,
        &controllers::METRICS,
        &queues::METRICS,
        &events::METRICS,
        &fleet::METRICS,
    ]
    .into_iter()
    .flatten()
}

/// Label sets that several metrics share.
const OBJECT: &[&str] = &["cluster", "kind", "namespace", "name"];
const CONTROLLER: &[&str] = &["cluster", "controller", "namespace", "pod"];
const POD: &[&str] = &["cluster", "namespace", "pod"];

/// All series of a counter.
const fn all(name: &'static str) -> Counter {
    Counter { name, only: &[] }
}

/// Some series of a counter.
const fn some(name: &'static str, only: &'static [Only]) -> Counter {
    Counter { name, only }
}
