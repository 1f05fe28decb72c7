//! The HTTP client that `azure_identity` signs in with.

use super::{Http, Outcome, Refusal, Upstream};
use async_trait::async_trait;
use azure_core::{
    error::{Error, ErrorKind},
    http::{AsyncRawResponse, HttpClient, Request},
};
use futures::TryStreamExt as _;
use std::time::Instant;

/// Largest reply of the identity to accept, in bytes after decompression.
const REPLY_BYTES: usize = 256 * 1024;

/// Gives `azure_identity` the plugin's HTTP client. The library's own client panics when the system has no certificate
/// authorities.
#[derive(Debug)]
pub(super) struct Transport {
    http: Http,
}

impl Transport {
    pub(super) fn new(http: Http) -> Self {
        Self { http }
    }
}

#[async_trait]
impl HttpClient for Transport {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let begun = Instant::now();
        let result = self.http.client(request.url()).execute_request(request).await;
        let outcome = result
            .as_ref()
            .map_or(Outcome::Unreachable, |reply| Outcome::Status(reply.status().into()));
        self.http.observe(&Upstream::Identity, outcome, begun.elapsed());
        bounded(result?).await
    }
}

/// Reads a reply, up to [`REPLY_BYTES`], and replaces the body of a refusal by its error code and message.
///
/// Without this, the library couldn't read the refusal: it borrows `error_description` from the body, which fails for
/// every text with an escaped character. Microsoft Entra's descriptions have line breaks, so a wrong secret would be
/// reported as a reply that is "not understood".
pub(super) async fn bounded(reply: AsyncRawResponse) -> azure_core::Result<AsyncRawResponse> {
    let (status, headers, mut stream) = reply.deconstruct();
    let mut body = Vec::new();
    while let Some(chunk) = stream.try_next().await? {
        if body.len() + chunk.len() > REPLY_BYTES {
            let message = "the reply is too large";
            return Err(Error::with_message(ErrorKind::DataConversion, message));
        }
        body.extend_from_slice(&chunk);
    }
    if !status.is_success() {
        let words = Refusal::parse(&body).to_string().replace(['"', '\\'], "'");
        body = format!("{{\"error\":\"{words}\"}}").into_bytes();
    }
    Ok(AsyncRawResponse::from_bytes(status, headers, body))
}
