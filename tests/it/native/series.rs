//! Compares a real Prometheus' replies to native panels with the answers of our query types to the same panels.

use super::{native, panels, text};
use crate::prometheus::{END, SPAN, answer, backfilled, instance, program, rows};
use azuregitops::native::{AZURE_MONITOR, Chosen, PROMETHEUS, interpolated, questions};
use fleet::LabelScheme;
use fleet::metrics::{FluxGeneration, MetricsOptions};
use lab::dashboards;
use regex::Regex;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::process::Command;

/// Whether two numbers are equal except for rounding, which depends on the order of additions.
fn same(left: f64, right: f64) -> bool {
    (left - right).abs() <= 1e-9 * left.abs().max(right.abs()).max(1e-9)
}

/// Compares every panel about metrics with ours, as one number per series for the whole range.
async fn agrees(generation: FluxGeneration, kube_state_metrics: bool, scheme: LabelScheme) {
    let options = MetricsOptions { generation, kube_state_metrics };
    let server = backfilled(options, scheme).await;
    let instance = instance(server.url());
    let window = format!("{}s", SPAN / 1_000);
    let native = native();
    let some = |values: &[&str]| values.iter().map(|&value| value.to_owned()).collect();
    let most = Regex::new(r"^topk\(\d+").expect("a pattern");
    let by_namespace = json!({ "metric": "reconciles", "groupBy": ["namespace"], "instant": true });
    let namespaces = rows(&answer(&instance, "metric", &by_namespace).await.remove(0));
    let namespaces: Vec<String> = namespaces.into_keys().flatten().take(3).collect();
    let mut compared = 0;
    for chosen in [
        Chosen::new(),
        Chosen::from([("namespace", namespaces)]),
        Chosen::from([("controllerNamespace", some(&["flux-system"]))]),
        Chosen::from([
            ("kind", some(&["Kustomization", "HelmRelease"])),
            ("controller", some(&["kustomization"])),
        ]),
    ] {
        let values: Vec<(&str, &str)> = chosen
            .iter()
            .flat_map(|(name, values)| values.iter().map(move |value| (*name, value.as_str())))
            .collect();
        for dashboard in dashboards(&values).expect("dashboards") {
            let Some(json) = native.get(dashboard.file) else { continue };
            for panel in &dashboard.panels {
                if panel.queries.iter().all(|query| query["queryType"] != "metric") {
                    continue;
                }
                let found = panels(json).into_iter().find(|found| found["title"] == panel.title());
                let targets = found.expect("there")["targets"].as_array().expect("targets");
                for (query, target) in panel.queries.iter().zip(targets) {
                    let Some(all_series) = target["expr"].as_str() else { continue };
                    let place = format!(
                        "{generation:?} {kube_state_metrics} {scheme:?} {chosen:?}: {}, {}, {}",
                        dashboard.file,
                        panel.title(),
                        query["refId"]
                    );
                    let mut params = query["params"].clone();
                    params["instant"] = json!(true);
                    // The limit on drawn series differs between the two data sources.
                    params.as_object_mut().expect("an object").remove("limit");
                    let promql = most.replace(all_series, "topk(1000000").into_owned();
                    let pods = promql.contains("-controller-.+");
                    if pods && chosen.contains_key("controller") {
                        // The variable of controllers doesn't filter pods: the native panel shows all of them.
                        continue;
                    }
                    let ours = answer(&instance, "metric", &params).await.remove(0);
                    let labels = ours.fields.iter().map(|field| field.name.clone());
                    let labels: Vec<String> = labels.filter(|name| name != "value").collect();
                    let promql =
                        promql.replace("$__rate_interval", &window).replace("$__range", &window);
                    let promql = interpolated(&promql, PROMETHEUS, json, &chosen);
                    let time = (END.0 / 1_000).to_string();
                    let asked = [("query", promql.as_str()), ("time", time.as_str())];
                    let (status, body) = server.call("query", &asked).await;
                    assert!(status.is_success(), "{place}: {body}\n{promql}");
                    let result = body["data"]["result"].as_array().expect("a vector").iter();
                    let found: BTreeMap<Vec<String>, f64> = result
                        .map(|one| {
                            let label = |name: &String| text(&one["metric"], name).to_owned();
                            let value = one["value"][1].as_str().expect("a number");
                            (labels.iter().map(label).collect(), value.parse().expect("a number"))
                        })
                        .collect();
                    let expected = rows(&ours);
                    let alike = found.len() == expected.len()
                        && expected.iter().all(|(labels, value)| {
                            found.get(labels).is_some_and(|found| same(*found, *value))
                        });
                    assert!(alike, "{place}\n{found:#?}\nand ours\n{expected:#?}\n{promql}");
                    compared += usize::from(!expected.is_empty());
                }
            }
        }
    }
    assert!(compared > 60, "{compared}");
}

#[tokio::test]
async fn with_the_controllers_own_readiness_numbers_are_ours() {
    agrees(FluxGeneration::Flux20, false, LabelScheme::PodAnnotations).await;
}

#[tokio::test]
async fn with_readiness_of_most_kinds_numbers_are_ours() {
    agrees(FluxGeneration::Flux22, false, LabelScheme::PodMonitor).await;
}

#[tokio::test]
async fn with_kube_state_metrics_numbers_are_ours() {
    agrees(FluxGeneration::AsInstalled, true, LabelScheme::PodAnnotations).await;
}

#[tokio::test]
async fn with_labels_that_are_honoured_numbers_are_ours() {
    agrees(FluxGeneration::Flux25, true, LabelScheme::Plain).await;
}

#[test]
fn promtool_accepts_every_native_query() {
    let some = |values: &[&str]| values.iter().map(|&value| value.to_owned()).collect::<Vec<_>>();
    let names = ["cluster", "namespace", "kind", "name", "controllerNamespace", "controller"];
    let awkward = names.map(|name| (name, some(&["plain", "it's.(a|b)", "back\\slash"])));
    let mut groups = Vec::new();
    for (number, chosen) in [Chosen::new(), Chosen::from(awkward)].into_iter().enumerate() {
        let asked = questions(&chosen).expect("questions").into_iter();
        let asked = asked.filter(|question| question.source != AZURE_MONITOR);
        let rules: Vec<Value> = asked
            .enumerate()
            .map(
                |(index, question)| json!({ "record": format!("q{index}"), "expr": question.text }),
            )
            .collect();
        assert!(rules.len() > 40, "{}", rules.len());
        groups.push(json!({ "name": format!("asked{number}"), "rules": rules }));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("rules.yaml");
    // Every JSON text is also YAML.
    std::fs::write(&file, json!({ "groups": groups }).to_string()).expect("writable");
    let checked = Command::new(program("promtool"))
        .args(["check", "rules", "--lint=none"])
        .arg(&file)
        .output()
        .expect("promtool starts");
    let said = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{said}");
}
