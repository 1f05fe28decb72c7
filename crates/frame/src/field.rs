//! Fields and their values.

use super::FieldConfig;
use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, TimestampNanosecondType};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int64Array, TimestampNanosecondArray,
};
use arrow_schema::{DataType, TimeUnit};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The value of a field in one row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// No value.
    Null,
    /// Text.
    Text(&'a str),
    /// Whole number.
    Integer(i64),
    /// Number.
    Number(f64),
    /// True or false.
    Bool(bool),
    /// Point in time: milliseconds since 1970-01-01T00:00:00 UTC.
    Time(i64),
}

/// Each function returns the value when it has that type.
impl<'a> Cell<'a> {
    fn text(self) -> Option<&'a str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    fn integer(self) -> Option<i64> {
        if let Self::Integer(number) = self { Some(number) } else { None }
    }

    fn number(self) -> Option<f64> {
        if let Self::Number(number) = self { Some(number) } else { None }
    }

    fn bool(self) -> Option<bool> {
        if let Self::Bool(truth) = self { Some(truth) } else { None }
    }

    fn time(self) -> Option<i64> {
        if let Self::Time(time) = self { Some(time) } else { None }
    }
}

/// One column: a name, values, and how to show them. Its constructors make only types that Grafana can decode.
#[derive(Clone, Debug)]
pub struct Field {
    /// Name of the field. Dashboards refer to it, so it is an interface.
    pub name: String,
    /// Labels of a series; may be empty.
    pub labels: BTreeMap<String, String>,
    /// How Grafana shows the field.
    pub config: FieldConfig,
    /// Whether the field may contain nulls. The time field of a series may not.
    pub nullable: bool,
    pub(super) values: ArrayRef,
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.labels == other.labels
            && self.config == other.config
            && self.nullable == other.nullable
            && *self.values == *other.values
    }
}

impl Field {
    pub(super) fn from_array(name: &str, values: ArrayRef) -> Self {
        Self {
            name: name.to_owned(),
            labels: BTreeMap::new(),
            config: FieldConfig::default(),
            nullable: true,
            values,
        }
    }

    /// A field of texts.
    pub fn text<T: AsRef<str>>(name: &str, values: impl Iterator<Item = Option<T>>) -> Self {
        let mut builder = StringBuilder::new();
        builder.extend(values);
        Self::from_array(name, Arc::new(builder.finish()))
    }

    /// A field of whole numbers.
    pub fn integer(name: &str, values: impl Iterator<Item = Option<i64>>) -> Self {
        Self::from_array(name, Arc::new(values.collect::<Int64Array>()))
    }

    /// A field of numbers.
    pub fn number(name: &str, values: impl Iterator<Item = Option<f64>>) -> Self {
        Self::from_array(name, Arc::new(values.collect::<Float64Array>()))
    }

    /// A field of booleans.
    pub fn boolean(name: &str, values: impl Iterator<Item = Option<bool>>) -> Self {
        Self::from_array(name, Arc::new(values.collect::<BooleanArray>()))
    }

    /// A field of points in time: milliseconds since 1970-01-01T00:00:00 UTC. Arrow stores nanoseconds, so a time
    /// outside of the years 1678 to 2262 becomes the nearest representable one.
    pub fn time(name: &str, values: impl Iterator<Item = Option<i64>>) -> Self {
        let nanos = |millis: i64| millis.saturating_mul(1_000_000);
        let array: TimestampNanosecondArray = values.map(|value| value.map(nanos)).collect();
        Self::from_array(name, Arc::new(array))
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// `true` when the field has no values.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The value at `row`; [`Cell::Null`] beyond the end.
    pub fn cell(&self, row: usize) -> Cell<'_> {
        if row >= self.values.len() || self.values.is_null(row) {
            return Cell::Null;
        }
        match self.values.data_type() {
            DataType::Utf8 => Cell::Text(self.values.as_string::<i32>().value(row)),
            DataType::Int64 => Cell::Integer(self.values.as_primitive::<Int64Type>().value(row)),
            DataType::Float64 => Cell::Number(self.values.as_primitive::<Float64Type>().value(row)),
            DataType::Boolean => Cell::Bool(self.values.as_boolean().value(row)),
            DataType::Timestamp(TimeUnit::Nanosecond, _) => {
                let nanos = self.values.as_primitive::<TimestampNanosecondType>().value(row);
                Cell::Time(nanos.div_euclid(1_000_000))
            }
            _ => Cell::Null,
        }
    }

    /// The same field with only these rows, in this order.
    #[must_use]
    pub fn picked(&self, rows: &[usize]) -> Self {
        let cells = rows.iter().filter(|row| **row < self.len()).map(|row| self.cell(*row));
        let values = match self.values.data_type() {
            DataType::Int64 => Self::integer("", cells.map(Cell::integer)),
            DataType::Float64 => Self::number("", cells.map(Cell::number)),
            DataType::Boolean => Self::boolean("", cells.map(Cell::bool)),
            DataType::Timestamp(..) => Self::time("", cells.map(Cell::time)),
            // No other type exists: `decode` refuses types that Grafana doesn't support.
            _ => Self::text("", cells.map(Cell::text)),
        };
        let values = values.values;
        Self { values, ..self.clone() }
    }

    /// All values, in order.
    pub fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        (0..self.len()).map(|row| self.cell(row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picked_rows_are_the_same_values_in_the_order_asked_for() {
        let time = |hour: i64| Some(hour * 3_600_000);
        for field in [
            Field::text("text", [Some("a"), None, Some("c")].into_iter()),
            Field::integer("integer", [Some(1), None, Some(3)].into_iter()),
            Field::number("number", [Some(0.5), None, Some(f64::INFINITY)].into_iter()),
            Field::boolean("boolean", [Some(true), None, Some(false)].into_iter()),
            Field::time("time", [time(1), None, time(-3)].into_iter()),
        ] {
            let picked = field.picked(&[2, 0, 1, 7, 2]);
            let expected = [2, 0, 1, 2].map(|row| field.cell(row));
            assert_eq!(picked.cells().collect::<Vec<_>>(), expected, "{}", field.name);
            assert_ne!(expected[0], Cell::Null);
            assert_eq!(picked.name, field.name);
            assert_eq!(picked.values.data_type(), field.values.data_type());
        }
    }
}
