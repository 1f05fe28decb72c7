//! Azure GitOps (Flux): a Grafana data source for fleets of AKS and Azure Arc clusters that run Flux v2.
//!
//! # The way of data
//! ```text
//! refresh:  pages of JSON ─arg─▶ domain values ─▶ inventory::Snapshot (immutable, shared)
//! request:  plugin ─▶ query::Query ─(pure function of parameters, snapshot, now)─▶ frame::Frame ─▶ Arrow ─▶ plugin
//! ```
//!
//! # Module order
//! A module uses only those to its left; `tests/it/layers` enforces it:
//! `upstream, arg, prometheus, settings, inventory, query, alert, dashboard, native, instance, connect, plugin, cli`.
#![cfg_attr(test, allow(clippy::needless_pass_by_value, clippy::unwrap_used))]

pub mod alert;
pub mod arg;
pub mod cli;
pub mod connect;
pub mod dashboard;
#[cfg(test)]
mod generated;
pub mod instance;
pub mod inventory;
pub mod native;
pub mod plugin;
pub mod prometheus;
pub mod query;
pub mod settings;
pub mod upstream;
