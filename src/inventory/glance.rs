//! What is asked of every configuration again and again, worked out once per snapshot: answers about the whole fleet read
//! it in order and look only at the configurations, and at the objects of those, that matter to them.

use flux::{ConditionStatus, FluxConfiguration, UtcMillis};

/// A configuration at a glance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Glance {
    /// When its source last changed. `None`: never synchronised, or not reported.
    pub source_updated: Option<UtcMillis>,
    /// No condition of its objects changed later than that, and none was reported to be False later. `None`: none has a
    /// time.
    pub last_change: Option<UtcMillis>,
    /// How many of its objects are Non-Compliant or not ready, suspended ones aside.
    pub objects_not_ready: u32,
    /// How many of its objects something reconciles.
    pub flux_objects: u32,
    /// Whether it is failing, or one of its objects is.
    pub fails: bool,
    /// Whether objects are reported and not a single condition.
    pub has_no_conditions: bool,
}

impl Glance {
    /// Looks at a configuration.
    pub fn at(configuration: &FluxConfiguration) -> Self {
        let objects = &configuration.objects;
        let mut glance = Self {
            source_updated: configuration.source_updated,
            has_no_conditions: !objects.is_empty(),
            ..Self::default()
        };
        for object in objects {
            glance.objects_not_ready += u32::from(object.is_failing());
            glance.flux_objects += u32::from(object.is_reconciled());
            for condition in &object.conditions {
                glance.has_no_conditions = false;
                let Some(changed) = condition.last_transition else { continue };
                glance.last_change = glance.last_change.max(Some(changed));
                if condition.status == ConditionStatus::False || condition.is_bad() {
                    glance.last_change = glance.last_change.max(configuration.status_updated);
                }
            }
        }
        glance.fails = glance.objects_not_ready > 0 || configuration.is_failing();
        glance
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arg::{FleetPages, PageSink, Row, RowReader, Unreadable};
    use crate::fleet::{Fleet, FleetSpec, Table};
    use crate::inventory::Snapshot;
    use flux::FluxObject;
    use tokio::time::Instant;

    const NOW: UtcMillis = UtcMillis(1_790_000_000_000);

    fn rows(fleet: &Fleet) -> Vec<Row> {
        let table = Table::KubernetesConfigurationResources;
        let page = fleet.page(table, 0..fleet.len(table), NOW);
        let mut reader = RowReader::default();
        let mut pages = FleetPages::new(&mut reader);
        pages.page(&page).expect("a page");
        pages.rows
    }

    fn not_ready(snapshot: &Snapshot) -> u32 {
        snapshot.glances.iter().map(|glance| glance.objects_not_ready).sum()
    }

    #[test]
    fn a_glance_agrees_with_a_look_at_every_object() {
        let fleet = Fleet::generate(FleetSpec { clusters: 40, configurations: 1_000, seed: 2 });
        let at = (NOW, Instant::now());
        let snapshot = Snapshot::build(rows(&fleet), Unreadable::default(), None, at);
        let truth = fleet.truth(NOW);
        assert_eq!(not_ready(&snapshot) as usize, truth.failing_objects.len());
        let configurations = snapshot.configurations.rows();
        assert_eq!(snapshot.glances.len(), configurations.len());
        for (glance, row) in snapshot.glances.iter().zip(configurations) {
            let objects = &row.objects;
            let fails = row.is_failing() || objects.iter().any(FluxObject::is_failing);
            assert_eq!((glance.fails, glance.source_updated), (fails, row.source_updated));
            let facts: Vec<_> =
                objects.iter().filter_map(|object| object.fact().condition).collect();
            assert_eq!(glance.has_no_conditions, !objects.is_empty() && facts.is_empty());
            let last = facts.iter().filter_map(|condition| condition.last_transition).max();
            assert!(glance.last_change >= last);
            let broken = facts.iter().any(|condition| condition.status == ConditionStatus::False);
            assert!(!broken || glance.last_change >= row.status_updated);
        }
        assert!(snapshot.glances.iter().any(|glance| glance.has_no_conditions));
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
        let build =
            |rows| Snapshot::build(rows, Unreadable::default(), None, (NOW, Instant::now()));
        let (all, snapshot) = (build(detailed.clone()), build(without));
        assert!(snapshot.glances.iter().all(|glance| glance.last_change.is_none()));
        assert_eq!(snapshot.with_details(detailed, 0).glances, all.glances);
    }
}
