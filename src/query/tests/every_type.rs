//! Properties of every query type, on the simulated fleet and in any order of arrival.

use super::*;
use proptest::prelude::*;

/// Every query type in every format, with the parameters that choose the format.
fn every_format() -> impl Iterator<Item = (&'static QueryType, Format, Value)> {
    CATALOGUE.iter().flat_map(|query_type| {
        query_type.formats().into_iter().map(|format| {
            let mut params = query_type.required_params();
            params.extend(format.params.clone());
            (*query_type, format, Value::Object(params))
        })
    })
}

fn names(specs: &[FieldSpec]) -> Vec<&str> {
    specs.iter().map(|spec| spec.name).collect()
}

#[test]
fn without_a_snapshot_a_query_about_metrics_is_answered_as_for_an_empty_fleet() {
    let (empty, portal) = (snapshot(&[]), Portal::default());
    let range = TimeRange { from: NOW, to: NOW };
    let mut types = 0;
    for (query_type, format, params) in every_format() {
        let params = params.as_object().expect("an object");
        let query = Query::new("A", query_type, params, range).expect("good");
        let PreparedQuery::Metrics(prepared) = &query.prepared else { continue };
        let timing = prepared.timing(range, query.resolution, Duration::from_secs(30));
        let answer = |snapshot| {
            let view = of_metrics(snapshot, range, &portal);
            prepared.frames(Run { timing, endpoints: 1 }, &[], &view)
        };
        let alone = answer(None);
        if query_type.id == "source-health" {
            // A row that says 0 would mean that all is well with the snapshot.
            assert_eq!(lines(&alone[0], &["check", "value"]), ["endpoints 1"]);
        } else {
            assert_eq!(alone, answer(Some(&empty)), "{} {:?}", query_type.id, format.params);
        }
        types += 1;
    }
    assert!(types > 5, "only {types} formats are about metrics");
}

#[test]
fn every_format_of_every_type_answers_with_the_fields_that_it_declares() {
    let (_, snapshot) = simulated(FleetSpec::default());
    for (query_type, format, params) in every_format() {
        let place = format!("{} {:?}", query_type.id, format.params);
        let query = Query::new(
            "A",
            query_type,
            params.as_object().expect("an object"),
            TimeRange { from: NOW, to: NOW },
        )
        .expect("good");
        let spec = query.prepared.frame_spec();
        assert_eq!(spec.frame_type, format.frame.frame_type, "{place}");
        let frame = ask(&snapshot, query_type.id, params);
        assert_eq!(frame.name, query_type.id);
        assert_eq!(frame.meta.frame_type, spec.frame_type, "{place}");
        assert!(query_type.frame_types().contains(&spec.frame_type), "{place}");
        let labels = names(&spec.labels);
        match spec.frame_type {
            FrameType::Table | FrameType::NumericLong => {
                let found: Vec<_> = frame.fields.iter().map(|field| field.name.as_str()).collect();
                assert_eq!(found, names(&spec.fields), "{place}");
                for (field, spec) in frame.fields.iter().zip(&spec.fields) {
                    // Labels of a metric are chosen by the user, so the frame's description has none of them.
                    let described = !field.config.description.is_empty();
                    assert!(described || query_type.id == "metric", "{place} {}", spec.name);
                    if described {
                        assert_eq!(field.config.description, spec.doc, "{place} {}", spec.name);
                        assert_eq!(field.config.unit, spec.unit, "{place} {}", spec.name);
                    }
                }
            }
            FrameType::NumericWide => {
                for field in &frame.fields {
                    assert_eq!([field.name.as_str()][..], names(&spec.fields), "{place}");
                    assert!(field.labels.keys().all(|label| labels.contains(&label.as_str())));
                }
                assert!(!frame.fields[0].labels.is_empty(), "{place} has labels");
            }
            // Without an endpoint there is no series; tests/it/prometheus tests series.
            FrameType::TimeseriesMulti => assert_eq!(frame.fields, [], "{place}"),
        }
    }
}

/// Fields that are empty when the data source has no Prometheus endpoint.
fn needs_an_endpoint(query_type: &QueryType, field: &str) -> bool {
    let prepared = query_type.prepare(&query_type.required_params()).expect("good");
    let PreparedQuery::Metrics(prepared) = prepared else { return false };
    prepared.endpoints() == Need::All && prepared.snapshot() == Need::Nothing
        || query_type.id == "drift"
            && (field.starts_with("cluster") && field != "cluster"
                || field == "reconcileDuration"
                || field == "source")
}

#[test]
fn every_field_of_the_simulated_fleet_has_a_value() {
    let (_, snapshot) = simulated(FleetSpec::default());
    for (query_type, format, params) in every_format() {
        if !matches!(format.frame.frame_type, FrameType::Table | FrameType::NumericLong) {
            continue;
        }
        let frame = ask(&snapshot, query_type.id, params);
        for field in &frame.fields {
            let place = format!("{} {:?} {}", query_type.id, format.params, field.name);
            if !needs_an_endpoint(query_type, &field.name) {
                let one_row = frame.fields.len() < 3 && frame.rows() == 1;
                assert!(frame.rows() > 1 || one_row, "{place} has rows");
                assert!(field.cells().any(|cell| cell != Cell::Null), "{place} has a value");
            }
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
        for (query_type, format, params) in every_format() {
            // The shown spelling of a cluster may differ, but its rows may not.
            let spec = &format.frame;
            let names = names(&spec.fields);
            let last = names.last().copied().unwrap_or_default();
            let fields = match spec.frame_type {
                FrameType::TimeseriesMulti => continue,
                FrameType::NumericLong | FrameType::Table if names.contains(&"resourceGroup") => ["resourceGroup"],
                // Ages go by the clock.
                FrameType::Table if names == ["text", "age"] => continue,
                FrameType::NumericWide | FrameType::NumericLong => [last],
                FrameType::Table if names.len() == 2 => [last],
                FrameType::Table => [names[0]],
            };
            let (left, right) = (ask(&sorted, query_type.id, params.clone()), ask(&shuffled, query_type.id, params));
            prop_assert_eq!(lines(&left, &fields), lines(&right, &fields), "{}", query_type.id);
            prop_assert_eq!(left.rows(), right.rows());
        }
    }
}
