//! What endpoints answered, put together: one line of values per group, whichever endpoints know of it.

use super::quantile::{Bucket, quantile};
use super::{Measure, Metric};
use crate::prometheus::Aggregation;
use crate::query::ask::{EndpointAnswer, Part};
use std::collections::BTreeMap;

/// One series of a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Combined {
    /// The values of the labels that the query groups by, in their order. `None`: its series don't have it.
    pub labels: Vec<Option<String>>,
    /// One for an instant, else one per point; NaN: none.
    pub values: Vec<f64>,
}

/// All series of a metric, sorted by labels; those without any value are left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CombinedMetric {
    /// The series.
    pub series: Vec<Combined>,
    /// Series that several endpoints know, and of which the first counts since they can't be put together.
    pub doubled: usize,
    /// Series with a quantile beyond the largest bound of the histogram.
    pub beyond: usize,
}

/// How the values of two endpoints become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Merge {
    Sum,
    Max,
    First,
}

/// What is known of one group.
#[derive(Default)]
struct Group {
    whole: Vec<f64>,
    part: Vec<f64>,
    base: Vec<f64>,
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

    /// `true` when a value of it says no more than "this or beyond".
    pub(in crate::query) fn is_last_bound(&self, value: f64) -> bool {
        match self.measure {
            Measure::Quantile { last_bounds, .. } => {
                last_bounds.iter().any(|bound| (value - bound).abs() <= bound * 1e-9)
            }
            _ => false,
        }
    }
}

/// Puts the answers of all endpoints together. `labels` is how many labels the query groups by, `wanted` the quantile.
pub fn combine(
    metric: &Metric,
    answers: &[EndpointAnswer],
    labels: usize,
    wanted: f64,
) -> CombinedMetric {
    let merge = metric.merge();
    let mut groups: BTreeMap<Vec<Option<String>>, Group> = BTreeMap::new();
    for (ask, line) in answers.iter().flat_map(EndpointAnswer::lines) {
        let (of_group, more) = line.labels.split_at(labels.min(line.labels.len()));
        let key = of_group.iter().map(|label| label.map(str::to_owned)).collect();
        let group = groups.entry(key).or_default();
        match ask.part {
            Part::Part => add(&mut group.part, line.values, Merge::Sum),
            Part::Base => add(&mut group.base, line.values, Merge::Sum),
            Part::Buckets => {
                // A bucket without a bound is none.
                let bound = more.first().copied().flatten().and_then(|le| le.parse::<f64>().ok());
                let Some(bound) = bound else { continue };
                let same = |known: f64| known.total_cmp(&bound).is_eq();
                match group.buckets.iter_mut().find(|(known, _)| same(*known)) {
                    Some((_, sum)) => add(sum, line.values, Merge::Sum),
                    None => group.buckets.push((bound, line.values.to_vec())),
                }
            }
            _ => {
                group.doubled |= merge == Merge::First && overlap(&group.whole, line.values);
                add(&mut group.whole, line.values, merge);
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
        } else if group.base.is_empty() {
            combined.beyond +=
                usize::from(group.whole.iter().any(|value| metric.is_last_bound(*value)));
            group.whole
        } else {
            let share =
                |(part, base): (&f64, &f64)| if *base > 0.0 { part / base } else { f64::NAN };
            group.part.iter().zip(&group.base).map(share).collect()
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

/// Adds values point by point; what one side lacks, the other has alone.
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

/// The quantile at each point, and whether one of them lies beyond the largest bound.
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
