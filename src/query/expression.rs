//! PromQL expressions that a query type plans for an endpoint, and the replies to them.
//!
//! A query type says with a type of its own what each expression is for ([`Expression::purpose`]). Sending needs only the
//! text of an expression, so [`EndpointPlan`] hides that type; [`EndpointReply::typed`] brings it back for the query type
//! that planned the expressions.

use super::timing::Timing;
use crate::prometheus::{Detected, Expr, Labels, Reply, Sample, Selection, Series};
use flux::Text;
use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

/// One expression, and what its reply is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression<P> {
    /// What its reply is for.
    pub purpose: P,
    /// How it is sent and read.
    pub sent: SentExpression,
}

/// An expression as it is sent, and the labels that are read from the reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentExpression {
    /// The PromQL text.
    pub promql: String,
    /// Canonical name, and name in the series, of each label that is read.
    pub labels: Vec<(&'static str, &'static str)>,
    /// How much further than the rates' window it looks back.
    pub beyond_window: Duration,
}

impl<P> Expression<P> {
    /// An expression that looks back no further than the rates' window.
    pub fn new(purpose: P, expr: &Expr, labels: Vec<(&'static str, &'static str)>) -> Self {
        let promql = expr.to_string();
        Self { purpose, sent: SentExpression { promql, labels, beyond_window: Duration::ZERO } }
    }

    /// The same expression for a query type that has further purposes.
    pub(super) fn map<Q>(self, purpose: impl FnOnce(P) -> Q) -> Expression<Q> {
        Expression { purpose: purpose(self.purpose), sent: self.sent }
    }
}

/// What each expression of a plan is for, whatever its type.
trait Purposes: Any + Debug + Send + Sync {}

impl<P: Debug + Send + Sync + 'static> Purposes for Vec<P> {}

/// The expressions for one endpoint.
#[derive(Debug)]
pub struct EndpointPlan {
    expressions: Vec<SentExpression>,
    purposes: Box<dyn Purposes>,
}

impl EndpointPlan {
    /// The plan that sends these expressions.
    pub(super) fn new<P: Debug + Send + Sync + 'static>(planned: Vec<Expression<P>>) -> Self {
        let (purposes, expressions): (Vec<P>, Vec<_>) =
            planned.into_iter().map(|expression| (expression.purpose, expression.sent)).unzip();
        Self { expressions, purposes: Box::new(purposes) }
    }

    /// What to send, in order.
    pub fn expressions(&self) -> &[SentExpression] {
        &self.expressions
    }

    /// The purposes of a plan that was made with this type of them.
    fn purposes<P: 'static>(&self) -> &[P] {
        let purposes: &dyn Any = &*self.purposes;
        // Only the query type that made the plan gets its replies: `FromMetrics` pairs the two.
        purposes.downcast_ref::<Vec<P>>().map_or(&[], Vec::as_slice)
    }

    /// The purposes by name, for tests that answer an expression by what it is for.
    #[cfg(test)]
    pub(super) fn purpose_names(&self) -> Vec<String> {
        let all = format!("{:?}", self.purposes);
        all.trim_matches(['[', ']']).split(", ").map(str::to_owned).collect()
    }
}

/// The series of one reply.
#[derive(Clone, Debug)]
pub enum PromReply {
    /// One value each.
    Vector(Arc<Reply<Sample>>),
    /// A value per point of the grid.
    Matrix(Arc<Reply<Series>>),
}

/// The replies of one endpoint to its plan.
#[derive(Debug)]
pub struct EndpointReply {
    /// Name of the endpoint; also the name of the cluster where series name none.
    pub endpoint: Text,
    /// What the endpoint knows.
    pub detected: Arc<Detected>,
    /// What was sent.
    pub plan: EndpointPlan,
    /// The replies, in the order of the expressions.
    pub replies: Vec<PromReply>,
}

impl EndpointReply {
    /// The replies with the purposes of the query type that planned the expressions.
    pub(super) fn typed<P: 'static>(&self) -> EndpointSeries<'_, P> {
        let sent = self.plan.purposes::<P>().iter().zip(&self.plan.expressions);
        EndpointSeries {
            endpoint: &self.endpoint,
            detected: &self.detected,
            replies: sent
                .zip(&self.replies)
                .map(|((purpose, sent), reply)| (purpose, sent, reply))
                .collect(),
        }
    }

    /// Warnings that the server sent with its replies.
    pub fn warnings(&self) -> impl Iterator<Item = &str> {
        self.replies
            .iter()
            .flat_map(|reply| match reply {
                PromReply::Vector(reply) => reply.warnings.iter(),
                PromReply::Matrix(reply) => reply.warnings.iter(),
            })
            .map(String::as_str)
    }

    /// Number of series beyond the most that are read.
    pub fn left_out(&self) -> usize {
        let left_out = |reply: &PromReply| match reply {
            PromReply::Vector(reply) => reply.left_out,
            PromReply::Matrix(reply) => reply.left_out,
        };
        self.replies.iter().map(left_out).sum()
    }
}

/// The replies of one endpoint as its query type reads them.
#[derive(Debug)]
pub(super) struct EndpointSeries<'a, P> {
    /// Name of the endpoint; also the name of the cluster where series name none.
    pub(super) endpoint: &'a Text,
    /// What the endpoint knows.
    pub(super) detected: &'a Detected,
    replies: Vec<(&'a P, &'a SentExpression, &'a PromReply)>,
}

/// One series of a reply: its canonical labels, and its values.
pub(super) struct Line<'a> {
    /// As [`SentExpression::labels`] lists them. `None`: the series doesn't have it.
    pub(super) labels: Vec<Option<&'a str>>,
    /// One value for an instant, one per point for a range; NaN where there is none.
    pub(super) values: &'a [f64],
}

impl<'a, P> EndpointSeries<'a, P> {
    /// Every series, with what it was asked for.
    pub(super) fn lines(&self) -> impl Iterator<Item = (&'a P, Line<'a>)> {
        let endpoint = self.endpoint;
        self.replies.iter().flat_map(move |&(purpose, sent, reply)| {
            let lines: Box<dyn Iterator<Item = (&'a Labels, &'a [f64])>> = match reply {
                PromReply::Vector(reply) => Box::new(
                    reply.items.iter().map(|s| (&s.labels, std::slice::from_ref(&s.value))),
                ),
                PromReply::Matrix(reply) => {
                    Box::new(reply.items.iter().map(|s| (&s.labels, s.values.as_slice())))
                }
            };
            lines.map(move |(labels, values)| {
                (purpose, Line { labels: canonical(endpoint, sent, labels), values })
            })
        })
    }
}

fn canonical<'a>(
    endpoint: &'a Text,
    sent: &SentExpression,
    labels: &'a Labels,
) -> Vec<Option<&'a str>> {
    let value = |&(canonical, name): &(&str, &str)| match labels.get(name) {
        "" if canonical == "cluster" => Some(endpoint.as_str()),
        "" => None,
        value => Some(value),
    };
    sent.labels.iter().map(value).collect()
}

/// One run of a query about metrics: when it asks, and how many endpoints.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// When it asks.
    pub timing: Timing,
    /// Number of endpoints, those that don't answer among them.
    pub endpoints: usize,
}

/// An endpoint that expressions are planned for.
#[derive(Clone, Copy, Debug)]
pub struct AskedEndpoint<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it knows.
    pub detected: &'a Detected,
    /// Which series are selected.
    pub selection: &'a Selection,
}
