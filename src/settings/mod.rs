//! The data source's settings, checked.
//!
//! Reads `jsonData`, the decrypted `secureJsonData` and what the Grafana server says about Azure. Reads no files and no
//! environment itself.

mod error;
mod fields;
mod host;
mod numbers;
mod prometheus;
#[cfg(test)]
pub(crate) mod saved;
mod sign_in;
#[cfg(test)]
mod tests;

pub(crate) use error::{HostIdentity, SettingsError};
pub use host::{HostEnvironment, ManagedIdentity, WorkloadIdentity};
pub use numbers::{
    CACHE_SECONDS, DEMO_CLUSTERS, DEMO_CONFIGURATIONS, DEMO_SEED, MAX_STALE_SECONDS, NumberSetting,
    SCRAPE_INTERVAL_SECONDS, TIMEOUT_SECONDS,
};
pub(crate) use prometheus::{PrometheusAuth, PrometheusEndpoint};
pub(crate) use sign_in::Demo;
pub use sign_in::SignIn;

use crate::{arg::Scope, upstream::HttpOptions};
use fields::{Fields, secret};
use serde_json::{Map, Value};
use std::{collections::HashMap, time::Duration};

/// Settings of one data source instance. Its `Debug` shows no secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The source of the data: Azure, or a simulated fleet.
    pub sign_in: SignIn,
    /// `subscriptions`: ids; empty = no restriction.
    pub subscriptions: Vec<String>,
    /// `managementGroups`: names; empty = no restriction.
    pub management_groups: Vec<String>,
    /// `prometheus`: endpoints in the order of the settings; none in demo mode, where nothing leaves the machine.
    pub prometheus: Vec<PrometheusEndpoint>,
    /// `workspaces`.
    pub workspaces: Workspaces,
    /// `cacheSeconds`: age at which a snapshot is refreshed.
    pub cache: Duration,
    /// `maxStaleSeconds`: age from which a snapshot is no longer shown.
    pub max_stale: Duration,
    /// `timeoutSeconds`: longest time for one request.
    pub timeout: Duration,
    /// `scrapeIntervalSeconds`: how often Prometheus scrapes the controllers.
    pub scrape_interval: Duration,
    /// `tlsAuthWithCACert` with `tlsCACert`, `tlsSkipVerify`: for Prometheus endpoints. Requests to Azure use
    /// [`Settings::azure_http`].
    pub http: HttpOptions,
}

/// Whether Azure Monitor workspaces are queried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Workspaces {
    /// Only the endpoints of the settings.
    #[default]
    None,
    /// Also every Azure Monitor workspace that the identity sees.
    Auto,
}

impl Settings {
    /// Reads and checks the settings. Numbers and switches may be texts (`"30"`, `"true"`), as provisioning files write
    /// them; unknown members are ignored. An empty `json_data` counts as `{}`.
    ///
    /// # Errors
    /// The first setting that can't be used; [`SettingsError::NotConfigured`] when there are neither credentials nor demo
    /// mode.
    pub fn parse(
        json_data: &[u8],
        secure: &HashMap<String, String>,
        host: &HostEnvironment,
    ) -> Result<Self, SettingsError> {
        let object: Map<String, Value> = if json_data.trim_ascii().is_empty() {
            Map::new()
        } else {
            serde_json::from_slice(json_data).map_err(|_| SettingsError::NotJson)?
        };
        let fields = Fields::new(&object, String::new());
        let sign_in = SignIn::read(&fields, secure, host)?;
        let demo = matches!(sign_in, SignIn::Demo(_));
        let cache = fields.seconds(&CACHE_SECONDS)?;
        let max_stale = fields.seconds(&MAX_STALE_SECONDS)?;
        if max_stale < cache {
            return Err(SettingsError::StaleBeforeRefresh);
        }
        Ok(Self {
            subscriptions: fields.texts(
                "subscriptions",
                "the id (GUID) of a subscription",
                is_guid,
            )?,
            management_groups: fields.texts(
                "managementGroups",
                "the id (name) of a management group",
                is_management_group,
            )?,
            prometheus: if demo { Vec::new() } else { prometheus::read(&fields, secure)? },
            workspaces: match fields.text("workspaces")?.as_deref() {
                None | Some("none") => Workspaces::None,
                Some("auto") => Workspaces::Auto,
                Some(_) => {
                    return Err(SettingsError::WrongType {
                        field: "workspaces".to_owned(),
                        expected: "auto or none",
                    });
                }
            },
            cache,
            max_stale,
            timeout: fields.seconds(&TIMEOUT_SECONDS)?,
            scrape_interval: fields.seconds(&SCRAPE_INTERVAL_SECONDS)?,
            http: HttpOptions {
                extra_roots_pem: if fields.flag("tlsAuthWithCACert")? {
                    Some(secret(secure, &["tlsCACert"])?)
                } else {
                    None
                },
                skip_verify: fields.flag("tlsSkipVerify")?,
            },
            sign_in,
        })
    }

    /// Options of the client for Azure itself: certificates are always verified, except those of a custom cloud with
    /// `tlsSkipVerify`. So a switch meant for a Prometheus endpoint never exposes a client secret.
    pub fn azure_http(&self) -> HttpOptions {
        let custom = matches!(&self.sign_in, SignIn::Azure { cloud, .. } if cloud.is_custom());
        HttpOptions { skip_verify: self.http.skip_verify && custom, ..self.http.clone() }
    }

    /// The scopes to list in Resource Graph: one, or two when both lists are set (see [`Scope::of`]).
    pub fn scopes(&self) -> Vec<Scope> {
        Scope::of(&self.subscriptions, &self.management_groups)
    }
}

fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Azure's rule for their names: up to 90 letters, digits and `-_().`.
fn is_management_group(text: &str) -> bool {
    text.len() <= 90
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '(' | ')' | '.'))
}
