//! For template variables and editors: the distinct values of a dimension among what passes the filters.
//!
//! Source: the snapshot, and Prometheus for what series are labelled with (clusters, namespaces, kinds, names,
//! controllers).

use crate::inventory::{ABSENT, Dimension, Filters, Item, Table};
use crate::prometheus::{Aggregation, Expr, Subject};
use crate::query::ask::{Ask, EndpointAnswer, MetricsQuery, Part, Place};
use crate::query::objects::matching_objects;
use crate::query::spec::{Choice, Control, FILTERS, FieldSpec, FieldType, ParamSpec};
use crate::query::table::config;
use crate::query::{Answer, Group, MetricsAnswer, Need, Params, QueryType, Timing, View, note_cut};
use flux::commit_sha;
use frame::{Field, Frame, FrameType};
use std::collections::{BTreeMap, HashMap};

pub(in crate::query) static TYPE: QueryType = QueryType {
    id: "values",
    title: "Values",
    description: "For template variables: the distinct values of a dimension (clusters, repositories, commits and so on).",
    group: Group::Variables,
    own_params: &PARAMS,
    frame_types: &[FrameType::Table],
    fields: || FIELDS.to_vec(),
    shows_conditions: false,
    needs_clusters: false,
    answer: Answer::Metrics(MetricsAnswer {
        filters: &FILTERS,
        snapshot: |params| match params.choice("source") {
            "metrics" | "controllers" => Need::Nothing,
            _ => Need::All,
        },
        endpoints: |params| match params.choice("source") {
            _ if series(params).is_none() => Need::Nothing,
            "azure" => Need::Nothing,
            "metrics" | "controllers" => Need::All,
            _ => Need::Some,
        },
        must_be_whole: false,
        timing: |_, range, _, scrape_interval| Timing::instant(range, scrape_interval),
        plan,
        frames,
    }),
};

static PARAMS: [ParamSpec; 2] = [
    ParamSpec {
        name: "dimension",
        label: "Values of",
        help: "Which values to list.",
        control: Control::Dimension(&[
            Dimension::Subscription,
            Dimension::ResourceGroup,
            Dimension::Cluster,
            Dimension::ClusterType,
            Dimension::Configuration,
            Dimension::Namespace,
            Dimension::Kind,
            Dimension::Name,
            Dimension::Controller,
            Dimension::Repository,
            Dimension::Reference,
            Dimension::Commit,
            Dimension::SourceKind,
            Dimension::ComplianceState,
            Dimension::ProvisioningState,
            Dimension::Version,
            Dimension::ReleaseTrain,
        ]),
    },
    ParamSpec {
        name: "source",
        label: "Known from",
        help: "Where values come from: Azure, the labels of series about objects, or of series about the controllers.",
        control: Control::OneOf(&[
            Choice { value: "all", label: "Azure and metrics" },
            Choice { value: "azure", label: "Azure" },
            Choice { value: "metrics", label: "Metrics of objects" },
            Choice { value: "controllers", label: "Metrics of controllers" },
        ]),
    },
];

static FIELDS: [FieldSpec; 2] = [
    FieldSpec::new("text", "Text", FieldType::String, "What to show."),
    FieldSpec::new("value", "Value", FieldType::String, "What to filter by."),
];

/// Digits of a hash that are shown.
const SHOWN_DIGITS: usize = 10;

/// The label, and the metric and subject of the series, that hold the values of the dimension. `None`: series don't.
fn series(params: &Params) -> Option<(&'static str, &'static str, Subject)> {
    const OBJECTS: (&str, Subject) = ("gotk_reconcile_duration_seconds_count", Subject::Object);
    const CONTROLLERS: (&str, Subject) =
        ("controller_runtime_reconcile_total", Subject::Controller);
    let of_controllers = params.choice("source") == "controllers";
    let (label, (metric, subject)) = match params.dimensions("dimension").first()? {
        Dimension::Controller => ("controller", CONTROLLERS),
        Dimension::Cluster if of_controllers => ("cluster", CONTROLLERS),
        Dimension::Namespace if of_controllers => ("namespace", CONTROLLERS),
        Dimension::Cluster => ("cluster", OBJECTS),
        Dimension::Namespace => ("namespace", OBJECTS),
        Dimension::Kind => ("kind", OBJECTS),
        Dimension::Name => ("name", OBJECTS),
        _ => return None,
    };
    Some((label, metric, subject))
}

fn plan(query: &MetricsQuery<'_>, place: &Place<'_>) -> Vec<Ask> {
    let Some((label, metric, subject)) = series(query.params) else { return Vec::new() };
    let scheme = place.detected.scheme();
    let name = subject.label(label, scheme);
    let matchers = place.selection.matchers(subject, scheme, place.endpoint);
    let expr = Expr::select(metric, &matchers).aggregate(Aggregation::Count, &[name]);
    vec![Ask::new(Part::Values, &expr, vec![(label, name)])]
}

fn frames(query: &MetricsQuery<'_>, answers: &[EndpointAnswer], view: &View<'_>) -> Vec<Frame> {
    let params = query.params;
    let filters = params.filters();
    let mut values = Found::default();
    for dimension in params.dimensions("dimension") {
        match dimension {
            Dimension::Kind | Dimension::Name => {
                for row in matching_objects(params, view) {
                    let object = row.object;
                    let text = match dimension {
                        Dimension::Kind => object.kind.as_ref(),
                        _ => Some(&object.name),
                    };
                    if let Some(text) = text {
                        values.add(text, || text.to_string());
                    }
                }
            }
            Dimension::Cluster => clusters(&filters, view, &mut values),
            _ => {
                collect(view.snapshot.extensions(), *dimension, &filters, view, &mut values);
                collect(view.snapshot.configurations(), *dimension, &filters, view, &mut values);
            }
        }
    }
    for (_, line) in answers.iter().flat_map(EndpointAnswer::lines) {
        if let Some(Some(value)) = line.labels.first() {
            values.add(value, || (*value).to_owned());
        }
    }
    let rows = values.sorted();
    let shown = &rows[..rows.len().min(params.limit())];
    let mut frame = Frame::new(TYPE.id, FrameType::Table);
    frame.fields = vec![
        Field::text(FIELDS[0].name, shown.iter().map(|(text, _)| Some(text))),
        Field::text(FIELDS[1].name, shown.iter().map(|(_, value)| Some(value))),
    ];
    for (field, spec) in frame.fields.iter_mut().zip(&FIELDS) {
        field.config = config(spec, view.portal);
    }
    note_cut(&mut frame, shown.len(), rows.len());
    vec![frame]
}

/// Distinct values with their texts. Names that differ in case only are one: extensions and configurations may spell
/// them differently.
#[derive(Default)]
struct Found(HashMap<String, (String, String)>);

impl Found {
    fn add(&mut self, value: &str, text: impl FnOnce() -> String) {
        let key = value.to_ascii_lowercase();
        self.0.entry(key).or_insert_with(|| (text(), value.to_owned()));
    }

    /// Text and value, by text.
    fn sorted(self) -> Vec<(String, String)> {
        let mut rows: Vec<_> = self.0.into_values().collect();
        rows.sort_by_cached_key(|(text, value)| (text.to_lowercase(), value.clone()));
        rows
    }
}

/// Codes of the values that rows passing the filters have.
fn present<T: Item + PartialEq>(
    rows: &Table<T>,
    dimension: Dimension,
    filters: &Filters,
    view: &View<'_>,
) -> Vec<u32> {
    let Some(column) = rows.column(dimension) else { return Vec::new() };
    let mut seen = vec![false; column.values.len()];
    for row in rows.matching(filters, view.snapshot.names()) {
        seen[column.codes[row] as usize] = true;
    }
    (0u32..)
        .zip(seen)
        .filter(|&(code, seen)| seen && code != ABSENT)
        .map(|(code, _)| code)
        .collect()
}

fn collect<T: Item + PartialEq>(
    rows: &Table<T>,
    dimension: Dimension,
    filters: &Filters,
    view: &View<'_>,
    values: &mut Found,
) {
    let Some(column) = rows.column(dimension) else { return };
    for code in present(rows, dimension, filters, view) {
        let value = &column.values[code as usize];
        values.add(value, || match dimension {
            Dimension::Subscription => {
                view.snapshot.names().get(value).unwrap_or(value).to_string()
            }
            Dimension::Commit => short_commit(value),
            _ => value.to_string(),
        });
    }
}

/// Clusters by name; where several share one, by ARM id, with the resource group in the text.
fn clusters(filters: &Filters, view: &View<'_>, values: &mut Found) {
    let snapshot = view.snapshot;
    let mut found = BTreeMap::new();
    for code in present(snapshot.extensions(), Dimension::Cluster, filters, view) {
        if let Some(column) = snapshot.extensions().column(Dimension::Cluster) {
            let row = &snapshot.extensions().rows()[column.examples[code as usize] as usize];
            found.insert(row.cluster.key(), &row.cluster);
        }
    }
    for code in present(snapshot.configurations(), Dimension::Cluster, filters, view) {
        if let Some(column) = snapshot.configurations().column(Dimension::Cluster) {
            let row = &snapshot.configurations().rows()[column.examples[code as usize] as usize];
            found.entry(row.cluster.key()).or_insert(&row.cluster);
        }
    }
    let mut namesakes: BTreeMap<String, usize> = BTreeMap::new();
    for cluster in found.values() {
        *namesakes.entry(cluster.name.to_ascii_lowercase()).or_default() += 1;
    }
    for cluster in found.values() {
        if namesakes.get(&cluster.name.to_ascii_lowercase()).is_some_and(|count| *count > 1) {
            let text = || format!("{} ({})", cluster.name, cluster.resource_group);
            values.add(&cluster.arm_id(), text);
        } else {
            values.add(&cluster.name, || cluster.name.to_string());
        }
    }
}

/// `main/438c75f547` for `main/438c75f547dafaa18ca1b344d978bc980cdf6032`.
fn short_commit(synced: &str) -> String {
    let hash = commit_sha(synced);
    match hash.get(..SHOWN_DIGITS) {
        Some(short) if hash.len() < synced.len() || hash.len() >= 40 => {
            format!("{}{short}", &synced[..synced.len() - hash.len()])
        }
        _ => synced.to_owned(),
    }
}
