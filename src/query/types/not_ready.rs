//! For alert rules: Flux objects of any kind that are not ready, from the upstream that knows the state best.
//!
//! Upstreams: as `reconcilers`. One row per object whose Ready condition is False and that isn't suspended. Objects in
//! progress (Ready is Unknown) don't count.

use crate::arg::kql::quote;
use crate::prometheus::Selection;
use crate::query::alert::{self, AlertParams};
use crate::query::expression::{AskedEndpoint, EndpointSeries, Expression, Run};
use crate::query::filters::on_inventory;
use crate::query::flux_objects::witness_notice;
use crate::query::kql;
use crate::query::native::NativeQuery;
use crate::query::object_state::{LABELS, ObjectsInState, StatePurpose};
use crate::query::params;
use crate::query::query_type::{EditorGroup, FromMetrics, MetricsType, Need, QueryType};
use crate::query::spec::FrameSpec;
use crate::query::view::MetricsView;
use flux::ObjectState;
use frame::Frame;
use std::time::Duration;

pub(super) static TYPE: QueryType = QueryType {
    id: "not-ready",
    title: "Objects not ready",
    description: "For alert rules: one row per Flux object that is not ready, from Prometheus where it knows, else from Azure; 0 when none is.",
    group: EditorGroup::Alerts,
    shows_conditions: false,
    needs_clusters: false,
    definition: &FromMetrics(NotReady),
};

type Params = params::Params<AlertParams, Selection>;

#[derive(Debug)]
struct NotReady;

fn failing(params: &Params) -> ObjectsInState<'_> {
    ObjectsInState {
        state: ObjectState::Failing,
        include: params.own.include,
        selection: &params.filters,
    }
}

impl MetricsType for NotReady {
    type Own = AlertParams;
    type Filters = Selection;
    type Purpose = StatePurpose;

    const MUST_BE_WHOLE: bool = true;

    fn snapshot(_: &Params) -> Need {
        Need::All
    }

    fn endpoints(_: &Params) -> Need {
        Need::All
    }

    fn plan(
        params: &Params,
        _: Run,
        endpoint: &AskedEndpoint<'_>,
    ) -> Vec<Expression<StatePurpose>> {
        failing(params).plan(endpoint)
    }

    fn frames(
        params: &Params,
        run: Run,
        replies: &[EndpointSeries<'_, StatePurpose>],
        view: &MetricsView<'_>,
    ) -> Vec<Frame> {
        let found = failing(params).items(replies, view);
        let items = found.items.into_iter();
        let include = params.own.include;
        let mut frame = alert::frame(TYPE.id, &LABELS, items, include, params.limit, view.portal);
        frame.meta.notices.extend(witness_notice(found.from_azure, run.endpoints));
        vec![frame]
    }

    fn frame_spec(_: &Params) -> FrameSpec {
        alert::frame_spec(&LABELS)
    }

    fn native_rule(params: &Params, _: Duration) -> Option<NativeQuery> {
        let Selection { names, controllers, .. } = &params.filters;
        let rows =
            kql::reconcilers(kql::IN_RULES, &on_inventory(&params.filters), names, controllers);
        let fails = format!("objectState == {}", quote(ObjectState::Failing.as_str()));
        Some(NativeQuery::Kql(kql::alert_rows(&rows, &fails, &["kind", "namespace", "name"])))
    }
}
