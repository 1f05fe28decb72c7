//! Replies: reading them within bounds, and what their status means.

use super::{ReplyFault, Upstream, UpstreamError, http::network_error, refusal::Refusal};
use bytes::{Bytes, BytesMut};
use jiff::{Timestamp, fmt::rfc2822::DateTimeParser};
use reqwest::{
    Response,
    header::{self, HeaderMap},
};
use std::{error::Error, io, time::Duration};
use tokio::time::{Instant, timeout_at};

/// How much of an error reply is read.
const ERROR_BODY_BYTES: usize = 64 * 1024;
/// Longest wait that is taken from an upstream's reply.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// Reads a body of at most `max_bytes`, decompressed, until `deadline`.
///
/// # Errors
/// [`UpstreamError::TooLarge`] as soon as the bound is passed; [`UpstreamError::TimedOut`];
/// [`UpstreamError::Unreachable`] for a connection that breaks; [`UpstreamError::NotUnderstood`] for a body that can't
/// be decompressed.
pub(super) async fn read_body(
    upstream: &Upstream,
    mut response: Response,
    max_bytes: usize,
    deadline: Instant,
) -> Result<Bytes, UpstreamError> {
    let begun = Instant::now();
    let too_large =
        || UpstreamError::TooLarge { upstream: upstream.clone(), limit_bytes: max_bytes };
    let announced = response.content_length().unwrap_or(0);
    if announced > max_bytes as u64 {
        return Err(too_large());
    }
    let mut body = BytesMut::with_capacity(usize::try_from(announced).unwrap_or(0));
    loop {
        let chunk =
            timeout_at(deadline, response.chunk()).await.map_err(|_| UpstreamError::TimedOut {
                upstream: upstream.clone(),
                after: deadline.duration_since(begun),
            })?;
        match chunk {
            Ok(Some(chunk)) if body.len() + chunk.len() > max_bytes => return Err(too_large()),
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(body.freeze()),
            Err(error) if is_bad_compression(&error) => {
                return Err(UpstreamError::NotUnderstood {
                    upstream: upstream.clone(),
                    fault: ReplyFault::Decode("compressed body".into()),
                });
            }
            Err(error) => return Err(network_error(upstream, error, begun.elapsed())),
        }
    }
}

/// `true` when a body arrived and could not be decompressed. The HTTP client reports every error within a body as a failure
/// to decode; the decompression's own errors are I/O errors about the data.
fn is_bad_compression(error: &reqwest::Error) -> bool {
    let below = error.source().and_then(|below| below.downcast_ref::<io::Error>());
    below.is_some_and(|below| {
        matches!(below.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput)
    })
}

/// The error for a reply with a bad status. Reads at most 64 kB of its body, until `deadline`.
pub(super) async fn error_from_response(
    upstream: &Upstream,
    response: Response,
    deadline: Instant,
) -> UpstreamError {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    // When the body is too large, late or cut off, the error is made from the status alone.
    let body = read_body(upstream, response, ERROR_BODY_BYTES, deadline).await.unwrap_or_default();
    error_from_parts(upstream, status, &headers, &body)
}

pub(super) fn error_from_parts(
    upstream: &Upstream,
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
) -> UpstreamError {
    let upstream = upstream.clone();
    let refusal = Refusal::parse(body);
    match status {
        401 => UpstreamError::Unauthenticated { upstream, refusal },
        403 => UpstreamError::Forbidden { upstream, refusal },
        429 => UpstreamError::Throttled { upstream, retry_after: hinted_wait(headers, body) },
        500.. => UpstreamError::Unavailable { upstream, status, refusal },
        _ => UpstreamError::Refused { upstream, status, refusal },
    }
}

/// How long a reply asks to wait: the longest of `Retry-After` (seconds or an HTTP date),
/// `x-ms-user-quota-resets-after` (`hh:mm:ss`) and the prose of Resource Manager's 429 ("try again after '372'
/// seconds"); `None` when it has none of them. At most a day.
pub(super) fn hinted_wait(headers: &HeaderMap, body: &[u8]) -> Option<Duration> {
    let quota = headers.get("x-ms-user-quota-resets-after");
    [
        retry_after(headers),
        quota.and_then(|value| clock_duration(value.to_str().ok()?)),
        prose_wait(body),
    ]
    .into_iter()
    .flatten()
    .max()
    .map(|wait| wait.min(LONGEST_WAIT))
}

/// The wait that `Retry-After` asks for, in seconds or as an HTTP date; at most a day.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if let Ok(seconds) = text.parse() {
        Duration::from_secs(seconds)
    } else {
        let at = DateTimeParser::new().parse_timestamp(text).ok()?;
        Duration::try_from(at.duration_since(Timestamp::now())).unwrap_or(Duration::ZERO)
    };
    Some(wait.min(LONGEST_WAIT))
}

/// `hh:mm:ss`, as Azure writes time spans; fractions of a second are rounded up.
fn clock_duration(text: &str) -> Option<Duration> {
    let mut parts = text.trim().splitn(3, ':');
    let hours: u64 = parts.next()?.parse().ok()?;
    let minutes: u64 = parts.next()?.parse().ok()?;
    let seconds = parts.next()?;
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    let whole: u64 = whole.parse().ok()?;
    let more = u64::from(fraction.bytes().any(|digit| digit != b'0'));
    let seconds = hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?;
    Some(Duration::from_secs(seconds.checked_add(whole)?.checked_add(more)?))
}

fn prose_wait(body: &[u8]) -> Option<Duration> {
    let text = std::str::from_utf8(body).ok()?;
    let (_, rest) = text.split_once("try again after '")?;
    let (seconds, _) = rest.split_once('\'')?;
    seconds.parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upstream::testing::fixtures::replies;
    use reqwest::header::{HeaderName, HeaderValue};

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (HeaderName::from_static(name), HeaderValue::from_str(value).expect("value"))
            })
            .collect()
    }

    fn seconds(pairs: &[(&'static str, &str)], body: &[u8]) -> Option<u64> {
        hinted_wait(&headers(pairs), body).map(|wait| wait.as_secs())
    }

    #[test]
    fn reads_every_form_of_a_wait() {
        assert_eq!(seconds(&[("retry-after", "7")], b""), Some(7));
        assert_eq!(seconds(&[("x-ms-user-quota-resets-after", "00:01:05")], b""), Some(65));
        assert_eq!(seconds(&[("x-ms-user-quota-resets-after", "00:00:04.1")], b""), Some(5));
        assert_eq!(seconds(&[], b"Please try again after '372' seconds."), Some(372));
        let both = [("retry-after", "7"), ("x-ms-user-quota-resets-after", "00:00:09")];
        assert_eq!(seconds(&both, b""), Some(9));
        assert_eq!(seconds(&[("retry-after", "99999999999999")], b""), Some(86_400));
        for nonsense in ["soon", "", "-1", "1:2", "18446744073709551615:1:1"] {
            let pairs = [("retry-after", nonsense), ("x-ms-user-quota-resets-after", nonsense)];
            assert_eq!(seconds(&pairs, b"try again after 'a while'"), None, "{nonsense}");
        }
    }

    #[test]
    fn reads_an_http_date() {
        assert_eq!(seconds(&[("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT")], b""), Some(0));
        let soon = Timestamp::now() + jiff::SignedDuration::from_secs(100);
        let date = jiff::fmt::rfc2822::DateTimePrinter::new()
            .timestamp_to_rfc9110_string(&soon)
            .expect("date");
        let wait = seconds(&[("retry-after", &date)], b"").expect("wait");
        assert!((90..=100).contains(&wait), "{wait}");
    }

    #[test]
    fn every_status_has_its_error() {
        let error = |status| {
            error_from_parts(&Upstream::ResourceGraph, status, &HeaderMap::new(), b"<html>")
        };
        assert!(matches!(error(401), UpstreamError::Unauthenticated { .. }));
        assert!(matches!(error(403), UpstreamError::Forbidden { .. }));
        assert!(matches!(error(429), UpstreamError::Throttled { retry_after: None, .. }));
        assert!(matches!(error(503), UpstreamError::Unavailable { status: 503, .. }));
        assert!(matches!(error(302), UpstreamError::Refused { status: 302, .. }));
        assert!(matches!(error(404), UpstreamError::Refused { status: 404, .. }));
    }

    #[test]
    fn reads_the_recorded_throttling_of_resource_manager() {
        for body in replies("arg/arm-error-429-resourcerequeststhrottled.json") {
            let said =
                body.split("try again after '").nth(1).and_then(|rest| rest.split('\'').next());
            let seconds = said.and_then(|said| said.parse().ok()).expect("seconds");
            let upstream = Upstream::ResourceManager;
            let error = error_from_parts(&upstream, 429, &HeaderMap::new(), body.as_bytes());
            let retry_after = Some(Duration::from_secs(seconds));
            assert_eq!(error, UpstreamError::Throttled { upstream, retry_after });
        }
    }
}
