//! Integration tests: one binary, a module per subject.

mod demo_instance;
mod real_replies;
