//! The Grafana server's settings for Azure: its `GFAZPL_*` values.

use super::SettingsError;
use crate::upstream::Clouds;
use std::{collections::HashMap, path::PathBuf};

const CLOUD: &str = "GFAZPL_AZURE_CLOUD";
const CLOUDS_CONFIG: &str = "GFAZPL_AZURE_CLOUDS_CONFIG";
const MANAGED_ENABLED: &str = "GFAZPL_MANAGED_IDENTITY_ENABLED";
const WORKLOAD_ENABLED: &str = "GFAZPL_WORKLOAD_IDENTITY_ENABLED";

/// When `grafanaConfig` has one of these, the process environment is ignored.
const ENABLING: [&str; 7] = [
    "GFAZPL_AZURE_AUTH_ENABLED",
    CLOUDS_CONFIG,
    CLOUD,
    MANAGED_ENABLED,
    "GFAZPL_USER_IDENTITY_ENABLED",
    WORKLOAD_ENABLED,
    "GFAZPL_AZURE_ENTRA_PASSWORD_CREDENTIALS_ENABLED",
];

/// Azure settings of the Grafana server, from the request's `grafanaConfig` or else from the process environment;
/// never a mixture of both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostEnvironment {
    /// Cloud for credentials that name none; empty = the public cloud.
    pub default_cloud: String,
    /// The clouds to choose from.
    pub clouds: Clouds,
    /// The managed identity; `None` = not enabled.
    pub managed_identity: Option<ManagedIdentity>,
    /// The workload identity; `None` = not enabled.
    pub workload_identity: Option<WorkloadIdentity>,
}

/// A managed identity that Grafana lets plugins use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManagedIdentity {
    /// Client id of a user-assigned identity; `None` = the system-assigned one.
    pub client_id: Option<String>,
}

/// A workload identity that Grafana lets plugins use. `None` members come from the variables of the workload identity
/// webhook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkloadIdentity {
    /// Directory.
    pub tenant_id: Option<String>,
    /// Application.
    pub client_id: Option<String>,
    /// File with the pod's token.
    pub token_file: Option<PathBuf>,
}

impl HostEnvironment {
    /// Reads the server's values: `grafana_config` from the request, `process` the environment of this process.
    ///
    /// # Errors
    /// Custom clouds or switches in the process environment that can't be read. In `grafana_config`, broken clouds are
    /// logged and left out, and only the exact text `true` switches something on, as Grafana's own data sources do.
    pub fn read(
        grafana_config: &HashMap<String, String>,
        process: &HashMap<String, String>,
    ) -> Result<Self, SettingsError> {
        let given = |key: &&str| grafana_config.get(*key).is_some_and(|value| !value.is_empty());
        if ENABLING.iter().any(given) {
            Ok(Self::from_context(&Values { map: grafana_config, fallbacks: false }))
        } else {
            Self::from_process(&Values { map: process, fallbacks: true })
        }
    }

    fn from_context(values: &Values) -> Self {
        let json = values.get(CLOUDS_CONFIG).unwrap_or_default();
        let clouds = Clouds::with_custom(&json).unwrap_or_else(|error| {
            tracing::warn!(%error, "custom clouds in grafanaConfig are left out");
            Clouds::default()
        });
        let enabled = |key| values.get(key).as_deref() == Some("true");
        Self::build(values, clouds, enabled(MANAGED_ENABLED), enabled(WORKLOAD_ENABLED))
    }

    fn from_process(values: &Values) -> Result<Self, SettingsError> {
        let json = values.get(CLOUDS_CONFIG).unwrap_or_default();
        let clouds = Clouds::with_custom(&json)
            .map_err(|cause| SettingsError::Cloud { field: CLOUDS_CONFIG, cause })?;
        let managed = values.switch(MANAGED_ENABLED)?;
        let workload = values.switch(WORKLOAD_ENABLED)?;
        Ok(Self::build(values, clouds, managed, workload))
    }

    fn build(values: &Values, clouds: Clouds, managed: bool, workload: bool) -> Self {
        Self {
            default_cloud: values.get(CLOUD).unwrap_or_default(),
            clouds,
            managed_identity: managed.then(|| ManagedIdentity {
                client_id: values.get("GFAZPL_MANAGED_IDENTITY_CLIENT_ID"),
            }),
            workload_identity: workload.then(|| WorkloadIdentity {
                tenant_id: values.get("GFAZPL_WORKLOAD_IDENTITY_TENANT_ID"),
                client_id: values.get("GFAZPL_WORKLOAD_IDENTITY_CLIENT_ID"),
                token_file: values.get("GFAZPL_WORKLOAD_IDENTITY_TOKEN_FILE").map(PathBuf::from),
            }),
        }
    }
}

struct Values<'a> {
    map: &'a HashMap<String, String>,
    /// Older names count as well; in the process environment only.
    fallbacks: bool,
}

impl Values<'_> {
    /// `None` for what is absent or empty.
    fn get(&self, key: &str) -> Option<String> {
        let older = match key {
            CLOUD => Some("AZURE_CLOUD"),
            MANAGED_ENABLED => Some("AZURE_MANAGED_IDENTITY_ENABLED"),
            "GFAZPL_MANAGED_IDENTITY_CLIENT_ID" => Some("AZURE_MANAGED_IDENTITY_CLIENT_ID"),
            _ => None,
        };
        let older = older.filter(|_| self.fallbacks);
        [Some(key), older]
            .into_iter()
            .flatten()
            .find_map(|key| self.map.get(key).filter(|value| !value.is_empty()).cloned())
    }

    /// The texts that Go's `strconv.ParseBool` takes.
    fn switch(&self, key: &str) -> Result<bool, SettingsError> {
        match self.get(key).as_deref() {
            None | Some("0" | "f" | "F" | "false" | "FALSE" | "False") => Ok(false),
            Some("1" | "t" | "T" | "true" | "TRUE" | "True") => Ok(true),
            Some(_) => {
                Err(SettingsError::WrongType { field: key.to_owned(), expected: "true or false" })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> HashMap<String, String> {
        pairs.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect()
    }

    #[test]
    fn the_two_places_are_never_mixed() {
        let context = map(&[(CLOUD, "AzureChinaCloud"), (MANAGED_ENABLED, "True")]);
        let process = map(&[(WORKLOAD_ENABLED, "true"), (MANAGED_ENABLED, "true")]);
        let host = HostEnvironment::read(&context, &process).expect("context");
        assert_eq!(host.default_cloud, "AzureChinaCloud");
        assert_eq!((host.managed_identity, host.workload_identity), (None, None));

        let no_enabling_key = map(&[("GFAZPL_MANAGED_IDENTITY_CLIENT_ID", "x"), (CLOUD, "")]);
        let host = HostEnvironment::read(&no_enabling_key, &process).expect("process");
        assert_eq!(host.managed_identity, Some(ManagedIdentity { client_id: None }));
        assert_eq!(host.workload_identity, Some(WorkloadIdentity::default()));
    }

    #[test]
    fn older_names_count_in_the_process_environment_only() {
        let older = map(&[
            ("AZURE_CLOUD", "AzureUSGovernment"),
            ("AZURE_MANAGED_IDENTITY_ENABLED", "1"),
            ("AZURE_MANAGED_IDENTITY_CLIENT_ID", "id"),
        ]);
        let host = HostEnvironment::read(&HashMap::new(), &older).expect("process");
        assert_eq!(host.default_cloud, "AzureUSGovernment");
        assert_eq!(host.managed_identity, Some(ManagedIdentity { client_id: Some("id".into()) }));
        let mut context = older;
        context.insert("GFAZPL_AZURE_AUTH_ENABLED".into(), "true".into());
        let host = HostEnvironment::read(&context, &HashMap::new()).expect("context");
        assert_eq!(host, HostEnvironment::default());
    }

    #[test]
    fn broken_clouds_are_an_error_in_the_process_environment_only() {
        let broken = map(&[(CLOUDS_CONFIG, "{")]);
        assert_eq!(HostEnvironment::read(&broken, &HashMap::new()), Ok(HostEnvironment::default()));
        let error = HostEnvironment::read(&HashMap::new(), &broken).expect_err("broken");
        assert_eq!(error.to_string(), "GFAZPL_AZURE_CLOUDS_CONFIG cannot be used");
        let odd = map(&[(MANAGED_ENABLED, "maybe")]);
        assert!(HostEnvironment::read(&HashMap::new(), &odd).is_err());
    }
}
