//! The simulated metrics and the queries on them, tested against a real Prometheus and real controllers' metrics.

mod alerts;
mod catalogue;
mod client;
mod differential;
mod dumps;
mod expected;
mod exposition;
mod readiness;
mod real;
mod scraping;
mod tools;
mod write;

pub use catalogue::{END, SPAN, answer, backfilled, instance, rows};
pub use real::RealPrometheus;
pub use tools::program;
