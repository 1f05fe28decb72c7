//! The files with which `make grafana` starts fit together. The files that Grafana loads have tests of their own.

use azuregitops::settings::{HostEnvironment, Settings, SignIn};
use azuregitops::upstream::CredentialSpec;
use fleet::FleetSpec;
use lab::emulator::EmulatorOptions;
use serde_json::Value;
use std::collections::HashMap;
use std::fs;
use std::path::Path;

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect(name)
}

fn yaml(name: &str) -> Value {
    serde_saphyr::from_str(&read(name)).expect("YAML")
}

/// A variable of `grafana.env`.
fn variable(name: &str) -> String {
    let text = read("deploy/try/grafana.env");
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name}=")));
    line.unwrap_or_else(|| panic!("{name} isn't set")).trim_matches('\'').to_owned()
}

/// The fleet of the demo data source.
fn demo() -> FleetSpec {
    let file = yaml("provisioning/datasources/azuregitops.yaml");
    let settings = &file["datasources"][0]["jsonData"];
    let number = |name: &str| settings[name].as_u64().expect(name);
    let size = |name: &str| u32::try_from(number(name)).expect(name);
    FleetSpec {
        clusters: size("demoClusters"),
        configurations: size("demoConfigurations"),
        seed: number("demoSeed"),
    }
}

#[test]
fn the_data_source_signs_in_to_the_emulator_that_runs() {
    let file = yaml("deploy/try/emulator.yaml");
    let source = &file["datasources"][0];
    let environment =
        ["AZURE_CLOUD", "AZURE_CLOUDS_CONFIG", "AZURE_MANAGED_IDENTITY_ENABLED"].map(|name| {
            let handed_on = name
                .strip_prefix("AZURE_MANAGED")
                .map_or(name.to_owned(), |rest| format!("MANAGED{rest}"));
            (format!("GFAZPL_{handed_on}"), variable(&format!("GF_{name}")))
        });
    let environment = HashMap::from(environment);
    let host = HostEnvironment::read(&HashMap::new(), &environment).expect("a cloud");
    let json_data = source["jsonData"].to_string();
    let settings = Settings::parse(json_data.as_bytes(), &HashMap::new(), &host)
        .expect("settings that are taken");
    let SignIn::Azure { cloud, credential } = settings.sign_in else { panic!("no demo") };
    assert_eq!(credential, CredentialSpec::ManagedIdentity { client_id: None });
    let port = cloud.resource_manager.port().expect("a port");
    assert_eq!(variable("IDENTITY_ENDPOINT"), format!("http://127.0.0.1:{port}/msi/token"));
    assert_eq!(variable("IDENTITY_HEADER"), EmulatorOptions::from(demo()).identity_header);

    let FleetSpec { clusters, configurations, seed } = demo();
    let flags = format!(
        "--port {port} --clusters {clusters} --configurations {configurations} --seed {seed}\n"
    );
    let script = read("deploy/try/emulator.sh");
    assert!(script.ends_with(&flags), "{script}");
}

/// Grafana passes clouds and the identity's address only to plugins that its configuration lists.
#[test]
fn grafana_passes_on_the_variables_that_the_sign_in_needs() {
    let manifest: Value = serde_json::from_str(&read("plugin.json")).expect("JSON");
    for name in [
        "GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS",
        "GF_AZURE_FORWARD_SETTINGS_TO_PLUGINS",
        "GF_PLUGINS_FORWARD_HOST_ENV_VARS",
    ] {
        assert_eq!(variable(name), manifest["id"], "{name}");
    }
}

#[test]
fn paths_that_docker_mounts_exist() {
    let compose = yaml("docker-compose.yaml");
    let services = compose["services"].as_object().expect("services");
    let listed = |service: &Value, member: &str| -> Vec<String> {
        let list = service[member].as_array().cloned().unwrap_or_default();
        list.iter().map(|one| one.as_str().expect("a text").to_owned()).collect()
    };
    let mut mounted = 0;
    for (name, service) in services {
        for volume in listed(service, "volumes") {
            let (from, _) = volume.split_once(':').expect("two paths");
            let from = from.strip_prefix("./").expect("of this folder");
            let there = Path::new(env!("CARGO_MANIFEST_DIR")).join(from);
            // Folders that `make dist` and `make lab` fill.
            let built = ["dist", "target/lab"].contains(&from);
            assert!(built || there.exists(), "{name}: {from}");
            mounted += 1;
        }
        // The plugin reaches the simulated Azure on the loopback address, and Prometheus reaches both.
        let network = if name == "grafana" { Value::Null } else { "service:grafana".into() };
        assert_eq!(service["network_mode"], network, "{name}");
        assert!(listed(service, "ports").iter().all(|port| port.starts_with("127.0.0.1:")));
    }
    assert!(mounted >= 8, "{mounted}");
    assert_eq!(services["grafana"]["env_file"], "deploy/try/grafana.env");
}
