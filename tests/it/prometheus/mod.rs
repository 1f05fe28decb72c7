//! The simulated metrics against the real Prometheus and real dumps.

mod dumps;
mod exposition;
mod tools;
