//! When an object is reconciled and how long that takes, computed for any time.

use super::cycle::Cycle;
use flux::UtcMillis;

/// The reconciles of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reconciles {
    pub(super) activity: Activity,
    /// Duration of each reconcile.
    pub(super) work: Cycle,
    /// Time that each reconcile waits in the queue before it begins.
    pub(super) wait: Cycle,
}

/// When the reconciles end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Activity {
    /// No reconcile has ended.
    Never,
    /// `count` reconciles ended before `since`, the controller's start, and none after it.
    Stopped { since: UtcMillis, count: u64 },
    /// A reconcile ends at `first`, and another every `interval` milliseconds after it. The interval is longer than the
    /// wait and the work of any of them.
    Every { first: UtcMillis, interval: i64 },
}

/// One reconcile: it joins the queue, begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reconcile {
    /// The reconcile's number within its object, from 0.
    pub(super) index: u64,
    pub(super) added: UtcMillis,
    pub(super) begun: UtcMillis,
    pub(super) done: UtcMillis,
    /// Microseconds from `begun` to `done`.
    pub(super) work: u64,
    /// Microseconds from `added` to `begun`.
    pub(super) wait: u64,
}

impl Reconciles {
    /// When the first reconcile is counted. `None`: never.
    pub(super) fn since(&self) -> Option<UtcMillis> {
        match self.activity {
            Activity::Never | Activity::Stopped { count: 0, .. } => None,
            Activity::Stopped { since, .. } => Some(since),
            Activity::Every { first, .. } => Some(first),
        }
    }

    /// Number of reconciles that ended by a time.
    pub(super) fn done(&self, at: UtcMillis) -> u64 {
        match self.activity {
            Activity::Never => 0,
            Activity::Stopped { since, count } => {
                if at < since {
                    0
                } else {
                    count
                }
            }
            Activity::Every { first, interval } => {
                if at < first {
                    0
                } else {
                    ((at.0 - first.0) / interval).cast_unsigned() + 1
                }
            }
        }
    }

    /// Number of reconciles that began by a time.
    pub(super) fn begun(&self, at: UtcMillis) -> u64 {
        self.done(at) + u64::from(self.next(at).is_some_and(|next| next.begun <= at))
    }

    /// Number of reconciles that joined the queue by a time.
    pub(super) fn added(&self, at: UtcMillis) -> u64 {
        self.done(at) + u64::from(self.next(at).is_some_and(|next| next.added <= at))
    }

    /// Whether a reconcile waits in the queue.
    pub(super) fn waits(&self, at: UtcMillis) -> bool {
        self.next(at).is_some_and(|next| next.added <= at && at < next.begun)
    }

    /// Milliseconds for which a reconcile has been running. `None`: none is running.
    pub(super) fn running(&self, at: UtcMillis) -> Option<i64> {
        self.next(at).filter(|next| next.begun <= at).map(|next| at.0 - next.begun.0)
    }

    /// The first reconcile that ends after a time. `None`: there is none.
    fn next(&self, at: UtcMillis) -> Option<Reconcile> {
        self.nth(self.done(at))
    }

    fn nth(&self, index: u64) -> Option<Reconcile> {
        let Activity::Every { first, interval } = self.activity else { return None };
        let done = first.0.checked_add(interval.checked_mul(index.cast_signed())?)?;
        let (work, wait) = (self.work.micros(index), self.wait.micros(index));
        let begun = done - millis(work);
        let added = begun - millis(wait);
        let [added, begun, done] = [added, begun, done].map(UtcMillis);
        Some(Reconcile { index, added, begun, done, work, wait })
    }

    /// The reconciles that ended after `from` and not after `to`. Empty for objects that are no longer reconciled.
    #[cfg(any(test, feature = "truth"))]
    pub(super) fn ended(
        &self,
        from: UtcMillis,
        to: UtcMillis,
    ) -> impl Iterator<Item = Reconcile> + '_ {
        let begin = match self.activity {
            Activity::Every { first, interval } => {
                u64::try_from((from.0 - first.0) / interval - 1).unwrap_or(0)
            }
            Activity::Never | Activity::Stopped { .. } => 0,
        };
        (begin..)
            .map_while(|index| self.nth(index))
            .skip_while(move |reconcile| reconcile.done <= from)
            .take_while(move |reconcile| reconcile.done <= to)
    }
}

fn millis(micros: u64) -> i64 {
    (micros / 1000).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn every(first: i64, interval: i64, work: u64) -> Reconciles {
        Reconciles {
            activity: Activity::Every { first: UtcMillis(first), interval },
            work: Cycle::varied(work, 3),
            wait: Cycle::even(work / 2),
        }
    }

    proptest! {
        #[test]
        fn counts_are_those_of_the_reconciles(
            first in -5_000_000..5_000_000_i64, interval in 120_000..900_000_i64,
            work in 0..11_000_000_u64, from in 0..9_000_000_i64, length in 0..9_000_000_i64,
        ) {
            let reconciles = every(first, interval, work);
            let (from, to) = (UtcMillis(from), UtcMillis(from + length));
            let ended: Vec<Reconcile> = reconciles.ended(from, to).collect();
            prop_assert_eq!(ended.len() as u64, reconciles.done(to) - reconciles.done(from));
            prop_assert!(ended.iter().all(|r| from < r.done && r.done <= to && r.added <= r.begun));
            let micros: u64 = ended.iter().map(|r| r.work).sum();
            let sum = |at| reconciles.work.sum(reconciles.done(at));
            prop_assert_eq!(micros, sum(to) - sum(from));
            // Each reconcile begins after the previous one has ended.
            prop_assert!(ended.windows(2).all(|pair| pair[0].done <= pair[1].added));
            let waits = reconciles.waits(to);
            prop_assert_eq!(reconciles.added(to) - reconciles.begun(to), u64::from(waits));
            let runs = reconciles.running(to).is_some();
            prop_assert_eq!(reconciles.begun(to) - reconciles.done(to), u64::from(runs));
        }
    }

    #[test]
    fn counts_of_stopped_reconciles_do_not_change() {
        let stopped = Reconciles {
            activity: Activity::Stopped { since: UtcMillis(100), count: 7 },
            ..every(0, 1, 0)
        };
        assert_eq!([0, 100, 10_000].map(|at| stopped.done(UtcMillis(at))), [0, 7, 7]);
        assert_eq!(stopped.ended(UtcMillis(0), UtcMillis(1000)).count(), 0);
        assert_eq!((stopped.running(UtcMillis(200)), stopped.waits(UtcMillis(200))), (None, false));
        let never = Reconciles { activity: Activity::Never, ..stopped };
        assert_eq!((never.since(), never.added(UtcMillis(i64::MAX))), (None, 0));
    }
}
