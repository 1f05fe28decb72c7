//! PromQL over the simulated clusters' metrics, as a Prometheus that scrapes them would answer.
//!
//! No sample is kept: at which times a target is scraped follows from arithmetic, and what a series was then, too. What
//! is supported behaves exactly as Prometheus 2 does, down to the extrapolation of `rate` (a test compares the two);
//! anything else is an error.

mod aggregate;
mod answer;
mod binary;
mod error;
mod eval;
mod function;
mod parse;
mod scope;
mod select;
#[cfg(test)]
mod tests;
mod value;
mod window;

pub use aggregate::text_of;
pub use answer::{Answer, Instant, Metric, Range, Samples};
pub use error::PromqlError;
pub use scope::QueryScope;

use super::Fleet;
use super::metrics::{MetricsOptions, ScrapeOptions};
use crate::{Grid, LabelScheme, Labels, Sample, Series};
use flux::{Text, UtcMillis};
use std::cell::Cell;
use std::sync::Arc;

/// What a simulated Prometheus scrapes, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct PrometheusOptions {
    /// What the clusters expose.
    pub metrics: MetricsOptions,
    /// How they are scraped.
    pub scrape: ScrapeOptions,
    /// Only clusters of this Azure region. `None`: all.
    pub location: Option<Text>,
}

impl PrometheusOptions {
    /// All clusters, scraped every thirty seconds with a label for the cluster.
    pub fn new(scheme: LabelScheme) -> Self {
        Self {
            metrics: MetricsOptions::default(),
            scrape: ScrapeOptions::new(scheme),
            location: None,
        }
    }
}

/// A Prometheus that scrapes simulated clusters. Cheap to clone.
#[derive(Clone)]
pub struct SimulatedPrometheus {
    fleet: Arc<Fleet>,
    options: PrometheusOptions,
    limits: Limits,
}

/// How much a query may make us do.
#[derive(Clone, Copy)]
struct Limits {
    /// Samples that it looks at, each once per object that it sums up.
    samples: u64,
    /// Points that it holds at a time.
    points: u64,
}

const LIMITS: Limits = Limits { samples: 400_000_000, points: 30_000_000 };

/// Most points of a range query, as Prometheus has it.
pub const MAX_POINTS: usize = 11_000;
/// Times beyond this, either way from 1970, are in no query.
const LAST_MILLIS: i64 = 1 << 48;

/// How much a query may still make us do.
struct Work {
    samples: Cell<u64>,
    points: Cell<u64>,
}

impl Work {
    fn within(limits: Limits) -> Self {
        Self { samples: Cell::new(limits.samples), points: Cell::new(limits.points) }
    }

    /// Notes that so many samples are looked at.
    ///
    /// # Errors
    /// Those are too many.
    fn done(&self, samples: u64) -> Result<(), PromqlError> {
        note(&self.samples, samples)
    }

    /// Notes that so many points are kept.
    fn held(&self, points: usize) -> Result<(), PromqlError> {
        note(&self.points, points as u64)
    }
}

fn note(left: &Cell<u64>, more: u64) -> Result<(), PromqlError> {
    left.set(left.get().checked_sub(more).ok_or(PromqlError::TooManySamples)?);
    Ok(())
}

/// One query being evaluated.
struct Evaluation<'a> {
    prometheus: &'a SimulatedPrometheus,
    grid: Grid,
    /// Whether it is an instant query, whose answer has an order.
    instant: bool,
    work: Work,
}

impl SimulatedPrometheus {
    /// A Prometheus that has always scraped these clusters.
    pub fn new(fleet: Arc<Fleet>, options: PrometheusOptions) -> Self {
        Self { fleet, options, limits: LIMITS }
    }

    /// What it scrapes, and how.
    pub fn options(&self) -> &PrometheusOptions {
        &self.options
    }

    /// Answers an instant query. A number comes as one sample without labels; names of metrics are left out.
    ///
    /// *Cost*: about a microsecond per object of the clusters in question, and some more per series that is found.
    ///
    /// # Errors
    /// The query is wrong, not supported, or too much.
    pub fn instant(&self, promql: &str, at: UtcMillis) -> Result<Vec<Sample>, PromqlError> {
        match self.query(promql, at)? {
            Answer::Vector(items) => Ok(items
                .into_iter()
                .map(|Instant { labels, value, .. }| Sample { labels, value })
                .collect()),
            Answer::Scalar(value) => Ok(vec![Sample { labels: Labels::default(), value }]),
            Answer::Text(_) => Err(PromqlError::NoSamples("string")),
            Answer::Matrix(_) => Err(PromqlError::NoSamples("range vector")),
        }
    }

    /// Answers a range query: series sorted by labels, those with a value at any point. A number comes as one series
    /// without labels; names of metrics are left out.
    ///
    /// *Cost*: that of [`SimulatedPrometheus::instant`], and tens of nanoseconds per series and point.
    ///
    /// # Errors
    /// The query is wrong, not supported, or too much; the grid has more than 11,000 points.
    pub fn range(&self, promql: &str, grid: &Grid) -> Result<Vec<Series>, PromqlError> {
        let found = self.query_range(promql, grid)?;
        let series = found.into_iter().map(|Range { labels, values, .. }| {
            let values = values.into_iter().map(|value| value.unwrap_or(f64::NAN)).collect();
            Series { labels, values }
        });
        Ok(series.collect())
    }
}
