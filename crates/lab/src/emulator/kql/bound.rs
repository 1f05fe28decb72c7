//! Expressions with resolved names, and their values for a row.
//!
//! While a row is processed it is a list of registers: first the table's columns, then one register for each column
//! that an operator makes. A register is written once, so a column that no later step reads needn't be computed.

use super::ast::{Arithmetic, Comparison, TextTest};
use super::functions::Function;
use super::value::{Type, Value, whole};
use fleet::Json;
use flux::Text;
use regex::Regex;
use std::cmp::Ordering;

/// Index of a register.
pub(super) type Register = usize;

/// An expression ready to run.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Bound {
    Literal(Value),
    Register(Register),
    Member(Box<Bound>, Text),
    At(Box<Bound>, Box<Bound>),
    Call(Function, Vec<Bound>),
    Negate(Box<Bound>),
    And(Box<Bound>, Box<Bound>),
    Or(Box<Bound>, Box<Bound>),
    Compare(Comparison, Box<Bound>, Box<Bound>),
    Test { test: TextTest, negated: bool, left: Box<Bound>, right: Box<Bound> },
    In { value: Box<Bound>, list: Vec<Bound>, negated: bool, any_case: bool },
    HasAny(Box<Bound>, Vec<Bound>),
    Matches(Box<Bound>, Pattern),
    Between { value: Box<Bound>, low: Box<Bound>, high: Box<Bound>, negated: bool },
    Calculate(Arithmetic, Box<Bound>, Box<Bound>),
}

/// A regular expression, which may match any part of the text.
#[derive(Clone, Debug)]
pub(super) struct Pattern(Regex);

impl Pattern {
    /// Kusto uses RE2, whose syntax the `regex` crate shares.
    pub(super) fn new(pattern: &str) -> Result<Self, String> {
        Regex::new(pattern).map(Self).map_err(|error| error.to_string())
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

/// An expression with the type of its values.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Typed {
    pub bound: Bound,
    pub kind: Type,
}

impl Bound {
    /// The value for a row.
    pub(super) fn value(&self, row: &[Value]) -> Value {
        match self {
            Self::Literal(value) => value.clone(),
            Self::Register(register) => row[*register].clone(),
            Self::Member(inner, name) => member(&inner.value(row), name),
            Self::At(inner, index) => at(&inner.value(row), &index.value(row)),
            Self::Call(function, arguments) => {
                let values: Vec<Value> =
                    arguments.iter().map(|argument| argument.value(row)).collect();
                function.apply(&values)
            }
            Self::Negate(inner) => match inner.value(row) {
                Value::Long(value) => value.checked_neg().map_or(Value::Null, Value::Long),
                Value::Real(value) => Value::Real(-value),
                Value::Span(value) => value.checked_neg().map_or(Value::Null, Value::Span),
                _ => Value::Null,
            },
            Self::Calculate(operation, left, right) => {
                calculate(*operation, &left.value(row), &right.value(row))
            }
            _ => self.truth(row).map_or(Value::Null, Value::Bool),
        }
    }

    /// The value as a condition. `None`: null, which no filter lets through.
    pub(super) fn truth(&self, row: &[Value]) -> Option<bool> {
        match self {
            Self::And(left, right) => match (left.truth(row), right) {
                (Some(false), _) => Some(false),
                (left, right) => match (left, right.truth(row)) {
                    (_, Some(false)) => Some(false),
                    (Some(true), Some(true)) => Some(true),
                    _ => None,
                },
            },
            Self::Or(left, right) => match (left.truth(row), right) {
                (Some(true), _) => Some(true),
                (left, right) => match (left, right.truth(row)) {
                    (_, Some(true)) => Some(true),
                    (Some(false), Some(false)) => Some(false),
                    _ => None,
                },
            },
            Self::Compare(comparison, left, right) => {
                compare(*comparison, &left.value(row), &right.value(row))
            }
            Self::Test { test, negated, left, right } => {
                let passed = test.passes(&left.value(row).text(), &right.value(row).text());
                Some(passed != *negated)
            }
            Self::In { value, list, negated, any_case } => {
                let value = value.value(row);
                let same = |item: &Value| {
                    if *any_case {
                        TextTest::SameText.passes(&value.text(), &item.text())
                    } else {
                        value.equals(item) == Some(true)
                    }
                };
                let found = list.iter().any(|item| match item.value(row) {
                    Value::Dynamic(Json::Array(items)) => {
                        items.iter().any(|item| same(&Value::from_json(item)))
                    }
                    item => same(&item),
                });
                Some(found != *negated)
            }
            Self::HasAny(value, list) => {
                let text = value.value(row).text();
                Some(list.iter().any(|item| TextTest::Has.passes(&text, &item.value(row).text())))
            }
            Self::Matches(value, Pattern(regex)) => Some(regex.is_match(&value.value(row).text())),
            Self::Between { value, low, high, negated } => {
                let value = value.value(row);
                let above = value.compare(&low.value(row))?.is_ge();
                let below = value.compare(&high.value(row))?.is_le();
                Some((above && below) != *negated)
            }
            _ => self.value(row).as_bool(),
        }
    }

    /// The value, when it is the same for every row.
    pub(super) fn constant(&self) -> Option<Value> {
        let mut constant = true;
        self.reads(&mut |_| constant = false);
        constant.then(|| self.value(&[]))
    }

    /// Calls `visit` with every register that the expression reads.
    pub(super) fn reads(&self, visit: &mut dyn FnMut(Register)) {
        match self {
            Self::Literal(_) => {}
            Self::Register(register) => visit(*register),
            Self::Member(inner, _) | Self::Negate(inner) | Self::Matches(inner, _) => {
                inner.reads(visit);
            }
            Self::Call(_, list) => list.iter().for_each(|item| item.reads(visit)),
            Self::At(left, right)
            | Self::And(left, right)
            | Self::Or(left, right)
            | Self::Compare(_, left, right)
            | Self::Test { left, right, .. }
            | Self::Calculate(_, left, right) => {
                left.reads(visit);
                right.reads(visit);
            }
            Self::In { value, list, .. } | Self::HasAny(value, list) => {
                value.reads(visit);
                for item in list {
                    item.reads(visit);
                }
            }
            Self::Between { value, low, high, .. } => {
                for part in [value, low, high] {
                    part.reads(visit);
                }
            }
        }
    }
}

/// A member of an object, exact in case; null when it doesn't exist.
fn member(value: &Value, name: &str) -> Value {
    match value {
        Value::Dynamic(json) => json.member(name).map_or(Value::Null, Value::from_json),
        _ => Value::Null,
    }
}

/// An element of a list (a negative index counts from the end), or a member of an object.
fn at(value: &Value, index: &Value) -> Value {
    match (value, index) {
        (Value::Dynamic(Json::Array(items)), Value::Long(index)) => {
            let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
            let index = if *index < 0 { index.saturating_add(length) } else { *index };
            let item = usize::try_from(index).ok().and_then(|index| items.get(index));
            item.map_or(Value::Null, Value::from_json)
        }
        (value, Value::Text(name)) => member(value, name),
        _ => Value::Null,
    }
}

fn compare(comparison: Comparison, left: &Value, right: &Value) -> Option<bool> {
    match comparison {
        Comparison::Equal => left.equals(right),
        Comparison::NotEqual => left.equals(right).map(|same| !same),
        Comparison::Less => left.compare(right).map(Ordering::is_lt),
        Comparison::LessOrEqual => left.compare(right).map(Ordering::is_le),
        Comparison::Greater => left.compare(right).map(Ordering::is_gt),
        Comparison::GreaterOrEqual => left.compare(right).map(Ordering::is_ge),
    }
}

impl TextTest {
    fn passes(self, text: &str, wanted: &str) -> bool {
        let fold = |text: &str| text.to_lowercase();
        match self {
            Self::SameText => {
                text.eq_ignore_ascii_case(wanted)
                    || (!text.is_ascii() && fold(text) == fold(wanted))
            }
            Self::HasCs => has_term(text, wanted),
            Self::Has => has_term(&fold(text), &fold(wanted)),
            Self::ContainsCs => text.contains(wanted),
            Self::Contains => fold(text).contains(&fold(wanted)),
            Self::StartsWithCs => text.starts_with(wanted),
            Self::StartsWith => fold(text).starts_with(&fold(wanted)),
            Self::EndsWithCs => text.ends_with(wanted),
            Self::EndsWith => fold(text).ends_with(&fold(wanted)),
        }
    }
}

/// `has`: the text contains the term, with no letter or digit directly before or after it.
fn has_term(text: &str, wanted: &str) -> bool {
    text.match_indices(wanted).any(|(start, _)| {
        let before = text[..start].chars().next_back();
        let after = text[start + wanted.len()..].chars().next();
        let apart = |letter: Option<char>| !letter.is_some_and(char::is_alphanumeric);
        apart(before) && apart(after)
    })
}

fn calculate(operation: Arithmetic, left: &Value, right: &Value) -> Value {
    use Arithmetic::{Add, Divide, Multiply, Remainder, Subtract};
    let result = match (left, operation, right) {
        (Value::Long(left), _, Value::Long(right)) => match operation {
            Add => left.checked_add(*right),
            Subtract => left.checked_sub(*right),
            Multiply => left.checked_mul(*right),
            Divide => left.checked_div(*right),
            Remainder => left.checked_rem(*right),
        }
        .map(Value::Long),
        (Value::Time(left), Add, Value::Span(right)) => left.checked_add(*right).map(Value::Time),
        (Value::Time(left), Subtract, Value::Span(right)) => {
            left.checked_sub(*right).map(Value::Time)
        }
        (Value::Span(left), Add, Value::Span(right)) => left.checked_add(*right).map(Value::Span),
        (Value::Time(left), Subtract, Value::Time(right))
        | (Value::Span(left), Subtract, Value::Span(right)) => {
            left.checked_sub(*right).map(Value::Span)
        }
        (Value::Span(_), Divide, Value::Span(_)) | (Value::Real(_), ..) | (.., Value::Real(_)) => {
            reals(operation, left, right).map(Value::Real)
        }
        (Value::Span(span), Multiply | Divide, Value::Long(_)) => {
            reals(operation, &Value::Long(*span), right).and_then(whole).map(Value::Span)
        }
        _ => None,
    };
    result.unwrap_or(Value::Null)
}

fn reals(operation: Arithmetic, left: &Value, right: &Value) -> Option<f64> {
    let real = |value: &Value| match value {
        Value::Span(millis) => Value::Long(*millis).convert(Type::Real),
        other => other.convert(Type::Real),
    };
    let (Value::Real(left), Value::Real(right)) = (real(left), real(right)) else { return None };
    Some(match operation {
        Arithmetic::Add => left + right,
        Arithmetic::Subtract => left - right,
        Arithmetic::Multiply => left * right,
        Arithmetic::Divide => left / right,
        Arithmetic::Remainder => left % right,
    })
}
