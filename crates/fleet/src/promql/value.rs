//! Values over the points of a grid.

use super::PromqlError;
use crate::Labels;
use flux::Text;
use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Values of a series, one per point of the grid, some of them missing.
#[derive(Clone, Debug)]
pub(super) struct Points(Vec<f64>);

/// Marks a missing value, as in Prometheus' own storage: a NaN that no arithmetic makes.
const ABSENT: u64 = 0x7ff0_0000_0000_0002;

impl Points {
    /// `count` missing values.
    pub(super) fn absent(count: usize) -> Self {
        Self(vec![f64::from_bits(ABSENT); count])
    }

    pub(super) fn from_values(values: impl IntoIterator<Item = Option<f64>>) -> Self {
        let absent = f64::from_bits(ABSENT);
        Self(values.into_iter().map(|value| value.unwrap_or(absent)).collect())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn get(&self, index: usize) -> Option<f64> {
        self.0.get(index).copied().filter(|value| value.to_bits() != ABSENT)
    }

    pub(super) fn set(&mut self, index: usize, value: f64) {
        if let Some(point) = self.0.get_mut(index) {
            *point = value;
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Option<f64>> + '_ {
        self.0.iter().map(|value| (value.to_bits() != ABSENT).then_some(*value))
    }

    /// The values that aren't missing, with their indices.
    pub(super) fn present(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.iter().enumerate().filter_map(|(index, value)| Some((index, value?)))
    }

    /// Whether all values are missing.
    pub(super) fn is_absent(&self) -> bool {
        self.0.iter().all(|value| value.to_bits() == ABSENT)
    }

    /// Changes each value that isn't missing; `None` removes it.
    pub(super) fn map(mut self, mut change: impl FnMut(usize, f64) -> Option<f64>) -> Self {
        for (index, point) in self.0.iter_mut().enumerate() {
            if point.to_bits() != ABSENT {
                *point = change(index, *point).unwrap_or(f64::from_bits(ABSENT));
            }
        }
        self
    }
}

/// A series over the points of the grid.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// The metric. `None`: an operation removed it.
    pub(super) name: Option<Text>,
    pub(super) labels: Labels,
    pub(super) points: Points,
}

/// The label that holds the metric's name.
pub(super) const NAME: &str = "__name__";

impl Item {
    /// The value of a label, or the metric's name for `__name__`; empty when the series doesn't have the label.
    pub(super) fn label(&self, label: &str) -> &str {
        if label == NAME { self.name.as_deref().unwrap_or("") } else { self.labels.get(label) }
    }

    /// The same series with a label set; an empty value removes the label.
    pub(super) fn with_label(mut self, label: &str, value: Text) -> Self {
        if label == NAME {
            self.name = Some(value).filter(|name| !name.is_empty());
            return self;
        }
        let others = self.labels.iter().filter(|(name, _)| *name != label);
        let others = others.map(|(name, value)| (name.clone(), value.clone()));
        self.labels = others.chain([(Text::from(label), value)]).collect();
        self
    }

    /// The series as Prometheus writes a metric: `name{a="b"}`.
    pub(super) fn text(&self) -> String {
        let labels: Vec<String> =
            self.labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
        format!("{}{{{}}}", self.name.as_deref().unwrap_or(""), labels.join(", "))
    }
}

/// The value of an expression.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// A number at each point.
    Scalar(Vec<f64>),
    Vector(Vec<Item>),
    Text(String),
}

/// Merges series with the same name and labels that have values at different points.
#[derive(Default)]
pub(super) struct Merger {
    items: Vec<Item>,
    places: HashMap<(Option<Text>, Labels), usize, RandomState>,
}

impl Merger {
    /// # Errors
    /// Two series with the same name and labels have a value at the same point.
    pub(super) fn add(&mut self, item: Item) -> Result<(), PromqlError> {
        match self.places.entry((item.name.clone(), item.labels.clone())) {
            Entry::Vacant(vacant) => {
                vacant.insert(self.items.len());
                self.items.push(item);
            }
            Entry::Occupied(occupied) => {
                let known = &mut self.items[*occupied.get()].points;
                for (index, value) in item.points.present() {
                    if known.get(index).is_some() {
                        return Err(PromqlError::SameLabelset);
                    }
                    known.set(index, value);
                }
            }
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Vec<Item> {
        self.items
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_value_is_not_a_nan_value() {
        let points = Points::from_values([Some(f64::NAN), None, Some(1.0)]);
        assert!(points.get(0).is_some_and(f64::is_nan));
        assert_eq!((points.get(1), points.get(2), points.get(3)), (None, Some(1.0), None));
        let kept = points.map(|_, value| (!value.is_nan()).then_some(value * 2.0));
        assert_eq!(kept.present().collect::<Vec<_>>(), [(2, 2.0)]);
    }

    #[test]
    fn series_merge_unless_they_meet() {
        let item = |values: [Option<f64>; 2]| Item {
            name: None,
            labels: Labels::default(),
            points: Points::from_values(values),
        };
        let mut merger = Merger::default();
        merger.add(item([Some(1.0), None])).expect("new");
        merger.add(item([None, Some(2.0)])).expect("apart");
        assert_eq!(merger.add(item([None, Some(3.0)])), Err(PromqlError::SameLabelset));
        let items = merger.finish();
        assert_eq!(items.len(), 1);
        assert_eq!(items[0].points.present().count(), 2);
    }
}
