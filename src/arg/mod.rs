//! Azure Resource Graph: what we ask, how pages come, and what their rows mean.

mod client;
mod clusters;
pub mod kql;
mod listing;
mod mend;
mod page;
mod pages;
mod quota;
mod raw;
mod row;
mod scope;
mod send;
mod subscriptions;
#[cfg(test)]
mod tests;
mod workspaces;

pub use client::{ArgClient, Limits};
pub use clusters::ClusterPages;
pub use listing::Listed;
pub use page::{DecodeError, Envelope, PageSink};
pub use pages::{FleetPages, Unreadable, read_resource};
pub use row::{MAX_MESSAGE, Row, RowError, RowReader};
pub use scope::Scope;
pub use subscriptions::SubscriptionPages;
pub use workspaces::WorkspacePages;
