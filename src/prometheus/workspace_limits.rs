//! Splits range queries that are longer than an Azure Monitor workspace accepts.

use super::Grid;
use std::ops::Range;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(60 * 60);
/// A workspace refuses a range query over more than 32 days, the look-back of range selectors included. One day less,
/// because Azure doesn't document how it rounds those 32 days.
const LONGEST: Duration = Duration::from_secs(31 * 24 * 60 * 60);
/// A workspace refuses steps below [`SHORTEST_STEP`] over 48 hours or more.
const LONGEST_FINE: Duration = Duration::from_secs(47 * 60 * 60);
const SHORTEST_STEP: Duration = Duration::from_secs(60);
/// The parts of a grid, in order, each short enough for one range query. `lookback` is the longest time that a selector
/// of the query looks back. A part is at least an hour long, so a query that looks back for too long is sent and the
/// workspace refuses it with its own words.
pub(super) fn split(grid: &Grid, lookback: Duration) -> impl Iterator<Item = Range<usize>> {
    let longest = if grid.step < SHORTEST_STEP { LONGEST_FINE } else { LONGEST };
    let span = longest.saturating_sub(lookback).max(HOUR).as_millis();
    let steps = span / grid.step.as_millis().max(1);
    let at_once = usize::try_from(steps).unwrap_or(usize::MAX).saturating_add(1);
    let points = grid.points;
    (0..points).step_by(at_once).map(move |first| first..points.min(first.saturating_add(at_once)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flux::UtcMillis;
    use proptest::prelude::*;

    const DAY: u64 = 24 * 60 * 60;

    fn parts(step_seconds: u64, points: usize, lookback: Duration) -> Vec<Range<usize>> {
        let step = Duration::from_secs(step_seconds);
        split(&Grid { start: UtcMillis(0), step, points }, lookback).collect()
    }

    #[test]
    fn a_month_is_one_part_and_the_look_back_counts() {
        assert_eq!(parts(DAY, 32, Duration::ZERO), vec![0..32]);
        assert_eq!(parts(DAY, 33, Duration::ZERO), [0..32, 32..33]);
        assert_eq!(parts(DAY, 6, Duration::from_secs(30 * DAY)), [0..2, 2..4, 4..6]);
        assert_eq!(parts(DAY, 2, Duration::from_secs(90 * DAY)), [0..1, 1..2]);
        assert!(parts(DAY, 0, Duration::ZERO).is_empty());
    }

    #[test]
    fn fine_steps_stay_under_two_days() {
        assert_eq!(parts(60, 3_000, Duration::ZERO), vec![0..3_000]);
        assert_eq!(parts(30, 6_000, Duration::ZERO), [0..5_641, 5_641..6_000]);
    }

    proptest! {
        #[test]
        fn parts_cover_the_grid_once(
            step in 1u64..10_000_000_000,
            points in 0usize..20_000,
            lookback in 0u64..10_000_000,
        ) {
            let step = Duration::from_millis(step);
            let grid = Grid { start: UtcMillis(0), step, points };
            let lookback = Duration::from_secs(lookback);
            let mut next = 0;
            for part in split(&grid, lookback) {
                prop_assert_eq!(part.start, next);
                prop_assert!(part.end > part.start);
                let span = step * u32::try_from(part.len() - 1).expect("few");
                prop_assert!(span + lookback <= LONGEST || span <= HOUR);
                prop_assert!(step >= SHORTEST_STEP || span <= LONGEST_FINE);
                next = part.end;
            }
            prop_assert_eq!(next, points);
        }
    }
}
