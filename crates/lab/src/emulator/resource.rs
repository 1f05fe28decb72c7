//! `GET {id}`: Resource Manager's reply for one configuration or extension.

use super::reply::{plain_error, reply, set};
use super::{Shared, token};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use flux::{ResourceId, ResourceKind, same_text};

/// Reads a resource. `id` is the decoded path of the request.
pub(super) fn read(shared: &Shared, headers: &HeaderMap, id: &str) -> Response {
    let principal = match token::principal(shared, headers) {
        Ok(principal) => principal,
        Err(response) => return *response,
    };
    let Ok(parsed) = ResourceId::parse(id) else {
        let text = format!("The resource type of '{id}' is not offered.");
        return plain_error(StatusCode::NOT_FOUND, "InvalidResourceType", &text);
    };
    let (word, action) = match parsed.kind {
        ResourceKind::Extension => ("Extension", "extensions"),
        ResourceKind::FluxConfiguration => ("FluxConfiguration", "fluxConfigurations"),
    };
    let hidden = &shared.options.unreadable_subscriptions;
    if hidden.iter().any(|hidden| same_text(hidden, parsed.cluster.subscription_id)) {
        let text = format!(
            "The client '{principal}' with object id '{principal}' does not have authorization to perform action 'Microsoft.KubernetesConfiguration/{action}/read' over scope '{id}' or the scope is invalid. If access was recently granted, please refresh your credentials."
        );
        return plain_error(StatusCode::FORBIDDEN, "AuthorizationFailed", &text);
    }
    let Some(resource) = shared.options.fleet.arm_get(id, shared.options.clock.snapshot()) else {
        let text = format!("{word} with name '{}' not found.", parsed.name);
        return plain_error(StatusCode::NOT_FOUND, "ResourceNotFound", &text);
    };
    let mut response = reply(StatusCode::OK, resource.to_string());
    set(response.headers_mut(), "x-ms-ratelimit-remaining-subscription-reads", "11999");
    response
}
