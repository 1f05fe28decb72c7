//! Errors of PromQL queries, in Prometheus' words.

use thiserror::Error;

/// Why a query failed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PromqlError {
    /// The text is not a valid expression.
    #[error("parse error: {0}")]
    Parse(String),
    /// The query uses a feature of Prometheus that this evaluation doesn't support.
    #[error("parse error: {0} not supported by the simulated Prometheus")]
    NotSupported(String),
    /// The query is longer or more deeply nested than allowed.
    #[error("parse error: expression is too complex")]
    TooComplex,
    /// The range query has more points than Prometheus allows.
    #[error(
        "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)"
    )]
    TooManyPoints,
    /// A range query whose expression is neither a number nor an instant vector.
    #[error("invalid expression type \"{0}\" for range query, must be Scalar or instant Vector")]
    NoRange(&'static str),
    /// A text or range vector where an instant query has to return samples.
    #[error("invalid expression type \"{0}\", must be Scalar or instant Vector")]
    NoSamples(&'static str),
    /// The query would read more samples than allowed.
    #[error("query processing would load too many samples into memory in query execution")]
    TooManySamples,
    /// An operation made two series with the same labels.
    #[error("vector cannot contain metrics with the same labelset")]
    SameLabelset,
    /// The "one" side of a match has two series with the same labels.
    #[error(
        "found duplicate series for the match group {group} on the {side} hand-side of the operation: [{first}, {second}];many-to-many matching not allowed: matching labels must be unique on one side"
    )]
    ManyToMany {
        /// The labels that both series share, as Prometheus writes a metric.
        group: String,
        /// `left` or `right`.
        side: &'static str,
        /// One of the two series.
        first: String,
        /// The other series.
        second: String,
    },
    /// Several series on the left match one series on the right, without `group_left`.
    #[error(
        "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
    )]
    ManyToOne,
    /// A match made two series with the same labels.
    #[error("multiple matches for labels: grouping labels must ensure unique matches")]
    GroupingNotUnique,
    /// A function's argument is invalid.
    #[error("{0}")]
    Argument(String),
}

impl PromqlError {
    /// Whether the query itself is wrong (`bad_data`, 400), and not its evaluation (`execution`, 422).
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
