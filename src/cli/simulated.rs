//! The Azure of `demo`, and a data source that is set up for it.

use super::error::CliError;
use super::query::FleetArguments;
use crate::plugin::wire::{DataSourceSettings, PluginContext};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::ffi::OsString;
use std::fmt;

/// Size of the fleet unless flags say another.
const CLUSTERS: u32 = 40;
const CONFIGURATIONS: u32 = 5_000;
const SEED: u64 = 1;

/// How often Azure was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Requests {
    /// Pages of Resource Graph.
    pub pages: u64,
    /// Single resources of Resource Manager.
    pub resources: u64,
    /// Tokens.
    pub tokens: u64,
}

impl Requests {
    /// What came after `earlier`.
    pub fn since(&self, earlier: &Self) -> Self {
        Self {
            pages: self.pages - earlier.pages,
            resources: self.resources - earlier.resources,
            tokens: self.tokens - earlier.tokens,
        }
    }
}

impl fmt::Display for Requests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pages, resources, tokens } = self;
        write!(
            f,
            "for {pages} pages of Resource Graph, {resources} single resources and {tokens} tokens"
        )
    }
}

/// A simulated Azure.
pub struct SimulatedAzure {
    clusters: u32,
    configurations: u32,
    seed: u64,
}

impl SimulatedAzure {
    /// Starts it.
    ///
    /// # Errors
    /// When there is no port.
    #[expect(clippy::unused_async, reason = "the emulator starts a server")]
    pub async fn start(fleet: FleetArguments) -> Result<Self, CliError> {
        Ok(Self {
            clusters: fleet.clusters.unwrap_or(CLUSTERS),
            configurations: fleet.configurations.unwrap_or(CONFIGURATIONS),
            seed: fleet.seed.unwrap_or(SEED),
        })
    }

    /// What it holds, in words.
    pub fn description(&self) -> String {
        let Self { clusters, configurations, seed } = self;
        format!("{clusters} clusters with {configurations} Flux configurations, seed {seed}")
    }

    /// The environment that Grafana would give to the plugin.
    pub fn environment(&self) -> Vec<(String, OsString)> {
        Vec::new()
    }

    /// The data source that an administrator would set up.
    pub fn data_source(&self) -> PluginContext {
        data_source(&json!({
            "demo": true,
            "demoClusters": self.clusters,
            "demoConfigurations": self.configurations,
            "demoSeed": self.seed,
        }))
    }

    /// How often it was asked so far.
    pub fn requests(&self) -> Requests {
        Requests::default()
    }
}

fn data_source(json_data: &Value) -> PluginContext {
    PluginContext {
        org_id: 1,
        plugin_id: "fluxfleet-azuregitops-datasource".to_owned(),
        data_source: Some(DataSourceSettings {
            name: "Fleet".to_owned(),
            json_data: json_data.to_string().into_bytes(),
            secure: HashMap::new(),
            updated_ms: 1,
            uid: "fleet".to_owned(),
        }),
        grafana_config: HashMap::new(),
    }
}
