//! Questions about metrics as PromQL, for Grafana's own Prometheus data source: the expressions of the catalogue, right
//! for both generations of readiness and for every label scheme, since nobody asks beforehand what there is.

use super::placeholder::in_promql;
use crate::inventory::Dimension;
use crate::prometheus::{Aggregation, Detected, Expr, Subject};
use crate::query::{MetricPlan, Params, plan_metric};
use std::time::Duration;

/// Stands for the window of rates, which Grafana knows: a length that nobody means.
const WINDOW: Duration = Duration::from_secs(7_777_777);
const WINDOW_TEXT: &str = "[7777777s]";

/// Over what rates are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Window {
    /// What suits the step of a time series.
    Step,
    /// The dashboard's whole time range.
    Range,
    /// As long.
    Of(Duration),
}

/// A question to Prometheus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Series {
    /// What is asked.
    pub(super) promql: String,
    /// Labels of its series.
    pub(super) labels: Vec<&'static str>,
    /// What its values are called.
    pub(super) title: &'static str,
    /// Grafana's unit id.
    pub(super) unit: &'static str,
}

/// The question that the query type `metric` with these parameters is.
pub(super) fn metric(params: &Params, window: Window, variables: &[&str]) -> Option<Series> {
    let metric = params.metric()?;
    let labels = params.labels("groupBy");
    let mut selection = params.selection();
    if matches!(metric.subject, Subject::Pod | Subject::Container) {
        // Pods are called by their deployments, which a variable of controllers doesn't say.
        selection.controllers.clear();
    }
    let detected = Detected::anything();
    let length = match window {
        Window::Of(length) => length,
        Window::Step | Window::Range => WINDOW,
    };
    let asks = plan_metric(&MetricPlan {
        metric,
        group_by: &labels,
        // The choices are numbers.
        quantile: params.choice("quantile").parse().unwrap_or(0.99),
        window: length,
        selection: &selection,
        detected: &detected,
        endpoint: "",
        shared_groups: false,
    });
    let [ask] = asks.as_slice() else { return None };
    let promql = match window {
        Window::Step => ask.promql.replace(WINDOW_TEXT, "[$__rate_interval]"),
        Window::Range => ask.promql.replace(WINDOW_TEXT, "[$__range]"),
        Window::Of(_) => ask.promql.clone(),
    };
    let promql = in_promql(&promql, variables);
    Some(Series { promql, labels, title: metric.title, unit: metric.unit })
}

/// A label and the question for its values, of series of the controllers. Not every Prometheus lists a label's values
/// (Azure Monitor workspaces don't), so they are counted. `None`: series don't have it.
pub(super) fn values(params: &Params, variables: &[&str]) -> Option<(&'static str, String)> {
    let label = match params.dimensions("dimension").first()? {
        Dimension::Cluster => "cluster",
        Dimension::Namespace => "namespace",
        Dimension::Controller => "controller",
        _ => return None,
    };
    let (subject, schemes) = (Subject::Controller, Detected::anything().schemes());
    let series = params.selection().series(subject, &schemes, "", |matchers| {
        Expr::select("controller_runtime_reconcile_total", matchers)
    });
    let series = subject.canonical(series, &[label], &schemes);
    let counted = series.aggregate(Aggregation::Count, &[label]).to_string();
    Some((label, in_promql(&counted, variables)))
}
