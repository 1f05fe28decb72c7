//! Azure Resource Graph: the queries, their pages, and how rows are read.

mod client;
mod clusters;
pub mod kql;
mod listing;
mod mend;
mod page;
mod pages;
mod raw;
mod row;
mod scope;
mod send;
mod subscriptions;
#[cfg(test)]
mod tests;
mod workspaces;

pub(crate) use client::{ArgClient, Limits};
pub use clusters::ClusterPages;
#[cfg(test)]
pub(crate) use listing::Listed;
#[cfg(test)]
pub(crate) use page::DecodeError;
pub(crate) use page::Envelope;
pub use page::PageSink;
pub(crate) use pages::Unreadable;
pub(crate) use pages::read_configuration;
pub use pages::{FleetPages, read_resource};
#[cfg(test)]
pub(crate) use row::MAX_MESSAGE;
pub use row::{Row, RowReader};
pub(crate) use scope::Scope;
pub use subscriptions::SubscriptionPages;
pub use workspaces::WorkspacePages;
