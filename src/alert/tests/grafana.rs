//! Reads Grafana's file back by field names. Grafana ignores unknown fields, so a wrong name would go unnoticed.

use super::*;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct File {
    api_version: u8,
    groups: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Group {
    org_id: u8,
    name: String,
    folder: String,
    interval: String,
    rules: Vec<AlertRule>,
}

/// `keepFiringFor` and `missing_series_evals_to_resolve` are what Grafana reads from files since 12.1.2.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AlertRule {
    uid: String,
    title: String,
    condition: String,
    r#for: String,
    keep_firing_for: String,
    #[serde(rename = "keep_firing_for")]
    keep_firing_for_too: String,
    #[serde(rename = "missing_series_evals_to_resolve")]
    missing_series_evals_to_resolve: u64,
    no_data_state: String,
    exec_err_state: String,
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
    is_paused: bool,
    data: Vec<Data>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Data {
    ref_id: String,
    relative_time_range: BTreeMap<String, u64>,
    datasource_uid: String,
    query_type: String,
    model: Value,
}

fn read(options: &GrafanaOptions) -> File {
    let yaml = grafana(options).file().expect("YAML");
    serde_saphyr::from_str(&yaml).unwrap_or_else(|error| panic!("{error}"))
}

/// Seconds of `10s`, `5m`, `1h`, `1d`.
fn seconds(text: &str) -> u64 {
    let (number, unit) = text.split_at(text.len() - 1);
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        other => panic!("{other}"),
    };
    number.parse::<u64>().expect("a number") * unit
}

#[test]
fn every_field_is_one_that_grafana_reads_and_right() {
    let file = read(&GrafanaOptions::default());
    assert_eq!(file.api_version, 1);
    let mut rules = RULES.iter();
    for group in &file.groups {
        assert_eq!((group.org_id, group.folder.as_str()), (1, "GitOps"));
        assert!(
            !group.name.is_empty() && seconds(&group.interval).is_multiple_of(10),
            "{}",
            group.name
        );
        for found in &group.rules {
            let rule = rules.next().expect("as many");
            assert_eq!((found.uid.as_str(), found.title.as_str()), (&*rule.uid(), rule.title));
            assert_eq!(seconds(&found.r#for), rule.pending.as_secs());
            assert_eq!((&*found.keep_firing_for, &*found.keep_firing_for_too), ("10m", "10m"));
            let resolves = found.missing_series_evals_to_resolve * seconds(&group.interval);
            assert_eq!(resolves, 600, "{}: rows that go away resolve as late as others", found.uid);
            let states = (&*found.no_data_state, &*found.exec_err_state);
            let expected = if rule.on_error == OnError::Alert { "Alerting" } else { "KeepLast" };
            assert_eq!(states, (expected, expected), "{}", found.uid);
            assert!(!found.is_paused);
            assert_eq!(found.labels["severity"], "3");
            let names: Vec<&str> = found.annotations.keys().map(String::as_str).collect();
            let expected = ["dashboard_url", "description", "portal_url", "runbook_url", "summary"];
            assert_eq!(names, expected);
            assert!(found.annotations.values().all(|text| !text.contains('<')), "{}", found.uid);

            let [asked, threshold] = found.data.as_slice() else { panic!("two") };
            assert_eq!((&*asked.ref_id, &*threshold.ref_id, &*found.condition), ("A", "B", "B"));
            for data in [asked, threshold] {
                let range = &data.relative_time_range;
                assert!(range["from"] > range["to"] && range.len() == 2);
                assert_eq!(data.model["refId"], json!(data.ref_id));
                assert_eq!(data.model["datasource"]["uid"], json!(data.datasource_uid));
            }
            assert_eq!(
                (&*asked.datasource_uid, &*threshold.datasource_uid),
                ("azuregitops", "__expr__")
            );
            assert_eq!(asked.query_type, rule.query.query_type);
            assert_eq!(asked.model, query_model(rule, "azuregitops"));
            let evaluator = json!({ "type": "gt", "params": [rule.query.above] });
            assert_eq!(threshold.model["type"], "threshold");
            assert_eq!(threshold.model["expression"], "A");
            let given = &threshold.model["conditions"][0]["evaluator"];
            assert_eq!(given["type"], evaluator["type"]);
            assert_eq!(given["params"][0].as_f64(), Some(rule.query.above));
        }
    }
    assert_eq!(rules.next(), None);
}

#[test]
fn a_failing_upstream_has_an_alert_of_its_own() {
    let alerting: Vec<_> = RULES.iter().filter(|rule| rule.on_error == OnError::Alert).collect();
    let [rule] = alerting.as_slice() else { panic!("one") };
    assert_eq!(rule.id, "source-failing");
}

#[test]
fn options_replace_the_defaults() {
    let options = GrafanaOptions {
        data_source_uid: "mine".to_owned(),
        portal: flux::Portal::new("https://portal.azure.cn"),
        runbooks: "https://example.org/runbooks".to_owned(),
    };
    for group in read(&options).groups {
        for rule in group.rules {
            assert_eq!(rule.data[0].datasource_uid, "mine");
            assert!(rule.annotations["portal_url"].contains("https://portal.azure.cn/#"));
            assert!(rule.annotations["runbook_url"].starts_with("https://example.org/runbooks/"));
            assert!(!rule.annotations["portal_url"].contains("portal.azure.com"));
        }
    }
}

#[test]
fn links_open_on_the_failing_item() {
    let file = read(&GrafanaOptions::default());
    let rules: Vec<&AlertRule> = file.groups.iter().flat_map(|group| &group.rules).collect();
    let link = |uid: &str, name: &str| {
        let rule = rules.iter().find(|rule| rule.uid == uid).expect("there");
        rule.annotations[name].clone()
    };
    let dashboard = link("azuregitops-configuration-non-compliant", "dashboard_url");
    assert_eq!(
        dashboard,
        r#"{{ reReplaceAll "/+\\z" "" externalURL }}/d/azuregitops-application-deployments?from=now-1h&to=now{{ with $labels.cluster }}&var-cluster={{ . | urlquery }}{{ end }}{{ with $labels.configuration }}&var-configuration={{ . | urlquery }}{{ end }}"#
    );
    let portal = link("azuregitops-configuration-non-compliant", "portal_url");
    assert!(portal.contains("/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/{{ $labels.configuration }}/configurationObjects"));
    assert!(portal.contains(
        "{{ else if eq $labels.clusterType \"Arc\" }}Microsoft.Kubernetes/connectedClusters{{"
    ));
    let variables = ["cluster", "namespace", "kind", "name"];
    let dashboard = link("azuregitops-helmrelease-not-ready", "dashboard_url");
    assert!(dashboard.contains("/d/azuregitops-cluster-stats?"));
    for variable in variables {
        let part = format!("{{{{ with $labels.{variable} }}}}&var-{variable}=");
        assert!(dashboard.contains(&part), "{variable}");
    }
}
