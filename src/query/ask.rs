//! Questions to Prometheus and their answers, before they become frames.

use super::Params;
use super::timing::Timing;
use crate::prometheus::{Detected, Expr, Reply, Sample, Selection, Series};
use flux::{ObjectState, Text};
use std::sync::Arc;
use std::time::Duration;

/// What an expression is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// A metric itself.
    Whole,
    /// What is divided.
    Part,
    /// What it is divided by.
    Base,
    /// A histogram's rates by bucket, of which a quantile is to be computed.
    Buckets,
    /// How many objects stand so, by cluster and kind; `None`: in any state.
    Count(ObjectState),
    /// Objects in a state.
    Objects(ObjectState),
    /// Objects with what kube-state-metrics knows of them.
    Resources,
    /// Objects with the statuses of their Ready conditions.
    Statuses,
    /// Objects that are suspended.
    Suspended,
    /// Mean time of an object's reconciliations.
    Durations,
    /// Series that hold values to list.
    Values,
}

/// One expression to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// What it is for.
    pub part: Part,
    /// The expression.
    pub promql: String,
    /// Canonical name and name in the series of each label that counts.
    pub labels: Vec<(&'static str, &'static str)>,
    /// How much further than the rates' window it looks back.
    pub beyond_window: Duration,
}

impl Ask {
    /// A question that looks back no further than the rates' window.
    pub fn new(part: Part, expr: &Expr, labels: Vec<(&'static str, &'static str)>) -> Self {
        Self { part, promql: expr.to_string(), labels, beyond_window: Duration::ZERO }
    }
}

/// What the series of an answer hold.
#[derive(Clone, Debug)]
pub enum Answered {
    /// One value each.
    Vector(Arc<Reply<Sample>>),
    /// A value per point of the grid.
    Matrix(Arc<Reply<Series>>),
}

/// What an endpoint answered.
#[derive(Clone, Debug)]
pub struct EndpointAnswer {
    /// Its name; also that of its cluster where series don't say.
    pub endpoint: Text,
    /// What it knows.
    pub detected: Arc<Detected>,
    /// Its answers, in the order of the questions.
    pub answers: Vec<(Ask, Answered)>,
}

/// A query about metrics, as its type sees it.
#[derive(Clone, Copy, Debug)]
pub struct MetricsQuery<'a> {
    /// Its parameters.
    pub params: &'a Params,
    /// When it asks.
    pub timing: Timing,
    /// How many endpoints there are.
    pub endpoints: usize,
}

/// One endpoint, before it is asked.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Its name.
    pub endpoint: &'a str,
    /// What it knows.
    pub detected: &'a Detected,
    /// What is selected.
    pub selection: &'a Selection,
}

/// One series of an answer: its canonical labels, and its values.
pub(super) struct Line<'a> {
    /// As [`Ask::labels`] lists them. `None`: the series doesn't have it.
    pub(super) labels: Vec<Option<&'a str>>,
    /// One for an instant, one per point for a range; NaN: none.
    pub(super) values: &'a [f64],
}

impl EndpointAnswer {
    /// Every series with the question that it answers.
    pub(super) fn lines(&self) -> impl Iterator<Item = (&Ask, Line<'_>)> {
        self.answers.iter().flat_map(move |(ask, answered)| {
            let lines: Box<dyn Iterator<Item = (&crate::prometheus::Labels, &[f64])>> =
                match answered {
                    Answered::Vector(reply) => Box::new(
                        reply.items.iter().map(|s| (&s.labels, std::slice::from_ref(&s.value))),
                    ),
                    Answered::Matrix(reply) => {
                        Box::new(reply.items.iter().map(|s| (&s.labels, s.values.as_slice())))
                    }
                };
            lines.map(move |(labels, values)| {
                (ask, Line { labels: self.canonical(ask, labels), values })
            })
        })
    }

    fn canonical<'a>(
        &'a self,
        ask: &Ask,
        labels: &'a crate::prometheus::Labels,
    ) -> Vec<Option<&'a str>> {
        let value = |&(canonical, name): &(&str, &str)| match labels.get(name) {
            "" if canonical == "cluster" => Some(self.endpoint.as_str()),
            "" => None,
            value => Some(value),
        };
        ask.labels.iter().map(value).collect()
    }

    /// Sentences of the server beside its answers.
    pub fn warnings(&self) -> impl Iterator<Item = &str> {
        self.answers
            .iter()
            .flat_map(|(_, answered)| match answered {
                Answered::Vector(reply) => reply.warnings.iter(),
                Answered::Matrix(reply) => reply.warnings.iter(),
            })
            .map(String::as_str)
    }

    /// Series that were more than we take.
    pub fn left_out(&self) -> usize {
        let left_out = |answered: &Answered| match answered {
            Answered::Vector(reply) => reply.left_out,
            Answered::Matrix(reply) => reply.left_out,
        };
        self.answers.iter().map(|(_, answered)| left_out(answered)).sum()
    }
}
