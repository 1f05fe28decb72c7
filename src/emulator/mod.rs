//! Fakes of Azure over HTTP.

pub mod kql;
