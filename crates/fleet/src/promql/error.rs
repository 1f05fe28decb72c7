//! Why a query has no answer, in Prometheus' words.

use thiserror::Error;

/// Why a query has no answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PromqlError {
    /// The text is no expression.
    #[error("parse error: {0}")]
    Parse(String),
    /// Something that Prometheus has and this evaluation hasn't.
    #[error("parse error: {0} not supported by the simulated Prometheus")]
    NotSupported(String),
    /// More, or deeper nested, than a query may be here.
    #[error("parse error: expression is too complex")]
    TooComplex,
    /// More points than Prometheus answers for.
    #[error(
        "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)"
    )]
    TooManyPoints,
    /// A range query of something that is neither numbers nor series.
    #[error("invalid expression type \"{0}\" for range query, must be Scalar or instant Vector")]
    NoRange(&'static str),
    /// An instant query, for samples, of something else.
    #[error("invalid expression type \"{0}\", must be Scalar or instant Vector")]
    NoSamples(&'static str),
    /// More samples than fit.
    #[error("query processing would load too many samples into memory in query execution")]
    TooManySamples,
    /// Two series became one.
    #[error("vector cannot contain metrics with the same labelset")]
    SameLabelset,
    /// Two series on the side of which there may be one.
    #[error(
        "found duplicate series for the match group {group} on the {side} hand-side of the operation: [{first}, {second}];many-to-many matching not allowed: matching labels must be unique on one side"
    )]
    ManyToMany {
        /// The labels that they share, as Prometheus writes a metric.
        group: String,
        /// `left` or `right`.
        side: &'static str,
        /// One of them.
        first: String,
        /// The other.
        second: String,
    },
    /// Two series on the left for one on the right.
    #[error(
        "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
    )]
    ManyToOne,
    /// Two series with the same labels came of a match.
    #[error("multiple matches for labels: grouping labels must ensure unique matches")]
    GroupingNotUnique,
    /// A function's argument that makes no sense.
    #[error("{0}")]
    Argument(String),
}

impl PromqlError {
    /// Whether the query itself is wrong (`bad_data`, 400), and not what came of it (`execution`, 422).
    pub fn is_bad_data(&self) -> bool {
        match self {
            Self::Parse(_)
            | Self::NotSupported(_)
            | Self::TooComplex
            | Self::TooManyPoints
            | Self::NoRange(_)
            | Self::NoSamples(_) => true,
            Self::TooManySamples
            | Self::SameLabelset
            | Self::ManyToMany { .. }
            | Self::ManyToOne
            | Self::GroupingNotUnique
            | Self::Argument(_) => false,
        }
    }
}
