//! For alert rules: what stays in between for too long. Nothing of it fails, so no other rule says so.
//!
//! - `pending`: configurations that are Pending, those that never reported among them. Azure doesn't say since when: at
//!   the earliest since the source last changed (`sourceUpdatedAt`) or a condition did (`lastTransitionTime`), whichever
//!   is later. `statusUpdatedAt` moves with every report and tells nothing. With neither time, it isn't known.
//! - `suspended`: Flux objects that are suspended, from whoever knows it best, as in `not-ready`. Suspending changes no
//!   time that anybody reports.
//! - `silent`: configurations whose agent last reported (`statusUpdatedAt`) too long ago, or never did although Azure
//!   shows a verdict on them. Those that never reported and have none are Pending.
//!
//! Where since when isn't known, an item counts at once: how long that may last is for the rule's pending period.

use crate::query::alert::{self, Alerting, INCLUDE, cluster_labels, specs};
use crate::query::ask::{Ask, EndpointAnswer, MetricsQuery, Place};
use crate::query::flux_objects::witness_notice;
use crate::query::spec::{Choice, Control, METRIC_FILTERS, ParamSpec};
use crate::query::standing;
use crate::query::{Answer, Group, MetricsAnswer, Need, Params, QueryType, Timing, View};
use flux::{ComplianceState, FluxConfiguration, ObjectState, UtcMillis};
use frame::{Frame, FrameType};

pub(in crate::query) static TYPE: QueryType = QueryType {
    id: "overdue",
    title: "Overdue items",
    description: "For alert rules: one row per configuration that stays pending or silent, or object that stays suspended; 0 when none does.",
    group: Group::Alerts,
    own_params: &PARAMS,
    frame_types: &[FrameType::NumericLong],
    fields: || specs(&LABELS),
    shows_conditions: false,
    needs_clusters: false,
    answer: Answer::Metrics(MetricsAnswer {
        filters: &METRIC_FILTERS,
        snapshot: |_| Need::All,
        endpoints: |params| if is_suspended(params) { Need::All } else { Need::Nothing },
        must_be_whole: true,
        timing: |_, range, _, scrape_interval| Timing::instant(range, scrape_interval),
        plan,
        frames,
    }),
};

static PARAMS: [ParamSpec; 3] = [
    ParamSpec {
        name: "overdue",
        label: "Overdue",
        help: "Pending: configurations that aren't reconciled yet. Suspended: objects that aren't reconciled on purpose. Silent: configurations without news from their cluster, or that never had any although Azure calls them Compliant, say.",
        control: Control::OneOf(&[
            Choice { value: "pending", label: "Pending" },
            Choice { value: "suspended", label: "Suspended" },
            Choice { value: "silent", label: "Silent" },
        ]),
    },
    ParamSpec {
        name: "minutes",
        label: "Minutes",
        help: "How long it has been so at least, as far as that is known; 0: four hours for silent, any time for the others. No effect on suspended, of which it never is.",
        control: Control::Number { min: 0, max: 525_600, default: 0 },
    },
    INCLUDE,
];

static LABELS: [(&str, &str); 3] = [
    ("kind", "Kubernetes kind of the object; FluxConfiguration for a configuration."),
    ("namespace", "Namespace of the object or configuration; empty where it isn't reported."),
    ("name", "Name of the object or configuration."),
];

/// Agents report every few minutes; four hours are no passing trouble.
const SILENT_MINUTES: u32 = 240;
const MINUTE: i64 = 60_000;

fn is_suspended(params: &Params) -> bool {
    params.choice("overdue") == "suspended"
}

fn plan(query: &MetricsQuery<'_>, place: &Place<'_>) -> Vec<Ask> {
    standing::plan(query, place, ObjectState::Suspended)
}

fn frames(query: &MetricsQuery<'_>, answers: &[EndpointAnswer], view: &View<'_>) -> Vec<Frame> {
    let params = query.params;
    if is_suspended(params) {
        let found = standing::items(query, answers, view, ObjectState::Suspended);
        let items = found.items.into_iter();
        let mut frame = alert::frame(TYPE.id, &specs(&LABELS), items, params, view);
        frame.meta.notices.extend(witness_notice(found.from_azure, query.endpoints));
        return vec![frame];
    }
    let silent = params.choice("overdue") == "silent";
    let minutes = match params.number("minutes") {
        0 if silent => SILENT_MINUTES,
        minutes => minutes,
    };
    let earliest = UtcMillis(view.now.0.saturating_sub(i64::from(minutes) * MINUTE));
    let names = params.texts("names");
    let table = view.snapshot.configurations();
    let rows = table.matching(&params.filters(), view.snapshot.names());
    let items = rows.map(|row| &table.rows()[row]).filter(|configuration| {
        names.is_empty() || names.iter().any(|name| name == configuration.name.as_str())
    });
    let items = items.map(|configuration| {
        let mut labels = cluster_labels(&configuration.cluster);
        labels.push(Some("FluxConfiguration".to_owned()));
        labels.push(configuration.namespace.as_ref().map(ToString::to_string));
        labels.push(Some(configuration.name.to_string()));
        Alerting { labels, failing: is_overdue(configuration, silent, earliest) }
    });
    vec![alert::frame(TYPE.id, &specs(&LABELS), items, params, view)]
}

/// Whether it has been silent, or else pending, since a time at least.
fn is_overdue(configuration: &FluxConfiguration, silent: bool, earliest: UtcMillis) -> bool {
    if silent {
        match configuration.status_updated {
            Some(reported) => reported <= earliest,
            // Never reported: while it is Pending, nothing else is to be expected.
            None => configuration.compliance_state != ComplianceState::Pending,
        }
    } else {
        configuration.compliance_state == ComplianceState::Pending
            && changed(configuration).is_none_or(|changed| changed <= earliest)
    }
}

/// When something about it last changed, as far as anybody reports. `None`: nobody does.
fn changed(configuration: &FluxConfiguration) -> Option<UtcMillis> {
    let conditions = configuration.objects.iter().flat_map(|object| &object.conditions);
    conditions
        .filter_map(|condition| condition.last_transition)
        .chain(configuration.source_updated)
        .max()
}
