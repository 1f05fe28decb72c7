//! The gRPC edge: Grafana's plugin host starts, queries and stops the plugin through it. The only module that knows
//! protobuf and the plugin SDK; all other modules take parsed queries and return frames.

mod data;
mod diagnostics;
mod edge;
mod fleet_metrics;
mod holding;
mod instances;
mod logging;
mod metrics;
mod resource;
mod serve;
mod stop;
#[cfg(test)]
mod tests;
pub mod wire;

pub(crate) use edge::Edge;
pub use serve::{CLIENT_CERTIFICATE, HEALTH_SERVICE, LOG_LEVEL, MAGIC_COOKIE};
pub(crate) use serve::{ServeError, run};
pub use stop::{Stop, StopReason, parent_id};
