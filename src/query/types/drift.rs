//! Each Flux object as Azure reports it and as its cluster's metrics report it, and the difference.
//!
//! Upstreams: `statuses` of Azure's configurations; `gotk_resource_info`, or `gotk_reconcile_condition` and
//! `gotk_suspend_status`, and `gotk_reconcile_duration_seconds`. One row per object of a configuration, and
//! per object that only metrics report, sorted by cluster, kind, namespace and name.

use crate::prometheus::{Aggregation, Expr, Selection, Subject};
use crate::query::expression::{AskedEndpoint, EndpointSeries, Expression, Run};
use crate::query::flux_objects::{
    Identity, Object, ObjectKey, ObjectSeries, ObjectsPurpose, OfCluster, by_cluster, identity,
    object_expressions, of_azure,
};
use crate::query::objects::ObjectRow;
use crate::query::params::{self, Number, OneOf, Param, choices, params};
use crate::query::query_type::{EditorGroup, FromMetrics, MetricsType, Need, QueryType};
use crate::query::spec::{FrameSpec, States};
use crate::query::table::{RowType, TableField, borrowed, cut_table, table_spec};
use crate::query::types::joined::{
    Joined, cluster, configuration, id, kind, name, namespace, portal_link,
};
use crate::query::view::MetricsView;
use flux::{Difference, ObjectState, UtcMillis, commit_matches, commit_sha};
use frame::{Frame, Notice};
use std::collections::HashMap;

pub(super) static TYPE: QueryType = QueryType {
    id: "drift",
    title: "Drift between Azure and clusters",
    description: "What Azure says of each Flux object, what the cluster's own metrics say, and how they differ.",
    group: EditorGroup::Objects,
    shows_conditions: false,
    needs_clusters: false,
    definition: &FromMetrics(Drift),
};

choices! {
    /// Which objects are shown.
    enum Show {
        All = "all", "All";
        Differing = "differing", "Differing";
    }
}

params! {
    /// Parameters of `drift`.
    struct Own {
        show: Show = Param {
            name: "show",
            label: "Show",
            help: "All objects, or only those of which Azure and the cluster say different things.",
            control: OneOf::new(),
        },
        stale_minutes: u32 = Param {
            name: "staleMinutes",
            label: "Stale after minutes",
            help: "How old the agent's last report may be before the agent counts as stale; agents report every ten minutes or so.",
            control: Number { min: 1, max: 100_000, default: 60 },
        },
    }
}

type Params = params::Params<Own, Selection>;

/// The purpose of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// Objects with their state.
    Objects(ObjectSeries),
    /// Mean time of each object's reconciliations.
    Durations,
}

impl ObjectsPurpose for Purpose {
    fn objects(&self) -> Option<ObjectSeries> {
        match self {
            Self::Objects(series) => Some(*series),
            Self::Durations => None,
        }
    }
}

/// One object, as Azure and metrics report it.
struct Both<'a> {
    identity: Identity<'a>,
    azure: Option<ObjectRow<'a>>,
    /// Azure's report as a state of the object.
    azure_state: Option<ObjectState>,
    measured: Option<Object<'a>>,
    /// Mean time of its reconciliations. `None`: there was none, or no endpoint has the metric.
    reconcile_seconds: Option<f64>,
    difference: Difference,
}

#[derive(Debug)]
struct Drift;

impl RowType for Drift {
    type Row<'a> = &'a Both<'a>;
}

impl<'a> Joined<'a> for &'a Both<'a> {
    fn identity(self) -> Identity<'a> {
        self.identity
    }

    fn azure(self) -> Option<ObjectRow<'a>> {
        self.azure
    }
}

/// A field of this table.
type Field = TableField<Drift>;

static FIELDS: [Field; 18] = [
    cluster(),
    kind(),
    namespace(),
    name(),
    Field::text(
        "difference",
        "Difference",
        "State (they disagree on readiness), Suspended (behind Azure's back), Stale agent (its report is too old), Not reported (only the cluster has it), Gone (only Azure has it), Revision (other commits), Not measured (the cluster has no such metrics) or None.",
        |row, _| borrowed(row.difference.as_str()),
    )
    .states(States::Drift)
    .width(130),
    Field::text(
        "complianceState",
        "Azure: compliance",
        "Azure's verdict on the object; empty where Azure doesn't report the object.",
        |row, _| row.azure.and_then(|azure| borrowed(azure.object.compliance_state.as_str())),
    )
    .states(States::Compliance),
    Field::text(
        "azureState",
        "Azure: state",
        "The same, and the Ready condition where it is reported, as a state of the object; empty where Azure doesn't report the object.",
        |row, _| row.azure_state.and_then(|state| borrowed(state.as_str())),
    )
    .states(States::Object),
    Field::time(
        "statusUpdatedAt",
        "Azure: reported",
        "When the cluster's agent last reported; empty before the first time.",
        |row| status_updated(row.azure),
    ),
    Field::text(
        "clusterState",
        "Cluster: state",
        "Failing, Unknown, New, Suspended or Ready by the cluster's own metrics; empty where there are none.",
        |row, _| row.measured.and_then(|object| borrowed(object.state.as_str())),
    )
    .states(States::Object),
    Field::text(
        "clusterReady",
        "Cluster: ready",
        "Status of the Ready condition by the cluster's own metrics; empty where there is none.",
        |row, _| {
            let ready = row.measured.and_then(|object| object.ready);
            ready.and_then(|status| borrowed(status.as_str()))
        },
    )
    .states(States::Condition),
    Field::text(
        "azureRevision",
        "Azure: commit",
        "Commit that Azure says was synchronised last; empty before the first time.",
        |row, _| row.azure.and_then(|a| a.configuration.source_synced_commit.as_deref()).and_then(borrowed),
    ),
    Field::text(
        "clusterRevision",
        "Cluster: revision",
        "Revision of the object by kube-state-metrics; empty where kube-state-metrics doesn't report it.",
        |row, _| row.measured.and_then(|object| object.revision).and_then(borrowed),
    ),
    Field::number(
        "reconcileDuration",
        "Reconcile duration",
        "Mean time of its reconciliations within the time range; empty where there was none.",
        |row| row.reconcile_seconds,
    )
    .unit("s"),
    Field::text(
        "source",
        "Known from",
        "Where the cluster's state comes from: kube-state-metrics or controllers; empty where neither reports the object.",
        |row, _| row.measured.and_then(|object| borrowed(object.witness.as_str())),
    ),
    configuration(),
    Field::text(
        "resourceGroup",
        "Resource group",
        "Resource group of the cluster; empty where Azure doesn't report the cluster.",
        |row, _| {
            let of_azure = row.azure.map(|azure| &*azure.configuration.cluster);
            let known = of_azure.or_else(|| row.measured.and_then(|object| object.cluster));
            known.and_then(|cluster| borrowed(&cluster.resource_group))
        },
    ),
    id(),
    portal_link(),
];

fn status_updated(azure: Option<ObjectRow<'_>>) -> Option<UtcMillis> {
    azure?.configuration.status_updated
}

impl MetricsType for Drift {
    type Own = Own;
    type Filters = Selection;
    type Purpose = Purpose;

    fn snapshot(_: &Params) -> Need {
        Need::Some
    }

    fn endpoints(_: &Params) -> Need {
        Need::Some
    }

    fn plan(_: &Params, run: Run, endpoint: &AskedEndpoint<'_>) -> Vec<Expression<Purpose>> {
        let objects = object_expressions(endpoint).into_iter();
        let mut expressions: Vec<_> = objects.map(|one| one.map(Purpose::Objects)).collect();
        let scheme = endpoint.detected.scheme();
        let canonical = ["cluster", "kind", "namespace", "name"];
        let labels = canonical.map(|label| (label, Subject::Object.label(label, scheme)));
        let by = labels.map(|(_, label)| label);
        let matchers = endpoint.selection.matchers(Subject::Object, scheme, endpoint.name);
        let rate = |part: &str| {
            let name = format!("gotk_reconcile_duration_seconds_{part}");
            Expr::rate(&name, &matchers, run.timing.window).aggregate(Aggregation::Sum, &by)
        };
        let mean = rate("sum").with("/", &rate("count").with_number(">", 0.0));
        expressions.push(Expression::new(Purpose::Durations, &mean, labels.to_vec()));
        expressions
    }

    fn frames(
        params: &Params,
        run: Run,
        replies: &[EndpointSeries<'_, Purpose>],
        view: &MetricsView<'_>,
    ) -> Vec<Frame> {
        let only_differing = params.own.show == Show::Differing;
        let stale_after = i64::from(params.own.stale_minutes) * 60;
        let limit = params.limit;
        let mut rows: Vec<Both<'_>> = Vec::new();
        let mut all = 0_usize;
        let mut unmeasured = 0_usize;
        by_cluster(&params.filters, replies, view, |cluster| {
            let shows_more = rows.len() < limit && !only_differing;
            if cluster.measured.is_empty() && cluster.covered.is_empty() && !shows_more {
                // Only Azure reports these objects, and they aren't shown, so their number is enough.
                let count = cluster.azure_count();
                unmeasured += count;
                all += if only_differing { 0 } else { count };
                return;
            }
            let mut found = both(&cluster, view.now, stale_after);
            let is_unmeasured = |row: &&Both<'_>| row.difference == Difference::NotMeasured;
            unmeasured += found.iter().filter(is_unmeasured).count();
            if only_differing {
                let alike = [Difference::None, Difference::NotMeasured];
                found.retain(|row| !alike.contains(&row.difference));
            }
            all += found.len();
            if rows.len() < limit {
                found.sort_by_key(|row| row.identity.object);
                rows.extend(found);
                rows.truncate(limit);
            }
        });
        let durations = durations(replies);
        for row in &mut rows {
            let key = (row.identity.cluster.to_ascii_lowercase(), row.identity.object);
            row.reconcile_seconds = durations.get(&key).copied();
        }
        let shown: Vec<&Both<'_>> = rows.iter().collect();
        let mut frame = cut_table(TYPE.id, &FIELDS, &shown, all, view);
        frame.meta.notices.extend(missing(run.endpoints, unmeasured));
        vec![frame]
    }

    fn frame_spec(_: &Params) -> FrameSpec {
        table_spec(&FIELDS)
    }
}

/// The objects of one cluster, as Azure and metrics report them.
fn both<'a>(cluster: &OfCluster<'a, '_>, now: UtcMillis, stale_after: i64) -> Vec<Both<'a>> {
    let measured = &cluster.measured;
    let mut is_in_azure = vec![false; measured.len()];
    let mut rows: Vec<Both<'a>> = Vec::new();
    for azure in cluster.azure_rows() {
        let object = of_azure(azure);
        let (name, azure_state) = (object.identity.object, object.state);
        let known = measured.binary_search_by_key(&name, |known| known.identity.object).ok();
        let known = known.map(|index| {
            is_in_azure[index] = true;
            measured[index]
        });
        let difference = match &known {
            None if cluster.covered.hold(name) => Difference::Gone,
            None => Difference::NotMeasured,
            Some(known) => compare(azure, azure_state, known, now, stale_after),
        };
        rows.push(Both {
            identity: object.identity,
            azure: Some(azure),
            azure_state: Some(azure_state),
            measured: known,
            reconcile_seconds: None,
            difference,
        });
    }
    let unreported = measured.iter().zip(is_in_azure).filter(|(_, in_azure)| !in_azure);
    rows.extend(unreported.map(|(&object, _)| Both {
        identity: object.identity,
        azure: None,
        azure_state: None,
        measured: Some(object),
        reconcile_seconds: None,
        difference: Difference::NotReported,
    }));
    rows
}

/// The notice that Azure or metrics don't report some objects.
fn missing(endpoints: usize, unmeasured: usize) -> Option<Notice> {
    if endpoints == 0 {
        return Some(Notice::warning(
            "Only Azure's side is known: no Prometheus endpoint is configured. Add one in the data source settings, or have workspaces discovered (workspaces: auto).",
        ));
    }
    (unmeasured > 0).then(|| {
        Notice::info(format!(
            "Of {unmeasured} objects only Azure's side is known: no Prometheus endpoint has the readiness of their kind on their cluster. From Flux 2.5 on that needs kube-state-metrics."
        ))
    })
}

/// The difference between the two reports of one object.
fn compare(
    azure: ObjectRow<'_>,
    azure_state: ObjectState,
    cluster: &Object<'_>,
    now: UtcMillis,
    stale_after: i64,
) -> Difference {
    let reported = azure.configuration.status_updated;
    let is_stale = reported.is_none_or(|at| now.seconds_since(at) > stale_after);
    let suspended = ObjectState::Suspended;
    if cluster.state == suspended && azure_state != suspended {
        Difference::Suspended
    } else if is_stale {
        Difference::StaleAgent
    } else if disagree(azure_state, cluster.state) {
        Difference::State
    } else if commits_differ(azure, cluster) {
        Difference::Revision
    } else {
        Difference::None
    }
}

/// Whether the two reports say ready, failing or suspended, and not the same. While an object is being reconciled, either
/// report may be newer than the other, so other states don't count.
fn disagree(left: ObjectState, right: ObjectState) -> bool {
    let settled = |state| !matches!(state, ObjectState::Unknown | ObjectState::New);
    settled(left) && settled(right) && left != right
}

/// Whether both reports name a commit of the source, and not the same.
fn commits_differ(azure: ObjectRow<'_>, cluster: &Object<'_>) -> bool {
    match (&azure.configuration.source_synced_commit, cluster.revision) {
        (Some(azure), Some(revision)) if cluster.identity.object.follows_source() => {
            !commit_matches(azure, commit_sha(revision))
        }
        _ => false,
    }
}

/// Mean seconds of reconciliations, by the cluster's name in lower case and the object's.
fn durations<'a>(replies: &[EndpointSeries<'a, Purpose>]) -> HashMap<(String, ObjectKey<'a>), f64> {
    let lines = replies.iter().flat_map(EndpointSeries::lines);
    let of_durations = lines.filter(|(purpose, _)| **purpose == Purpose::Durations);
    of_durations
        .filter_map(|(_, line)| {
            let (identity, _) = identity(&line.labels)?;
            let seconds = line.values.first().copied().filter(|value| value.is_finite())?;
            Some(((identity.cluster.to_ascii_lowercase(), identity.object), seconds))
        })
        .collect()
}
