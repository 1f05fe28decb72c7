//! The gauges of fleets, in the metrics of the process.

use super::fleet_metrics::MAX_CLUSTERS;
use super::holding::Holding;
use super::instances::InstanceKey;
use super::metrics::Metrics;
use crate::arg::Row;
use crate::inventory::{FleetGauges, Snapshot};
use crate::prometheus::LabelScheme;
use crate::query::{Measure, MetricGroup, metrics};
use flux::{ClusterKind, ClusterRef, ComplianceState, FluxConfiguration, Text, UtcMillis};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

fn configuration(cluster: usize, number: usize, state: ComplianceState) -> Row {
    let text = |text: String| Text::from(text);
    Row::Configuration(FluxConfiguration {
        cluster: Arc::new(ClusterRef {
            subscription_id: text("s1".to_owned()),
            resource_group: text("g1".to_owned()),
            kind: ClusterKind::Aks,
            name: text(format!("c{cluster:04}")),
            id: None,
        }),
        name: text(format!("app-{number}")),
        type_path: None,
        namespace: None,
        scope: None,
        source_kind: None,
        repository_url: None,
        reference: None,
        source_synced_commit: None,
        source_updated: None,
        status_updated: None,
        provisioning_state: None,
        compliance_state: state,
        suspended: false,
        error_message: None,
        kustomizations: Box::default(),
        objects: Box::default(),
    })
}

fn render(fleets: Vec<Vec<Row>>) -> String {
    let holding = |(org_id, rows): (i64, Vec<Row>)| {
        let snapshot = Snapshot::of_rows(UtcMillis(0), Instant::now(), rows);
        Holding {
            key: InstanceKey { org_id, uid: "fleet".to_owned() },
            snapshot_age: Some(Duration::ZERO),
            items: Vec::new(),
            fleet: Some(FleetGauges::of(&snapshot)),
        }
    };
    let holdings: Vec<Holding> = (1..).zip(fleets).map(holding).collect();
    Metrics::default().render(&holdings)
}

fn of<'t>(text: &'t str, family: &str) -> Vec<&'t str> {
    text.lines().filter(|line| line.starts_with(&format!("{family}{{"))).collect()
}

#[test]
fn every_known_state_of_a_cluster_has_a_number() {
    let text = render(vec![vec![
        configuration(1, 1, ComplianceState::Compliant),
        configuration(1, 2, ComplianceState::NonCompliant),
        configuration(1, 3, ComplianceState::Compliant),
        configuration(2, 1, ComplianceState::Other(Text::from("Degraded"))),
    ]]);
    let expected = |cluster: &str, state: &str, count: u64| {
        format!(
            "azuregitops_fleet_configurations{{org_id=\"1\",datasource_uid=\"fleet\",subscription_id=\"s1\",resource_group=\"g1\",cluster=\"{cluster}\",cluster_type=\"AKS\",compliance_state=\"{state}\"}} {count}"
        )
    };
    let found = of(&text, "azuregitops_fleet_configurations");
    for (cluster, state, count) in [
        ("c0001", "Compliant", 2),
        ("c0001", "Non-Compliant", 1),
        ("c0001", "Pending", 0),
        ("c0001", "Suspended", 0),
        ("c0001", "Unknown", 0),
        ("c0002", "Compliant", 0),
        ("c0002", "Other", 1),
    ] {
        let line = expected(cluster, state, count);
        assert!(found.contains(&line.as_str()), "{line} is missing in\n{text}");
    }
    assert_eq!(found.len(), 5 + 6);
    assert_eq!(of(&text, "azuregitops_fleet_extensions").len(), 6);
    assert!(text.contains(
        "azuregitops_fleet_objects_not_ready{org_id=\"1\",datasource_uid=\"fleet\"} 0\n"
    ));
    assert!(text.contains("# TYPE azuregitops_fleet_configurations gauge\n"), "{text}");
}

#[test]
fn the_catalogue_asks_for_gauges_and_labels_that_there_are() {
    let text = render(vec![vec![configuration(1, 1, ComplianceState::Compliant)]]);
    let of_fleet = metrics().filter(|metric| metric.group == MetricGroup::Fleet);
    let mut asked = 0;
    for metric in of_fleet {
        let (Measure::Told { gauge: name } | Measure::Gauge { name, .. }) = metric.measure else {
            panic!("{} is no gauge", metric.id);
        };
        let lines = of(&text, name);
        let line = lines.first().unwrap_or_else(|| panic!("{name} is missing in\n{text}"));
        for label in metric.group_by {
            let label = metric.subject.label(label, LabelScheme::PodMonitor);
            let there = [format!("{{{label}=\""), format!(",{label}=\"")];
            assert!(there.iter().any(|text| line.contains(text)), "{label}: {line}");
        }
        // A label that the catalogue doesn't name would be lost.
        assert_eq!(line.matches("=\"").count(), metric.group_by.len(), "{line}");
        asked += 1;
    }
    assert_eq!(asked, 4);
}

#[test]
fn clusters_beyond_the_bound_are_one() {
    let fleet = |clusters: usize| -> Vec<Row> {
        // The last cluster is the largest.
        let large =
            (0..5).map(|number| configuration(clusters - 1, number, ComplianceState::Pending));
        let small =
            (0..clusters - 1).map(|cluster| configuration(cluster, 0, ComplianceState::Compliant));
        large.chain(small).collect()
    };
    let text = render(vec![fleet(MAX_CLUSTERS - 1), fleet(40)]);
    let found = of(&text, "azuregitops_fleet_configurations");
    // A thousand clusters with five states each, and the others of the second data source.
    assert_eq!(found.len(), MAX_CLUSTERS * 5 + 5);
    let second: Vec<_> = found.iter().filter(|line| line.contains("org_id=\"2\"")).collect();
    assert_eq!(second.len(), 10);
    let has = |words: &str| {
        assert!(second.iter().any(|line| line.contains(words)), "{words} in {second:?}");
    };
    has("cluster=\"c0039\",cluster_type=\"AKS\",compliance_state=\"Pending\"} 5");
    has(
        "subscription_id=\"\",resource_group=\"\",cluster=\"other\",cluster_type=\"\",compliance_state=\"Compliant\"} 39",
    );
    // Nothing is lost on the way.
    let total = |org: &str| -> u64 {
        let lines = found.iter().filter(|line| line.contains(org));
        lines
            .map(|line| line.rsplit(' ').next().expect("a count").parse::<u64>().expect("a count"))
            .sum()
    };
    assert_eq!((total("org_id=\"1\""), total("org_id=\"2\"")), (1_003, 44));
}
