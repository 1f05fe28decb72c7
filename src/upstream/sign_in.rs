//! One sign-in: over our HTTP client, within a time, with errors that can be shown.

use super::{
    Cause, CredentialFactory, Http, Outcome, Refusal, ReplyFault, Upstream, UpstreamError,
    printable, reply::error_from_parts,
};
use async_trait::async_trait;
use azure_core::{
    credentials::AccessToken,
    error::{Error, ErrorKind},
    http::{AsyncRawResponse, HttpClient, Request},
};
use futures::TryStreamExt as _;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use std::{
    error::Error as StdError,
    time::{Duration, Instant},
};

/// Bound of a reply of the identity, decompressed.
const REPLY_BYTES: usize = 256 * 1024;

/// Asks for one token of `scope` with a new credential.
pub(super) async fn token(
    factory: &CredentialFactory,
    scope: &str,
    timeout: Duration,
) -> Result<AccessToken, UpstreamError> {
    let scopes = [scope];
    let signing_in = async { factory()?.get_token(&scopes, None).await };
    match tokio::time::timeout(timeout, signing_in).await {
        Ok(result) => result.map_err(|error| sign_in_error(&error)),
        Err(_) => Err(UpstreamError::TimedOut { upstream: Upstream::Identity, after: timeout }),
    }
}

/// Gives `azure_identity` our HTTP client. Its own one panics where the system has no certificate authorities.
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

/// Reads a reply, up to [`REPLY_BYTES`], and puts the identity's words in place of the body of a refusal.
///
/// That is more than tidiness: the library borrows `error_description` from the body, which fails for every text with
/// an escaped character. Microsoft Entra's descriptions have line breaks, so each wrong secret would be a reply that is
/// "not understood".
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

/// What a failed sign-in becomes. The library's own texts may hold whole bodies, so they are used only where no reply
/// is behind them.
fn sign_in_error(error: &Error) -> UpstreamError {
    let upstream = Upstream::Identity;
    let mut top_text = None;
    let mut next: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(network) = error.downcast_ref::<reqwest::Error>() {
            // Without the text of `network` itself, which holds the URL.
            let cause = network.source().map_or_else(|| Cause::chain(&NoCause), Cause::chain);
            return UpstreamError::Unreachable { upstream, cause };
        }
        if let Some(known) = error.downcast_ref::<Error>() {
            match known.kind() {
                ErrorKind::HttpResponse { status, raw_response, .. } => {
                    let (headers, body) = raw_response.as_ref().map_or_else(
                        || (HeaderMap::new(), &[][..]),
                        |reply| (header_map(reply.headers()), &reply.body()[..]),
                    );
                    return refused_sign_in(u16::from(*status), &headers, body);
                }
                ErrorKind::DataConversion => {
                    return UpstreamError::NotUnderstood {
                        upstream,
                        fault: ReplyFault::Decode("sign-in".into()),
                    };
                }
                ErrorKind::Credential
                | ErrorKind::Connection
                | ErrorKind::Io
                | ErrorKind::Other => {
                    top_text.get_or_insert_with(|| known.to_string());
                }
            }
        }
        next = error.source();
    }
    // Settings that the library refuses, a token file that can't be read, the words of the Azure CLI.
    let text = top_text.unwrap_or_default();
    let text = text.split("\nTo troubleshoot").next().unwrap_or_default();
    UpstreamError::Unauthenticated { upstream, refusal: Refusal::new("", &printable(text)) }
}

/// An identity answers a refused sign-in with 400 or 401, and an identity that isn't assigned with 400 or 404.
fn refused_sign_in(status: u16, headers: &HeaderMap, body: &[u8]) -> UpstreamError {
    match error_from_parts(&Upstream::Identity, status, headers, body) {
        UpstreamError::Refused { upstream, status: 400 | 404, refusal } => {
            UpstreamError::Unauthenticated { upstream, refusal }
        }
        other => other,
    }
}

fn header_map(headers: &azure_core::http::headers::Headers) -> HeaderMap {
    headers
        .iter()
        .filter_map(|(name, value)| {
            Some((
                HeaderName::try_from(name.as_str()).ok()?,
                HeaderValue::try_from(value.as_str()).ok()?,
            ))
        })
        .collect()
}

#[derive(Debug, thiserror::Error)]
#[error("the connection failed")]
struct NoCause;
