//! Runs a plan over the fleet.
//!
//! A listing (a table's rows, filtered and sorted) keeps only the addresses of its rows, and makes the rows of a page
//! when the page is requested. So a listing of 100,000 rows costs little memory, and a page takes some milliseconds.
//! Any other answer keeps its rows.

use super::aggregate::{Aggregate, Heap};
use super::bound::{Bound, Register};
use super::join_table::{JoinTable, Row, key};
use super::plan::{Flow, Gathered, How, Leg, Needs, Origin, Sorted, Step};
use super::steps;
use super::value::Value;
use fleet::{Column, Fleet, Table};
use flux::UtcMillis;
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

/// The fleet that a query sees: at a point in time, with the identity's permissions.
#[derive(Clone)]
pub struct Sight {
    /// The fleet.
    pub fleet: Arc<Fleet>,
    /// The time.
    pub now: UtcMillis,
    /// Per subscription of the fleet, whether the identity can read its rows.
    pub subscriptions: Vec<bool>,
}

impl Sight {
    fn sees(&self, table: Table, index: usize) -> bool {
        // Rows without a subscription are those of management groups, which every identity can list.
        self.fleet
            .row_subscription(table, index)
            .is_none_or(|subscription| self.subscriptions.get(subscription) == Some(&true))
    }
}

/// The address of a row: its index in the table, and which of the rows made from it.
#[derive(Clone, Copy)]
struct Address {
    row: usize,
    ordinal: usize,
}

enum Kept {
    Addresses(Vec<Address>),
    Rows(Vec<Row>),
}

/// The answer to a query.
pub(super) struct Answer {
    flow: Flow,
    joins: Vec<Option<JoinTable>>,
    sight: Sight,
    kept: Kept,
}

impl Answer {
    /// Runs the plan.
    ///
    /// *Cost*: for a listing, what its sort and filters read of every row; for any other answer, the evaluation of
    /// every row.
    pub(super) fn new(flow: Flow, sight: Sight) -> Self {
        let joins = joins(&flow, &sight);
        let kept = if matches!(flow.source, Origin::Table(_)) {
            Kept::Addresses(addresses(&flow, &joins, &sight))
        } else {
            Kept::Rows(rows(&flow, &sight))
        };
        Self { flow, joins, sight, kept }
    }

    pub(super) fn flow(&self) -> &Flow {
        &self.flow
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        match &self.kept {
            Kept::Addresses(addresses) => addresses.len(),
            Kept::Rows(rows) => rows.len(),
        }
    }

    /// The rows in a range, with columns in order. `range` lies within the answer.
    pub(super) fn rows(&self, range: Range<usize>) -> Vec<Row> {
        let (addresses, table) = match (&self.kept, &self.flow.source) {
            (Kept::Rows(rows), _) => return rows[range].to_vec(),
            (Kept::Addresses(addresses), Origin::Table(table)) => (&addresses[range], *table),
            // Only a table's rows have addresses, so this can't happen.
            (Kept::Addresses(_), _) => return Vec::new(),
        };
        let needs = self.flow.needs(self.flow.columns.iter().map(|column| column.register));
        let steps = live_steps(&self.flow, &self.joins, &needs);
        let mut page = Vec::with_capacity(addresses.len());
        for address in addresses {
            let Some(mut row) = load(&self.flow, table, address.row, &self.sight, &needs) else {
                continue;
            };
            let mut ordinal = 0;
            let _ = steps::run(&steps, &mut row, &mut |row| {
                if ordinal == address.ordinal {
                    page.push(output(&self.flow, row));
                    return ControlFlow::Break(());
                }
                ordinal += 1;
                ControlFlow::Continue(())
            });
        }
        page
    }
}

fn output(flow: &Flow, row: &Row) -> Row {
    flow.columns.iter().map(|column| row[column.register].clone()).collect()
}

fn joins(flow: &Flow, sight: &Sight) -> Vec<Option<JoinTable>> {
    let tables = flow.steps.iter().map(|step| match step {
        Step::Join(join) => {
            let columns: Vec<usize> = join.on.iter().map(|(_, column)| *column).collect();
            Some(JoinTable::new(rows(&join.right, sight), &columns))
        }
        _ => None,
    });
    tables.collect()
}

fn live_steps<'a>(
    flow: &'a Flow,
    joins: &'a [Option<JoinTable>],
    needs: &Needs,
) -> Vec<(&'a Step, Option<&'a JoinTable>)> {
    let all = flow.steps.iter().zip(joins.iter().map(Option::as_ref)).zip(&needs.steps);
    all.filter(|(_, live)| **live).map(|(step, _)| step).collect()
}

/// The registers of a flow at its beginning, with a table's row in the first ones. `None`: there is no such row.
fn load(flow: &Flow, table: Table, index: usize, sight: &Sight, needs: &Needs) -> Option<Row> {
    let properties = needs.registers[Column::Properties as usize];
    let cells = sight.fleet.cells(table, index, sight.now, properties)?;
    let mut row = vec![Value::Null; flow.registers];
    for (register, cell) in cells.iter().enumerate().filter(|(index, _)| needs.registers[*index]) {
        row[register] = Value::from_json(cell);
    }
    Some(row)
}

fn addresses(flow: &Flow, joins: &[Option<JoinTable>], sight: &Sight) -> Vec<Address> {
    let Origin::Table(table) = flow.source else { return Vec::new() };
    let needs = flow.needs(flow.sort.iter().map(|key| key.register));
    let steps = live_steps(flow, joins, &needs);
    let mut found: Vec<(Row, Address)> = Vec::new();
    for index in (0..sight.fleet.len(table)).filter(|index| sight.sees(table, *index)) {
        let Some(mut row) = load(flow, table, index, sight, &needs) else { continue };
        let mut ordinal = 0;
        let _ = steps::run(&steps, &mut row, &mut |row| {
            let keys = flow.sort.iter().map(|key| row[key.register].clone()).collect();
            found.push((keys, Address { row: index, ordinal }));
            ordinal += 1;
            ControlFlow::Continue(())
        });
    }
    sort(&mut found, &flow.sort);
    found.into_iter().map(|(_, address)| address).collect()
}

/// Sorts items by the keys stored with them. Items with equal keys keep their order.
fn sort<T>(items: &mut [(Row, T)], order: &[Sorted]) {
    if order.is_empty() {
        return;
    }
    items.sort_by(|(left, _), (right, _)| {
        let mut keys = order.iter().zip(left.iter().zip(right));
        keys.find_map(|(key, (left, right))| {
            let ordering = key.compare(left, right);
            ordering.is_ne().then_some(ordering)
        })
        .unwrap_or(Ordering::Equal)
    });
}

impl Sorted {
    fn compare(&self, left: &Value, right: &Value) -> Ordering {
        match (left.is_null(), right.is_null()) {
            (true, true) => Ordering::Equal,
            (true, false) if self.nulls_first => Ordering::Less,
            (true, false) => Ordering::Greater,
            (false, true) => self.compare(right, left).reverse(),
            (false, false) => {
                let ordering = left.compare(right).unwrap_or(Ordering::Equal);
                if self.ascending { ordering } else { ordering.reverse() }
            }
        }
    }
}

/// All rows of a flow in its order, with columns in order.
fn rows(flow: &Flow, sight: &Sight) -> Vec<Row> {
    let wanted = flow.columns.iter().map(|column| column.register);
    let sort_keys = flow.sort.iter().map(|key| key.register);
    let mut found: Vec<(Row, Row)> = Vec::new();
    let _ = each(flow, sight, wanted.chain(sort_keys), &mut |row| {
        let keys = flow.sort.iter().map(|key| row[key.register].clone()).collect();
        found.push((keys, output(flow, row)));
        ControlFlow::Continue(())
    });
    sort(&mut found, &flow.sort);
    found.into_iter().map(|(_, row)| row).collect()
}

/// Calls `sink` with the registers of every row of a flow, unsorted. Only the registers in `wanted` are filled.
fn each(
    flow: &Flow,
    sight: &Sight,
    wanted: impl Iterator<Item = Register>,
    sink: &mut dyn FnMut(&Row) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let needs = flow.needs(wanted);
    let joins = joins(flow, sight);
    let steps = live_steps(flow, &joins, &needs);
    match &flow.source {
        Origin::Table(table) => {
            for index in (0..sight.fleet.len(*table)).filter(|index| sight.sees(*table, *index)) {
                if let Some(mut row) = load(flow, *table, index, sight, &needs) {
                    steps::run(&steps, &mut row, sink)?;
                }
            }
        }
        Origin::Gathered(gathered) => {
            for mut row in gather(gathered, sight) {
                row.resize(flow.registers, Value::Null);
                steps::run(&steps, &mut row, sink)?;
            }
        }
        Origin::Union(legs) => {
            for Leg { flow: leg, places } in legs {
                for mut leg_row in rows(leg, sight) {
                    let cells = places.iter().map(|(place, kind)| match place {
                        Some(place) => std::mem::replace(&mut leg_row[*place], Value::Null),
                        None => kind.nothing(),
                    });
                    let mut row: Row = cells.collect();
                    row.resize(flow.registers, Value::Null);
                    steps::run(&steps, &mut row, sink)?;
                }
            }
        }
    }
    ControlFlow::Continue(())
}

fn gather(gathered: &Gathered, sight: &Sight) -> Vec<Row> {
    let Gathered { input, how } = gathered;
    match how {
        How::First(count) => {
            let count = usize::try_from(*count).unwrap_or(usize::MAX);
            if !input.sort.is_empty() {
                let mut rows = rows(input, sight);
                rows.truncate(count);
                return rows;
            }
            let mut first = Vec::new();
            let wanted = input.columns.iter().map(|column| column.register);
            let _ = each(input, sight, wanted, &mut |row| {
                if first.len() == count {
                    return ControlFlow::Break(());
                }
                first.push(output(input, row));
                ControlFlow::Continue(())
            });
            first
        }
        How::Unique(registers) => {
            let mut seen = HashSet::new();
            let mut unique = Vec::new();
            let wanted = input.columns.iter().map(|column| column.register);
            let _ = each(input, sight, wanted.chain(registers.iter().copied()), &mut |row| {
                if seen.insert(key(registers.iter().map(|register| &row[*register]))) {
                    unique.push(output(input, row));
                }
                ControlFlow::Continue(())
            });
            unique
        }
        How::Groups { keys, aggregates } => groups(input, keys, aggregates, sight),
    }
}

fn groups(input: &Flow, keys: &[Bound], aggregates: &[Aggregate], sight: &Sight) -> Vec<Row> {
    let mut wanted = Vec::new();
    let arguments = aggregates.iter().map(|aggregate| &aggregate.argument);
    for bound in keys.iter().chain(arguments) {
        bound.reads(&mut |register| wanted.push(register));
    }
    let heaps = || aggregates.iter().map(|aggregate| Heap::new(aggregate.gather)).collect();
    let mut groups: Vec<(Row, Vec<Heap>)> = Vec::new();
    let mut by_key: HashMap<Vec<u8>, usize> = HashMap::new();
    if keys.is_empty() {
        groups.push((Vec::new(), heaps()));
        by_key.insert(Vec::new(), 0);
    }
    let _ = each(input, sight, wanted.into_iter(), &mut |row| {
        let values: Row = keys.iter().map(|key| key.value(row)).collect();
        let group = *by_key.entry(key(values.iter())).or_insert_with(|| {
            groups.push((values, heaps()));
            groups.len() - 1
        });
        for (aggregate, heap) in aggregates.iter().zip(&mut groups[group].1) {
            heap.add(aggregate.gather, aggregate.argument.value(row));
        }
        ControlFlow::Continue(())
    });
    let finished = groups.into_iter().map(|(mut row, heaps)| {
        let heaps = heaps.into_iter().zip(aggregates);
        row.extend(heaps.map(|(heap, aggregate)| heap.finish(aggregate.kind)));
        row
    });
    finished.collect()
}
