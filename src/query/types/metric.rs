//! A metric of the catalogue, over time or as one value for the whole range.
//!
//! Upstreams: Prometheus endpoints and Azure Monitor workspaces. All are asked at once, and their replies are merged.
//! Time series: a frame per series. Instant: a row per series; rates and means are those of the whole range.

use crate::prometheus::{Detected, Generation, Grid, Selection, Subject};
use crate::query::expression::{AskedEndpoint, EndpointSeries, Expression, Run};
use crate::query::metric::{
    Combined, CombinedMetric, Labels, Measure, Metric, MetricGroup, MetricId, MetricPlan, Quantity,
    combine, plan,
};
use crate::query::native::{NativePanel, NativeQuery, PromqlQuery};
use crate::query::params::{self, FormatSwitch, OneOf, Param, choices, params};
use crate::query::placeholder::in_promql;
use crate::query::query_type::{EditorGroup, FromMetrics, MetricsType, Need, QueryType};
use crate::query::spec::{FieldSpec, FieldType, FrameSpec};
use crate::query::table::config;
use crate::query::timing::{Resolution, TimeRange, Timing};
use crate::query::view::{MetricsView, note_cut};
use flux::Portal;
use frame::{Field, Frame, FrameType, Notice};
use serde_json::json;
use std::time::Duration;

pub(super) static TYPE: QueryType = QueryType {
    id: "metric",
    title: "Metric",
    description: "A metric of the Flux controllers from Prometheus: over time, or one value for the whole time range.",
    group: EditorGroup::Metrics,
    shows_conditions: false,
    needs_clusters: false,
    definition: &FromMetrics(MetricQuery),
};

choices! {
    /// The quantiles.
    enum Quantile {
        P99 = "0.99", "P99";
        P95 = "0.95", "P95";
        P90 = "0.9", "P90";
        P75 = "0.75", "P75";
        P50 = "0.5", "P50 (median)";
    }
}

impl Quantile {
    /// The quantile as a number, 0 to 1.
    fn share(self) -> f64 {
        match self {
            Self::P99 => 0.99,
            Self::P95 => 0.95,
            Self::P90 => 0.9,
            Self::P75 => 0.75,
            Self::P50 => 0.5,
        }
    }
}

params! {
    /// Parameters of `metric`.
    struct Own {
        metric: &'static Metric = Param {
            name: "metric",
            label: "Metric",
            help: "What to show.",
            control: MetricId,
        },
        group_by: Vec<&'static str> [metric] = Param {
            name: "groupBy",
            label: "Group by",
            help: "One series for each combination of these labels; none: one series in all.",
            control: Labels,
        },
        quantile: Quantile = Param {
            name: "quantile",
            label: "Quantile",
            help: "Which quantile, for metrics that are one.",
            control: OneOf::new(),
        },
        instant: bool = Param {
            name: "instant",
            label: "Instant",
            help: "One value per series for the whole time range, for tables, stats and alert rules, instead of a time series.",
            control: FormatSwitch,
        },
    }
}

type Params = params::Params<Own, Selection>;

#[derive(Debug)]
struct MetricQuery;

static FIELDS: [FieldSpec; 2] = [
    FieldSpec::new("time", "Time", FieldType::Time, "End of the step; only time series have it."),
    FieldSpec::new(
        "value",
        "Value",
        FieldType::Number,
        "The metric's value in its own unit; empty where there is none.",
    ),
];

/// Most series of a time series. It applies in addition to the row limit, because Grafana draws each series.
const MAX_SERIES: usize = 1_000;

/// Placeholder for Grafana's `$__rate_interval` or `$__range`. The value is a duration that no real query uses, so it can be
/// found again in the PromQL text.
const WINDOW: Duration = Duration::from_secs(7_777_777);
const WINDOW_TEXT: &str = "[7777777s]";

/// The largest value of a series; without any, the smallest number.
fn largest(series: &Combined) -> f64 {
    let values = series.values.iter().copied().filter(|value| !value.is_nan());
    values.fold(f64::NEG_INFINITY, f64::max)
}

impl MetricsType for MetricQuery {
    type Own = Own;
    type Filters = Selection;
    type Purpose = Quantity;

    fn snapshot(_: &Params) -> Need {
        Need::Nothing
    }

    fn endpoints(_: &Params) -> Need {
        Need::All
    }

    fn timing(
        params: &Params,
        range: TimeRange,
        resolution: Resolution,
        scrape_interval: Duration,
    ) -> Timing {
        if params.own.instant {
            Timing::instant(range, scrape_interval)
        } else {
            Timing::range(range, resolution, scrape_interval)
        }
    }

    fn plan(params: &Params, run: Run, endpoint: &AskedEndpoint<'_>) -> Vec<Expression<Quantity>> {
        let Own { metric, group_by, quantile, .. } = &params.own;
        plan(&MetricPlan {
            metric,
            group_by,
            quantile: quantile.share(),
            window: run.timing.window,
            selection: endpoint.selection,
            detected: endpoint.detected,
            endpoint: endpoint.name,
            shared_groups: run.endpoints > 1 && !group_by.contains(&"cluster"),
        })
    }

    fn frames(
        params: &Params,
        run: Run,
        replies: &[EndpointSeries<'_, Quantity>],
        view: &MetricsView<'_>,
    ) -> Vec<Frame> {
        let Own { metric, group_by, quantile, .. } = &params.own;
        let mut combined = combine(metric, replies, group_by.len(), quantile.share());
        let all = combined.series.len();
        let notices = notices(metric, &combined, replies);
        if all > params.limit || params.limit < MAX_SERIES {
            // A row limit must not remove what is largest; a small one asks for the largest.
            combined.series.sort_by(|left, right| largest(right).total_cmp(&largest(left)));
        }
        let mut frames = match run.timing.grid {
            None => {
                combined.series.truncate(params.limit);
                vec![table(metric, group_by, &combined.series, view.portal)]
            }
            Some(grid) => {
                combined.series.truncate(params.limit.min(MAX_SERIES));
                let series = combined.series.iter();
                series
                    .map(|series| time_series(metric, group_by, series, grid, view.portal))
                    .collect()
            }
        };
        if frames.is_empty() {
            frames.push(Frame::new(TYPE.id, FrameType::TimeseriesMulti));
        }
        if let Some(first) = frames.first_mut() {
            note_cut(first, combined.series.len(), all);
            first.meta.notices.extend(notices);
        }
        frames
    }

    fn frame_spec(params: &Params) -> FrameSpec {
        let Own { metric, group_by, instant, .. } = &params.own;
        let value = FieldSpec {
            title: metric.title,
            doc: metric.description,
            unit: metric.unit,
            ..FIELDS[1]
        };
        let labels = group_by
            .iter()
            .map(|label| FieldSpec::new(label, label, FieldType::String, "Label of the series."));
        if *instant {
            FrameSpec::new(FrameType::NumericLong, labels.chain([value]).collect())
        } else {
            FrameSpec {
                frame_type: FrameType::TimeseriesMulti,
                labels: labels.collect(),
                fields: vec![FIELDS[0], value],
            }
        }
    }

    fn documented_frame(params: &Params) -> FrameSpec {
        if params.own.instant {
            FrameSpec::new(FrameType::NumericLong, vec![FIELDS[1]])
        } else {
            FrameSpec::new(FrameType::TimeseriesMulti, FIELDS.to_vec())
        }
    }

    fn native_panel(params: &Params, panel: &NativePanel<'_>) -> Option<NativeQuery> {
        let window = if params.own.instant { "[$__range]" } else { "[$__rate_interval]" };
        let mut query = native_promql(params, WINDOW)?;
        query.promql = in_promql(&query.promql.replace(WINDOW_TEXT, window), panel.variables);
        Some(NativeQuery::Promql(query))
    }

    fn native_rule(params: &Params, over: Duration) -> Option<NativeQuery> {
        native_promql(params, over).map(NativeQuery::Promql)
    }
}

/// The expression for Grafana's own Prometheus data source. What that endpoint has isn't detected, so the expression fits
/// both generations of readiness and every label scheme.
fn native_promql(params: &Params, window: Duration) -> Option<PromqlQuery> {
    let Own { metric, group_by, quantile, .. } = &params.own;
    let mut selection = params.filters.clone();
    if matches!(metric.subject, Subject::Pod | Subject::Container) {
        // A pod is named after its deployment, and a template variable holds names of controllers.
        selection.controllers.clear();
    }
    let expressions = plan(&MetricPlan {
        metric,
        group_by,
        quantile: quantile.share(),
        window,
        selection: &selection,
        detected: &Detected::anything(),
        endpoint: "",
        shared_groups: false,
    });
    let [expression] = expressions.as_slice() else { return None };
    Some(PromqlQuery {
        promql: expression.sent.promql.clone(),
        labels: group_by.clone(),
        title: metric.title,
        unit: metric.unit,
    })
}

fn value_field(metric: &Metric, values: impl Iterator<Item = f64>, portal: &Portal) -> Field {
    let values = values.map(|value| (!value.is_nan()).then_some(value));
    let mut field = Field::number(FIELDS[1].name, values);
    field.config = config(&FIELDS[1], portal);
    field.config.display_name.clear();
    metric.unit.clone_into(&mut field.config.unit);
    metric.description.clone_into(&mut field.config.description);
    field
}

fn table(
    metric: &Metric,
    group_by: &[&'static str],
    series: &[Combined],
    portal: &Portal,
) -> Frame {
    let mut frame = Frame::new(TYPE.id, FrameType::NumericLong);
    for (index, label) in group_by.iter().enumerate() {
        let texts = series.iter().map(|series| series.labels[index].as_deref());
        let mut field = Field::text(label, texts);
        field.config.filter_in_heading();
        frame.fields.push(field);
    }
    let values = series.iter().map(|series| series.values.first().copied().unwrap_or(f64::NAN));
    let mut field = value_field(metric, values, portal);
    metric.title.clone_into(&mut field.config.display_name);
    mark_beyond(metric, series, &mut field);
    frame.fields.push(field);
    frame
}

fn time_series(
    metric: &Metric,
    group_by: &[&'static str],
    series: &Combined,
    grid: Grid,
    portal: &Portal,
) -> Frame {
    let mut frame = Frame::new(TYPE.id, FrameType::TimeseriesMulti);
    let mut time = Field::time(FIELDS[0].name, grid.times().map(|time| Some(time.0)));
    // Grafana's data plane requires it.
    time.nullable = false;
    let mut value = value_field(metric, series.values.iter().copied(), portal);
    let labels = group_by.iter().zip(&series.labels);
    value.labels =
        labels.filter_map(|(name, value)| Some(((*name).to_owned(), value.clone()?))).collect();
    let named: Vec<&str> = series.labels.iter().flatten().map(String::as_str).collect();
    value.config.display_name_from_ds =
        if named.is_empty() { metric.title.to_owned() } else { named.join(" / ") };
    mark_beyond(metric, std::slice::from_ref(series), &mut value);
    frame.fields = vec![time, value];
    frame
}

/// Shows a quantile beyond the histogram's largest bound as "over" that bound.
fn mark_beyond(metric: &Metric, series: &[Combined], field: &mut Field) {
    let values = series.iter().flat_map(|series| &series.values);
    let mut bounds: Vec<f64> =
        values.copied().filter(|value| metric.is_last_bound(*value)).collect();
    bounds.sort_by(f64::total_cmp);
    bounds.dedup();
    let mapping = |bound: &f64| {
        let shown = (bound * 10.0).round() / 10.0;
        json!({
            "type": "range",
            "options": { "from": bound * (1.0 - 1e-9), "to": bound * (1.0 + 1e-9), "result": { "text": format!("over {shown} s") } },
        })
    };
    field.config.mappings = bounds.iter().map(mapping).collect();
}

fn notices(
    metric: &Metric,
    combined: &CombinedMetric,
    replies: &[EndpointSeries<'_, Quantity>],
) -> Vec<Notice> {
    let mut notices = Vec::new();
    if combined.beyond > 0 {
        notices.push(Notice::info(format!(
            "In {} series the quantile lies beyond the largest bound of the histogram: read that value as \"over\".",
            combined.beyond
        )));
    }
    if combined.doubled > 0 {
        notices.push(Notice::warning(format!(
            "{} series are known to several Prometheus endpoints; the first one's values are shown. Scrape each cluster into one, or group by other labels.",
            combined.doubled
        )));
    }
    if combined.series.is_empty() {
        notices.push(Notice::info(nothing(metric, replies)));
    }
    notices
}

/// Why there are no series. Without the reason, an empty panel would look as if nothing fails.
fn nothing(metric: &Metric, replies: &[EndpointSeries<'_, Quantity>]) -> String {
    if metric.group == MetricGroup::Fleet {
        return "No endpoint has this plugin's own gauges, or the filters let none through. Have a Prometheus of this data source scrape Grafana at /metrics/plugins/fluxfleet-azuregitops-datasource: history begins then.".to_owned();
    }
    let all = |generations: &[Generation]| {
        replies.iter().all(|reply| generations.contains(&reply.detected.generation()))
    };
    if all(&[Generation::NoFlux]) {
        return "No endpoint has metrics of Flux. Check that the controllers are scraped (pod annotations or a PodMonitor).".to_owned();
    }
    if matches!(metric.measure, Measure::Objects(_))
        && all(&[Generation::NoFlux, Generation::NoReadiness])
    {
        return "No endpoint has readiness: Flux 2.5 and later needs kube-state-metrics for it. Azure knows the present state of objects: use the query type reconcilers, reconciler-counts or not-ready.".to_owned();
    }
    "No series: nothing matches the filters, or this version of Flux doesn't have the metric."
        .to_owned()
}
