//! Sends a request until it is answered: sign-in, quota, waits, retries. The only retry loop for HTTP requests.

use super::auth::Auth;
use super::http::{Http, Request};
use super::quota::Quota;
use super::reply::{error_from_response, hinted_wait, read_body, retry_after};
use super::{Upstream, UpstreamError};
use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use bytes::Bytes;
use reqwest::{StatusCode, header};
use std::time::Duration;
use tokio::time::{Instant, sleep};

const LONGEST_BACKOFF: Duration = Duration::from_secs(20);

/// How often a request is sent, and how long to wait in between.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Retries {
    /// Most attempts, the first included; at least 1.
    pub(crate) attempts: usize,
    /// The first wait between two attempts. It doubles with each, up to 20 s; a random part of up to as much again
    /// is added, so that clients don't come back at the same moment.
    pub(crate) backoff: Duration,
    /// Most attempts for one kind of error; called for retryable errors only ([`UpstreamError::is_retryable`]).
    pub(crate) attempts_for: fn(&UpstreamError) -> usize,
}

/// How the requests of one client are sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sender<'a> {
    pub(crate) http: &'a Http,
    pub(crate) auth: &'a Auth,
    /// The quota that the requests use up; `None` when they use none.
    pub(crate) quota: Option<&'a Quota>,
    /// Longest time for one attempt; `None`: until the deadline.
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) retries: Retries,
}

/// A failed attempt.
#[derive(Debug)]
struct FailedAttempt {
    error: UpstreamError,
    /// How long the upstream asks to wait.
    wait: Option<Duration>,
}

impl From<UpstreamError> for FailedAttempt {
    fn from(error: UpstreamError) -> Self {
        let wait = match &error {
            UpstreamError::Throttled { retry_after, .. } => *retry_after,
            _ => None,
        };
        Self { error, wait }
    }
}

/// The attempts of one request so far.
struct Attempts {
    made: usize,
    backoff: ExponentialBackoff,
    most_for: fn(&UpstreamError) -> usize,
}

impl Retries {
    fn start(&self) -> Attempts {
        let backoff = ExponentialBuilder::default()
            .with_min_delay(self.backoff)
            .with_max_delay(LONGEST_BACKOFF)
            .with_max_times(self.attempts.saturating_sub(1))
            .with_jitter()
            .build();
        Attempts { made: 0, backoff, most_for: self.attempts_for }
    }
}

impl Attempts {
    /// Sleeps until the next attempt.
    ///
    /// # Errors
    /// The failure is final: it isn't retryable, it was the last attempt for its kind, or the wait would not end
    /// before `deadline`. Then nothing is waited for.
    async fn wait_after(
        &mut self,
        failure: FailedAttempt,
        deadline: Instant,
    ) -> Result<(), UpstreamError> {
        self.made += 1;
        // The backoff's random part goes on top of the upstream's own wait: clients that were told the same wait
        // don't come back at the same moment.
        let wait = self.backoff.next().map(|backoff| backoff + failure.wait.unwrap_or_default());
        let error = failure.error;
        let again = error.is_retryable() && self.made < (self.most_for)(&error);
        match wait {
            Some(wait) if again && Instant::now() + wait < deadline => {
                sleep(wait).await;
                Ok(())
            }
            _ => Err(error),
        }
    }
}

impl Sender<'_> {
    /// Sends a request until `decode` accepts its reply. Only 200 is a good status.
    ///
    /// An Azure token that the upstream rejects (401) is renewed once for each request, without a wait.
    ///
    /// # Errors
    /// The last attempt's error; see [`Retries`].
    pub(crate) async fn send<T>(
        &self,
        request: &Request,
        deadline: Instant,
        mut decode: impl FnMut(Bytes) -> Result<T, UpstreamError>,
    ) -> Result<T, UpstreamError> {
        let mut renewed = false;
        let mut attempts = self.retries.start();
        loop {
            let attempt = self.attempt(request, deadline, &mut renewed).await;
            match attempt.and_then(|body| decode(body).map_err(FailedAttempt::from)) {
                Ok(value) => return Ok(value),
                Err(failure) => attempts.wait_after(failure, deadline).await?,
            }
        }
    }

    /// Sends a request once, twice when its token is rejected and was not `renewed` yet.
    async fn attempt(
        &self,
        request: &Request,
        deadline: Instant,
        renewed: &mut bool,
    ) -> Result<Bytes, FailedAttempt> {
        let upstream = &request.upstream;
        let mut token = self.auth.token(deadline).await?;
        loop {
            if let Some(quota) = self.quota
                && let Err(wait) = quota.admit(deadline).await
            {
                let upstream = upstream.clone();
                return Err(UpstreamError::Throttled { upstream, retry_after: Some(wait) }.into());
            }
            let mut builder = self.auth.sign(self.http, request, token.as_deref())?;
            builder = builder.headers(request.headers.clone());
            if let Some(content) = &request.content {
                builder = builder
                    .header(header::CONTENT_TYPE, content.content_type)
                    .body(content.bytes.clone());
            }
            let until = self
                .attempt_timeout
                .map_or(deadline, |timeout| deadline.min(Instant::now() + timeout));
            let response = self.http.send(upstream, builder, until).await?;
            if let Some(quota) = self.quota {
                quota.note(response.headers(), hinted_wait(response.headers(), &[]));
            }
            let status = response.status();
            if status == StatusCode::OK {
                return Ok(read_body(upstream, response, request.max_bytes, until).await?);
            }
            if status == StatusCode::UNAUTHORIZED
                && !*renewed
                && let Some(other) = self.auth.renewed(token.as_ref(), deadline).await?
            {
                *renewed = true;
                token = Some(other);
                continue;
            }
            let asked_to_wait = retry_after(response.headers());
            let error = error_from_response(upstream, response, until).await;
            let mut failure = FailedAttempt::from(error);
            failure.wait = failure.wait.or(asked_to_wait);
            if status == StatusCode::TOO_MANY_REQUESTS
                && let Some(quota) = self.quota
            {
                quota.hold(failure.wait.unwrap_or_default());
            }
            return Err(failure);
        }
    }
}

/// `true` when a failed sign-in is behind an error. The sign-in makes attempts of its own.
pub(crate) fn is_sign_in(error: &UpstreamError) -> bool {
    *error.upstream() == Upstream::Identity
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upstream::{Refusal, ReplyFault};

    const SECOND: Duration = Duration::from_secs(1);
    const RETRIES: Retries = Retries { attempts: 3, backoff: SECOND, attempts_for: |_| usize::MAX };

    fn throttled(retry_after: Option<Duration>) -> UpstreamError {
        UpstreamError::Throttled { upstream: Upstream::ResourceGraph, retry_after }
    }

    fn unavailable() -> UpstreamError {
        let upstream = Upstream::ResourceGraph;
        UpstreamError::Unavailable { upstream, status: 503, refusal: Refusal::default() }
    }

    /// How many attempts there were and how long they took, when they fail with `errors`, one after the other; the last
    /// error repeats.
    async fn failing(
        retries: Retries,
        deadline: Duration,
        errors: &[UpstreamError],
    ) -> (usize, Duration) {
        let (mut attempts, begun) = (retries.start(), Instant::now());
        loop {
            let error = errors[attempts.made.min(errors.len() - 1)].clone();
            let waited =
                attempts.wait_after(FailedAttempt::from(error.clone()), begun + deadline).await;
            if let Err(last) = waited {
                assert_eq!(last, error);
                return (attempts.made, begun.elapsed());
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn waits_double_and_the_attempts_are_bounded() {
        let (attempts, took) = failing(RETRIES, SECOND * 60, &[unavailable()]).await;
        assert_eq!(attempts, 3);
        // 1 s and 2 s, each with a random part of up to as much again.
        assert!((SECOND * 3..=SECOND * 6).contains(&took), "{took:?}");
        let once = Retries { attempts: 1, ..RETRIES };
        assert_eq!(failing(once, SECOND * 60, &[unavailable()]).await, (1, Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn the_upstreams_wait_is_obeyed_but_never_beyond_the_deadline() {
        let (attempts, took) = failing(RETRIES, SECOND * 60, &[throttled(Some(SECOND * 7))]).await;
        assert_eq!(attempts, 3);
        assert!((SECOND * 17..=SECOND * 20).contains(&took), "{took:?}");
        let too_long = throttled(Some(SECOND * 372));
        assert_eq!(failing(RETRIES, SECOND * 60, &[too_long]).await, (1, Duration::ZERO));
        // Time for the first wait and not for the second.
        let (attempts, took) = failing(RETRIES, SECOND * 12, &[throttled(Some(SECOND * 7))]).await;
        assert_eq!(attempts, 2);
        assert!(took < SECOND * 12, "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_that_stays_is_not_retried() {
        let upstream = Upstream::ResourceGraph;
        let too_large = UpstreamError::TooLarge { upstream: upstream.clone(), limit_bytes: 1 };
        assert_eq!(failing(RETRIES, SECOND * 60, &[too_large]).await, (1, Duration::ZERO));
        let shape = UpstreamError::NotUnderstood { upstream, fault: ReplyFault::ResourceId };
        assert_eq!(failing(RETRIES, SECOND * 60, &[shape]).await.0, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_bounds_the_attempts_for_a_kind_of_error() {
        let twice = Retries { attempts_for: |_| 2, ..RETRIES };
        assert_eq!(failing(twice, SECOND * 60, &[unavailable()]).await.0, 2);
        // Attempts that failed with other errors count as well.
        let mixed = Retries {
            attempts_for: |error| match error {
                UpstreamError::Throttled { .. } => usize::MAX,
                _ => 2,
            },
            ..RETRIES
        };
        let errors = [throttled(None), unavailable()];
        assert_eq!(failing(mixed, SECOND * 60, &errors).await.0, 2);
    }
}
