//! What Azure says of each Flux object beside what its cluster does, and how they differ.
//!
//! Source: `statuses` of Azure's configurations; `gotk_resource_info`, or `gotk_reconcile_condition` and
//! `gotk_suspend_status`, and `gotk_reconcile_duration_seconds`. One row per object that either side knows, sorted by
//! cluster, kind, namespace and name.

use crate::domain::{Difference, UtcMillis, commit_matches, commit_sha};
use crate::frame::{Frame, FrameType, Notice};
use crate::prometheus::{Aggregation, Expr, ObjectState, Subject};
use crate::query::ask::{Ask, EndpointAnswer, MetricsQuery, Part, Place};
use crate::query::flux_objects::{
    ClusterNames, Covered, Identity, Object, ask_details, azure_objects, identity, measured,
    of_azure,
};
use crate::query::objects::ObjectRow;
use crate::query::spec::{Choice, Control, METRIC_FILTERS, ParamSpec, States};
use crate::query::table::{Column, RowType, borrowed, specs, table};
use crate::query::types::joined::{
    Joined, cluster, configuration, id, kind, name, namespace, portal_link,
};
use crate::query::{Answer, Group, MetricsAnswer, Need, QueryType, Timing, View};
use std::collections::{BTreeMap, HashMap};

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
    identity: Identity,
    azure: Option<ObjectRow<'a>>,
    /// What Azure says, in the words of the cluster.
    azure_state: Option<ObjectState>,
    measured: Option<Object<'a>>,
    reconcile_seconds: Option<f64>,
    difference: Difference,
}

struct Drift;

impl RowType for Drift {
    type Row<'a> = &'a Both<'a>;
}

impl<'a> Joined<'a> for &'a Both<'a> {
    fn identity(self) -> &'a Identity {
        &self.identity
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
        |row, _| row.measured.as_ref().and_then(|object| borrowed(object.state.as_str())),
    )
    .states(States::Object),
    Col::text(
        "clusterReady",
        "Cluster: ready",
        "Status of the Ready condition by the cluster's own metrics; empty where there is none.",
        |row, _| {
            let ready = row.measured.as_ref().and_then(|object| object.ready);
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
        |row, _| row.measured.as_ref().and_then(|object| object.revision.as_deref()).and_then(borrowed),
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
        |row, _| row.measured.as_ref().and_then(|object| borrowed(object.witness.as_str())),
    ),
    configuration(),
    Col::text(
        "resourceGroup",
        "Resource group",
        "Resource group of the cluster; empty where Azure doesn't know the cluster.",
        |row, _| {
            let of_azure = row.azure.map(|azure| &*azure.configuration.cluster);
            let known = of_azure.or_else(|| row.measured.as_ref().and_then(|object| object.cluster));
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
    let names = ClusterNames::new(view);
    let mut found = measured(answers, &names);
    let mut durations = durations(answers);
    let covered =
        Covered::of(answers, found.values().map(|object| object.identity.cluster_and_kind()));
    let stale_after = i64::from(query.params.number("staleMinutes")) * 60;
    let mut rows: BTreeMap<Identity, Both<'_>> = BTreeMap::new();
    let mut unmeasured = 0_usize;
    for row in azure_objects(query.params, view) {
        let (key, identity) = names.key_of(&row);
        let measured = found.remove(&key);
        let azure_state = of_azure(identity.clone(), row).state;
        let difference = match &measured {
            None if covered.holds(&identity) => Difference::Gone,
            None => Difference::NotMeasured,
            Some(measured) => compare(row, azure_state, measured, view, stale_after),
        };
        unmeasured += usize::from(difference == Difference::NotMeasured);
        let reconcile_seconds = durations.remove(&key);
        let azure_state = Some(azure_state);
        rows.entry(key).or_insert(Both {
            identity,
            azure: Some(row),
            azure_state,
            measured,
            reconcile_seconds,
            difference,
        });
    }
    for (key, object) in found {
        let reconcile_seconds = durations.remove(&key);
        let row = Both {
            identity: object.identity.clone(),
            azure: None,
            azure_state: None,
            measured: Some(object),
            reconcile_seconds,
            difference: Difference::NotReported,
        };
        rows.entry(key).or_insert(row);
    }
    let only_differing = query.params.choice("show") == "differing";
    let alike = [Difference::None, Difference::NotMeasured];
    let rows: Vec<&Both<'_>> =
        rows.values().filter(|row| !only_differing || !alike.contains(&row.difference)).collect();
    let mut frame = table(TYPE.id, &COLUMNS, &rows, query.params, view);
    frame.meta.notices.extend(missing(query.endpoints, unmeasured));
    vec![frame]
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
    let follows_source = matches!(
        cluster.identity.kind.as_str(),
        "GitRepository" | "OCIRepository" | "Bucket" | "Kustomization"
    );
    match (&azure.configuration.source_synced_commit, &cluster.revision) {
        (Some(azure), Some(cluster)) if follows_source => {
            !commit_matches(azure, commit_sha(cluster))
        }
        _ => false,
    }
}

/// Mean seconds of reconciliations by key.
fn durations(answers: &[EndpointAnswer]) -> HashMap<Identity, f64> {
    let lines = answers.iter().flat_map(EndpointAnswer::lines);
    let of_durations = lines.filter(|(ask, _)| ask.part == Part::Durations);
    of_durations
        .filter_map(|(_, line)| {
            let (identity, _) = identity(&line.labels)?;
            Some((identity.key(), line.values.first().copied().filter(|value| value.is_finite())?))
        })
        .collect()
}
