//! Functions of range selectors: one value from the samples within a window.

use super::select::{Sink, offset_millis};
use super::value::{Item, Points};
use super::{PromqlError, Work};
use crate::Grid;
use crate::metrics::{Scraped, Signal, Target, float};
use flux::UtcMillis;
use promql_parser::parser::MatrixSelector;
use std::collections::BTreeSet;

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

/// A window with the scrapes of a target within it. Whether a series has a sample at each scrape isn't known yet.
#[derive(Clone, Copy)]
struct Window {
    from: UtcMillis,
    to: UtcMillis,
    first: UtcMillis,
    last: UtcMillis,
    /// Indices of `first` and `last` among the times at which values are needed. When the window has no scrape, `first`
    /// is the one after `last`.
    places: (usize, usize),
}

/// The windows of a target. All its series share them.
#[derive(Default)]
struct Windows {
    all: Vec<Window>,
    /// Times at which a function needs values, ascending.
    times: Vec<UtcMillis>,
}

/// A sample: its time and its value.
type Sample = (UtcMillis, f64);

impl Windows {
    fn of(
        scraped: &Scraped,
        ends: impl Iterator<Item = UtcMillis>,
        range: i64,
        need: Need,
        work: &Work,
    ) -> Result<Self, PromqlError> {
        let mut windows = Self::default();
        let mut needed: BTreeSet<UtcMillis> = BTreeSet::new();
        for to in ends {
            let from = UtcMillis(to.0 - range);
            let (first, last) = (scraped.first(from.max(scraped.from)), scraped.last(to));
            windows.all.push(Window { from, to, first, last, places: (1, 0) });
            if last < first {
                continue;
            }
            match need {
                Need::Every => {
                    // When windows overlap, each scrape is needed once only.
                    let known = needed.last().filter(|known| **known >= first);
                    let begin = known.map_or(first.0, |known| known.0 + scraped.interval);
                    let times = (begin..=last.0).step_by(step(scraped.interval));
                    work.done(times.size_hint().0 as u64)?;
                    needed.extend(times.map(UtcMillis));
                }
                Need::Ends => needed.extend([first, last]),
                Need::LastTwo => {
                    needed.extend([UtcMillis(first.0.max(last.0 - scraped.interval)), last]);
                }
            }
        }
        windows.times = needed.into_iter().collect();
        for window in &mut windows.all {
            let place = |at| windows.times.partition_point(|time| *time < at);
            if window.first <= window.last {
                window.places = (place(window.first), place(window.last));
            }
        }
        Ok(windows)
    }
}

fn step(interval: i64) -> usize {
    usize::try_from(interval).unwrap_or(usize::MAX)
}

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
        // One target's windows for counters, and those for other series.
        let mut known: [Option<Windows>; 2] = [None, None];
        let mut of: Option<Target> = None;
        self.prometheus.select(&selector.vs, &span, &mut |scraped, found| {
            if of.as_ref() != Some(&scraped.target) {
                of = Some(scraped.target.clone());
                known = [None, None];
            }
            let signal = &found.signal;
            let windows = match &mut known[usize::from(signal.counter)] {
                Some(windows) => windows,
                none => {
                    let need = function.need(signal.counter);
                    let ends = (0..points).map(at);
                    none.insert(Windows::of(scraped, ends, range, need, &self.work)?)
                }
            };
            let samples = Samples::of(signal, scraped, windows, &self.work)?;
            let mut values = Points::absent(points);
            for (index, window) in windows.all.iter().enumerate() {
                if let Some(value) = samples.within(window).apply(function, range) {
                    values.set(index, value);
                }
            }
            if values.is_absent() {
                return Ok(());
            }
            // Of these functions, only the last sample is still a value of the same metric.
            let name = (function == WindowFunction::Last).then_some(found.name);
            sink(Item { name, labels: found.labels, points: values })
        })
    }
}

/// Which samples of a window a function needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    Every,
    /// The first and the last.
    Ends,
    LastTwo,
}

impl WindowFunction {
    fn need(self, counter: bool) -> Need {
        match self {
            Self::Rate | Self::Increase if !counter => Need::Every,
            Self::Average | Self::Maximum | Self::Minimum | Self::Sum => Need::Every,
            Self::Rate | Self::Increase | Self::Delta => Need::Ends,
            Self::Irate | Self::Count | Self::Last | Self::Present => Need::LastTwo,
        }
    }
}

/// The values of a series at the times that are needed.
struct Samples<'s> {
    scraped: &'s Scraped,
    signal: &'s Signal<'s>,
    times: &'s [UtcMillis],
    values: Vec<f64>,
}

/// The samples of a series within a window.
struct Within<'s> {
    samples: &'s Samples<'s>,
    window: Window,
    count: u64,
}

impl<'s> Samples<'s> {
    fn of(
        signal: &'s Signal<'_>,
        scraped: &'s Scraped,
        windows: &'s Windows,
        work: &Work,
    ) -> Result<Self, PromqlError> {
        let times = &windows.times[..];
        work.done(signal.cost.saturating_mul(times.len() as u64))?;
        let values = times.iter().map(|at| signal.value(*at)).collect();
        Ok(Self { scraped, signal, times, values })
    }

    /// The value at a scrape; `place` is its likely index.
    fn value(&self, at: UtcMillis, place: usize) -> f64 {
        match self.values.get(place) {
            Some(value) if self.times[place] == at => *value,
            _ => self.signal.value(at),
        }
    }

    /// The samples within a window. A series that appears or disappears within the window has only some of them.
    fn within(&'s self, window: &Window) -> Within<'s> {
        let Self { scraped, signal, .. } = self;
        let mut window = *window;
        if signal.from > window.first {
            window.first = scraped.first(signal.from);
            window.places.0 = self.times.partition_point(|at| *at < window.first);
        }
        if signal.until <= window.last {
            window.last = scraped.last(UtcMillis(signal.until.0 - 1));
            window.places.1 = self.times.partition_point(|at| *at <= window.last).wrapping_sub(1);
        }
        let count = if window.last < window.first {
            0
        } else {
            ((window.last.0 - window.first.0) / scraped.interval).unsigned_abs() + 1
        };
        Within { samples: self, window, count }
    }
}

impl Within<'_> {
    /// All samples, for functions that need each of them.
    fn each(&self) -> impl Iterator<Item = f64> + '_ {
        let (first, last) = self.window.places;
        let values = self.samples.values.get(first..=last).unwrap_or_default();
        values.iter().copied()
    }

    fn first(&self) -> Sample {
        let at = self.window.first;
        (at, self.samples.value(at, self.window.places.0))
    }

    fn last(&self) -> Sample {
        let at = self.window.last;
        (at, self.samples.value(at, self.window.places.1))
    }

    fn apply(&self, function: WindowFunction, range: i64) -> Option<f64> {
        if self.count == 0 {
            return None;
        }
        match function {
            WindowFunction::Rate => self.extrapolated(true).map(|grown| grown / seconds(range)),
            WindowFunction::Increase => self.extrapolated(true),
            WindowFunction::Delta => self.extrapolated(false),
            WindowFunction::Irate => self.instant_rate(),
            WindowFunction::Average => Some(exact_sum(self.each()) / float(self.count)),
            WindowFunction::Maximum => self
                .each()
                .reduce(|most, value| if value > most || most.is_nan() { value } else { most }),
            WindowFunction::Minimum => self
                .each()
                .reduce(|least, value| if value < least || least.is_nan() { value } else { least }),
            WindowFunction::Sum => Some(exact_sum(self.each())),
            WindowFunction::Count => Some(float(self.count)),
            WindowFunction::Last => Some(self.last().1),
            WindowFunction::Present => Some(1.0),
        }
    }

    /// The growth over the window. The growth between samples is extrapolated to both ends of the window.
    fn extrapolated(&self, counter: bool) -> Option<f64> {
        if self.count < 2 {
            return None;
        }
        let ((from, first), (to, last)) = (self.first(), self.last());
        let mut grown = last - first;
        if counter && !self.samples.signal.counter {
            // A value that falls means that the counter started again from zero.
            let mut before = 0.0;
            for value in self.each() {
                if value < before {
                    grown += before;
                }
                before = value;
            }
        }
        let sampled = seconds(to.0 - from.0);
        let spacing = sampled / float(self.count - 1);
        let mut to_start = seconds(from.0 - self.window.from.0);
        let to_end = seconds(self.window.to.0 - to.0);
        if counter && grown > 0.0 && first >= 0.0 {
            // A counter wasn't below zero before the window's first sample.
            to_start = to_start.min(sampled * (first / grown));
        }
        let threshold = spacing * 1.1;
        let reach = |gap: f64| if gap < threshold { gap } else { spacing / 2.0 };
        Some(grown * ((sampled + reach(to_start) + reach(to_end)) / sampled))
    }

    /// Growth per second between the last two samples.
    fn instant_rate(&self) -> Option<f64> {
        if self.count < 2 {
            return None;
        }
        let interval = self.samples.scraped.interval;
        let (at, last) = self.last();
        let place = self.window.places.1.wrapping_sub(1);
        let before = self.samples.value(UtcMillis(at.0 - interval), place);
        let grown = if last < before { last } else { last - before };
        Some(grown / seconds(interval))
    }
}

fn seconds(millis: i64) -> f64 {
    float(millis.unsigned_abs()) / 1e3
}

/// A sum that compensates the rounding error of each addition, as Prometheus does.
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
