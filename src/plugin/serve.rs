//! The plugin's life: handshake, serving, stop.

use super::logging;
use super::stop::{Stop, StopReason, parent_id};
use super::wire::Empty;
use super::wire::g_r_p_c_controller_server::{GRPCController, GRPCControllerServer};
use std::io;
use std::time::Duration;
use thiserror::Error;
use tokio::net::TcpListener;
use tonic::service::Routes;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};
use tracing_subscriber::util::TryInitError;

/// How long requests in flight may take after a stop was requested. The host kills the process after 2 s.
const DRAIN: Duration = Duration::from_millis(1500);

/// The environment variable that Grafana sets for its plugins, and its value.
pub const MAGIC_COOKIE: (&str, &str) = ("grafana_plugin_type", "datasource");
/// Name under which the health service knows the plugin.
pub const HEALTH_SERVICE: &str = "plugin";
/// Set by a host that wants mutual TLS.
pub const CLIENT_CERTIFICATE: &str = "PLUGIN_CLIENT_CERT";
/// Our own log level.
pub const LOG_LEVEL: &str = "GF_PLUGIN_LOG_LEVEL";

/// The plugin could not run.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The host wants mutual TLS, which the plugin doesn't offer.
    #[error(
        "the host asks for mutual TLS ({CLIENT_CERTIFICATE} is set), which this plugin doesn't support: it listens on \
         loopback only. Unset it for this plugin"
    )]
    MutualTls,
    /// The log can't be set up.
    #[error("the log can't be set up")]
    Log(#[from] TryInitError),
    /// The runtime can't start, or there is no port.
    #[error("no port to listen on")]
    Listen(#[from] io::Error),
    /// The server failed.
    #[error("the gRPC server failed")]
    Serve(#[from] tonic::transport::Error),
}

/// Runs the plugin until it is stopped: the handshake goes to stdout, and nothing else does. `services` is called
/// within the runtime.
///
/// # Errors
/// The plugin can't start to serve.
pub fn run(services: impl FnOnce() -> Routes) -> Result<StopReason, ServeError> {
    let parent = parent_id();
    if std::env::var_os(CLIENT_CERTIFICATE).is_some_and(|value| !value.is_empty()) {
        return Err(ServeError::MutualTls);
    }
    logging::init(std::env::var(LOG_LEVEL).ok().as_deref())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(async {
        let services = services();
        let stop = Stop::default();
        let outside = tokio::spawn(stop.watch_outside(parent));
        let listener = grafana_plugin_sdk::backend::initialize().await?;
        let result = serve(listener, services, stop).await;
        outside.abort();
        result
    });
    // A refresh in the background may still run; nothing waits for it.
    runtime.shutdown_background();
    result
}

/// Serves `services`, the health service and the host's controller on `listener` until a stop is requested; then
/// requests in flight get a moment to end.
///
/// # Errors
/// The server failed.
pub async fn serve(
    listener: TcpListener,
    services: Routes,
    stop: Stop,
) -> Result<StopReason, ServeError> {
    let (mut health_reporter, health) = tonic_health::server::health_reporter();
    health_reporter.set_service_status(HEALTH_SERVICE, tonic_health::ServingStatus::Serving).await;
    // Without this, Nagle's algorithm would delay each answer by some 40 ms.
    let incoming = TcpIncoming::from_listener(listener, true, None).map_err(io::Error::other)?;
    let services = services
        .add_service(health)
        .add_service(GRPCControllerServer::new(Controller { stop: stop.clone() }));
    let stopping = stop.clone();
    let server = tonic::transport::Server::builder()
        .add_routes(services)
        .serve_with_incoming_shutdown(incoming, async move {
            stopping.requested().await;
        });
    let patience = async {
        let reason = stop.requested().await;
        tokio::time::sleep(DRAIN).await;
        tracing::warn!(?reason, "stopping although requests are in flight");
    };
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "serving");
    tokio::select! {
        result = server => result?,
        () = patience => {}
    }
    let reason = stop.requested().await;
    tracing::info!(?reason, "stopped");
    Ok(reason)
}

/// The service through which the host asks for a graceful stop.
struct Controller {
    stop: Stop,
}

#[tonic::async_trait]
impl GRPCController for Controller {
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        self.stop.request(StopReason::Shutdown);
        Ok(Response::new(Empty {}))
    }
}
