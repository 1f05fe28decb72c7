//! Integration tests: one binary, a module per subject.

mod any_input;
mod command_line;
mod dashboards;
mod demo_instance;
mod edge;
mod handshake;
mod layers;
mod manifest;
mod metrics;
mod prometheus;
mod real_replies;
mod resilience;
mod sign_in;
mod support;
mod tls;
mod upstream;
