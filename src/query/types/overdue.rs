//! For alert rules: configurations and objects that stay in one state for too long. None of them fails, so no other rule
//! reports them.
//!
//! - `pending`: configurations that are Pending, those that never reported among them. Azure doesn't report when a
//!   configuration became Pending. The earliest possible time is the last change of its source (`sourceUpdatedAt`) or of a
//!   condition (`lastTransitionTime`), whichever is later. `statusUpdatedAt` changes with every report, so it doesn't help.
//!   Without either time, it isn't known since when.
//! - `suspended`: Flux objects that are suspended, from the upstream that knows the state best, as in `not-ready`. No upstream
//!   reports when an object was suspended.
//! - `silent`: configurations whose agent last reported (`statusUpdatedAt`) too long ago, or never reported although Azure
//!   shows a compliance state other than Pending.
//!
//! An item for which it isn't known since when counts at once: the rule's pending period measures the time.

use crate::arg::kql::{fleet_value, quote};
use crate::prometheus::Selection;
use crate::query::alert::{self, AlertItem, INCLUDE, Include, cluster_labels};
use crate::query::expression::{AskedEndpoint, EndpointSeries, Expression, Run};
use crate::query::filters::on_inventory;
use crate::query::flux_objects::witness_notice;
use crate::query::kql;
use crate::query::native::NativeQuery;
use crate::query::object_state::{ObjectsInState, StatePurpose};
use crate::query::params::{self, Number, OneOf, Param, choices, params};
use crate::query::query_type::{EditorGroup, FromMetrics, MetricsType, Need, QueryType};
use crate::query::spec::FrameSpec;
use crate::query::view::MetricsView;
use flux::{ComplianceState, FluxConfiguration, ObjectState, Portal, UtcMillis};
use frame::Frame;
use std::time::Duration;

pub(super) static TYPE: QueryType = QueryType {
    id: "overdue",
    title: "Overdue items",
    description: "For alert rules: one row per configuration that stays pending or silent, or object that stays suspended; 0 when none does.",
    group: EditorGroup::Alerts,
    shows_conditions: false,
    needs_clusters: false,
    definition: &FromMetrics(Overdue),
};

choices! {
    /// What the query checks.
    enum Which {
        Pending = "pending", "Pending";
        Suspended = "suspended", "Suspended";
        Silent = "silent", "Silent";
    }
}

params! {
    /// Parameters of `overdue`.
    struct Own {
        overdue: Which = Param {
            name: "overdue",
            label: "Overdue",
            help: "Pending: configurations that aren't reconciled yet. Suspended: objects that aren't reconciled on purpose. Silent: configurations whose agent no longer reports, or never reported although Azure calls them Compliant, for example.",
            control: OneOf::new(),
        },
        minutes: u32 = Param {
            name: "minutes",
            label: "Minutes",
            help: "Shortest time in that state, as far as it is known; 0: four hours for silent, any time for the others. No effect on suspended: that time is never known.",
            control: Number { min: 0, max: 525_600, default: 0 },
        },
        include: Include = INCLUDE,
    }
}

type Params = params::Params<Own, Selection>;

#[derive(Debug)]
struct Overdue;

static LABELS: [(&str, &str); 3] = [
    ("kind", "Kubernetes kind of the object; FluxConfiguration for a configuration."),
    ("namespace", "Namespace of the object or configuration; empty where it isn't reported."),
    ("name", "Name of the object or configuration."),
];

/// Agents report every few minutes, so four hours are more than a short interruption.
const SILENT_MINUTES: u32 = 240;
const MINUTE: i64 = 60_000;

fn suspended(params: &Params) -> ObjectsInState<'_> {
    ObjectsInState {
        state: ObjectState::Suspended,
        include: params.own.include,
        selection: &params.filters,
    }
}

impl MetricsType for Overdue {
    type Own = Own;
    type Filters = Selection;
    type Purpose = StatePurpose;

    const MUST_BE_WHOLE: bool = true;

    fn snapshot(_: &Params) -> Need {
        Need::All
    }

    fn endpoints(params: &Params) -> Need {
        match params.own.overdue {
            Which::Suspended => Need::All,
            Which::Pending | Which::Silent => Need::Nothing,
        }
    }

    fn plan(
        params: &Params,
        _: Run,
        endpoint: &AskedEndpoint<'_>,
    ) -> Vec<Expression<StatePurpose>> {
        suspended(params).plan(endpoint)
    }

    fn frames(
        params: &Params,
        run: Run,
        replies: &[EndpointSeries<'_, StatePurpose>],
        view: &MetricsView<'_>,
    ) -> Vec<Frame> {
        let is_silent = match params.own.overdue {
            Which::Suspended => {
                let found = suspended(params).items(replies, view);
                let mut frame = frame(params, found.items.into_iter(), view.portal);
                frame.meta.notices.extend(witness_notice(found.from_azure, run.endpoints));
                return vec![frame];
            }
            Which::Silent => true,
            Which::Pending => false,
        };
        let minutes = match params.own.minutes {
            0 if is_silent => SILENT_MINUTES,
            minutes => minutes,
        };
        let earliest = UtcMillis(view.now.0.saturating_sub(i64::from(minutes) * MINUTE));
        let names = &params.filters.names;
        let filters = on_inventory(&params.filters);
        let configurations = view.snapshot.into_iter().flat_map(|snapshot| {
            let table = snapshot.configurations();
            table.matching(&filters, snapshot.names()).map(|row| &table.rows()[row])
        });
        let items = configurations.filter(|configuration| {
            names.is_empty() || names.iter().any(|name| name == configuration.name.as_str())
        });
        let items = items.map(|configuration| {
            let mut labels = cluster_labels(&configuration.cluster);
            labels.push(Some("FluxConfiguration".to_owned()));
            labels.push(configuration.namespace.as_ref().map(ToString::to_string));
            labels.push(Some(configuration.name.to_string()));
            AlertItem { labels, failing: is_overdue(configuration, is_silent, earliest) }
        });
        vec![frame(params, items, view.portal)]
    }

    fn frame_spec(_: &Params) -> FrameSpec {
        alert::frame_spec(&LABELS)
    }

    fn native_rule(params: &Params, _: Duration) -> Option<NativeQuery> {
        let Selection { names, controllers, .. } = &params.filters;
        let filters = on_inventory(&params.filters);
        let configurations = || {
            kql::configurations(kql::IN_RULES, &filters, true)
                + "\n| extend ['kind'] = 'FluxConfiguration', name = configuration"
        };
        let (rows, fails) = match params.own.overdue {
            Which::Suspended => (
                kql::reconcilers(kql::IN_RULES, &filters, names, controllers),
                format!("objectState == {}", quote(ObjectState::Suspended.as_str())),
            ),
            Which::Silent => {
                let reported = fleet_value("statusUpdatedAt")?;
                let minutes = match params.own.minutes {
                    0 => SILENT_MINUTES,
                    minutes => minutes,
                };
                // As in the data source's own answer: without a time, or with a placeholder for none, the agent never
                // reported.
                let fails = format!(
                    "iff(isnull(todatetime({reported})) or todatetime({reported}) < datetime(2000-01-01), \
                     complianceState != {}, todatetime({reported}) <= ago({minutes}m))",
                    quote(ComplianceState::Pending.as_str())
                );
                (configurations(), fails)
            }
            Which::Pending => (
                configurations(),
                format!("complianceState == {}", quote(ComplianceState::Pending.as_str())),
            ),
        };
        Some(NativeQuery::Kql(kql::alert_rows(&rows, &fails, &["kind", "namespace", "name"])))
    }
}

fn frame(params: &Params, items: impl Iterator<Item = AlertItem>, portal: &Portal) -> Frame {
    alert::frame(TYPE.id, &LABELS, items, params.own.include, params.limit, portal)
}

/// Whether it has been silent, or else pending, at least since `earliest`.
fn is_overdue(configuration: &FluxConfiguration, is_silent: bool, earliest: UtcMillis) -> bool {
    if is_silent {
        match configuration.status_updated {
            Some(reported) => reported <= earliest,
            // The agent never reported. No report is expected while the configuration is Pending.
            None => configuration.compliance_state != ComplianceState::Pending,
        }
    } else {
        configuration.compliance_state == ComplianceState::Pending
            && changed(configuration).is_none_or(|changed| changed <= earliest)
    }
}

/// The last reported change of its source or of a condition. `None`: none is reported.
fn changed(configuration: &FluxConfiguration) -> Option<UtcMillis> {
    let conditions = configuration.objects.iter().flat_map(|object| &object.conditions);
    conditions
        .filter_map(|condition| condition.last_transition)
        .chain(configuration.source_updated)
        .max()
}
