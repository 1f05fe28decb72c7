//! Rows counted by dimensions.

use super::view::View;
use crate::inventory::{ABSENT, Dimension, Filters, Item, Table};
use flux::{ComplianceState, Coverage, ProvisioningState, StateColor};
use std::collections::BTreeMap;
use std::collections::HashMap;

/// Rows with the same values of the dimensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Counted {
    /// The value of each grouping field. `None`: these rows have no value.
    pub(super) labels: Vec<Option<String>>,
    /// Number of rows.
    pub(super) count: u64,
    /// The colour of the state, when rows are grouped by a state alone.
    pub(super) color: Option<StateColor>,
}

/// The fields that identify a group. Clusters may share a name, so a cluster needs further fields.
pub(super) fn group_fields(dimensions: &[Dimension]) -> Vec<&'static str> {
    let mut fields: Vec<&'static str> = Vec::new();
    for dimension in dimensions {
        let more: &[&'static str] = match dimension {
            Dimension::Subscription => &["subscription", "subscriptionId"],
            Dimension::Cluster => &["cluster", "resourceGroup", "subscriptionId"],
            _ => &[dimension.field()],
        };
        for field in more {
            if !fields.contains(field) {
                fields.push(field);
            }
        }
    }
    fields
}

/// Counts the rows that pass the filters. Groups are sorted by size, largest first, then by labels. Groups by a single
/// state are sorted worst first, with a zero for every known state that no row is in.
pub(super) fn count_by<T: Item + PartialEq>(
    rows: &Table<T>,
    dimensions: &[Dimension],
    filters: &Filters,
    view: &View<'_>,
) -> Vec<Counted> {
    let columns: Vec<_> = dimensions
        .iter()
        .filter_map(|&dimension| Some((dimension, rows.column(dimension)?)))
        .collect();
    let matching = rows.matching(filters, view.snapshot.names());
    let counts: Vec<(Vec<u32>, u64)> = if let [(_, column)] = columns.as_slice() {
        let counts = if matching.is_all() {
            column.counts.clone()
        } else {
            let mut counts = vec![0u64; column.values.len()];
            for row in matching {
                counts[column.codes[row] as usize] += 1;
            }
            counts
        };
        (0u32..)
            .zip(counts)
            .filter(|(_, count)| *count > 0)
            .map(|(code, count)| (vec![code], count))
            .collect()
    } else {
        let mut counts: HashMap<Vec<u32>, u64> = HashMap::new();
        let mut codes = Vec::with_capacity(columns.len());
        for row in matching {
            codes.clear();
            codes.extend(columns.iter().map(|(_, column)| column.codes[row]));
            if let Some(count) = counts.get_mut(&codes) {
                *count += 1;
            } else {
                counts.insert(codes.clone(), 1);
            }
        }
        counts.into_iter().collect()
    };
    let fields = group_fields(dimensions);
    let groups = counts.into_iter().map(|(codes, count)| {
        let mut values: BTreeMap<&'static str, String> = BTreeMap::new();
        for ((dimension, column), code) in columns.iter().zip(codes) {
            if code == ABSENT {
                continue;
            }
            let value = &column.values[code as usize];
            let row = column.examples[code as usize] as usize;
            let cluster = rows.rows().get(row).map(|row| row.cluster());
            match (dimension, cluster) {
                (Dimension::Subscription, _) => {
                    let name = view.snapshot.names().get(value).unwrap_or(value);
                    values.insert("subscription", name.to_string());
                    values.insert("subscriptionId", value.to_string());
                }
                (Dimension::Cluster, Some(cluster)) => {
                    values.insert("cluster", value.to_string());
                    values
                        .entry("resourceGroup")
                        .or_insert_with(|| cluster.resource_group.to_string());
                    values
                        .entry("subscriptionId")
                        .or_insert_with(|| cluster.subscription_id.to_string());
                }
                _ => {
                    values.insert(dimension.field(), value.to_string());
                }
            }
        }
        let labels = fields.iter().map(|field| values.remove(field)).collect();
        Counted { labels, count, color: None }
    });
    let mut groups: Vec<Counted> = groups.collect();
    groups.sort_by(|left, right| {
        right.count.cmp(&left.count).then_with(|| left.labels.cmp(&right.labels))
    });
    match dimensions {
        [Dimension::ComplianceState] => {
            let wanted = |state: &ComplianceState| {
                let accepted = &filters.compliance_states;
                accepted.is_empty()
                    || accepted.iter().any(|text| ComplianceState::from_azure(Some(text)) == *state)
            };
            let known = ComplianceState::KNOWN.iter().filter(|state| wanted(state));
            by_state(groups, known.map(|state| (state.as_str(), state.color())))
        }
        [Dimension::ProvisioningState] => by_state(
            groups,
            ProvisioningState::KNOWN.iter().map(|state| (state.as_str(), state.color())),
        ),
        [Dimension::Coverage] => by_state(
            groups,
            Coverage::KNOWN.iter().map(|coverage| (coverage.as_str(), coverage.color())),
        ),
        _ => groups,
    }
}

/// One group per state: every known state in its order, then the others.
fn by_state<'s>(
    mut groups: Vec<Counted>,
    known: impl Iterator<Item = (&'s str, StateColor)>,
) -> Vec<Counted> {
    let mut sorted: Vec<Counted> = known
        .map(|(name, color)| {
            let found = groups.iter().position(|group| group.labels[0].as_deref() == Some(name));
            let count = found.map_or(0, |index| groups.remove(index).count);
            Counted { labels: vec![Some(name.to_owned())], count, color: Some(color) }
        })
        .collect();
    sorted
        .extend(groups.into_iter().map(|group| Counted { color: Some(StateColor::Gray), ..group }));
    sorted
}
