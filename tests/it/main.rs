//! Integration tests: one binary, a module per side of the plugin that is looked at.

mod demo_instance;
mod edge;
mod handshake;
mod layers;
mod manifest;
mod real_replies;
mod support;
