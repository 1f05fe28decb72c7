//! The questions that can be asked: the catalogue, their parameters, and their answers.
//!
//! An answer about the inventory is a pure function of parameters, snapshot and time. A new query type is one file in
//! `types/` and one line in [`CATALOGUE`].

mod alert;
mod ask;
mod catalogue;
mod counts;
mod error;
mod event;
mod flux_objects;
mod group;
mod metric;
mod migrate;
mod names;
mod objects;
mod params;
mod parse;
mod rollouts;
mod spec;
mod standing;
mod table;
#[cfg(test)]
mod tests;
mod timing;
mod types;

pub use ask::{Answered, Ask, EndpointAnswer, MetricsQuery, Part, Place};
pub use catalogue::{
    Catalogue, CatalogueControl, CatalogueField, CatalogueMetric, CatalogueParam, CatalogueType,
    catalogue, catalogue_json,
};
pub use error::QueryError;
pub use metric::{Measure, Metric, MetricGroup, MetricPlan, metrics, plan as plan_metric};
pub use migrate::{VERSION, migrate};
pub use params::Params;
pub use parse::{Query, TimeRange};
pub use spec::{
    Choice, Control, FILTERS, FieldSpec, FieldType, LIMIT, LinkSpec, LinkTarget, METRIC_FILTERS,
    ParamSpec, States,
};
pub use table::config as field_config;
pub use timing::{Resolution, Timing};

use crate::inventory::Snapshot;
use flux::{Portal, UtcMillis};
use frame::{Frame, FrameType, Notice};
use serde::Serialize;
use std::time::Duration;
#[cfg(test)]
use ts_rs::TS;

/// What an answer is made from.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The fleet.
    pub snapshot: &'a Snapshot,
    /// The portal of its cloud.
    pub portal: &'a Portal,
    /// The time of the question.
    pub now: UtcMillis,
    /// The time range of the question; what has a time of its own is shown for this range only.
    pub range: TimeRange,
}

/// Where the editor lists a query type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
pub enum Group {
    /// Extensions and configurations.
    Fleet,
    /// What configurations are made of.
    Objects,
    /// What Prometheus knows.
    Metrics,
    /// For alert rules.
    Alerts,
    /// For template variables.
    Variables,
}

/// One thing that can be asked. The only list of them is [`CATALOGUE`].
#[derive(Debug)]
pub struct QueryType {
    /// `queryType` of saved queries: kebab-case, never renamed, never reused.
    pub id: &'static str,
    /// Name in the editor.
    pub title: &'static str,
    /// One line of explanation.
    pub description: &'static str,
    /// Where the editor lists it.
    pub group: Group,
    /// Parameters beside the filters and [`LIMIT`].
    pub own_params: &'static [ParamSpec],
    /// Kinds of frames that it answers with; the first is the default.
    pub frame_types: &'static [FrameType],
    /// Fields of its frames, in order. Those of counts depend on `groupBy`.
    pub fields: fn() -> Vec<FieldSpec>,
    /// Whether conditions of configurations that the user selected should be read for it.
    pub shows_conditions: bool,
    /// Whether it needs the clusters, which are read only once somebody asks for them.
    pub needs_clusters: bool,
    /// How an answer comes about.
    pub answer: Answer,
}

/// How an answer comes about.
#[derive(Debug)]
pub enum Answer {
    /// From the snapshot alone.
    Inventory(fn(&Params, &View<'_>) -> Frame),
    /// From Prometheus, with the snapshot beside it.
    Metrics(MetricsAnswer),
}

/// How an answer comes about from what Prometheus endpoints and Azure say.
#[derive(Debug)]
pub struct MetricsAnswer {
    /// The filters that it takes.
    pub filters: &'static [ParamSpec],
    /// What it needs the snapshot for.
    pub snapshot: fn(&Params) -> Need,
    /// What it needs the endpoints for.
    pub endpoints: fn(&Params) -> Need,
    /// Whether an endpoint that fails makes the answer wrong, rather than smaller: alert rules take what is missing for
    /// what is well again.
    pub must_be_whole: bool,
    /// When it asks.
    pub timing: fn(&Params, TimeRange, Resolution, Duration) -> Timing,
    /// What to ask one endpoint; nothing where it has nothing to say.
    pub plan: fn(&MetricsQuery<'_>, &Place<'_>) -> Vec<Ask>,
    /// The frames, at least one.
    pub frames: fn(&MetricsQuery<'_>, &[EndpointAnswer], &View<'_>) -> Vec<Frame>,
}

/// How much an answer depends on something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Not at all: it isn't asked for.
    Nothing,
    /// The answer is poorer without it, and says so.
    Some,
    /// There is no answer without it.
    All,
}

impl QueryType {
    /// All parameters, in the order of the editor.
    pub fn params(&self) -> Vec<&'static ParamSpec> {
        let filters = match &self.answer {
            Answer::Inventory(_) => &FILTERS[..],
            Answer::Metrics(answer) => answer.filters,
        };
        self.own_params.iter().chain(filters).chain([&LIMIT]).collect()
    }
}

/// Every query type, in the order of the editor.
pub static CATALOGUE: &[&QueryType] = &[
    &types::extensions::TYPE,
    &types::extension_counts::TYPE,
    &types::versions::TYPE,
    &types::configurations::TYPE,
    &types::configuration_counts::TYPE,
    &types::rollout::TYPE,
    &types::events::TYPE,
    &types::coverage::TYPE,
    &types::coverage_counts::TYPE,
    &types::configuration_objects::TYPE,
    &types::top_errors::TYPE,
    &types::kustomizations::TYPE,
    &types::metric::TYPE,
    &types::reconcilers::TYPE,
    &types::reconciler_counts::TYPE,
    &types::drift::TYPE,
    &types::not_ready::TYPE,
    &types::failing_extensions::TYPE,
    &types::failing_configurations::TYPE,
    &types::failing_objects::TYPE,
    &types::overdue::TYPE,
    &types::source_health::TYPE,
    &types::values::TYPE,
];

/// Says that rows were cut, with both numbers.
fn note_cut(frame: &mut Frame, shown: usize, all: usize) {
    if shown < all {
        frame.meta.notices.push(Notice::warning(format!(
            "Showing {shown} of {all} rows. Raise the row limit (params.limit) or filter further."
        )));
    }
}
