//! Prometheus endpoints and Azure Monitor workspaces: the client, PromQL, and which Flux metrics an endpoint has.
//!
//! Uses only what an Azure Monitor workspace supports: queries by form POST, a metric's name in every selector.

mod client;
mod decode;
mod labels;
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
mod workspace_limits;

pub use crate::upstream::Auth;
#[cfg(test)]
pub(crate) use client::MAX_POINTS;
pub use client::PrometheusClient;
pub use labels::Selection;
pub(crate) use labels::Subject;
pub(crate) use promql::{Aggregation, Expr, Matcher, Span};
pub use range::RangeReply;
pub use readiness::Readiness;
pub use sample::{Grid, Labels, Reply, Sample, Series};
pub(crate) use schema::{DETECTION, Forced, ForcedGeneration, Generation, Kinds, detect};
pub use schema::{Detected, LabelScheme};
pub(crate) use source::PromqlSource;
