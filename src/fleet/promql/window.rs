//! Functions of range selectors: what the samples within a window come to.

use super::select::{Sink, offset_millis};
use super::value::{Item, Points};
use super::{PromqlError, Work};
use crate::domain::UtcMillis;
use crate::fleet::metrics::{Scraped, Signal, Target};
use crate::prometheus::Grid;
use promql_parser::parser::MatrixSelector;

/// A function of a window of samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WindowFunction {
    Rate,
    Increase,
    Delta,
    Irate,
    Average,
    Maximum,
    Minimum,
    Sum,
    Count,
    Last,
    Present,
}

impl WindowFunction {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "rate" => Self::Rate,
            "increase" => Self::Increase,
            "delta" => Self::Delta,
            "irate" => Self::Irate,
            "avg_over_time" => Self::Average,
            "max_over_time" => Self::Maximum,
            "min_over_time" => Self::Minimum,
            "sum_over_time" => Self::Sum,
            "count_over_time" => Self::Count,
            "last_over_time" => Self::Last,
            "present_over_time" => Self::Present,
            _ => return None,
        })
    }
}

/// The scrapes of a target within a window, before it is known which of them have a sample.
#[derive(Clone, Copy)]
struct Window {
    from: UtcMillis,
    to: UtcMillis,
    first: UtcMillis,
    last: UtcMillis,
}

/// A sample: when, and its value.
type Sample = (UtcMillis, f64);

impl super::Evaluation<'_> {
    /// The values of a function of a range selector at each point.
    pub(super) fn windows(
        &self,
        function: WindowFunction,
        selector: &MatrixSelector,
        sink: Sink<'_>,
    ) -> Result<(), PromqlError> {
        let range = i64::try_from(selector.range.as_millis()).unwrap_or(i64::MAX).min(1 << 45);
        let offset = offset_millis(&selector.vs);
        let Grid { points, .. } = self.grid;
        let at = |index| UtcMillis(self.grid.time(index).0 - offset);
        let span = UtcMillis(at(0).0 - range)..=UtcMillis(self.grid.end().0 - offset);
        // Windows are the same for all series of a target.
        let mut windows: Vec<Window> = Vec::new();
        let mut of: Option<Target> = None;
        self.prometheus.select(&selector.vs, &span, &mut |scraped, found| {
            if of.as_ref() != Some(&scraped.target) {
                of = Some(scraped.target.clone());
                windows = (0..points)
                    .map(|index| {
                        let (from, to) = (UtcMillis(at(index).0 - range), at(index));
                        let first = scraped.first(from.max(scraped.from));
                        Window { from, to, first, last: scraped.last(to) }
                    })
                    .collect();
            }
            let mut values = Points::absent(points);
            for (index, window) in windows.iter().enumerate() {
                let samples = Samples::of(&found.signal, scraped, window);
                if let Some(value) = samples.apply(function, window, range, &self.work)? {
                    values.set(index, value);
                }
            }
            if values.is_absent() {
                return Ok(());
            }
            // Of all these, only the last sample is still of the same metric.
            let name = (function == WindowFunction::Last).then_some(found.name);
            sink(Item { name, labels: found.labels, points: values })
        })
    }
}

/// The samples of a series within a window. They are evenly spaced.
struct Samples<'s> {
    signal: &'s Signal<'s>,
    first: UtcMillis,
    last: UtcMillis,
    interval: i64,
}

impl<'s> Samples<'s> {
    fn of(signal: &'s Signal<'_>, scraped: &Scraped, window: &Window) -> Self {
        let first =
            if signal.from <= window.first { window.first } else { scraped.first(signal.from) };
        let last = if window.last < signal.until {
            window.last
        } else {
            scraped.last(UtcMillis(signal.until.0 - 1))
        };
        Self { signal, first, last, interval: scraped.interval }
    }

    fn count(&self) -> u64 {
        if self.last < self.first {
            0
        } else {
            ((self.last.0 - self.first.0) / self.interval).unsigned_abs() + 1
        }
    }

    fn value(&self, at: UtcMillis) -> f64 {
        self.signal.value(at)
    }

    fn each(&self) -> impl Iterator<Item = f64> + '_ {
        let step = usize::try_from(self.interval).unwrap_or(usize::MAX);
        (self.first.0..=self.last.0).step_by(step).map(|at| self.value(UtcMillis(at)))
    }

    fn apply(
        &self,
        function: WindowFunction,
        window: &Window,
        range: i64,
        work: &Work,
    ) -> Result<Option<f64>, PromqlError> {
        let count = self.count();
        if count == 0 {
            return Ok(None);
        }
        let float = |count: u64| -> f64 { crate::fleet::metrics::float(count) };
        let needs_all = match function {
            WindowFunction::Rate | WindowFunction::Increase => !self.signal.counter,
            WindowFunction::Average
            | WindowFunction::Maximum
            | WindowFunction::Minimum
            | WindowFunction::Sum => true,
            WindowFunction::Delta
            | WindowFunction::Irate
            | WindowFunction::Count
            | WindowFunction::Last
            | WindowFunction::Present => false,
        };
        work.done(self.signal.cost.saturating_mul(if needs_all { count } else { 2 }))?;
        Ok(match function {
            WindowFunction::Rate => self
                .extrapolated(count, window, true)
                .map(|grown| grown / (float(range.unsigned_abs()) / 1e3)),
            WindowFunction::Increase => self.extrapolated(count, window, true),
            WindowFunction::Delta => self.extrapolated(count, window, false),
            WindowFunction::Irate => self.instant_rate(count),
            WindowFunction::Average => Some(exact_sum(self.each()) / float(count)),
            WindowFunction::Maximum => self
                .each()
                .reduce(|most, value| if value > most || most.is_nan() { value } else { most }),
            WindowFunction::Minimum => self
                .each()
                .reduce(|least, value| if value < least || least.is_nan() { value } else { least }),
            WindowFunction::Sum => Some(exact_sum(self.each())),
            WindowFunction::Count => Some(float(count)),
            WindowFunction::Last => Some(self.value(self.last)),
            WindowFunction::Present => Some(1.0),
        })
    }

    /// By how much the value grew over the window, taken to go on as between the samples towards both of its ends.
    fn extrapolated(&self, count: u64, window: &Window, counter: bool) -> Option<f64> {
        if count < 2 {
            return None;
        }
        let seconds = |millis: i64| crate::fleet::metrics::float(millis.unsigned_abs()) / 1e3;
        let ((from, first), (to, last)): (Sample, Sample) =
            ((self.first, self.value(self.first)), (self.last, self.value(self.last)));
        let mut grown = last - first;
        if counter && !self.signal.counter {
            // Whatever falls is taken for a counter that began anew.
            let mut before = 0.0;
            for value in self.each() {
                if value < before {
                    grown += before;
                }
                before = value;
            }
        }
        let sampled = seconds(to.0 - from.0);
        let spacing = sampled / crate::fleet::metrics::float(count - 1);
        let mut to_start = seconds(from.0 - window.from.0);
        let to_end = seconds(window.to.0 - to.0);
        if counter && grown > 0.0 && first >= 0.0 {
            // A counter wasn't below zero before the window's first sample.
            to_start = to_start.min(sampled * (first / grown));
        }
        let threshold = spacing * 1.1;
        let reach = |gap: f64| if gap < threshold { gap } else { spacing / 2.0 };
        Some(grown * ((sampled + reach(to_start) + reach(to_end)) / sampled))
    }

    /// Growth per second between the last two samples.
    fn instant_rate(&self, count: u64) -> Option<f64> {
        if count < 2 {
            return None;
        }
        let before = self.value(UtcMillis(self.last.0 - self.interval));
        let last = self.value(self.last);
        let grown = if last < before { last } else { last - before };
        Some(grown / (crate::fleet::metrics::float(self.interval.unsigned_abs()) / 1e3))
    }
}

/// A sum that keeps what each addition rounds off, as Prometheus' does.
fn exact_sum(values: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut rest) = (0.0_f64, 0.0_f64);
    for value in values {
        let next = sum + value;
        if next.is_infinite() {
            rest = 0.0;
        } else if sum.abs() >= value.abs() {
            rest += (sum - next) + value;
        } else {
            rest += (value - next) + sum;
        }
        sum = next;
    }
    sum + rest
}
