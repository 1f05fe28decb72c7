//! Which errors of a Prometheus endpoint are worth another attempt.

use super::PrometheusClient;
use crate::upstream::{Content, Request, Retries, Sender, UpstreamError, is_sign_in};
use bytes::Bytes;
use reqwest::Method;
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// Largest reply to accept, after decompression: 5,000 series of 240 points are about 32 MB.
const REPLY_BYTES: usize = 128 * 1024 * 1024;

/// Most attempts for one request.
const ATTEMPTS: usize = 3;
const RETRIES: Retries =
    Retries { attempts: ATTEMPTS, backoff: Duration::from_millis(200), attempts_for };

/// A failed sign-in has made attempts of its own, and a reply that isn't Prometheus's is the same the next time.
fn attempts_for(error: &UpstreamError) -> usize {
    match error {
        UpstreamError::NotUnderstood { .. } => 1,
        error if is_sign_in(error) => 1,
        _ => usize::MAX,
    }
}

impl PrometheusClient {
    /// The URL of an API; `path` is what follows `/api/v1`.
    fn api(&self, path: &[&str]) -> Url {
        let mut url = self.url.clone();
        // Fails only for URLs such as `mailto:`, which can't be sent to.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["api", "v1"]).extend(path);
        }
        url
    }

    /// The body of the reply to a request, which is a POST when there is a form.
    ///
    /// # Errors
    /// As [`Sender::send`], after at most three attempts.
    pub(super) async fn fetch(
        &self,
        path: &[&str],
        form: Option<Bytes>,
        deadline: Instant,
    ) -> Result<Bytes, UpstreamError> {
        let content_type = "application/x-www-form-urlencoded";
        let request = Request {
            upstream: self.upstream(),
            method: if form.is_some() { Method::POST } else { Method::GET },
            url: self.api(path),
            content: form.map(|bytes| Content { content_type, bytes }),
            max_bytes: REPLY_BYTES,
        };
        let sender = Sender {
            http: &self.http,
            auth: &self.auth,
            quota: None,
            attempt_timeout: None,
            retries: RETRIES,
        };
        sender.send(&request, deadline, Ok).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upstream::{ReplyFault, Upstream};

    #[test]
    fn failed_sign_ins_and_foreign_replies_are_not_retried() {
        let endpoint = || Upstream::Prometheus("eu".into());
        let timed_out =
            |upstream| UpstreamError::TimedOut { upstream, after: Duration::from_secs(1) };
        assert_eq!(attempts_for(&timed_out(Upstream::Identity)), 1);
        assert_eq!(attempts_for(&timed_out(endpoint())), usize::MAX);
        let fault = ReplyFault::Decode("compressed body".into());
        assert_eq!(attempts_for(&UpstreamError::NotUnderstood { upstream: endpoint(), fault }), 1);
    }
}
