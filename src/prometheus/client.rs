//! The client of one Prometheus endpoint or Azure Monitor workspace.

use super::{Sample, reply};
use crate::{
    azure::{
        Http, Token, Tokens, Upstream, UpstreamError, error_from_response, read_body, retry_after,
    },
    domain::Text,
};
use azure_core::credentials::Secret;
use backon::{BackoffBuilder, ExponentialBuilder};
use bytes::Bytes;
use reqwest::{
    Method, RequestBuilder, StatusCode,
    header::{self, HeaderValue},
};
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, sleep, timeout_at};
use url::{Url, form_urlencoded};

/// Bound of one reply, decompressed.
const REPLY_BYTES: usize = 16 * 1024 * 1024;
/// How often one request is sent before its error counts.
const ATTEMPTS: usize = 3;
/// The first wait between two attempts; it doubles with each, with jitter on top.
const BACKOFF: Duration = Duration::from_millis(200);

/// How to sign in to an endpoint. Its `Debug` shows no secrets.
#[derive(Clone, Debug)]
pub enum Auth {
    /// Not at all.
    None,
    /// User and password.
    Basic {
        /// The user; no secret.
        user: String,
        /// The password.
        password: Secret,
    },
    /// A fixed token.
    Bearer(Secret),
    /// Tokens of an Azure identity, over https or to a loopback address only.
    Azure {
        /// Where they come from.
        tokens: Arc<Tokens>,
        /// What they are for: `…/.default`.
        scope: String,
    },
}

/// Asks one endpoint. Its `Debug` shows no secrets.
#[derive(Clone, Debug)]
pub struct PrometheusClient {
    http: Http,
    name: Text,
    url: Url,
    auth: Auth,
}

/// A failed attempt, and how long the endpoint asks to wait.
struct Failure {
    error: UpstreamError,
    wait: Option<Duration>,
}

impl From<UpstreamError> for Failure {
    fn from(error: UpstreamError) -> Self {
        Self { error, wait: None }
    }
}

impl PrometheusClient {
    /// A client for the endpoint called `name` in the settings. `url` is the base that `/api/v1/…` comes after: http
    /// or https, without query and fragment.
    pub fn new(http: Http, name: &str, url: Url, auth: Auth) -> Self {
        Self { http, name: name.into(), url, auth }
    }

    /// The endpoint's name in the settings.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Asks an instant query for now (`POST /api/v1/query`); the reply holds at most 16 MB.
    ///
    /// # Errors
    /// The endpoint, or the identity that signs in to it, fails or refuses; a reply that is no instant vector. Throttling,
    /// 5xx and broken connections count after three attempts, or when the next one could not begin before `deadline`.
    pub async fn instant(
        &self,
        promql: &str,
        deadline: Instant,
    ) -> Result<Vec<Sample>, UpstreamError> {
        let body = self.fetch(&["query"], Some(form(&[("query", promql)])), deadline).await?;
        reply::instant(&self.upstream(), &body)
    }

    /// The version that the endpoint says it has (`GET /api/v1/status/buildinfo`). `None`: it doesn't offer that (an
    /// Azure Monitor workspace doesn't: 400, 404 or 405), or names no version.
    ///
    /// # Errors
    /// As [`PrometheusClient::instant`].
    pub async fn build_info(&self, deadline: Instant) -> Result<Option<String>, UpstreamError> {
        match self.fetch(&["status", "buildinfo"], None, deadline).await {
            Ok(body) => reply::version(&self.upstream(), &body),
            Err(UpstreamError::Refused { status: 400 | 404 | 405, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn upstream(&self) -> Upstream {
        Upstream::Prometheus(self.name.clone())
    }

    /// The URL of an API, `path` being what follows `/api/v1`.
    fn api(&self, path: &[&str]) -> Url {
        let mut url = self.url.clone();
        // Fails only for URLs such as `mailto:`, which can't be sent to.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["api", "v1"]).extend(path);
        }
        url
    }

    /// Sends a request, a POST where there is a form, until it is answered with 200.
    async fn fetch(
        &self,
        path: &[&str],
        form: Option<Bytes>,
        deadline: Instant,
    ) -> Result<Bytes, UpstreamError> {
        let mut backoff = ExponentialBuilder::default()
            .with_min_delay(BACKOFF)
            .with_max_times(ATTEMPTS - 1)
            .with_jitter()
            .build();
        let mut renewed = false;
        loop {
            let failure = match self.attempt(path, form.as_ref(), deadline, &mut renewed).await {
                Ok(body) => return Ok(body),
                Err(failure) => failure,
            };
            // A failed sign-in was tried more than once already.
            let again = failure.error.is_retryable()
                && *failure.error.upstream() != Upstream::Identity
                && !matches!(failure.error, UpstreamError::NotUnderstood { .. });
            // The jitter goes on top of the endpoint's own wait, so that not everybody comes back at once.
            let wait = backoff.next().map(|wait| wait + failure.wait.unwrap_or_default());
            match wait {
                Some(wait) if again && Instant::now() + wait < deadline => sleep(wait).await,
                _ => return Err(failure.error),
            }
        }
    }

    /// Sends a request once, twice where an Azure token is rejected for the first time.
    async fn attempt(
        &self,
        path: &[&str],
        form: Option<&Bytes>,
        deadline: Instant,
        renewed: &mut bool,
    ) -> Result<Bytes, Failure> {
        let upstream = self.upstream();
        let mut token = match &self.auth {
            Auth::Azure { tokens, scope } => Some(in_time(deadline, tokens.bearer(scope)).await?),
            _ => None,
        };
        loop {
            let method = if form.is_some() { Method::POST } else { Method::GET };
            let mut request = self.signed(method, self.api(path), token.as_deref())?;
            if let Some(form) = form {
                request = request
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(form.clone());
            }
            let response = self.http.send(&upstream, request, deadline).await?;
            let status = response.status();
            if status == StatusCode::OK {
                return Ok(read_body(&upstream, response, REPLY_BYTES, deadline).await?);
            }
            if status == StatusCode::UNAUTHORIZED
                && !*renewed
                && let (Auth::Azure { tokens, scope }, Some(rejected)) = (&self.auth, &token)
            {
                *renewed = true;
                token = Some(in_time(deadline, tokens.renew(scope, rejected)).await?);
                continue;
            }
            let asked_to_wait = retry_after(response.headers());
            let error = error_from_response(&upstream, response, deadline).await;
            let wait = match &error {
                UpstreamError::Throttled { retry_after, .. } => *retry_after,
                _ => asked_to_wait,
            };
            return Err(Failure { error, wait });
        }
    }

    fn signed(
        &self,
        method: Method,
        url: Url,
        token: Option<&Token>,
    ) -> Result<RequestBuilder, UpstreamError> {
        if let Some(token) = token {
            return self.http.authorized(&self.upstream(), method, url, token);
        }
        let request = self.http.request(method, url);
        Ok(match &self.auth {
            Auth::Basic { user, password } => request.basic_auth(user, Some(password.secret())),
            Auth::Bearer(token) => request.header(header::AUTHORIZATION, bearer(token)),
            Auth::None | Auth::Azure { .. } => request,
        })
    }
}

fn form(pairs: &[(&str, &str)]) -> Bytes {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().into()
}

/// The header of a fixed token. One that no header can hold is one that no endpoint accepts either.
fn bearer(token: &Secret) -> HeaderValue {
    let mut value = HeaderValue::try_from(format!("Bearer {}", token.secret().trim()))
        .unwrap_or_else(|_| HeaderValue::from_static("Bearer unusable"));
    value.set_sensitive(true);
    value
}

async fn in_time<T>(
    deadline: Instant,
    sign_in: impl Future<Output = Result<T, UpstreamError>>,
) -> Result<T, UpstreamError> {
    let begun = Instant::now();
    timeout_at(deadline, sign_in).await.unwrap_or_else(|_| {
        let after = deadline.duration_since(begun);
        Err(UpstreamError::TimedOut { upstream: Upstream::Identity, after })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure::{
        HttpOptions,
        testing::{Fake, Reply, SignIns, broken_body, reply},
    };
    use std::future::Future;

    const EMPTY: &str = r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#;

    fn client(fake: &Fake, auth: Auth) -> PrometheusClient {
        let http = Http::new(&HttpOptions::default()).expect("client");
        PrometheusClient::new(http, "eu", fake.url.join("base/path").expect("URL"), auth)
    }

    fn asked(client: &PrometheusClient) -> impl Future<Output = Result<usize, UpstreamError>> {
        let deadline = Instant::now() + Duration::from_secs(5);
        async move { Ok(client.instant("count(up{a=\"&b\"})", deadline).await?.len()) }
    }

    fn azure(sign_ins: &Arc<SignIns>) -> Auth {
        let tokens = Arc::new(Tokens::new(sign_ins.factory(), Duration::from_secs(5)));
        Auth::Azure { tokens, scope: "https://prometheus.monitor.azure.com/.default".to_owned() }
    }

    fn ok() -> Reply {
        reply(200, &[], EMPTY)
    }

    #[tokio::test]
    async fn a_query_is_a_form_below_the_base_path() {
        let fake = Fake::start([ok(), reply(405, &[], "")]).await;
        let client = client(&fake, Auth::None);
        assert_eq!(asked(&client).await, Ok(0));
        let deadline = Instant::now() + Duration::from_secs(5);
        assert_eq!(client.build_info(deadline).await, Ok(None));
        let received = fake.received();
        assert_eq!(
            (&received[0].method, &*received[0].target),
            (&Method::POST, "/base/path/api/v1/query")
        );
        assert_eq!(received[0].header("content-type"), "application/x-www-form-urlencoded");
        assert_eq!(received[0].header("authorization"), "");
        assert_eq!(
            (&received[1].method, &*received[1].target),
            (&Method::GET, "/base/path/api/v1/status/buildinfo")
        );
    }

    #[tokio::test]
    async fn passwords_and_tokens_are_sent_and_never_shown() {
        let basic = Auth::Basic { user: "me".to_owned(), password: "s3cret".into() };
        let bearer = Auth::Bearer("s3cret\n".into());
        for (auth, header) in [(basic, "Basic bWU6czNjcmV0"), (bearer, "Bearer s3cret")] {
            let fake = Fake::start([reply(401, &[], "s3cret")]).await;
            let client = client(&fake, auth);
            let error = asked(&client).await.expect_err("refused");
            assert!(matches!(error, UpstreamError::Unauthenticated { .. }), "{error}");
            assert!(!format!("{client:?} {error:?} {error}").contains("s3cret"));
            let received = fake.received();
            assert_eq!((received.len(), received[0].header("authorization")), (1, header));
        }
    }

    #[tokio::test]
    async fn a_rejected_azure_token_is_renewed_once() {
        let fake =
            Fake::start([reply(401, &[], ""), ok(), reply(401, &[], ""), reply(401, &[], "")])
                .await;
        let sign_ins = SignIns::new(3_600);
        let client = client(&fake, azure(&sign_ins));
        assert_eq!(asked(&client).await, Ok(0));
        assert_eq!(fake.received()[1].header("authorization"), "Bearer token-2");
        let error = asked(&client).await.expect_err("rejected again");
        assert!(matches!(error, UpstreamError::Unauthenticated { .. }), "{error}");
        assert_eq!((fake.received().len(), sign_ins.count()), (2, 3));
    }

    #[tokio::test]
    async fn azure_tokens_do_not_travel_over_plain_http() {
        let http = Http::new(&HttpOptions::default()).expect("client");
        let url = Url::parse("http://example.invalid").expect("URL");
        let client = PrometheusClient::new(http, "eu", url, azure(&SignIns::new(3_600)));
        let error = asked(&client).await.expect_err("insecure");
        assert!(matches!(error, UpstreamError::Insecure { .. }), "{error}");
    }

    #[tokio::test]
    async fn what_passes_is_asked_again() {
        let throttled = reply(429, &[("retry-after", "0")], "");
        let fake = Fake::start([throttled, reply(503, &[], ""), ok()]).await;
        assert_eq!(asked(&client(&fake, Auth::None)).await, Ok(0));
        let cut_off = || reply(200, &[], broken_body("{\"status\":"));
        let fake = Fake::start([cut_off(), ok()]).await;
        assert_eq!(asked(&client(&fake, Auth::None)).await, Ok(0));
        let down = || reply(503, &[], "");
        let fake = Fake::start([down(), down(), down(), ok()]).await;
        let error = asked(&client(&fake, Auth::None)).await.expect_err("down");
        assert!(matches!(error, UpstreamError::Unavailable { status: 503, .. }), "{error}");
    }

    #[tokio::test]
    async fn nobody_waits_beyond_the_deadline() {
        let throttled = reply(429, &[("retry-after", "60")], "");
        let fake = Fake::start([throttled, ok()]).await;
        let error = asked(&client(&fake, Auth::None)).await.expect_err("throttled");
        assert!(matches!(error, UpstreamError::Throttled { .. }), "{error}");
        let fake = Fake::start([Reply::Silence]).await;
        let deadline = Instant::now() + Duration::from_millis(50);
        let error = client(&fake, Auth::None).instant("up", deadline).await.expect_err("late");
        assert!(matches!(error, UpstreamError::TimedOut { .. }), "{error}");
    }

    #[tokio::test]
    async fn garbage_and_refusals_are_not_asked_again() {
        for (status, body) in [(200, "<html>"), (200, "{}"), (400, "{}"), (302, "")] {
            let fake = Fake::start([reply(status, &[], body), ok()]).await;
            asked(&client(&fake, Auth::None)).await.expect_err(body);
            assert_eq!(fake.received().len(), 1, "{status} {body}");
        }
    }
}
