//! The fleet as one immutable snapshot, its filters, and its refresh.

mod dimension;
mod filter;
mod refresh;
mod snapshot;
mod table;

pub use dimension::Dimension;
pub use filter::Filters;
pub use refresh::{Aged, Failure, Fetch, Policy, Refresher, Served, Stale, Unavailable};
pub use snapshot::Snapshot;
pub use table::{ABSENT, Column, Item, Matching, SubscriptionNames, Table};
