//! Functions of instant vectors and numbers.

use super::PromqlError;
use super::value::{Item, Merger, Points};
use crate::metrics::float;
use crate::{Grid, Labels};
use flux::Text;
use foldhash::fast::RandomState;
use regex::Regex;
use std::collections::HashMap;

/// A function that changes each value on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EachFunction {
    Abs,
    Ceil,
    Floor,
    Round,
    Clamp,
    ClampMin,
    ClampMax,
}

impl EachFunction {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "abs" => Self::Abs,
            "ceil" => Self::Ceil,
            "floor" => Self::Floor,
            "round" => Self::Round,
            "clamp" => Self::Clamp,
            "clamp_min" => Self::ClampMin,
            "clamp_max" => Self::ClampMax,
            _ => return None,
        })
    }

    /// The changed value; `arguments` are the function's numbers at that point. `None`: the value is dropped.
    pub(super) fn apply(self, value: f64, arguments: &[f64]) -> Option<f64> {
        let argument = |index: usize| arguments.get(index).copied();
        Some(match self {
            Self::Abs => value.abs(),
            Self::Ceil => value.ceil(),
            Self::Floor => value.floor(),
            Self::Round => {
                let inverse = 1.0 / argument(0).unwrap_or(1.0);
                (value * inverse + 0.5).floor() / inverse
            }
            Self::Clamp => {
                let (least, most) = (argument(0)?, argument(1)?);
                if most < least {
                    return None;
                }
                larger(least, smaller(most, value))
            }
            Self::ClampMin => larger(argument(0)?, value),
            Self::ClampMax => smaller(argument(0)?, value),
        })
    }
}

/// The larger of two numbers; NaN when either is NaN.
fn larger(left: f64, right: f64) -> f64 {
    if left.is_nan() || right.is_nan() { f64::NAN } else { left.max(right) }
}

fn smaller(left: f64, right: f64) -> f64 {
    if left.is_nan() || right.is_nan() { f64::NAN } else { left.min(right) }
}

/// `label_replace`: sets a label to the text that a pattern makes of another label.
pub(super) struct LabelReplace<'a> {
    pub(super) to: &'a str,
    pub(super) replacement: &'a str,
    pub(super) from: &'a str,
    pub(super) pattern: &'a str,
}

impl LabelReplace<'_> {
    pub(super) fn apply(&self, items: Vec<Item>) -> Result<Vec<Item>, PromqlError> {
        let pattern = Regex::new(&format!("^(?:{})$", self.pattern)).map_err(|_| {
            let text = format!("invalid regular expression in label_replace(): {}", self.pattern);
            PromqlError::Argument(text)
        })?;
        check_label(self.to, "label_replace")?;
        let mut merger = Merger::default();
        for item in items {
            let Some(captures) = pattern.captures(item.label(self.from)) else {
                merger.add(item)?;
                continue;
            };
            let mut value = String::new();
            captures.expand(self.replacement, &mut value);
            merger.add(item.with_label(self.to, Text::from(value)))?;
        }
        Ok(merger.finish())
    }
}

/// `label_join`: sets a label to the joined values of other labels.
pub(super) fn label_join(
    items: Vec<Item>,
    to: &str,
    separator: &str,
    from: &[&str],
) -> Result<Vec<Item>, PromqlError> {
    check_label(to, "label_join")?;
    let mut merger = Merger::default();
    for item in items {
        let values: Vec<&str> = from.iter().map(|label| item.label(label)).collect();
        let value = Text::from(values.join(separator));
        merger.add(item.with_label(to, value))?;
    }
    Ok(merger.finish())
}

fn check_label(label: &str, function: &str) -> Result<(), PromqlError> {
    let letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    let valid = label.starts_with(letter) && label.chars().all(|c| letter(c) || c.is_ascii_digit());
    if valid {
        return Ok(());
    }
    let text = format!("invalid destination label name in {function}(): {label}");
    Err(PromqlError::Argument(text))
}

/// Sorts by the value at the only point, as instant queries do. NaN comes last in both directions.
pub(super) fn sort(items: &mut [Item], descending: bool) {
    let value = |item: &Item| item.points.get(0).unwrap_or(f64::NAN);
    items.sort_by(|left, right| {
        let (left, right) = (value(left), value(right));
        let order = match (left.is_nan(), right.is_nan()) {
            (false, false) => left.total_cmp(&right),
            (left, right) => return left.cmp(&right),
        };
        if descending { order.reverse() } else { order }
    });
}

/// `histogram_quantile`: the quantile of each histogram; `quantile` has the quantile of each point.
pub(super) fn histogram_quantile(quantile: &[f64], items: Vec<Item>) -> Vec<Item> {
    let mut histograms: Vec<(Labels, Vec<(f64, Points)>)> = Vec::new();
    let mut places: HashMap<Labels, usize, RandomState> = HashMap::default();
    for item in items {
        let Some(bound) = number(item.labels.get("le")) else { continue };
        let rest = item.labels.iter().filter(|(name, _)| *name != "le");
        let labels: Labels = rest.map(|(name, value)| (name.clone(), value.clone())).collect();
        let place = *places.entry(labels.clone()).or_insert_with(|| {
            histograms.push((labels, Vec::new()));
            histograms.len() - 1
        });
        histograms[place].1.push((bound, item.points));
    }
    let mut found = Vec::new();
    for (labels, mut buckets) in histograms {
        buckets.sort_by(|(left, _), (right, _)| left.total_cmp(right));
        let values = quantile.iter().enumerate().map(|(index, quantile)| {
            let counts: Vec<(f64, f64)> = buckets
                .iter()
                .filter_map(|(bound, points)| Some((*bound, points.get(index)?)))
                .collect();
            bucket_quantile(*quantile, counts)
        });
        found.push(Item { name: None, labels, points: Points::from_values(values) });
    }
    found
}

/// The number of a bound, from the text of the label `le`.
fn number(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// The quantile of one histogram at one point, from buckets sorted by bound. `None`: there is no bucket.
fn bucket_quantile(quantile: f64, buckets: Vec<(f64, f64)>) -> Option<f64> {
    let (last, _) = *buckets.last()?;
    if quantile.is_nan() {
        return Some(f64::NAN);
    }
    if !(0.0..=1.0).contains(&quantile) {
        return Some(if quantile < 0.0 { f64::NEG_INFINITY } else { f64::INFINITY });
    }
    if last != f64::INFINITY {
        return Some(f64::NAN);
    }
    // Buckets with equal bounds are merged, and no bucket counts less than the one before it.
    let mut merged: Vec<(f64, f64)> = Vec::with_capacity(buckets.len());
    for (bound, count) in buckets {
        match merged.last_mut() {
            #[expect(clippy::float_cmp, reason = "bounds are the same text or another")]
            Some((known, sum)) if *known == bound => *sum += count,
            _ => merged.push((bound, count)),
        }
    }
    let mut most = f64::NEG_INFINITY;
    for (_, count) in &mut merged {
        if *count > most {
            most = *count;
        } else if *count < most {
            *count = most;
        }
    }
    let (Some((_, observations)), true) = (merged.last().copied(), merged.len() > 1) else {
        return Some(f64::NAN);
    };
    if observations == 0.0 {
        return Some(f64::NAN);
    }
    let mut rank = quantile * observations;
    let place = merged[..merged.len() - 1].partition_point(|(_, count)| *count < rank);
    if place == merged.len() - 1 {
        return Some(merged[place - 1].0);
    }
    let (end, mut count) = merged[place];
    if place == 0 && end <= 0.0 {
        return Some(end);
    }
    let mut start = 0.0;
    if place > 0 {
        let (bound, before) = merged[place - 1];
        (start, count, rank) = (bound, count - before, rank - before);
    }
    Some(start + (end - start) * (rank / count))
}

/// The time of each point, seconds.
pub(super) fn time(grid: &Grid) -> Vec<f64> {
    let seconds = |millis: i64| float(millis.unsigned_abs()) / 1e3;
    let signed = |millis: i64| if millis < 0 { -seconds(millis) } else { seconds(millis) };
    grid.times().map(|at| signed(at.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_odd_histograms() {
        let inf = f64::INFINITY;
        let quantile = |q, buckets: &[(f64, f64)]| bucket_quantile(q, buckets.to_vec());
        let usual = [(1.0, 2.0), (2.0, 4.0), (inf, 8.0)];
        assert_eq!(quantile(0.5, &usual), Some(2.0));
        assert_eq!(quantile(0.25, &usual), Some(1.0));
        assert_eq!(quantile(0.375, &usual), Some(1.5));
        // Above the last finite bound the value isn't known, so the bound is returned.
        assert_eq!(quantile(0.9, &usual), Some(2.0));
        assert_eq!((quantile(-1.0, &usual), quantile(2.0, &usual)), (Some(-inf), Some(inf)));
        assert_eq!(quantile(0.5, &[]), None);
        for nothing in [&usual[..2], &[(inf, 3.0)][..], &[(1.0, 0.0), (inf, 0.0)][..]] {
            assert!(quantile(0.5, nothing).is_some_and(f64::is_nan), "{nothing:?}");
        }
        // A bucket that counts less than the one before it is raised.
        assert_eq!(quantile(0.5, &[(1.0, 4.0), (2.0, 3.0), (inf, 4.0)]), Some(0.5));
        assert_eq!(quantile(0.5, &[(-1.0, 4.0), (inf, 4.0)]), Some(-1.0));
    }

    #[test]
    fn functions_keep_nan_and_round_as_prometheus_does() {
        for (function, value, arguments, expected) in [
            (EachFunction::Round, 2.5, vec![], 3.0),
            (EachFunction::Round, -2.5, vec![], -2.0),
            (EachFunction::Round, 7.0, vec![5.0], 5.0),
            (EachFunction::Clamp, 7.0, vec![1.0, 5.0], 5.0),
            (EachFunction::ClampMin, 7.0, vec![9.0], 9.0),
            (EachFunction::ClampMax, 7.0, vec![9.0], 7.0),
            (EachFunction::Abs, -7.5, vec![], 7.5),
            (EachFunction::Ceil, 1.2, vec![], 2.0),
            (EachFunction::Floor, 1.8, vec![], 1.0),
        ] {
            assert_eq!(function.apply(value, &arguments), Some(expected), "{function:?} {value}");
        }
        assert_eq!(EachFunction::Clamp.apply(7.0, &[5.0, 1.0]), None);
        assert!(EachFunction::ClampMax.apply(f64::NAN, &[1.0]).is_some_and(f64::is_nan));
    }
}
