//! Merges the replies of all endpoints: one series per combination of labels.

use super::quantile::{Bucket, quantile};
use super::render::Quantity;
use super::{Measure, Metric};
use crate::prometheus::Aggregation;
use crate::query::expression::EndpointSeries;
use std::collections::BTreeMap;

/// One series of a metric.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::query) struct Combined {
    /// The values of the labels by which the query groups, in order. `None`: the series don't have the label.
    pub(in crate::query) labels: Vec<Option<String>>,
    /// One value for an instant query, otherwise one per point; NaN where there is no value.
    pub(in crate::query) values: Vec<f64>,
}

/// All series of a metric, sorted by labels; those without any value are left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::query) struct CombinedMetric {
    /// The series.
    pub(in crate::query) series: Vec<Combined>,
    /// Number of series that several endpoints have. They can't be merged, so the values of the first endpoint are
    /// used.
    pub(in crate::query) doubled: usize,
    /// Number of series whose quantile is above the largest bound of the histogram.
    pub(in crate::query) beyond: usize,
}

/// How the values of two endpoints are merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Merge {
    Sum,
    Max,
    First,
}

/// The replies of all endpoints for one combination of labels.
#[derive(Default)]
struct Gathered {
    values: Vec<f64>,
    dividend: Vec<f64>,
    divisor: Vec<f64>,
    buckets: Vec<(f64, Vec<f64>)>,
    doubled: bool,
}

impl Metric {
    fn merge(&self) -> Merge {
        match self.measure {
            Measure::Gauge { how: Aggregation::Max, .. } => Merge::Max,
            Measure::Gauge { how: Aggregation::Sum | Aggregation::Count, .. }
            | Measure::Told { .. }
            | Measure::Rate { .. }
            | Measure::PartRate { .. }
            | Measure::Objects(_)
            | Measure::PodsDown => Merge::Sum,
            Measure::Share { .. }
            | Measure::Average { .. }
            | Measure::Quantile { .. }
            | Measure::AgainstPast { .. } => Merge::First,
        }
    }

    /// Whether this value of the metric means "this or more".
    pub(in crate::query) fn is_last_bound(&self, value: f64) -> bool {
        match self.measure {
            Measure::Quantile { last_bounds, .. } => {
                last_bounds.iter().any(|bound| (value - bound).abs() <= bound * 1e-9)
            }
            _ => false,
        }
    }
}

/// Puts the replies of all endpoints together. `labels` is the number of labels that the query groups by, `wanted` the
/// quantile.
pub(in crate::query) fn combine(
    metric: &Metric,
    replies: &[EndpointSeries<'_, Quantity>],
    labels: usize,
    wanted: f64,
) -> CombinedMetric {
    let merge = metric.merge();
    let mut groups: BTreeMap<Vec<Option<String>>, Gathered> = BTreeMap::new();
    for (quantity, line) in replies.iter().flat_map(EndpointSeries::lines) {
        let (of_group, more) = line.labels.split_at(labels.min(line.labels.len()));
        let key = of_group.iter().map(|label| label.map(str::to_owned)).collect();
        let group = groups.entry(key).or_default();
        match quantity {
            Quantity::Dividend => add(&mut group.dividend, line.values, Merge::Sum),
            Quantity::Divisor => add(&mut group.divisor, line.values, Merge::Sum),
            Quantity::Buckets => {
                // A series without a bound isn't a bucket.
                let bound = more.first().copied().flatten().and_then(|le| le.parse::<f64>().ok());
                let Some(bound) = bound else { continue };
                let same = |known: f64| known.total_cmp(&bound).is_eq();
                match group.buckets.iter_mut().find(|(known, _)| same(*known)) {
                    Some((_, sum)) => add(sum, line.values, Merge::Sum),
                    None => group.buckets.push((bound, line.values.to_vec())),
                }
            }
            Quantity::Value => {
                group.doubled |= merge == Merge::First && overlap(&group.values, line.values);
                add(&mut group.values, line.values, merge);
            }
        }
    }
    let mut combined = CombinedMetric::default();
    for (labels, mut group) in groups {
        combined.doubled += usize::from(group.doubled);
        let values = if !group.buckets.is_empty() {
            let (values, beyond) = quantiles(&mut group.buckets, wanted);
            combined.beyond += usize::from(beyond);
            values
        } else if group.divisor.is_empty() {
            combined.beyond +=
                usize::from(group.values.iter().any(|value| metric.is_last_bound(*value)));
            group.values
        } else {
            let ratio = |(dividend, divisor): (&f64, &f64)| {
                if *divisor > 0.0 { dividend / divisor } else { f64::NAN }
            };
            group.dividend.iter().zip(&group.divisor).map(ratio).collect()
        };
        if values.iter().any(|value| !value.is_nan()) {
            combined.series.push(Combined { labels, values });
        }
    }
    combined
}

fn overlap(left: &[f64], right: &[f64]) -> bool {
    left.iter().zip(right).any(|(left, right)| !left.is_nan() && !right.is_nan())
}

/// Merges values point by point. Where one side has no value, the other side's value is used.
fn add(sum: &mut Vec<f64>, values: &[f64], merge: Merge) {
    if sum.len() < values.len() {
        sum.resize(values.len(), f64::NAN);
    }
    for (sum, value) in sum.iter_mut().zip(values) {
        *sum = match (sum.is_nan(), value.is_nan()) {
            (true, _) => *value,
            (_, true) => *sum,
            _ => match merge {
                Merge::Sum => *sum + value,
                Merge::Max => sum.max(*value),
                Merge::First => *sum,
            },
        };
    }
}

/// The quantile at each point, and whether one of them is above the largest bound.
fn quantiles(buckets: &mut [(f64, Vec<f64>)], wanted: f64) -> (Vec<f64>, bool) {
    buckets.sort_by(|(left, _), (right, _)| left.total_cmp(right));
    let points = buckets.iter().map(|(_, values)| values.len()).max().unwrap_or_default();
    let mut any_beyond = false;
    let values = (0..points).map(|point| {
        let at = |(bound, values): &(f64, Vec<f64>)| Bucket {
            bound: *bound,
            count: values.get(point).copied().filter(|count| !count.is_nan()).unwrap_or(0.0),
        };
        let here: Vec<Bucket> = buckets.iter().map(at).collect();
        match quantile(&here, wanted) {
            None => f64::NAN,
            Some(found) => {
                any_beyond |= found.beyond;
                found.value
            }
        }
    });
    let values = values.collect();
    (values, any_beyond)
}
