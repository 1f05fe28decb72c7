//! Rows with their dimensions as columns of numbers: filters and counts over 100,000 rows read a few hundred kilobytes in
//! order, instead of following a pointer for each row.

use super::{Dimension, Filters};
use flux::{
    ClusterRef, ComplianceState, Extension, FluxConfiguration, Text, commit_matches, commit_sha,
    same_text, without_credentials,
};
use foldhash::fast::RandomState;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Code of a row that has no value in a dimension.
pub const ABSENT: u32 = 0;

/// One dimension of all rows, dictionary-encoded: `codes[row]` is an index into `values`.
#[derive(Debug, Default)]
pub struct Column {
    /// The distinct values, in the order of the rows; the one at [`ABSENT`] is empty.
    pub values: Vec<Text>,
    /// One code for each row.
    pub codes: Vec<u32>,
    /// For each value, a row that has it; meaningless at [`ABSENT`].
    pub examples: Vec<u32>,
    /// For each value, the number of rows that have it.
    pub counts: Vec<u64>,
}

impl Column {
    /// `value` gives a row's value in the dimension.
    fn build<'r, T, V>(rows: &'r [Arc<T>], value: V) -> Self
    where
        V: Fn(&'r T) -> Option<Value<'r>>,
    {
        let mut known: HashMap<Cow<'r, str>, u32, RandomState> = HashMap::default();
        let mut column = Self {
            values: vec![Text::new()],
            codes: Vec::with_capacity(rows.len()),
            examples: vec![0],
            counts: vec![0],
        };
        for (index, row) in (0u32..).zip(rows) {
            let code = value(row).map_or(ABSENT, |(key, value)| {
                *known.entry(key).or_insert_with(|| {
                    column.values.push(value);
                    column.examples.push(index);
                    column.counts.push(0);
                    // There are fewer values than rows, and rows are counted by a `u32`.
                    u32::try_from(column.values.len() - 1).unwrap_or(ABSENT)
                })
            });
            column.codes.push(code);
            column.counts[code as usize] += 1;
        }
        column
    }
}

/// A row's value in a dimension: the key that values are compared by, and the text that is shown.
pub type Value<'r> = (Cow<'r, str>, Text);

/// A row of a table.
pub trait Item {
    /// The row's cluster.
    fn cluster(&self) -> &Arc<ClusterRef>;
    /// The row's name; cluster and name identify the row.
    fn name(&self) -> &Text;
    /// The dimensions that rows of this type have.
    const DIMENSIONS: &'static [Dimension];
    /// The row's value in a dimension. `None`: it has none.
    fn value(&self, dimension: Dimension) -> Option<Value<'_>>;
    /// Whether the row has an object of one of these kinds; always `true` for rows that can't have objects.
    fn has_kind(&self, kinds: &HashSet<String>) -> bool;
}

/// A name of Azure: compared without regard to case, and shown in the spelling that came first.
pub(super) fn azure_name(name: &Text) -> Value<'_> {
    (Cow::Owned(name.to_ascii_lowercase()), name.clone())
}

pub(super) fn exact(text: &Text) -> Value<'_> {
    (Cow::Borrowed(text.as_str()), text.clone())
}

pub(super) fn label(text: &str) -> Value<'_> {
    (Cow::Borrowed(text), Text::from(text))
}

pub(super) fn cluster_value(cluster: &ClusterRef, dimension: Dimension) -> Option<Value<'_>> {
    match dimension {
        Dimension::Subscription => Some(azure_name(&cluster.subscription_id)),
        Dimension::ResourceGroup => Some(azure_name(&cluster.resource_group)),
        Dimension::Cluster => Some((Cow::Owned(cluster.key()), cluster.name.clone())),
        Dimension::ClusterType => Some(label(cluster.kind.label())),
        _ => None,
    }
}

impl Item for Extension {
    const DIMENSIONS: &'static [Dimension] = &[
        Dimension::Subscription,
        Dimension::ResourceGroup,
        Dimension::Cluster,
        Dimension::ClusterType,
        Dimension::ProvisioningState,
        Dimension::Version,
        Dimension::ReleaseTrain,
    ];

    fn cluster(&self) -> &Arc<ClusterRef> {
        &self.cluster
    }

    fn name(&self) -> &Text {
        &self.name
    }

    fn value(&self, dimension: Dimension) -> Option<Value<'_>> {
        match dimension {
            Dimension::ProvisioningState => Some(label(self.provisioning_state.as_ref()?.as_str())),
            Dimension::Version => Some(exact(self.version.as_ref()?)),
            Dimension::ReleaseTrain => Some(azure_name(self.release_train.as_ref()?)),
            other => cluster_value(&self.cluster, other),
        }
    }

    fn has_kind(&self, _kinds: &HashSet<String>) -> bool {
        true
    }
}

impl Item for FluxConfiguration {
    const DIMENSIONS: &'static [Dimension] = &[
        Dimension::Subscription,
        Dimension::ResourceGroup,
        Dimension::Cluster,
        Dimension::ClusterType,
        Dimension::Configuration,
        Dimension::Namespace,
        Dimension::SourceKind,
        Dimension::Repository,
        Dimension::Reference,
        Dimension::Commit,
        Dimension::ComplianceState,
        Dimension::ProvisioningState,
        Dimension::Suspended,
    ];

    fn cluster(&self) -> &Arc<ClusterRef> {
        &self.cluster
    }

    fn name(&self) -> &Text {
        &self.name
    }

    fn value(&self, dimension: Dimension) -> Option<Value<'_>> {
        match dimension {
            Dimension::Configuration => Some(azure_name(&self.name)),
            Dimension::Namespace => Some(exact(self.namespace.as_ref()?)),
            Dimension::SourceKind => Some(exact(self.source_kind.as_ref()?)),
            Dimension::Repository => Some(exact(self.repository_url.as_ref()?)),
            Dimension::Reference => Some(exact(&self.reference.as_ref()?.value)),
            Dimension::Commit => Some(exact(self.source_synced_commit.as_ref()?)),
            Dimension::ComplianceState => Some(label(self.compliance_state.as_str())),
            Dimension::ProvisioningState => Some(label(self.provisioning_state.as_ref()?.as_str())),
            Dimension::Suspended => Some(label(if self.suspended { "true" } else { "false" })),
            other => cluster_value(&self.cluster, other),
        }
    }

    fn has_kind(&self, kinds: &HashSet<String>) -> bool {
        let wanted = |kind: &Text| kinds.contains(&kind.to_ascii_lowercase());
        self.source_kind.as_ref().is_some_and(wanted)
            || self.objects.iter().any(|object| object.kind.as_ref().is_some_and(wanted))
    }
}

/// Rows of one type, sorted by cluster and name, with their dimensions.
#[derive(Debug)]
pub struct Table<T> {
    rows: Vec<Arc<T>>,
    columns: Arc<BTreeMap<Dimension, Column>>,
}

impl<T> Clone for Table<T> {
    /// The clone shares rows and columns.
    fn clone(&self) -> Self {
        Self { rows: self.rows.clone(), columns: Arc::clone(&self.columns) }
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), columns: Arc::default() }
    }
}

impl<T: Item + PartialEq> Table<T> {
    /// Sorts the rows and drops all but the last of those with the same identity. Rows that haven't changed since `previous`
    /// are shared with it.
    pub fn build(new: Vec<T>, previous: &Self) -> Self {
        let mut ranks: HashMap<*const ClusterRef, (String, String)> = HashMap::new();
        for row in new.iter().map(T::cluster).chain(previous.rows.iter().map(|row| row.cluster())) {
            ranks
                .entry(Arc::as_ptr(row))
                .or_insert_with(|| (row.name.to_ascii_lowercase(), row.key()));
        }
        let mut clusters: Vec<_> = ranks.iter().collect();
        clusters.sort_unstable_by(|left, right| left.1.cmp(right.1));
        let mut rank = HashMap::with_capacity(clusters.len());
        let mut last: Option<(&(String, String), usize)> = None;
        for (position, (cluster, name)) in clusters.into_iter().enumerate() {
            // One cluster may be two values in memory, when a new reader made the second: same name, same rank.
            let same = last.filter(|(known, _)| *known == name).map(|(_, position)| position);
            last = Some((name, same.unwrap_or(position)));
            rank.insert(*cluster, same.unwrap_or(position));
        }
        let identity = |row: &T| {
            let position = rank.get(&Arc::as_ptr(row.cluster())).copied().unwrap_or(usize::MAX);
            (position, row.name().to_ascii_lowercase())
        };
        let mut new: Vec<_> = new.into_iter().map(|row| (identity(&row), row)).collect();
        // A stable sort: of rows with the same identity, the last to arrive stays last and is kept.
        new.sort_by(|left, right| left.0.cmp(&right.0));
        let mut known = previous.rows.iter().map(|row| (identity(row), row)).peekable();
        let mut rows: Vec<Arc<T>> = Vec::with_capacity(new.len());
        let mut new = new.into_iter().peekable();
        while let Some((identity, row)) = new.next() {
            if new.peek().is_some_and(|(next, _)| *next == identity) {
                continue;
            }
            while known.next_if(|(old, _)| *old < identity).is_some() {}
            let same = known.next_if(|(old, old_row)| *old == identity && ***old_row == row);
            rows.push(same.map_or_else(|| Arc::new(row), |(_, shared)| Arc::clone(shared)));
        }
        Self::of_sorted(rows)
    }

    fn of_sorted(rows: Vec<Arc<T>>) -> Self {
        let columns = T::DIMENSIONS
            .iter()
            .map(|&dimension| (dimension, Column::build(&rows, |row| row.value(dimension))))
            .collect();
        Self { rows, columns: Arc::new(columns) }
    }

    /// The same table with some rows replaced; `replace` gives `None` for rows that stay. A new row must have the identity
    /// and the dimensions of the old one.
    #[must_use]
    pub fn with_more_of(&self, replace: impl Fn(&T) -> Option<T>) -> Self {
        let more = |row: &Arc<T>| replace(row).map_or_else(|| Arc::clone(row), Arc::new);
        Self { rows: self.rows.iter().map(more).collect(), columns: Arc::clone(&self.columns) }
    }

    /// All rows, sorted.
    pub fn rows(&self) -> &[Arc<T>] {
        &self.rows
    }

    /// A dimension of the rows; `None` when rows of this type don't have it.
    pub fn column(&self, dimension: Dimension) -> Option<&Column> {
        self.columns.get(&dimension)
    }

    /// The first and the last of the clusters with this name that have rows; both are the same when there is only one.
    /// `None`: there is none.
    pub fn clusters_called(&self, name: &str) -> Option<[&ClusterRef; 2]> {
        fn lower(text: &str) -> impl Iterator<Item = u8> {
            text.bytes().map(|byte| byte.to_ascii_lowercase())
        }
        // Rows are sorted by the cluster's name, so the column's values are as well; the first value means "absent".
        let column = self.column(Dimension::Cluster)?;
        let (names, examples) = (column.values.get(1..)?, column.examples.get(1..)?);
        let start = names.partition_point(|known| lower(known).lt(lower(name)));
        let count = names[start..].partition_point(|known| same_text(known, name));
        let (first, last) = (examples.get(start)?, examples.get((start + count).checked_sub(1)?)?);
        let cluster = |example: &u32| Some(&**self.rows.get(*example as usize)?.cluster());
        (count > 0).then_some([cluster(first)?, cluster(last)?])
    }

    /// Indexes of the rows that pass the filters, in order. A filter on a dimension that rows of this type don't have has no
    /// effect.
    pub fn matching<'t>(
        &'t self,
        filters: &Filters,
        names: SubscriptionNames<'_>,
    ) -> Matching<'t, T> {
        let masks = filters
            .dimensions()
            .filter_map(|(dimension, wanted)| {
                let column = self.column(dimension)?;
                Some((column.codes.as_slice(), self.mask(dimension, column, wanted, names)))
            })
            .collect();
        let kinds = (!filters.kinds.is_empty()).then(|| lower(&filters.kinds));
        Matching { table: self, masks, kinds, next: 0 }
    }

    fn mask(
        &self,
        dimension: Dimension,
        column: &Column,
        wanted: &[String],
        names: SubscriptionNames<'_>,
    ) -> Vec<bool> {
        let set = lower(wanted);
        let states: HashSet<ComplianceState> =
            wanted.iter().map(|text| ComplianceState::from_azure(Some(text))).collect();
        let hashes: HashSet<String> =
            wanted.iter().map(|text| commit_sha(text).to_ascii_lowercase()).collect();
        let shortened: Vec<&String> =
            wanted.iter().filter(|text| commit_sha(text).len() < 40).collect();
        let by_name = |text: &str| set.contains(&text.to_ascii_lowercase());
        // A filter that was saved with a user name in the address means the same source.
        let addresses: HashSet<String> =
            wanted.iter().map(|text| without_credentials(text).to_ascii_lowercase()).collect();
        let mut mask: Vec<bool> = column
            .values
            .iter()
            .zip(&column.examples)
            .map(|(value, &example)| match dimension {
                Dimension::Subscription => {
                    by_name(value) || names.get(value).is_some_and(|name| by_name(name))
                }
                Dimension::Cluster => {
                    let row = self.rows.get(example as usize);
                    by_name(value) || row.is_some_and(|row| set.contains(&row.cluster().key()))
                }
                Dimension::Repository => addresses.contains(&value.to_ascii_lowercase()),
                Dimension::ComplianceState => {
                    states.contains(&ComplianceState::from_azure(Some(value)))
                }
                Dimension::Commit => {
                    by_name(value)
                        || hashes.contains(&commit_sha(value).to_ascii_lowercase())
                        || shortened.iter().any(|wanted| commit_matches(value, wanted))
                }
                _ => by_name(value),
            })
            .collect();
        if let Some(absent) = mask.first_mut() {
            *absent = false;
        }
        mask
    }
}

/// Display names of subscriptions, by id in lower case.
#[derive(Clone, Copy, Debug)]
pub struct SubscriptionNames<'n>(pub(super) &'n BTreeMap<String, Text>);

impl<'n> SubscriptionNames<'n> {
    /// Ids of all subscriptions whose names are known, in lower case.
    pub fn ids(self) -> impl Iterator<Item = &'n String> {
        self.0.keys()
    }

    /// The display name of a subscription; `None`: not known.
    pub fn get(self, id: &str) -> Option<&'n Text> {
        // Ids are nearly always in lower case.
        self.0.get(id).or_else(|| self.0.get(&id.to_ascii_lowercase()))
    }
}

fn lower(texts: &[String]) -> HashSet<String> {
    texts.iter().map(|text| text.to_ascii_lowercase()).collect()
}

/// Rows that pass filters; see [`Table::matching`].
#[derive(Debug)]
pub struct Matching<'t, T> {
    table: &'t Table<T>,
    masks: Vec<(&'t [u32], Vec<bool>)>,
    kinds: Option<HashSet<String>>,
    next: usize,
}

impl<T> Matching<'_, T> {
    /// `true` when there are no filters.
    pub fn is_all(&self) -> bool {
        self.masks.is_empty() && self.kinds.is_none()
    }
}

impl<T: Item> Iterator for Matching<'_, T> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        while self.next < self.table.rows.len() {
            let row = self.next;
            self.next += 1;
            let passes = |(codes, mask): &(&[u32], Vec<bool>)| mask[codes[row] as usize];
            if self.masks.iter().all(passes)
                && self.kinds.as_ref().is_none_or(|kinds| self.table.rows[row].has_kind(kinds))
            {
                return Some(row);
            }
        }
        None
    }
}
