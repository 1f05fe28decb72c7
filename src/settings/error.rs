//! Settings that cannot be used.

use crate::upstream::CloudError;
use std::borrow::Cow;

/// A setting that cannot be used; names its field as it is called in `jsonData`, `secureJsonData` or the environment.
///
/// `Display` says what is wrong, [`SettingsError::hint`] what to do. Values are shown only where they can't be secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Neither credentials nor demo mode.
    #[error("the data source is not configured: there is no way to sign in")]
    NotConfigured,
    /// `jsonData` is no JSON object.
    #[error("the data source's jsonData is not a JSON object")]
    NotJson,
    /// A field is missing that other settings need.
    #[error("{field} is missing")]
    Missing {
        /// The field.
        field: String,
    },
    /// A value of the wrong kind.
    #[error("{field} must be {expected}")]
    WrongType {
        /// The field.
        field: String,
        /// What it must be.
        expected: &'static str,
    },
    /// A number outside its bounds.
    #[error("{field} must be from {least} to {most}")]
    OutOfRange {
        /// The field.
        field: &'static str,
        /// Smallest value.
        least: u64,
        /// Largest value.
        most: u64,
    },
    /// Snapshots would be too old before they are renewed.
    #[error("maxStaleSeconds must not be less than cacheSeconds")]
    StaleBeforeRefresh,
    /// A way to sign in that isn't supported.
    #[error("the authentication type \"{auth_type}\" is not supported")]
    AuthType {
        /// As in `azureCredentials.authType`.
        auth_type: String,
    },
    /// The Grafana server doesn't allow its identity to be used.
    #[error("{} is not enabled in Grafana", identity.title())]
    NotEnabled {
        /// The identity.
        identity: HostIdentity,
    },
    /// A cloud that can't be used.
    #[error("{field} cannot be used")]
    Cloud {
        /// The field that names the cloud.
        field: &'static str,
        /// What is wrong with the cloud.
        #[source]
        cause: CloudError,
    },
    /// Two Prometheus endpoints of one name.
    #[error("{field}: there are two Prometheus endpoints named \"{name}\"")]
    DuplicateName {
        /// The field of the second.
        field: String,
        /// The name.
        name: String,
    },
    /// An endpoint for Azure tokens that isn't https.
    #[error("{field} must be https when auth is azure")]
    InsecureUrl {
        /// The field.
        field: String,
    },
}

/// An identity of the host that Grafana must allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostIdentity {
    /// Managed identity.
    Managed,
    /// Workload identity.
    Workload,
}

impl HostIdentity {
    fn title(self) -> &'static str {
        match self {
            Self::Managed => "managed identity",
            Self::Workload => "workload identity",
        }
    }
}

impl SettingsError {
    /// What the user can do.
    pub fn hint(&self) -> Cow<'static, str> {
        match self {
            Self::NotConfigured => "Choose a way to sign in in the data source settings, or switch demo on.".into(),
            Self::NotJson => "Open the data source settings and save them again.".into(),
            Self::Missing { field } => format!("Fill in {field} in the data source settings.").into(),
            Self::WrongType { field, .. } | Self::DuplicateName { field, .. } => {
                format!("Correct {field} in the data source settings.").into()
            }
            Self::OutOfRange { field, .. } => format!("Correct {field} in the data source settings.").into(),
            Self::StaleBeforeRefresh => "Raise maxStaleSeconds or lower cacheSeconds.".into(),
            Self::AuthType { auth_type } => match auth_type.as_str() {
                "currentuser" | "clientsecret-obo" => "Refreshes and alert rules run without a user: use msi, workloadidentity or clientsecret.",
                "clientcertificate" => "Client certificates cannot be used: use workloadidentity, msi or clientsecret.",
                "ad-password" => "Password sign-in cannot be used: use clientsecret, msi or workloadidentity.",
                _ => "Use msi, workloadidentity or clientsecret.",
            }
            .into(),
            Self::NotEnabled { identity: HostIdentity::Managed } => {
                "Set managed_identity_enabled = true in section [azure] of Grafana's configuration (GF_AZURE_MANAGED_IDENTITY_ENABLED=true), restart Grafana, or choose another way to sign in.".into()
            }
            Self::NotEnabled { identity: HostIdentity::Workload } => {
                "Set workload_identity_enabled = true in section [azure] of Grafana's configuration (GF_AZURE_WORKLOAD_IDENTITY_ENABLED=true), restart Grafana, or choose another way to sign in.".into()
            }
            Self::Cloud { field, .. } => format!("Correct {field}: the name of a cloud, or the JSON of custom clouds in Grafana's configuration.").into(),
            Self::InsecureUrl { .. } => "Use an https URL; an Azure token is never sent over plain http, loopback addresses aside.".into(),
        }
    }
}
