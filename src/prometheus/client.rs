//! The client of one Prometheus endpoint or Azure Monitor workspace.

use super::{Grid, RangeReply, Reply, Sample, Series, reply, workspace_limits};
use crate::upstream::{Auth, Http, Upstream, UpstreamError};
use bytes::Bytes;
use flux::{Text, UtcMillis};
use reqwest::header::HeaderMap;
use std::time::Duration;
use tokio::time::Instant;
use url::{Url, form_urlencoded};

/// Most points of one series in a range query; Prometheus' own limit.
pub const MAX_POINTS: usize = 11_000;

/// A larger reply is decoded on a blocking thread, so that it doesn't delay other queries.
const LARGE_BYTES: usize = 1024 * 1024;

/// The client of one endpoint. Its `Debug` shows no secrets.
///
/// An endpoint with [`Auth::Azure`] is taken for an Azure Monitor workspace, with its limits. Every request has at most three
/// attempts (for throttling, 5xx and broken connections) and ends at its deadline. A reply is at most 128 MB after
/// decompression.
#[derive(Clone, Debug)]
pub struct PrometheusClient {
    pub(super) http: Http,
    name: Text,
    pub(super) url: Url,
    pub(super) auth: Auth,
    pub(super) headers: HeaderMap,
}

impl PrometheusClient {
    /// A client for the endpoint called `name` in the settings. `url` is the base that `/api/v1/…` comes after: http
    /// or https, without query and fragment.
    pub fn new(http: Http, name: &str, url: Url, auth: Auth) -> Self {
        Self { http, name: name.into(), url, auth, headers: HeaderMap::new() }
    }

    /// Sends these headers with every request, `X-Scope-OrgID` of Mimir for one. Values must be marked as sensitive: then
    /// no `Debug` shows them.
    #[must_use]
    pub fn with_headers(self, headers: HeaderMap) -> Self {
        Self { headers, ..self }
    }

    /// The endpoint's name in the settings.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Sends an instant query for the time `at` (`POST /api/v1/query`): series in the server's order, at most 100,000. Native
    /// histograms are left out with a warning. No series are **not** an error.
    ///
    /// # Errors
    /// The endpoint, or the identity that signs in to it, fails or refuses; the reply isn't an instant vector. The endpoint's
    /// message about a query that is wrong (400 `bad_data`), can't be executed (422 `execution`) or takes too long (503
    /// `timeout`) is in the error's text, shortened.
    pub async fn instant(
        &self,
        promql: &str,
        at: UtcMillis,
        deadline: Instant,
    ) -> Result<Reply<Sample>, UpstreamError> {
        let form = form(&[("query", promql), ("time", &seconds(at))]);
        let body = self.fetch(&["query"], Some(form), deadline).await?;
        let upstream = self.upstream();
        decoding(body, move |body| reply::instant(&upstream, body)).await
    }

    /// Sends a range query for the points of `grid` (`POST /api/v1/query_range`): series that have a sample, sorted by their
    /// labels, at most 100,000 and at most 8 million values. See [`RangeReply`] for NaN, infinities and missing samples.
    ///
    /// `lookback` is how far the query looks back from a point: the longest of its range selectors, its `offset` added.
    ///
    /// # Errors
    /// As [`PrometheusClient::instant`]; a grid of more than [`MAX_POINTS`] points, which isn't sent.
    ///
    /// # Cost
    /// One request. To a workspace, one request for every 31 days, or for every 47 hours when the step is below a minute, one
    /// after the other. The result is that of one request, except that `@ start()` and `@ end()` mean those of each
    /// request.
    pub async fn range(
        &self,
        promql: &str,
        grid: &Grid,
        lookback: Duration,
        deadline: Instant,
    ) -> Result<Reply<Series>, UpstreamError> {
        let upstream = self.upstream();
        if grid.points > MAX_POINTS {
            return Err(UpstreamError::TooManyPoints {
                upstream,
                points: grid.points,
                most: MAX_POINTS,
            });
        }
        let parts: Vec<_> = if self.is_workspace() {
            workspace_limits::split(grid, lookback).collect()
        } else {
            std::iter::once(0..grid.points).filter(|all| !all.is_empty()).collect()
        };
        let mut reply = RangeReply::new(*grid);
        for points in parts {
            let form = form(&[
                ("query", promql),
                ("start", &seconds(grid.time(points.start))),
                ("end", &seconds(grid.time(points.end.saturating_sub(1)))),
                ("step", &step(grid)),
            ]);
            let body = self.fetch(&["query_range"], Some(form), deadline).await?;
            let upstream = upstream.clone();
            let (read, result) = decoding(body, move |body| {
                let result = reply.add(&upstream, body, points);
                (reply, result)
            })
            .await;
            result?;
            reply = read;
        }
        Ok(reply.finish())
    }

    /// The endpoint's version (`GET /api/v1/status/buildinfo`). `None`: the endpoint doesn't offer that (an Azure Monitor
    /// workspace replies with 400, 404 or 405), or names no version.
    ///
    /// # Errors
    /// As [`PrometheusClient::instant`].
    pub async fn build_info(&self, deadline: Instant) -> Result<Option<String>, UpstreamError> {
        match self.fetch(&["status", "buildinfo"], None, deadline).await {
            Ok(body) => reply::version(&self.upstream(), &body),
            Err(UpstreamError::Refused { status: 400 | 404 | 405, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn upstream(&self) -> Upstream {
        Upstream::Prometheus(self.name.clone())
    }

    fn is_workspace(&self) -> bool {
        matches!(self.auth, Auth::Azure { .. })
    }
}

/// Decodes a reply.
async fn decoding<T: Send + 'static>(
    body: Bytes,
    decode: impl FnOnce(&[u8]) -> T + Send + 'static,
) -> T {
    if body.len() < LARGE_BYTES {
        return decode(&body);
    }
    let decoding = tokio::task::spawn_blocking(move || decode(&body));
    // The task ends early only by a panic, which goes on here.
    decoding.await.unwrap_or_else(|ended| std::panic::resume_unwind(ended.into_panic()))
}

fn form(pairs: &[(&str, &str)]) -> Bytes {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().into()
}

/// Seconds since the epoch, with milliseconds where there are any.
fn seconds(time: UtcMillis) -> String {
    let sign = if time.0 < 0 { "-" } else { "" };
    let (whole, rest) = (time.0.unsigned_abs() / 1_000, time.0.unsigned_abs() % 1_000);
    if rest == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest:03}") }
}

/// Whole seconds as a number, anything else in milliseconds: Prometheus makes 332 ms of the number 0.333.
fn step(grid: &Grid) -> String {
    let millis = grid.step_millis();
    if millis % 1_000 == 0 { (millis / 1_000).to_string() } else { format!("{millis}ms") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_steps_are_exact() {
        for (millis, text) in [(0, "0"), (1_790_000_000_120, "1790000000.120"), (-1, "-0.001")] {
            assert_eq!(seconds(UtcMillis(millis)), text);
        }
        for (millis, text) in [(15_000, "15"), (333, "333ms"), (1_500, "1500ms")] {
            let step = Duration::from_millis(millis);
            assert_eq!(super::step(&Grid { start: UtcMillis(0), step, points: 1 }), text);
        }
    }
}
