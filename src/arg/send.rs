//! Sends one request until it is answered: tokens, pacing, retries.

use super::ArgClient;
use crate::upstream::{
    Upstream, UpstreamError, error_from_response, hinted_wait, read_body, retry_after, sign_in_by,
};
use backon::{BackoffBuilder, ExponentialBuilder};
use bytes::Bytes;
use reqwest::{Method, StatusCode, header};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use url::Url;

const LONGEST_BACKOFF: Duration = Duration::from_secs(20);

/// One request, sent as often as it takes.
pub(super) struct Call {
    pub(super) upstream: Upstream,
    pub(super) method: Method,
    pub(super) url: Url,
    /// JSON.
    pub(super) body: Option<Bytes>,
    /// Bound of the reply, decompressed.
    pub(super) max_bytes: usize,
}

/// A failed attempt, and how long the upstream asks to wait.
struct Failure {
    error: UpstreamError,
    wait: Option<Duration>,
}

impl From<UpstreamError> for Failure {
    fn from(error: UpstreamError) -> Self {
        let wait = match &error {
            UpstreamError::Throttled { retry_after, .. } => *retry_after,
            _ => None,
        };
        Self { error, wait }
    }
}

impl Failure {
    /// Attempts after which this failure counts. What has already taken long gets fewer: a timeout, or a sign-in, which
    /// makes attempts of its own.
    fn most_attempts(&self) -> usize {
        match &self.error {
            UpstreamError::TimedOut { upstream: Upstream::Identity, .. } => 1,
            UpstreamError::TimedOut { .. } => 2,
            error if *error.upstream() == Upstream::Identity => 2,
            _ => usize::MAX,
        }
    }

    /// How long to wait before the next attempt; `None` = give up: the error will not go away, there are no attempts
    /// left (`backoff` is `None`), or the wait would not end before `deadline`.
    fn next_wait(
        &self,
        backoff: Option<Duration>,
        now: Instant,
        deadline: Instant,
    ) -> Option<Duration> {
        if !self.error.is_retryable() {
            return None;
        }
        // The jitter of `backoff` goes on top of the upstream's own wait, so that not everybody comes back at once.
        let wait = backoff? + self.wait.unwrap_or_default();
        (now + wait < deadline).then_some(wait)
    }
}

impl ArgClient {
    /// Sends a call until `decode` accepts its reply.
    ///
    /// # Errors
    /// The last attempt's error: one that isn't retryable, the last of [`super::Limits::attempts`], or one after which
    /// the wait would go beyond `deadline`; never sleeps longer than that. People wait for the answer: a timeout counts
    /// at the second attempt, as does a failed sign-in, and a sign-in that timed out at the first.
    pub(super) async fn fetch<T>(
        &self,
        call: &Call,
        deadline: Instant,
        mut decode: impl FnMut(Bytes) -> Result<T, UpstreamError>,
    ) -> Result<T, UpstreamError> {
        let mut backoff = ExponentialBuilder::default()
            .with_min_delay(self.limits.backoff)
            .with_max_delay(LONGEST_BACKOFF)
            .with_max_times(self.limits.attempts.saturating_sub(1))
            .with_jitter()
            .build();
        let mut renewed = false;
        let mut attempts = 0;
        loop {
            attempts += 1;
            let attempt = self.attempt(call, deadline, &mut renewed).await;
            let failure = match attempt {
                Ok(body) => match decode(body) {
                    Ok(value) => return Ok(value),
                    Err(error) => Failure::from(error),
                },
                Err(failure) => failure,
            };
            match failure.next_wait(backoff.next(), Instant::now(), deadline) {
                Some(wait) if attempts < failure.most_attempts() => sleep(wait).await,
                _ => return Err(failure.error),
            }
        }
    }

    /// Sends a call once, twice where its token is rejected for the first time.
    async fn attempt(
        &self,
        call: &Call,
        deadline: Instant,
        renewed: &mut bool,
    ) -> Result<Bytes, Failure> {
        let upstream = &call.upstream;
        let paced = *upstream == Upstream::ResourceGraph;
        let mut token = sign_in_by(deadline, self.tokens.bearer(&self.scope)).await?;
        loop {
            if paced && let Err(wait) = self.quota.admit(deadline).await {
                let upstream = upstream.clone();
                return Err(UpstreamError::Throttled { upstream, retry_after: Some(wait) }.into());
            }
            let method = call.method.clone();
            let mut request = self.http.authorized(upstream, method, call.url.clone(), &token)?;
            if let Some(body) = &call.body {
                request =
                    request.header(header::CONTENT_TYPE, "application/json").body(body.clone());
            }
            let until = deadline.min(Instant::now() + self.limits.request_timeout);
            let response = self.http.send(upstream, request, until).await?;
            if paced {
                self.quota.note(response.headers(), hinted_wait(response.headers(), &[]));
            }
            let status = response.status();
            if status == StatusCode::OK {
                return Ok(read_body(upstream, response, call.max_bytes, until).await?);
            }
            if status == StatusCode::UNAUTHORIZED && !*renewed {
                *renewed = true;
                token = sign_in_by(deadline, self.tokens.renew(&self.scope, &token)).await?;
                continue;
            }
            let asked_to_wait = retry_after(response.headers());
            let error = error_from_response(upstream, response, until).await;
            let mut failure = Failure::from(error);
            failure.wait = failure.wait.or(asked_to_wait);
            if paced && status == StatusCode::TOO_MANY_REQUESTS {
                self.quota.hold(failure.wait.unwrap_or_default());
            }
            return Err(failure);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn waits_as_long_as_asked_but_never_beyond_the_deadline() {
        let now = Instant::now();
        let deadline = now + SECOND * 60;
        let throttled = |seconds: Option<u32>| {
            Failure::from(UpstreamError::Throttled {
                upstream: Upstream::ResourceGraph,
                retry_after: seconds.map(|seconds| SECOND * seconds),
            })
        };
        let wait = |seconds| throttled(seconds).next_wait(Some(SECOND), now, deadline);
        assert_eq!(wait(Some(7)), Some(SECOND * 8));
        assert_eq!(wait(None), Some(SECOND));
        assert_eq!(wait(Some(372)), None);
        assert_eq!(throttled(None).next_wait(None, now, deadline), None);
    }

    #[tokio::test(start_paused = true)]
    async fn what_will_not_go_away_is_not_asked_again() {
        let now = Instant::now();
        let too_large = Failure::from(UpstreamError::TooLarge {
            upstream: Upstream::ResourceGraph,
            limit_bytes: 1,
        });
        assert_eq!(too_large.next_wait(Some(SECOND), now, now + SECOND * 60), None);
    }
}
