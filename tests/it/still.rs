//! Data sources in this process with a fixed clock. All compared values are of the same moment, however long the test
//! takes and whenever it runs.

use crate::tls::TlsFront;
use azuregitops::connect;
use azuregitops::instance::{Instance, Surroundings};
use azuregitops::query::{Query, TimeRange};
use azuregitops::settings::{HostEnvironment, Settings};
use flux::UtcMillis;
use frame::Frame;
use lab::SimulatedAzure;
use lab::emulator::{Clock, EmulatorOptions};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// The time of Azure and of the data source.
pub const NOW: UtcMillis = UtcMillis(1_790_000_000_000);

/// A data source with a simulated fleet.
pub fn demo(clusters: u32, configurations: u32) -> Instance {
    let settings = json!({
        "demo": true, "demoClusters": clusters, "demoConfigurations": configurations,
    });
    instance(&settings, &HashMap::new(), &HostEnvironment::default())
}

fn instance(
    settings: &Value,
    secure: &HashMap<String, String>,
    host: &HostEnvironment,
) -> Instance {
    let settings = Settings::parse(settings.to_string().as_bytes(), secure, host);
    let surroundings = Surroundings {
        clock: Arc::new(|| NOW),
        upstream: Arc::new(|_, _, _| ()),
        refreshed: Arc::new(|_, _| ()),
    };
    connect::instance(&settings.expect("good settings"), surroundings).expect("an instance")
}

/// The frames that answer a saved query, for a time range of `millis` before now, as Grafana reads them.
pub async fn frames(instance: &Instance, saved: &Value, millis: i64) -> Vec<Frame> {
    let range = TimeRange { from: UtcMillis(NOW.0 - millis), to: NOW };
    let query = Query::parse(saved.to_string().as_bytes(), "A", "", range);
    let query = query.unwrap_or_else(|error| panic!("{}: {saved}", error.user_text()));
    let frames = instance.answer(&query).await;
    let frames = frames.unwrap_or_else(|error| panic!("{}: {saved}", error.user_text()));
    let read = |frame: &Frame| Frame::decode(&frame.encode().expect("encodes")).expect("decodes");
    frames.iter().map(read).collect()
}

/// A simulated Azure, and a data source that signs in there with a secret.
pub struct Still {
    pub azure: SimulatedAzure,
    instance: Instance,
    /// The address for signing in. `azure_identity` accepts HTTPS only.
    _sign_in: TlsFront,
}

impl Still {
    /// Starts the simulated Azure, and configures a data source with these settings.
    pub async fn start(mut options: EmulatorOptions, settings: &Value) -> Self {
        options.clock = Clock::Fixed(NOW);
        let (client, secret) = (options.client_id.clone(), options.client_secret.clone());
        let azure = SimulatedAzure::start(options).await.expect("a free port");
        let url = azure.emulator().base_url();
        let sign_in = TlsFront::start(&url).await;
        let clouds = json!([{
            "name": "Still",
            "aadAuthority": format!("{}/", sign_in.url),
            "properties": { "resourceManager": url, "portal": "https://portal.azure.com" },
        }]);
        let clouds = HashMap::from([("GFAZPL_AZURE_CLOUDS_CONFIG".to_owned(), clouds.to_string())]);
        let host = HostEnvironment::read(&HashMap::new(), &clouds).expect("a cloud");
        let mut settings = settings.clone();
        settings["tlsAuthWithCACert"] = json!(true);
        settings["azureCredentials"] = json!({
            "authType": "clientsecret", "azureCloud": "Still",
            "tenantId": azure.emulator().tenant_id(), "clientId": client,
        });
        let secure = HashMap::from([
            ("azureClientSecret".to_owned(), secret),
            ("tlsCACert".to_owned(), sign_in.ca_pem.clone()),
        ]);
        Self { azure, instance: instance(&settings, &secure, &host), _sign_in: sign_in }
    }

    /// The only frame that answers a saved query, for a time range of `millis` before now.
    pub async fn answer(&self, saved: &Value, millis: i64) -> Frame {
        let mut frames = frames(&self.instance, saved, millis).await;
        assert_eq!(frames.len(), 1, "{saved}");
        frames.remove(0)
    }
}
