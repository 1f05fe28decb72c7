//! The identities that the data source can sign in as.

use super::{Cloud, CredentialFactory, Http, transport::Transport};
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
use std::{fmt, path::PathBuf, sync::Arc};

/// A way to sign in to Azure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialSpec {
    /// The managed identity of the host that the plugin runs on.
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
    /// The user who is signed in to the Azure CLI: for the command line.
    AzureCli,
}

impl fmt::Display for CredentialSpec {
    /// The identity in words; holds no secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ManagedIdentity { client_id: None } => f.write_str("the managed identity"),
            Self::ManagedIdentity { client_id: Some(id) } => write!(f, "the managed identity {id}"),
            Self::ClientSecret { client_id, tenant_id, .. } => {
                write!(f, "the application {client_id} of tenant {tenant_id}")
            }
            Self::WorkloadIdentity { client_id: None, .. } => f.write_str("the workload identity"),
            Self::WorkloadIdentity { client_id: Some(id), .. } => {
                write!(f, "the workload identity {id}")
            }
            Self::AzureCli => f.write_str("the user of the Azure CLI"),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upstream::{
        Clouds, HttpOptions, Tokens, UpstreamError,
        testing::{Fake, reply},
        transport::bounded,
    };
    use async_trait::async_trait;
    use azure_core::http::{
        AsyncRawResponse, HttpClient, Request, StatusCode, Transport as AzureTransport,
        headers::Headers, request::Body,
    };
    use std::{sync::Mutex, time::Duration};

    /// Answers every request with one reply, and keeps the requests.
    #[derive(Debug)]
    struct Entra {
        status: StatusCode,
        body: &'static str,
        requests: Mutex<Vec<(String, String)>>,
    }

    #[async_trait]
    impl HttpClient for Entra {
        async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
            let body = match request.body() {
                Body::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
                Body::SeekableStream(_) => String::new(),
            };
            self.requests.lock().expect("lock").push((request.url().to_string(), body));
            let reply = self.body.as_bytes();
            bounded(AsyncRawResponse::from_bytes(self.status, Headers::new(), reply)).await
        }
    }

    async fn sign_in(
        status: StatusCode,
        body: &'static str,
    ) -> (Result<(), UpstreamError>, Vec<(String, String)>) {
        let entra = Arc::new(Entra { status, body, requests: Mutex::default() });
        let spec = CredentialSpec::ClientSecret {
            tenant_id: "tenant".into(),
            client_id: "client".into(),
            secret: Secret::new("s3cret&"),
        };
        assert!(!format!("{spec:?}").contains("s3cret"));
        let authority = Clouds::default().find("china").expect("cloud").authority.clone();
        let transport: Arc<dyn HttpClient> = entra.clone();
        let factory: CredentialFactory = Arc::new(move || {
            let mut configuration = CustomConfiguration::default();
            configuration.authority_host = authority.to_string();
            spec.credential(ClientOptions {
                transport: Some(AzureTransport::new(transport.clone())),
                cloud: Some(Arc::new(CloudConfiguration::Custom(configuration))),
                ..ClientOptions::default()
            })
        });
        let tokens = Tokens::new(factory, Duration::from_secs(60));
        let result = tokens.bearer("https://management.chinacloudapi.cn/.default").await;
        let requests = std::mem::take(&mut *entra.requests.lock().expect("lock"));
        (result.map(|_| ()), requests)
    }

    #[tokio::test]
    async fn signs_in_with_a_client_secret() {
        let token =
            r#"{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"t"}"#;
        let (result, requests) = sign_in(StatusCode::Ok, token).await;
        assert_eq!(result, Ok(()));
        let (url, body) = &requests[0];
        assert_eq!(url, "https://login.chinacloudapi.cn/tenant/oauth2/v2.0/token");
        assert!(body.contains("client_secret=s3cret%26"));
        assert!(body.contains("scope=https%3A%2F%2Fmanagement.chinacloudapi.cn%2F.default"));
    }

    #[tokio::test]
    async fn a_refused_secret_shows_the_identitys_words_only() {
        let refusal = r#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1","error_codes":[7000215]}"#;
        let (result, _) = sign_in(StatusCode::Unauthorized, refusal).await;
        let error = result.expect_err("refused");
        assert_eq!(
            error.to_string(),
            "the Azure identity did not accept the sign-in: invalid_client: AADSTS7000215: Invalid client secret provided."
        );
        let (result, _) = sign_in(StatusCode::BadRequest, refusal).await;
        assert!(matches!(result, Err(UpstreamError::Unauthenticated { .. })));
    }

    #[tokio::test]
    async fn a_page_in_place_of_a_token_is_not_shown() {
        let (result, _) = sign_in(StatusCode::Ok, "<html>proxy login</html>").await;
        let error = result.expect_err("no token");
        assert_eq!(error.to_string(), "a reply of the Azure identity was not understood");
        assert!(!format!("{error:?}").contains("proxy login"));
    }

    #[tokio::test]
    async fn says_what_is_wrong_with_the_settings() {
        let http = Http::new(&HttpOptions::default()).expect("client");
        let cloud = Clouds::default().find("public").expect("cloud").clone();
        let spec = CredentialSpec::WorkloadIdentity {
            tenant_id: Some("tenant".into()),
            client_id: Some("client".into()),
            token_file: Some("/no/such/file".into()),
        };
        let tokens = Tokens::new(spec.factory(&cloud, &http), Duration::from_secs(60));
        let error = tokens.bearer("x/.default").await.expect_err("no file");
        assert!(error.to_string().contains("/no/such/file"), "{error}");
    }

    const CHILD: &str = "AZURE_GITOPS_TEST_IDENTITY";

    /// Runs itself again in a process whose environment names a fake identity endpoint.
    #[tokio::test]
    async fn signs_in_with_a_managed_identity() {
        if std::env::var_os(CHILD).is_some() {
            let http = Http::new(&HttpOptions::default()).expect("client");
            let cloud = Clouds::default().find("public").expect("cloud").clone();
            let spec = CredentialSpec::ManagedIdentity { client_id: Some("mine".into()) };
            let tokens = Tokens::new(spec.factory(&cloud, &http), Duration::from_secs(60));
            tokens.bearer(&cloud.resource_manager_scope()).await.expect("token");
            return;
        }
        let token = r#"{"access_token":"t","expires_on":"4102444800","token_type":"Bearer","resource":"x"}"#;
        let fake = Fake::start([reply(200, &[], token)]).await;
        let name = "upstream::credential::tests::signs_in_with_a_managed_identity";
        let output = tokio::process::Command::new(std::env::current_exe().expect("this binary"))
            .args(["--exact", name])
            .env(CHILD, "1")
            .env("IDENTITY_ENDPOINT", fake.url.join("msi/token").expect("URL").as_str())
            .env("IDENTITY_HEADER", "header")
            // No proxy can reach the identity of this host.
            .env("HTTP_PROXY", "http://127.0.0.1:9")
            .env("http_proxy", "http://127.0.0.1:9")
            .output()
            .await
            .expect("runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        let requests = fake.received();
        assert_eq!(
            requests[0].target,
            "/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fmanagement.azure.com&client_id=mine"
        );
        assert_eq!(requests[0].header("x-identity-header"), "header");
    }
}
