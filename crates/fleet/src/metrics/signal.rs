//! A series without samples: its labels, and its value as a function of time.

use super::bounds::{Bound, Bounds};
use super::cycle::{Cycle, float, seconds_of};
use super::family::{Family, Metric, Part, Selection};
use super::object::FluxObject;
use super::reconciles::Reconciles;
use super::share::{ACCEPTED_EVENTS, REJECTED_EVENTS};
use arcstr::literal;
use flux::{Text, UtcMillis};
use std::rc::Rc;

/// Labels in the order of the text format.
pub(super) type LabelPairs = Vec<(Text, Text)>;

/// A value that depends on the time alone.
pub(crate) struct Signal<'a> {
    value: Box<dyn Fn(UtcMillis) -> f64 + 'a>,
    /// The first moment at which it is exposed.
    pub(crate) from: UtcMillis,
    /// The moment from which it is no longer exposed.
    pub(crate) until: UtcMillis,
    /// Whether it is a counter, which never falls.
    pub(crate) counter: bool,
    /// Number of objects that have to be read for one value; at least one.
    pub(crate) cost: u64,
}

impl<'a> Signal<'a> {
    pub(super) fn gauge(from: UtcMillis, value: impl Fn(UtcMillis) -> f64 + 'a) -> Self {
        let until = UtcMillis(i64::MAX);
        Self { value: Box::new(value), from, until, counter: false, cost: 1 }
    }

    pub(super) fn counter(from: UtcMillis, value: impl Fn(UtcMillis) -> f64 + 'a) -> Self {
        Self { counter: true, ..Self::gauge(from, value) }
    }

    /// A value that never changes.
    pub(crate) fn constant(from: UtcMillis, value: f64) -> Self {
        Self::gauge(from, move |_| value)
    }

    pub(super) fn costs(self, objects: usize) -> Self {
        Self { cost: (objects as u64).max(1), ..self }
    }

    pub(super) fn until(self, until: UtcMillis) -> Self {
        Self { until, ..self }
    }

    /// The value at a time. `None`: it isn't exposed at that time.
    pub(crate) fn at(&self, at: UtcMillis) -> Option<f64> {
        (self.from <= at && at < self.until).then(|| (self.value)(at))
    }

    /// The value at a time at which the caller knows that it is exposed.
    pub(crate) fn value(&self, at: UtcMillis) -> f64 {
        (self.value)(at)
    }
}

/// A series as an endpoint exposes it.
pub(crate) struct Exposed<'a> {
    pub(crate) metric: Metric,
    /// Sorted by name, `le` last; values may be empty.
    pub(crate) labels: LabelPairs,
    pub(crate) signal: Signal<'a>,
}

/// Collects the requested series of one endpoint.
pub(super) struct Sink<'s, 'a> {
    pub(super) selection: &'s Selection,
    pub(super) out: &'s mut dyn FnMut(Exposed<'a>),
}

impl<'a> Sink<'_, 'a> {
    pub(super) fn wants(&self, family: Family) -> bool {
        self.selection.has_any(family)
    }

    /// Adds the series of a gauge or a counter.
    pub(super) fn whole(&mut self, family: Family, labels: &[(Text, Text)], signal: Signal<'a>) {
        let metric = Metric { family, part: Part::Whole };
        if self.selection.has(metric) {
            (self.out)(Exposed { metric, labels: labels.to_vec(), signal });
        }
    }

    /// Adds the series of a histogram.
    pub(super) fn histogram(
        &mut self,
        family: Family,
        labels: &[(Text, Text)],
        bounds: &'static Bounds,
        from: UtcMillis,
        observed: Observed<'a>,
    ) {
        let metric = |part| Metric { family, part };
        if self.selection.has(metric(Part::Bucket)) {
            for Bound { le, value } in bounds.iter() {
                let mut labels = labels.to_vec();
                labels.push((literal!("le"), le.clone()));
                let signal = observed.clone().within(from, *value);
                (self.out)(Exposed { metric: metric(Part::Bucket), labels, signal });
            }
        }
        if self.selection.has(metric(Part::Sum)) {
            let (labels, observed) = (labels.to_vec(), observed.clone());
            let cost = observed.0.len();
            let signal = Signal::counter(from, move |at| seconds_of(observed.micros(at)));
            let signal = signal.costs(cost);
            (self.out)(Exposed { metric: metric(Part::Sum), labels, signal });
        }
        if self.selection.has(metric(Part::Count)) {
            let labels = labels.to_vec();
            let cost = observed.0.len();
            let signal = Signal::counter(from, move |at| float(observed.count(at))).costs(cost);
            (self.out)(Exposed { metric: metric(Part::Count), labels, signal });
        }
    }
}

/// The length of a sequence at a time.
#[derive(Clone, Copy)]
pub(super) enum Tally<'a> {
    /// Reconciles that ended.
    Done(&'a Reconciles),
    /// Reconciles that began.
    Begun(&'a Reconciles),
    /// Events that an object's controller sent and notification-controller accepted.
    Accepted(&'a FluxObject),
    /// Events that notification-controller rejected because they came too often.
    Rejected(&'a FluxObject),
}

impl Tally<'_> {
    fn count(self, at: UtcMillis) -> u64 {
        match self {
            Self::Done(reconciles) => reconciles.done(at),
            Self::Begun(reconciles) => reconciles.begun(at),
            Self::Accepted(object) => ACCEPTED_EVENTS.count(object, at),
            Self::Rejected(object) => REJECTED_EVENTS.count(object, at),
        }
    }
}

/// The sequences of durations that a histogram is made of.
#[derive(Clone)]
pub(super) struct Observed<'a>(Rc<[(Tally<'a>, Cycle)]>);

impl<'a> Observed<'a> {
    pub(super) fn of(sequences: impl IntoIterator<Item = (Tally<'a>, Cycle)>) -> Self {
        Self(sequences.into_iter().collect())
    }

    fn count(&self, at: UtcMillis) -> u64 {
        self.0.iter().map(|(tally, _)| tally.count(at)).sum()
    }

    fn micros(&self, at: UtcMillis) -> u64 {
        self.0.iter().map(|(tally, cycle)| cycle.sum(tally.count(at))).sum()
    }

    fn within(self, from: UtcMillis, bound: f64) -> Signal<'a> {
        let within: Rc<[_]> =
            self.0.iter().map(|(tally, cycle)| (*tally, cycle.within(bound))).collect();
        let cost = within.len();
        let signal = Signal::counter(from, move |at| {
            float(within.iter().map(|(tally, within)| within.count(tally.count(at))).sum())
        });
        signal.costs(cost)
    }
}
