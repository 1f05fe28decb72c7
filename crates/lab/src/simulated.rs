//! A simulated Azure, and a data source that is configured for it, for `demo`, `emulator`, tests and benchmarks.

use crate::emulator::{Emulator, EmulatorOptions, PROMETHEUS_AUDIENCE, Route};
use azuregitops::plugin::wire::{DataSourceSettings, PluginContext};
use serde_json::json;
use std::collections::HashMap;
use std::{fmt, io};

/// Name of the simulated Azure in Grafana's list of clouds.
const CLOUD: &str = "Emulator";

/// An emulator of Azure on the loopback address, with the settings that Grafana needs for it. Dropping it stops it.
pub struct SimulatedAzure {
    emulator: Emulator,
}

impl SimulatedAzure {
    /// Starts the emulator on the current runtime.
    ///
    /// # Errors
    /// The port is in use.
    pub async fn start(options: EmulatorOptions) -> io::Result<Self> {
        Ok(Self { emulator: Emulator::start(options).await? })
    }

    /// The emulator.
    pub fn emulator(&self) -> &Emulator {
        &self.emulator
    }

    /// A description of its fleet, for people.
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

    /// The data source that an administrator would configure: it signs in with the managed identity.
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

    /// Numbers of the requests that it has received so far.
    pub fn requests(&self) -> Requests {
        let stats = self.emulator.stats();
        Requests {
            queries: stats.total(Route::Arg),
            resources: stats.total(Route::Resource),
            tokens: stats.total(Route::Token),
        }
    }
}

/// Numbers of requests to Azure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Requests {
    /// Resource Graph queries, one per page.
    pub queries: u64,
    /// Reads of single resources from Resource Manager.
    pub resources: u64,
    /// Tokens issued.
    pub tokens: u64,
}

impl Requests {
    /// The requests since `earlier`.
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
    fn counts_requests_since_an_earlier_count() {
        let earlier = Requests { queries: 6, resources: 2, tokens: 1 };
        let later = Requests { queries: 7, ..earlier };
        let since = later.since(&earlier);
        assert_eq!(since, Requests { queries: 1, resources: 0, tokens: 0 });
        assert_eq!(since.to_string(), "1 page of Resource Graph, no single resource and no token");
    }
}
