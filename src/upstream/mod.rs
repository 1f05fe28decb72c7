//! HTTP upstreams: clouds, sign-in, tokens, one HTTP client, one function that sends with retries, error texts.
//!
//! Every request (to Resource Graph, Resource Manager, the identity, Prometheus endpoints) goes through [`Http`] and fails
//! with an [`UpstreamError`]. [`Sender::send`] is the only retry loop. This module knows nothing of Flux, and nothing of
//! the content of requests.

mod auth;
mod cloud;
mod credential;
mod error;
mod http;
pub(crate) mod lenient;
#[cfg(target_os = "linux")]
mod names;
mod quota;
mod refusal;
mod reply;
mod send;
mod sentence;
mod sign_in;
#[cfg(test)]
pub(crate) mod testing;
mod token;
mod transport;

pub use auth::Auth;
pub use cloud::Clouds;
pub(crate) use cloud::{Cloud, CloudError};
pub use credential::CredentialSpec;
pub(crate) use error::{Cause, ErrorSource, ReplyFault};
pub use error::{Upstream, UpstreamError};
pub(crate) use http::{
    Content, HttpError, Outcome, Request, UpstreamObserver, is_loopback, is_private_channel,
};
pub use http::{Http, HttpOptions};
pub(crate) use quota::Quota;
pub use refusal::Refusal;
pub(crate) use refusal::printable;
pub(crate) use send::{Retries, Sender, is_sign_in};
pub(crate) use sentence::{sentences, with_causes};
pub(crate) use sign_in::CredentialFactory;
pub(crate) use token::Tokens;
