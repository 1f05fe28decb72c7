//! Resolves the names and types of expressions.

use super::ast::{Arithmetic, Expression};
use super::bound::{Bound, Pattern, Register, Typed};
use super::error::KqlError;
use super::functions::{self, Function};
use super::value::{Type, Value};
use flux::{Text, UtcMillis};

/// A column in scope.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Column {
    pub name: Text,
    pub kind: Type,
    pub register: Register,
}

/// The columns in scope, and the time that `now()` returns.
pub(super) struct Scope<'a> {
    pub columns: &'a [Column],
    pub now: UtcMillis,
    /// The operator that is being bound, for error messages.
    pub operator: &'static str,
}

pub(super) fn semantic(operator: &str, text: impl AsRef<str>) -> KqlError {
    KqlError::Semantic(format!("'{operator}' operator: {}", text.as_ref()))
}

impl Scope<'_> {
    fn error(&self, text: impl AsRef<str>) -> KqlError {
        semantic(self.operator, text)
    }

    /// The column with this name, exact in case.
    pub(super) fn column(&self, name: &str) -> Result<&Column, KqlError> {
        self.columns.iter().find(|column| column.name == name).ok_or_else(|| {
            self.error(format!("Failed to resolve column or scalar expression named '{name}'"))
        })
    }

    /// A condition. Only a bool or a dynamic value is accepted.
    pub(super) fn condition(&self, expression: &Expression) -> Result<Bound, KqlError> {
        let typed = self.bind(expression)?;
        match typed.kind {
            Type::Bool => Ok(typed.bound),
            other => Err(self.error(format!("expected a bool expression, got {}", other.name()))),
        }
    }

    /// An expression that can be grouped, joined and sorted by; dynamic values can't.
    pub(super) fn key(&self, expression: &Expression) -> Result<Typed, KqlError> {
        let typed = self.bind(expression)?;
        if typed.kind == Type::Dynamic {
            let text = "the key is of a 'dynamic' type. Please use an explicit cast (for example tostring(…)) as using a 'dynamic' type as a key is not supported";
            return Err(self.error(text));
        }
        Ok(typed)
    }

    pub(super) fn bind(&self, expression: &Expression) -> Result<Typed, KqlError> {
        let boxed =
            |expression: &Expression| self.bind(expression).map(|typed| Box::new(typed.bound));
        let condition = |expression: &Expression| self.condition(expression).map(Box::new);
        let (bound, kind) = match expression {
            Expression::Literal(value, kind) => (Bound::Literal(value.clone()), *kind),
            Expression::Name(name) => {
                let column = self.column(name)?;
                (Bound::Register(column.register), column.kind)
            }
            Expression::Member(inner, name) => (
                Bound::Member(Box::new(self.dynamic(inner)?), Text::from(name.as_str())),
                Type::Dynamic,
            ),
            Expression::At(inner, index) => {
                (Bound::At(Box::new(self.dynamic(inner)?), boxed(index)?), Type::Dynamic)
            }
            Expression::Call(name, arguments) => return self.call(name, arguments),
            Expression::Negate(inner) => {
                let inner = self.bind(inner)?;
                if !matches!(inner.kind, Type::Long | Type::Real | Type::Span) {
                    return Err(self.error(format!("a {} has no negative", inner.kind.name())));
                }
                (Bound::Negate(Box::new(inner.bound)), inner.kind)
            }
            Expression::And(left, right) => {
                (Bound::And(condition(left)?, condition(right)?), Type::Bool)
            }
            Expression::Or(left, right) => {
                (Bound::Or(condition(left)?, condition(right)?), Type::Bool)
            }
            Expression::Compare(comparison, left, right) => {
                let (left, right) = (self.bind(left)?, self.bind(right)?);
                self.comparable(left.kind, right.kind)?;
                (Bound::Compare(*comparison, left.bound.into(), right.bound.into()), Type::Bool)
            }
            Expression::Test { test, negated, left, right } => {
                let (left, right) = (self.text(left)?.into(), self.text(right)?.into());
                (Bound::Test { test: *test, negated: *negated, left, right }, Type::Bool)
            }
            Expression::In { value, list, negated, any_case } => {
                let value = self.bind(value)?;
                let list = list
                    .iter()
                    .map(|item| {
                        let item = self.bind(item)?;
                        self.comparable(value.kind, item.kind)?;
                        Ok(item.bound)
                    })
                    .collect::<Result<_, KqlError>>()?;
                let value = Box::new(value.bound);
                (Bound::In { value, list, negated: *negated, any_case: *any_case }, Type::Bool)
            }
            Expression::HasAny(value, list) => {
                let list = list.iter().map(|item| self.text(item)).collect::<Result<_, _>>()?;
                (Bound::HasAny(self.text(value)?.into(), list), Type::Bool)
            }
            Expression::Matches(value, pattern) => {
                let value = Box::new(self.text(value)?);
                let Some(Value::Text(pattern)) = self.text(pattern)?.constant() else {
                    return Err(self.error("matches regex: expected a constant string"));
                };
                let pattern = Pattern::new(&pattern)
                    .map_err(|text| self.error(format!("matches regex: {text}")))?;
                (Bound::Matches(value, pattern), Type::Bool)
            }
            Expression::Between { value, low, high, negated } => {
                let (value, low, high) = (boxed(value)?, boxed(low)?, boxed(high)?);
                (Bound::Between { value, low, high, negated: *negated }, Type::Bool)
            }
            Expression::Calculate(operation, left, right) => {
                let (left, right) = (self.bind(left)?, self.bind(right)?);
                let kind = self.calculated(*operation, left.kind, right.kind)?;
                (Bound::Calculate(*operation, left.bound.into(), right.bound.into()), kind)
            }
        };
        Ok(Typed { bound, kind })
    }

    fn dynamic(&self, expression: &Expression) -> Result<Bound, KqlError> {
        let typed = self.bind(expression)?;
        match typed.kind {
            Type::Dynamic => Ok(typed.bound),
            other => Err(self.error(format!(
                "path expression source must be of type dynamic, not {}",
                other.name()
            ))),
        }
    }

    fn text(&self, expression: &Expression) -> Result<Bound, KqlError> {
        let typed = self.bind(expression)?;
        match typed.kind {
            Type::Text | Type::Dynamic => Ok(typed.bound),
            other => Err(self.error(format!("expected a string, got {}", other.name()))),
        }
    }

    fn comparable(&self, left: Type, right: Type) -> Result<(), KqlError> {
        let number = |kind| matches!(kind, Type::Long | Type::Real);
        let alike = left == right
            || left == Type::Dynamic
            || right == Type::Dynamic
            || (number(left) && number(right));
        if alike {
            return Ok(());
        }
        Err(self.error(format!(
            "Cannot compare values of types {} and {}. Try adding explicit casts",
            left.name(),
            right.name()
        )))
    }

    fn calculated(&self, operation: Arithmetic, left: Type, right: Type) -> Result<Type, KqlError> {
        use Arithmetic::{Add, Divide, Multiply, Subtract};
        Ok(match (left, operation, right) {
            (Type::Long, _, Type::Long) => Type::Long,
            (Type::Long | Type::Real, _, Type::Long | Type::Real)
            | (Type::Span, Divide, Type::Span) => Type::Real,
            (Type::Time, Subtract, Type::Time)
            | (Type::Span, Add | Subtract, Type::Span)
            | (Type::Span, Multiply | Divide, Type::Long | Type::Real) => Type::Span,
            (Type::Time, Add | Subtract, Type::Span) => Type::Time,
            _ => {
                return Err(self.error(format!(
                    "Arithmetic expression cannot be carried out between {} and {} expressions",
                    left.name(),
                    right.name()
                )));
            }
        })
    }

    fn call(&self, name: &str, arguments: &[Expression]) -> Result<Typed, KqlError> {
        let time = |at: i64| Typed { bound: Bound::Literal(Value::Time(at)), kind: Type::Time };
        let arguments =
            arguments.iter().map(|argument| self.bind(argument)).collect::<Result<Vec<_>, _>>()?;
        match (name, arguments.as_slice()) {
            ("now", []) => return Ok(time(self.now.0)),
            ("now" | "ago", [offset]) => {
                let Some(Value::Span(offset)) = offset.bound.constant() else {
                    return Err(self.error(format!("{name}(): expected a constant timespan")));
                };
                let offset = if name == "ago" { offset.saturating_neg() } else { offset };
                return Ok(time(self.now.0.saturating_add(offset)));
            }
            ("pack_all", []) => {
                let members = self.columns.iter().flat_map(|column| {
                    [
                        Bound::Literal(Value::Text(column.name.clone())),
                        Bound::Register(column.register),
                    ]
                });
                let bound = Bound::Call(Function::Pack, members.collect());
                return Ok(Typed { bound, kind: Type::Dynamic });
            }
            _ => {}
        }
        let Some((function, least, most)) = functions::find(name) else {
            return Err(KqlError::Semantic(format!("Unknown function: '{name}'.")));
        };
        if !(least..=most).contains(&arguments.len()) {
            return Err(self.error(format!(
                "{name}(): function expects {least} to {most} argument(s), got {}",
                arguments.len()
            )));
        }
        let kinds: Vec<Type> = arguments.iter().map(|argument| argument.kind).collect();
        let kind = functions::result_type(function, &kinds)
            .map_err(|text| self.error(format!("{name}(): {text}")))?;
        let list = arguments.into_iter().map(|argument| argument.bound).collect();
        Ok(Typed { bound: Bound::Call(function, list), kind })
    }
}
