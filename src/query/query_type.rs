//! The type of catalogue entries, and the two traits that a query type's file implements.
//!
//! A query type reads its parameters into a struct of its own. Everything outside its file sees a [`PreparedQuery`], which
//! keeps that struct inside, so no other code can look up a parameter by name.

use super::error::QueryError;
use super::expression::{
    AskedEndpoint, EndpointPlan, EndpointReply, EndpointSeries, Expression, Run,
};
use super::filters::FilterSet;
use super::metric::metrics;
use super::native::{NativePanel, NativeQuery};
use super::params::{ParamSet, Params};
use super::spec::{Control, FrameSpec, ParamSpec};
use super::timing::{Resolution, TimeRange, Timing};
use super::view::{MetricsView, View};
use crate::inventory::Filters;
use crate::prometheus::Selection;
use frame::{Frame, FrameType};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use std::time::Duration;
#[cfg(test)]
use ts_rs::TS;

/// Heading under which the editor lists a query type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
pub enum EditorGroup {
    /// Extensions and configurations.
    Fleet,
    /// The parts of configurations.
    Objects,
    /// Query types over Prometheus.
    Metrics,
    /// For alert rules.
    Alerts,
    /// For template variables.
    Variables,
}

/// How much an answer needs one of its upstreams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The upstream isn't queried.
    Nothing,
    /// Without the upstream, the answer is incomplete, and a notice says so.
    Some,
    /// Without the upstream, the query fails.
    All,
}

/// An entry of the catalogue.
#[derive(Debug)]
pub struct QueryType {
    /// `queryType` of saved queries: kebab-case, never renamed, never reused.
    pub id: &'static str,
    /// Name in the editor.
    pub title: &'static str,
    /// One line of explanation.
    pub description: &'static str,
    /// Heading under which the editor lists it.
    pub group: EditorGroup,
    /// Whether the query type shows conditions. If so, the conditions of configurations that the user selected are read
    /// from Resource Manager.
    pub shows_conditions: bool,
    /// Whether it needs the list of clusters. The list is read only when a query type needs it.
    pub needs_clusters: bool,
    /// What the query type's file defines.
    pub(in crate::query) definition: &'static dyn Definition,
}

/// One format in which a query type answers.
#[derive(Clone, Debug)]
pub struct Format {
    /// The parameter that chooses this format; empty for the default format.
    pub params: Map<String, Value>,
    /// The frame.
    pub frame: FrameSpec,
}

impl QueryType {
    /// All parameters, in the order of the editor.
    pub fn params(&self) -> Vec<ParamSpec> {
        self.definition.params()
    }

    /// Values for the parameters that have no default.
    pub fn required_params(&self) -> Map<String, Value> {
        let required = |spec: ParamSpec| {
            let value = match spec.control {
                Control::Dimension(choices) => json!(choices.first()?.id()),
                Control::Metric => json!(metrics().next()?.id),
                _ => return None,
            };
            Some((spec.name.to_owned(), value))
        };
        self.params().into_iter().filter_map(required).collect()
    }

    /// The formats of its answers; the first is the default.
    pub fn formats(&self) -> Vec<Format> {
        let chooser = self.params().into_iter().find(|spec| spec.chooses_format);
        let choices: Vec<Map<String, Value>> = match chooser {
            None => vec![Map::new()],
            Some(spec) => {
                let others = match spec.control {
                    Control::OneOf(choices) => {
                        choices.iter().skip(1).map(|choice| json!(choice.value)).collect()
                    }
                    Control::Switch => vec![json!(true)],
                    _ => Vec::new(),
                };
                let chosen = |value| Map::from_iter([(spec.name.to_owned(), value)]);
                std::iter::once(Map::new()).chain(others.into_iter().map(chosen)).collect()
            }
        };
        let format = |params: Map<String, Value>| {
            let mut all = self.required_params();
            all.extend(params.clone());
            let prepared = self.prepare(&all).ok()?;
            Some(Format { params, frame: prepared.documented_frame() })
        };
        choices.into_iter().filter_map(format).collect()
    }

    /// Types of its frames; the first is the default.
    pub fn frame_types(&self) -> Vec<FrameType> {
        let mut types = Vec::new();
        for format in self.formats() {
            if !types.contains(&format.frame.frame_type) {
                types.push(format.frame.frame_type);
            }
        }
        types
    }

    /// Reads the parameters of a saved query.
    ///
    /// # Errors
    /// A parameter is wrong.
    pub fn prepare(&self, params: &Map<String, Value>) -> Result<PreparedQuery, QueryError> {
        self.definition.prepare(self.id, params)
    }
}

/// A query with its parameters read, ready to be answered.
#[derive(Clone, Debug)]
pub enum PreparedQuery {
    /// Answered from the snapshot alone.
    Inventory(Arc<dyn InventoryQuery>),
    /// Answered from Prometheus, or from Prometheus and the snapshot.
    Metrics(Arc<dyn MetricsQuery>),
}

impl PreparedQuery {
    fn any(&self) -> &dyn AnyQuery {
        match self {
            Self::Inventory(query) => &**query,
            Self::Metrics(query) => &**query,
        }
    }

    /// The description of its frame.
    pub fn frame_spec(&self) -> FrameSpec {
        self.any().frame_spec()
    }

    /// The description of its frame in the reference documentation.
    fn documented_frame(&self) -> FrameSpec {
        self.any().documented_frame()
    }

    /// The panel's query for Grafana's own data sources. `None`: neither of them can answer it.
    pub fn native_panel(&self, panel: &NativePanel<'_>) -> Option<NativeQuery> {
        self.any().native_panel(panel)
    }

    /// The alert rule's query for Grafana's own data sources, over this length of time. `None`: neither of them can
    /// answer it.
    pub fn native_rule(&self, over: Duration) -> Option<NativeQuery> {
        self.any().native_rule(over)
    }
}

/// What every prepared query offers.
pub trait AnyQuery: Debug + Send + Sync {
    /// The description of its frame.
    fn frame_spec(&self) -> FrameSpec;
    /// The description of its frame in the reference documentation.
    fn documented_frame(&self) -> FrameSpec;
    /// See [`PreparedQuery::native_panel`].
    fn native_panel(&self, panel: &NativePanel<'_>) -> Option<NativeQuery>;
    /// See [`PreparedQuery::native_rule`].
    fn native_rule(&self, over: Duration) -> Option<NativeQuery>;
}

/// A prepared query that is answered from the snapshot alone.
pub trait InventoryQuery: AnyQuery {
    /// Its filters.
    fn filters(&self) -> &Filters;
    /// The answer.
    fn frame(&self, view: &View<'_>) -> Frame;
}

/// A prepared query that is answered from Prometheus, or from Prometheus and the snapshot.
pub trait MetricsQuery: AnyQuery {
    /// How much it needs the snapshot.
    fn snapshot(&self) -> Need;
    /// How much it needs the endpoints.
    fn endpoints(&self) -> Need;
    /// Whether a failing endpoint makes the answer wrong rather than incomplete. An alert rule would treat a missing
    /// row as an item that no longer fails.
    fn must_be_whole(&self) -> bool;
    /// The points in time for which it asks.
    fn timing(&self, range: TimeRange, resolution: Resolution, scrape_interval: Duration)
    -> Timing;
    /// Its filters on series.
    fn selection(&self) -> Selection;
    /// The expressions for one endpoint; empty when the endpoint has none of the metrics.
    fn plan(&self, run: Run, endpoint: &AskedEndpoint<'_>) -> EndpointPlan;
    /// The answer: at least one frame. `replies` are the replies to its own plans. Without a snapshot, the answer has no
    /// rows of the inventory.
    fn frames(&self, run: Run, replies: &[EndpointReply], view: &MetricsView<'_>) -> Vec<Frame>;
}

/// The definition of a query type, with the type of its parameters hidden.
pub(in crate::query) trait Definition: Debug + Send + Sync {
    fn params(&self) -> Vec<ParamSpec>;
    fn prepare(
        &self,
        query_type: &'static str,
        params: &Map<String, Value>,
    ) -> Result<PreparedQuery, QueryError>;
}

/// A query type that is answered from the snapshot alone: a pure function of parameters, snapshot and time.
pub(in crate::query) trait InventoryType: Debug + Send + Sync + 'static {
    /// Its own parameters; every query type also has the filters and the row limit.
    type Own: ParamSet;

    /// The description of its frame.
    fn frame_spec(params: &Params<Self::Own, Filters>) -> FrameSpec;

    /// The answer.
    fn frame(params: &Params<Self::Own, Filters>, view: &View<'_>) -> Frame;

    /// See [`PreparedQuery::native_panel`].
    fn native_panel(
        _params: &Params<Self::Own, Filters>,
        _panel: &NativePanel<'_>,
    ) -> Option<NativeQuery> {
        None
    }

    /// See [`PreparedQuery::native_rule`].
    fn native_rule(_params: &Params<Self::Own, Filters>, _over: Duration) -> Option<NativeQuery> {
        None
    }
}

/// A query type that is answered from Prometheus, or from Prometheus and the snapshot.
pub(in crate::query) trait MetricsType: Debug + Send + Sync + 'static {
    /// Its own parameters; every query type also has filters and the row limit.
    type Own: ParamSet;
    /// Its filters.
    type Filters: FilterSet;
    /// The purpose of each of its expressions.
    type Purpose: Debug + Send + Sync + 'static;

    /// See [`MetricsQuery::must_be_whole`].
    const MUST_BE_WHOLE: bool = false;

    /// How much it needs the snapshot.
    fn snapshot(params: &Params<Self::Own, Self::Filters>) -> Need;

    /// How much it needs the endpoints.
    fn endpoints(params: &Params<Self::Own, Self::Filters>) -> Need;

    /// The points in time for which it asks. By default, the end of the time range.
    fn timing(
        _params: &Params<Self::Own, Self::Filters>,
        range: TimeRange,
        _resolution: Resolution,
        scrape_interval: Duration,
    ) -> Timing {
        Timing::instant(range, scrape_interval)
    }

    /// The expressions for one endpoint; empty when the endpoint has none of the metrics.
    fn plan(
        params: &Params<Self::Own, Self::Filters>,
        run: Run,
        endpoint: &AskedEndpoint<'_>,
    ) -> Vec<Expression<Self::Purpose>>;

    /// The answer: at least one frame. Each reply comes with the purpose of its expression.
    fn frames(
        params: &Params<Self::Own, Self::Filters>,
        run: Run,
        replies: &[EndpointSeries<'_, Self::Purpose>],
        view: &MetricsView<'_>,
    ) -> Vec<Frame>;

    /// The description of its frame.
    fn frame_spec(params: &Params<Self::Own, Self::Filters>) -> FrameSpec;

    /// The description of its frame in the reference documentation, which describes more than the one metric of
    /// `params`.
    fn documented_frame(params: &Params<Self::Own, Self::Filters>) -> FrameSpec {
        Self::frame_spec(params)
    }

    /// See [`PreparedQuery::native_panel`].
    fn native_panel(
        _params: &Params<Self::Own, Self::Filters>,
        _panel: &NativePanel<'_>,
    ) -> Option<NativeQuery> {
        None
    }

    /// See [`PreparedQuery::native_rule`].
    fn native_rule(
        _params: &Params<Self::Own, Self::Filters>,
        _over: Duration,
    ) -> Option<NativeQuery> {
        None
    }
}

/// Adapts an [`InventoryType`] for the catalogue.
#[derive(Debug)]
pub(in crate::query) struct FromInventory<T>(pub(in crate::query) T);

impl<T: InventoryType> Definition for FromInventory<T> {
    fn params(&self) -> Vec<ParamSpec> {
        Params::<T::Own, Filters>::specs()
    }

    fn prepare(
        &self,
        query_type: &'static str,
        params: &Map<String, Value>,
    ) -> Result<PreparedQuery, QueryError> {
        let params = Params::read(query_type, params)?;
        let query = PreparedInventory::<T> { params };
        Ok(PreparedQuery::Inventory(Arc::new(query)))
    }
}

/// Adapts a [`MetricsType`] for the catalogue.
#[derive(Debug)]
pub(in crate::query) struct FromMetrics<T>(pub(in crate::query) T);

impl<T: MetricsType> Definition for FromMetrics<T> {
    fn params(&self) -> Vec<ParamSpec> {
        Params::<T::Own, T::Filters>::specs()
    }

    fn prepare(
        &self,
        query_type: &'static str,
        params: &Map<String, Value>,
    ) -> Result<PreparedQuery, QueryError> {
        let params = Params::read(query_type, params)?;
        let query = PreparedMetrics::<T> { params };
        Ok(PreparedQuery::Metrics(Arc::new(query)))
    }
}

/// A query of an [`InventoryType`].
struct PreparedInventory<T: InventoryType> {
    params: Params<T::Own, Filters>,
}

/// A query of a [`MetricsType`].
struct PreparedMetrics<T: MetricsType> {
    params: Params<T::Own, T::Filters>,
}

impl<T: InventoryType> Debug for PreparedInventory<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.params.fmt(f)
    }
}

impl<T: MetricsType> Debug for PreparedMetrics<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.params.fmt(f)
    }
}

impl<T: InventoryType> AnyQuery for PreparedInventory<T> {
    fn frame_spec(&self) -> FrameSpec {
        T::frame_spec(&self.params)
    }

    fn documented_frame(&self) -> FrameSpec {
        T::frame_spec(&self.params)
    }

    fn native_panel(&self, panel: &NativePanel<'_>) -> Option<NativeQuery> {
        T::native_panel(&self.params, panel)
    }

    fn native_rule(&self, over: Duration) -> Option<NativeQuery> {
        T::native_rule(&self.params, over)
    }
}

impl<T: InventoryType> InventoryQuery for PreparedInventory<T> {
    fn filters(&self) -> &Filters {
        &self.params.filters
    }

    fn frame(&self, view: &View<'_>) -> Frame {
        T::frame(&self.params, view)
    }
}

impl<T: MetricsType> AnyQuery for PreparedMetrics<T> {
    fn frame_spec(&self) -> FrameSpec {
        T::frame_spec(&self.params)
    }

    fn documented_frame(&self) -> FrameSpec {
        T::documented_frame(&self.params)
    }

    fn native_panel(&self, panel: &NativePanel<'_>) -> Option<NativeQuery> {
        T::native_panel(&self.params, panel)
    }

    fn native_rule(&self, over: Duration) -> Option<NativeQuery> {
        T::native_rule(&self.params, over)
    }
}

impl<T: MetricsType> MetricsQuery for PreparedMetrics<T> {
    fn snapshot(&self) -> Need {
        T::snapshot(&self.params)
    }

    fn endpoints(&self) -> Need {
        T::endpoints(&self.params)
    }

    fn must_be_whole(&self) -> bool {
        T::MUST_BE_WHOLE
    }

    fn timing(
        &self,
        range: TimeRange,
        resolution: Resolution,
        scrape_interval: Duration,
    ) -> Timing {
        T::timing(&self.params, range, resolution, scrape_interval)
    }

    fn selection(&self) -> Selection {
        self.params.filters.selection()
    }

    fn plan(&self, run: Run, endpoint: &AskedEndpoint<'_>) -> EndpointPlan {
        EndpointPlan::new(T::plan(&self.params, run, endpoint))
    }

    fn frames(&self, run: Run, replies: &[EndpointReply], view: &MetricsView<'_>) -> Vec<Frame> {
        let typed: Vec<EndpointSeries<'_, T::Purpose>> =
            replies.iter().map(EndpointReply::typed).collect();
        T::frames(&self.params, run, &typed, view)
    }
}
