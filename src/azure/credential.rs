//! Who we sign in as.

use super::{Cloud, Http, sign_in::Transport};
use azure_core::{
    cloud::{CloudConfiguration, CustomConfiguration},
    credentials::{Secret, TokenCredential},
    http::{ClientOptions, ExponentialRetryOptions, RetryOptions},
};
use azure_identity::{
    AzureCliCredential, ClientAssertionCredentialOptions, ClientSecretCredential,
    ClientSecretCredentialOptions, ManagedIdentityCredential, ManagedIdentityCredentialOptions,
    UserAssignedId, WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};
use std::{path::PathBuf, sync::Arc};

/// Makes a new credential object, with nothing cached in it.
pub type CredentialFactory =
    Arc<dyn Fn() -> azure_core::Result<Arc<dyn TokenCredential>> + Send + Sync>;

/// A way to sign in to Azure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialSpec {
    /// The managed identity of the host that we run on.
    ManagedIdentity {
        /// Client id of a user-assigned identity; `None` = the system-assigned one.
        client_id: Option<String>,
    },
    /// An application with a secret.
    ClientSecret {
        /// Directory.
        tenant_id: String,
        /// Application.
        client_id: String,
        /// Its secret.
        secret: Secret,
    },
    /// Workload identity of a Kubernetes pod. What is `None` comes from the variables that the webhook sets
    /// (`AZURE_TENANT_ID`, `AZURE_CLIENT_ID`, `AZURE_FEDERATED_TOKEN_FILE`).
    WorkloadIdentity {
        /// Directory.
        tenant_id: Option<String>,
        /// Application.
        client_id: Option<String>,
        /// File with the pod's token.
        token_file: Option<PathBuf>,
    },
    /// Whoever is signed in to the Azure CLI: for the command line.
    AzureCli,
}

impl CredentialSpec {
    /// The factory of such credentials, for a cloud, over our own HTTP client.
    pub fn factory(&self, cloud: &Cloud, http: &Http) -> CredentialFactory {
        let spec = self.clone();
        let authority = cloud.authority.clone();
        let transport = Arc::new(Transport::new(http.clone()));
        Arc::new(move || {
            let mut configuration = CustomConfiguration::default();
            configuration.authority_host = authority.to_string();
            spec.credential(ClientOptions {
                transport: Some(azure_core::http::Transport::new(transport.clone())),
                cloud: Some(Arc::new(CloudConfiguration::Custom(configuration))),
                // Few: the sign-in as a whole has a timeout, and "unreachable" says more than "timed out".
                retry: RetryOptions::exponential(ExponentialRetryOptions {
                    max_retries: 2,
                    ..ExponentialRetryOptions::default()
                }),
                ..ClientOptions::default()
            })
        })
    }

    fn credential(
        &self,
        client_options: ClientOptions,
    ) -> azure_core::Result<Arc<dyn TokenCredential>> {
        Ok(match self {
            Self::ManagedIdentity { client_id } => {
                ManagedIdentityCredential::new(Some(ManagedIdentityCredentialOptions {
                    user_assigned_id: client_id.clone().map(UserAssignedId::ClientId),
                    client_options,
                }))?
            }
            Self::ClientSecret { tenant_id, client_id, secret } => ClientSecretCredential::new(
                tenant_id,
                client_id.clone(),
                secret.clone(),
                Some(ClientSecretCredentialOptions { client_options }),
            )?,
            Self::WorkloadIdentity { tenant_id, client_id, token_file } => {
                WorkloadIdentityCredential::new(Some(WorkloadIdentityCredentialOptions {
                    credential_options: ClientAssertionCredentialOptions { client_options },
                    client_id: client_id.clone(),
                    tenant_id: tenant_id.clone(),
                    token_file_path: token_file.clone(),
                }))?
            }
            Self::AzureCli => AzureCliCredential::new(None)?,
        })
    }
}
