//! The trait of PromQL sources: a Prometheus over HTTP, or the metrics of a simulated fleet.

use super::{Grid, PrometheusClient, Reply, Sample, Series};
use crate::upstream::UpstreamError;
use async_trait::async_trait;
use flux::UtcMillis;
use std::time::Duration;
use tokio::time::Instant;

/// Answers PromQL.
#[async_trait]
pub trait PromqlSource: Send + Sync {
    /// Evaluates an expression at one point in time. An answer without series is **not** an error.
    ///
    /// # Errors
    /// The source fails or refuses the expression, or it doesn't answer by the deadline.
    async fn instant(
        &self,
        promql: &str,
        at: UtcMillis,
        deadline: Instant,
    ) -> Result<Reply<Sample>, UpstreamError>;

    /// Evaluates an expression at the points of a grid. `lookback` is the longest window in the expression.
    ///
    /// # Errors
    /// Those of [`PromqlSource::instant`]; the grid has more points than the source allows.
    async fn range(
        &self,
        promql: &str,
        grid: &Grid,
        lookback: Duration,
        deadline: Instant,
    ) -> Result<Reply<Series>, UpstreamError>;

    /// The version of the server. `None`: the source has no version, or doesn't report it.
    async fn version(&self, deadline: Instant) -> Option<String>;
}

#[async_trait]
impl PromqlSource for PrometheusClient {
    async fn instant(
        &self,
        promql: &str,
        at: UtcMillis,
        deadline: Instant,
    ) -> Result<Reply<Sample>, UpstreamError> {
        PrometheusClient::instant(self, promql, at, deadline).await
    }

    async fn range(
        &self,
        promql: &str,
        grid: &Grid,
        lookback: Duration,
        deadline: Instant,
    ) -> Result<Reply<Series>, UpstreamError> {
        PrometheusClient::range(self, promql, grid, lookback, deadline).await
    }

    async fn version(&self, deadline: Instant) -> Option<String> {
        // An endpoint whose queries work is usable even when it doesn't report its version.
        self.build_info(deadline).await.unwrap_or(None)
    }
}
