//! The query types: their catalogue, their parameters and their answers.
//!
//! An answer about the inventory is a pure function of parameters, snapshot and time. A new query type is one file in
//! `types/` and one line in [`CATALOGUE`].

mod alert;
mod catalogue;
mod counts;
mod error;
mod event;
mod expression;
mod filters;
mod flux_objects;
mod group;
mod kql;
mod metric;
mod migrate;
mod names;
mod native;
mod object_state;
mod objects;
mod params;
mod parse;
mod placeholder;
mod query_type;
mod rollouts;
mod severity;
mod short;
mod spec;
mod table;
#[cfg(test)]
mod tests;
mod timing;
mod types;
mod view;

pub use catalogue::{
    Catalogue, CatalogueControl, CatalogueField, CatalogueFormat, CatalogueMetric, CatalogueParam,
    CatalogueType, catalogue, catalogue_json,
};
pub use error::QueryError;
pub use expression::{
    AskedEndpoint, EndpointPlan, EndpointReply, Expression, PromReply, Run, SentExpression,
};
pub use kql::{KqlQuery, KqlStyle, SHOWN_ROWS};
pub use metric::{Measure, Metric, MetricGroup, MetricPlan, metrics, plan as plan_metric};
pub use migrate::{VERSION, migrate};
pub use native::{NativePanel, NativeQuery, PromqlQuery};
pub use parse::Query;
pub use placeholder::hold;
pub use query_type::{
    AnyQuery, EditorGroup, Format, InventoryQuery, MetricsQuery, Need, PreparedQuery, QueryType,
};
pub use spec::{
    Choice, Control, FieldSpec, FieldType, FrameSpec, LinkSpec, LinkTarget, ParamSpec, States,
};
pub use table::config as field_config;
pub use timing::{Resolution, TimeRange, Timing};
pub use types::{CATALOGUE, DataStatus, EndpointStatus};
pub use view::{MetricsView, View};
