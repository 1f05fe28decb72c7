//! Tests of the rule file and its expressions. `tests/it` tests the rules' behaviour with promtool.

use super::*;
use serde_json::Value;

#[test]
fn every_expression_is_promql_and_every_selector_names_its_metric() {
    let yaml = prometheus(&PrometheusOptions::default()).expect("YAML");
    let file: Value = serde_saphyr::from_str(&yaml).expect("YAML");
    let groups = file["groups"].as_array().expect("a list");
    let rules = groups.iter().flat_map(|group| group["rules"].as_array().expect("a list"));
    let mut count = 0;
    for rule in rules {
        let expr = rule["expr"].as_str().expect("text");
        promql_parser::parser::parse(expr).unwrap_or_else(|why| panic!("{expr}: {why}"));
        // An Azure Monitor workspace requires a metric name in every selector.
        assert!(!expr.contains(" {") && !expr.contains("({"), "{expr}");
        count += 1;
    }
    let names: Vec<&str> = groups.iter().filter_map(|group| group["name"].as_str()).collect();
    let expected = [
        "azuregitops-resource-info",
        "azuregitops-reconcile-condition",
        "azuregitops-controllers",
        "azuregitops-recordings",
    ];
    assert_eq!((names.as_slice(), count), (&expected[..], 26));
}

#[test]
fn the_older_generation_leaves_out_what_the_newer_one_has() {
    let text = |generation| {
        let watch = Watch::NotReady("Bucket");
        expression::expression(watch, generation).expect("known").to_string()
    };
    let newer = text(expression::Generation::ResourceInfo);
    assert!(!newer.contains("gotk_reconcile_condition"), "{newer}");
    let older = text(expression::Generation::ReconcileCondition);
    let (_, left_out) = older.split_once("unless on (cluster, kind)").expect("left out");
    assert!(left_out.contains("gotk_resource_info") && left_out.contains("\"Bucket\""), "{older}");
}

#[test]
fn links_have_the_address_that_is_given() {
    let options = PrometheusOptions {
        grafana: "https://grafana.example.org".to_owned(),
        ..PrometheusOptions::default()
    };
    let yaml = prometheus(&options).expect("YAML");
    let file: Value = serde_saphyr::from_str(&yaml).expect("YAML");
    let link =
        file["groups"][0]["rules"][0]["annotations"]["dashboard_url"].as_str().expect("text");
    assert!(link.starts_with("https://grafana.example.org/d/azuregitops-cluster-stats?"), "{link}");
}
