//! Fields and their values.

use super::FieldConfig;
use crate::domain::UtcMillis;
use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, StringBuilder,
    TimestampNanosecondArray, UInt64Array,
};
use arrow::compute::take;
use arrow::datatypes::{DataType, Float64Type, Int64Type, TimeUnit, TimestampNanosecondType};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One value of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Absent.
    Null,
    /// Text.
    Text(&'a str),
    /// Whole number.
    Integer(i64),
    /// Number.
    Number(f64),
    /// Truth value.
    Bool(bool),
    /// Point in time.
    Time(UtcMillis),
}

/// One column: a name, values, and how to show them. Only types that Grafana decodes can be made.
#[derive(Clone, Debug)]
pub struct Field {
    /// Name, an interface: dashboards refer to it.
    pub name: String,
    /// Labels of a series. Empty: none.
    pub labels: BTreeMap<String, String>,
    /// How to show it.
    pub config: FieldConfig,
    /// Whether Grafana reads the field as one that may hold nulls; the time field of a series may not.
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

    /// A field of truth values.
    pub fn boolean(name: &str, values: impl Iterator<Item = Option<bool>>) -> Self {
        Self::from_array(name, Arc::new(values.collect::<BooleanArray>()))
    }

    /// A field of points in time.
    pub fn time(name: &str, values: impl Iterator<Item = Option<UtcMillis>>) -> Self {
        let array: TimestampNanosecondArray =
            values.map(|value| value.map(UtcMillis::as_nanos)).collect();
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
                Cell::Time(UtcMillis(nanos.div_euclid(1_000_000)))
            }
            _ => Cell::Null,
        }
    }

    /// The same field with these of its rows, in this order.
    #[must_use]
    pub fn picked(&self, rows: &[usize]) -> Self {
        let there = rows.iter().filter(|row| **row < self.len());
        let indices: UInt64Array = there.map(|row| u64::try_from(*row).ok()).collect();
        // All of them are within the array, so there is nothing to refuse.
        let values = take(&self.values, &indices, None).unwrap_or_else(|_| self.values.clone());
        Self { values, ..self.clone() }
    }

    /// All values, in order.
    pub fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        (0..self.len()).map(|row| self.cell(row))
    }
}
