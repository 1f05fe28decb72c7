//! The simulated metrics, and what is asked of them, against the real Prometheus and real dumps.

mod differential;
mod dumps;
mod exposition;
mod real;
mod scraping;
mod tools;
mod write;

pub use real::RealPrometheus;
