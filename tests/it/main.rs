//! Integration tests: one binary, a module per side of the plugin that is looked at.

mod handshake;
mod layers;
mod manifest;
