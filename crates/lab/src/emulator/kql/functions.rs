//! Scalar functions.

use super::value::{Type, Value, whole};
use fleet::Json;
use flux::Text;

/// A function of its arguments alone. `now()`, `ago()` and `pack_all()` aren't listed: they are resolved when a query
/// is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    /// A conversion such as `tostring` or `toint`.
    Convert(Type),
    ToLower,
    ToUpper,
    Coalesce,
    Iff,
    Case,
    Strcat,
    Split,
    Strlen,
    Substring,
    IndexOf,
    ReplaceString,
    IsNull,
    IsNotNull,
    IsEmpty,
    IsNotEmpty,
    Not,
    ArrayLength,
    BagKeys,
    ParseJson,
    Pack,
    PackArray,
    Bin,
}

/// The function with this name, with the smallest and largest number of its arguments. `None`: there is no such
/// function.
pub(super) fn find(name: &str) -> Option<(Function, usize, usize)> {
    const MANY: usize = 64;
    Some(match name {
        "tostring" => (Function::Convert(Type::Text), 1, 1),
        "toint" | "tolong" => (Function::Convert(Type::Long), 1, 1),
        "todouble" | "toreal" => (Function::Convert(Type::Real), 1, 1),
        "tobool" | "toboolean" => (Function::Convert(Type::Bool), 1, 1),
        "todatetime" => (Function::Convert(Type::Time), 1, 1),
        "tolower" => (Function::ToLower, 1, 1),
        "toupper" => (Function::ToUpper, 1, 1),
        "coalesce" => (Function::Coalesce, 2, MANY),
        "iff" | "iif" => (Function::Iff, 3, 3),
        "case" => (Function::Case, 3, MANY),
        "strcat" => (Function::Strcat, 1, MANY),
        "split" => (Function::Split, 2, 3),
        "strlen" => (Function::Strlen, 1, 1),
        "substring" => (Function::Substring, 2, 3),
        "indexof" => (Function::IndexOf, 2, 2),
        "replace_string" => (Function::ReplaceString, 3, 3),
        "isnull" => (Function::IsNull, 1, 1),
        "isnotnull" | "notnull" => (Function::IsNotNull, 1, 1),
        "isempty" => (Function::IsEmpty, 1, 1),
        "isnotempty" | "notempty" => (Function::IsNotEmpty, 1, 1),
        "not" => (Function::Not, 1, 1),
        "array_length" => (Function::ArrayLength, 1, 1),
        "bag_keys" => (Function::BagKeys, 1, 1),
        "parse_json" | "todynamic" | "toobject" => (Function::ParseJson, 1, 1),
        "pack" | "bag_pack" => (Function::Pack, 2, MANY),
        "pack_array" => (Function::PackArray, 1, MANY),
        "bin" | "floor" => (Function::Bin, 2, 2),
        _ => return None,
    })
}

/// Type of the result for arguments of these types.
///
/// # Errors
/// Kusto's message when the arguments' types don't fit.
pub(super) fn result_type(function: Function, arguments: &[Type]) -> Result<Type, String> {
    let conditions = match function {
        Function::Not => arguments,
        Function::Iff => &arguments[..1],
        _ => &[],
    };
    if let Some(odd) = conditions.iter().find(|kind| **kind != Type::Bool) {
        return Err(format!("expected a bool expression, got {}", odd.name()));
    }
    Ok(match function {
        Function::Convert(kind) => kind,
        Function::ToLower
        | Function::ToUpper
        | Function::Strcat
        | Function::Substring
        | Function::ReplaceString => Type::Text,
        Function::Coalesce => same(arguments.iter())?,
        Function::Iff => same(arguments[1..].iter())?,
        Function::Case => {
            let last = arguments.len() - 1;
            let chosen = |index: &usize| index % 2 == 1 || *index == last;
            same((0..=last).filter(chosen).map(|index| &arguments[index]))?
        }
        Function::Strlen | Function::IndexOf | Function::ArrayLength => Type::Long,
        Function::IsNull
        | Function::IsNotNull
        | Function::IsEmpty
        | Function::IsNotEmpty
        | Function::Not => Type::Bool,
        Function::Split
        | Function::BagKeys
        | Function::ParseJson
        | Function::Pack
        | Function::PackArray => Type::Dynamic,
        Function::Bin => arguments[0],
    })
}

/// The type that all arguments share.
fn same<'t>(mut types: impl Iterator<Item = &'t Type>) -> Result<Type, String> {
    let first = types.next().copied().unwrap_or(Type::Dynamic);
    match types.find(|other| **other != first) {
        None => Ok(first),
        Some(odd) => {
            Err(format!("arguments are of different types: {} and {}", first.name(), odd.name()))
        }
    }
}

impl Function {
    /// The result for these arguments. The caller has checked their number.
    pub(super) fn apply(self, arguments: &[Value]) -> Value {
        let first = &arguments[0];
        match self {
            Self::Convert(kind) => first.convert(kind),
            Self::ToLower => text(first.text().to_lowercase()),
            Self::ToUpper => text(first.text().to_uppercase()),
            Self::Coalesce => coalesce(arguments),
            Self::Iff => arguments[if first.as_bool() == Some(true) { 1 } else { 2 }].clone(),
            Self::Case => case(arguments),
            Self::Strcat => {
                text(arguments.iter().map(Value::text).fold(String::new(), |all, one| all + &one))
            }
            Self::Split => split(arguments),
            Self::Strlen => Value::Long(length(first.text().chars().count())),
            Self::Substring => substring(arguments),
            Self::IndexOf => {
                let (hay, needle) = (first.text(), arguments[1].text());
                let found = hay.find(needle.as_str()).map(|at| hay[..at].chars().count());
                Value::Long(found.map_or(-1, length))
            }
            Self::ReplaceString => {
                let (from, to) = (arguments[1].text(), arguments[2].text());
                if from.is_empty() {
                    first.clone()
                } else {
                    text(first.text().replace(from.as_str(), &to))
                }
            }
            Self::IsNull => Value::Bool(first.is_null()),
            Self::IsNotNull => Value::Bool(!first.is_null()),
            Self::IsEmpty => Value::Bool(first.text().is_empty()),
            Self::IsNotEmpty => Value::Bool(!first.text().is_empty()),
            Self::Not => first.as_bool().map_or(Value::Null, |value| Value::Bool(!value)),
            Self::ArrayLength => match first {
                Value::Dynamic(Json::Array(items)) => Value::Long(length(items.len())),
                _ => Value::Null,
            },
            Self::BagKeys => match first {
                Value::Dynamic(Json::Object(members)) => {
                    list(members.iter().map(|(name, _)| Json::from(name)).collect())
                }
                _ => Value::Null,
            },
            Self::ParseJson => match first {
                // A text that isn't JSON stays a text.
                Value::Text(source) => serde_json::from_str::<serde_json::Value>(source)
                    .map_or_else(
                        |_| first.clone(),
                        |parsed| Value::from_json(&Json::from(&parsed)),
                    ),
                other => other.clone(),
            },
            Self::Pack => {
                let members = arguments.chunks_exact(2);
                let members = members.map(|pair| (pair[0].text(), pair[1].to_json()));
                Value::Dynamic(Json::object(members.collect::<Vec<_>>()))
            }
            Self::PackArray => list(arguments.iter().map(Value::to_json).collect()),
            Self::Bin => bin(first, &arguments[1]),
        }
    }
}

fn text(text: String) -> Value {
    Value::Text(Text::from(text))
}

fn list(items: Vec<Json>) -> Value {
    Value::Dynamic(Json::array(items))
}

fn length(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The first argument that is neither null nor an empty text, or else the last argument.
fn coalesce(arguments: &[Value]) -> Value {
    let there = arguments.iter().find(|value| match value {
        Value::Null => false,
        Value::Text(text) => !text.is_empty(),
        _ => true,
    });
    there.or(arguments.last()).cloned().unwrap_or(Value::Null)
}

fn case(arguments: &[Value]) -> Value {
    let (default, pairs) = arguments.split_last().unwrap_or((&Value::Null, &[]));
    let chosen = pairs.chunks_exact(2).find(|pair| pair[0].as_bool() == Some(true));
    chosen.map_or(default, |pair| &pair[1]).clone()
}

fn split(arguments: &[Value]) -> Value {
    let (source, delimiter) = (arguments[0].text(), arguments[1].text());
    let mut parts: Vec<Json> = if delimiter.is_empty() {
        vec![Json::from(&source)]
    } else {
        source.split(delimiter.as_str()).map(Json::from).collect()
    };
    if let Some(Value::Long(index)) = arguments.get(2) {
        let wanted = usize::try_from(*index).ok().and_then(|index| parts.get(index).cloned());
        parts = wanted.into_iter().collect();
    }
    list(parts)
}

fn substring(arguments: &[Value]) -> Value {
    let source = arguments[0].text();
    let number = |value: Option<&Value>| match value {
        Some(Value::Long(number)) => Some(*number),
        _ => None,
    };
    let start = usize::try_from(number(arguments.get(1)).unwrap_or(0)).unwrap_or(0);
    let count = match number(arguments.get(2)) {
        Some(count) => usize::try_from(count).unwrap_or(0),
        None => usize::MAX,
    };
    text(source.chars().skip(start).take(count).collect())
}

/// Rounds down to a multiple of `size`.
fn bin(value: &Value, size: &Value) -> Value {
    let down = |value: i64, size: i64| (size > 0).then(|| value - value.rem_euclid(size));
    let result = match (value, size) {
        (Value::Long(value), Value::Long(size)) => down(*value, *size).map(Value::Long),
        (Value::Time(value), Value::Span(size)) => down(*value, *size).map(Value::Time),
        (Value::Span(value), Value::Span(size)) => down(*value, *size).map(Value::Span),
        (Value::Real(value), Value::Long(size)) if *size > 0 => whole(value.floor())
            .and_then(|value| down(value, *size))
            .map(|value| Value::Long(value).convert(Type::Real)),
        (Value::Real(value), Value::Real(size)) if *size > 0.0 => {
            Some(Value::Real((value / size).floor() * size))
        }
        _ => None,
    };
    result.unwrap_or(Value::Null)
}
