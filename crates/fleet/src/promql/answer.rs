//! Answers that keep the names of metrics, as Prometheus' HTTP API returns them.

use super::select::offset_millis;
use super::value::{Item, Value};
use super::{Evaluation, LAST_MILLIS, MAX_POINTS, PromqlError, SimulatedPrometheus, Work, parse};
use crate::{Grid, Labels};
use flux::{Text, UtcMillis};
use promql_parser::parser::{Expr, MatrixSelector};
use std::collections::BTreeSet;
use std::time::Duration;

/// The result of an instant query.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Series with one value each, in Prometheus' order when the query sorts them.
    Vector(Vec<Instant>),
    /// A number.
    Scalar(f64),
    /// A text.
    Text(String),
    /// Series with the samples of a range.
    Matrix(Vec<Samples>),
}

/// A series with its samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples {
    /// Its metric.
    pub name: Text,
    /// Its labels.
    pub labels: Labels,
    /// Its samples, oldest first.
    pub samples: Vec<(UtcMillis, f64)>,
}

/// A series with a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Instant {
    /// Its metric. `None`: an operation removed the name.
    pub name: Option<Text>,
    /// Its labels.
    pub labels: Labels,
    /// Its value.
    pub value: f64,
}

/// A series with values.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// Its metric. `None`: an operation removed the name.
    pub name: Option<Text>,
    /// Its labels.
    pub labels: Labels,
    /// A value per point. `None`: the series has no value there.
    pub values: Vec<Option<f64>>,
}

/// A series in a listing: its metric and its labels.
pub type Metric = (Text, Labels);

impl SimulatedPrometheus {
    /// Answers an instant query.
    ///
    /// # Errors
    /// Those of [`SimulatedPrometheus::instant`].
    pub fn query(&self, promql: &str, at: UtcMillis) -> Result<Answer, PromqlError> {
        let expression = parse::parse(promql)?;
        let grid = Grid { start: at, step: Duration::from_millis(1), points: 1 };
        if let Expr::MatrixSelector(selector) = &expression {
            return self.matrix(selector, at).map(Answer::Matrix);
        }
        Ok(match self.evaluate(&expression, grid, true)? {
            Value::Scalar(values) => Answer::Scalar(values.first().copied().unwrap_or(f64::NAN)),
            Value::Text(text) => Answer::Text(text),
            Value::Vector(items) => {
                let items = items.into_iter().filter_map(|Item { name, labels, points }| {
                    Some(Instant { name, labels, value: points.get(0)? })
                });
                Answer::Vector(items.collect())
            }
        })
    }

    /// Answers a range query, with series sorted by labels.
    ///
    /// # Errors
    /// Those of [`SimulatedPrometheus::range`].
    pub fn query_range(&self, promql: &str, grid: &Grid) -> Result<Vec<Range>, PromqlError> {
        if grid.points > MAX_POINTS {
            return Err(PromqlError::TooManyPoints);
        }
        let expression = parse::parse(promql)?;
        let range = |name, labels, values: Vec<Option<f64>>| Range { name, labels, values };
        match self.evaluate(&expression, *grid, false) {
            Ok(Value::Scalar(values)) => {
                let values = values.into_iter().map(Some).collect();
                Ok(vec![range(None, Labels::default(), values)])
            }
            Ok(Value::Vector(items)) => {
                let mut found: Vec<Range> = items
                    .into_iter()
                    .filter(|item| !item.points.is_absent())
                    .map(|item| range(item.name, item.labels, item.points.iter().collect()))
                    .collect();
                found.sort_by(|left, right| {
                    (&left.name, &left.labels).cmp(&(&right.name, &right.labels))
                });
                Ok(found)
            }
            Ok(Value::Text(_)) => Err(PromqlError::NoRange("string")),
            Err(PromqlError::NoSamples(what)) => Err(PromqlError::NoRange(what)),
            Err(error) => Err(error),
        }
    }

    /// Series that a selector finds and that have samples from `from` to `to`.
    ///
    /// # Errors
    /// The text is not a selector.
    pub fn series(
        &self,
        selector: &str,
        from: UtcMillis,
        to: UtcMillis,
    ) -> Result<BTreeSet<Metric>, PromqlError> {
        let mut found = BTreeSet::new();
        self.each_series(selector, from, to, &mut |name, labels| {
            found.insert((name, labels));
        })?;
        Ok(found)
    }

    /// The same series, one at a time. A series whose labels changed within the span comes once for each set of labels.
    ///
    /// # Errors
    /// The text is not a selector.
    pub fn each_series(
        &self,
        selector: &str,
        from: UtcMillis,
        to: UtcMillis,
        each: &mut dyn FnMut(Text, Labels),
    ) -> Result<(), PromqlError> {
        let selector = parse::selector(selector)?;
        check_times([from, to])?;
        self.select(&selector, &(from..=to), &mut |scraped, series| {
            let first = scraped.first(series.signal.from.max(from));
            if first <= to && first < series.signal.until {
                each(series.name, series.labels);
            }
            Ok(())
        })
    }

    /// The samples of a range selector, as an instant query returns them.
    fn matrix(
        &self,
        selector: &MatrixSelector,
        at: UtcMillis,
    ) -> Result<Vec<Samples>, PromqlError> {
        check_times([at])?;
        let range = i64::try_from(selector.range.as_millis()).unwrap_or(i64::MAX).min(1 << 45);
        let to = UtcMillis(at.0 - offset_millis(&selector.vs));
        let from = UtcMillis(to.0 - range);
        let work = Work::within(self.limits);
        let mut found = Vec::new();
        self.select(&selector.vs, &(from..=to), &mut |scraped, series| {
            let first = scraped.first(from.max(scraped.from));
            let step = usize::try_from(scraped.interval).unwrap_or(usize::MAX);
            let times = (first.0..=to.0).step_by(step).map(UtcMillis);
            work.done(times.clone().count() as u64)?;
            let samples: Vec<_> =
                times.filter_map(|at| Some((at, series.signal.at(at)?))).collect();
            if !samples.is_empty() {
                found.push(Samples { name: series.name, labels: series.labels, samples });
            }
            Ok::<(), PromqlError>(())
        })?;
        Ok(found)
    }

    fn evaluate(&self, expression: &Expr, grid: Grid, instant: bool) -> Result<Value, PromqlError> {
        check_times([grid.start, grid.end()])?;
        let evaluation =
            Evaluation { prometheus: self, grid, instant, work: Work::within(self.limits) };
        evaluation.value(expression)
    }
}

fn check_times<const N: usize>(times: [UtcMillis; N]) -> Result<(), PromqlError> {
    if times.iter().all(|at| at.0.abs() <= LAST_MILLIS) {
        return Ok(());
    }
    Err(PromqlError::Argument("time out of bounds".to_owned()))
}
