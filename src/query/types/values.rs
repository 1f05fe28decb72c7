//! For template variables and editors: the distinct values of a dimension among the rows that pass the filters.
//!
//! Upstreams: the snapshot, and Prometheus for dimensions that are labels of series (clusters, namespaces, kinds, names,
//! controllers).

use crate::inventory::{ABSENT, Dimension, Filters, Item, Table};
use crate::prometheus::{Aggregation, Detected, Expr, Subject};
use crate::query::expression::{AskedEndpoint, EndpointSeries, Expression, Run};
use crate::query::filters::FilterSet;
use crate::query::kql::{self, KqlQuery, KqlStyle};
use crate::query::native::{NativePanel, NativeQuery, PromqlQuery};
use crate::query::objects::matching_objects;
use crate::query::params::{self, OneDimension, OneOf, Param, choices, params};
use crate::query::placeholder::in_promql;
use crate::query::query_type::{EditorGroup, FromMetrics, MetricsType, Need, QueryType};
use crate::query::spec::{FieldSpec, FieldType, FrameSpec};
use crate::query::table::config;
use crate::query::view::{MetricsView, View, note_cut};
use flux::commit_sha;
use frame::{Field, Frame, FrameType};
use std::collections::{BTreeMap, HashMap};

pub(super) static TYPE: QueryType = QueryType {
    id: "values",
    title: "Values",
    description: "For template variables: the distinct values of a dimension (clusters, repositories, commits and so on).",
    group: EditorGroup::Variables,
    shows_conditions: false,
    needs_clusters: false,
    definition: &FromMetrics(Values),
};

choices! {
    /// The upstreams that have the values.
    enum KnownFrom {
        All = "all", "Azure and metrics";
        Azure = "azure", "Azure";
        Metrics = "metrics", "Metrics of objects";
        Controllers = "controllers", "Metrics of controllers";
    }
}

params! {
    /// Parameters of `values`.
    struct Own {
        dimension: Dimension = Param {
            name: "dimension",
            label: "Values of",
            help: "Which values to list.",
            control: OneDimension(&[
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
        source: KnownFrom = Param {
            name: "source",
            label: "Known from",
            help: "Where values come from: Azure, the labels of series about objects, or of series about the controllers.",
            control: OneOf::new(),
        },
    }
}

type Params = params::Params<Own, Filters>;

#[derive(Debug)]
struct Values;

/// The series in the reply have the values as a label.
#[derive(Debug)]
struct LabelValues;

static FIELDS: [FieldSpec; 2] = [
    FieldSpec::new("text", "Text", FieldType::String, "What to show."),
    FieldSpec::new("value", "Value", FieldType::String, "What to filter by."),
];

/// Digits of a hash that are shown.
const SHOWN_DIGITS: usize = 10;

/// Counts reconciliations; its series are about the controllers.
const OF_CONTROLLERS: &str = "controller_runtime_reconcile_total";

/// The label that holds the values, and the metric and subject of its series. `None`: no series has the dimension as a
/// label.
fn series(own: &Own) -> Option<(&'static str, &'static str, Subject)> {
    const OBJECTS: (&str, Subject) = ("gotk_reconcile_duration_seconds_count", Subject::Object);
    const CONTROLLERS: (&str, Subject) = (OF_CONTROLLERS, Subject::Controller);
    let of_controllers = own.source == KnownFrom::Controllers;
    let (label, (metric, subject)) = match own.dimension {
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

impl MetricsType for Values {
    type Own = Own;
    type Filters = Filters;
    type Purpose = LabelValues;

    fn snapshot(params: &Params) -> Need {
        match params.own.source {
            KnownFrom::Metrics | KnownFrom::Controllers => Need::Nothing,
            KnownFrom::All | KnownFrom::Azure => Need::All,
        }
    }

    fn endpoints(params: &Params) -> Need {
        match params.own.source {
            _ if series(&params.own).is_none() => Need::Nothing,
            KnownFrom::Azure => Need::Nothing,
            KnownFrom::Metrics | KnownFrom::Controllers => Need::All,
            KnownFrom::All => Need::Some,
        }
    }

    fn plan(params: &Params, _: Run, endpoint: &AskedEndpoint<'_>) -> Vec<Expression<LabelValues>> {
        let Some((label, metric, subject)) = series(&params.own) else { return Vec::new() };
        let scheme = endpoint.detected.scheme();
        let name = subject.label(label, scheme);
        let matchers = endpoint.selection.matchers(subject, scheme, endpoint.name);
        let expr = Expr::select(metric, &matchers).aggregate(Aggregation::Count, &[name]);
        vec![Expression::new(LabelValues, &expr, vec![(label, name)])]
    }

    fn frames(
        params: &Params,
        _: Run,
        replies: &[EndpointSeries<'_, LabelValues>],
        view: &MetricsView<'_>,
    ) -> Vec<Frame> {
        let mut values = Found::default();
        if let Some(view) = view.with_snapshot() {
            of_inventory(params, &view, &mut values);
        }
        for (_, line) in replies.iter().flat_map(EndpointSeries::lines) {
            if let Some(Some(value)) = line.labels.first() {
                values.add(value, || (*value).to_owned());
            }
        }
        let rows = values.sorted();
        let shown = &rows[..rows.len().min(params.limit)];
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

    fn frame_spec(_: &Params) -> FrameSpec {
        FrameSpec::new(FrameType::Table, FIELDS.to_vec())
    }

    fn native_panel(params: &Params, panel: &NativePanel<'_>) -> Option<NativeQuery> {
        let of_azure = match params.own.source {
            KnownFrom::Controllers => None,
            _ => native_kql(params, panel.style),
        };
        match of_azure {
            Some(kql) => Some(NativeQuery::Kql(KqlQuery::whole(kql))),
            None => native_promql(params, panel.variables).map(NativeQuery::Promql),
        }
    }
}

/// The distinct values as columns `text` and `value`, which Grafana reads. `None`: Azure doesn't have the dimension.
fn native_kql(params: &Params, style: KqlStyle) -> Option<String> {
    let (dimension, filters) = (params.own.dimension, &params.filters);
    let column = match dimension {
        Dimension::Repository => dimension.field(),
        _ => dimension.id(),
    };
    let column = kql::column_name(column);
    let rows = match dimension {
        Dimension::ResourceGroup | Dimension::Cluster => {
            let extensions = kql::extensions(style, filters);
            let configurations = kql::configurations(style, filters, true);
            format!(
                "{extensions}\n| project {column}\n| union ({configurations}\n    | project {column})"
            )
        }
        Dimension::Namespace | Dimension::Kind | Dimension::Name => {
            kql::reconcilers(style, filters, &[], &[])
        }
        Dimension::Configuration
        | Dimension::Repository
        | Dimension::Reference
        | Dimension::Commit => kql::configurations(style, filters, true),
        _ => return None,
    };
    Some(format!(
        "{rows}\n| where isnotempty({column})\n| distinct {column}\n| order by {column} asc\
         \n| project text = {column}, value = {column}"
    ))
}

/// A count of series by the label. Not every Prometheus lists the values of a label (Azure Monitor workspaces don't), so
/// the series are counted. `None`: series of the controllers don't have the label.
fn native_promql(params: &Params, variables: &[&str]) -> Option<PromqlQuery> {
    let label = match params.own.dimension {
        Dimension::Cluster => "cluster",
        Dimension::Namespace => "namespace",
        Dimension::Controller => "controller",
        _ => return None,
    };
    let (subject, schemes) = (Subject::Controller, Detected::anything().schemes());
    let selection = params.filters.selection();
    let series =
        selection.series(subject, &schemes, "", |matchers| Expr::select(OF_CONTROLLERS, matchers));
    let series = subject.canonical(series, &[label], &schemes);
    let counted = series.aggregate(Aggregation::Count, &[label]).to_string();
    let promql = in_promql(&counted, variables);
    Some(PromqlQuery { promql, labels: vec![label], title: "", unit: "" })
}

/// Distinct values with their texts. Names that differ only in case are the same value: extensions and configurations may
/// spell a name differently.
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

/// Adds the values of rows of the snapshot.
fn of_inventory(params: &Params, view: &View<'_>, values: &mut Found) {
    let (dimension, filters) = (params.own.dimension, &params.filters);
    match dimension {
        Dimension::Kind | Dimension::Name => {
            for row in matching_objects(filters, view) {
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
        Dimension::Cluster => clusters(filters, view, values),
        _ => {
            collect(view.snapshot.extensions(), dimension, filters, view, values);
            collect(view.snapshot.configurations(), dimension, filters, view, values);
        }
    }
}

/// Codes of the values in rows that pass the filters.
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

/// Clusters by name. Clusters that share a name are listed by ARM id, with the resource group in the text.
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
