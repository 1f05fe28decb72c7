//! What Azure says of each Flux object beside what its cluster does, and how they differ.
//!
//! Source: `statuses` of Azure's configurations; `gotk_resource_info`, or `gotk_reconcile_condition` and
//! `gotk_suspend_status`, and `gotk_reconcile_duration_seconds`. One row per object of a configuration, and
//! per object that only metrics know, sorted by cluster, kind, namespace and name.

use crate::prometheus::{Aggregation, Expr, Subject};
use crate::query::ask::{Ask, EndpointAnswer, MetricsQuery, Part, Place};
use crate::query::flux_objects::{
    Identity, Object, ObjectKey, OfCluster, ask_details, by_cluster, identity, of_azure,
};
use crate::query::objects::ObjectRow;
use crate::query::spec::{Choice, Control, METRIC_FILTERS, ParamSpec, States};
use crate::query::table::{Column, RowType, borrowed, cut_table, specs};
use crate::query::types::joined::{
    Joined, cluster, configuration, id, kind, name, namespace, portal_link,
};
use crate::query::{Answer, Group, MetricsAnswer, Need, QueryType, Timing, View};
use flux::{Difference, ObjectState, UtcMillis, commit_matches, commit_sha};
use frame::{Frame, FrameType, Notice};
use std::collections::HashMap;

pub(in crate::query) static TYPE: QueryType = QueryType {
    id: "drift",
    title: "Drift between Azure and clusters",
    description: "What Azure says of each Flux object beside what the cluster's own metrics say, and how they differ.",
    group: Group::Objects,
    own_params: &PARAMS,
    frame_types: &[FrameType::Table],
    fields: || specs(&COLUMNS),
    shows_conditions: false,
    needs_clusters: false,
    answer: Answer::Metrics(MetricsAnswer {
        filters: &METRIC_FILTERS,
        snapshot: |_| Need::Some,
        endpoints: |_| Need::Some,
        must_be_whole: false,
        timing: |_, range, _, scrape_interval| Timing::instant(range, scrape_interval),
        plan,
        frames,
    }),
};

static PARAMS: [ParamSpec; 2] = [
    ParamSpec {
        name: "show",
        label: "Show",
        help: "All objects, or only those of which Azure and the cluster say different things.",
        control: Control::OneOf(&[
            Choice { value: "all", label: "All" },
            Choice { value: "differing", label: "Differing" },
        ]),
    },
    ParamSpec {
        name: "staleMinutes",
        label: "Stale after minutes",
        help: "How old the agent's last report may be before the agent counts as stale; agents report every ten minutes or so.",
        control: Control::Number { min: 1, max: 100_000, default: 60 },
    },
];

/// One object, as both sides know it.
struct Both<'a> {
    identity: Identity<'a>,
    azure: Option<ObjectRow<'a>>,
    /// What Azure says, in the words of the cluster.
    azure_state: Option<ObjectState>,
    measured: Option<Object<'a>>,
    /// Mean time of its reconciliations. `None`: there was none, or nobody says.
    reconcile_seconds: Option<f64>,
    difference: Difference,
}

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

/// A column of this table.
type Col = Column<Drift>;

static COLUMNS: [Col; 18] = [
    cluster(),
    kind(),
    namespace(),
    name(),
    Col::text(
        "difference",
        "Difference",
        "State (they disagree on readiness), Suspended (behind Azure's back), Stale agent (its report is too old), Not reported (only the cluster has it), Gone (only Azure has it), Revision (other commits), Not measured (the cluster has no such metrics) or None.",
        |row, _| borrowed(row.difference.as_str()),
    )
    .states(States::Drift)
    .width(130),
    Col::text(
        "complianceState",
        "Azure: compliance",
        "Azure's verdict on the object; empty where it has none of it.",
        |row, _| row.azure.and_then(|azure| borrowed(azure.object.compliance_state.as_str())),
    )
    .states(States::Compliance),
    Col::text(
        "azureState",
        "Azure: state",
        "The same, and the Ready condition where it is reported, as a state of the object; empty where Azure has none of it.",
        |row, _| row.azure_state.and_then(|state| borrowed(state.as_str())),
    )
    .states(States::Object),
    Col::time(
        "statusUpdatedAt",
        "Azure: reported",
        "When the cluster's agent last reported; empty before the first time.",
        |row| status_updated(row.azure),
    ),
    Col::text(
        "clusterState",
        "Cluster: state",
        "Failing, Unknown, New, Suspended or Ready by the cluster's own metrics; empty where there are none.",
        |row, _| row.measured.and_then(|object| borrowed(object.state.as_str())),
    )
    .states(States::Object),
    Col::text(
        "clusterReady",
        "Cluster: ready",
        "Status of the Ready condition by the cluster's own metrics; empty where there is none.",
        |row, _| {
            let ready = row.measured.and_then(|object| object.ready);
            ready.and_then(|status| borrowed(status.as_str()))
        },
    )
    .states(States::Condition),
    Col::text(
        "azureRevision",
        "Azure: commit",
        "Commit that Azure says was synchronised last; empty before the first time.",
        |row, _| row.azure.and_then(|a| a.configuration.source_synced_commit.as_deref()).and_then(borrowed),
    ),
    Col::text(
        "clusterRevision",
        "Cluster: revision",
        "What the object is at by kube-state-metrics; empty where that doesn't say.",
        |row, _| row.measured.and_then(|object| object.revision).and_then(borrowed),
    ),
    Col::number(
        "reconcileDuration",
        "Reconcile duration",
        "Mean time of its reconciliations within the time range; empty where there was none.",
        |row| row.reconcile_seconds,
    )
    .unit("s"),
    Col::text(
        "source",
        "Known from",
        "Who speaks for the cluster: kube-state-metrics or controllers; empty where nobody does.",
        |row, _| row.measured.and_then(|object| borrowed(object.witness.as_str())),
    ),
    configuration(),
    Col::text(
        "resourceGroup",
        "Resource group",
        "Resource group of the cluster; empty where Azure doesn't know the cluster.",
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

fn plan(query: &MetricsQuery<'_>, place: &Place<'_>) -> Vec<Ask> {
    let mut asks = ask_details(place);
    let scheme = place.detected.scheme();
    let canonical = ["cluster", "kind", "namespace", "name"];
    let labels = canonical.map(|label| (label, Subject::Object.label(label, scheme)));
    let by = labels.map(|(_, label)| label);
    let matchers = place.selection.matchers(Subject::Object, scheme, place.endpoint);
    let rate = |part: &str| {
        let name = format!("gotk_reconcile_duration_seconds_{part}");
        Expr::rate(&name, &matchers, query.timing.window).aggregate(Aggregation::Sum, &by)
    };
    let mean = rate("sum").with("/", &rate("count").with_number(">", 0.0));
    asks.push(Ask::new(Part::Durations, &mean, labels.to_vec()));
    asks
}

fn frames(query: &MetricsQuery<'_>, answers: &[EndpointAnswer], view: &View<'_>) -> Vec<Frame> {
    let only_differing = query.params.choice("show") == "differing";
    let stale_after = i64::from(query.params.number("staleMinutes")) * 60;
    let limit = query.params.limit();
    let mut rows: Vec<Both<'_>> = Vec::new();
    let mut all = 0_usize;
    let mut unmeasured = 0_usize;
    by_cluster(query.params, answers, view, |cluster| {
        let shows_more = rows.len() < limit && !only_differing;
        if cluster.measured.is_empty() && cluster.covered.is_empty() && !shows_more {
            // Only Azure knows of these, and they aren't shown: their number is all that counts.
            let count = cluster.azure_count();
            unmeasured += count;
            all += if only_differing { 0 } else { count };
            return;
        }
        let mut found = both(&cluster, view, stale_after);
        let nobody = |row: &&Both<'_>| row.difference == Difference::NotMeasured;
        unmeasured += found.iter().filter(nobody).count();
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
    let durations = durations(answers);
    for row in &mut rows {
        let key = (row.identity.cluster.to_ascii_lowercase(), row.identity.object);
        row.reconcile_seconds = durations.get(&key).copied();
    }
    let shown: Vec<&Both<'_>> = rows.iter().collect();
    let mut frame = cut_table(TYPE.id, &COLUMNS, &shown, all, view);
    frame.meta.notices.extend(missing(query.endpoints, unmeasured));
    vec![frame]
}

/// The objects of one cluster as both sides know them.
fn both<'a>(cluster: &OfCluster<'a, '_>, view: &View<'_>, stale_after: i64) -> Vec<Both<'a>> {
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
            Some(known) => compare(azure, azure_state, known, view, stale_after),
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

/// Says which of the two sources is missing.
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

/// How two views of one object differ.
fn compare(
    azure: ObjectRow<'_>,
    azure_state: ObjectState,
    cluster: &Object<'_>,
    view: &View<'_>,
    stale_after: i64,
) -> Difference {
    let reported = azure.configuration.status_updated;
    let is_stale = reported.is_none_or(|at| view.now.seconds_since(at) > stale_after);
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

/// Whether one side calls it ready, failing or suspended, and the other something else of these. While an object is being
/// reconciled, either side may be ahead.
fn disagree(left: ObjectState, right: ObjectState) -> bool {
    let settled = |state| !matches!(state, ObjectState::Unknown | ObjectState::New);
    settled(left) && settled(right) && left != right
}

/// Whether both sides name a commit of the source, and not the same.
fn commits_differ(azure: ObjectRow<'_>, cluster: &Object<'_>) -> bool {
    match (&azure.configuration.source_synced_commit, cluster.revision) {
        (Some(azure), Some(revision)) if cluster.identity.object.follows_source() => {
            !commit_matches(azure, commit_sha(revision))
        }
        _ => false,
    }
}

/// Mean seconds of reconciliations, by the cluster's name in lower case and the object's.
fn durations(answers: &[EndpointAnswer]) -> HashMap<(String, ObjectKey<'_>), f64> {
    let lines = answers.iter().flat_map(EndpointAnswer::lines);
    let of_durations = lines.filter(|(ask, _)| ask.part == Part::Durations);
    of_durations
        .filter_map(|(_, line)| {
            let (identity, _) = identity(&line.labels)?;
            let seconds = line.values.first().copied().filter(|value| value.is_finite())?;
            Some(((identity.cluster.to_ascii_lowercase(), identity.object), seconds))
        })
        .collect()
}
