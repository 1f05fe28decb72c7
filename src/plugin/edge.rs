//! State of all services: the instances and the metrics; and the errors before an instance answers.

use super::holding::Holding;
use super::instances::{Incoming, Instances};
use super::metrics::Metrics;
use super::wire::PluginContext;
use super::wire::data_server::DataServer;
use super::wire::diagnostics_server::DiagnosticsServer;
use super::wire::resource_server::ResourceServer;
use crate::connect;
use crate::instance::{Instance, Surroundings, system_clock};
use crate::inventory::{ReadError, Snapshot};
use crate::query::QueryError;
use crate::settings::{HostEnvironment, Settings, SettingsError};
use crate::upstream::{ErrorSource, HttpError, sentences, with_causes};
use frame::EncodeError;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;
use tonic::service::Routes;

/// Largest message to accept; plugins of Grafana's Go SDK accept the same.
const MAX_REQUEST_BYTES: usize = 16 << 20;
/// Time between two removals of idle instances.
const SWEEP: Duration = Duration::from_secs(60);

/// A query or call that failed. A user sees only its `user_text`.
#[derive(Debug, Error)]
pub(super) enum EdgeError {
    #[error("the request names no data source")]
    NoDataSource,
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error("several queries of this request have the refId \"{ref_id}\"")]
    SharedRefId { ref_id: String },
    #[error("the answer could not be written")]
    Encode(#[from] EncodeError),
    #[error("the data source failed unexpectedly")]
    Panicked,
}

impl EdgeError {
    /// HTTP status.
    pub(super) fn status(&self) -> u16 {
        match self {
            Self::NoDataSource | Self::Settings(_) | Self::Http(_) | Self::SharedRefId { .. } => {
                400
            }
            Self::Query(error) => error.status(),
            Self::Encode(_) | Self::Panicked => 500,
        }
    }

    /// Whose fault the error is, in Grafana's sense.
    pub(super) fn error_source(&self) -> ErrorSource {
        match self {
            Self::NoDataSource | Self::Settings(_) | Self::Http(_) | Self::SharedRefId { .. } => {
                ErrorSource::Downstream
            }
            Self::Query(error) => error.error_source(),
            Self::Encode(_) | Self::Panicked => ErrorSource::Plugin,
        }
    }

    /// What failed, and what to do.
    pub(super) fn user_text(&self) -> String {
        match self {
            Self::NoDataSource => {
                "The request names no data source. Select a data source of type Azure GitOps \
                                   (Flux), or save it again."
                    .to_owned()
            }
            Self::Settings(error) => told(error, &error.hint()),
            Self::Http(_) => told(
                self,
                "Correct the certificate authority (tlsCACert) in the data source settings.",
            ),
            Self::Query(error) => error.user_text(),
            Self::SharedRefId { .. } => {
                told(self, "Give each query of the panel or rule a refId of its own.")
            }
            Self::Encode(_) | Self::Panicked => told(
                self,
                "This is a fault of the data source: please report it with the query and the lines about it in \
                 Grafana's log.",
            ),
        }
    }
}

fn log_refresh(result: Result<&Snapshot, &ReadError>, took: Duration) {
    let duration_ms = took.as_millis();
    match result {
        Ok(snapshot) => tracing::debug!(
            duration_ms,
            extensions = snapshot.extensions().rows().len(),
            configurations = snapshot.configurations().rows().len(),
            "inventory read"
        ),
        Err(error) => tracing::warn!(duration_ms, %error, "inventory could not be read"),
    }
}

/// The error with its causes as a sentence, and the hint after it.
fn told(error: &dyn std::error::Error, hint: &str) -> String {
    sentences(&with_causes(error.to_string(), error.source()), hint)
}

/// The plugin's services: queries, resource calls, health and metrics.
pub struct Edge {
    pub(super) metrics: Arc<Metrics>,
    instances: Instances<Instance>,
    /// Environment of the process.
    process: HashMap<String, String>,
    surroundings: Surroundings,
}

impl Edge {
    /// Makes no instance before the first request. `process`: the environment that Grafana gave to the plugin.
    pub fn new(process: HashMap<String, String>) -> Self {
        let metrics = Arc::<Metrics>::default();
        let (of_requests, of_refreshes) = (Arc::clone(&metrics), Arc::clone(&metrics));
        let surroundings = Surroundings {
            clock: system_clock(),
            upstream: Arc::new(move |upstream, outcome, took| {
                of_requests.upstream(upstream.id(), outcome, took);
            }),
            refreshed: Arc::new(move |result, took| {
                log_refresh(result, took);
                of_refreshes.refresh(result.is_ok(), took);
            }),
        };
        Self { metrics, instances: Instances::default(), process, surroundings }
    }

    /// The services, for a server. Starts a task that drops idle instances, so it must be called within a runtime.
    pub fn into_services(self) -> Routes {
        let edge = Arc::new(self);
        tokio::spawn({
            let edge = Arc::clone(&edge);
            async move {
                let mut interval = tokio::time::interval(SWEEP);
                loop {
                    interval.tick().await;
                    edge.instances.sweep();
                }
            }
        });
        let data = DataServer::from_arc(Arc::clone(&edge));
        let resource = ResourceServer::from_arc(Arc::clone(&edge));
        let diagnostics = DiagnosticsServer::from_arc(edge);
        Routes::new(data.max_decoding_message_size(MAX_REQUEST_BYTES))
            .add_service(resource.max_decoding_message_size(MAX_REQUEST_BYTES))
            .add_service(diagnostics.max_decoding_message_size(MAX_REQUEST_BYTES))
    }

    /// The instance for a request's context.
    pub(super) fn instance(
        &self,
        context: Option<&PluginContext>,
    ) -> Result<Arc<Instance>, EdgeError> {
        let context = context.ok_or(EdgeError::NoDataSource)?;
        let data_source = context.data_source.as_ref().ok_or(EdgeError::NoDataSource)?;
        self.instances.get(context, data_source, |incoming| {
            let host = HostEnvironment::read(incoming.azure_config, &self.process)?;
            let Incoming { data_source, .. } = incoming;
            let settings = Settings::parse(&data_source.json_data, &data_source.secure, &host)?;
            Ok(connect::instance(&settings, self.surroundings.clone())?)
        })
    }

    /// What every data source holds now, for metrics.
    pub(super) fn holdings(&self) -> Vec<Holding> {
        let holding = |(key, instance): (_, Arc<Instance>)| {
            let stats = instance.stats();
            Holding {
                key,
                snapshot_age: stats.snapshot_age,
                items: vec![
                    ("extensions", stats.extensions),
                    ("configurations", stats.configurations),
                ],
                fleet: instance.fleet_gauges(),
            }
        };
        self.instances.all().into_iter().map(holding).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_say_what_to_do() {
        let error = EdgeError::SharedRefId { ref_id: "A".to_owned() };
        assert_eq!(
            error.user_text(),
            "Several queries of this request have the refId \"A\". Give each query of the panel or rule a refId of \
             its own."
        );
        assert_eq!((error.status(), error.error_source()), (400, ErrorSource::Downstream));
        let error = EdgeError::Http(HttpError::CaCertificate);
        assert!(error.user_text().starts_with("tlsCACert holds no PEM"), "{}", error.user_text());
        let error = EdgeError::Panicked;
        assert!(error.user_text().ends_with("Grafana's log."));
        assert_eq!((error.status(), error.error_source()), (500, ErrorSource::Plugin));
    }
}
