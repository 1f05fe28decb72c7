//! Aggregation functions of `summarize`.

use super::ast::{Expression, Named};
use super::bind::{Scope, semantic};
use super::bound::{Bound, Typed};
use super::error::KqlError;
use super::parser::own_name;
use super::value::{Type, Value};
use fleet::Json;
use flux::Text;
use std::cmp::Ordering;
use std::collections::HashSet;

/// What an aggregate collects from a group's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gather {
    Count,
    CountIf,
    /// An exact count. Kusto's is an estimate, which is exact for small numbers.
    CountDistinct,
    Min,
    Max,
    Sum,
    Average,
    List,
    Set,
    Any,
}

/// One aggregate of a `summarize`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Aggregate {
    pub gather: Gather,
    /// The expression that is aggregated; a literal null for `count()`.
    pub argument: Bound,
    pub kind: Type,
    pub name: Text,
}

/// The function with this name, and the prefix of its default column names.
fn find(name: &str) -> Option<(Gather, &'static str)> {
    Some(match name {
        "count" => (Gather::Count, "count_"),
        "countif" => (Gather::CountIf, "countif_"),
        "dcount" => (Gather::CountDistinct, "dcount_"),
        "min" => (Gather::Min, "min_"),
        "max" => (Gather::Max, "max_"),
        "sum" => (Gather::Sum, "sum_"),
        "avg" => (Gather::Average, "avg_"),
        "make_list" | "makelist" => (Gather::List, "list_"),
        "make_set" | "makeset" => (Gather::Set, "set_"),
        "any" => (Gather::Any, "any_"),
        "take_any" => (Gather::Any, ""),
        _ => return None,
    })
}

impl Aggregate {
    pub(super) fn count() -> Self {
        let argument = Bound::Literal(Value::Null);
        Self { gather: Gather::Count, argument, kind: Type::Long, name: Text::from("Count") }
    }

    /// Binds an aggregate such as `count()` or `n = countif(…)`.
    pub(super) fn bind(named: &Named, scope: &Scope<'_>) -> Result<Self, KqlError> {
        let refuse = |text: String| Err(semantic("summarize", text));
        let Expression::Call(function, arguments) = &named.expression else {
            return refuse("expected an aggregation function".to_owned());
        };
        let Some((gather, prefix)) = find(function) else {
            return refuse(format!("Function '{function}' is not an aggregation function"));
        };
        let expected = if gather == Gather::Count { 0..=0 } else { 1..=2 };
        if !expected.contains(&arguments.len()) {
            return refuse(format!("{function}(): wrong number of arguments"));
        }
        let argument = match arguments.first() {
            None => Typed { bound: Bound::Literal(Value::Null), kind: Type::Long },
            Some(condition) if gather == Gather::CountIf => {
                Typed { bound: scope.condition(condition)?, kind: Type::Bool }
            }
            Some(argument) => scope.bind(argument)?,
        };
        let kind = match (gather, argument.kind) {
            (Gather::Count | Gather::CountIf | Gather::CountDistinct, _) => Type::Long,
            (Gather::Average, Type::Long | Type::Real) => Type::Real,
            (Gather::Average, kind)
            | (Gather::Sum, kind @ (Type::Text | Type::Bool | Type::Time | Type::Dynamic)) => {
                return refuse(format!("{function}(): argument is of type {}", kind.name()));
            }
            (Gather::List | Gather::Set, _) => Type::Dynamic,
            (Gather::Min | Gather::Max | Gather::Any | Gather::Sum, kind) => kind,
        };
        let name = named.name.clone().unwrap_or_else(|| {
            format!("{prefix}{}", arguments.first().and_then(own_name).unwrap_or_default())
        });
        Ok(Self { gather, argument: argument.bound, kind, name: Text::from(name) })
    }
}

/// The values collected so far for one aggregate in one group.
#[derive(Clone, Debug)]
pub(super) enum Heap {
    Count(i64),
    Seen(HashSet<Vec<u8>>),
    Best(Option<Value>),
    Sum(Option<Value>),
    Average { sum: f64, count: u32 },
    List(Vec<Json>),
    Set(Vec<Json>, HashSet<Vec<u8>>),
}

impl Heap {
    pub(super) fn new(gather: Gather) -> Self {
        match gather {
            Gather::Count | Gather::CountIf => Self::Count(0),
            Gather::CountDistinct => Self::Seen(HashSet::new()),
            Gather::Min | Gather::Max | Gather::Any => Self::Best(None),
            Gather::Sum => Self::Sum(None),
            Gather::Average => Self::Average { sum: 0.0, count: 0 },
            Gather::List => Self::List(Vec::new()),
            Gather::Set => Self::Set(Vec::new(), HashSet::new()),
        }
    }

    /// Adds the value of one row. Only `count()` counts nulls.
    pub(super) fn add(&mut self, gather: Gather, value: Value) {
        match self {
            Self::Count(count) => {
                *count += i64::from(gather == Gather::Count || value == Value::Bool(true));
            }
            _ if value.is_null() => {}
            Self::Seen(seen) => {
                seen.insert(key(&value));
            }
            Self::Best(best) => {
                let wanted = match gather {
                    Gather::Min => Ordering::Less,
                    _ => Ordering::Greater,
                };
                let better = match best {
                    None => true,
                    Some(_) if gather == Gather::Any => false,
                    Some(best) => value.compare(best) == Some(wanted),
                };
                if better {
                    *best = Some(value);
                }
            }
            Self::Sum(sum) => {
                *sum = Some(match (sum.take(), value) {
                    (Some(Value::Long(sum)), Value::Long(value)) => {
                        Value::Long(sum.saturating_add(value))
                    }
                    (Some(Value::Real(sum)), Value::Real(value)) => Value::Real(sum + value),
                    (Some(Value::Span(sum)), Value::Span(value)) => {
                        Value::Span(sum.saturating_add(value))
                    }
                    (_, value) => value,
                });
            }
            Self::Average { sum, count } => {
                if let Value::Real(value) = value.convert(Type::Real) {
                    *sum += value;
                    *count += 1;
                }
            }
            Self::List(list) => list.push(value.to_json()),
            Self::Set(list, seen) => {
                if seen.insert(key(&value)) {
                    list.push(value.to_json());
                }
            }
        }
    }

    /// The aggregate's result; `kind` is the column's type.
    pub(super) fn finish(self, kind: Type) -> Value {
        match self {
            Self::Count(count) => Value::Long(count),
            Self::Seen(seen) => Value::Long(i64::try_from(seen.len()).unwrap_or(i64::MAX)),
            Self::Best(best) => best.unwrap_or_else(|| kind.nothing()),
            Self::Sum(sum) => sum.unwrap_or_else(|| match kind {
                Type::Real => Value::Real(0.0),
                Type::Span => Value::Span(0),
                _ => Value::Long(0),
            }),
            Self::Average { count: 0, .. } => Value::Null,
            Self::Average { sum, count } => Value::Real(sum / f64::from(count)),
            Self::List(list) | Self::Set(list, _) => Value::Dynamic(Json::array(list)),
        }
    }
}

fn key(value: &Value) -> Vec<u8> {
    let mut key = Vec::new();
    value.write_key(&mut key);
    key
}
