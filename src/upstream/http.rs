//! The HTTP client of all requests.

use super::{Cause, Upstream, UpstreamError};
use bytes::Bytes;
use reqwest::header::HeaderMap;
use reqwest::{Certificate, Client, ClientBuilder, Method, RequestBuilder, Response};
use std::{fmt, sync::Arc, time::Duration};
use tokio::time::{Instant, timeout_at};
use url::{Host, Url};

/// How a request ended, for counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// A reply with this HTTP status.
    Status(u16),
    /// No reply in time.
    TimedOut,
    /// No connection, or it broke before a reply.
    Unreachable,
}

/// Called once for every HTTP request that was sent, retries included, with the time until the reply's headers. Must
/// be quick.
pub type UpstreamObserver = Arc<dyn Fn(&Upstream, Outcome, Duration) + Send + Sync>;

/// A request to an upstream.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) upstream: Upstream,
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) content: Option<Content>,
    /// Headers of the settings. Their values may be secret.
    pub(crate) headers: HeaderMap,
    /// Largest reply to accept, in bytes after decompression.
    pub(crate) max_bytes: usize,
}

/// The body of a request.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    pub(crate) content_type: &'static str,
    pub(crate) bytes: Bytes,
}

/// What the client is built from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpOptions {
    /// Certificate authorities to trust in addition to the system's: PEM, one or more certificates.
    pub extra_roots_pem: Option<String>,
    /// Accept any certificate.
    pub skip_verify: bool,
}

/// Why no client could be built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// The extra certificate authority is not a PEM certificate.
    #[error("tlsCACert holds no PEM certificate that can be read")]
    CaCertificate,
    /// The TLS library refuses the options.
    #[error("the HTTP client cannot be set up")]
    Build(#[source] Cause),
}

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const USER_AGENT: &str = concat!("azure-gitops-flux/", env!("CARGO_PKG_VERSION"));

/// An HTTP client; cheap to clone, clones share connections.
///
/// TLS by rustls with the system's certificate authorities, or bundled ones where the system has none. Redirects are
/// never followed, since they could carry a token elsewhere. Proxies as the environment says, except for loopback and
/// link-local addresses (managed identities, the emulator), which no proxy can reach.
#[derive(Clone)]
pub struct Http {
    proxied: Client,
    direct: Client,
    observer: UpstreamObserver,
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").finish_non_exhaustive()
    }
}

impl Http {
    /// Builds the client.
    ///
    /// # Errors
    /// A certificate authority that can't be read; anything else the TLS library refuses. A system without
    /// certificate authorities is **not** an error.
    pub fn new(options: &HttpOptions) -> Result<Self, HttpError> {
        let extra = match &options.extra_roots_pem {
            None => Vec::new(),
            Some(pem) => Certificate::from_pem_bundle(pem.as_bytes())
                .ok()
                .filter(|certificates| !certificates.is_empty())
                .ok_or(HttpError::CaCertificate)?,
        };
        // Building with the system's roots alone fails when the system has none. With extra roots it would succeed, and
        // the client would trust nothing but these. So the system's roots are tried alone first.
        let builder = || builder(options.skip_verify);
        let system = builder().build();
        let bundled = system.is_err();
        let proxied = match system {
            Ok(client) if extra.is_empty() => client,
            _ => with_roots(builder(), &extra, bundled)?,
        };
        let direct = with_roots(builder().no_proxy(), &extra, bundled)?;
        Ok(Self { proxied, direct, observer: Arc::new(|_, _, _| ()) })
    }

    /// The same client, reporting every request to `observer`.
    #[must_use]
    pub fn observed_by(self, observer: UpstreamObserver) -> Self {
        Self { observer, ..self }
    }

    /// The underlying client that suits a URL.
    pub(super) fn client(&self, url: &Url) -> &Client {
        if is_loopback(url) || is_link_local(url) { &self.direct } else { &self.proxied }
    }

    /// Begins a request.
    pub(crate) fn request(&self, method: Method, url: Url) -> RequestBuilder {
        self.client(&url).request(method, url)
    }

    /// Sends a request and waits until `deadline` for the reply's headers. Any HTTP status is a reply, not an error.
    ///
    /// # Errors
    /// [`UpstreamError::Unreachable`] and [`UpstreamError::TimedOut`].
    pub(super) async fn send(
        &self,
        upstream: &Upstream,
        request: RequestBuilder,
        deadline: Instant,
    ) -> Result<Response, UpstreamError> {
        let begun = Instant::now();
        let result = match timeout_at(deadline, request.send()).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(network_error(upstream, error, begun.elapsed())),
            Err(_) => Err(UpstreamError::TimedOut {
                upstream: upstream.clone(),
                after: deadline.duration_since(begun),
            }),
        };
        let outcome = match &result {
            Ok(response) => Outcome::Status(response.status().as_u16()),
            Err(UpstreamError::TimedOut { .. }) => Outcome::TimedOut,
            Err(_) => Outcome::Unreachable,
        };
        self.observe(upstream, outcome, begun.elapsed());
        result
    }

    pub(super) fn observe(&self, upstream: &Upstream, outcome: Outcome, elapsed: Duration) {
        (self.observer)(upstream, outcome, elapsed);
    }
}

fn builder(skip_verify: bool) -> ClientBuilder {
    let builder = Client::builder();
    #[cfg(target_os = "linux")]
    let builder = builder.dns_resolver(super::names::SystemNames);
    builder
        .user_agent(USER_AGENT)
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .tls_danger_accept_invalid_certs(skip_verify)
}

fn with_roots(
    builder: ClientBuilder,
    extra: &[Certificate],
    bundled: bool,
) -> Result<Client, HttpError> {
    let mut roots = extra.to_vec();
    if bundled {
        let certificates = webpki_root_certs::TLS_SERVER_ROOT_CERTS;
        roots.extend(certificates.iter().filter_map(|der| Certificate::from_der(der).ok()));
    }
    builder.tls_certs_merge(roots).build().map_err(|error| HttpError::Build(error.into()))
}

/// The error for a failure below HTTP.
pub(super) fn network_error(
    upstream: &Upstream,
    error: reqwest::Error,
    waited: Duration,
) -> UpstreamError {
    let upstream = upstream.clone();
    if error.is_timeout() && !error.is_connect() {
        UpstreamError::TimedOut { upstream, after: waited }
    } else {
        UpstreamError::Unreachable { upstream, cause: error.into() }
    }
}

/// `true` when a request to `url` can't be read on its way: it uses https, or doesn't leave the machine.
pub fn is_private_channel(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(url),
        _ => false,
    }
}

/// `true` for a loopback address: requests to it don't leave this machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn is_link_local(url: &Url) -> bool {
    matches!(url.host(), Some(Host::Ipv4(address)) if address.is_link_local())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_a_ca_that_is_none() {
        for pem in ["", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            let options = HttpOptions { extra_roots_pem: Some(pem.to_owned()), skip_verify: false };
            assert!(Http::new(&options).is_err(), "{pem:?}");
        }
    }

    const BARE: &str = "AZURE_GITOPS_TEST_BARE_SYSTEM";

    /// Runs itself again in a process that sees no certificate authorities.
    #[test]
    fn works_where_the_system_has_no_certificate_authorities() {
        if std::env::var_os(BARE).is_some() {
            assert!(builder(false).build().is_err(), "the system's roots are still seen");
            Http::new(&HttpOptions::default()).expect("bundled roots");
            return;
        }
        let output = std::process::Command::new(std::env::current_exe().expect("this binary"))
            .args([
                "--exact",
                "upstream::http::tests::works_where_the_system_has_no_certificate_authorities",
            ])
            .envs([
                (BARE, "1"),
                ("SSL_CERT_FILE", "/nonexistent"),
                ("SSL_CERT_DIR", "/nonexistent"),
            ])
            .output()
            .expect("runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}
