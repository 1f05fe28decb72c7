//! Frames for alert rules: one row per item, 1 when it fails.
//!
//! Labels are an alert's identity, so only what stays the same while an item fails is one: no messages, times, states
//! or commits. Grafana refuses two rows with the same labels, so equal ones become one row, failing if any of them is.

use super::spec::{Choice, Control, FieldSpec, FieldType, ParamSpec};
use super::table::config;
use super::{Params, View, note_cut};
use flux::ClusterRef;
use frame::{Field, Frame, FrameType};
use std::collections::BTreeMap;

pub(super) static INCLUDE: ParamSpec = ParamSpec {
    name: "include",
    label: "Include",
    help: "Failing: only items that fail, so that the answer grows with what is wrong. All: also those that are fine, with 0.",
    control: Control::OneOf(&[
        Choice { value: "failing", label: "Failing" },
        Choice { value: "all", label: "All" },
    ]),
};

/// One item: its labels, in the order of the type's label fields, and whether it fails.
pub(super) struct Alerting {
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

/// The contract: the cluster's labels, the item's, and the value.
pub(super) fn specs(item_labels: &[(&'static str, &'static str)]) -> Vec<FieldSpec> {
    let label = |(name, doc): &(&'static str, &'static str)| {
        FieldSpec::new(name, name, FieldType::String, doc)
    };
    let value = FieldSpec {
        unit: "short",
        ..FieldSpec::new("value", "Failing", FieldType::Number, "1: it fails; 0: it is fine.")
    };
    CLUSTER_LABELS.iter().chain(item_labels).map(label).chain([value]).collect()
}

/// The frame of `items`, sorted by labels. Never empty: with nothing to report, one row without labels says 0.
pub(super) fn frame(
    name: &str,
    fields: &[FieldSpec],
    items: impl Iterator<Item = Alerting>,
    params: &Params,
    view: &View<'_>,
) -> Frame {
    let all = params.choice("include") == "all";
    let mut rows: BTreeMap<Vec<Option<String>>, bool> = BTreeMap::new();
    for item in items.filter(|item| all || item.failing) {
        *rows.entry(item.labels).or_insert(false) |= item.failing;
    }
    // What fails comes first: a cut must not lose it.
    let mut rows: Vec<_> = rows.into_iter().collect();
    rows.sort_by_key(|(_, failing)| !failing);
    let total = rows.len();
    rows.truncate(params.limit());
    let shown = rows.len();
    if rows.is_empty() {
        rows.push((fields.iter().map(|_| None).collect(), false));
    }
    let mut frame = Frame::new(name, FrameType::NumericLong);
    let Some((value, labels)) = fields.split_last() else { return frame };
    for (index, spec) in labels.iter().enumerate() {
        let texts = rows.iter().map(|(labels, _)| labels.get(index).and_then(Option::as_deref));
        let mut field = Field::text(spec.name, texts);
        field.config = config(spec, view.portal);
        frame.fields.push(field);
    }
    let values = rows.iter().map(|(_, failing)| Some(if *failing { 1.0 } else { 0.0 }));
    let mut field = Field::number(value.name, values);
    field.config = config(value, view.portal);
    frame.fields.push(field);
    note_cut(&mut frame, shown, total);
    frame
}
