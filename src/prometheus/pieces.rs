//! How a question is split that an Azure Monitor workspace would refuse, or answer in part, as a whole.

use super::Grid;
use flux::UtcMillis;
use std::ops::Range;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(60 * 60);
/// A workspace refuses a range query over more than 32 days, the look-back of range selectors included. A day less, as
/// nothing says on which side of its clock those 32 days are counted.
const LONGEST: Duration = Duration::from_secs(31 * 24 * 60 * 60);
/// From 48 hours on it wants steps of at least [`SHORTEST_STEP`].
const LONGEST_FINE: Duration = Duration::from_secs(47 * 60 * 60);
const SHORTEST_STEP: Duration = Duration::from_secs(60);
/// Of `/series` it answers for the last 12 hours, whatever it is asked for.
const SERIES_WINDOW: Duration = Duration::from_secs(12 * 60 * 60);

/// The points that a workspace is asked for at once, one range after the other. Selectors in the query look back by at
/// most `lookback`. Where not even an hour is left beside it, the workspace gets to say what it thinks of it.
pub(super) fn of_grid(grid: &Grid, lookback: Duration) -> impl Iterator<Item = Range<usize>> {
    let longest = if grid.step < SHORTEST_STEP { LONGEST_FINE } else { LONGEST };
    let span = longest.saturating_sub(lookback).max(HOUR).as_millis();
    let steps = span / grid.step.as_millis().max(1);
    let at_once = usize::try_from(steps).unwrap_or(usize::MAX).saturating_add(1);
    let points = grid.points;
    (0..points).step_by(at_once).map(move |first| first..points.min(first.saturating_add(at_once)))
}

/// The times from `start` to `end`, both included, in windows that `/series` of a workspace answers for as a whole.
pub(super) fn of_time(
    start: UtcMillis,
    end: UtcMillis,
) -> impl Iterator<Item = (UtcMillis, UtcMillis)> {
    let window = i64::try_from(SERIES_WINDOW.as_millis()).unwrap_or(i64::MAX);
    let mut next = Some(start);
    std::iter::from_fn(move || {
        let from = next?;
        let to = UtcMillis(from.0.saturating_add(window)).min(end);
        next = (to < end).then_some(to);
        Some((from, to))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: u64 = 24 * 60 * 60;

    fn pieces(step_seconds: u64, points: usize, lookback: Duration) -> Vec<Range<usize>> {
        let step = Duration::from_secs(step_seconds);
        of_grid(&Grid { start: UtcMillis(0), step, points }, lookback).collect()
    }

    #[test]
    fn a_month_is_one_piece_and_the_look_back_counts() {
        assert_eq!(pieces(DAY, 32, Duration::ZERO), vec![0..32]);
        assert_eq!(pieces(DAY, 33, Duration::ZERO), [0..32, 32..33]);
        assert_eq!(pieces(DAY, 6, Duration::from_secs(30 * DAY)), [0..2, 2..4, 4..6]);
        assert_eq!(pieces(DAY, 2, Duration::from_secs(90 * DAY)), [0..1, 1..2]);
        assert!(pieces(DAY, 0, Duration::ZERO).is_empty());
    }

    #[test]
    fn fine_steps_stay_under_two_days() {
        assert_eq!(pieces(60, 3_000, Duration::ZERO), vec![0..3_000]);
        assert_eq!(pieces(30, 6_000, Duration::ZERO), [0..5_641, 5_641..6_000]);
    }

    #[test]
    fn windows_meet() {
        let hour = |hour: i64| UtcMillis(hour * 3_600_000);
        let windows = |start, end| of_time(hour(start), hour(end)).collect::<Vec<_>>();
        assert_eq!(windows(0, 12), [(hour(0), hour(12))]);
        assert_eq!(windows(0, 13), [(hour(0), hour(12)), (hour(12), hour(13))]);
        assert_eq!(windows(5, 5), [(hour(5), hour(5))]);
        assert_eq!(windows(5, 4), [(hour(5), hour(4))], "the server's to refuse");
        assert_eq!(of_time(UtcMillis(i64::MAX - 1), UtcMillis(i64::MAX)).count(), 1);
    }

    proptest! {
        #[test]
        fn pieces_cover_the_grid_once(
            step in 1u64..10_000_000_000,
            points in 0usize..20_000,
            lookback in 0u64..10_000_000,
        ) {
            let step = Duration::from_millis(step);
            let grid = Grid { start: UtcMillis(0), step, points };
            let lookback = Duration::from_secs(lookback);
            let mut next = 0;
            for piece in of_grid(&grid, lookback) {
                prop_assert_eq!(piece.start, next);
                prop_assert!(piece.end > piece.start);
                let span = step * u32::try_from(piece.len() - 1).expect("few");
                prop_assert!(span + lookback <= LONGEST || span <= HOUR);
                prop_assert!(step >= SHORTEST_STEP || span <= LONGEST_FINE);
                next = piece.end;
            }
            prop_assert_eq!(next, points);
        }
    }
}
