//! Azure over HTTP, on the loopback address, backed by a simulated fleet: Resource Graph, Resource Manager, tokens.
//!
//! For tests and for trying out. A client sees what the real service would show: pages and skip tokens, quota and its
//! headers, error envelopes, shapes of rows. Queries are evaluated ([`kql`]). Faults that happen in production happen
//! here on request ([`Faults`]), and requests are counted ([`Stats`]).
//!
//! | Route | |
//! |---|---|
//! | `POST /providers/Microsoft.ResourceGraph/resources` | queries |
//! | `GET {id}` of a configuration or extension | one resource, with conditions |
//! | `POST /{tenant}/oauth2/v2.0/token` | client credentials, with a secret or an assertion |
//! | `GET /msi/token`, `GET /metadata/identity/oauth2/token` | managed identity |
//! | `/{workspace}/api/v1/…` | an Azure Monitor workspace: queries over the clusters of a region |
//! | `GET /_emulator/stats`, `POST /_emulator/faults` | counts of requests; faults to inject |
//! | `GET /_emulator/metrics/{cluster}/{endpoint}` | what a controller, kube-state-metrics or cadvisor exposes |
//! | `GET /_emulator/prometheus.yml`, `/_emulator/targets` | scrape configuration for a real Prometheus |

mod arg;
mod connection;
mod faults;
pub mod kql;
mod metrics;
mod options;
mod pages;
mod prometheus_config;
mod quota;
mod random;
mod reply;
mod resource;
mod routes;
mod scope;
mod stats;
#[cfg(test)]
mod tests;
mod token;
mod workspace;

pub use faults::{Fault, FaultKind, Faults, Route};
pub use options::{Clock, EmulatorOptions};
#[cfg(test)]
pub(crate) use prometheus_config::configuration as prometheus_configuration;
pub use stats::Stats;
pub use token::PROMETHEUS_AUDIENCE;

use connection::{Connection, ResettableListener};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// State that all requests share.
struct Shared {
    options: EmulatorOptions,
    /// The clock by which tokens expire: always the system's, because clients use the system's too.
    wall: Clock,
    tokens: token::Tokens,
    quota: quota::Quota,
    counter: stats::Counter,
    faults: faults::Pending,
    answers: pages::Answers,
    skip_tokens: pages::SkipTokens,
}

/// A lock's content. After a panic elsewhere the content is still valid, because each change is complete in itself.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A running emulator. Dropping it stops it.
pub struct Emulator {
    shared: Arc<Shared>,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<io::Result<()>>>,
}

impl Emulator {
    /// Starts an emulator on the loopback address, on the current tokio runtime.
    ///
    /// # Errors
    /// The port is in use.
    pub async fn start(options: EmulatorOptions) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let address = listener.local_addr()?;
        let base = format!("http://{address}");
        let fleet = Arc::new(options.fleet.with_workspaces_at(&base));
        let options = EmulatorOptions { fleet, ..options };
        let shared = Arc::new(Shared {
            quota: quota::Quota::new(options.quota),
            faults: faults::Pending::default(),
            wall: Clock::System,
            tokens: token::Tokens::default(),
            counter: stats::Counter::default(),
            answers: pages::Answers::default(),
            skip_tokens: pages::SkipTokens::default(),
            options,
        });
        shared.faults.set(shared.options.faults.clone());
        let service =
            routes::router(shared.clone()).into_make_service_with_connect_info::<Connection>();
        let (stop, stopped) = oneshot::channel();
        let server =
            axum::serve(ResettableListener(listener), service).with_graceful_shutdown(async {
                // An error means that the sender was dropped, which stops the emulator as well.
                let _ = stopped.await;
            });
        let server = tokio::spawn(async move { server.await });
        Ok(Self { shared, address, stop: Some(stop), server: Some(server) })
    }

    /// Its address: `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The tenant that may sign in, a GUID.
    pub fn tenant_id(&self) -> &str {
        self.shared.options.fleet.tenant_id()
    }

    /// The options with which it was started.
    pub fn options(&self) -> &EmulatorOptions {
        &self.shared.options
    }

    /// Counts of the requests so far.
    pub fn stats(&self) -> Stats {
        self.shared.counter.stats()
    }

    /// Resets the counts to zero.
    pub fn reset_stats(&self) {
        self.shared.counter.reset();
    }

    /// Replaces the faults that are still to be injected.
    pub fn set_faults(&self, faults: Faults) {
        self.shared.faults.set(faults);
    }

    /// Stops the emulator. Requests in progress have two seconds to complete.
    pub async fn stop(mut self) {
        self.stop.take();
        let Some(mut server) = self.server.take() else { return };
        if tokio::time::timeout(Duration::from_secs(2), &mut server).await.is_err() {
            server.abort();
        }
    }
}
