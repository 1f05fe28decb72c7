//! Series of Prometheus' replies, independent of their JSON.

use flux::{Text, UtcMillis};
use std::time::Duration;

/// The labels of a series, without `__name__`; sorted by name, no name twice, none with an empty value (which is the
/// same as none for Prometheus).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Labels(Vec<(Text, Text)>);

impl Labels {
    /// The value of a label; empty when the series doesn't have the label.
    pub fn get(&self, name: &str) -> &str {
        match self.0.binary_search_by(|(known, _)| known.as_str().cmp(name)) {
            Ok(index) => &self.0[index].1,
            Err(_) => "",
        }
    }

    /// Name and value of each label, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&Text, &Text)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// Number of labels.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// `true` when the series has no labels.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(Text, Text)> for Labels {
    /// When a name occurs twice, the last value counts.
    fn from_iter<I: IntoIterator<Item = (Text, Text)>>(labels: I) -> Self {
        let mut labels: Vec<_> = labels.into_iter().collect();
        labels.sort_by(|(left, _), (right, _)| left.cmp(right));
        labels.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            if same {
                earlier.1 = later.1.clone();
            }
            same
        });
        labels.retain(|(_, value)| !value.is_empty());
        Self(labels)
    }
}

/// One series of an instant vector, at the time of the query.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Its labels.
    pub labels: Labels,
    /// Its value; NaN and infinities are values like any other.
    pub value: f64,
}

/// One series of a range query.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its labels.
    pub labels: Labels,
    /// One value per point of the [`Grid`], in order. NaN: there is no sample at that time, or the sample is NaN.
    pub values: Vec<f64>,
}

/// The points in time of a range query: `start`, `start + step`, …; Prometheus answers for these only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Grid {
    /// The first point.
    pub start: UtcMillis,
    /// Distance between two points; whole milliseconds, at least one.
    pub step: Duration,
    /// Number of points; at least one.
    pub points: usize,
}

impl Grid {
    /// Milliseconds between two points.
    pub fn step_millis(&self) -> i64 {
        i64::try_from(self.step.as_millis()).unwrap_or(i64::MAX).max(1)
    }

    /// The time of a point.
    pub fn time(&self, index: usize) -> UtcMillis {
        let index = i64::try_from(index).unwrap_or(i64::MAX);
        UtcMillis(self.start.0.saturating_add(self.step_millis().saturating_mul(index)))
    }

    /// The last point.
    pub fn end(&self) -> UtcMillis {
        self.time(self.points.saturating_sub(1))
    }

    /// All points, in order.
    pub fn times(&self) -> impl Iterator<Item = UtcMillis> + use<> {
        let grid = *self;
        (0..grid.points).map(move |index| grid.time(index))
    }

    /// The index of the point at a time. `None`: no point is at that time.
    pub fn index(&self, at: UtcMillis) -> Option<usize> {
        let since = at.0.checked_sub(self.start.0)?;
        let (index, rest) =
            (since.div_euclid(self.step_millis()), since.rem_euclid(self.step_millis()));
        usize::try_from(index).ok().filter(|index| rest == 0 && *index < self.points)
    }
}

/// The answer of an endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply<T> {
    /// The series.
    pub items: Vec<T>,
    /// The server's warnings, for example that the answer is partial, and our own about what was left out: at most about a
    /// dozen lines that can be shown.
    pub warnings: Vec<String>,
    /// Number of series that were left out because of the limit.
    pub left_out: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_sorted_and_unique() {
        let labels: Labels = [("b", "2"), ("a", "1"), ("c", ""), ("b", "3")]
            .map(|(name, value)| (Text::from(name), Text::from(value)))
            .into_iter()
            .collect();
        assert_eq!((labels.get("a"), labels.get("b"), labels.get("c")), ("1", "3", ""));
        assert_eq!(labels.len(), 2);
    }

    #[test]
    fn a_grid_knows_its_points() {
        let grid = Grid { start: UtcMillis(60_000), step: Duration::from_secs(30), points: 3 };
        let times: Vec<i64> = grid.times().map(|time| time.0).collect();
        assert_eq!(times, [60_000, 90_000, 120_000]);
        assert_eq!(grid.end(), UtcMillis(120_000));
        assert_eq!(grid.index(UtcMillis(90_000)), Some(1));
        for at in [0, 60_001, 150_000] {
            assert_eq!(grid.index(UtcMillis(at)), None);
        }
    }
}
