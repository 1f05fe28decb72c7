//! Checks the catalogue as a whole, and how replies of several endpoints are merged.

use super::*;
use crate::prometheus::{
    Detected, Grid, Kinds, LabelScheme, Labels, Reply, Sample, Selection, Series,
};
use crate::query::expression::{EndpointPlan, EndpointReply, PromReply};
use flux::{Text, UtcMillis};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

const SCHEMES: [LabelScheme; 3] =
    [LabelScheme::PodAnnotations, LabelScheme::PodMonitor, LabelScheme::Plain];

fn detected(conditions: bool, resources: bool, labels: LabelScheme) -> Detected {
    let kinds = |there| if there { Kinds::of("a", &["Kustomization"]) } else { Kinds::default() };
    Detected {
        conditions: kinds(conditions),
        resources: kinds(resources),
        labels: Some(labels),
        anything: false,
    }
}

/// Every expression of every metric, for every scheme and generation, grouped by all labels or by none.
fn expressions(selection: &Selection) -> Vec<String> {
    let mut all = Vec::new();
    for scheme in SCHEMES {
        for (conditions, resources) in [(true, false), (false, true), (true, true)] {
            let detected = detected(conditions, resources, scheme);
            for metric in metrics() {
                for (group_by, shared_groups) in
                    [(metric.group_by, false), (&[][..], false), (&[][..], true)]
                {
                    let asks = plan(&MetricPlan {
                        metric,
                        group_by,
                        quantile: 0.99,
                        window: Duration::from_secs(120),
                        selection,
                        detected: &detected,
                        endpoint: "eu",
                        shared_groups,
                    });
                    all.extend(asks.into_iter().map(|ask| ask.sent.promql));
                }
            }
        }
    }
    all
}

#[test]
fn entries_are_well_formed() {
    let mut ids = BTreeSet::new();
    for metric in metrics() {
        assert!(ids.insert(metric.id), "{} is there twice", metric.id);
        assert!(metric.id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", metric.id);
        assert!(metric.description.ends_with('.'), "{}", metric.id);
        assert!(!metric.unit.is_empty() && !metric.title.is_empty(), "{}", metric.id);
        for label in metric.default_group_by {
            assert!(metric.group_by.contains(label), "{}: {label}", metric.id);
        }
        assert_eq!(Metric::find(metric.id).map(|found| found.id), Some(metric.id));
    }
    assert!(ids.len() > 40, "{}", ids.len());
}

#[test]
fn every_expression_is_promql_with_a_metric_in_every_selector() {
    let selection = Selection {
        clusters: vec!["a\"b".to_owned(), "eu".to_owned()],
        namespaces: vec!["apps".to_owned()],
        kinds: vec!["Kustomization".to_owned(), "HelmRelease".to_owned()],
        names: vec!["x.y".to_owned()],
        controllers: vec!["helm-controller".to_owned()],
    };
    for selection in [Selection::default(), selection] {
        for promql in expressions(&selection) {
            promql_parser::parser::parse(&promql).unwrap_or_else(|why| panic!("{promql}: {why}"));
            assert!(!promql.contains(" {") && !promql.contains("({"), "{promql}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_text_in_a_filter_is_quoted(text in "\\PC{0,8}|[\"'\\\\{}()|.*+?$^\n\r\t]{0,8}", other in "\\PC{1,4}") {
        let one = Selection { names: vec![text.clone()], ..Selection::default() };
        let two = Selection { names: vec![text, other], ..Selection::default() };
        for selection in [one, two] {
            for promql in expressions(&selection).iter().take(40) {
                prop_assert!(promql_parser::parser::parse(promql).is_ok(), "{}", promql);
            }
        }
    }
}

fn labels(pairs: &[(&str, &str)]) -> Labels {
    pairs.iter().map(|(name, value)| (Text::from(*name), Text::from(*value))).collect()
}

/// The quantity, labels and value of one series of a reply.
type Line<'a> = (Quantity, &'a [(&'a str, &'a str)], f64);

/// The reply of an endpoint that has these samples for a metric's expressions.
fn vector(
    endpoint: &str,
    metric: &'static Metric,
    group_by: &[&'static str],
    samples: &[Line<'_>],
) -> EndpointReply {
    let (selection, detected) =
        (Selection::default(), detected(false, true, LabelScheme::PodMonitor));
    let asks = plan(&MetricPlan {
        metric,
        group_by,
        quantile: 0.5,
        window: Duration::from_secs(120),
        selection: &selection,
        detected: &detected,
        endpoint,
        shared_groups: samples.iter().all(|(part, ..)| *part != Quantity::Value),
    });
    let replies = asks.iter().map(|ask| {
        let of_part = samples.iter().filter(|(part, ..)| *part == ask.purpose);
        let items =
            of_part.map(|(_, pairs, value)| Sample { labels: labels(pairs), value: *value });
        let reply = Reply { items: items.collect(), warnings: Vec::new(), left_out: 0 };
        PromReply::Vector(Arc::new(reply))
    });
    let replies = replies.collect();
    let plan = EndpointPlan::new(asks);
    EndpointReply { endpoint: endpoint.into(), detected: Arc::new(detected), plan, replies }
}

fn combine(metric: &Metric, replies: &[EndpointReply], labels: usize) -> CombinedMetric {
    let typed: Vec<_> = replies.iter().map(EndpointReply::typed).collect();
    super::combine(metric, &typed, labels, 0.5)
}

fn combined(id: &str, replies: &[EndpointReply], labels: usize) -> Vec<(String, f64)> {
    let metric = Metric::find(id).expect("there");
    let combined = combine(metric, replies, labels);
    let line = |series: &Combined| {
        let labels: Vec<&str> =
            series.labels.iter().map(|label| label.as_deref().unwrap_or("-")).collect();
        (labels.join(" "), series.values[0])
    };
    combined.series.iter().map(line).collect()
}

#[test]
fn counts_of_endpoints_are_added_and_maxima_compared() {
    let metric = Metric::find("queue-depth").expect("there");
    let answers = [("eu", 3.0), ("us", 4.0)].map(|(name, value)| {
        vector(
            name,
            metric,
            &["controller"],
            &[(Quantity::Value, &[("name", "kustomization")], value)],
        )
    });
    assert_eq!(combined("queue-depth", &answers, 1), [("kustomization".to_owned(), 7.0)]);
    let metric = Metric::find("queue-longest-running").expect("there");
    let answers = [("eu", 3.0), ("us", 4.0)]
        .map(|(name, value)| vector(name, metric, &[], &[(Quantity::Value, &[], value)]));
    assert_eq!(combined("queue-longest-running", &answers, 0), [(String::new(), 4.0)]);
}

#[test]
fn a_series_without_a_cluster_gets_the_name_of_its_endpoint() {
    let metric = Metric::find("queue-depth").expect("there");
    let answers = [
        vector("eu", metric, &["cluster"], &[(Quantity::Value, &[], 1.0)]),
        vector("us", metric, &["cluster"], &[(Quantity::Value, &[("cluster", "aks-1")], 2.0)]),
    ];
    let expected = [("aks-1".to_owned(), 2.0), ("eu".to_owned(), 1.0)];
    assert_eq!(combined("queue-depth", &answers, 1), expected);
}

#[test]
fn means_of_endpoints_are_weighted_by_their_counts() {
    let metric = Metric::find("reconcile-duration").expect("there");
    let answers = [("eu", 10.0, 1.0), ("us", 2.0, 3.0)].map(|(name, sum, count)| {
        vector(
            name,
            metric,
            &[],
            &[(Quantity::Dividend, &[], sum), (Quantity::Divisor, &[], count)],
        )
    });
    assert_eq!(combined("reconcile-duration", &answers, 0), [(String::new(), 3.0)]);
    let idle = [vector(
        "eu",
        metric,
        &[],
        &[(Quantity::Dividend, &[], 0.0), (Quantity::Divisor, &[], 0.0)],
    )];
    assert_eq!(combined("reconcile-duration", &idle, 0), [], "nothing was reconciled: no value");
}

#[test]
fn a_slowdown_is_a_ratio_of_means_and_looks_far_back() {
    let metric = Metric::find("reconcile-slowdown").expect("there");
    let selection = Selection { kinds: vec!["Bucket".to_owned()], ..Selection::default() };
    let asks = plan(&MetricPlan {
        metric,
        group_by: &["cluster"],
        quantile: 0.5,
        window: Duration::from_secs(3_600),
        selection: &selection,
        detected: &detected(false, false, LabelScheme::PodAnnotations),
        endpoint: "eu",
        shared_groups: true,
    });
    let [asked] = asks.as_slice() else { panic!("one question: {asks:?}") };
    let sum = |part: &str, span: &str| {
        format!(
            "sum by (cluster) (rate(gotk_reconcile_duration_seconds_{part}{{kind=\"Bucket\"}}{span}))"
        )
    };
    let mean = |span| format!("{} / ({} > 0)", sum("sum", span), sum("count", span));
    let (now, then) = (mean("[3600s]"), mean("[86400s] offset 86400s"));
    let expected = format!("(({now}) / (({then}) > 0)) * (({now}) > bool 60)");
    assert_eq!(asked.sent.promql, expected);
    assert_eq!(asked.sent.beyond_window, Duration::from_secs(2 * 86_400 - 3_600));
}

#[test]
fn the_history_counts_a_fleet_once_when_several_grafanas_report_it() {
    let selection = Selection {
        clusters: vec!["aks-1".to_owned()],
        namespaces: vec!["apps".to_owned()],
        kinds: vec!["Bucket".to_owned()],
        controllers: vec!["helm-controller".to_owned()],
        ..Selection::default()
    };
    for scheme in SCHEMES {
        let promql = |id: &str| {
            let metric = Metric::find(id).expect("there");
            let asks = plan(&MetricPlan {
                metric,
                group_by: metric.default_group_by,
                quantile: 0.5,
                window: Duration::from_secs(120),
                selection: &selection,
                detected: &detected(false, false, scheme),
                endpoint: "eu",
                shared_groups: true,
            });
            let [asked] = asks.as_slice() else { panic!("one question: {asks:?}") };
            asked.sent.promql.clone()
        };
        assert_eq!(
            promql("fleet-configurations"),
            "sum by (compliance_state) (max by (compliance_state, cluster, cluster_type, resource_group, subscription_id, org_id, datasource_uid) (azuregitops_fleet_configurations{cluster=\"aks-1\"}))"
        );
        // These metrics have no cluster to filter by.
        assert_eq!(
            promql("fleet-extensions"),
            "sum by (provisioning_state) (max by (provisioning_state, org_id, datasource_uid) (azuregitops_fleet_extensions))"
        );
        assert_eq!(
            promql("fleet-snapshot-age"),
            "max by (datasource_uid) (azuregitops_inventory_age_seconds)"
        );
    }
    let metric = Metric::find("fleet-configurations").expect("there");
    let state = [("compliance_state", "Pending")];
    let answers = [vector("eu", metric, &["complianceState"], &[(Quantity::Value, &state, 3.0)])];
    let expected = [("Pending".to_owned(), 3.0)];
    assert_eq!(combined("fleet-configurations", &answers, 1), expected);
}

#[test]
fn quantiles_of_endpoints_come_from_all_buckets() {
    let metric = Metric::find("reconcile-duration-quantile").expect("there");
    let answers = ["eu", "us"].map(|name| {
        let (fast, slow) = if name == "eu" { (4.0, 4.0) } else { (0.0, 4.0) };
        vector(
            name,
            metric,
            &["kind"],
            &[
                (Quantity::Buckets, &[("kind", "Bucket"), ("le", "1")], fast),
                (Quantity::Buckets, &[("kind", "Bucket"), ("le", "3")], slow),
                (Quantity::Buckets, &[("kind", "Bucket"), ("le", "+Inf")], slow),
            ],
        )
    });
    let id = "reconcile-duration-quantile";
    assert_eq!(combined(id, &answers, 1), [("Bucket".to_owned(), 1.0)]);
    assert_eq!(combined(id, &answers[1..], 1), [("Bucket".to_owned(), 2.0)]);
}

#[test]
fn equal_series_at_two_endpoints_show_a_notice() {
    let metric = Metric::find("reconcile-duration").expect("there");
    let answers = ["eu", "us"].map(|name| {
        vector(name, metric, &["cluster"], &[(Quantity::Value, &[("cluster", "a")], 5.0)])
    });
    let found = combine(metric, &answers, 1);
    assert_eq!((found.series.len(), found.doubled), (1, 1));
}

#[test]
fn gaps_stay_gaps_unless_another_endpoint_has_a_value() {
    let metric = Metric::find("queue-depth").expect("there");
    let grid = Grid { start: UtcMillis(0), step: Duration::from_secs(30), points: 3 };
    let answers = [[1.0, f64::NAN, f64::NAN], [1.0, 2.0, f64::NAN]].map(|values| {
        let mut answer = vector("eu", metric, &[], &[(Quantity::Value, &[], 0.0)]);
        let items = vec![Series { labels: Labels::default(), values: values.to_vec() }];
        let reply = Reply { items, warnings: Vec::new(), left_out: 0 };
        answer.replies[0] = PromReply::Matrix(Arc::new(reply));
        answer
    });
    let found = combine(metric, &answers, 0);
    assert_eq!(found.series[0].values.len(), grid.points);
    assert_eq!(found.series[0].values[..2], [2.0, 2.0]);
    assert!(found.series[0].values[2].is_nan());
}
