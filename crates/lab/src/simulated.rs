//! A simulated Azure, and a data source that is set up for it: for `demo`, `emulator`, tests and benchmarks.

use crate::emulator::{Emulator, EmulatorOptions, PROMETHEUS_AUDIENCE, Route};
use azuregitops::plugin::wire::{DataSourceSettings, PluginContext};
use serde_json::json;
use std::collections::HashMap;
use std::{fmt, io};

/// Name of the simulated Azure among Grafana's clouds.
const CLOUD: &str = "Emulator";

/// An emulator of Azure on loopback, with what Grafana needs to know of it. Stops when dropped.
pub struct SimulatedAzure {
    emulator: Emulator,
}

impl SimulatedAzure {
    /// Starts it, on the current runtime.
    ///
    /// # Errors
    /// The port is taken.
    pub async fn start(options: EmulatorOptions) -> io::Result<Self> {
        Ok(Self { emulator: Emulator::start(options).await? })
    }

    /// The emulator itself.
    pub fn emulator(&self) -> &Emulator {
        &self.emulator
    }

    /// What it holds, in words.
    pub fn description(&self) -> String {
        let spec = self.emulator.options().fleet.spec();
        format!(
            "{} clusters with {} Flux configurations (seed {}), behind a simulated Azure on {}",
            spec.clusters,
            spec.configurations,
            spec.seed,
            self.emulator.base_url()
        )
    }

    /// The environment that Grafana would give to the plugin: a custom cloud, and a managed identity of this host.
    pub fn environment(&self) -> Vec<(String, String)> {
        let url = self.emulator.base_url();
        let clouds = json!([{
            "name": CLOUD,
            "displayName": CLOUD,
            "aadAuthority": url,
            "properties": {
                "resourceManager": url,
                "portal": "https://portal.azure.com",
                "prometheusResourceId": PROMETHEUS_AUDIENCE,
            },
        }]);
        let header = &self.emulator.options().identity_header;
        [
            ("GFAZPL_AZURE_CLOUD", CLOUD),
            ("GFAZPL_AZURE_CLOUDS_CONFIG", &clouds.to_string()),
            ("GFAZPL_MANAGED_IDENTITY_ENABLED", "true"),
            ("IDENTITY_ENDPOINT", &format!("{url}/msi/token")),
            ("IDENTITY_HEADER", header),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    /// The data source that an administrator would set up: it signs in as the managed identity.
    pub fn data_source(&self) -> PluginContext {
        let json_data = json!({ "azureCredentials": { "authType": "msi" }, "workspaces": "auto" });
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

    /// How often it was asked so far.
    pub fn requests(&self) -> Requests {
        let stats = self.emulator.stats();
        Requests {
            queries: stats.total(Route::Arg),
            resources: stats.total(Route::Resource),
            tokens: stats.total(Route::Token),
        }
    }
}

/// How often Azure was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Requests {
    /// Queries of Resource Graph, one per page.
    pub queries: u64,
    /// Single resources of Resource Manager.
    pub resources: u64,
    /// Tokens.
    pub tokens: u64,
}

impl Requests {
    /// What came after `earlier`.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        Self {
            queries: self.queries.saturating_sub(earlier.queries),
            resources: self.resources.saturating_sub(earlier.resources),
            tokens: self.tokens.saturating_sub(earlier.tokens),
        }
    }
}

impl fmt::Display for Requests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { queries, resources, tokens } = *self;
        write!(
            f,
            "{}, {} and {}",
            count(queries, "page of Resource Graph", "pages of Resource Graph"),
            count(resources, "single resource", "single resources"),
            count(tokens, "token", "tokens")
        )
    }
}

fn count(number: u64, one: &str, many: &str) -> String {
    match number {
        0 => format!("no {one}"),
        1 => format!("1 {one}"),
        _ => format!("{number} {many}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_came_later() {
        let earlier = Requests { queries: 6, resources: 2, tokens: 1 };
        let later = Requests { queries: 7, ..earlier };
        let since = later.since(&earlier);
        assert_eq!(since, Requests { queries: 1, resources: 0, tokens: 0 });
        assert_eq!(since.to_string(), "1 page of Resource Graph, no single resource and no token");
    }
}
