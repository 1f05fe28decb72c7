//! Replies as the services write them: headers and error envelopes.

use super::quota::Verdict;
use super::random;
use axum::body::Body;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use flux::UtcMillis;
use serde_json::{Value, json};

/// A reply with a JSON body and the headers that all Azure replies have.
pub(super) fn reply(status: StatusCode, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let id = random::guid();
    for (name, value) in [
        ("content-type", "application/json; charset=utf-8"),
        ("cache-control", "no-cache"),
        ("pragma", "no-cache"),
        ("expires", "-1"),
        ("strict-transport-security", "max-age=31536000; includeSubDomains"),
        ("x-content-type-options", "nosniff"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    set(headers, "x-ms-request-id", &id);
    set(headers, "x-ms-correlation-request-id", &id);
    response
}

/// Sets a header. A text that a header can't hold leaves the header out.
pub(super) fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// Sets Resource Graph's quota headers.
pub(super) fn set_quota(headers: &mut HeaderMap, verdict: Verdict, now: UtcMillis) {
    let remaining = verdict.remaining.to_string();
    set(headers, "x-ms-user-quota-remaining", &remaining);
    let resets = format!("00:00:{:02}", verdict.resets_after_seconds.min(59));
    set(headers, "x-ms-user-quota-resets-after", &resets);
    set(headers, "x-ms-ratelimit-remaining-tenant-resource-requests", &remaining);
    set(headers, "x-ms-ratelimit-remaining-tenant-reads", "11996");
    let id = headers.get("x-ms-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    let compact: String = now.to_string().chars().filter(|c| !"-:".contains(*c)).collect();
    let compact = compact.split(['.', 'Z']).next().unwrap_or_default();
    let routing = format!("EMULATOR:{compact}Z:{id}");
    set(headers, "x-ms-routing-request-id", &routing);
}

/// An error of Resource Manager: a code and a message.
pub(super) fn plain_error(status: StatusCode, code: &str, message: &str) -> Response {
    reply(status, json!({"error": {"code": code, "message": message}}).to_string())
}

/// An error of Resource Graph, whose useful message is in the details.
pub(super) fn graph_error(
    status: StatusCode,
    code: &str,
    details: &[Value],
    now: UtcMillis,
) -> Response {
    let mut response = reply(status, Body::empty());
    let id = response.headers().get("x-ms-correlation-request-id");
    let id = id.and_then(|id| id.to_str().ok()).unwrap_or_default();
    // Azure writes the timestamp in ticks, with seven digits.
    let timestamp = super::kql::Value::Time(now.0).to_json();
    let timestamp = timestamp.as_str().unwrap_or_default();
    let message = format!(
        "Please provide below info when asking for support: timestamp = {timestamp}, correlationId = {id}."
    );
    let mut error = json!({"code": code, "message": message});
    if !details.is_empty() {
        error["details"] = Value::from(details);
    }
    *response.body_mut() = json!({ "error": error }).to_string().into();
    response
}

/// A refusal of a Resource Graph request, with one detail.
pub(super) fn bad_request(code: &str, message: &str, now: UtcMillis) -> Response {
    let detail = json!({"code": code, "message": message});
    graph_error(StatusCode::BAD_REQUEST, "BadRequest", &[detail], now)
}

/// Resource Graph's reply 429.
pub(super) fn throttled(now: UtcMillis) -> Response {
    let detail = json!({
        "code": "RateLimiting",
        "message": "Client application has been throttled and should not attempt to repeat the request until an amount of time has elapsed. Please see https://aka.ms/resourcegraph-throttling for help.",
    });
    graph_error(StatusCode::TOO_MANY_REQUESTS, "RateLimiting", &[detail], now)
}

/// 401: the token is missing, wrong or expired.
pub(super) fn unauthorized(code: &str, message: &str) -> Response {
    let mut response = plain_error(StatusCode::UNAUTHORIZED, code, message);
    let challenge = format!("Bearer error=\"invalid_token\", error_description=\"{message}\"");
    let headers = response.headers_mut();
    if let Ok(challenge) = HeaderValue::from_str(&challenge) {
        headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// 401 for a token that expired at `expired`.
pub(super) fn expired(expired: UtcMillis, now: UtcMillis) -> Response {
    let message = format!(
        "The access token expiry UTC time '{}' is earlier than current UTC time '{}'.",
        american(expired),
        american(now)
    );
    unauthorized("ExpiredAuthenticationToken", &message)
}

/// `12/25/2020 12:27:05 PM`, the form in which Azure writes times in error messages.
fn american(at: UtcMillis) -> String {
    let timestamp = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let civil = jiff::tz::Offset::UTC.to_datetime(timestamp);
    let hour = match civil.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    format!(
        "{}/{}/{} {hour}:{:02}:{:02} {}",
        civil.month(),
        civil.day(),
        civil.year(),
        civil.minute(),
        civil.second(),
        if civil.hour() < 12 { "AM" } else { "PM" }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_prose_are_american() {
        for (text, expected) in [
            ("2020-12-25T12:27:05Z", "12/25/2020 12:27:05 PM"),
            ("2026-01-02T00:03:04Z", "1/2/2026 12:03:04 AM"),
            ("2026-01-02T13:03:04Z", "1/2/2026 1:03:04 PM"),
        ] {
            assert_eq!(american(UtcMillis::parse(text).expect("a time")), expected);
        }
    }
}
