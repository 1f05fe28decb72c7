//! The plugin as a child process, started, called and stopped as Grafana does it, for `demo`, tests and benchmarks.

use azuregitops::plugin::wire::data_client::DataClient;
use azuregitops::plugin::wire::diagnostics_client::DiagnosticsClient;
use azuregitops::plugin::wire::g_r_p_c_controller_client::GRPCControllerClient;
use azuregitops::plugin::wire::resource_client::ResourceClient;
use azuregitops::plugin::wire::{
    CallResourceRequest, CheckHealthRequest, CollectMetricsRequest, Empty, PluginContext,
    QueryDataRequest, QueryDataResponse,
};
use azuregitops::plugin::{HEALTH_SERVICE, MAGIC_COOKIE};
use futures::TryStreamExt;
use grafana_plugin_sdk::pluginv2::{CallResourceResponse, CheckHealthResponse};
use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};
use thiserror::Error;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::task::JoinHandle;
use tonic::transport::{Channel, Endpoint};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

/// Largest reply that Grafana's client accepts.
const MAX_ANSWER_BYTES: usize = i32::MAX as usize;
/// How long the plugin may take until its handshake; Grafana waits a minute.
const GREETING: Duration = Duration::from_secs(60);
/// Time between the request to stop and the kill, as in Grafana.
const PATIENCE: Duration = Duration::from_secs(2);
/// How much of the plugin's output is kept.
const MAX_OUTPUT_BYTES: u64 = 16 << 20;

/// Why a plugin process could not be started or called.
#[derive(Debug, Error)]
pub enum PluginProcessError {
    /// The executable doesn't start, or its output can't be read.
    #[error("the plugin process could not be started")]
    Start(#[from] io::Error),
    /// The process ended, or wrote no handshake.
    #[error("the plugin said nothing on stdout; on stderr: {stderr}")]
    NoHandshake {
        /// What it wrote to stderr.
        stderr: String,
    },
    /// The first line isn't a handshake.
    #[error("no handshake: {0:?}")]
    Handshake(String),
    /// The plugin's port doesn't answer.
    #[error("no connection to the plugin")]
    Connect(#[from] tonic::transport::Error),
    /// A whole call failed.
    #[error("the plugin refused a call: {0}")]
    Call(Box<tonic::Status>),
    /// The health service reports that the plugin isn't serving.
    #[error("the plugin does not serve")]
    NotServing,
}

impl From<tonic::Status> for PluginProcessError {
    fn from(status: tonic::Status) -> Self {
        Self::Call(Box::new(status))
    }
}

/// The exit status and output of a plugin process.
#[derive(Debug)]
pub struct Ended {
    /// Its exit status. `None`: it had to be killed.
    pub status: Option<ExitStatus>,
    /// What it wrote to stdout after the handshake.
    pub stdout: String,
    /// What it wrote to stderr.
    pub stderr: String,
}

/// A running plugin. Dropping it kills the process.
#[derive(Debug)]
pub struct PluginProcess {
    child: Child,
    channel: Channel,
    handshake: String,
    greeted_after: Duration,
    stdout: JoinHandle<String>,
    stderr: JoinHandle<String>,
}

impl PluginProcess {
    /// Starts `executable` with only `environment` and the magic cookie, reads the handshake, connects, and calls the
    /// health service.
    ///
    /// # Errors
    /// One of these steps fails.
    pub async fn start(
        executable: &Path,
        environment: impl IntoIterator<Item = (String, OsString)>,
    ) -> Result<Self, PluginProcessError> {
        let begun = Instant::now();
        let mut child = Command::new(executable)
            .env_clear()
            // Windows can't open a socket without `SystemRoot`; other systems don't have this variable.
            .envs(std::env::var_os("SystemRoot").map(|root| ("SystemRoot", root)))
            .envs(environment)
            .env(MAGIC_COOKIE.0, MAGIC_COOKIE.1)
            .env("PLUGIN_PROTOCOL_VERSIONS", "2")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(io::Error::other("no pipes").into());
        };
        let stderr = tokio::spawn(read_all(stderr));
        let mut stdout = BufReader::new(stdout);
        let handshake = match read_handshake(&mut stdout).await {
            Ok(line) => line,
            Err(error) => {
                child.kill().await?;
                let stderr = stderr.await.unwrap_or_default();
                return Err(error.unwrap_or(PluginProcessError::NoHandshake { stderr }));
            }
        };
        let greeted_after = begun.elapsed();
        let stdout = tokio::spawn(read_all(stdout));
        let address = parse_handshake(&handshake)
            .ok_or_else(|| PluginProcessError::Handshake(handshake.clone()))?;
        let channel =
            Endpoint::from_shared(format!("http://{address}"))?.tcp_nodelay(true).connect().await?;
        let process = Self { child, channel, handshake, greeted_after, stdout, stderr };
        process.check_serving().await?;
        Ok(process)
    }

    /// The handshake line.
    pub fn handshake(&self) -> &str {
        &self.handshake
    }

    /// Time from starting the process to its handshake.
    pub fn greeted_after(&self) -> Duration {
        self.greeted_after
    }

    /// Process id, while it runs.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// The connection, for calls that have no method here.
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// Sends queries.
    ///
    /// # Errors
    /// The whole call fails. An error of one query is part of the answer.
    pub async fn query(
        &self,
        request: QueryDataRequest,
    ) -> Result<QueryDataResponse, PluginProcessError> {
        let mut client =
            DataClient::new(self.channel()).max_decoding_message_size(MAX_ANSWER_BYTES);
        Ok(client.query_data(request).await?.into_inner())
    }

    /// "Save & test".
    ///
    /// # Errors
    /// The call fails. An unhealthy data source is an answer, not an error.
    pub async fn check_health(
        &self,
        context: PluginContext,
    ) -> Result<CheckHealthResponse, PluginProcessError> {
        let request = CheckHealthRequest { plugin_context: Some(context) };
        Ok(DiagnosticsClient::new(self.channel()).check_health(request).await?.into_inner())
    }

    /// The plugin's own metrics, as Prometheus text.
    ///
    /// # Errors
    /// The call fails.
    pub async fn metrics(&self) -> Result<String, PluginProcessError> {
        let mut client = DiagnosticsClient::new(self.channel());
        let answer = client.collect_metrics(CollectMetricsRequest {}).await?.into_inner();
        let payload = answer.metrics.unwrap_or_default();
        Ok(String::from_utf8_lossy(&payload.prometheus).into_owned())
    }

    /// Sends an HTTP request to the plugin.
    ///
    /// # Errors
    /// The call fails, or returns no message.
    pub async fn call_resource(
        &self,
        request: CallResourceRequest,
    ) -> Result<CallResourceResponse, PluginProcessError> {
        let mut client =
            ResourceClient::new(self.channel()).max_decoding_message_size(MAX_ANSWER_BYTES);
        let mut messages = client.call_resource(request).await?.into_inner();
        let first = messages.try_next().await?;
        first.ok_or_else(|| tonic::Status::internal("no answer").into())
    }

    /// Tells the plugin to stop, and kills it if it hasn't stopped after two seconds, as Grafana does.
    ///
    /// # Errors
    /// Waiting for the process fails.
    pub async fn stop(self) -> Result<Ended, PluginProcessError> {
        // The call fails when the plugin has already stopped, which is fine.
        let _ = GRPCControllerClient::new(self.channel()).shutdown(Empty {}).await;
        self.ended().await
    }

    /// Waits until the process has ended, and kills it after two seconds.
    ///
    /// # Errors
    /// Waiting for the process fails.
    pub async fn ended(mut self) -> Result<Ended, PluginProcessError> {
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        if ended.is_err() {
            self.child.kill().await?;
        }
        let status = ended.ok().transpose()?;
        let stdout = self.stdout.await.unwrap_or_default();
        let stderr = self.stderr.await.unwrap_or_default();
        Ok(Ended { status, stdout, stderr })
    }

    async fn check_serving(&self) -> Result<(), PluginProcessError> {
        let request = HealthCheckRequest { service: HEALTH_SERVICE.to_owned() };
        let answer = HealthClient::new(self.channel()).check(request).await?;
        match answer.into_inner().status() {
            ServingStatus::Serving => Ok(()),
            _ => Err(PluginProcessError::NotServing),
        }
    }
}

/// The first line of stdout. `Err(None)`: there was none.
async fn read_handshake(
    stdout: &mut BufReader<ChildStdout>,
) -> Result<String, Option<PluginProcessError>> {
    let mut line = String::new();
    let read = tokio::time::timeout(GREETING, stdout.read_line(&mut line)).await;
    match read {
        Ok(Ok(count)) if count > 0 => Ok(line.trim_end().to_owned()),
        Ok(Err(error)) => Err(Some(error.into())),
        Ok(Ok(_)) | Err(_) => Err(None),
    }
}

/// The address in `1|2|tcp|127.0.0.1:PORT|grpc`: core protocol 1, plugin protocol 2.
fn parse_handshake(line: &str) -> Option<&str> {
    line.strip_prefix("1|2|tcp|")?.strip_suffix("|grpc")
}

async fn read_all(from: impl AsyncRead + Unpin) -> String {
    let mut bytes = Vec::new();
    let mut from = from.take(MAX_OUTPUT_BYTES);
    // After an error, the output read so far is still worth showing.
    let _ = from.read_to_end(&mut bytes).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_address_of_a_handshake() {
        assert_eq!(parse_handshake("1|2|tcp|127.0.0.1:1234|grpc"), Some("127.0.0.1:1234"));
        for line in ["", "1|1|tcp|127.0.0.1:1|grpc", "1|2|unix|x|grpc", "1|2|tcp|1:1|netrpc"] {
            assert_eq!(parse_handshake(line), None, "{line}");
        }
    }
}
