//! Flows that combine other flows: tables, groups, unions, joins.

use super::aggregate::Aggregate;
use super::ast::JoinKind;
use super::bind::{Column, semantic};
use super::bound::Typed;
use super::error::KqlError;
use super::plan::{Flow, Gathered, How, Join, Leg, Origin, Partners, Step};
use super::value::Type;
use fleet::{self, Table};
use flux::Text;

pub(super) fn of_table(name: &str) -> Result<Flow, KqlError> {
    let found = Table::ALL.into_iter().find(|table| name.eq_ignore_ascii_case(table.name()));
    let table = found.ok_or_else(|| KqlError::UnknownTable(name.to_owned()))?;
    let columns = fleet::Column::ALL.iter().enumerate().map(|(register, column)| {
        let kind = if column.is_dynamic() { Type::Dynamic } else { Type::Text };
        Column { name: column.name(), kind, register }
    });
    let columns: Vec<_> = columns.collect();
    Ok(Flow {
        source: Origin::Table(table),
        registers: columns.len(),
        steps: Vec::new(),
        sort: Vec::new(),
        columns,
    })
}

/// A flow that begins with complete rows of these columns.
fn from_rows(source: Origin, columns: impl Iterator<Item = (Text, Type)>) -> Flow {
    let columns = columns.enumerate();
    let columns: Vec<_> =
        columns.map(|(register, (name, kind))| Column { name, kind, register }).collect();
    Flow { source, registers: columns.len(), steps: Vec::new(), sort: Vec::new(), columns }
}

pub(super) fn gather(input: Flow, how: How) -> Flow {
    let columns = input.columns.clone().into_iter().map(|column| (column.name, column.kind));
    from_rows(Origin::Gathered(Box::new(Gathered { input, how })), columns)
}

pub(super) fn grouped(input: Flow, keys: Vec<(Text, Type)>, how: How) -> Flow {
    let mut columns = keys;
    if let How::Groups { aggregates, .. } = &how {
        columns.extend(aggregates.iter().map(|aggregate| (aggregate.name.clone(), aggregate.kind)));
    }
    from_rows(Origin::Gathered(Box::new(Gathered { input, how })), columns.into_iter())
}

pub(super) fn group(input: Flow, keys: Vec<(Text, Typed)>, aggregates: Vec<Aggregate>) -> Flow {
    let (columns, keys) =
        keys.into_iter().map(|(name, typed)| ((name, typed.kind), typed.bound)).unzip();
    grouped(input, columns, How::Groups { keys, aggregates })
}

/// Columns with the same name and type are merged; all others stay separate.
pub(super) fn union(legs: Vec<Flow>) -> Flow {
    let mut columns: Vec<(Text, Type)> = Vec::new();
    for column in legs.iter().flat_map(|leg| &leg.columns) {
        let found = (column.name.clone(), column.kind);
        if !columns.contains(&found) {
            columns.push(found);
        }
    }
    let legs = legs.into_iter().map(|leg| {
        let places = columns.iter().map(|(name, kind)| {
            let same = |column: &Column| column.name == *name && column.kind == *kind;
            (leg.columns.iter().position(same), *kind)
        });
        let places = places.collect();
        Leg { flow: leg, places }
    });
    let legs = legs.collect();
    from_rows(Origin::Union(legs), columns.into_iter())
}

pub(super) fn join(
    mut left: Flow,
    kind: JoinKind,
    right: Flow,
    on: &[(String, String)],
) -> Result<Flow, KqlError> {
    let mut keys = Vec::new();
    for (left_name, right_name) in on {
        let missing =
            |name: &str| semantic("join", format!("Failed to resolve column named '{name}'"));
        let left_column = left
            .columns
            .iter()
            .find(|column| column.name == *left_name)
            .ok_or_else(|| missing(left_name))?;
        let place = right
            .columns
            .iter()
            .position(|column| column.name == *right_name)
            .ok_or_else(|| missing(right_name))?;
        let right_kind = right.columns[place].kind;
        if left_column.kind == Type::Dynamic || right_kind == Type::Dynamic {
            return Err(semantic(
                "join",
                "join attribute is of a 'dynamic' type. Please use an explicit cast",
            ));
        }
        if left_column.kind != right_kind {
            return Err(semantic("join", "join attributes are of different types"));
        }
        keys.push((left_column.register, place));
    }
    if kind == JoinKind::InnerUnique {
        let registers = keys.iter().map(|(register, _)| *register).collect();
        // Columns keep their order, so a key column has the same index afterwards.
        let places: Vec<_> = keys
            .iter()
            .map(|(register, place)| {
                let at = left.columns.iter().position(|column| column.register == *register);
                (at.unwrap_or_default(), *place)
            })
            .collect();
        keys = places;
        left = gather(left, How::Unique(registers));
    }
    let partners = match kind {
        JoinKind::InnerUnique | JoinKind::Inner => Partners::Each,
        JoinKind::LeftOuter => Partners::EachOrNothing,
        JoinKind::LeftSemi => Partners::Some,
        JoinKind::LeftAnti => Partners::None,
    };
    let first = left.registers;
    left.registers += right.columns.len();
    if matches!(partners, Partners::Each | Partners::EachOrNothing) {
        for (index, column) in right.columns.iter().enumerate() {
            let name = free_name(&left.columns, &column.name);
            left.columns.push(Column { name, kind: column.kind, register: first + index });
        }
    }
    let into = (first..left.registers).collect();
    left.steps.push(Step::Join(Join { partners, right, on: keys, into }));
    Ok(left)
}

/// The name, with a number appended when the left side already has a column of this name.
fn free_name(columns: &[Column], name: &Text) -> Text {
    let taken = |name: &str| columns.iter().any(|column| column.name == name);
    if !taken(name) {
        return name.clone();
    }
    let numbered = (1_u32..).map(|number| format!("{name}{number}"));
    // One of the numbers is free, because there are finitely many columns.
    Text::from(numbered.into_iter().find(|name| !taken(name)).unwrap_or_default())
}
