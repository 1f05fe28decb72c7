//! The syntax tree of a query, before names are resolved.

use super::value::{Type, Value};

/// A source of rows, then operators.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pipeline {
    pub source: Source,
    pub operators: Vec<Operator>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Source {
    /// A table, in the query's spelling.
    Table(String),
    /// A query in parentheses.
    Query(Box<Pipeline>),
    Union(Vec<Pipeline>),
}

/// An expression with the name that the query gives it, if any.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Named {
    pub name: Option<String>,
    pub expression: Expression,
}

/// `asc` and `nulls first`, with defaults filled in. Kusto sorts descending by default, and null sorts below every
/// value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SortKey {
    pub expression: Expression,
    pub ascending: bool,
    pub nulls_first: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JoinKind {
    /// Kusto's default: of left rows with the same key, only one is joined.
    InnerUnique,
    Inner,
    LeftOuter,
    LeftAnti,
    LeftSemi,
}

/// A part of the pattern of `parse`.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    /// `*`
    Anything,
    /// Text that must appear at this position.
    Literal(String),
    /// A column that receives the text at this position.
    Column(String, Type),
}

/// One column of `mv-expand`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Expanded {
    pub item: Named,
    /// Type of the elements.
    pub element: Type,
}

/// A column name, or the beginning of one: `prop*`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NamePattern {
    pub name: String,
    pub prefix: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Operator {
    Where(Expression),
    Extend(Vec<Named>),
    Project(Vec<Named>),
    ProjectAway(Vec<NamePattern>),
    ProjectKeep(Vec<NamePattern>),
    /// Pairs of new and old names.
    ProjectRename(Vec<(String, String)>),
    Summarize {
        aggregates: Vec<Named>,
        by: Vec<Named>,
    },
    Sort(Vec<SortKey>),
    Take(u64),
    Top(u64, Vec<SortKey>),
    /// An empty list means all columns (`distinct *`).
    Distinct(Vec<Named>),
    Count,
    Expand {
        columns: Vec<Expanded>,
        index: Option<String>,
        limit: Option<u64>,
    },
    Join {
        kind: JoinKind,
        right: Pipeline,
        on: Vec<(String, String)>,
    },
    Union(Vec<Pipeline>),
    Parse {
        expression: Expression,
        pattern: Vec<Piece>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// How two texts are compared. Only the `cs` variants are case-sensitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextTest {
    SameText,
    Has,
    HasCs,
    Contains,
    ContainsCs,
    StartsWith,
    StartsWithCs,
    EndsWith,
    EndsWithCs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    Literal(Value, Type),
    Name(String),
    Member(Box<Expression>, String),
    At(Box<Expression>, Box<Expression>),
    Call(String, Vec<Expression>),
    Negate(Box<Expression>),
    And(Box<Expression>, Box<Expression>),
    Or(Box<Expression>, Box<Expression>),
    Compare(Comparison, Box<Expression>, Box<Expression>),
    Test {
        test: TextTest,
        negated: bool,
        left: Box<Expression>,
        right: Box<Expression>,
    },
    In {
        value: Box<Expression>,
        list: Vec<Expression>,
        negated: bool,
        any_case: bool,
    },
    HasAny(Box<Expression>, Vec<Expression>),
    /// `matches regex`. The pattern must be a constant.
    Matches(Box<Expression>, Box<Expression>),
    Between {
        value: Box<Expression>,
        low: Box<Expression>,
        high: Box<Expression>,
        negated: bool,
    },
    Calculate(Arithmetic, Box<Expression>, Box<Expression>),
}
