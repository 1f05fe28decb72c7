//! The part of KQL that users of Resource Graph write, evaluated over a simulated fleet.
//!
//! Text → tokens → syntax tree → plan (names and types resolved) → rows. The emulator runs each query rather than
//! recognising known ones, so it also answers an edited dashboard or another tool's query. A feature that the emulator
//! doesn't support is an error, as in the service; the emulator never ignores a part of a query.
//!
//! Supported: `where`, `extend`, `project` (-away, -keep, -rename), `summarize`, `order by`, `top`, `limit`,
//! `distinct`, `count`, `mv-expand`, `join` (innerunique, inner, leftouter, leftanti, leftsemi), `union`, `parse`.

mod aggregate;
mod ast;
mod bind;
mod bound;
mod combine;
mod cursor;
mod error;
mod functions;
mod join_table;
mod lexer;
mod parse_expression;
mod parser;
mod plan;
mod planner;
mod quoting;
mod run;
mod steps;
#[cfg(test)]
mod tests;
mod value;

pub use error::{KqlError, Position};
pub use join_table::Row;
pub use run::Sight;
pub use value::{Type, Value};

use ast::Operator;
use flux::Text;
use std::ops::Range;

/// The answer to a query.
pub struct Answer {
    answer: run::Answer,
    pageable: bool,
}

impl Answer {
    /// Runs a query.
    ///
    /// *Cost*: see the module `run`. A listing of 100,000 rows takes some tenths of a second in a release build when
    /// its sort and its filters read only ids and types.
    ///
    /// # Errors
    /// Errors that the service reports too: syntax, unknown tables, columns and functions, wrong types.
    pub fn new(query: &str, sight: Sight) -> Result<Self, KqlError> {
        let pipeline = parser::parse(query)?;
        let flow = planner::plan(&pipeline, sight.now)?;
        let limited = pipeline
            .operators
            .iter()
            .any(|operator| matches!(operator, Operator::Take(_) | Operator::Top(..)));
        let typed = flow.columns.iter().any(|column| column.kind != Type::Dynamic);
        Ok(Self { answer: run::Answer::new(flow, sight), pageable: typed && !limited })
    }

    /// Names and types of the columns.
    pub fn columns(&self) -> impl Iterator<Item = (&Text, Type)> {
        self.answer.flow().columns.iter().map(|column| (&column.name, column.kind))
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.answer.len()
    }

    /// `true` when there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// `true` when the service returns skip tokens for the answer: the query has no limit of its own, and not all
    /// columns are dynamic.
    pub fn is_pageable(&self) -> bool {
        self.pageable
    }

    /// `true` when the query's last operators sort it. Only then do its pages fit together.
    pub fn is_sorted(&self) -> bool {
        !self.answer.flow().sort.is_empty()
    }

    /// The rows in a range, with columns in order. A range beyond the end is shortened.
    pub fn rows(&self, range: Range<usize>) -> Vec<Row> {
        let end = range.end.min(self.len());
        self.answer.rows(range.start.min(end)..end)
    }
}
