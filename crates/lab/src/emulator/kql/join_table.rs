//! Rows, and the lookup of a join's rows by key.

use super::value::Value;
use std::collections::HashMap;

/// Values of one row: registers while it is processed, columns afterwards.
pub type Row = Vec<Value>;

/// The right side of a join, indexed by key.
pub(super) struct JoinTable {
    pub(super) rows: Vec<Row>,
    by_key: HashMap<Vec<u8>, Vec<usize>>,
}

impl JoinTable {
    /// A table of these rows, indexed by the values in these columns.
    pub(super) fn new(rows: Vec<Row>, columns: &[usize]) -> Self {
        let mut by_key: HashMap<_, Vec<usize>> = HashMap::new();
        for (index, row) in rows.iter().enumerate() {
            let key = key(columns.iter().map(|column| &row[*column]));
            by_key.entry(key).or_default().push(index);
        }
        Self { rows, by_key }
    }

    /// Indices of the rows whose key columns have these values.
    pub(super) fn find<'v>(&self, values: impl Iterator<Item = &'v Value>) -> &[usize] {
        self.by_key.get(&key(values)).map_or(&[], Vec::as_slice)
    }
}

/// The key's bytes: equal for equal values.
pub(super) fn key<'v>(values: impl Iterator<Item = &'v Value>) -> Vec<u8> {
    let mut key = Vec::new();
    values.for_each(|value| value.write_key(&mut key));
    key
}
