//! Which errors of Resource Graph and Resource Manager are worth another attempt.

use super::ArgClient;
use crate::upstream::{Request, Retries, Sender, Upstream, UpstreamError, is_sign_in};
use bytes::Bytes;
use tokio::time::Instant;

impl ArgClient {
    /// Sends a request until `decode` accepts its reply. Requests to Resource Graph wait for their turn in its quota.
    ///
    /// # Errors
    /// Those of [`Sender::send`], after at most [`super::Limits::attempts`] attempts. Errors that took long get fewer
    /// attempts.
    pub(super) async fn fetch<T>(
        &self,
        request: &Request,
        deadline: Instant,
        decode: impl FnMut(Bytes) -> Result<T, UpstreamError>,
    ) -> Result<T, UpstreamError> {
        let sender = Sender {
            http: &self.http,
            auth: &self.auth,
            quota: (request.upstream == Upstream::ResourceGraph).then_some(&self.quota),
            attempt_timeout: Some(self.limits.request_timeout),
            retries: Retries {
                attempts: self.limits.attempts,
                backoff: self.limits.backoff,
                attempts_for,
            },
        };
        sender.send(request, deadline, decode).await
    }
}

/// A user waits for the answer. A timeout gets two attempts because it has already taken long, a failed sign-in also
/// gets two, and a sign-in that timed out gets one.
fn attempts_for(error: &UpstreamError) -> usize {
    match error {
        UpstreamError::TimedOut { upstream: Upstream::Identity, .. } => 1,
        UpstreamError::TimedOut { .. } => 2,
        error if is_sign_in(error) => 2,
        _ => usize::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn timeouts_and_sign_ins_get_fewer_attempts() {
        let timed_out =
            |upstream| UpstreamError::TimedOut { upstream, after: Duration::from_secs(1) };
        let throttled = |upstream| UpstreamError::Throttled { upstream, retry_after: None };
        assert_eq!(attempts_for(&timed_out(Upstream::Identity)), 1);
        assert_eq!(attempts_for(&timed_out(Upstream::ResourceGraph)), 2);
        assert_eq!(attempts_for(&throttled(Upstream::Identity)), 2);
        assert_eq!(attempts_for(&throttled(Upstream::ResourceGraph)), usize::MAX);
    }
}
