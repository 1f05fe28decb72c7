//! The points in time of a query about metrics.
//!
//! All times are aligned. So a dashboard that refreshes every few seconds sends the same query until there is new data,
//! and equal queries of several panels are sent once.

use crate::prometheus::Grid;
use flux::UtcMillis;
use std::time::Duration;

/// Steps of time series, seconds; other steps are rounded up to one of these.
const STEPS: [u64; 23] = [
    1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 10_800, 21_600,
    43_200, 86_400, 172_800, 604_800, 2_592_000,
];
/// Prometheus refuses more than 11,000 points per series.
const MAX_POINTS: u64 = 11_000;
/// For ranges of at least this length, an Azure Monitor workspace requires a step of at least [`LONG_STEP`].
const LONG_RANGE: Duration = Duration::from_secs(48 * 3_600);
const LONG_STEP: Duration = Duration::from_secs(60);
/// "Now" is rounded down to a multiple of this.
const NOW_STEP: Duration = Duration::from_secs(15);
/// Longest window of an instant query, because a workspace refuses more than 32 days.
const LONGEST_WINDOW: Duration = Duration::from_secs(31 * 86_400);
/// Fewest scrapes in a rate window: two are needed, and one may fail.
const SCRAPES: u32 = 4;

/// The time range of a dashboard or of an alert rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeRange {
    /// Beginning.
    pub from: UtcMillis,
    /// End.
    pub to: UtcMillis,
}

/// The resolution that Grafana requests for a time series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolution {
    /// Distance between points that fits the panel's width.
    pub interval: Duration,
    /// Most points that the panel can show.
    pub max_points: u32,
}

impl Default for Resolution {
    /// The resolution for a panel of usual width that shows an hour.
    fn default() -> Self {
        Self { interval: Duration::from_secs(15), max_points: 1_000 }
    }
}

/// The points in time of a query about metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Timing {
    /// The time of instant queries.
    pub at: UtcMillis,
    /// Length of the rate window.
    pub window: Duration,
    /// The points of range queries. `None`: the queries are instant.
    pub grid: Option<Grid>,
}

impl Timing {
    /// One value for the whole range: the state at its end, with rates and means over the whole range.
    pub fn instant(range: TimeRange, scrape_interval: Duration) -> Self {
        let length = length(range).clamp(scrape_interval * SCRAPES, LONGEST_WINDOW);
        let window = Duration::from_secs(length.as_secs().max(1));
        Self { at: floor(range.to, scrape_interval.min(NOW_STEP)), window, grid: None }
    }

    /// One value for each step of the range. The range's ends are multiples of the step; a rate window covers at least
    /// four scrapes and at least the step.
    pub fn range(range: TimeRange, resolution: Resolution, scrape_interval: Duration) -> Self {
        let length = length(range);
        let most = u64::from(resolution.max_points).clamp(1, MAX_POINTS);
        let mut step = resolution.interval.max(scrape_interval);
        step = step.max(Duration::from_millis(
            length.as_millis().div_ceil(most.into()).try_into().unwrap_or(u64::MAX),
        ));
        if length >= LONG_RANGE {
            step = step.max(LONG_STEP);
        }
        let seconds = step.as_millis().div_ceil(1_000);
        let step = STEPS.iter().find(|known| u128::from(**known) >= seconds);
        let step = Duration::from_secs(
            step.copied().unwrap_or_else(|| seconds.try_into().unwrap_or(u64::MAX)),
        );
        let (start, end) = (floor(range.from, step), floor(range.to.max(range.from), step));
        let mut grid = Grid { start, step, points: 1 };
        let points = (end.0 - start.0) / grid.step_millis() + 1;
        grid.points = usize::try_from(points).unwrap_or(1);
        let window = (scrape_interval * SCRAPES).max(step + scrape_interval);
        Self { at: grid.end(), window, grid: Some(grid) }
    }
}

/// Length of a range; zero when it ends before it begins.
fn length(range: TimeRange) -> Duration {
    Duration::from_millis(u64::try_from(range.to.0.saturating_sub(range.from.0)).unwrap_or(0))
}

/// The latest multiple of `step` that isn't after `at`.
fn floor(at: UtcMillis, step: Duration) -> UtcMillis {
    let step = i64::try_from(step.as_millis()).unwrap_or(i64::MAX).max(1);
    UtcMillis(at.0 - at.0.rem_euclid(step))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;
    const SCRAPE: Duration = Duration::from_secs(30);

    fn range(from: i64, to: i64, interval: u64, max_points: u32) -> (i64, i64, u64, u64) {
        let range = TimeRange { from: UtcMillis(from), to: UtcMillis(to) };
        let resolution = Resolution { interval: Duration::from_secs(interval), max_points };
        let timing = Timing::range(range, resolution, SCRAPE);
        let grid = timing.grid.expect("a range");
        assert_eq!(timing.at, grid.end());
        (grid.start.0, grid.end().0, grid.step.as_secs(), timing.window.as_secs())
    }

    #[test]
    fn an_hour_has_a_point_per_scrape() {
        let hour = 60 * MINUTE;
        assert_eq!(range(7, hour + 7, 15, 1_000), (0, hour, 30, 120));
        assert_eq!(
            range(29_999, hour + 29_999, 15, 1_000),
            (0, hour, 30, 120),
            "the same question"
        );
        assert_eq!(
            range(0, hour, 15, 30),
            (0, hour, 120, 150),
            "as many points as there is room for"
        );
    }

    #[test]
    fn long_ranges_have_steps_that_a_workspace_takes() {
        let day = 24 * 60 * MINUTE;
        assert_eq!(range(0, 2 * day, 1, 43_200).2, 60);
        let (start, end, step, _) = range(0, 90 * day, 1, 1_000_000);
        assert_eq!(step, 900);
        assert!((end - start) / 1_000 / 900 < 11_000);
    }

    #[test]
    fn odd_ranges_have_one_point() {
        assert_eq!(range(MINUTE, MINUTE, 15, 100), (MINUTE, MINUTE, 30, 120));
        assert_eq!(range(2 * MINUTE, MINUTE, 0, 0), (2 * MINUTE, 2 * MINUTE, 30, 120));
        assert_eq!(range(i64::MAX - 1, i64::MAX, 15, 100).3, 120);
    }

    #[test]
    fn an_instant_is_about_the_whole_range() {
        let instant = |from, to| {
            let range = TimeRange { from: UtcMillis(from), to: UtcMillis(to) };
            let timing = Timing::instant(range, SCRAPE);
            assert_eq!(timing.grid, None);
            (timing.at.0, timing.window.as_secs())
        };
        assert_eq!(instant(7, 60 * MINUTE + 7), (60 * MINUTE, 3_600));
        assert_eq!(instant(MINUTE, MINUTE), (MINUTE, 120));
        assert_eq!(instant(0, 400 * 24 * 60 * MINUTE).1, 31 * 86_400);
    }
}
