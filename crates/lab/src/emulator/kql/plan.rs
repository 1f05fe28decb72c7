//! A query ready to run: flows of rows through steps, and the points where all rows must be there.

use super::aggregate::Aggregate;
use super::ast::Piece;
use super::bind::Column;
use super::bound::{Bound, Register};
use super::value::Type;
use fleet::Table;

/// Rows from a source, through steps that look at one row at a time, in an order.
#[derive(Debug)]
pub(super) struct Flow {
    pub source: Origin,
    /// Number of registers; the source fills the first ones.
    pub registers: usize,
    pub steps: Vec<Step>,
    /// Empty: in the source's order.
    pub sort: Vec<Sorted>,
    pub columns: Vec<Column>,
}

#[derive(Debug)]
pub(super) enum Origin {
    /// A table; its columns are the first registers.
    Table(Table),
    /// Rows that must be complete first; their columns are the first registers.
    Gathered(Box<Gathered>),
    /// Rows of one flow after those of another.
    Union(Vec<Leg>),
}

/// One of the flows of a union.
#[derive(Debug)]
pub(super) struct Leg {
    pub flow: Flow,
    /// Per column of the union: its place among the leg's columns (`None`: the leg has no such column) and its type.
    pub places: Vec<(Option<usize>, Type)>,
}

/// What needs all rows of a flow.
#[derive(Debug)]
pub(super) struct Gathered {
    pub input: Flow,
    pub how: How,
}

#[derive(Debug)]
pub(super) enum How {
    /// One row per distinct key, the aggregates after the keys. Without keys: one row.
    Groups { keys: Vec<Bound>, aggregates: Vec<Aggregate> },
    /// The first so many.
    First(u64),
    /// Of rows with the same values in these registers, the first.
    Unique(Vec<Register>),
}

/// A key of an order.
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
    /// Takes a text apart; each column piece in turn writes one of the registers.
    Parse {
        value: Bound,
        pattern: Vec<Piece>,
        into: Vec<(Register, Type)>,
    },
    /// One row per element.
    Expand(Expansion),
    /// One row per partner.
    Join(Join),
}

#[derive(Debug)]
pub(super) struct Expansion {
    pub lists: Vec<(Bound, Register, Type)>,
    /// Takes the number of the element, from 0.
    pub index: Option<Register>,
    pub limit: usize,
}

/// What a row without partner becomes, and what one with partners does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Partners {
    /// One row each; none without.
    Each,
    /// One row each; without, one with nothing in the partner's columns.
    EachOrNothing,
    /// The row itself, if it has one.
    Some,
    /// The row itself, if it has none.
    None,
}

#[derive(Debug)]
pub(super) struct Join {
    pub partners: Partners,
    pub right: Flow,
    /// Register of the left row, place among the right columns; per key.
    pub on: Vec<(Register, usize)>,
    /// Where the right columns go; per right column.
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

    /// `true` when the step only writes registers that `needed` lacks, and drops or multiplies no row.
    fn is_idle(&self, needed: &[bool]) -> bool {
        match self {
            Self::Assign(register, _) => !needed[*register],
            Self::Parse { into, .. } => into.iter().all(|(register, _)| !needed[*register]),
            Self::Filter(_) | Self::Expand(_) | Self::Join(_) => false,
        }
    }
}

/// Which registers and steps matter for some of a flow's registers.
#[derive(Clone, Debug)]
pub(super) struct Needs {
    pub registers: Vec<bool>,
    pub steps: Vec<bool>,
}

impl Flow {
    /// What must be worked out to know `wanted`, the order not counted.
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
