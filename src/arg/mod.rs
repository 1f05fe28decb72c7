//! Azure Resource Graph: the listings, and the client that fetches them page by page.

mod client;
pub mod kql;
mod listing;
mod page;
mod quota;
mod scope;
mod send;
#[cfg(test)]
mod tests;

pub use client::{ArgClient, Limits};
pub use listing::Listed;
pub use page::{DecodeError, Envelope, PageSink};
pub use scope::Scope;
