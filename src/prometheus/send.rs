//! Sends one question until it is answered: sign-in, retries.

use super::{Auth, PrometheusClient};
use crate::upstream::{
    Token, Upstream, UpstreamError, error_from_response, read_body, retry_after, sign_in_by,
};
use azure_core::credentials::Secret;
use backon::{BackoffBuilder, ExponentialBuilder};
use bytes::Bytes;
use reqwest::{
    Method, RequestBuilder, StatusCode,
    header::{self, HeaderValue},
};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use url::Url;

/// Bound of one reply, decompressed: 5,000 series of 240 points are about 32 MB.
const REPLY_BYTES: usize = 128 * 1024 * 1024;
/// How often one request is sent before its error counts.
const ATTEMPTS: usize = 3;
/// The first wait between two attempts; it doubles with each, with jitter on top.
const BACKOFF: Duration = Duration::from_millis(200);

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
    pub(super) async fn fetch(
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
            Auth::Azure { tokens, scope } => {
                Some(sign_in_by(deadline, tokens.bearer(scope)).await?)
            }
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
                token = Some(sign_in_by(deadline, tokens.renew(scope, rejected)).await?);
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

/// The header of a fixed token. One that no header can hold is one that no endpoint accepts either.
fn bearer(token: &Secret) -> HeaderValue {
    let mut value = HeaderValue::try_from(format!("Bearer {}", token.secret().trim()))
        .unwrap_or_else(|_| HeaderValue::from_static("Bearer unusable"));
    value.set_sensitive(true);
    value
}
