//! Aggregations: the groups of series, and each group's value at each point.

use super::PromqlError;
use super::value::{Item, Merger, NAME, Points};
use crate::Labels;
use crate::metrics::float;
use flux::Text;
use foldhash::fast::RandomState;
use promql_parser::parser::LabelModifier;
use promql_parser::parser::token::{
    T_AVG, T_BOTTOMK, T_COUNT, T_COUNT_VALUES, T_GROUP, T_MAX, T_MIN, T_QUANTILE, T_STDDEV,
    T_STDVAR, T_SUM, T_TOPK, TokenType,
};
use std::collections::HashMap;

/// An aggregation that can take one value after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fold {
    Sum,
    Average,
    Minimum,
    Maximum,
    Count,
    Group,
    Deviation,
    Variance,
}

/// Any aggregation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aggregation {
    Fold(Fold),
    /// The series with the largest values.
    Top,
    /// The series with the smallest values.
    Bottom,
    Quantile,
    CountValues,
}

impl Aggregation {
    pub(super) fn of(token: TokenType) -> Result<Self, PromqlError> {
        Ok(match token.id() {
            T_SUM => Self::Fold(Fold::Sum),
            T_AVG => Self::Fold(Fold::Average),
            T_MIN => Self::Fold(Fold::Minimum),
            T_MAX => Self::Fold(Fold::Maximum),
            T_COUNT => Self::Fold(Fold::Count),
            T_GROUP => Self::Fold(Fold::Group),
            T_STDDEV => Self::Fold(Fold::Deviation),
            T_STDVAR => Self::Fold(Fold::Variance),
            T_TOPK => Self::Top,
            T_BOTTOMK => Self::Bottom,
            T_QUANTILE => Self::Quantile,
            T_COUNT_VALUES => Self::CountValues,
            _ => return Err(PromqlError::NotSupported(format!("aggregation {token} is"))),
        })
    }
}

/// The group of a series: the metric's name, if it is kept, and labels.
pub(super) fn group_of(item: &Item, modifier: Option<&LabelModifier>) -> (Option<Text>, Labels) {
    match modifier {
        None => (None, Labels::default()),
        Some(LabelModifier::Include(wanted)) => {
            let has = |name: &str| wanted.labels.iter().any(|label| label == name);
            let name = item.name.clone().filter(|_| has(NAME));
            (name, kept(&item.labels, has))
        }
        Some(LabelModifier::Exclude(unwanted)) => {
            let has = |name: &str| unwanted.labels.iter().any(|label| label == name);
            (None, kept(&item.labels, |name| !has(name)))
        }
    }
}

/// The labels for which `keep` is true.
pub(super) fn kept(labels: &Labels, keep: impl Fn(&str) -> bool) -> Labels {
    let kept = labels.iter().filter(|(name, _)| keep(name));
    kept.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Groups, in the order in which they first appear.
struct Groups<T> {
    found: Vec<((Option<Text>, Labels), T)>,
    places: HashMap<(Option<Text>, Labels), usize, RandomState>,
}

impl<T> Default for Groups<T> {
    fn default() -> Self {
        Self { found: Vec::new(), places: HashMap::default() }
    }
}

impl<T> Groups<T> {
    fn get(&mut self, group: (Option<Text>, Labels), new: impl FnOnce() -> T) -> &mut T {
        let place = self.places.get(&group).copied().unwrap_or_else(|| {
            let place = self.found.len();
            self.places.insert(group.clone(), place);
            self.found.push((group, new()));
            place
        });
        &mut self.found[place].1
    }
}

/// A group's values so far, one per point.
struct Folded {
    counts: Vec<u64>,
    /// Sum, minimum, maximum or mean.
    values: Vec<f64>,
    /// Sums of squared differences from the mean; empty when the aggregation doesn't need them.
    squares: Vec<f64>,
}

/// Aggregates series one at a time, so that they needn't all be in memory at once.
pub(super) struct Folder<'a> {
    fold: Fold,
    modifier: Option<&'a LabelModifier>,
    points: usize,
    groups: Groups<Folded>,
}

impl<'a> Folder<'a> {
    pub(super) fn new(fold: Fold, modifier: Option<&'a LabelModifier>, points: usize) -> Self {
        Self { fold, modifier, points, groups: Groups::default() }
    }

    pub(super) fn add(&mut self, item: &Item) {
        let (fold, points) = (self.fold, self.points);
        let spread = matches!(fold, Fold::Deviation | Fold::Variance);
        let folded = self.groups.get(group_of(item, self.modifier), || Folded {
            counts: vec![0; points],
            values: vec![0.0; points],
            squares: vec![0.0; if spread { points } else { 0 }],
        });
        for (index, value) in item.points.present() {
            let (count, known) = (&mut folded.counts[index], &mut folded.values[index]);
            *count += 1;
            if *count == 1 {
                *known = if fold == Fold::Group { 1.0 } else { value };
                continue;
            }
            match fold {
                Fold::Sum | Fold::Average => *known += value,
                Fold::Minimum if value < *known || known.is_nan() => *known = value,
                Fold::Maximum if value > *known || known.is_nan() => *known = value,
                Fold::Minimum | Fold::Maximum | Fold::Count | Fold::Group => {}
                Fold::Deviation | Fold::Variance => {
                    let away = value - *known;
                    *known += away / float(*count);
                    folded.squares[index] += away * (value - *known);
                }
            }
        }
    }

    pub(super) fn finish(self) -> Vec<Item> {
        let fold = self.fold;
        let groups = self.groups.found.into_iter();
        let items = groups.map(|((name, labels), Folded { counts, values, squares })| {
            let value = |index: usize, count: u64| match fold {
                Fold::Sum | Fold::Minimum | Fold::Maximum | Fold::Group => values[index],
                Fold::Average => values[index] / float(count),
                Fold::Count => float(count),
                Fold::Variance => squares[index] / float(count),
                Fold::Deviation => (squares[index] / float(count)).sqrt(),
            };
            let values = counts.iter().enumerate();
            let values = values.map(|(index, count)| (*count > 0).then(|| value(index, *count)));
            Item { name, labels, points: Points::from_values(values) }
        });
        items.filter(|item| !item.points.is_absent()).collect()
    }
}

/// The `limit` series of each group with the largest or smallest values, at each point. For a single point the series
/// are sorted by value.
pub(super) fn extremes(
    items: Vec<Item>,
    modifier: Option<&LabelModifier>,
    limits: &[f64],
    largest: bool,
) -> Vec<Item> {
    let mut groups: Groups<Vec<Item>> = Groups::default();
    for item in items {
        groups.get(group_of(&item, modifier), Vec::new).push(item);
    }
    let mut found = Vec::new();
    for (_, items) in groups.found {
        let mut chosen: Vec<Points> =
            items.iter().map(|item| Points::absent(item.points.len())).collect();
        let mut order: Vec<usize> = Vec::new();
        for (index, limit) in limits.iter().enumerate() {
            let mut values: Vec<(usize, f64)> = items
                .iter()
                .enumerate()
                .filter_map(|(place, item)| Some((place, item.points.get(index)?)))
                .collect();
            values.sort_by(|(_, left), (_, right)| match (left.is_nan(), right.is_nan()) {
                (false, false) if largest => right.total_cmp(left),
                (false, false) => left.total_cmp(right),
                (left, right) => left.cmp(&right),
            });
            values.truncate(count_of(*limit));
            for (place, value) in &values {
                chosen[*place].set(index, *value);
            }
            if limits.len() == 1 {
                order = values.into_iter().map(|(place, _)| place).collect();
            }
        }
        if limits.len() > 1 {
            order = (0..items.len()).collect();
        }
        let mut parts: Vec<Option<(Item, Points)>> =
            items.into_iter().zip(chosen).map(Some).collect();
        for place in order {
            let Some((item, points)) = parts[place].take() else { continue };
            if !points.is_absent() {
                found.push(Item { points, ..item });
            }
        }
    }
    found
}

/// A limit as a number of series; a value below 1 means none.
fn count_of(limit: f64) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "as casts in Rust stop at the bounds, and NaN becomes 0"
    )]
    let count = limit as usize;
    count
}

/// The quantile of each group's values; `quantile` has the quantile of each point.
pub(super) fn quantiles(
    items: Vec<Item>,
    modifier: Option<&LabelModifier>,
    quantile: &[f64],
) -> Vec<Item> {
    let mut groups: Groups<Vec<Points>> = Groups::default();
    for item in items {
        groups.get(group_of(&item, modifier), Vec::new).push(item.points);
    }
    let groups = groups.found.into_iter().map(|((name, labels), members)| {
        let values = quantile.iter().enumerate().map(|(index, quantile)| {
            let values: Vec<f64> = members.iter().filter_map(|points| points.get(index)).collect();
            (!values.is_empty()).then(|| quantile_of(*quantile, values))
        });
        Item { name, labels, points: Points::from_values(values) }
    });
    groups.collect()
}

fn quantile_of(quantile: f64, mut values: Vec<f64>) -> f64 {
    if quantile.is_nan() {
        return f64::NAN;
    }
    if quantile < 0.0 {
        return f64::NEG_INFINITY;
    }
    if quantile > 1.0 {
        return f64::INFINITY;
    }
    // NaN sorts before every number.
    values.sort_by(|left, right| match (left.is_nan(), right.is_nan()) {
        (false, false) => left.total_cmp(right),
        (left, right) => right.cmp(&left),
    });
    let rank = quantile * float(values.len() as u64 - 1);
    let lower = count_of(rank.floor()).min(values.len() - 1);
    let upper = (lower + 1).min(values.len() - 1);
    let weight = rank - rank.floor();
    values[lower] * (1.0 - weight) + values[upper] * weight
}

/// Number of series of each group with each value; the label `to` has the value.
pub(super) fn count_values(
    items: Vec<Item>,
    modifier: Option<&LabelModifier>,
    to: &str,
    points: usize,
) -> Result<Vec<Item>, PromqlError> {
    let mut groups: Groups<Vec<u64>> = Groups::default();
    for item in items {
        let (name, labels) = group_of(&item, modifier);
        for (index, value) in item.points.present() {
            let group =
                Item { name: name.clone(), labels: labels.clone(), points: Points::absent(0) };
            let group = group.with_label(to, Text::from(text_of(value)));
            groups.get((group.name, group.labels), || vec![0; points])[index] += 1;
        }
    }
    let mut merger = Merger::default();
    for ((name, labels), counts) in groups.found {
        let values = counts.into_iter().map(|count| (count > 0).then(|| float(count)));
        merger.add(Item { name, labels, points: Points::from_values(values) })?;
    }
    Ok(merger.finish())
}

/// A number as Prometheus writes it in labels and replies.
pub fn text_of(value: f64) -> String {
    if value == f64::INFINITY {
        "+Inf".to_owned()
    } else if value == f64::NEG_INFINITY {
        "-Inf".to_owned()
    } else {
        value.to_string()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::float_cmp, reason = "results are exact")]

    use super::*;

    fn item(name: &str, values: &[Option<f64>]) -> Item {
        let labels = [(Text::from("name"), Text::from(name))].into_iter().collect();
        Item { name: None, labels, points: Points::from_values(values.iter().copied()) }
    }

    fn folded(fold: Fold, values: &[f64]) -> f64 {
        let mut folder = Folder::new(fold, None, 1);
        for value in values {
            folder.add(&item("x", &[Some(*value)]));
        }
        folder.finish()[0].points.get(0).expect("a value")
    }

    #[test]
    fn folds() {
        let values = [2.0, 4.0, 9.0];
        for (fold, expected) in [
            (Fold::Sum, 15.0),
            (Fold::Average, 5.0),
            (Fold::Minimum, 2.0),
            (Fold::Maximum, 9.0),
            (Fold::Count, 3.0),
            (Fold::Group, 1.0),
        ] {
            assert_eq!(folded(fold, &values), expected, "{fold:?}");
        }
        assert!((folded(Fold::Variance, &values) - 26.0 / 3.0).abs() < 1e-12);
        assert_eq!(folded(Fold::Maximum, &[f64::NAN, 1.0]), 1.0);
        assert!(folded(Fold::Sum, &[f64::NAN, 1.0]).is_nan());
    }

    #[test]
    fn the_largest_come_in_order_and_nan_last() {
        let items = || {
            vec![
                item("a", &[Some(1.0)]),
                item("b", &[Some(f64::NAN)]),
                item("c", &[Some(3.0)]),
                item("d", &[None]),
            ]
        };
        let names = |items: Vec<Item>| -> Vec<String> {
            items.iter().map(|item| item.label("name").to_owned()).collect()
        };
        assert_eq!(names(extremes(items(), None, &[2.0], true)), ["c", "a"]);
        assert_eq!(names(extremes(items(), None, &[9.0], false)), ["a", "c", "b"]);
        assert!(extremes(items(), None, &[0.5], true).is_empty());
        assert!(extremes(items(), None, &[f64::NAN], true).is_empty());
    }

    #[test]
    fn quantiles_lie_between_values() {
        let quantile = |q| quantile_of(q, vec![4.0, 1.0, 2.0]);
        assert_eq!([0.0, 0.5, 0.75, 1.0].map(quantile), [1.0, 2.0, 3.0, 4.0]);
        assert_eq!((quantile(-0.1), quantile(1.1)), (f64::NEG_INFINITY, f64::INFINITY));
    }

    #[test]
    fn numbers_are_written_without_exponents() {
        assert_eq!(
            [1e21, 1e-7, 0.5, f64::INFINITY].map(text_of),
            ["1000000000000000000000", "0.0000001", "0.5", "+Inf"]
        );
    }
}
