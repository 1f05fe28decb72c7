//! A JSON tree that is cheap to build a hundred thousand times, and from which parts are cheap to copy.
//!
//! Member names and fixed texts are static, and lists and objects are shared: copying an object or one of its members
//! copies a pointer. `serde_json::Value` would allocate each of a row's hundred or so names.

use flux::Text;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;
use std::sync::Arc;

/// One JSON value.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Json {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number; never NaN or infinite.
    Real(f64),
    /// A text.
    Text(Text),
    /// A list.
    Array(Arc<[Json]>),
    /// Members in the order in which they are written. Names are unique.
    Object(Arc<[(Text, Json)]>),
}

impl Json {
    /// An object with these members.
    pub fn object(members: impl Into<Arc<[(Text, Json)]>>) -> Self {
        Self::Object(members.into())
    }

    /// A list of these values.
    pub fn array(values: impl Into<Arc<[Json]>>) -> Self {
        Self::Array(values.into())
    }

    /// The member `name`, exact in case. `None`: the value is no object, or the object has no such member.
    pub fn member(&self, name: &str) -> Option<&Json> {
        match self {
            Self::Object(members) => {
                members.iter().find(|(key, _)| key == name).map(|(_, value)| value)
            }
            _ => None,
        }
    }

    /// The text. `None`: the value is of another type.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The same tree with the first letter of each member name in upper case. Names below the member `opaque` belong to
    /// the user and stay as they are.
    pub(super) fn pascal_case(&self, opaque: &str) -> Self {
        match self {
            Self::Array(values) => Self::array(
                values.iter().map(|value| value.pascal_case(opaque)).collect::<Vec<_>>(),
            ),
            Self::Object(members) => {
                let renamed = members.iter().map(|(name, value)| {
                    let value =
                        if name == opaque { value.clone() } else { value.pascal_case(opaque) };
                    (capitalised(name), value)
                });
                Self::object(renamed.collect::<Vec<_>>())
            }
            other => other.clone(),
        }
    }
}

fn capitalised(name: &str) -> Text {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    Text::from(first.into_iter().chain(letters).collect::<String>())
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Real(value) => serializer.serialize_f64(*value),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Array(values) => serializer.collect_seq(values.iter()),
            Self::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members.iter() {
                    map.serialize_entry(name.as_str(), value)?;
                }
                map.end()
            }
        }
    }
}

impl From<&Json> for Value {
    fn from(json: &Json) -> Self {
        match json {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::from(*value),
            Json::Integer(value) => Value::from(*value),
            Json::Real(value) => Value::from(*value),
            Json::Text(text) => Value::from(text.as_str()),
            Json::Array(values) => values.iter().map(Value::from).collect(),
            Json::Object(members) => {
                members.iter().map(|(name, value)| (name.to_string(), Value::from(value))).collect()
            }
        }
    }
}

impl From<&Value> for Json {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => number
                .as_i64()
                .map(Self::Integer)
                .or_else(|| number.as_f64().map(Self::Real))
                .unwrap_or_default(),
            Value::String(text) => Self::from(text.as_str()),
            Value::Array(values) => Self::array(values.iter().map(Self::from).collect::<Vec<_>>()),
            Value::Object(members) => Self::object(
                members
                    .iter()
                    .map(|(name, value)| (Text::from(name.as_str()), Self::from(value)))
                    .collect::<Vec<_>>(),
            ),
        }
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Json {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<i32> for Json {
    fn from(value: i32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<u32> for Json {
    fn from(value: u32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<Text> for Json {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

impl From<&Text> for Json {
    fn from(text: &Text) -> Self {
        Self::Text(text.clone())
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(Text::from(text))
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(Text::from(text))
    }
}

impl<T> From<Option<T>> for Json
where
    Self: From<T>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::from)
    }
}

/// Writes an object: `object! { "name": "text", "other": null, "third": (expression) }`. Names and fixed texts aren't
/// allocated.
macro_rules! object {
    (@value null) => { $crate::Json::Null };
    (@value $text:literal) => { $crate::json::fixed!($text) };
    (@value ($value:expr)) => { $crate::Json::from($value) };
    ($($name:literal : $value:tt),* $(,)?) => {
        $crate::Json::object([
            $((arcstr::literal!($name), $crate::json::object!(@value $value))),*
        ])
    };
}

/// A fixed text as a [`Json`].
macro_rules! fixed {
    ($text:literal) => {
        $crate::Json::Text(arcstr::literal!($text))
    };
}

pub(crate) use {fixed, object};

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn writes_and_reads_the_same_as_serde_json() {
        let tree = object! { "a": null, "b": (true), "c": (Json::array([Json::from(1), Json::Real(0.5)])), "d": "x\"y" };
        let value = json!({"a": null, "b": true, "c": [1, 0.5], "d": "x\"y"});
        assert_eq!(Value::from(&tree), value);
        assert_eq!(Json::from(&value), tree);
        assert_eq!(
            serde_json::to_string(&tree).expect("serialises"),
            r#"{"a":null,"b":true,"c":[1,0.5],"d":"x\"y"}"#
        );
    }

    #[test]
    fn capitals_stop_at_the_users_own_names() {
        let tree = object! { "scope": (object! { "cluster": null }), "settings": (object! { "a.b": "c" }) };
        assert_eq!(
            Value::from(&tree.pascal_case("settings")),
            json!({"Scope": {"Cluster": null}, "Settings": {"a.b": "c"}})
        );
    }
}
