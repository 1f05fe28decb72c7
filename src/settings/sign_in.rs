//! The source of the data, and the identity that reads it.

use super::{
    DEMO_CLUSTERS, DEMO_CONFIGURATIONS, DEMO_SEED, HostEnvironment, HostIdentity, SettingsError,
    fields::{Fields, secret},
};
use crate::upstream::{Cloud, CredentialSpec};
use azure_core::credentials::Secret;
use std::collections::HashMap;

/// The source of the data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// A simulated fleet; nothing leaves the machine.
    Demo(Demo),
    /// Azure.
    Azure {
        /// The cloud.
        cloud: Box<Cloud>,
        /// The identity.
        credential: CredentialSpec,
    },
}

/// Size of the simulated fleet; `None` means the generator's default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Demo {
    /// `demoClusters`: number of clusters.
    pub clusters: Option<u32>,
    /// `demoConfigurations`: number of Flux configurations in the whole fleet.
    pub configurations: Option<u32>,
    /// `demoSeed`: another seed gives another fleet.
    pub seed: Option<u64>,
}

impl SignIn {
    pub(super) fn read(
        fields: &Fields,
        secure: &HashMap<String, String>,
        host: &HostEnvironment,
    ) -> Result<Self, SettingsError> {
        if fields.flag("demo")? {
            let count = |setting| {
                let number = fields.number(setting)?;
                Ok(number.and_then(|number| u32::try_from(number).ok()))
            };
            return Ok(Self::Demo(Demo {
                clusters: count(&DEMO_CLUSTERS)?,
                configurations: count(&DEMO_CONFIGURATIONS)?,
                seed: fields.number(&DEMO_SEED)?,
            }));
        }
        let credentials = fields.object("azureCredentials")?.ok_or(SettingsError::NotConfigured)?;
        let auth_type = credentials.needed_text("authType")?;
        let (cloud, credential) = match auth_type.as_str() {
            "msi" => (None, managed_identity(host)?),
            "workloadidentity" => (None, workload_identity(&credentials, host)?),
            "clientsecret" => {
                let credential = CredentialSpec::ClientSecret {
                    tenant_id: credentials.needed_text("tenantId")?,
                    client_id: credentials.needed_text("clientId")?,
                    // The second is the name that older data sources stored.
                    secret: Secret::from(secret(secure, &["azureClientSecret", "clientSecret"])?),
                };
                (credentials.text("azureCloud")?, credential)
            }
            _ => return Err(SettingsError::AuthType { auth_type }),
        };
        let (field, name) = match &cloud {
            Some(name) => ("azureCredentials.azureCloud", name),
            None => ("GFAZPL_AZURE_CLOUD", &host.default_cloud),
        };
        let cloud =
            host.clouds.find(name).map_err(|cause| SettingsError::Cloud { field, cause })?;
        Ok(Self::Azure { cloud: Box::new(cloud.clone()), credential })
    }
}

fn managed_identity(host: &HostEnvironment) -> Result<CredentialSpec, SettingsError> {
    let identity = host
        .managed_identity
        .as_ref()
        .ok_or(SettingsError::NotEnabled { identity: HostIdentity::Managed })?;
    Ok(CredentialSpec::ManagedIdentity { client_id: identity.client_id.clone() })
}

fn workload_identity(
    credentials: &Fields,
    host: &HostEnvironment,
) -> Result<CredentialSpec, SettingsError> {
    let identity = host
        .workload_identity
        .as_ref()
        .ok_or(SettingsError::NotEnabled { identity: HostIdentity::Workload })?;
    Ok(CredentialSpec::WorkloadIdentity {
        tenant_id: credentials.text("tenantId")?.or_else(|| identity.tenant_id.clone()),
        client_id: credentials.text("clientId")?.or_else(|| identity.client_id.clone()),
        token_file: identity.token_file.clone(),
    })
}
