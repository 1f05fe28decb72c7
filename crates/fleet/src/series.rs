//! Series of a simulated Prometheus.

use flux::{Text, UtcMillis};
use std::time::Duration;

/// How scraping labels the series of the Flux controllers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LabelScheme {
    /// Azure's scraping by pod annotations: the pod's namespace is `kubernetes_namespace`, the object's `namespace`.
    #[default]
    PodAnnotations,
    /// A `PodMonitor`: the pod's namespace is `namespace`, the object's `exported_namespace`.
    PodMonitor,
    /// A `PodMonitor` with `honorLabels`: the object's namespace is `namespace`.
    Plain,
}

/// The labels of a series, without `__name__`. They are sorted by name, no name comes twice, and no value is empty (for
/// Prometheus, an empty label is the same as a missing one).
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

    /// `true` when the series has no label.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(Text, Text)> for Labels {
    /// When a name comes twice, the last value counts.
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

/// The points in time of a range query: `start`, `start + step`, ….
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
}
