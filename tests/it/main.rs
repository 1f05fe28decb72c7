//! Integration tests: one binary, a module per subject.

mod real_replies;
