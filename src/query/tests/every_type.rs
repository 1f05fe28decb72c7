//! What holds of every query type, on the simulated fleet and in any order of arrival.

use super::*;
use proptest::prelude::*;

#[test]
fn every_type_keeps_its_contract_on_the_simulated_fleet() {
    let (_, snapshot) = simulated(FleetSpec::default());
    // What a metric's frames hold depends on the endpoint: tests/it/prometheus has them.
    for query_type in CATALOGUE.iter().filter(|query_type| query_type.id != "metric") {
        let params = match query_type.id {
            "values" => json!({ "dimension": "cluster" }),
            id if id.ends_with("-counts") => json!({ "format": "long" }),
            _ => json!({}),
        };
        let frame = ask(&snapshot, query_type.id, params);
        assert!(frame.rows() > 1, "{} has rows", query_type.id);
        assert_eq!(frame.name, query_type.id);
        assert!(query_type.frame_types.contains(&frame.meta.frame_type), "{}", query_type.id);
        let names: Vec<_> = frame.fields.iter().map(|field| field.name.as_str()).collect();
        let contract = (query_type.fields)();
        assert_eq!(
            names,
            contract.iter().map(|field| field.name).collect::<Vec<_>>(),
            "{}",
            query_type.id
        );
        for (field, spec) in frame.fields.iter().zip(&contract) {
            assert_eq!(field.config.description, spec.doc, "{} {}", query_type.id, spec.name);
            let without_endpoints = query_type.id == "drift"
                && (spec.name.starts_with("cluster") && spec.name != "cluster"
                    || spec.name == "reconcileDuration"
                    || spec.name == "source");
            assert!(
                without_endpoints || field.cells().any(|cell| cell != Cell::Null),
                "{} {} has a value",
                query_type.id,
                spec.name
            );
        }
    }
}

#[test]
fn counts_agree_with_tables_and_with_the_truth() {
    let (fleet, snapshot) = simulated(FleetSpec { clusters: 40, configurations: 5_000, seed: 7 });
    let truth = fleet.truth(NOW);
    let table = ask(&snapshot, "configurations", json!({}));
    assert_eq!((table.rows(), table.meta.notices.len()), (5_000, 0));
    let counts = ask(&snapshot, "configuration-counts", json!({ "format": "long" }));
    let states = table.field("complianceState").expect("there");
    for row in 0..counts.rows() {
        let Cell::Text(state) = counts.fields[0].cell(row) else { panic!("a state") };
        let Cell::Integer(count) = counts.fields[1].cell(row) else { panic!("a count") };
        let in_table = states.cells().filter(|cell| *cell == Cell::Text(state)).count();
        assert_eq!(usize::try_from(count).expect("small"), in_table, "{state}");
        let filtered = ask(&snapshot, "configurations", json!({ "complianceStates": [state] }));
        assert_eq!(filtered.rows(), in_table, "{state}");
        let known = truth.compliance.iter().find(|(known, _)| known.as_str() == state);
        assert_eq!(known.map_or(0, |(_, count)| *count), in_table, "{state}");
    }
    let failing =
        ask(&snapshot, "failing-configurations", json!({ "complianceStates": ["Non-Compliant"] }));
    let non_compliant =
        ask(&snapshot, "configurations", json!({ "complianceStates": ["Non-Compliant"] }));
    assert_eq!(failing.rows(), non_compliant.rows());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn answers_do_not_depend_on_the_order_of_arrival(order in Just((0..9usize).collect::<Vec<_>>()).prop_shuffle()) {
        let rows = [
            extension("beta", "Failed"), extension("alpha", "Succeeded"), extension("Gamma", "Creating"),
            configuration("g1", "alpha", "b", json!("Compliant")), configuration("g1", "Alpha", "a", json!("Pending")),
            configuration("g2", "alpha", "a", json!("Non-Compliant")), configuration("g1", "beta", "c", json!("Unknown")),
            configuration("g1", "beta", "A", json!("Suspended")), configuration("g1", "gamma", "d", json!("Degraded")),
        ];
        let clusters = ["delta", "GAMMA", "alpha", "Epsilon", "Delta", "zeta", "eta", "theta", "iota"].map(|name| cluster("g1", name, "1.33.3"));
        let shuffle = |rows: &[Value]| order.iter().map(|&index| rows[index].clone()).collect::<Vec<_>>();
        let sorted = snapshot_with(&rows, &clusters);
        let shuffled = snapshot_with(&shuffle(&rows), &shuffle(&clusters));
        for query_type in CATALOGUE.iter().filter(|query_type| query_type.id != "metric") {
            let params = if query_type.id == "values" { json!({ "dimension": "configuration" }) } else { json!({}) };
            // Which spelling of a cluster is shown may differ, its rows may not.
            let contract = (query_type.fields)();
            let has_group = contract.iter().any(|field| field.name == "resourceGroup");
            let fields = match query_type.id {
                id if id.ends_with("-counts") => ["count"],
                "values" | "source-health" => ["value"],
                _ if has_group => ["resourceGroup"],
                _ => [contract[0].name],
            };
            let (left, right) = (ask(&sorted, query_type.id, params.clone()), ask(&shuffled, query_type.id, params));
            prop_assert_eq!(lines(&left, &fields), lines(&right, &fields), "{}", query_type.id);
            prop_assert_eq!(left.rows(), right.rows());
        }
    }
}
