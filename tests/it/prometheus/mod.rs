//! The simulated metrics, and what is asked of them, against the real Prometheus and real dumps.

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
