//! PromQL over the simulated clusters' metrics, with the answers of a Prometheus that scrapes them.
//!
//! No sample is stored: the times at which a target is scraped, and the value of a series at each of them, are
//! computed. What is supported behaves exactly as in Prometheus 2, down to the extrapolation of `rate` (a test compares
//! the two). Anything else is an error.

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

/// Options of a simulated Prometheus.
#[derive(Clone, Debug, PartialEq)]
pub struct PrometheusOptions {
    /// Options for the clusters' metrics.
    pub metrics: MetricsOptions,
    /// How the clusters are scraped.
    pub scrape: ScrapeOptions,
    /// Scrapes only clusters of this Azure region. `None`: all clusters.
    pub location: Option<Text>,
    /// Whether it also scrapes a Grafana with the plugin, and so has the fleet's history.
    pub history: bool,
}

impl PrometheusOptions {
    /// Scrapes all clusters every thirty seconds, with a label for the cluster.
    pub fn new(scheme: LabelScheme) -> Self {
        Self {
            metrics: MetricsOptions::default(),
            scrape: ScrapeOptions::new(scheme),
            location: None,
            history: false,
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

/// Limits on the work of one query.
#[derive(Clone, Copy)]
struct Limits {
    /// Number of samples that it reads. A sample counts once for each object that its value sums up.
    samples: u64,
    /// Number of points that it holds in memory at a time.
    points: u64,
}

const LIMITS: Limits = Limits { samples: 400_000_000, points: 30_000_000 };

/// Most points of a range query; Prometheus has the same limit.
pub const MAX_POINTS: usize = 11_000;
/// Times further from 1970 than this, before or after, are out of range.
const LAST_MILLIS: i64 = 1 << 48;

/// The work that a query may still do.
struct Work {
    samples: Cell<u64>,
    points: Cell<u64>,
}

impl Work {
    fn within(limits: Limits) -> Self {
        Self { samples: Cell::new(limits.samples), points: Cell::new(limits.points) }
    }

    /// Counts `samples` more samples as read.
    ///
    /// # Errors
    /// The query has read too many samples.
    fn done(&self, samples: u64) -> Result<(), PromqlError> {
        note(&self.samples, samples)
    }

    /// Counts `points` more points as held in memory.
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
    /// Whether it is an instant query, whose result is sorted.
    instant: bool,
    work: Work,
}

impl SimulatedPrometheus {
    /// A Prometheus that has always scraped these clusters.
    pub fn new(fleet: Arc<Fleet>, options: PrometheusOptions) -> Self {
        Self { fleet, options, limits: LIMITS }
    }

    /// The options with which it was made.
    pub fn options(&self) -> &PrometheusOptions {
        &self.options
    }

    /// Answers an instant query. A number is returned as one sample without labels; names of metrics are left out.
    ///
    /// *Cost*: about a microsecond per object of the clusters that the query selects, and some more per series found.
    ///
    /// # Errors
    /// The query is wrong, not supported, or too expensive.
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

    /// Answers a range query: the series with a value at any point, sorted by labels. A number is returned as one
    /// series without labels; names of metrics are left out.
    ///
    /// *Cost*: that of [`SimulatedPrometheus::instant`], and tens of nanoseconds per series and point.
    ///
    /// # Errors
    /// The query is wrong, not supported, or too expensive; the grid has more than 11,000 points.
    pub fn range(&self, promql: &str, grid: &Grid) -> Result<Vec<Series>, PromqlError> {
        let found = self.query_range(promql, grid)?;
        let series = found.into_iter().map(|Range { labels, values, .. }| {
            let values = values.into_iter().map(|value| value.unwrap_or(f64::NAN)).collect();
            Series { labels, values }
        });
        Ok(series.collect())
    }
}
