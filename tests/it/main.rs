//! Integration tests: one binary, a module per subject.

mod alert_questions;
mod any_input;
mod command_line;
mod dashboards;
mod demo_instance;
mod edge;
mod handshake;
mod layers;
mod manifest;
mod metrics;
mod native;
mod prometheus;
mod provisioning;
mod real_replies;
mod resilience;
mod sign_in;
mod support;
mod tls;
mod upstream;
