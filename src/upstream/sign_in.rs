//! One sign-in: bounded in time, with errors that can be shown to a user.

use super::{
    Cause, Refusal, ReplyFault, Upstream, UpstreamError, printable, reply::error_from_parts,
};
use azure_core::{
    credentials::{AccessToken, TokenCredential},
    error::{Error, ErrorKind},
};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use std::{error::Error as StdError, sync::Arc, time::Duration};

/// Makes a new credential object, with nothing cached in it.
pub type CredentialFactory =
    Arc<dyn Fn() -> azure_core::Result<Arc<dyn TokenCredential>> + Send + Sync>;

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

/// The error for a failed sign-in. The library's own texts may hold whole bodies, so they are used only when the failure
/// doesn't come from a reply.
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
