//! The form in which the settings editor saves `jsonData`: the source of its TypeScript types (see `src/generated.rs`),
//! held against the parser by tests. Every member may be absent; provisioning files may write numbers and switches as
//! texts, too.

use super::{Settings, SignIn, Workspaces, tests::parse_with};
use crate::upstream::CredentialSpec;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};
use ts_rs::TS;

/// `jsonData` of a data source.
#[derive(Debug, Default, Deserialize, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[ts(optional_fields)]
pub(crate) struct SavedSettings {
    /// A simulated fleet; nothing leaves the machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    demo: Option<bool>,
    /// Clusters of the simulated fleet.
    #[serde(skip_serializing_if = "Option::is_none")]
    demo_clusters: Option<u32>,
    /// Configurations of the simulated fleet.
    #[serde(skip_serializing_if = "Option::is_none")]
    demo_configurations: Option<u32>,
    /// Another seed, another fleet.
    #[serde(skip_serializing_if = "Option::is_none")]
    demo_seed: Option<u64>,
    /// How to sign in to Azure.
    #[serde(skip_serializing_if = "Option::is_none")]
    azure_credentials: Option<SavedCredentials>,
    /// Ids of subscriptions; none: all that the identity sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    subscriptions: Option<Vec<String>>,
    /// Names of management groups; none: all that the identity sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    management_groups: Option<Vec<String>>,
    /// Prometheus endpoints.
    #[serde(skip_serializing_if = "Option::is_none")]
    prometheus: Option<Vec<SavedEndpoint>>,
    /// Whether Azure Monitor workspaces are looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    workspaces: Option<SavedWorkspaces>,
    /// Seconds after which a snapshot is refreshed.
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_seconds: Option<u32>,
    /// Seconds after which a snapshot isn't shown any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_stale_seconds: Option<u32>,
    /// Seconds that one request may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout_seconds: Option<u32>,
    /// Seconds between two scrapes of the controllers.
    #[serde(skip_serializing_if = "Option::is_none")]
    scrape_interval_seconds: Option<u32>,
    /// Whether `secureJsonData.tlsCACert` is trusted, too.
    #[serde(rename = "tlsAuthWithCACert", skip_serializing_if = "Option::is_none")]
    tls_auth_with_ca_cert: Option<bool>,
    /// Whether certificates of Prometheus endpoints and custom clouds go unchecked.
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_skip_verify: Option<bool>,
}

/// How to sign in to Azure, as Grafana's own Azure data sources store it.
#[derive(Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(optional_fields)]
pub(crate) struct SavedCredentials {
    auth_type: SavedAuthType,
    /// Only with a client secret: the others are in Grafana's own cloud.
    #[serde(skip_serializing_if = "Option::is_none")]
    azure_cloud: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
}

/// Ways to sign in.
#[derive(Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SavedAuthType {
    Msi,
    WorkloadIdentity,
    ClientSecret,
}

/// A Prometheus endpoint. Its secret is in `secureJsonData` under `prometheusPassword.NAME` or `prometheusToken.NAME`.
#[derive(Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(optional_fields)]
pub(crate) struct SavedEndpoint {
    name: String,
    url: String,
    /// How to sign in; absent: not at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    auth: Option<SavedAuth>,
    /// With `basic`.
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    /// Names of the HTTP headers that every request carries; absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<Vec<String>>,
    /// Which metrics tell readiness; absent: found out.
    #[serde(skip_serializing_if = "Option::is_none")]
    generation: Option<SavedGeneration>,
    /// How labels were written when scraped; absent: found out.
    #[serde(skip_serializing_if = "Option::is_none")]
    labels: Option<SavedLabels>,
}

/// Ways to sign in to a Prometheus endpoint.
#[derive(Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SavedAuth {
    None,
    Azure,
    Basic,
    Bearer,
}

/// Which metrics tell readiness.
#[derive(Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) enum SavedGeneration {
    Auto,
    Conditions,
    ResourceInfo,
    None,
}

/// How labels were written when scraped.
#[derive(Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) enum SavedLabels {
    Auto,
    PodAnnotations,
    PodMonitor,
    Plain,
}

/// Whether Azure Monitor workspaces are looked for.
#[derive(Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SavedWorkspaces {
    None,
    Auto,
}

/// The frontend's tests make the editor write exactly these.
fn examples() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/saved-settings");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("there").map(|entry| entry.expect("readable").path()).collect();
    files.sort();
    let read = |path: PathBuf| {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        (name, fs::read_to_string(path).expect("readable"))
    };
    files.into_iter().map(read).collect()
}

fn settings(name: &str, json: &str) -> Settings {
    let secure = [
        ("azureClientSecret", "a"),
        ("prometheusPassword.eu", "b"),
        ("prometheusToken.us, west", "c"),
        ("tlsCACert", "PEM"),
    ];
    parse_with(json, &secure).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn what_the_editor_saves_is_of_the_declared_form_and_accepted() {
    let examples = examples();
    assert!(examples.len() >= 4, "the examples were not found");
    for (name, json) in examples {
        let saved: SavedSettings = serde_json::from_str(&json).expect(&name);
        let again = serde_json::to_value(&saved).expect("JSON");
        assert_eq!(
            again,
            serde_json::from_str::<serde_json::Value>(&json).expect("JSON"),
            "{name}"
        );
        settings(&name, &json);
    }
}

#[test]
fn every_saved_member_has_its_effect() {
    let find = |wanted: &str| {
        let (name, json) = examples().into_iter().find(|(name, _)| name == wanted).expect("there");
        settings(&name, &json)
    };
    let demo = find("demo");
    assert!(
        matches!(demo.sign_in, SignIn::Demo(demo) if demo.clusters == Some(12) && demo.seed == Some(7))
    );
    let full = find("everything");
    assert!(matches!(
        &full.sign_in,
        SignIn::Azure { cloud, credential: CredentialSpec::ClientSecret { .. } }
            if cloud.name == "AzureUSGovernment"
    ));
    assert_eq!((full.subscriptions.len(), full.management_groups.len()), (1, 1));
    assert_eq!(full.workspaces, Workspaces::Auto);
    assert_eq!(full.prometheus.len(), 3);
    assert_eq!(
        [full.cache, full.max_stale, full.timeout].map(|time| time.as_secs()),
        [60, 7200, 20]
    );
    assert_eq!(full.scrape_interval.as_secs(), 15);
    assert!(full.http.skip_verify && full.http.extra_roots_pem.is_some());
    let workload = find("workload-identity");
    assert!(matches!(
        &workload.sign_in,
        SignIn::Azure { credential: CredentialSpec::WorkloadIdentity { client_id: Some(id), .. }, .. }
            if id == "11111111-1111-1111-1111-111111111111"
    ));
}
