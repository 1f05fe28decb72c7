//! Tokens: issued by the endpoints of Entra ID and of managed identity, checked by all others.

use super::reply::{expired, plain_error, reply, unauthorized};
use super::{Shared, random};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use flux::{UtcMillis, same_text};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Mutex;

/// A token that the emulator issued.
#[derive(Clone, Debug)]
struct Issued {
    principal: String,
    /// The resource that the token is for, without `/.default`.
    audience: String,
    expires: UtcMillis,
}

/// The tokens that the emulator issued.
#[derive(Debug, Default)]
pub(super) struct Tokens(Mutex<HashMap<String, Issued>>);

impl Tokens {
    fn issue(&self, principal: &str, audience: &str, expires: UtcMillis) -> String {
        let token = format!("emu.{}", random::hex(64));
        let audience = audience.trim_end_matches("/.default").trim_end_matches('/').to_owned();
        let issued = Issued { principal: principal.to_owned(), audience, expires };
        super::lock(&self.0).insert(token.clone(), issued);
        token
    }
}

/// Audience of tokens for Azure Monitor workspaces.
pub const PROMETHEUS_AUDIENCE: &str = "https://prometheus.monitor.azure.com";

/// The principal of a request's token, or `anonymous` when no token is required.
pub(super) fn principal(shared: &Shared, headers: &HeaderMap) -> Result<String, Box<Response>> {
    Ok(issued(shared, headers)?.map_or_else(|| "anonymous".to_owned(), |issued| issued.principal))
}

/// The principal of a request to an Azure Monitor workspace. Workspaces accept only tokens with their own audience.
pub(super) fn prometheus_principal(
    shared: &Shared,
    headers: &HeaderMap,
) -> Result<String, Box<Response>> {
    match issued(shared, headers)? {
        None => Ok("anonymous".to_owned()),
        Some(issued) if same_text(&issued.audience, PROMETHEUS_AUDIENCE) => Ok(issued.principal),
        Some(issued) => {
            let text = format!(
                "The access token has been obtained for wrong audience or resource '{}'. It should exactly match with one of the allowed audiences '{PROMETHEUS_AUDIENCE}'.",
                issued.audience
            );
            Err(Box::new(unauthorized("InvalidAuthenticationTokenAudience", &text)))
        }
    }
}

/// The issued token of a request. `None`: the request has no token, and none is required.
fn issued(shared: &Shared, headers: &HeaderMap) -> Result<Option<Issued>, Box<Response>> {
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(authorization) = authorization else {
        if !shared.options.require_token {
            return Ok(None);
        }
        return Err(Box::new(unauthorized(
            "AuthenticationFailed",
            "Authentication failed. The 'Authorization' header is missing.",
        )));
    };
    let token = authorization.split_once(' ').filter(|(scheme, _)| same_text(scheme, "Bearer"));
    let issued = token.and_then(|(_, token)| super::lock(&shared.tokens.0).get(token).cloned());
    let Some(issued) = issued else {
        if !shared.options.require_token {
            return Ok(None);
        }
        return Err(Box::new(unauthorized(
            "InvalidAuthenticationToken",
            "The access token is invalid.",
        )));
    };
    let now = shared.wall.now();
    if issued.expires <= now {
        return Err(Box::new(expired(issued.expires, now)));
    }
    Ok(Some(issued))
}

/// `POST /{tenant}/oauth2/v2.0/token`: an application signs in with a secret or a signed assertion.
pub(super) fn client_credentials(shared: &Shared, tenant: &str, form: &[u8]) -> Response {
    if !same_text(tenant, shared.options.fleet.tenant_id()) {
        let text = format!(
            "AADSTS90002: Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant."
        );
        return refuse(shared, StatusCode::BAD_REQUEST, "invalid_request", 90002, &text);
    }
    let form: HashMap<String, String> = url::form_urlencoded::parse(form).into_owned().collect();
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    if field("grant_type") != "client_credentials" {
        let text = "AADSTS70003: The app requested an unsupported grant type.";
        return refuse(shared, StatusCode::BAD_REQUEST, "unsupported_grant_type", 70003, text);
    }
    if field("scope").is_empty() {
        let text = "AADSTS900144: The request body must contain the following parameter: 'scope'.";
        return refuse(shared, StatusCode::BAD_REQUEST, "invalid_request", 900_144, text);
    }
    let client = field("client_id");
    if !same_text(client, &shared.options.client_id) {
        let text = format!(
            "AADSTS700016: Application with identifier '{client}' was not found in the directory '{tenant}'."
        );
        return refuse(shared, StatusCode::BAD_REQUEST, "unauthorized_client", 700_016, &text);
    }
    let assertion = field("client_assertion");
    if assertion.is_empty() && field("client_secret") != shared.options.client_secret {
        let text = format!(
            "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{client}'."
        );
        return refuse(shared, StatusCode::UNAUTHORIZED, "invalid_client", 7_000_215, &text);
    }
    // A signed token has three parts. The emulator doesn't check the signature.
    if !assertion.is_empty() && assertion.split('.').count() != 3 {
        let text = "AADSTS50027: JWT token is invalid or malformed.";
        return refuse(shared, StatusCode::UNAUTHORIZED, "invalid_client", 50027, text);
    }
    let (token, lifetime) = issue(shared, client, field("scope"));
    let body = json!({
        "token_type": "Bearer",
        "expires_in": lifetime,
        "ext_expires_in": lifetime,
        "access_token": token,
    });
    reply(StatusCode::OK, body.to_string())
}

/// Issues a token of a principal for a scope or resource; returns it with its lifetime in seconds.
fn issue(shared: &Shared, principal: &str, audience: &str) -> (String, u64) {
    shared.counter.token();
    let lifetime = shared.options.token_lifetime;
    let millis = i64::try_from(lifetime.as_millis()).unwrap_or(i64::MAX);
    let expires = UtcMillis(shared.wall.now().0.saturating_add(millis));
    (shared.tokens.issue(principal, audience, expires), lifetime.as_secs())
}

fn refuse(
    shared: &Shared,
    status: StatusCode,
    error: &str,
    code: u32,
    description: &str,
) -> Response {
    let (trace, correlation) = (random::guid(), random::guid());
    let now = shared.wall.now().0;
    let time = UtcMillis(now - now.rem_euclid(1000)).to_string().replace('T', " ");
    let body = json!({
        "error": error,
        "error_description": format!("{description} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {time}"),
        "error_codes": [code],
        "timestamp": time,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": format!("https://login.microsoftonline.com/error?code={code}"),
    });
    reply(status, body.to_string())
}

/// The two forms of managed identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IdentityForm {
    /// `GET /msi/token` of App Service, which requires a secret header.
    AppService,
    /// `GET /metadata/identity/oauth2/token` of a virtual machine's metadata service.
    Imds,
}

/// A token for the managed identity.
pub(super) fn managed_identity(
    shared: &Shared,
    form: IdentityForm,
    headers: &HeaderMap,
    query: &HashMap<String, String>,
) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let let_in = match form {
        IdentityForm::AppService => {
            header("x-identity-header") == Some(shared.options.identity_header.as_str())
        }
        IdentityForm::Imds => header("metadata").is_some_and(|value| same_text(value, "true")),
    };
    if !let_in {
        return match form {
            IdentityForm::AppService => plain_error(
                StatusCode::UNAUTHORIZED,
                "Unauthorized",
                "The secret header is missing or wrong.",
            ),
            IdentityForm::Imds => {
                let body = json!({
                    "error": "invalid_request",
                    "error_description": "Required metadata header not specified",
                });
                reply(StatusCode::BAD_REQUEST, body.to_string())
            }
        };
    }
    let Some(resource) = query.get("resource").filter(|resource| !resource.is_empty()) else {
        let body = json!({
            "error": "invalid_request",
            "error_description": "Required query variable 'resource' is missing",
        });
        return reply(StatusCode::BAD_REQUEST, body.to_string());
    };
    let principal = query.get("client_id").map_or("system-assigned", String::as_str);
    let (token, lifetime) = issue(shared, principal, resource);
    let expires_on =
        shared.wall.now().0 / 1000 + i64::try_from(lifetime).unwrap_or(i64::MAX / 2000);
    // In this form numbers are sent as texts.
    let mut body = json!({
        "access_token": token,
        "expires_on": expires_on.to_string(),
        "resource": resource,
        "token_type": "Bearer",
        "client_id": principal,
    });
    if form == IdentityForm::Imds {
        body["expires_in"] = Value::from(lifetime.to_string());
        body["ext_expires_in"] = Value::from(lifetime.to_string());
        body["not_before"] = Value::from((shared.wall.now().0 / 1000).to_string());
    }
    reply(StatusCode::OK, body.to_string())
}
