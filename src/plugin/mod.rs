//! The gRPC edge: what Grafana's plugin host starts, asks and stops. The only place that knows protobuf and the plugin
//! SDK; everything behind it takes parsed queries and gives back frames.

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
pub mod wire;

pub(crate) use edge::Edge;
pub use serve::{CLIENT_CERTIFICATE, HEALTH_SERVICE, LOG_LEVEL, MAGIC_COOKIE};
pub(crate) use serve::{ServeError, run};
pub use stop::{Stop, StopReason, parent_id};
