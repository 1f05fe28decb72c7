//! A metric of the catalogue, over time or as one value for the whole range.
//!
//! Source: Prometheus endpoints and Azure Monitor workspaces, all asked at once and put together.
//! Time series: a frame per series. Instant: a row per series; rates and means are those of the whole range.

use crate::prometheus::{Generation, Grid};
use crate::query::ask::{Ask, EndpointAnswer, MetricsQuery, Place};
use crate::query::metric::{
    Combined, CombinedMetric, Measure, Metric, MetricGroup, MetricPlan, combine, plan,
};
use crate::query::spec::{Choice, Control, FieldSpec, FieldType, METRIC_FILTERS, ParamSpec};
use crate::query::table::config;
use crate::query::{Answer, Group, MetricsAnswer, Need, Params, QueryType, Timing, View, note_cut};
use frame::{Field, Frame, FrameType, Notice};
use serde_json::json;

pub(in crate::query) static TYPE: QueryType = QueryType {
    id: "metric",
    title: "Metric",
    description: "A metric of the Flux controllers from Prometheus: over time, or one value for the whole time range.",
    group: Group::Metrics,
    own_params: &PARAMS,
    frame_types: &[FrameType::TimeseriesMulti, FrameType::NumericLong],
    fields: || FIELDS.to_vec(),
    shows_conditions: false,
    needs_clusters: false,
    answer: Answer::Metrics(MetricsAnswer {
        filters: &METRIC_FILTERS,
        snapshot: |_| Need::Nothing,
        endpoints: |_| Need::All,
        must_be_whole: false,
        timing: |params, range, resolution, scrape_interval| {
            if params.switch("instant") {
                Timing::instant(range, scrape_interval)
            } else {
                Timing::range(range, resolution, scrape_interval)
            }
        },
        plan: asks,
        frames,
    }),
};

static PARAMS: [ParamSpec; 4] = [
    ParamSpec { name: "metric", label: "Metric", help: "What to show.", control: Control::Metric },
    ParamSpec {
        name: "groupBy",
        label: "Group by",
        help: "One series for each combination of these labels; none: one series in all.",
        control: Control::Labels,
    },
    ParamSpec {
        name: "quantile",
        label: "Quantile",
        help: "Which quantile, for metrics that are one.",
        control: Control::OneOf(&[
            Choice { value: "0.99", label: "P99" },
            Choice { value: "0.95", label: "P95" },
            Choice { value: "0.9", label: "P90" },
            Choice { value: "0.75", label: "P75" },
            Choice { value: "0.5", label: "P50 (median)" },
        ]),
    },
    ParamSpec {
        name: "instant",
        label: "Instant",
        help: "One value per series for the whole time range, for tables, stats and alert rules, instead of a time series.",
        control: Control::Switch,
    },
];

static FIELDS: [FieldSpec; 2] = [
    FieldSpec::new("time", "Time", FieldType::Time, "End of the step; only time series have it."),
    FieldSpec::new(
        "value",
        "Value",
        FieldType::Number,
        "The metric's value in its own unit; empty where there is none.",
    ),
];

/// Most series of a time series, whatever the limit: Grafana draws each.
const MAX_SERIES: usize = 1_000;

fn quantile(params: &Params) -> f64 {
    // The choices are numbers.
    params.choice("quantile").parse().unwrap_or(0.99)
}

fn asks(query: &MetricsQuery<'_>, place: &Place<'_>) -> Vec<Ask> {
    let Some(metric) = query.params.metric() else { return Vec::new() };
    let group_by = query.params.labels("groupBy");
    plan(&MetricPlan {
        metric,
        group_by: &group_by,
        quantile: quantile(query.params),
        window: query.timing.window,
        selection: place.selection,
        detected: place.detected,
        endpoint: place.endpoint,
        shared_groups: query.endpoints > 1 && !group_by.contains(&"cluster"),
    })
}

fn frames(query: &MetricsQuery<'_>, answers: &[EndpointAnswer], view: &View<'_>) -> Vec<Frame> {
    let Some(metric) = query.params.metric() else { return Vec::new() };
    let group_by = query.params.labels("groupBy");
    let mut combined = combine(metric, answers, group_by.len(), quantile(query.params));
    let all = combined.series.len();
    let notices = notices(metric, &combined, answers);
    let mut frames = match query.timing.grid {
        None => {
            combined.series.truncate(query.params.limit());
            vec![table(metric, &group_by, &combined.series, view)]
        }
        Some(grid) => {
            combined.series.truncate(query.params.limit().min(MAX_SERIES));
            let series = combined.series.iter();
            series.map(|series| time_series(metric, &group_by, series, grid, view)).collect()
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

fn value_field(metric: &Metric, values: impl Iterator<Item = f64>, view: &View<'_>) -> Field {
    let values = values.map(|value| (!value.is_nan()).then_some(value));
    let mut field = Field::number(FIELDS[1].name, values);
    field.config = config(&FIELDS[1], view.portal);
    field.config.display_name.clear();
    metric.unit.clone_into(&mut field.config.unit);
    metric.description.clone_into(&mut field.config.description);
    field
}

fn table(
    metric: &Metric,
    group_by: &[&'static str],
    series: &[Combined],
    view: &View<'_>,
) -> Frame {
    let mut frame = Frame::new(TYPE.id, FrameType::NumericLong);
    for (index, label) in group_by.iter().enumerate() {
        let texts = series.iter().map(|series| series.labels[index].as_deref());
        let mut field = Field::text(label, texts);
        field.config.filter_in_heading();
        frame.fields.push(field);
    }
    let values = series.iter().map(|series| series.values.first().copied().unwrap_or(f64::NAN));
    let mut field = value_field(metric, values, view);
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
    view: &View<'_>,
) -> Frame {
    let mut frame = Frame::new(TYPE.id, FrameType::TimeseriesMulti);
    let mut time = Field::time(FIELDS[0].name, grid.times().map(|time| Some(time.0)));
    // The data plane's contract.
    time.nullable = false;
    let mut value = value_field(metric, series.values.iter().copied(), view);
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

/// A quantile that lies anywhere beyond the histogram's largest bound shows as "over" that bound.
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

fn notices(metric: &Metric, combined: &CombinedMetric, answers: &[EndpointAnswer]) -> Vec<Notice> {
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
        notices.push(Notice::info(nothing(metric, answers)));
    }
    notices
}

/// Why there is nothing to show: that must not look like "all is well".
fn nothing(metric: &Metric, answers: &[EndpointAnswer]) -> String {
    if metric.group == MetricGroup::Fleet {
        return "No endpoint has this plugin's own gauges, or the filters let none through. Have a Prometheus of this data source scrape Grafana at /metrics/plugins/fluxfleet-azuregitops-datasource: history begins then.".to_owned();
    }
    let all = |generations: &[Generation]| {
        answers.iter().all(|answer| generations.contains(&answer.detected.generation()))
    };
    if all(&[Generation::NoFlux]) {
        return "No endpoint has metrics of Flux. Check that the controllers are scraped (pod annotations or a PodMonitor).".to_owned();
    }
    if matches!(metric.measure, Measure::Objects(_))
        && all(&[Generation::NoFlux, Generation::NoReadiness])
    {
        return "No endpoint has readiness: Flux 2.5 and later needs kube-state-metrics for it. How objects stand now is known from Azure: ask reconcilers, reconciler-counts or not-ready.".to_owned();
    }
    "No series: nothing matches the filters, or this version of Flux doesn't have the metric."
        .to_owned()
}
