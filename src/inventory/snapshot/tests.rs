//! Summaries agree with the objects of their configurations.

use super::*;
use crate::arg::{FleetPages, PageSink, RowReader};
use fleet::{Fleet, FleetSpec, Table as FleetTable};
use flux::{ConditionStatus, FluxObject};

const NOW: UtcMillis = UtcMillis(1_790_000_000_000);

fn rows(fleet: &Fleet) -> Vec<Row> {
    let table = FleetTable::KubernetesConfigurationResources;
    let page = fleet.page(table, 0..fleet.len(table), NOW);
    let mut reader = RowReader::default();
    let mut pages = FleetPages::new(&mut reader);
    pages.page(&page).expect("a page");
    pages.rows
}

fn not_ready(snapshot: &Snapshot) -> u32 {
    snapshot.summaries().iter().map(|summary| summary.objects_not_ready).sum()
}

#[test]
fn a_summary_agrees_with_a_look_at_every_object() {
    let fleet = Fleet::generate(FleetSpec { clusters: 40, configurations: 1_000, seed: 2 });
    let snapshot = Snapshot::of_rows(NOW, Instant::now(), rows(&fleet));
    let truth = fleet.truth(NOW);
    assert_eq!(not_ready(&snapshot) as usize, truth.failing_objects.len());
    let configurations = snapshot.configurations().rows();
    assert_eq!(snapshot.summaries().len(), configurations.len());
    for (summary, row) in snapshot.summaries().iter().zip(configurations) {
        let objects = &row.objects;
        let fails = row.is_failing() || objects.iter().any(FluxObject::is_failing);
        assert_eq!((summary.fails, summary.source_updated), (fails, row.source_updated));
        let facts: Vec<_> = objects.iter().filter_map(|object| object.fact().condition).collect();
        assert_eq!(summary.has_no_conditions, !objects.is_empty() && facts.is_empty());
        let last = facts.iter().filter_map(|condition| condition.last_transition).max();
        assert!(summary.last_change >= last);
        let broken = facts.iter().any(|condition| condition.status == ConditionStatus::False);
        assert!(!broken || summary.last_change >= row.status_updated);
    }
    assert!(snapshot.summaries().iter().any(|summary| summary.has_no_conditions));
}

#[test]
fn more_details_are_looked_at_again() {
    let fleet = Fleet::generate(FleetSpec { clusters: 4, configurations: 60, seed: 2 });
    let bare = |row: &mut Row| {
        if let Row::Configuration(configuration) = row {
            for object in &mut configuration.objects {
                object.conditions = Box::default();
                object.message = None;
            }
        }
    };
    let detailed = rows(&fleet);
    let mut without = detailed.clone();
    without.iter_mut().for_each(bare);
    let build = |rows| Snapshot::of_rows(NOW, Instant::now(), rows);
    let (all, snapshot) = (build(detailed.clone()), build(without));
    assert!(snapshot.summaries().iter().all(|summary| summary.last_change.is_none()));
    let supplement = Supplement {
        details: detailed,
        details_missing: 0,
        details_warning: Some("Conditions could not be read.".to_owned()),
        clusters: ClusterReading::default(),
    };
    let snapshot = snapshot.with(supplement);
    assert_eq!(snapshot.summaries(), all.summaries());
    assert_eq!(snapshot.warnings().collect::<Vec<_>>(), ["Conditions could not be read."]);
}
