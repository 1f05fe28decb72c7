//! The reference of query types and metrics, as pages of Markdown.

use crate::inventory::Dimension;
use crate::prometheus::{Detected, Kinds, LabelScheme, Selection};
use crate::query::{
    CatalogueControl, CatalogueField, CatalogueParam, CatalogueType, Choice, EditorGroup,
    FieldType, Measure, Metric, MetricGroup, MetricPlan, catalogue, metrics, plan_metric,
};
use frame::FrameType;
use std::fmt::Write as _;
use std::time::Duration;

const GROUPS: [(EditorGroup, &str); 5] = [
    (EditorGroup::Fleet, "The fleet"),
    (EditorGroup::Objects, "What configurations are made of"),
    (EditorGroup::Metrics, "What Prometheus knows"),
    (EditorGroup::Alerts, "For alert rules"),
    (EditorGroup::Variables, "For template variables"),
];
const METRIC_GROUPS: [(MetricGroup, &str); 6] = [
    (MetricGroup::Readiness, "Readiness"),
    (MetricGroup::Reconciliation, "Reconciliation"),
    (MetricGroup::Controllers, "Controllers"),
    (MetricGroup::Queues, "Work queues"),
    (MetricGroup::Events, "Caches, events and webhooks"),
    (MetricGroup::Fleet, "The fleet over time"),
];
/// Window of the rates that the page shows.
const WINDOW: Duration = Duration::from_secs(300);

fn notice() -> String {
    format!("<!-- Made from the Rust code. To renew: {} -->\n", super::COMMAND)
}

/// A text as a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "\\<")
}

fn code(words: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{}`", word.as_ref())).collect();
    words.join(", ")
}

fn frame_type(of: FrameType) -> &'static str {
    match of {
        FrameType::Table => "table",
        FrameType::NumericLong => "numeric-long",
        FrameType::NumericWide => "numeric-wide",
        FrameType::TimeseriesMulti => "time series",
    }
}

/// Which of its forms an alert rule can evaluate.
fn in_alert_rules(of: &CatalogueType) -> String {
    match of.frame_types.as_slice() {
        [FrameType::Table] => "no".to_owned(),
        types if types.contains(&FrameType::Table) => {
            let names = types.iter().filter(|of| **of != FrameType::Table).copied().map(frame_type);
            format!("as {}", names.collect::<Vec<_>>().join(", "))
        }
        _ => "yes".to_owned(),
    }
}

fn values(choices: &[Choice]) -> String {
    code(choices.iter().map(|choice| choice.value))
}

/// What may be given for a parameter, and what holds otherwise.
fn taken(control: &CatalogueControl) -> String {
    match control {
        CatalogueControl::Values { .. } => "list of texts; default: all".to_owned(),
        CatalogueControl::Dimensions { choices } => {
            format!("list out of {}; default: the first", values(choices))
        }
        CatalogueControl::Dimension { choices } => {
            format!("one of {}; must be given", values(choices))
        }
        CatalogueControl::OneOf { choices } => {
            format!("one of {}; default: the first", values(choices))
        }
        CatalogueControl::Metric => "id of a [metric](metrics.md); must be given".to_owned(),
        CatalogueControl::Labels => {
            "list out of the metric's labels, or `none`; default: the metric's own".to_owned()
        }
        CatalogueControl::Switch => "true or false; default: false".to_owned(),
        CatalogueControl::Number { min, max, default } => {
            format!("whole number from {min} to {max}; default: {default}")
        }
    }
}

fn param_table<'p>(params: impl Iterator<Item = &'p CatalogueParam>) -> String {
    let mut text = "| Parameter | What it does | Values |\n|---|---|---|\n".to_owned();
    for param in params {
        // Writing to a String can't fail, here and below.
        let _ = writeln!(
            text,
            "| `{}` | {} | {} |",
            param.name,
            cell(param.help),
            taken(&param.control)
        );
    }
    text
}

/// The filters that query types share: the parameters after a type's own ones, the row limit last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Filters {
    None,
    Azure,
    Prometheus,
}

impl Filters {
    fn of(query_type: &CatalogueType) -> Self {
        let has = |name: &str, dimension: Dimension| {
            let control = CatalogueControl::Values { dimension: dimension.id() };
            query_type.params.iter().any(|param| param.name == name && param.control == control)
        };
        if has("subscriptions", Dimension::Subscription) {
            Self::Azure
        } else if has("controllers", Dimension::Controller) {
            Self::Prometheus
        } else {
            Self::None
        }
    }

    /// How many parameters they are, with the row limit.
    fn count(self) -> usize {
        match self {
            Self::None => 1,
            Self::Azure => 10,
            Self::Prometheus => 6,
        }
    }
}

/// The parameters of a query type: its own, and those that it shares with others.
fn params_of(query_type: &CatalogueType) -> (&[CatalogueParam], &[CatalogueParam]) {
    let shared = Filters::of(query_type).count();
    query_type.params.split_at(query_type.params.len().saturating_sub(shared))
}

/// The page about query types.
pub(super) fn query_types() -> String {
    let types = catalogue().query_types;
    let mut text = format!(
        "# Query types\n\n{}\n\
         A saved query is `{{ \"queryType\": …, \"version\": 1, \"params\": {{ … }} }}`. Members of `params` that a type doesn't have\n\
         are an error that names them. Without `version` it is of version 1; queries of older versions are brought into today's\n\
         form when they are read. Ids, parameters and fields are never renamed.\n\n\
         The editor offers all of this; the page is for provisioning, the [command line](using.md#command-line) and alert rules.\n\n\
         | `queryType` | Question | Frame | In alert rules |\n|---|---|---|---|\n",
        notice()
    );
    for of in &types {
        let frames: Vec<&str> = of.frame_types.iter().copied().map(frame_type).collect();
        let _ = writeln!(
            text,
            "| [`{id}`](#{id}) | {} | {} | {} |",
            cell(of.description),
            frames.join(", "),
            in_alert_rules(of),
            id = of.id,
        );
    }
    text += "\n## Filters\n\nEach is a list; empty or absent means all. Case doesn't matter where it doesn't matter to Azure.\n";
    for (heading, filters) in
        [("Of what Azure knows", Filters::Azure), ("Of what Prometheus knows", Filters::Prometheus)]
    {
        let with = types.iter().find(|query_type| Filters::of(query_type) == filters);
        let Some(of) = with else { continue };
        let _ = write!(text, "\n### {heading}\n\n{}", param_table(params_of(of).1.iter()));
    }
    for (group, heading) in GROUPS {
        let _ = write!(text, "\n## {heading}\n");
        for of in types.iter().filter(|of| of.group == group) {
            text += &section(of);
        }
    }
    text
}

fn section(of: &CatalogueType) -> String {
    let which = match Filters::of(of) {
        Filters::None => "none",
        Filters::Azure => "those of [what Azure knows](#of-what-azure-knows)",
        Filters::Prometheus => "those of [what Prometheus knows](#of-what-prometheus-knows)",
    };
    let frames: Vec<&str> = of.frame_types.iter().copied().map(frame_type).collect();
    let mut text = format!(
        "\n### {}\n\n{}\n\nFrame: {}. In alert rules: {}. Filters: {which}.\n",
        of.id,
        of.description,
        frames.join(", "),
        in_alert_rules(of),
    );
    let (own, _) = params_of(of);
    if !own.is_empty() {
        let _ = write!(text, "\n{}", param_table(own.iter()));
    }
    let is_grouped =
        |param: &CatalogueParam| matches!(param.control, CatalogueControl::Dimensions { .. });
    if own.iter().any(is_grouped) {
        text += "\nFields of the default `groupBy`; with another one, its own come first. Numeric-wide has them as labels.\n";
    }
    if own.iter().any(|param| param.control == CatalogueControl::Labels) {
        text += "\nThe labels of `groupBy` are the first fields of numeric-long; time series have them as labels.\n";
    }
    text += &field_table(&of.fields);
    for format in &of.other_formats {
        let _ = write!(
            text,
            "\nWith `{}`: `{}` ({}), ",
            format.param,
            format.value,
            frame_type(format.frame_type)
        );
        if format.fields == of.fields {
            text += "the fields are the same.\n";
        } else {
            let _ = write!(text, "the fields are these.\n{}", field_table(&format.fields));
        }
    }
    text
}

fn field_table(fields: &[CatalogueField]) -> String {
    let mut text = "\n| Field | Type | Unit | What it holds |\n|---|---|---|---|\n".to_owned();
    for field in fields {
        let of_type = match field.field_type {
            FieldType::String => "text",
            FieldType::Number => "number",
            FieldType::Boolean => "boolean",
            FieldType::Time => "time",
        };
        let unit = if field.unit.is_empty() { String::new() } else { format!("`{}`", field.unit) };
        let _ = writeln!(text, "| `{}` | {of_type} | {unit} | {} |", field.name, cell(field.doc));
    }
    text
}

/// The page about metrics.
pub(super) fn metric_page() -> String {
    let mut text = format!(
        "# Metrics\n\n{}\n\
         What query type [`metric`](query-types.md#metric) takes as `params.metric`: names for metrics, so that a query doesn't depend on\n\
         the labels that scraping gives. The PromQL below is what is sent with no filter and the metric's own grouping, rates\n\
         over 5 minutes; really, the window holds four scrapes and the step of the panel.\n\n\
         Labels are written as the plugin names them. Where scraping names them otherwise, the PromQL is shown for each way:\n\
         *pod annotations* as Azure's agent scrapes, *PodMonitor* as the Prometheus operator does. Readiness comes from\n\
         *kube-state-metrics* or, until Flux 2.4, from the *controllers* themselves (until 2.1 for a HelmRelease);\n\
         [scraping.md](scraping.md) says how to get either. Where an endpoint has both, the former counts for a kind that it has.\n",
        notice()
    );
    for (group, heading) in METRIC_GROUPS {
        let of_group: Vec<&Metric> = metrics().filter(|metric| metric.group == group).collect();
        let _ = write!(
            text,
            "\n## {heading}\n\n| Metric | Title | Unit | Grouped by | Can be grouped by | Over a window | Quantile |\n|---|---|---|---|---|---|---|\n"
        );
        for metric in &of_group {
            let yes = |flag| if flag { "yes" } else { "" };
            let _ = writeln!(
                text,
                "| [`{id}`](#{id}) | {} | `{}` | {} | {} | {} | {} |",
                cell(metric.title),
                metric.unit,
                code(metric.default_group_by),
                code(metric.group_by),
                yes(metric.is_of_a_window()),
                yes(metric.takes_quantile()),
                id = metric.id,
            );
        }
        for metric in of_group {
            let _ = write!(text, "\n### {}\n\n{}\n", metric.id, metric.description);
            for (of, promql) in expressions(metric) {
                let of = if of.is_empty() { String::new() } else { format!("{of}:\n\n") };
                let _ = write!(text, "\n{of}```promql\n{promql}\n```\n");
            }
        }
    }
    text
}

/// What is sent for a metric, and whom it is for where that makes a difference.
fn expressions(metric: &'static Metric) -> Vec<(&'static str, String)> {
    let kinds = |there| if there { Kinds::of("", &["Kustomization"]) } else { Kinds::default() };
    let sent = |resources: bool, labels| {
        let detected = Detected {
            conditions: kinds(!resources),
            resources: kinds(resources),
            labels: Some(labels),
            anything: false,
        };
        let expressions = plan_metric(&MetricPlan {
            metric,
            group_by: metric.default_group_by,
            quantile: 0.99,
            window: WINDOW,
            selection: &Selection::default(),
            detected: &detected,
            endpoint: "",
            shared_groups: false,
        });
        let sent: Vec<String> = expressions.into_iter().map(|one| one.sent.promql).collect();
        sent.join("\n\n")
    };
    let (first, second) = match metric.measure {
        Measure::Objects(_) => (
            ("kube-state-metrics", sent(true, LabelScheme::PodAnnotations)),
            ("controllers", sent(false, LabelScheme::PodAnnotations)),
        ),
        _ => (
            ("pod annotations", sent(true, LabelScheme::PodAnnotations)),
            ("PodMonitor", sent(true, LabelScheme::PodMonitor)),
        ),
    };
    if first.1 == second.1 {
        vec![("", first.1)]
    } else {
        [first, second].into_iter().filter(|(_, promql)| !promql.is_empty()).collect()
    }
}
