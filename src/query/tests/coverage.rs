//! Which clusters GitOps reaches.

use super::*;
use flux::Coverage;
use std::collections::BTreeSet;

/// Clusters of every sort: `alpha` of g1 has everything; `alpha` of g2 has a configuration but no extension; `beta`
/// isn't listed; `gamma` has only an extension; `delta` has nothing.
fn clusters() -> Snapshot {
    snapshot_with(
        &[
            extension("beta", "Failed"),
            configuration("g1", "beta", "one", json!("Compliant")),
            configuration("g1", "Alpha", "two", json!("Pending")),
            configuration("g1", "alpha", "one", json!("Compliant")),
            configuration("g2", "alpha", "left", json!("Compliant")),
            extension("alpha", "Succeeded"),
            extension("gamma", "Creating"),
        ],
        &[
            cluster("G1", "delta", "1.33.3"),
            cluster("g1", "ALPHA", "1.33.3"),
            cluster("g2", "alpha", "1.32.0"),
            cluster("g1", "gamma", "1.32.0"),
        ],
    )
}

#[test]
fn coverage_has_a_row_for_every_cluster() {
    let frame = ask(&clusters(), "coverage", json!({}));
    assert_eq!(
        lines(
            &frame,
            &[
                "subscription",
                "resourceGroup",
                "location",
                "kubernetesVersion",
                "coverage",
                "provisioningState",
                "version",
                "configurations",
                "connectivity"
            ]
        ),
        [
            "Production g2 westeurope 1.32.0 Configuration only - - 1 Running",
            "Production G1 westeurope 1.33.3 No Flux - - 0 Running",
            "Production g1 westeurope 1.32.0 Extension only Creating 1.8.0 0 Running",
            "Production g1 westeurope 1.33.3 Flux Succeeded 1.8.0 2 Running",
            "Production g1 - - Flux Failed 1.8.0 1 -",
        ]
    );
    let coverage = frame.field("coverage").expect("there");
    assert_eq!(coverage.config.mappings[0]["options"]["Flux"]["color"], "green");
    let filtered = |params| lines(&ask(&clusters(), "coverage", params), &["resourceGroup"]).len();
    assert_eq!(filtered(json!({ "clusters": ["Alpha"] })), 2);
    assert_eq!(filtered(json!({ "clusters": ["alpha"], "resourceGroups": ["g2"] })), 1);
    assert_eq!(filtered(json!({ "subscriptions": ["production"] })), 5);
    assert_eq!(filtered(json!({ "subscriptions": ["other"] })), 0);
    // Clusters have no compliance state, so this filter doesn't remove them.
    assert_eq!(filtered(json!({ "complianceStates": ["Suspended"] })), 5);
}

#[test]
fn coverage_counts_have_a_zero_for_values_without_clusters() {
    let count = |snapshot: &Snapshot, params: Value| {
        let frame = ask(snapshot, "coverage-counts", params);
        let series = frame.fields.iter().map(|field| {
            let name = &field.config.display_name_from_ds;
            format!("{name}: {}", show(field.cell(0)))
        });
        series.collect::<Vec<_>>()
    };
    let fleet = clusters();
    assert_eq!(
        count(&fleet, json!({})),
        ["No Flux: 1", "Extension only: 1", "Flux: 2", "Configuration only: 1"]
    );
    assert_eq!(
        count(&fleet, json!({ "clusters": ["beta"] })),
        ["No Flux: 0", "Extension only: 0", "Flux: 1"]
    );
    assert_eq!(
        count(&fleet, json!({ "groupBy": ["kubernetesVersion"] })),
        ["1.32.0: 2", "1.33.3: 2", "(none): 1"]
    );
    let frame = ask(&fleet, "coverage-counts", json!({}));
    let colors = frame.fields.iter().map(|field| {
        field.config.color.as_ref().expect("a colour")["fixedColor"].as_str().expect("text")
    });
    assert_eq!(colors.collect::<Vec<_>>(), ["#8e8e8e", "yellow", "green", "#8e8e8e"]);
}

#[test]
fn coverage_agrees_with_the_truth() {
    for (clusters, configurations) in [(40, 400), (33, 22), (83, 0)] {
        let (fleet, snapshot) = simulated(FleetSpec { clusters, configurations, seed: 5 });
        let truth = fleet.truth(NOW).coverage;
        let counts = ask(&snapshot, "coverage-counts", json!({ "format": "long" }));
        let expected = Coverage::KNOWN.map(|coverage| {
            format!("{coverage} {}", truth.get(&coverage).copied().unwrap_or_default())
        });
        assert_eq!(lines(&counts, &["coverage", "count"]), expected);
        let table = ask(&snapshot, "coverage", json!({}));
        assert_eq!(table.rows(), truth.values().sum::<usize>());
        let ids: BTreeSet<_> =
            lines(&table, &["clusterId"]).into_iter().map(|id| id.to_lowercase()).collect();
        assert_eq!(ids.len(), table.rows(), "no cluster twice");
    }
}
