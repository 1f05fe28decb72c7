//! The simulated metrics against the real Prometheus and real dumps.

mod catalogue;
mod client;
mod dumps;
mod expected;
mod exposition;
mod readiness;
mod server;
mod tools;
