//! Integration tests: one binary, a module per subject.

mod alert_questions;
mod any_input;
mod command_line;
mod dashboards;
mod demo_instance;
mod docs;
mod edge;
mod golden;
mod handshake;
mod kube_state_metrics;
mod layers;
mod manifest;
mod metrics;
mod native;
mod prometheus;
mod provisioning;
mod real_replies;
mod resilience;
mod sign_in;
mod still;
mod support;
mod tls;
mod trying_out;
mod upstream;
mod workflows;
