//! Sign-in over real HTTPS with `azure_identity`: each kind of identity, with right and wrong credentials.

use crate::support::{EXECUTABLE, ask, data_source, failure, frame, query};
use crate::tls::TlsFront;
use azuregitops::plugin::LOG_LEVEL;
use fleet::FleetSpec;
use grafana_plugin_sdk::pluginv2::check_health_response::HealthStatus;
use lab::emulator::EmulatorOptions;
use lab::{PluginProcess, SimulatedAzure};
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::Path;
use tempfile::NamedTempFile;

const CONFIGURATIONS: u32 = 20;
const SECRET: &str = "emulator-secret~8Q";
const WRONG_SECRET: &str = "stale-secret~8Q";
const ASSERTION: &str = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJwb2QifQ.c2lnbmF0dXJl";

/// A simulated Azure that a plugin can only reach over HTTPS.
struct Https {
    azure: SimulatedAzure,
    front: TlsFront,
    plugin: PluginProcess,
    /// The file in which a pod would find its token.
    _token: NamedTempFile,
}

/// How a data source is configured.
struct Setup<'a> {
    credentials: Value,
    secret: &'a str,
    with_ca: bool,
}

impl Https {
    async fn start() -> Self {
        let spec = FleetSpec { clusters: 2, configurations: CONFIGURATIONS, seed: 1 };
        let mut options = EmulatorOptions::from(spec);
        SECRET.clone_into(&mut options.client_secret);
        let client_id = options.client_id.clone();
        let identity_header = options.identity_header.clone();
        let azure = SimulatedAzure::start(options).await.expect("a free port");
        let front = TlsFront::start(&azure.emulator().base_url()).await;
        let mut token = NamedTempFile::new().expect("a file");
        token.write_all(ASSERTION.as_bytes()).expect("written");
        let clouds = json!([{
            "name": "Private",
            "aadAuthority": format!("{}/", front.url),
            "properties": { "resourceManager": front.url },
        }]);
        let environment = [
            (LOG_LEVEL, "trace".to_owned()),
            ("GFAZPL_AZURE_CLOUD", "Private".to_owned()),
            ("GFAZPL_AZURE_CLOUDS_CONFIG", clouds.to_string()),
            ("GFAZPL_MANAGED_IDENTITY_ENABLED", "true".to_owned()),
            ("IDENTITY_ENDPOINT", format!("{}/msi/token", front.url)),
            ("IDENTITY_HEADER", identity_header),
            ("GFAZPL_WORKLOAD_IDENTITY_ENABLED", "true".to_owned()),
            ("GFAZPL_WORKLOAD_IDENTITY_TENANT_ID", azure.emulator().tenant_id().to_owned()),
            ("GFAZPL_WORKLOAD_IDENTITY_CLIENT_ID", client_id),
            (
                "GFAZPL_WORKLOAD_IDENTITY_TOKEN_FILE",
                token.path().to_str().expect("text").to_owned(),
            ),
        ]
        .map(|(name, value)| (name.to_owned(), value.into()));
        let plugin =
            PluginProcess::start(Path::new(EXECUTABLE), environment).await.expect("starts");
        Self { azure, front, plugin, _token: token }
    }

    fn client_secret(&self, tenant: &str) -> Value {
        json!({
            "authType": "clientsecret",
            "azureCloud": "Private",
            "tenantId": tenant,
            "clientId": self.azure.emulator().options().client_id,
        })
    }

    /// The number of configurations, or status, error source and text. Checks that "Save & test" says the same.
    async fn rows(&self, uid: &str, setup: Setup<'_>) -> Result<usize, (i32, String)> {
        let settings = json!({
            "azureCredentials": setup.credentials,
            "tlsAuthWithCACert": setup.with_ca,
        });
        let mut context = data_source(uid, &settings);
        let secure = &mut context.data_source.as_mut().expect("there").secure;
        secure.insert("azureClientSecret".to_owned(), setup.secret.to_owned());
        secure.insert("tlsCACert".to_owned(), self.front.ca_pem.clone());
        let queries = vec![query("A", "configurations", &json!({}))];
        let answers = ask(&self.plugin, &context, queries).await;
        let health = self.plugin.check_health(context).await.expect("an answer");
        if answers["A"].error.is_empty() {
            assert_eq!(health.status(), HealthStatus::Ok, "{}", health.message);
            return Ok(frame(&answers["A"]).rows());
        }
        assert_eq!(health.status(), HealthStatus::Error, "{}", health.message);
        let (status, source, text) = failure(&answers["A"]);
        assert_eq!((source, health.message.as_str()), ("downstream", text));
        Err((status, text.to_owned()))
    }

    /// Stops the plugin and returns its log.
    async fn end(self) -> String {
        self.plugin.stop().await.expect("stops").stderr
    }
}

#[tokio::test]
async fn every_identity_signs_in_over_https() {
    let https = Https::start().await;
    let tenant = https.azure.emulator().tenant_id().to_owned();
    for (uid, credentials) in [
        ("secret", https.client_secret(&tenant)),
        ("managed", json!({ "authType": "msi" })),
        ("workload", json!({ "authType": "workloadidentity" })),
    ] {
        let setup = Setup { credentials, secret: SECRET, with_ca: true };
        assert_eq!(https.rows(uid, setup).await, Ok(CONFIGURATIONS as usize), "{uid}");
    }
    assert_eq!(https.azure.requests().tokens, 3);
    let log = https.end().await;
    assert!(!log.is_empty());
    for secret in [SECRET, ASSERTION, "emu.", "emulator-identity"] {
        assert!(!log.contains(secret), "{secret} is in the log: {log}");
    }
}

#[tokio::test]
async fn a_refused_sign_in_says_what_to_do_and_shows_no_secret() {
    let https = Https::start().await;
    let tenant = https.azure.emulator().tenant_id().to_owned();
    let elsewhere = "11111111-2222-4333-8444-555555555555";
    let cases = [
        (
            "secret",
            &tenant,
            WRONG_SECRET,
            true,
            401,
            ["AADSTS7000215: Invalid client secret", "a secret may have expired"],
        ),
        (
            "tenant",
            &elsewhere.to_owned(),
            SECRET,
            true,
            401,
            ["AADSTS90002: Tenant '11111111-", "Check tenant"],
        ),
        (
            "ca",
            &tenant,
            SECRET,
            false,
            502,
            ["the Azure identity cannot be reached: ", "certificates (tlsCACert)"],
        ),
    ];
    let mut shown = String::new();
    for (uid, tenant, secret, with_ca, expected, words) in cases {
        let setup = Setup { credentials: https.client_secret(tenant), secret, with_ca };
        let (status, text) = https.rows(uid, setup).await.expect_err(uid);
        assert_eq!(status, expected, "{text}");
        for words in words {
            assert!(text.contains(words), "{words} is missing in: {text}");
        }
        shown.push_str(&text);
    }
    assert!(shown.contains("certificate"), "why there is no connection: {shown}");
    shown.push_str(&https.end().await);
    for secret in [SECRET, WRONG_SECRET] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
}
