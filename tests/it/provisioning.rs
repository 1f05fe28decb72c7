//! The files that users copy to Grafana and to clusters: the plugin accepts their settings, and they contain no secret.
//! Alert rules and dashboards have tests of their own.

use azuregitops::alert::DATA_SOURCE_UID;
use azuregitops::settings::{
    HostEnvironment, ManagedIdentity, Settings, SignIn, WorkloadIdentity, Workspaces,
};
use azuregitops::upstream::CredentialSpec;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// A data source as Grafana reads it, with `$NAME` replaced.
fn data_source(file: &str, environment: &[(&str, &str)]) -> Value {
    let path = root().join("provisioning/datasources").join(file);
    let yaml = fs::read_to_string(path).expect("readable");
    let mut document: Value = serde_saphyr::from_str(&yaml).expect("YAML");
    replace(&mut document, environment);
    let members: Vec<&String> = document.as_object().expect("an object").keys().collect();
    assert_eq!(members, ["apiVersion", "datasources"]);
    assert_eq!(document["apiVersion"], 1);
    let [source] = document["datasources"].as_array().expect("a list").as_slice() else {
        panic!("one data source")
    };
    let known = ["name", "uid", "type", "access", "jsonData", "secureJsonData"];
    for member in source.as_object().expect("an object").keys() {
        assert!(known.contains(&member.as_str()), "{file}: {member}");
    }
    let manifest = fs::read_to_string(root().join("plugin.json")).expect("readable");
    let manifest: Value = serde_json::from_str(&manifest).expect("JSON");
    assert_eq!(
        (&source["type"], &source["uid"]),
        (&manifest["id"], &json!(DATA_SOURCE_UID)),
        "{file}"
    );
    source.clone()
}

/// Grafana replaces whole names only, and replaces unset variables with an empty text.
fn replace(value: &mut Value, environment: &[(&str, &str)]) {
    match value {
        Value::String(text) => {
            if let Some(name) = text.strip_prefix('$') {
                let found = environment.iter().find(|(known, _)| *known == name);
                *text = found.unwrap_or_else(|| panic!("{name} isn't set")).1.to_owned();
            }
            assert!(!text.contains('$'), "{text}");
        }
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, environment)),
        Value::Object(members) => {
            members.values_mut().for_each(|member| replace(member, environment));
        }
        _ => {}
    }
}

fn settings(file: &str, environment: &[(&str, &str)]) -> Settings {
    let source = data_source(file, environment);
    let secure: HashMap<String, String> = match source.get("secureJsonData") {
        None => HashMap::new(),
        Some(secure) => serde_json::from_value(secure.clone()).expect("texts"),
    };
    let host = HostEnvironment {
        managed_identity: Some(ManagedIdentity::default()),
        workload_identity: Some(WorkloadIdentity::default()),
        ..HostEnvironment::default()
    };
    let json_data = source["jsonData"].to_string();
    Settings::parse(json_data.as_bytes(), &secure, &host)
        .unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn credential(file: &str, environment: &[(&str, &str)]) -> CredentialSpec {
    let settings = settings(file, environment);
    assert_eq!(settings.workspaces, Workspaces::Auto, "{file}");
    match settings.sign_in {
        SignIn::Azure { cloud, credential } => {
            assert_eq!(cloud.name, "AzureCloud");
            credential
        }
        SignIn::Demo(_) => panic!("{file} is a demo"),
    }
}

#[test]
fn one_data_source_is_ready_and_the_others_are_examples() {
    let folder = fs::read_dir(root().join("provisioning/datasources")).expect("a folder");
    let files: BTreeSet<String> = folder
        .map(|entry| entry.expect("readable").file_name().into_string().expect("text"))
        .collect();
    let expected = [
        "azuregitops.yaml",
        "managed-identity.yaml.example",
        "service-principal.yaml.example",
        "workload-identity.yaml.example",
    ];
    assert_eq!(files, expected.map(str::to_owned).into());
    assert!(matches!(settings("azuregitops.yaml", &[]).sign_in, SignIn::Demo(_)));
}

#[test]
fn every_example_signs_in_as_it_says() {
    assert_eq!(
        credential("managed-identity.yaml.example", &[]),
        CredentialSpec::ManagedIdentity { client_id: None }
    );
    assert!(matches!(
        credential("workload-identity.yaml.example", &[]),
        CredentialSpec::WorkloadIdentity { .. }
    ));
    let environment =
        [("AZURE_TENANT_ID", "t"), ("AZURE_CLIENT_ID", "c"), ("AZURE_CLIENT_SECRET", "hush")];
    let CredentialSpec::ClientSecret { tenant_id, client_id, secret } =
        credential("service-principal.yaml.example", &environment)
    else {
        panic!("a secret")
    };
    assert_eq!((&*tenant_id, &*client_id, secret.secret()), ("t", "c", "hush"));
}

#[test]
fn commented_settings_of_examples_are_valid() {
    for name in ["managed-identity", "service-principal", "workload-identity"] {
        let path = root().join(format!("provisioning/datasources/{name}.yaml.example"));
        let yaml = fs::read_to_string(path).expect("readable");
        let members = ["subscriptions", "managementGroups", "prometheus", "  - ", "    ", "  "];
        let uncommented: String = yaml
            .lines()
            .map(|line| match line.strip_prefix("      # ") {
                Some(rest) if members.iter().any(|member| rest.starts_with(member)) => {
                    format!("      {rest}\n")
                }
                _ => format!("{line}\n"),
            })
            .collect();
        let mut document: Value = serde_saphyr::from_str(&uncommented).expect("YAML");
        let environment = [
            ("AZURE_TENANT_ID", "t"),
            ("AZURE_CLIENT_ID", "c"),
            ("AZURE_CLIENT_SECRET", "hush"),
            ("PROMETHEUS_URL", "https://prometheus.example.org"),
        ];
        replace(&mut document, &environment);
        let source = &document["datasources"][0];
        assert_eq!(source["jsonData"]["subscriptions"].as_array().map(Vec::len), Some(1), "{name}");
        let secure = serde_json::from_value(source["secureJsonData"].clone()).unwrap_or_default();
        let host = HostEnvironment {
            managed_identity: Some(ManagedIdentity::default()),
            workload_identity: Some(WorkloadIdentity::default()),
            ..HostEnvironment::default()
        };
        let json_data = source["jsonData"].to_string();
        let settings =
            Settings::parse(json_data.as_bytes(), &secure, &host).expect("good settings");
        assert_eq!((settings.prometheus.len(), settings.management_groups.len()), (1, 1));
    }
}

#[test]
fn the_agents_settings_scrape_flux_and_are_a_config_map() {
    let path = root().join("deploy/ama-metrics-settings-configmap.yaml");
    let yaml = fs::read_to_string(path).expect("readable");
    let document: Value = serde_saphyr::from_str(&yaml).expect("YAML");
    assert_eq!((&document["apiVersion"], &document["kind"]), (&json!("v1"), &json!("ConfigMap")));
    let metadata = json!({ "name": "ama-metrics-settings-configmap", "namespace": "kube-system" });
    assert_eq!(document["metadata"], metadata);
    let data: BTreeMap<String, String> =
        serde_json::from_value(document["data"].clone()).expect("texts");
    assert_eq!((&*data["schema-version"], &*data["config-version"]), ("v1", "ver1"));
    let block = |name: &str| -> BTreeMap<&str, &str> {
        data[name].lines().map(|line| line.split_once(" = ").expect(line)).collect()
    };
    let targets = [
        "kubelet",
        "coredns",
        "cadvisor",
        "kubeproxy",
        "apiserver",
        "kubestate",
        "nodeexporter",
        "windowsexporter",
        "windowskubeproxy",
        "kappiebasic",
        "prometheuscollectorhealth",
    ];
    let on = ["kubelet", "cadvisor", "kubestate", "nodeexporter", "kappiebasic"];
    let switches = block("default-scrape-settings-enabled");
    let expected = targets.map(|name| (name, if on.contains(&name) { "true" } else { "false" }));
    assert_eq!(switches, expected.into());
    let intervals = block("default-targets-scrape-interval-settings");
    let expected = targets.into_iter().chain(["podannotations"]).map(|name| (name, "\"30s\""));
    assert_eq!(intervals, expected.collect());
    let pods = block("pod-annotation-based-scraping");
    assert_eq!(pods, [("podannotationnamespaceregex", "\"flux-system\"")].into());
    assert_eq!(data.len(), 5);
}
