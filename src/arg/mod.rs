//! Azure Resource Graph: what we ask, how pages come, and what their rows mean.

mod lenient;
mod listing;
mod page;
mod raw;
mod row;

pub use listing::{FleetPages, SubscriptionPages, Unreadable, read_resource};
pub use page::{DecodeError, Envelope, PageSink};
pub use row::{MAX_MESSAGE, Row, RowError, RowReader};
