//! `deploy/kube-state-metrics/values.yaml`: kube-state-metrics makes the series from it that the plugin queries, and
//! has permission to read the objects that it reports.

use azuregitops::prometheus::{Detected, Readiness, Selection};
use fleet::metrics::{FluxGeneration, MetricsOptions};
use fleet::{Fleet, FleetSpec};
use flux::{ObjectState, UtcMillis};
use promql_parser::label::Labels;
use promql_parser::parser::{Expr, LabelModifier, VectorSelector, parse};
use promql_parser::util::{ExprVisitor, walk_expr};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Labels that kube-state-metrics adds itself.
const RESERVED: [&str; 3] =
    ["customresource_group", "customresource_kind", "customresource_version"];

fn values() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/kube-state-metrics/values.yaml");
    serde_saphyr::from_str(&fs::read_to_string(path).expect("readable")).expect("YAML")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

fn keys(value: &Value) -> BTreeSet<String> {
    value.as_object().expect("an object").keys().cloned().collect()
}

/// Labels of the series of each kind. Panics when the series aren't those of `gotk_resource_info`.
fn labels_by_kind() -> BTreeMap<String, BTreeSet<String>> {
    let values = values();
    let resources = values["customResourceState"]["config"]["spec"]["resources"].clone();
    let resources = resources.as_array().expect("a list");
    let mut kinds = BTreeMap::new();
    for resource in resources {
        let [metric] = resource["metrics"].as_array().expect("a list").as_slice() else {
            panic!("one metric of each kind")
        };
        let name = format!("{}_{}", text(&resource["metricNamePrefix"]), text(&metric["name"]));
        assert_eq!((name.as_str(), text(&metric["each"]["type"])), ("gotk_resource_info", "Info"));
        let mut labels = keys(&resource["labelsFromPath"]);
        // An Info metric without a label of its own has no series.
        labels.extend(keys(&metric["each"]["info"]["labelsFromPath"]));
        labels.extend(RESERVED.map(str::to_owned));
        let kind = text(&resource["groupVersionKind"]["kind"]).to_owned();
        assert!(kinds.insert(kind, labels).is_none(), "a kind may be there once only");
    }
    kinds
}

/// The label names of `gotk_resource_info` that an expression needs.
#[derive(Default)]
struct Asked(BTreeSet<String>);

impl ExprVisitor for Asked {
    type Error = ();

    fn pre_visit(&mut self, expr: &Expr) -> Result<bool, ()> {
        match expr {
            Expr::VectorSelector(VectorSelector { name: Some(name), matchers, .. })
                if name == "gotk_resource_info" =>
            {
                self.0.extend(matchers.matchers.iter().map(|matcher| matcher.name.clone()));
            }
            Expr::Call(call) if call.func.name == "label_replace" => {
                // The label from which another one is copied.
                if let Some(Expr::StringLiteral(from)) = call.args.args.get(3).map(|arg| &**arg) {
                    self.0.insert(from.val.clone());
                }
            }
            Expr::Aggregate(aggregate) => {
                if let Some(LabelModifier::Include(Labels { labels })) = &aggregate.modifier {
                    self.0.extend(labels.iter().cloned());
                }
            }
            _ => {}
        }
        Ok(true)
    }
}

#[test]
fn its_series_have_every_label_that_is_asked_for() {
    let list = || vec!["x".to_owned()];
    let selection = Selection {
        namespaces: list(),
        kinds: list(),
        names: list(),
        controllers: list(),
        clusters: Vec::new(),
    };
    let detected = Detected::anything();
    let readiness = Readiness { detected: &detected, selection: &selection, endpoint: "" };
    let mut expressions: Vec<String> = ObjectState::ALL
        .into_iter()
        .filter_map(|state| readiness.objects_of_resources(Some(state)))
        .map(|expr| expr.to_string())
        .collect();
    expressions.extend(readiness.resource_details().map(|expr| expr.to_string()));
    assert_eq!(expressions.len(), ObjectState::ALL.len() + 1);
    let mut asked = Asked::default();
    for expression in &expressions {
        let expr = parse(expression).unwrap_or_else(|why| panic!("{expression}: {why}"));
        walk_expr(&mut asked, &expr).expect("walked");
    }
    // Scraping adds the cluster; the expressions copy kind and namespace from other labels.
    let made = ["cluster", "kind", "namespace"];
    let asked: BTreeSet<&str> =
        asked.0.iter().map(String::as_str).filter(|label| !made.contains(label)).collect();
    assert!(asked.contains("suspended") && asked.contains("exported_namespace"), "{asked:?}");
    let reconciled = ["Kustomization", "HelmRelease", "GitRepository", "OCIRepository", "Bucket"];
    let of_charts = ["HelmRepository", "HelmChart"];
    let kinds = labels_by_kind();
    for kind in reconciled.into_iter().chain(of_charts) {
        let labels = &kinds[kind];
        for label in &asked {
            assert!(labels.contains(*label), "{kind} has no {label}");
        }
        assert!(!labels.contains("namespace"), "scraping gives that label another meaning");
    }
}

#[test]
fn its_series_are_those_of_the_simulated_clusters() {
    let fleet = Fleet::generate(FleetSpec { clusters: 6, configurations: 80, seed: 1 });
    let options = MetricsOptions { generation: FluxGeneration::Flux28, kube_state_metrics: true };
    let metrics = fleet.metrics(options);
    let mut simulated: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for target in metrics.targets() {
        let at = UtcMillis(1_790_000_000_000);
        let Some(exposed) = metrics.exposition(&target, at) else { continue };
        for line in exposed.lines().filter(|line| line.starts_with("gotk_resource_info{")) {
            let series = line.rsplit_once(' ').expect("a value").0;
            let Expr::VectorSelector(selector) = parse(series).expect("a series") else {
                panic!("{series}")
            };
            let matchers = &selector.matchers.matchers;
            let kind = matchers.iter().find(|label| label.name == "customresource_kind");
            let labels = matchers.iter().map(|label| label.name.clone());
            simulated.entry(kind.expect("a kind").value.clone()).or_default().extend(labels);
        }
    }
    let kinds = labels_by_kind();
    assert!(simulated.len() >= 6, "{:?}", simulated.keys());
    for (kind, labels) in &simulated {
        let missing: Vec<&String> = labels.difference(&kinds[kind]).collect();
        assert!(missing.is_empty(), "{kind} lacks {missing:?}");
    }
}

#[test]
fn it_may_read_only_the_objects_that_it_reports() {
    let values = values();
    let mut readable = BTreeSet::new();
    for rule in values["rbac"]["extraRules"].as_array().expect("a list") {
        let [group] = rule["apiGroups"].as_array().expect("a list").as_slice() else {
            panic!("one group a rule")
        };
        assert_eq!(rule["verbs"], serde_json::json!(["list", "watch"]));
        for resource in rule["resources"].as_array().expect("a list") {
            readable.insert((text(group).to_owned(), text(resource).to_owned()));
        }
    }
    let resources = &values["customResourceState"]["config"]["spec"]["resources"];
    let mut told = BTreeSet::new();
    for resource in resources.as_array().expect("a list") {
        let of = &resource["groupVersionKind"];
        let kind = text(&of["kind"]).to_lowercase();
        let plural = match kind.strip_suffix("repository").or(kind.strip_suffix("policy")) {
            Some(_) => format!("{}ies", kind.trim_end_matches('y')),
            None => format!("{kind}s"),
        };
        told.insert((text(&of["group"]).to_owned(), plural));
    }
    assert_eq!(readable, told);
    assert_eq!(values["collectors"], serde_json::json!([]));
    assert_eq!(values["extraArgs"], serde_json::json!(["--custom-resource-state-only=true"]));
    let annotations = &values["podAnnotations"];
    assert_eq!(
        (text(&annotations["prometheus.io/scrape"]), text(&annotations["prometheus.io/port"])),
        ("true", "8080"),
        "annotations are texts"
    );
}
