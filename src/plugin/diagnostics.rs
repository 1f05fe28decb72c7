//! "Save & test", and the plugin's own metrics.

use super::Edge;
use super::edge::EdgeError;
use super::wire::diagnostics_server::Diagnostics;
use super::wire::{CheckHealthRequest, CollectMetricsRequest};
use crate::instance::HealthReport;
use futures::FutureExt;
use grafana_plugin_sdk::pluginv2::check_health_response::HealthStatus;
use grafana_plugin_sdk::pluginv2::collect_metrics_response::Payload;
use grafana_plugin_sdk::pluginv2::{CheckHealthResponse, CollectMetricsResponse};
use serde_json::json;
use std::panic::AssertUnwindSafe;
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl Diagnostics for Edge {
    async fn check_health(
        &self,
        request: Request<CheckHealthRequest>,
    ) -> Result<Response<CheckHealthResponse>, Status> {
        let context = request.into_inner().plugin_context;
        let report = async { Ok(self.instance(context.as_ref())?.health().await) };
        let report = AssertUnwindSafe(report).catch_unwind().await;
        let report = report.unwrap_or(Err(EdgeError::Panicked)).unwrap_or_else(|error| {
            HealthReport { ok: false, message: error.user_text(), details: json!({}) }
        });
        if !report.ok {
            tracing::warn!(error = report.message, "health check failed");
        }
        let status = if report.ok { HealthStatus::Ok } else { HealthStatus::Error };
        Ok(Response::new(CheckHealthResponse {
            status: status.into(),
            message: report.message,
            json_details: report.details.to_string().into_bytes(),
        }))
    }

    async fn collect_metrics(
        &self,
        _: Request<CollectMetricsRequest>,
    ) -> Result<Response<CollectMetricsResponse>, Status> {
        let text = self.metrics.render(&self.holdings());
        Ok(Response::new(CollectMetricsResponse {
            metrics: Some(Payload { prometheus: text.into_bytes() }),
        }))
    }
}
