//! Values and types of KQL, with Kusto's rules for null and empty text.

use fleet::Json;
use flux::{Text, UtcMillis};
use std::cmp::Ordering;
use std::fmt::Write as _;

/// Type of a column or expression, known before the query runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// `string`; never null, but may be empty.
    Text,
    /// `long` and `int`.
    Long,
    /// `real`.
    Real,
    /// `bool`.
    Bool,
    /// `datetime`.
    Time,
    /// `timespan`.
    Span,
    /// `dynamic`.
    Dynamic,
}

impl Type {
    /// The name in the columns of Resource Graph's `table` format.
    pub fn wire_name(self) -> &'static str {
        match self {
            Self::Text | Self::Span => "string",
            Self::Long => "integer",
            Self::Real => "number",
            Self::Bool => "boolean",
            Self::Time => "datetime",
            Self::Dynamic => "object",
        }
    }

    /// Kusto's name of the type.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Long => "long",
            Self::Real => "real",
            Self::Bool => "bool",
            Self::Time => "datetime",
            Self::Span => "timespan",
            Self::Dynamic => "dynamic",
        }
    }

    /// The type with this name, as in `typeof(string)`.
    pub(super) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "string" | "guid" => Self::Text,
            "long" | "int" => Self::Long,
            "real" | "double" | "decimal" => Self::Real,
            "bool" | "boolean" => Self::Bool,
            "datetime" | "date" => Self::Time,
            "timespan" | "time" => Self::Span,
            "dynamic" => Self::Dynamic,
            _ => return None,
        })
    }

    /// The value of an empty cell in a column of this type.
    pub(super) fn nothing(self) -> Value {
        if self == Self::Text { Value::Text(Text::default()) } else { Value::Null }
    }
}

/// One value. A dynamic scalar is stored as the scalar.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Null. A text is never null.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Long(i64),
    /// Any other number.
    Real(f64),
    /// A text.
    Text(Text),
    /// Milliseconds since the epoch.
    Time(i64),
    /// Milliseconds.
    Span(i64),
    /// A list or an object.
    Dynamic(Json),
}

impl Value {
    /// The value of a JSON tree.
    pub fn from_json(json: &Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(*value),
            Json::Integer(value) => Self::Long(*value),
            Json::Real(value) => Self::Real(*value),
            Json::Text(text) => Self::Text(text.clone()),
            Json::Array(_) | Json::Object(_) => Self::Dynamic(json.clone()),
        }
    }

    /// The value as a reply writes it.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(*value),
            Self::Long(value) => Json::Integer(*value),
            Self::Real(value) if value.is_finite() => Json::Real(*value),
            Self::Text(text) => Json::Text(text.clone()),
            Self::Dynamic(json) => json.clone(),
            Self::Real(_) | Self::Time(_) | Self::Span(_) => Json::from(self.text()),
        }
    }

    pub(super) fn is_null(&self) -> bool {
        *self == Self::Null
    }

    /// `tostring`: null becomes empty text, lists and objects become JSON.
    pub(super) fn text(&self) -> Text {
        match self {
            Self::Null => Text::default(),
            Self::Bool(value) => Text::from(if *value { "true" } else { "false" }),
            Self::Long(value) => Text::from(value.to_string()),
            Self::Real(value) => Text::from(value.to_string()),
            Self::Text(text) => text.clone(),
            Self::Time(at) => Text::from(time_text(*at)),
            Self::Span(millis) => Text::from(span_text(*millis)),
            // Trees of texts and finite numbers always serialise.
            Self::Dynamic(json) => Text::from(serde_json::to_string(json).unwrap_or_default()),
        }
    }

    pub(super) fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "as Kusto compares long with real")]
            Self::Long(value) => Some(*value as f64),
            Self::Real(value) => Some(*value),
            _ => None,
        }
    }

    /// The value converted to another type; null, or an empty text, when that isn't possible.
    pub(super) fn convert(&self, wanted: Type) -> Self {
        let converted = match wanted {
            Type::Text => return Self::Text(self.text()),
            Type::Dynamic => return self.clone(),
            Type::Long => match self {
                Self::Long(value) => Some(Self::Long(*value)),
                Self::Real(value) => whole(value.trunc()).map(Self::Long),
                Self::Bool(value) => Some(Self::Long((*value).into())),
                Self::Text(text) => text.trim().parse().ok().map(Self::Long),
                _ => None,
            },
            Type::Real => match self {
                Self::Text(text) => text.trim().parse().ok().map(Self::Real),
                other => other.number().map(Self::Real),
            },
            Type::Bool => match self {
                Self::Bool(value) => Some(Self::Bool(*value)),
                Self::Long(value) => Some(Self::Bool(*value != 0)),
                Self::Text(text) if text.eq_ignore_ascii_case("true") => Some(Self::Bool(true)),
                Self::Text(text) if text.eq_ignore_ascii_case("false") => Some(Self::Bool(false)),
                _ => None,
            },
            Type::Time => match self {
                Self::Time(at) => Some(Self::Time(*at)),
                Self::Text(text) => parse_time(text).map(Self::Time),
                _ => None,
            },
            Type::Span => match self {
                Self::Span(millis) => Some(Self::Span(*millis)),
                _ => None,
            },
        };
        converted.unwrap_or(Self::Null)
    }

    /// `==`. Two nulls compare as `None` (null); null and anything else as false.
    pub(super) fn equals(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Null, Self::Null) => None,
            (Self::Dynamic(left), Self::Dynamic(right)) => Some(left == right),
            // A dynamic text that is compared with a typed value is converted to that type.
            (Self::Text(_), Self::Time(_) | Self::Bool(_)) => other.equals(self),
            (Self::Time(left), Self::Text(text)) => Some(parse_time(text) == Some(*left)),
            (Self::Bool(_), Self::Text(_)) => Some(other.convert(Type::Bool) == *self),
            (left, right) => Some(left.compare(right) == Some(Ordering::Equal)),
        }
    }

    /// `<`, `>` and sorting. `None`: one value is null, or the types can't be compared.
    pub(super) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Text(left), Self::Text(right)) => Some(left.as_str().cmp(right.as_str())),
            (Self::Long(left), Self::Long(right))
            | (Self::Time(left), Self::Time(right))
            | (Self::Span(left), Self::Span(right)) => Some(left.cmp(right)),
            (Self::Bool(left), Self::Bool(right)) => Some(left.cmp(right)),
            (Self::Time(left), Self::Text(text)) => Some(left.cmp(&parse_time(text)?)),
            (Self::Text(text), Self::Time(right)) => Some(parse_time(text)?.cmp(right)),
            (left, right) => left.number()?.partial_cmp(&right.number()?),
        }
    }

    /// Appends bytes that are equal for equal values only: the key of groups and joins.
    pub(super) fn write_key(&self, key: &mut Vec<u8>) {
        let tag = match self {
            Self::Null => b'0',
            Self::Bool(_) => b'b',
            Self::Long(_) | Self::Real(_) => b'n',
            Self::Text(_) => b't',
            Self::Time(_) => b'd',
            Self::Span(_) => b's',
            Self::Dynamic(_) => b'j',
        };
        let text = self.text();
        key.push(tag);
        key.extend_from_slice(&text.len().to_le_bytes());
        key.extend_from_slice(text.as_bytes());
    }
}

/// The number as an `i64`, its fraction cut off. `None`: it is too large, or not a number.
pub(super) fn whole(number: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "bounds are checked")]
    (number.abs() < 9e18).then_some(number as i64)
}

/// Milliseconds since the epoch, from a date or a time. A time without an offset is UTC.
pub(super) fn parse_time(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Some(time) = UtcMillis::parse(text) {
        return Some(time.0);
    }
    let civil: jiff::civil::DateTime = text.parse().ok()?;
    let timestamp = jiff::tz::Offset::UTC.to_timestamp(civil).ok()?;
    Some(timestamp.as_millisecond())
}

/// `2026-01-02T03:04:05.6780000Z`, as Resource Graph writes times.
fn time_text(at: i64) -> String {
    let Ok(timestamp) = jiff::Timestamp::from_millisecond(at) else { return String::new() };
    let civil = jiff::tz::Offset::UTC.to_datetime(timestamp);
    format!("{civil:.7}Z")
}

/// `1.02:03:04.5670000`: days and the fraction only when they aren't zero.
fn span_text(millis: i64) -> String {
    let mut text = String::new();
    if millis < 0 {
        text.push('-');
    }
    let millis = millis.unsigned_abs();
    let (seconds, fraction) = (millis / 1000, millis % 1000);
    let days = seconds / 86_400;
    if days > 0 {
        // Writing to a String can't fail.
        let _ = write!(text, "{days}.");
    }
    let _ = write!(text, "{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    if fraction > 0 {
        let _ = write!(text, ".{fraction:03}0000");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(Text::from(text))
    }

    #[test]
    fn null_follows_kustos_rules() {
        assert_eq!(Value::Null.equals(&Value::Null), None);
        assert_eq!(Value::Null.equals(&text("")), Some(false));
        assert_eq!(Value::Null.text(), "");
        assert_eq!(Value::Null.compare(&Value::Long(1)), None);
        assert_eq!(text("x").convert(Type::Long), Value::Null);
    }

    #[test]
    fn values_are_written_as_the_service_writes_them() {
        assert_eq!(Value::Time(1_630_161_884_157).text(), "2021-08-28T14:44:44.1570000Z");
        assert_eq!(Value::Span(93_784_500).text(), "1.02:03:04.5000000");
        assert_eq!(Value::Span(-5000).text(), "-00:00:05");
        assert_eq!(Value::Real(2.0).text(), "2");
        assert_eq!(Value::Bool(true).text(), "true");
        assert_eq!(parse_time("2021-08-28"), Some(1_630_108_800_000));
    }

    #[test]
    fn numbers_compare_across_types_and_texts_with_times() {
        assert_eq!(Value::Long(1).equals(&Value::Real(1.0)), Some(true));
        assert_eq!(text("2021-08-28").compare(&Value::Time(0)), Some(Ordering::Greater));
        assert_eq!(text("true").equals(&Value::Bool(true)), Some(true));
        assert_eq!(text("1").equals(&Value::Long(1)), Some(false));
    }
}
