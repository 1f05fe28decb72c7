//! KQL that query types use for Grafana's own Azure Monitor data source.
//!
//! That data source shows only the first 1,000 rows of a reply. So Resource Graph does the counting; tables start with
//! the worst rows and come with the number of all rows; rows for alert rules start with failing items. The data source
//! can't read booleans, so they are sent as texts.

mod alert_rows;
mod counts;
mod query;
mod rows;
mod style;
mod table;

pub(super) use alert_rows::alert_rows;
pub(super) use counts::{count_by_state, count_rows, count_where, count_with};
pub use query::{KqlQuery, SHOWN_ROWS};
pub(super) use rows::{
    EXPANDED, clusters, column_name, configuration_fails, configurations, coverage,
    extension_columns, extension_fails, extensions, object_fails, objects, reconcilers, time,
    with_subscription,
};
pub use style::KqlStyle;
pub(super) use style::{IN_RULES, filter};
pub(super) use table::{
    KqlTable, compliance_order, fact, listed, of_cluster, of_configuration, page, plain, rank,
    reference,
};
