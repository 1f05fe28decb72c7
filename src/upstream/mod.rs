//! How we reach Azure: which cloud, as whom, over which HTTP client, and what can go wrong.
//!
//! Everything that is called out to (Resource Graph, Resource Manager, the identity, Prometheus endpoints) goes through
//! [`Http`] and fails with an [`UpstreamError`]. Knows nothing of Flux, and nothing of what the requests ask.

mod cloud;
mod credential;
mod error;
mod http;
pub(crate) mod lenient;
#[cfg(target_os = "linux")]
mod names;
mod refusal;
mod reply;
mod sentence;
mod sign_in;
#[cfg(test)]
pub(crate) mod testing;
mod token;

pub use cloud::{Cloud, CloudError, Clouds};
pub use credential::{CredentialFactory, CredentialSpec};
pub use error::{Cause, ErrorSource, ReplyFault, Upstream, UpstreamError};
pub use http::{
    Http, HttpError, HttpOptions, Outcome, UpstreamObserver, is_loopback, is_private_channel,
};
pub use refusal::{Refusal, printable};
pub use reply::{error_from_response, hinted_wait, read_body, retry_after};
pub use sentence::{sentences, with_causes};
pub use token::{Token, Tokens, sign_in_by};
