//! The part of Kusto that users of Resource Graph write, evaluated over a simulated fleet.
//!
//! Text → tokens → syntax tree → plan (names and types resolved) → rows. A query isn't recognised but run, so an edited
//! dashboard or another tool's query is answered as well. What the emulator doesn't know is refused as the service
//! refuses what it doesn't know: nothing is ignored.
//!
//! Known: `where`, `extend`, `project` (-away, -keep, -rename), `summarize`, `order by`, `top`, `limit`, `distinct`,
//! `count`, `mv-expand`, `join` (innerunique, inner, leftouter, leftanti, leftsemi), `union`, `parse`.

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
    /// *Cost*: see the module `run`: a listing of 100,000 rows takes some tenths of a second in a release build when
    /// its order and filters look at ids and types only.
    ///
    /// # Errors
    /// What the service refuses: syntax, unknown tables, columns and functions, types that don't fit.
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

    /// `true` when the service gives skip tokens for it: no limit of its own, and not all columns dynamic.
    pub fn is_pageable(&self) -> bool {
        self.pageable
    }

    /// `true` when the query ends sorted: only then do pages fit together.
    pub fn is_sorted(&self) -> bool {
        !self.answer.flow().sort.is_empty()
    }

    /// Some of the rows, columns in order; a range beyond the end is cut.
    pub fn rows(&self, range: Range<usize>) -> Vec<Row> {
        let end = range.end.min(self.len());
        self.answer.rows(range.start.min(end)..end)
    }
}
