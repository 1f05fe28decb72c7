//! Errors of KQL queries.

use thiserror::Error;

/// A position in a query's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Character in the line, from 0.
    pub column: usize,
}

/// Why a query failed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KqlError {
    /// The text isn't a query, or uses a feature that the emulator doesn't support.
    #[error("syntax error at line {}, character {}: unexpected {token}", .position.line, .position.column)]
    Syntax {
        /// Where the parser failed.
        position: Position,
        /// The token at that position; `<EOF>` at the end.
        token: String,
    },
    /// A table that Resource Graph or the emulator doesn't have.
    #[error("table {0} is invalid, unsupported or disallowed")]
    UnknownTable(String),
    /// The text is a query, but a name or a type in it is wrong.
    #[error("{0}")]
    Semantic(String),
}
