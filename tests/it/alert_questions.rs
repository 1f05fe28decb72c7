//! The queries of the alert rules return numbers with labels for a simulated fleet: one row per item, and at least one
//! row.

use crate::still::{demo, frames};
use azuregitops::alert::{DATA_SOURCE_UID, RULES, Rule, query_model};
use frame::{Cell, Frame, FrameType};
use std::collections::BTreeSet;

/// The input of Grafana's alerting: the labels of rows, and their values.
fn rows(rule: &Rule, frame: &Frame) -> Vec<(Vec<Option<String>>, f64)> {
    let (value, labels) = frame.fields.split_last().expect("fields");
    let row = |row| {
        let labels = labels.iter().map(|field| match field.cell(row) {
            Cell::Text(text) => Some(text.to_owned()),
            Cell::Null => None,
            other => panic!("{}: {} is {other:?}", rule.id, field.name),
        });
        let Cell::Number(value) = value.cell(row) else { panic!("{}: no number", rule.id) };
        (labels.collect(), value)
    };
    (0..frame.rows()).map(row).collect()
}

#[tokio::test]
async fn every_rule_query_returns_a_number_per_item() {
    let instance = demo(6, 120);
    let mut firing = BTreeSet::new();
    for rule in &RULES {
        let over = i64::try_from(rule.query.over.as_millis()).expect("short");
        let frames = frames(&instance, &query_model(rule, DATA_SOURCE_UID), over).await;
        let [frame] = frames.as_slice() else { panic!("{}: {} frames", rule.id, frames.len()) };
        assert_eq!(frame.meta.frame_type, FrameType::NumericLong, "{}", rule.id);
        let rows = rows(rule, frame);
        assert!(!rows.is_empty(), "{}: Grafana would call that no data", rule.id);
        let told_apart: BTreeSet<_> = rows.iter().map(|(labels, _)| labels).collect();
        assert_eq!(told_apart.len(), rows.len(), "{}: two rows are the same alert", rule.id);
        if rows.iter().any(|(_, value)| *value > rule.query.above) {
            firing.insert(rule.id);
        }
    }
    for fires in ["configuration-non-compliant", "kustomization-not-ready", "object-suspended"] {
        assert!(firing.contains(fires), "{fires} isn't among {firing:?}");
    }
    for normal in ["inventory-stale", "source-failing"] {
        assert!(!firing.contains(normal), "{normal}");
    }
}
