//! The rendered alert rules, evaluated by Prometheus' own tool over series that fail and recover.

use super::tools::program;
use azuregitops::alert::{GrafanaOptions, PrometheusOptions, RULES, grafana, prometheus};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// Runs promtool in a folder; panics with its output when it reports a failure.
fn promtool(folder: &Path, arguments: &[&str]) {
    let output = Command::new(program("promtool")).args(arguments).current_dir(folder).output();
    let output = output.expect("promtool starts");
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && !out.contains("FAILED"), "{out}{err}");
}

/// A folder with these rules in `rules.yaml`.
fn folder(rules: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("rules.yaml"), rules).expect("written");
    folder
}

fn rules() -> TempDir {
    folder(&prometheus(&PrometheusOptions::default()).expect("YAML"))
}

/// The rules with one of these names. Only a few are evaluated, because days of evaluations take time.
fn rules_called(names: &[&str]) -> TempDir {
    let yaml = prometheus(&PrometheusOptions::default()).expect("YAML");
    let mut file: Value = serde_saphyr::from_str(&yaml).expect("YAML");
    for group in file["groups"].as_array_mut().expect("a list") {
        let called = |rule: &Value| {
            let name = rule["alert"].as_str().or(rule["record"].as_str()).expect("a name");
            names.contains(&name)
        };
        group["rules"].as_array_mut().expect("a list").retain(called);
    }
    folder(&file.to_string())
}

/// A series with its values, in promtool's notation.
fn series(series: &str, values: &str) -> Value {
    json!({ "series": series, "values": values })
}

/// The expected alerts at a time: the labels of each alert, in the form of a selector without its braces, sorted.
fn firing(minutes: u64, alert: &str, expected: &[String]) -> Value {
    let samples = expected.iter().map(|labels| {
        let labels = format!("{{alertname=\"{alert}\",{labels}}}");
        json!({ "labels": labels, "value": 1 })
    });
    json!({
        "expr": format!("max without (__name__, alertstate) (ALERTS{{alertname=\"{alert}\",alertstate=\"firing\"}})"),
        "eval_time": format!("{minutes}m"),
        "exp_samples": samples.collect::<Vec<_>>(),
    })
}

/// Runs scenarios, each with input series, alerts and values that are expected.
fn run(folder: &Path, scenarios: &[(Vec<Value>, Vec<Value>, Vec<Value>)]) {
    let tests: Vec<Value> = scenarios
        .iter()
        .map(|(input, expressions, alerts)| {
            json!({
                "interval": "1m",
                "input_series": input,
                "promql_expr_test": expressions,
                "alert_rule_test": alerts,
            })
        })
        .collect();
    let file = json!({ "rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": tests });
    // Every JSON text is also YAML.
    fs::write(folder.join("tests.yaml"), file.to_string()).expect("written");
    promtool(folder, &["test", "rules", "tests.yaml"]);
}

#[test]
fn prometheus_accepts_the_rules() {
    promtool(rules().path(), &["check", "rules", "--lint=all", "--lint-fatal", "rules.yaml"]);
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/prometheus");
    promtool(&committed, &["check", "rules", "--lint=all", "--lint-fatal", "rules.yaml"]);
}

const KINDS: [&str; 7] = [
    "Kustomization",
    "HelmRelease",
    "GitRepository",
    "Bucket",
    "HelmRepository",
    "OCIRepository",
    "HelmChart",
];

/// The label schemes of the controllers' series: the pod's labels, and the name of the label with the object's
/// namespace.
const SCHEMES: [(&str, &str); 3] = [
    ("job=\"kubernetes-pods\",kubernetes_namespace=\"flux-system\"", "namespace"),
    ("job=\"monitoring/flux\",namespace=\"flux-system\",pod=\"p\"", "exported_namespace"),
    ("pod=\"p\"", "namespace"),
];

/// Failing for half an hour, then fine for an hour.
const BAD: &str = "1x30 0x60";
const WELL: &str = "0x30 1x60";
/// The same for a series that exists only while its object fails.
const THERE: &str = "1x30 stale";
const LATER: &str = "_x30 1x60";

/// The alert is pending for five minutes, fires while the series is failing, continues for ten minutes, and resolves.
fn life_of(alert: &str, labels: &[String]) -> Vec<Value> {
    let none: &[String] = &[];
    [(4, none), (6, labels), (30, labels), (38, labels), (42, none), (80, none)]
        .map(|(minutes, expected)| firing(minutes, alert, expected))
        .into()
}

fn labels(kind: &str, name: &str, source: &str) -> String {
    format!(
        "cluster=\"aks-1\",kind=\"{kind}\",name=\"{name}\",namespace=\"apps\",severity=\"3\",source=\"{source}\""
    )
}

/// A series of kube-state-metrics for an object, which fits every label scheme.
fn info(kind: &str, name: &str, more: &str, values: &str) -> Value {
    let object = format!(
        "gotk_resource_info{{cluster=\"aks-1\",customresource_kind=\"{kind}\",exported_namespace=\"apps\",name=\"{name}\",namespace=\"monitoring\",{more}}}"
    );
    series(&object, values)
}

#[test]
fn objects_of_kube_state_metrics_fire_and_resolve() {
    let scenarios = KINDS.map(|kind| {
        let other = if kind == "Bucket" { "HelmChart" } else { "Bucket" };
        let input = vec![
            info(kind, "bad", "ready=\"False\",suspended=\"false\",revision=\"r1\"", THERE),
            info(kind, "bad", "ready=\"True\",suspended=\"false\",revision=\"r2\"", LATER),
            // A changed revision doesn't make a new alert.
            info(kind, "moving", "ready=\"False\",revision=\"r1\"", "1x10 stale"),
            info(kind, "moving", "ready=\"False\",revision=\"r2\"", "_x10 1x20 stale"),
            info(kind, "fine", "ready=\"True\"", "1x90"),
            info(kind, "busy", "ready=\"Unknown\"", "1x90"),
            info(kind, "new", "revision=\"\"", "1x90"),
            info(kind, "held", "ready=\"False\",suspended=\"true\"", "1x90"),
            info(other, "other", "ready=\"False\"", "1x90"),
        ];
        let expected = ["bad", "moving"].map(|name| labels(kind, name, "kube-state-metrics"));
        (input, life_of(&format!("{kind}NotReady"), &expected), Vec::new())
    });
    run(rules().path(), &scenarios);
}

#[test]
fn objects_of_the_controllers_fire_and_resolve_under_every_label_scheme() {
    let mut scenarios = Vec::new();
    for (of_pod, namespace) in SCHEMES {
        for kind in KINDS {
            let object = |metric: &str, name: &str, more: &str, values: &str| {
                let labels = format!(
                    "cluster=\"aks-1\",kind=\"{kind}\",name=\"{name}\",{namespace}=\"apps\",{of_pod}{more}"
                );
                series(&format!("{metric}{{{labels}}}"), values)
            };
            let condition = |name: &str, status: &str, values: &str| {
                let more = format!(",type=\"Ready\",status=\"{status}\"");
                object("gotk_reconcile_condition", name, &more, values)
            };
            let input = vec![
                condition("bad", "False", BAD),
                condition("bad", "True", WELL),
                condition("bad", "Unknown", "0x90"),
                condition("fine", "True", "1x90"),
                condition("fine", "False", "0x90"),
                // After a bug of Flux, an earlier status stays set together with Unknown.
                condition("busy", "False", "1x90"),
                condition("busy", "Unknown", "1x90"),
                condition("gone", "False", "1x90"),
                condition("gone", "Deleted", "1x90"),
                condition("held", "False", "1x90"),
                object("gotk_suspend_status", "held", "", "1x90"),
                object("gotk_suspend_status", "bad", "", "0x90"),
            ];
            let expected = [labels(kind, "bad", "controllers")];
            scenarios.push((input, life_of(&format!("{kind}NotReady"), &expected), Vec::new()));
        }
    }
    run(rules().path(), &scenarios);
}

#[test]
fn with_both_generations_each_object_has_one_alert() {
    let condition = |cluster: &str, kind: &str, name: &str| {
        let object = format!(
            "gotk_reconcile_condition{{cluster=\"{cluster}\",kind=\"{kind}\",name=\"{name}\",namespace=\"apps\",type=\"Ready\",status=\"False\"}}"
        );
        series(&object, BAD)
    };
    let input = vec![
        // Both metrics have the object. When kube-state-metrics reports it as ready, it is ready.
        condition("aks-1", "Bucket", "both"),
        info("Bucket", "both", "ready=\"False\"", THERE),
        condition("aks-1", "Bucket", "fine"),
        info("Bucket", "fine", "ready=\"True\"", "1x90"),
        // The other cluster has only the controllers' metrics.
        condition("aks-2", "Bucket", "both"),
    ];
    let expected = [
        labels("Bucket", "both", "kube-state-metrics"),
        labels("Bucket", "both", "controllers").replace("aks-1", "aks-2"),
    ];
    run(rules().path(), &[(input, life_of("BucketNotReady", &expected), Vec::new())]);
}

#[test]
fn a_controller_that_does_not_answer_fires_under_every_label_scheme() {
    let pod = "kustomize-controller-5d8c";
    let of_pod = [
        format!(
            "job=\"kubernetes-pods\",kubernetes_namespace=\"flux-system\",kubernetes_pod_name=\"{pod}\""
        ),
        format!("job=\"monitoring/flux\",namespace=\"flux-system\",pod=\"{pod}\""),
    ];
    let scenarios = of_pod.map(|of_pod| {
        let input = vec![
            series(&format!("up{{cluster=\"aks-1\",{of_pod}}}"), "0x30 1x60"),
            series(&format!("up{{cluster=\"aks-2\",{of_pod}}}"), "1x90"),
            series("up{cluster=\"aks-1\",namespace=\"kube-system\",pod=\"coredns-1\"}", "0x90"),
        ];
        let expected = format!(
            "cluster=\"aks-1\",kind=\"Pod\",name=\"{pod}\",namespace=\"flux-system\",pod=\"{pod}\",severity=\"3\""
        );
        let alert = json!({
            "eval_time": "10m",
            "alertname": "FluxControllerDown",
            "exp_alerts": [{
                "exp_labels": {
                    "cluster": "aks-1", "kind": "Pod", "name": pod, "namespace": "flux-system",
                    "pod": pod, "severity": "3",
                },
                "exp_annotations": {
                    "summary": format!("Flux controller {pod} is down on cluster aks-1"),
                    "description": format!("Pod flux-system/{pod} on cluster aks-1 hasn't answered Prometheus for 5 minutes. Its objects are no longer reconciled, and its metrics are out of date."),
                    "dashboard_url": "/d/azuregitops-control-plane?from=now-1h&to=now&var-cluster=aks-1&var-controllerNamespace=flux-system",
                    "portal_url": explorer("aks-1"),
                    "runbook_url": "docs/runbooks/controller-down.md",
                },
            }],
        });
        (input, life_of("FluxControllerDown", &[expected]), vec![alert])
    });
    run(rules().path(), &scenarios);
}

#[test]
fn an_object_that_stays_suspended_fires_after_a_day() {
    let day = 1_440;
    let mut scenarios = vec![(
        vec![
            info("Bucket", "held", "ready=\"True\",suspended=\"true\"", "1x1500 stale"),
            info("Bucket", "held", "ready=\"True\",suspended=\"false\"", "_x1500 1x60"),
            info("Bucket", "short", "suspended=\"true\"", "1x1400 stale"),
        ],
        "kube-state-metrics",
    )];
    let object = |metric: &str, more: &str| {
        format!(
            "{metric}{{cluster=\"aks-1\",kind=\"Bucket\",name=\"held\",namespace=\"apps\"{more}}}"
        )
    };
    let condition = object("gotk_reconcile_condition", ",type=\"Ready\",status=\"True\"");
    scenarios.push((
        vec![
            series(&condition, "1x1560"),
            series(&object("gotk_suspend_status", ""), "1x1500 0x60"),
        ],
        "controllers",
    ));
    let scenarios: Vec<_> = scenarios
        .into_iter()
        .map(|(input, source)| {
            let expected = &[labels("Bucket", "held", source)][..];
            let times = [(day - 1, &[][..]), (day + 1, expected), (1_508, expected), (1_512, &[])];
            let times = times.map(|(at, expected)| firing(at, "FluxObjectSuspended", expected));
            (input, times.into(), Vec::new())
        })
        .collect();
    run(rules_called(&["FluxObjectSuspended"]).path(), &scenarios);
}

#[test]
fn much_slower_reconciliations_fire() {
    let reconciled = |kind: &str, before: u64, after: u64| {
        let object = |part: &str| {
            format!(
                "gotk_reconcile_duration_seconds_{part}{{cluster=\"aks-1\",kind=\"{kind}\",name=\"x\",namespace=\"apps\"}}"
            )
        };
        // Two days, three hours and some minutes, one sample per minute.
        let slow = before * 2_880 + after;
        let end = slow + after * 179 + before;
        let sum = format!("0+{before}x2880 {slow}+{after}x179 {end}+{before}x240");
        [series(&object("count"), "0+1x3301"), series(&object("sum"), &sum)]
    };
    let input = [
        reconciled("Kustomization", 10, 90),
        reconciled("HelmRelease", 100, 250),
        reconciled("Bucket", 1, 30),
    ];
    let expected = ["cluster=\"aks-1\",kind=\"Kustomization\",severity=\"3\"".to_owned()];
    let none: &[String] = &[];
    let begins = 2_880;
    let times = [(begins, none), (begins + 30, none), (begins + 120, &expected), (3_270, none)];
    let mut tests: Vec<_> =
        times.map(|(at, expected)| firing(at, "FluxReconcileSlow", expected)).into();
    let mean = |kind: &str, value: u8| {
        let labels = format!("{{cluster=\"aks-1\",kind=\"{kind}\"}}");
        json!({ "labels": labels, "value": value })
    };
    tests.push(json!({
        "expr": "round(azuregitops:reconcile_duration_seconds:mean5m, 0.001)",
        "eval_time": "1000m",
        "exp_samples": [mean("Kustomization", 10), mean("HelmRelease", 100), mean("Bucket", 1)],
    }));
    let rules = rules_called(&[
        "FluxReconcileSlow",
        "azuregitops:reconcile_duration_seconds_sum:rate5m",
        "azuregitops:reconcile_duration_seconds_count:rate5m",
        "azuregitops:reconcile_duration_seconds:mean5m",
    ]);
    run(rules.path(), &[(input.into_iter().flatten().collect(), tests, Vec::new())]);
}

#[test]
fn objects_are_counted_by_state_for_large_fleets() {
    let input = vec![
        info("Bucket", "a", "ready=\"False\"", "1x10"),
        info("Bucket", "b", "ready=\"True\"", "1x10"),
        info("Bucket", "c", "ready=\"True\"", "1x10"),
        info("Bucket", "d", "ready=\"True\",suspended=\"true\"", "1x10"),
        series(
            "gotk_reconcile_condition{cluster=\"aks-1\",kind=\"HelmChart\",name=\"x\",namespace=\"n\",type=\"Ready\",status=\"Unknown\"}",
            "1x10",
        ),
    ];
    let sample = |kind: &str, state: &str, value: u8| {
        let labels = format!(
            "azuregitops:objects:count{{cluster=\"aks-1\",kind=\"{kind}\",state=\"{state}\"}}"
        );
        json!({ "labels": labels, "value": value })
    };
    let counted = json!({
        "expr": "azuregitops:objects:count", "eval_time": "5m",
        "exp_samples": [
            sample("Bucket", "Failing", 1), sample("Bucket", "Ready", 2),
            sample("Bucket", "Suspended", 1), sample("HelmChart", "Unknown", 1),
        ],
    });
    run(rules().path(), &[(input, vec![counted], Vec::new())]);
}

/// Address of Resource Graph's explorer with a query about a cluster.
fn explorer(cluster: &str) -> String {
    format!(
        "https://portal.azure.com/#blade/HubsExtension/ArgQueryBlade/query/kubernetesconfigurationresources%0A%7C%20where%20id%20contains%20%27%2F{cluster}%2F%27%0A%7C%20project%20id%2C%20type%2C%20name%2C%20resourceGroup%2C%20subscriptionId%2C%20properties%0A%7C%20order%20by%20id%20asc"
    )
}

/// Grafana's address as in its configuration, with a slash: a literal within a template within JSON.
const GRAFANA: &str = r#"\"https://grafana.example.org/grafana/\""#;

/// Grafana expands templates with Prometheus' own code. So the test puts them into rules for promtool, each of which
/// fires for the series `row` with the rule's uid.
fn grafanas_texts() -> TempDir {
    let yaml = grafana(&GrafanaOptions::default()).file().expect("YAML");
    let file: Value = serde_saphyr::from_str(&yaml).expect("YAML");
    let groups = file["groups"].as_array().expect("a list");
    let rules = groups.iter().flat_map(|group| group["rules"].as_array().expect("a list"));
    let rules: Vec<Value> = rules
        .map(|rule| {
            let expr = format!(
                "max without (__name__, rule) (row{{rule=\"{}\"}})",
                rule["uid"].as_str().expect("text")
            );
            // promtool doesn't have Grafana's address, and would crash on the function.
            let text = rule["annotations"].to_string().replace("externalURL", GRAFANA);
            let annotations: Value = serde_json::from_str(&text).expect("JSON");
            json!({
                "alert": rule["uid"], "expr": expr, "labels": rule["labels"],
                "annotations": annotations,
            })
        })
        .collect();
    assert_eq!(rules.len(), RULES.len());
    folder(&json!({ "groups": [{ "name": "texts", "rules": rules }] }).to_string())
}

#[test]
fn annotations_in_grafana_describe_the_failure_and_link_to_it() {
    let folder = grafanas_texts();
    promtool(folder.path(), &["check", "rules", "rules.yaml"]);
    let row = |uid: &str, labels: &str| series(&format!("row{{rule=\"{uid}\",{labels}}}"), "1x5");
    let place =
        "subscriptionId=\"s-1\",resourceGroup=\"rg\",cluster=\"arc & co\",clusterType=\"Arc\"";
    let arc = "https://portal.azure.com/#resource/subscriptions/s-1/resourceGroups/rg/providers/Microsoft.Kubernetes/connectedClusters/arc & co";
    let input = vec![
        row("azuregitops-extension-failed", &format!("{place},extension=\"flux\"")),
        row(
            "azuregitops-configuration-pending",
            &format!("{place},kind=\"FluxConfiguration\",name=\"app\""),
        ),
        // Prometheus has the cluster, but Azure doesn't.
        row(
            "azuregitops-bucket-not-ready",
            "cluster=\"edge\",kind=\"Bucket\",namespace=\"n\",name=\"b\"",
        ),
    ];
    let labels = |more: Value| {
        let mut labels = json!({
            "subscriptionId": "s-1", "resourceGroup": "rg", "cluster": "arc & co",
            "clusterType": "Arc", "severity": "3",
        });
        let more = more.as_object().expect("an object").clone();
        labels.as_object_mut().expect("an object").extend(more);
        labels
    };
    let alert = |uid: &str, labels: Value, annotations: Value| {
        let alerts = json!([{ "exp_labels": labels, "exp_annotations": annotations }]);
        json!({ "eval_time": "1m", "alertname": uid, "exp_alerts": alerts })
    };
    let alerts = vec![
        alert(
            "azuregitops-extension-failed",
            labels(json!({ "extension": "flux", "kind": "Extension", "name": "flux" })),
            json!({
                "summary": "Flux extension flux failed on cluster arc & co",
                "description": "Azure failed to install, upgrade or change the Flux extension flux on cluster arc & co (provisioning state Failed). New configurations aren't set up there meanwhile. The dashboard shows Azure's message.",
                "dashboard_url": "https://grafana.example.org/grafana/d/azuregitops-application-deployments?from=now-1h&to=now&var-cluster=arc+%26+co",
                "portal_url": format!("{arc}/extensions"),
                "runbook_url": "docs/runbooks/extension-failed.md",
            }),
        ),
        alert(
            "azuregitops-configuration-pending",
            labels(json!({ "kind": "FluxConfiguration", "name": "app" })),
            json!({
                "summary": "Flux configuration app stays pending on cluster arc & co",
                "description": "Flux configuration app on cluster arc & co has been Pending for 60 minutes: neither compliant nor failing, or without any report. The dashboard shows what its objects wait for.",
                "dashboard_url": "https://grafana.example.org/grafana/d/azuregitops-application-deployments?from=now-1h&to=now&var-cluster=arc+%26+co&var-configuration=app",
                "portal_url": format!("{arc}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/app/overview"),
                "runbook_url": "docs/runbooks/configuration-pending.md",
            }),
        ),
        alert(
            "azuregitops-bucket-not-ready",
            json!({ "cluster": "edge", "kind": "Bucket", "namespace": "n", "name": "b", "severity": "3" }),
            json!({
                "summary": "Bucket n/b is not ready on cluster edge",
                "description": "The Ready condition of Bucket n/b on cluster edge has been False for 5 minutes. New objects of the bucket don't reach the cluster. The dashboard shows Flux's message.",
                "dashboard_url": "https://grafana.example.org/grafana/d/azuregitops-cluster-stats?from=now-1h&to=now&var-cluster=edge&var-namespace=n&var-kind=Bucket&var-name=b",
                "portal_url": explorer("edge"),
                "runbook_url": "docs/runbooks/bucket-not-ready.md",
            }),
        ),
    ];
    run(folder.path(), &[(input, Vec::new(), alerts)]);
}
