//! The plan of a query: flows of rows through steps, and the points where all rows have to be collected.

use super::aggregate::Aggregate;
use super::ast::Piece;
use super::bind::Column;
use super::bound::{Bound, Register};
use super::value::Type;
use fleet::Table;

/// Rows from a source, passed through steps that process one row at a time, then sorted.
#[derive(Debug)]
pub(super) struct Flow {
    pub source: Origin,
    /// Number of registers; the source fills the first of them.
    pub registers: usize,
    pub steps: Vec<Step>,
    /// Sort keys; empty means the source's order.
    pub sort: Vec<Sorted>,
    pub columns: Vec<Column>,
}

#[derive(Debug)]
pub(super) enum Origin {
    /// A table; its columns are the first registers.
    Table(Table),
    /// Rows that have to be collected first; their columns are the first registers.
    Gathered(Box<Gathered>),
    /// Rows of several flows, one flow after the other.
    Union(Vec<Leg>),
}

/// One of the flows of a union.
#[derive(Debug)]
pub(super) struct Leg {
    pub flow: Flow,
    /// Per column of the union: its index among the leg's columns (`None`: the leg has no such column) and its type.
    pub places: Vec<(Option<usize>, Type)>,
}

/// An operation that needs all rows of a flow.
#[derive(Debug)]
pub(super) struct Gathered {
    pub input: Flow,
    pub how: How,
}

#[derive(Debug)]
pub(super) enum How {
    /// One row per distinct key, with the aggregates after the keys. Without keys: one row.
    Groups { keys: Vec<Bound>, aggregates: Vec<Aggregate> },
    /// The first rows, up to this number.
    First(u64),
    /// The first of all rows with the same values in these registers.
    Unique(Vec<Register>),
}

/// One key of a sort.
#[derive(Clone, Debug)]
pub(super) struct Sorted {
    pub register: Register,
    pub ascending: bool,
    pub nulls_first: bool,
}

#[derive(Debug)]
pub(super) enum Step {
    Filter(Bound),
    Assign(Register, Bound),
    /// Splits a text by a pattern; each column piece of the pattern writes one of the registers, in order.
    Parse {
        value: Bound,
        pattern: Vec<Piece>,
        into: Vec<(Register, Type)>,
    },
    /// One row per element of a list.
    Expand(Expansion),
    /// One row per matching row of the right side.
    Join(Join),
}

#[derive(Debug)]
pub(super) struct Expansion {
    pub lists: Vec<(Bound, Register, Type)>,
    /// Register that receives the element's index, from 0.
    pub index: Option<Register>,
    pub limit: usize,
}

/// The rows that a join makes of a left row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Partners {
    /// One row per match; none without a match.
    Each,
    /// One row per match; without a match, one row with empty right columns.
    EachOrNothing,
    /// The left row itself, if it has a match.
    Some,
    /// The left row itself, if it has no match.
    None,
}

#[derive(Debug)]
pub(super) struct Join {
    pub partners: Partners,
    pub right: Flow,
    /// Per key: the register of the left row and the index among the right columns.
    pub on: Vec<(Register, usize)>,
    /// Per right column: the register that receives it.
    pub into: Vec<Register>,
}

impl Step {
    /// Calls `visit` with every register that the step reads.
    pub(super) fn reads(&self, visit: &mut dyn FnMut(Register)) {
        match self {
            Self::Filter(value) | Self::Assign(_, value) | Self::Parse { value, .. } => {
                value.reads(visit);
            }
            Self::Expand(expansion) => {
                expansion.lists.iter().for_each(|(list, ..)| list.reads(visit));
            }
            Self::Join(join) => join.on.iter().for_each(|(register, _)| visit(*register)),
        }
    }

    /// `true` when the step only writes registers that `needed` lacks, and neither drops nor multiplies rows.
    fn is_idle(&self, needed: &[bool]) -> bool {
        match self {
            Self::Assign(register, _) => !needed[*register],
            Self::Parse { into, .. } => into.iter().all(|(register, _)| !needed[*register]),
            Self::Filter(_) | Self::Expand(_) | Self::Join(_) => false,
        }
    }
}

/// The registers and steps that have to be evaluated for some of a flow's registers.
#[derive(Clone, Debug)]
pub(super) struct Needs {
    pub registers: Vec<bool>,
    pub steps: Vec<bool>,
}

impl Flow {
    /// What has to be evaluated for `wanted`, not counting the sort.
    pub(super) fn needs(&self, wanted: impl Iterator<Item = Register>) -> Needs {
        let mut registers = vec![false; self.registers];
        wanted.for_each(|register| registers[register] = true);
        let mut steps = vec![true; self.steps.len()];
        for (index, step) in self.steps.iter().enumerate().rev() {
            if step.is_idle(&registers) {
                steps[index] = false;
            } else {
                step.reads(&mut |register| registers[register] = true);
            }
        }
        Needs { registers, steps }
    }
}
