//! Identities and hosts that aren't there: what is wrong is said soon.

use super::{ALWAYS, FEW, Site};
use crate::support::{EXECUTABLE, ask, data_source, failure, query};
use fleet::FleetSpec;
use futures::future::join_all;
use lab::emulator::{EmulatorOptions, Fault, FaultKind, Faults};
use lab::{PluginProcess, SimulatedAzure};
use serde_json::json;
use std::ffi::OsString;
use std::path::Path;
use std::time::{Duration, Instant};

/// Grafana's environment with a cloud at those addresses.
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
        ("msi", azure.emulator().base_url(), "Azure Resource Graph cannot be reached", 20),
        (
            "clientsecret",
            "https://login.invalid/".to_owned(),
            "the Azure identity cannot be reached",
            8,
        ),
    ];
    let checked = cases.map(async |(auth_type, authority, words, seconds)| {
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
        let begun = Instant::now();
        let answers = ask(&plugin, &context, vec![query("A", "extensions", &json!({}))]).await;
        let (status, source, text) = failure(&answers["A"]);
        assert_eq!((status, source), (502, "downstream"), "{text}");
        assert!(text.contains(words) && text.contains("Check the host name"), "{text}");
        assert!(!text.contains(&secret), "{text}");
        assert!(begun.elapsed() < Duration::from_secs(seconds), "{:?}: {text}", begun.elapsed());
    });
    join_all(checked).await;
}

/// Nobody waits for an identity that doesn't answer, or isn't there, as long as several attempts of several layers take.
pub async fn dead() {
    let cases = [
        (FaultKind::Reset, 30, "cannot be reached", 8),
        (FaultKind::ServerError { status: 500 }, 30, "has a problem of its own", 8),
        (FaultKind::Garbage, 30, "not understood", 8),
        (FaultKind::Slow { millis: 3_600_000 }, 3, "did not answer within 3 s", 6),
        (FaultKind::Slow { millis: 3_600_000 }, 30, "did not answer within 10 s", 13),
    ];
    let checked = cases.map(async |(kind, timeout_seconds, words, seconds)| {
        let site = Site::new("identity", FEW, timeout_seconds).await;
        let fault = Fault::times(ALWAYS, kind.clone());
        site.faults(&Faults { token: vec![fault], ..Faults::default() });
        let begun = Instant::now();
        let (_, _, text) = site.ask().await.expect_err("no token");
        let waited = begun.elapsed();
        assert!(text.contains(words), "{kind:?}: {text}");
        assert!(waited < Duration::from_secs(seconds), "{kind:?}: {waited:?}: {text}");
        site.faults(&Faults::default());
        assert_eq!(site.recovered().await, FEW as usize);
        site.end().await;
    });
    join_all(checked).await;
}
