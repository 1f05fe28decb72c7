//! Integration tests: one binary, a module per side of the plugin that is looked at.

mod edge;
mod handshake;
mod layers;
mod manifest;
mod support;
