//! Evaluates expressions at all points of a grid at once.
//!
//! Series are passed on one at a time where possible, so that a sum over many series never holds all of them in memory.

use super::aggregate::{Aggregation, Folder, count_values, extremes, quantiles};
use super::binary::{AnyOperator, Matching};
use super::function::{EachFunction, LabelReplace, histogram_quantile, label_join, sort, time};
use super::select::{Sink, names_one_metric};
use super::value::{Item, Merger, NAME, Points, Value};
use super::window::WindowFunction;
use super::{Evaluation, PromqlError};
use crate::Labels;
use flux::Text;
use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::value::ValueType;
use promql_parser::parser::{AggregateExpr, BinaryExpr, Call, Expr, VectorSelector};

impl Evaluation<'_> {
    /// The value of an expression.
    pub(super) fn value(&self, expression: &Expr) -> Result<Value, PromqlError> {
        match expression.value_type() {
            ValueType::Scalar => self.scalar(expression).map(Value::Scalar),
            ValueType::Vector => self.vector(expression).map(Value::Vector),
            ValueType::String => text(expression).map(|text| Value::Text(text.to_owned())),
            ValueType::Matrix => Err(PromqlError::NoSamples("range vector")),
        }
    }

    /// The numbers of a scalar expression.
    fn scalar(&self, expression: &Expr) -> Result<Vec<f64>, PromqlError> {
        let points = self.grid.points;
        match expression {
            Expr::NumberLiteral(literal) => Ok(vec![literal.val; points]),
            Expr::Paren(paren) => self.scalar(&paren.expr),
            Expr::Unary(unary) => {
                Ok(self.scalar(&unary.expr)?.into_iter().map(|value| -value).collect())
            }
            Expr::Binary(binary) => {
                let AnyOperator::Number(operator) = AnyOperator::of(binary.op)? else {
                    return Err(unexpected("a set operator between numbers"));
                };
                Ok(operator.of_numbers(&self.scalar(&binary.lhs)?, &self.scalar(&binary.rhs)?))
            }
            Expr::Call(call) if call.func.name == "time" => Ok(time(&self.grid)),
            Expr::Call(call) if call.func.name == "scalar" => {
                let items = self.vector(argument(call, 0)?)?;
                let value = |index| {
                    let mut values = items.iter().filter_map(|item| item.points.get(index));
                    values.next().filter(|_| values.next().is_none()).unwrap_or(f64::NAN)
                };
                Ok((0..points).map(value).collect())
            }
            Expr::Call(call) => Err(unknown_function(call)),
            _ => Err(unexpected("no number")),
        }
    }

    /// The series of a vector expression. No two of them have the same name and labels.
    fn vector(&self, expression: &Expr) -> Result<Vec<Item>, PromqlError> {
        match expression {
            Expr::Paren(paren) => self.vector(&paren.expr),
            Expr::Aggregate(aggregate) => self.aggregate(aggregate),
            Expr::Binary(binary) if number_side(binary).is_none() => self.binary(binary),
            Expr::Call(call) if is_whole(call) => self.call(call),
            _ => {
                let (mut items, mut merger) = (Vec::new(), Merger::default());
                let apart = is_apart(expression);
                self.each(expression, &mut |item| {
                    self.work.held(item.points.len())?;
                    if apart {
                        items.push(item);
                        Ok(())
                    } else {
                        merger.add(item)
                    }
                })?;
                items.extend(merger.finish());
                Ok(items)
            }
        }
    }

    /// Passes the series of a vector expression to `sink`. Two of them may have the same labels, unless the expression
    /// [`is_apart`].
    fn each(&self, expression: &Expr, sink: Sink<'_>) -> Result<(), PromqlError> {
        match expression {
            Expr::VectorSelector(selector) => {
                self.prometheus.select_instant(selector, &self.grid, &self.work, sink)
            }
            Expr::Paren(paren) => self.each(&paren.expr, sink),
            Expr::Unary(unary) => self.each_of(&unary.expr, &mut |item| {
                let points = item.points.map(|_, value| Some(-value));
                sink(Item { name: None, labels: item.labels, points })
            }),
            Expr::Binary(binary) => {
                let Some(number_left) = number_side(binary) else {
                    return self.binary(binary)?.into_iter().try_for_each(sink);
                };
                let AnyOperator::Number(operator) = AnyOperator::of(binary.op)? else {
                    return Err(unexpected("a set operator with a number"));
                };
                let (series, number) = if number_left {
                    (&binary.rhs, &binary.lhs)
                } else {
                    (&binary.lhs, &binary.rhs)
                };
                let number = self.scalar(number)?;
                let as_bool = binary.return_bool();
                self.each_of(series, &mut |item| {
                    let item = operator.of_series_and_number(item, &number, number_left, as_bool);
                    if item.points.is_absent() { Ok(()) } else { sink(item) }
                })
            }
            Expr::Call(call) => self.each_of_call(call, sink),
            _ => self.vector(expression)?.into_iter().try_for_each(sink),
        }
    }

    /// The same, but no two series have the same labels.
    fn each_of(&self, expression: &Expr, sink: Sink<'_>) -> Result<(), PromqlError> {
        if is_apart(expression) {
            self.each(expression, sink)
        } else {
            self.vector(expression)?.into_iter().try_for_each(sink)
        }
    }

    fn each_of_call(&self, call: &Call, sink: Sink<'_>) -> Result<(), PromqlError> {
        if let Some(function) = WindowFunction::named(call.func.name) {
            let Expr::MatrixSelector(selector) = without_parens(argument(call, 0)?) else {
                return Err(unexpected("no range selector"));
            };
            return self.windows(function, selector, sink);
        }
        if let Some(function) = EachFunction::named(call.func.name) {
            let numbers = call.args.args.iter().skip(1);
            let numbers =
                numbers.map(|number| self.scalar(number)).collect::<Result<Vec<_>, _>>()?;
            let mut arguments = vec![0.0; numbers.len()];
            return self.each_of(argument(call, 0)?, &mut |item| {
                let points = item.points.map(|index, value| {
                    for (argument, numbers) in arguments.iter_mut().zip(&numbers) {
                        *argument = numbers[index];
                    }
                    function.apply(value, &arguments)
                });
                if points.is_absent() {
                    return Ok(());
                }
                sink(Item { name: None, labels: item.labels, points })
            });
        }
        self.call(call)?.into_iter().try_for_each(sink)
    }

    /// A function that needs all series at once.
    fn call(&self, call: &Call) -> Result<Vec<Item>, PromqlError> {
        let texts = |from: usize| {
            let texts = call.args.args.iter().skip(from).map(|argument| text(argument));
            texts.collect::<Result<Vec<&str>, _>>()
        };
        match call.func.name {
            "vector" => {
                let values = self.scalar(argument(call, 0)?)?.into_iter().map(Some);
                let points = Points::from_values(values);
                Ok(vec![Item { name: None, labels: Labels::default(), points }])
            }
            "sort" | "sort_desc" => {
                let mut items = self.vector(argument(call, 0)?)?;
                if self.instant {
                    sort(&mut items, call.func.name == "sort_desc");
                }
                Ok(items)
            }
            "absent" => self.absent(argument(call, 0)?),
            "histogram_quantile" => {
                let quantile = self.scalar(argument(call, 0)?)?;
                Ok(histogram_quantile(&quantile, self.vector(argument(call, 1)?)?))
            }
            "label_replace" => {
                let items = self.vector(argument(call, 0)?)?;
                let [to, replacement, from, pattern] = texts(1)?[..] else {
                    return Err(unexpected("label_replace without its texts"));
                };
                LabelReplace { to, replacement, from, pattern }.apply(items)
            }
            "label_join" => {
                let items = self.vector(argument(call, 0)?)?;
                let texts = texts(1)?;
                let [to, separator, from @ ..] = &texts[..] else {
                    return Err(unexpected("label_join without its texts"));
                };
                label_join(items, to, separator, from)
            }
            _ => Err(unknown_function(call)),
        }
    }

    /// The result of `absent`: 1 at points where the expression has no series.
    fn absent(&self, expression: &Expr) -> Result<Vec<Item>, PromqlError> {
        let mut there = vec![false; self.grid.points];
        self.each(expression, &mut |item| {
            item.points.present().for_each(|(index, _)| there[index] = true);
            Ok(())
        })?;
        let points = Points::from_values(there.into_iter().map(|there| (!there).then_some(1.0)));
        if points.is_absent() {
            return Ok(Vec::new());
        }
        let labels = match without_parens(expression) {
            Expr::VectorSelector(selector) => labels_of_absent(selector),
            _ => Labels::default(),
        };
        Ok(vec![Item { name: None, labels, points }])
    }

    fn aggregate(&self, aggregate: &AggregateExpr) -> Result<Vec<Item>, PromqlError> {
        let modifier = aggregate.modifier.as_ref();
        let param = || aggregate.param.as_deref().ok_or_else(|| unexpected("no parameter"));
        let largest = match Aggregation::of(aggregate.op)? {
            Aggregation::Fold(fold) => {
                let mut folder = Folder::new(fold, modifier, self.grid.points);
                self.each_of(&aggregate.expr, &mut |item| {
                    folder.add(&item);
                    Ok(())
                })?;
                return Ok(folder.finish());
            }
            Aggregation::Quantile => {
                let quantile = self.scalar(param()?)?;
                return Ok(quantiles(self.vector(&aggregate.expr)?, modifier, &quantile));
            }
            Aggregation::CountValues => {
                let to = text(param()?)?;
                let items = self.vector(&aggregate.expr)?;
                return count_values(items, modifier, to, self.grid.points);
            }
            Aggregation::Top => true,
            Aggregation::Bottom => false,
        };
        let limits = self.scalar(param()?)?;
        Ok(extremes(self.vector(&aggregate.expr)?, modifier, &limits, largest))
    }

    fn binary(&self, binary: &BinaryExpr) -> Result<Vec<Item>, PromqlError> {
        let (left, right) = (self.vector(&binary.lhs)?, self.vector(&binary.rhs)?);
        let matching = Matching::of(binary.modifier.as_ref());
        match AnyOperator::of(binary.op)? {
            AnyOperator::Number(operator) => matching.apply(operator, left, right),
            AnyOperator::Set(operator) => matching.apply_set(operator, left, right),
        }
    }
}

/// The text of a string expression.
fn text(expression: &Expr) -> Result<&str, PromqlError> {
    match without_parens(expression) {
        Expr::StringLiteral(literal) => Ok(&literal.val),
        _ => Err(unexpected("no text")),
    }
}

fn argument(call: &Call, index: usize) -> Result<&Expr, PromqlError> {
    let argument = call.args.args.get(index).map(|argument| &**argument);
    argument.ok_or_else(|| unexpected("an argument is missing"))
}

/// The parser has checked types and numbers of arguments. If it missed one, the query is reported as wrong.
fn unexpected(what: &str) -> PromqlError {
    PromqlError::Parse(what.to_owned())
}

fn unknown_function(call: &Call) -> PromqlError {
    PromqlError::Parse(format!("unknown function with name \"{}\"", call.func.name))
}

/// Which side is a number when the other has series: `Some(true)` is the left side.
fn number_side(binary: &BinaryExpr) -> Option<bool> {
    if binary.lhs.value_type() == ValueType::Scalar {
        Some(true)
    } else if binary.rhs.value_type() == ValueType::Scalar {
        Some(false)
    } else {
        None
    }
}

fn without_parens(mut expression: &Expr) -> &Expr {
    while let Expr::Paren(paren) = expression {
        expression = &paren.expr;
    }
    expression
}

/// Whether a function needs all series at once.
fn is_whole(call: &Call) -> bool {
    WindowFunction::named(call.func.name).is_none() && EachFunction::named(call.func.name).is_none()
}

/// Whether the series of an expression differ in their labels even without their metric names.
fn is_apart(expression: &Expr) -> bool {
    match expression {
        Expr::VectorSelector(selector) => names_one_metric(selector),
        Expr::MatrixSelector(selector) => names_one_metric(&selector.vs),
        Expr::Paren(paren) => is_apart(&paren.expr),
        Expr::Unary(unary) => is_apart(&unary.expr),
        Expr::Call(call) => match call.func.name {
            "vector" | "absent" | "histogram_quantile" => true,
            "label_replace" | "label_join" => false,
            "sort" | "sort_desc" => call.args.args.iter().all(|argument| is_apart(argument)),
            _ => call.args.args.first().is_none_or(|argument| is_apart(argument)),
        },
        Expr::Binary(binary) => match number_side(binary) {
            Some(true) => is_apart(&binary.rhs),
            Some(false) => is_apart(&binary.lhs),
            None => false,
        },
        Expr::Aggregate(aggregate) => match Aggregation::of(aggregate.op) {
            Ok(Aggregation::Top | Aggregation::Bottom) => is_apart(&aggregate.expr),
            _ => !aggregate.modifier.as_ref().is_some_and(|modifier| {
                modifier.is_include() && modifier.labels().labels.iter().any(|label| label == NAME)
            }),
        },
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) => true,
        Expr::Subquery(_) | Expr::Extension(_) => false,
    }
}

/// The labels of `absent`'s result: those that the selector compares for equality, once each.
fn labels_of_absent(selector: &VectorSelector) -> Labels {
    let matchers = || selector.matchers.matchers.iter().filter(|matcher| matcher.name != NAME);
    let told = |matcher: &&Matcher| {
        let others = matchers().filter(|other| other.name == matcher.name).count();
        matcher.op == MatchOp::Equal && others == 1
    };
    let labels = matchers().filter(told);
    labels.map(|matcher| (Text::from(&*matcher.name), Text::from(&*matcher.value))).collect()
}
