//! Frames for alert rules: one row per item, 1 when it fails.
//!
//! Values that change while an alert is firing must not be labels: a changed label would start a new alert. So there are no
//! messages, times, states or commits. Grafana refuses two rows with the same labels, so items with equal labels become one
//! row, which fails if one of them does.

use super::params::{OneOf, Param, choices, params};
use super::spec::{FieldSpec, FieldType, FrameSpec};
use super::table::config;
use super::view::note_cut;
use flux::{ClusterRef, Portal};
use frame::{Field, Frame, FrameType};
use std::collections::BTreeMap;

choices! {
    /// Which items get a row.
    pub(super) enum Include {
        Failing = "failing", "Failing";
        All = "all", "All";
    }
}

pub(super) const INCLUDE: Param<OneOf<Include>> = Param {
    name: "include",
    label: "Include",
    help: "Failing: only items that fail, so that the answer grows with what is wrong. All: also those that are fine, with 0.",
    control: OneOf::new(),
};

params! {
    /// Parameters of query types for alert rules that have no others.
    pub(super) struct AlertParams {
        include: Include = INCLUDE,
    }
}

/// One item: its labels, in the order of the query type's label fields, and whether it fails.
pub(super) struct AlertItem {
    pub(super) labels: Vec<Option<String>>,
    pub(super) failing: bool,
}

/// Labels that every item has.
pub(super) const CLUSTER_LABELS: [(&str, &str); 4] = [
    ("subscriptionId", "Id of the subscription."),
    ("resourceGroup", "Resource group of the cluster."),
    ("cluster", "Name of the cluster."),
    ("clusterType", "AKS, Arc and so on."),
];

pub(super) fn cluster_labels(cluster: &ClusterRef) -> Vec<Option<String>> {
    vec![
        Some(cluster.subscription_id.to_string()),
        Some(cluster.resource_group.to_string()),
        Some(cluster.name.to_string()),
        Some(cluster.kind.label().to_owned()),
    ]
}

/// The frame: the cluster's labels, the item's labels, and the value.
pub(super) fn frame_spec(item_labels: &[(&'static str, &'static str)]) -> FrameSpec {
    FrameSpec::new(FrameType::NumericLong, fields(item_labels))
}

fn fields(item_labels: &[(&'static str, &'static str)]) -> Vec<FieldSpec> {
    let label = |(name, doc): &(&'static str, &'static str)| {
        FieldSpec::new(name, name, FieldType::String, doc)
    };
    let value = FieldSpec {
        unit: "short",
        ..FieldSpec::new("value", "Failing", FieldType::Number, "1: it fails; 0: it is fine.")
    };
    CLUSTER_LABELS.iter().chain(item_labels).map(label).chain([value]).collect()
}

/// The frame of `items`, failing ones first, then sorted by labels. Never empty: without items, one row without labels
/// says 0.
pub(super) fn frame(
    name: &str,
    item_labels: &[(&'static str, &'static str)],
    items: impl Iterator<Item = AlertItem>,
    include: Include,
    limit: usize,
    portal: &Portal,
) -> Frame {
    let all = include == Include::All;
    let fields = fields(item_labels);
    let mut rows: BTreeMap<Vec<Option<String>>, bool> = BTreeMap::new();
    for item in items.filter(|item| all || item.failing) {
        *rows.entry(item.labels).or_insert(false) |= item.failing;
    }
    // Failing items come first, so that the row limit never removes one in favour of an item that is fine.
    let mut rows: Vec<_> = rows.into_iter().collect();
    rows.sort_by_key(|(_, failing)| !failing);
    let total = rows.len();
    rows.truncate(limit);
    let shown = rows.len();
    if rows.is_empty() {
        rows.push((fields.iter().map(|_| None).collect(), false));
    }
    let mut frame = Frame::new(name, FrameType::NumericLong);
    let Some((value, labels)) = fields.split_last() else { return frame };
    for (index, spec) in labels.iter().enumerate() {
        let texts = rows.iter().map(|(labels, _)| labels.get(index).and_then(Option::as_deref));
        let mut field = Field::text(spec.name, texts);
        field.config = config(spec, portal);
        frame.fields.push(field);
    }
    let values = rows.iter().map(|(_, failing)| Some(if *failing { 1.0 } else { 0.0 }));
    let mut field = Field::number(value.name, values);
    field.config = config(value, portal);
    frame.fields.push(field);
    note_cut(&mut frame, shown, total);
    frame
}
