//! The PromQL expressions that a query type plans for an endpoint, and the replies to them.
//!
//! Each query type has its own type for the purpose of an expression ([`Expression::purpose`]). Sending needs only the
//! text of an expression, so [`EndpointPlan`] hides that type; [`EndpointReply::typed`] restores it for the query type
//! that planned the expressions.

use super::timing::Timing;
use crate::prometheus::{Detected, Expr, Labels, Reply, Sample, Selection, Series};
use flux::Text;
use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

/// One expression and its purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression<P> {
    /// The purpose of its reply.
    pub purpose: P,
    /// The text to send, and how to read the reply.
    pub sent: SentExpression,
}

/// The text of an expression, and the labels to read from the reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentExpression {
    /// The PromQL text.
    pub promql: String,
    /// Canonical name, and name in the series, of each label that is read.
    pub labels: Vec<(&'static str, &'static str)>,
    /// How much further the expression looks back than the rate window.
    pub beyond_window: Duration,
}

impl<P> Expression<P> {
    /// An expression that looks back no further than the rate window.
    pub fn new(purpose: P, expr: &Expr, labels: Vec<(&'static str, &'static str)>) -> Self {
        let promql = expr.to_string();
        Self { purpose, sent: SentExpression { promql, labels, beyond_window: Duration::ZERO } }
    }

    /// The same expression for a query type that has more purposes.
    pub(super) fn map<Q>(self, purpose: impl FnOnce(P) -> Q) -> Expression<Q> {
        Expression { purpose: purpose(self.purpose), sent: self.sent }
    }
}

/// The purposes of a plan's expressions, with their type hidden.
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

    /// The expressions to send, in order.
    pub fn expressions(&self) -> &[SentExpression] {
        &self.expressions
    }

    /// The purposes, for the query type that made the plan with this type.
    fn purposes<P: 'static>(&self) -> &[P] {
        let purposes: &dyn Any = &*self.purposes;
        // `FromMetrics` passes the replies to the query type that made the plan, so the type always fits.
        purposes.downcast_ref::<Vec<P>>().map_or(&[], Vec::as_slice)
    }

    /// The names of the purposes. Tests use them to choose the reply to an expression.
    #[cfg(test)]
    pub(super) fn purpose_names(&self) -> Vec<String> {
        let all = format!("{:?}", self.purposes);
        all.trim_matches(['[', ']']).split(", ").map(str::to_owned).collect()
    }
}

/// The series of one reply.
#[derive(Clone, Debug)]
pub enum PromReply {
    /// One value per series.
    Vector(Arc<Reply<Sample>>),
    /// One value per point of the grid and series.
    Matrix(Arc<Reply<Series>>),
}

/// The replies of one endpoint to its plan.
#[derive(Debug)]
pub struct EndpointReply {
    /// Name of the endpoint. It replaces the cluster's name where series have none.
    pub endpoint: Text,
    /// The endpoint's Flux metrics.
    pub detected: Arc<Detected>,
    /// The expressions that were sent.
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

    /// Number of series that were left out because of the limit.
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
    /// Name of the endpoint. It replaces the cluster's name where series have none.
    pub(super) endpoint: &'a Text,
    /// The endpoint's Flux metrics.
    pub(super) detected: &'a Detected,
    replies: Vec<(&'a P, &'a SentExpression, &'a PromReply)>,
}

/// One series of a reply: its canonical labels, and its values.
pub(super) struct Line<'a> {
    /// The labels, in the order of [`SentExpression::labels`]. `None`: the series doesn't have the label.
    pub(super) labels: Vec<Option<&'a str>>,
    /// One value for an instant query, one per point for a range query; NaN where there is no value.
    pub(super) values: &'a [f64],
}

impl<'a, P> EndpointSeries<'a, P> {
    /// Every series, with the purpose of its expression.
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

/// One execution of a query about metrics: its points in time, and the number of endpoints.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// The points in time for which the query asks.
    pub timing: Timing,
    /// Number of endpoints, including those that don't answer.
    pub endpoints: usize,
}

/// An endpoint for which expressions are planned.
#[derive(Clone, Copy, Debug)]
pub struct AskedEndpoint<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its Flux metrics.
    pub detected: &'a Detected,
    /// The filters on series.
    pub selection: &'a Selection,
}
