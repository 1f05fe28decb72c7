//! Operators between numbers, between series and numbers, and between series.

use super::PromqlError;
use super::aggregate::kept;
use super::value::{Item, Merger, NAME, Points};
use crate::Labels;
use flux::Text;
use foldhash::fast::RandomState;
use promql_parser::parser::token::{
    T_ADD, T_ATAN2, T_DIV, T_EQLC, T_GTE, T_GTR, T_LAND, T_LOR, T_LSS, T_LTE, T_LUNLESS, T_MOD,
    T_MUL, T_NEQ, T_POW, T_SUB, TokenType,
};
use promql_parser::parser::{BinModifier, LabelModifier, VectorMatchCardinality};
use std::collections::HashMap;

/// An operator on two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
    Angle,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// An operator on two sets of series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SetOperator {
    And,
    Or,
    Unless,
}

/// Any operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AnyOperator {
    Number(Operator),
    Set(SetOperator),
}

impl AnyOperator {
    pub(super) fn of(token: TokenType) -> Result<Self, PromqlError> {
        Ok(Self::Number(match token.id() {
            T_ADD => Operator::Add,
            T_SUB => Operator::Subtract,
            T_MUL => Operator::Multiply,
            T_DIV => Operator::Divide,
            T_MOD => Operator::Remainder,
            T_POW => Operator::Power,
            T_ATAN2 => Operator::Angle,
            T_EQLC => Operator::Equal,
            T_NEQ => Operator::NotEqual,
            T_LSS => Operator::Less,
            T_LTE => Operator::LessOrEqual,
            T_GTR => Operator::Greater,
            T_GTE => Operator::GreaterOrEqual,
            T_LAND => return Ok(Self::Set(SetOperator::And)),
            T_LOR => return Ok(Self::Set(SetOperator::Or)),
            T_LUNLESS => return Ok(Self::Set(SetOperator::Unless)),
            _ => return Err(PromqlError::NotSupported(format!("operator {token} is"))),
        }))
    }
}

impl Operator {
    /// Whether it is a comparison, which filters series.
    pub(super) fn compares(self) -> bool {
        matches!(
            self,
            Self::Equal
                | Self::NotEqual
                | Self::Less
                | Self::LessOrEqual
                | Self::Greater
                | Self::GreaterOrEqual
        )
    }

    /// The result for two numbers. A comparison returns the left number when it holds, and nothing when it doesn't.
    fn apply(self, left: f64, right: f64) -> Option<f64> {
        #[expect(clippy::float_cmp, reason = "that is what the user asks for")]
        let holds = match self {
            Self::Add => return Some(left + right),
            Self::Subtract => return Some(left - right),
            Self::Multiply => return Some(left * right),
            Self::Divide => return Some(left / right),
            Self::Remainder => return Some(left % right),
            Self::Power => return Some(left.powf(right)),
            Self::Angle => return Some(left.atan2(right)),
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
        };
        holds.then_some(left)
    }

    /// The same; with `bool`, a comparison returns 1 or 0.
    fn apply_bool(self, left: f64, right: f64, as_bool: bool) -> Option<f64> {
        let value = self.apply(left, right);
        if as_bool { Some(if value.is_some() { 1.0 } else { 0.0 }) } else { value }
    }

    /// The result for two scalars at each point. Comparisons of scalars always use `bool`.
    pub(super) fn of_numbers(self, left: &[f64], right: &[f64]) -> Vec<f64> {
        let values = left.iter().zip(right).map(|(left, right)| {
            self.apply_bool(*left, *right, self.compares()).unwrap_or_default()
        });
        values.collect()
    }

    /// The result for a series and a number; `number_left` says that the number is on the left.
    pub(super) fn of_series_and_number(
        self,
        item: Item,
        number: &[f64],
        number_left: bool,
        as_bool: bool,
    ) -> Item {
        let points = item.points.map(|index, value| {
            let number = number.get(index).copied().unwrap_or(f64::NAN);
            let (left, right) = if number_left { (number, value) } else { (value, number) };
            let result = self.apply_bool(left, right, as_bool)?;
            // A filter keeps the series' value on either side of the comparison.
            Some(if self.compares() && !as_bool { value } else { result })
        });
        let name = item.name.filter(|_| self.compares() && !as_bool);
        Item { name, labels: item.labels, points }
    }
}

/// How series on the two sides are matched.
pub(super) struct Matching<'a> {
    on: bool,
    labels: &'a [String],
    card: &'a VectorMatchCardinality,
    /// Labels that the result copies from the "one" side.
    include: &'a [String],
    as_bool: bool,
}

impl<'a> Matching<'a> {
    pub(super) fn of(modifier: Option<&'a BinModifier>) -> Self {
        let Some(modifier) = modifier else {
            let card = &VectorMatchCardinality::OneToOne;
            return Self { on: false, labels: &[], card, include: &[], as_bool: false };
        };
        let (on, labels) = match &modifier.matching {
            None => (false, &[][..]),
            Some(LabelModifier::Include(labels)) => (true, &labels.labels[..]),
            Some(LabelModifier::Exclude(labels)) => (false, &labels.labels[..]),
        };
        let include = modifier.card.labels().map_or(&[][..], |labels| &labels.labels[..]);
        Self { on, labels, card: &modifier.card, include, as_bool: modifier.return_bool }
    }

    fn has(&self, name: &str) -> bool {
        self.labels.iter().any(|label| label == name)
    }

    /// The name and labels that have to be equal on both sides.
    fn signature(&self, item: &Item) -> (Option<Text>, Labels) {
        if self.on {
            let name = item.name.clone().filter(|_| self.has(NAME));
            return (name, kept(&item.labels, |name| self.has(name)));
        }
        (None, kept(&item.labels, |name| !self.has(name)))
    }

    /// Name and labels of the result of a match.
    fn result(&self, many: &Item, one: &Item, operator: Operator) -> Item {
        let name = many.name.clone().filter(|_| operator.compares() && !self.as_bool);
        let mut result = Item { name, labels: many.labels.clone(), points: Points::absent(0) };
        if *self.card == VectorMatchCardinality::OneToOne {
            if self.on {
                result.name = result.name.filter(|_| self.has(NAME));
                result.labels = kept(&many.labels, |name| self.has(name));
            } else {
                result.labels = kept(&many.labels, |name| !self.has(name));
            }
        }
        for label in self.include {
            let value = Text::from(one.label(label));
            result = result.with_label(label, value);
        }
        result
    }

    /// Applies an operator to series on two sides.
    pub(super) fn apply(
        &self,
        operator: Operator,
        left: Vec<Item>,
        right: Vec<Item>,
    ) -> Result<Vec<Item>, PromqlError> {
        // The side that may have many series with the same signature comes first.
        let swapped = matches!(self.card, VectorMatchCardinality::OneToMany(_));
        let (many, one) = if swapped { (right, left) } else { (left, right) };
        let mut by_signature: HashMap<_, Vec<usize>, RandomState> = HashMap::default();
        for (place, item) in one.iter().enumerate() {
            by_signature.entry(self.signature(item)).or_default().push(place);
        }
        let points = many.iter().chain(&one).map(|item| item.points.len()).max().unwrap_or(0);
        let busy: Vec<bool> = (0..points)
            .map(|index| many.iter().any(|item| item.points.get(index).is_some()))
            .collect();
        for places in by_signature.values().filter(|places| places.len() > 1) {
            self.check_one(places, &one, &busy, swapped)?;
        }
        let one_to_one = *self.card == VectorMatchCardinality::OneToOne;
        let mut taken: HashMap<(Option<Text>, Labels), Points, RandomState> = HashMap::default();
        let mut merger = Merger::default();
        for item in many {
            let signature = self.signature(&item);
            let Some(places) = by_signature.get(&signature) else { continue };
            for place in places {
                let partner = &one[*place];
                let mut values = Points::absent(points);
                for (index, value) in item.points.present() {
                    let Some(other) = partner.points.get(index) else { continue };
                    let (left, right) = if swapped { (other, value) } else { (value, other) };
                    if let Some(value) = operator.apply_bool(left, right, self.as_bool) {
                        values.set(index, value);
                    }
                }
                if values.is_absent() {
                    continue;
                }
                if one_to_one {
                    let known =
                        taken.entry(signature.clone()).or_insert_with(|| Points::absent(points));
                    for (index, value) in values.present() {
                        if known.get(index).is_some() {
                            return Err(PromqlError::ManyToOne);
                        }
                        known.set(index, value);
                    }
                }
                let result = self.result(&item, partner, operator);
                merger
                    .add(Item { points: values, ..result })
                    .map_err(|_| PromqlError::GroupingNotUnique)?;
            }
        }
        Ok(merger.finish())
    }

    /// Fails when two series of the "one" side with the same signature have a value at the same point.
    fn check_one(
        &self,
        places: &[usize],
        one: &[Item],
        busy: &[bool],
        swapped: bool,
    ) -> Result<(), PromqlError> {
        for index in (0..busy.len()).filter(|index| busy[*index]) {
            let mut present = places
                .iter()
                .map(|place| &one[*place])
                .filter(|item| item.points.get(index).is_some());
            if let (Some(first), Some(second)) = (present.next(), present.next()) {
                let (name, labels) = self.signature(first);
                let group = Item { name, labels, points: Points::absent(0) };
                return Err(PromqlError::ManyToMany {
                    group: group.text(),
                    side: if swapped { "left" } else { "right" },
                    first: second.text(),
                    second: first.text(),
                });
            }
        }
        Ok(())
    }

    /// Applies an operator to two sets of series.
    pub(super) fn apply_set(
        &self,
        operator: SetOperator,
        left: Vec<Item>,
        right: Vec<Item>,
    ) -> Result<Vec<Item>, PromqlError> {
        Ok(match operator {
            SetOperator::And => self.where_other(&right, left, true),
            SetOperator::Unless => self.where_other(&right, left, false),
            SetOperator::Or => {
                let rest = self.where_other(&left, right, false);
                let mut merger = Merger::default();
                for item in left.into_iter().chain(rest) {
                    merger.add(item)?;
                }
                merger.finish()
            }
        })
    }

    /// The series, limited to points where the other side has (or hasn't) a series with the same signature.
    fn where_other(&self, others: &[Item], items: Vec<Item>, there: bool) -> Vec<Item> {
        let mut present: HashMap<_, Points, RandomState> = HashMap::default();
        for other in others {
            let known = present
                .entry(self.signature(other))
                .or_insert_with(|| Points::absent(other.points.len()));
            other.points.present().for_each(|(index, _)| known.set(index, 1.0));
        }
        let items = items.into_iter().map(|item| {
            let others = present.get(&self.signature(&item));
            let points = item.points.map(|index, value| {
                let other = others.is_some_and(|points| points.get(index).is_some());
                (other == there).then_some(value)
            });
            Item { name: item.name, labels: item.labels, points }
        });
        items.filter(|item| !item.points.is_absent()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_filter_or_return_booleans() {
        assert_eq!(Operator::Greater.apply(3.0, 2.0), Some(3.0));
        assert_eq!(Operator::Greater.apply(1.0, 2.0), None);
        assert_eq!(Operator::Equal.apply_bool(1.0, 2.0, true), Some(0.0));
        assert_eq!(Operator::Remainder.apply(-7.0, 4.0), Some(-3.0));
        assert_eq!(Operator::Divide.apply(1.0, 0.0), Some(f64::INFINITY));
        assert_eq!(Operator::Equal.of_numbers(&[1.0, 2.0], &[1.0, 1.0]), [1.0, 0.0]);
    }

    #[test]
    fn a_filter_keeps_the_value_of_the_series_on_both_sides() {
        let item = |value| Item {
            name: Some(Text::from("up")),
            labels: Labels::default(),
            points: Points::from_values([Some(value)]),
        };
        let kept = Operator::Less.of_series_and_number(item(5.0), &[3.0], true, false);
        assert_eq!((kept.name.as_deref(), kept.points.get(0)), (Some("up"), Some(5.0)));
        let told = Operator::Less.of_series_and_number(item(5.0), &[3.0], false, true);
        assert_eq!((told.name, told.points.get(0)), (None, Some(0.0)));
    }
}
