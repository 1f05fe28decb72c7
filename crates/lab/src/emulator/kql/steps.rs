//! Applies the steps of a flow to one row.

use super::ast::Piece;
use super::join_table::{JoinTable, Row};
use super::plan::{Expansion, Partners, Step};
use super::value::{Type, Value};
use fleet::Json;
use flux::Text;
use std::ops::ControlFlow;

/// The steps to evaluate, each with the right side of its join, if it is one.
pub(super) type Steps<'a> = [(&'a Step, Option<&'a JoinTable>)];

/// Passes a row through the steps; `sink` receives the resulting rows: none, one, or several.
pub(super) fn run(
    steps: &Steps<'_>,
    row: &mut Row,
    sink: &mut dyn FnMut(&Row) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let Some(((step, partners), rest)) = steps.split_first() else { return sink(row) };
    match step {
        Step::Filter(condition) => {
            if condition.truth(row) == Some(true) {
                run(rest, row, sink)
            } else {
                ControlFlow::Continue(())
            }
        }
        Step::Assign(register, value) => {
            row[*register] = value.value(row);
            run(rest, row, sink)
        }
        Step::Parse { value, pattern, into } => {
            let text = value.value(row).text();
            let parts = take_apart(&text, pattern);
            for (index, (register, kind)) in into.iter().enumerate() {
                let part = parts.as_ref().and_then(|parts| parts.get(index));
                row[*register] = match part {
                    Some(part) => Value::Text(Text::from(*part)).convert(*kind),
                    None => kind.nothing(),
                };
            }
            run(rest, row, sink)
        }
        Step::Expand(expansion) => expand(expansion, row, &mut |row| run(rest, row, sink)),
        Step::Join(join) => {
            let Some(table) = partners else { return ControlFlow::Continue(()) };
            let found = table.find(join.on.iter().map(|(register, _)| &row[*register]));
            match join.partners {
                Partners::Some if !found.is_empty() => return run(rest, row, sink),
                Partners::None if found.is_empty() => return run(rest, row, sink),
                Partners::Some | Partners::None => return ControlFlow::Continue(()),
                Partners::EachOrNothing if found.is_empty() => {
                    for (register, column) in join.into.iter().zip(&join.right.columns) {
                        row[*register] = column.kind.nothing();
                    }
                    return run(rest, row, sink);
                }
                Partners::Each | Partners::EachOrNothing => {}
            }
            for partner in found {
                for (register, value) in join.into.iter().zip(&table.rows[*partner]) {
                    row[*register] = value.clone();
                }
                run(rest, row, sink)?;
            }
            ControlFlow::Continue(())
        }
    }
}

/// One row per element. A null list keeps its row, an empty list drops it; several lists are expanded in parallel.
fn expand(
    expansion: &Expansion,
    row: &mut Row,
    next: &mut dyn FnMut(&mut Row) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let lists = expansion.lists.iter().map(|(list, ..)| elements(&list.value(row)));
    let lists: Vec<Option<Vec<Value>>> = lists.collect();
    let longest = lists.iter().flatten().map(Vec::len).max();
    for index in 0..longest.unwrap_or(1).min(expansion.limit) {
        for (elements, (_, register, kind)) in lists.iter().zip(&expansion.lists) {
            let element = elements.as_ref().and_then(|elements| elements.get(index));
            row[*register] = match (element, *kind) {
                (None, kind) => kind.nothing(),
                (Some(element), Type::Dynamic) => element.clone(),
                (Some(element), kind) => element.convert(kind),
            };
        }
        if let Some(register) = expansion.index {
            row[register] = Value::Long(i64::try_from(index).unwrap_or(i64::MAX));
        }
        next(row)?;
    }
    ControlFlow::Continue(())
}

/// Elements of a list, members of an object as objects with one member, or the value itself. `None`: null.
fn elements(value: &Value) -> Option<Vec<Value>> {
    Some(match value {
        Value::Null => return None,
        Value::Dynamic(Json::Array(items)) => items.iter().map(Value::from_json).collect(),
        Value::Dynamic(Json::Object(members)) => {
            members.iter().map(|member| Value::Dynamic(Json::object([member.clone()]))).collect()
        }
        other => vec![other.clone()],
    })
}

/// The texts at the columns of a pattern. `None`: the text doesn't match.
fn take_apart<'a>(text: &'a str, pattern: &[Piece]) -> Option<Vec<&'a str>> {
    let mut parts = Vec::new();
    let mut rest = text;
    // The piece before the next literal: `Some(true)` is a column, `Some(false)` is `*`.
    let mut open: Option<bool> = None;
    for piece in pattern {
        let Piece::Literal(literal) = piece else {
            if open == Some(true) {
                // Two adjacent columns: the first one receives an empty text.
                parts.push("");
            }
            open = Some(matches!(piece, Piece::Column(..)));
            continue;
        };
        let found = rest.find(literal.as_str())?;
        match open.take() {
            Some(true) => parts.push(&rest[..found]),
            Some(false) => {}
            None if found == 0 => {}
            None => return None,
        }
        rest = &rest[found + literal.len()..];
    }
    match open {
        Some(true) => parts.push(rest),
        Some(false) => {}
        None if rest.is_empty() => {}
        None => return None,
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_take_texts_apart() {
        let literal = |text: &str| Piece::Literal(text.to_owned());
        let column = || Piece::Column("x".to_owned(), Type::Text);
        let pattern =
            [Piece::Anything, literal("ManagedClusters/"), column(), literal("/"), Piece::Anything];
        assert_eq!(take_apart("/a/ManagedClusters/c/d", &pattern), Some(vec!["c"]));
        assert_eq!(take_apart("/a/managedClusters/c/d", &pattern), None);
        assert_eq!(take_apart("a-b", &[column(), literal("-"), column()]), Some(vec!["a", "b"]));
        assert_eq!(take_apart("xa", &[literal("a")]), None);
        assert_eq!(take_apart("ax", &[literal("a")]), None);
    }
}
