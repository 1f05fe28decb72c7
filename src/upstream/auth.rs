//! How a request signs in.

use super::UpstreamError;
use super::http::{Http, Request, is_private_channel};
use super::token::{Token, Tokens, bearer_header, sign_in_by};
use azure_core::credentials::Secret;
use flux::Text;
use reqwest::{RequestBuilder, header};
use std::sync::Arc;
use tokio::time::Instant;

/// How to sign in to an upstream. Its `Debug` shows no secrets.
#[derive(Clone, Debug)]
pub enum Auth {
    /// No sign-in.
    None,
    /// User and password.
    Basic {
        /// The user; not a secret.
        user: String,
        /// The password.
        password: Secret,
    },
    /// A fixed token.
    Bearer(Secret),
    /// Tokens of an Azure identity; sent over https or to a loopback address only.
    Azure {
        /// The identity's tokens.
        tokens: Arc<Tokens>,
        /// Scope of the tokens: `…/.default`.
        scope: String,
    },
}

impl Auth {
    /// The Azure token to send; `None` when the upstream takes no Azure token.
    pub(super) async fn token(
        &self,
        deadline: Instant,
    ) -> Result<Option<Arc<Token>>, UpstreamError> {
        match self {
            Self::Azure { tokens, scope } => {
                Ok(Some(sign_in_by(deadline, tokens.bearer(scope)).await?))
            }
            Self::None | Self::Basic { .. } | Self::Bearer(_) => Ok(None),
        }
    }

    /// The Azure token that replaces `rejected`; `None` when the sign-in can't be renewed (a password stays wrong).
    pub(super) async fn renewed(
        &self,
        rejected: Option<&Arc<Token>>,
        deadline: Instant,
    ) -> Result<Option<Arc<Token>>, UpstreamError> {
        match (self, rejected) {
            (Self::Azure { tokens, scope }, Some(rejected)) => {
                Ok(Some(sign_in_by(deadline, tokens.renew(scope, rejected)).await?))
            }
            _ => Ok(None),
        }
    }

    /// Begins a request that carries the sign-in; `token` is what [`Auth::token`] or [`Auth::renewed`] gave.
    ///
    /// # Errors
    /// [`UpstreamError::Insecure`] for an Azure token to a URL that is neither https nor on a loopback address.
    pub(super) fn sign(
        &self,
        http: &Http,
        request: &Request,
        token: Option<&Token>,
    ) -> Result<RequestBuilder, UpstreamError> {
        let builder = http.request(request.method.clone(), request.url.clone());
        Ok(match (self, token) {
            (_, Some(token)) if is_private_channel(&request.url) => {
                builder.header(header::AUTHORIZATION, token.header_value())
            }
            (_, Some(_)) => {
                return Err(UpstreamError::Insecure {
                    upstream: request.upstream.clone(),
                    host: Text::from(request.url.host_str().unwrap_or_default()),
                });
            }
            (Self::Basic { user, password }, None) => {
                builder.basic_auth(user, Some(password.secret()))
            }
            (Self::Bearer(token), None) => {
                builder.header(header::AUTHORIZATION, bearer_header(token))
            }
            (Self::None | Self::Azure { .. }, None) => builder,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upstream::{HttpOptions, Upstream};
    use reqwest::{Method, header::HeaderMap};
    use url::Url;

    #[test]
    fn azure_tokens_travel_over_https_or_on_loopback() {
        let http = Http::new(&HttpOptions::default()).expect("client");
        let token = Token::fake("t0ken");
        let signed = |url: &str| {
            let request = Request {
                upstream: Upstream::ResourceGraph,
                method: Method::GET,
                url: Url::parse(url).expect(url),
                content: None,
                headers: HeaderMap::new(),
                max_bytes: 0,
            };
            Auth::None.sign(&http, &request, Some(&token)).map(|_| ())
        };
        for url in [
            "https://management.azure.com",
            "http://127.0.0.1:80",
            "http://[::1]:80",
            "http://localhost:80",
        ] {
            assert_eq!(signed(url), Ok(()), "{url}");
        }
        for url in [
            "http://management.azure.com",
            "http://10.0.0.1",
            "http://localhost.example.com",
            "ftp://127.0.0.1",
        ] {
            assert!(matches!(signed(url), Err(UpstreamError::Insecure { .. })), "{url}");
        }
    }
}
