//! For alert rules: Flux objects of any kind that are not ready, from whoever knows it best.
//!
//! Source: as `reconcilers`. One row per object whose Ready condition is False and that isn't suspended; objects in
//! progress (Unknown) are none.

use crate::query::alert::{self, INCLUDE, specs};
use crate::query::ask::{EndpointAnswer, MetricsQuery};
use crate::query::flux_objects::witness_notice;
use crate::query::spec::METRIC_FILTERS;
use crate::query::standing::{self, LABELS};
use crate::query::{Answer, Group, MetricsAnswer, Need, QueryType, Timing, View};
use flux::ObjectState;
use frame::{Frame, FrameType};

pub(in crate::query) static TYPE: QueryType = QueryType {
    id: "not-ready",
    title: "Objects not ready",
    description: "For alert rules: one row per Flux object that is not ready, from Prometheus where it knows, else from Azure; 0 when none is.",
    group: Group::Alerts,
    own_params: &[INCLUDE],
    frame_types: &[FrameType::NumericLong],
    fields: || specs(&LABELS),
    shows_conditions: false,
    needs_clusters: false,
    answer: Answer::Metrics(MetricsAnswer {
        filters: &METRIC_FILTERS,
        snapshot: |_| Need::All,
        endpoints: |_| Need::All,
        must_be_whole: true,
        timing: |_, range, _, scrape_interval| Timing::instant(range, scrape_interval),
        plan: |query, place| standing::plan(query, place, ObjectState::Failing),
        frames,
    }),
};

fn frames(query: &MetricsQuery<'_>, answers: &[EndpointAnswer], view: &View<'_>) -> Vec<Frame> {
    let found = standing::items(query, answers, view, ObjectState::Failing);
    let items = found.items.into_iter();
    let mut frame = alert::frame(TYPE.id, &specs(&LABELS), items, query.params, view);
    frame.meta.notices.extend(witness_notice(found.from_azure, query.endpoints));
    vec![frame]
}
