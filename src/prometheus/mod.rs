//! Prometheus endpoints and Azure Monitor workspaces: asking them, and what of Flux they know.
//!
//! Lives within what an Azure Monitor workspace offers: queries by form POST, a metric's name in every selector.

mod client;
mod decode;
mod labels;
mod pieces;
mod point;
mod promql;
mod range;
mod raw_labels;
mod readiness;
mod reply;
mod sample;
mod schema;
mod send;
mod series;
mod source;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use client::{Auth, MAX_POINTS, PrometheusClient};
pub use labels::{Selection, Subject};
pub use promql::{Aggregation, Expr, Matcher, Span};
pub use range::RangeReply;
pub use readiness::Readiness;
pub use sample::{Grid, Labels, Reply, Sample, Series};
pub use schema::{Detected, Forced, ForcedGeneration, Generation, Kinds, LabelScheme, detect};
pub use source::PromqlSource;
