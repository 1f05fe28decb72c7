//! Identities and hosts that don't answer: the error comes soon.

use super::{ALWAYS, FEW, PATIENCE, Site};
use crate::support::{EXECUTABLE, ask, data_source, failure, query};
use fleet::FleetSpec;
use futures::future::join_all;
use lab::emulator::{EmulatorOptions, Fault, FaultKind, Faults, Route};
use lab::{PluginProcess, SimulatedAzure};
use serde_json::json;
use std::ffi::OsString;
use std::path::Path;

/// Grafana's environment, with a cloud at these addresses.
fn cloud(authority: &str, resource_manager: &str) -> Vec<(String, OsString)> {
    let clouds = json!([{
        "name": "Elsewhere",
        "aadAuthority": authority,
        "properties": { "resourceManager": resource_manager },
    }]);
    [
        ("GFAZPL_AZURE_CLOUD", "Elsewhere".to_owned()),
        ("GFAZPL_AZURE_CLOUDS_CONFIG", clouds.to_string()),
        ("GFAZPL_MANAGED_IDENTITY_ENABLED", "true".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value.into()))
    .into()
}

pub async fn unresolved() {
    let spec = FleetSpec { clusters: 1, configurations: 1, seed: 1 };
    let options = EmulatorOptions::from(spec);
    let secret = options.client_secret.clone();
    let azure = SimulatedAzure::start(options).await.expect("a free port");
    let cases = [
        ("msi", azure.emulator().base_url(), "Azure Resource Graph cannot be reached"),
        (
            "clientsecret",
            "https://login.invalid/".to_owned(),
            "the Azure identity cannot be reached",
        ),
    ];
    let checked = cases.map(async |(auth_type, authority, words)| {
        let mut environment = cloud(&authority, "https://management.invalid");
        environment.extend(
            azure
                .environment()
                .into_iter()
                .map(|(name, value)| (name, value.into()))
                .filter(|(name, _): &(String, OsString)| name.starts_with("IDENTITY_")),
        );
        let plugin =
            PluginProcess::start(Path::new(EXECUTABLE), environment).await.expect("starts");
        let settings = json!({ "azureCredentials": {
            "authType": auth_type, "azureCloud": "Elsewhere", "tenantId": "t", "clientId": "c",
        }});
        let mut context = data_source("fleet", &settings);
        let secure = &mut context.data_source.as_mut().expect("there").secure;
        secure.insert("azureClientSecret".to_owned(), secret.clone());
        let asked = ask(&plugin, &context, vec![query("A", "extensions", &json!({}))]);
        let answers = tokio::time::timeout(PATIENCE, asked).await.expect("a few seconds");
        let (status, source, text) = failure(&answers["A"]);
        assert_eq!((status, source), (502, "downstream"), "{text}");
        assert!(text.contains(words) && text.contains("Check the host name"), "{text}");
        assert!(!text.contains(&secret), "{text}");
    });
    join_all(checked).await;
}

/// No query waits as long as all attempts of all layers would take when the identity doesn't answer or doesn't exist.
pub async fn dead() {
    let cases = [
        // Three attempts for the fleet, three for the workspaces.
        (FaultKind::Reset, 30, "cannot be reached", 6),
        (FaultKind::ServerError { status: 500 }, 30, "failed (500)", 6),
        (FaultKind::Garbage, 30, "not understood", 2),
        // Requests that hang are given up, so they never get an answer.
        (FaultKind::Slow { millis: 3_600_000 }, 3, "did not answer within 3 s", 0),
        (FaultKind::Slow { millis: 3_600_000 }, 30, "did not answer within 10 s", 0),
    ];
    let checked = cases.map(async |(kind, timeout_seconds, words, most)| {
        let site = Site::new("identity", FEW, timeout_seconds).await;
        let fault = Fault::times(ALWAYS, kind.clone());
        site.faults(&Faults { token: vec![fault], ..Faults::default() });
        let (_, _, text) = site.ask().await.expect_err("no token");
        let stats = site.azure.emulator().stats();
        assert!(stats.total(Route::Token) <= most, "{kind:?}: {stats:?}");
        assert!(text.contains(words), "{kind:?}: {text}");
        site.faults(&Faults::default());
        assert_eq!(site.recovered().await, FEW as usize);
        site.end().await;
    });
    join_all(checked).await;
}
