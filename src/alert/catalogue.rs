//! Every alert rule.
//!
//! The first seven rules, their pending periods and severity are those of Microsoft's page about monitoring GitOps with
//! Flux v2. The others cover failures that the page leaves out.

use super::linked_dashboard::LinkedDashboard;
use super::rule::{
    AlertQuery, MetricsRule, OnError, ParamValue, PortalView, Rule, RuleGroup, Watch,
};
use std::time::Duration;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const SEED: &str = "Microsoft's page: 5 minutes";
const OBJECT: &[(&str, &str)] =
    &[("cluster", "cluster"), ("namespace", "namespace"), ("kind", "kind"), ("name", "name")];
const CONFIGURATION: &[(&str, &str)] = &[("cluster", "cluster"), ("configuration", "name")];

const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * MINUTE)
}

/// A query whose rows have the value 1 for failing items.
const fn wrong(
    query_type: &'static str,
    params: &'static [(&'static str, ParamValue)],
) -> AlertQuery {
    AlertQuery { query_type, params, over: minutes(10), above: 0.0 }
}

/// The cluster in a text; left out when the alert has no label for it.
macro_rules! on_cluster {
    () => {
        "{{ with $labels.cluster }} on cluster {{ . }}{{ end }}"
    };
}

macro_rules! object {
    () => {
        "{{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }}"
    };
}

macro_rules! not_ready {
    ($id:literal, $kind:literal, $lookback:literal, $effect:literal, $source:expr) => {
        Rule {
            id: $id,
            title: concat!($kind, " not ready"),
            group: RuleGroup::Objects,
            query: wrong("not-ready", &[("kinds", ParamValue::Texts(&[$kind]))]),
            pending: minutes(5),
            labels: &[],
            summary: concat!($kind, " ", object!(), " is not ready", on_cluster!()),
            description: concat!(
                "The Ready condition of ",
                $kind,
                " ",
                object!(),
                on_cluster!(),
                " has been False for <minutes> minutes. ",
                $effect,
                " The dashboard shows Flux's message."
            ),
            when: concat!("a Flux object of kind ", $kind, " has Ready False and isn't suspended"),
            source: $source,
            portal: PortalView::GitOps,
            dashboard: (LinkedDashboard::ClusterStats.uid(), OBJECT),
            on_error: OnError::KeepLast,
            metrics: Some(MetricsRule {
                alert: concat!($kind, "NotReady"),
                watch: Watch::NotReady($kind),
                lookback: $lookback,
            }),
        }
    };
}

/// Every alert rule, in the order of the documentation.
pub static RULES: [Rule; 16] = [
    Rule {
        id: "extension-failed",
        title: "Flux extension failed",
        group: RuleGroup::Azure,
        query: wrong("failing-extensions", &[]),
        pending: minutes(5),
        labels: &[("kind", "Extension"), ("name", "{{ with .Labels.extension }}{{ . }}{{ end }}")],
        summary: concat!("Flux extension {{ $labels.extension }} failed", on_cluster!()),
        description: concat!(
            "Azure failed to install, upgrade or change the Flux extension {{ $labels.extension }}",
            on_cluster!(),
            " (provisioning state Failed). New configurations aren't set up there meanwhile. The dashboard shows Azure's message."
        ),
        when: "Azure failed to install, upgrade or change a cluster's Flux extension (provisioning state Failed)",
        source: SEED,
        portal: PortalView::Extensions,
        dashboard: (LinkedDashboard::ApplicationDeployments.uid(), &[("cluster", "cluster")]),
        on_error: OnError::KeepLast,
        metrics: None,
    },
    Rule {
        id: "configuration-non-compliant",
        title: "Flux configuration not compliant",
        group: RuleGroup::Azure,
        query: wrong("failing-configurations", &[]),
        pending: minutes(5),
        labels: &[
            ("kind", "FluxConfiguration"),
            ("name", "{{ with .Labels.configuration }}{{ . }}{{ end }}"),
        ],
        summary: concat!(
            "Flux configuration {{ $labels.configuration }} is not compliant",
            on_cluster!()
        ),
        description: concat!(
            "What the cluster runs isn't what the source of Flux configuration {{ $labels.configuration }} says, or Azure failed to set the configuration up",
            on_cluster!(),
            ". The dashboard shows which objects fail, and Flux's messages."
        ),
        when: "a Flux configuration is Non-Compliant, or Azure failed to create or change it",
        source: SEED,
        portal: PortalView::ConfigurationObjects("configuration"),
        dashboard: (
            LinkedDashboard::ApplicationDeployments.uid(),
            &[("cluster", "cluster"), ("configuration", "configuration")],
        ),
        on_error: OnError::KeepLast,
        metrics: None,
    },
    not_ready!(
        "kustomization-not-ready",
        "Kustomization",
        "kustomizationLookbackPeriodInMinutes",
        "Its manifests aren't applied, or aren't healthy.",
        SEED
    ),
    not_ready!(
        "helmrelease-not-ready",
        "HelmRelease",
        "helmReleaseLookbackPeriodInMinutes",
        "Its chart isn't installed or upgraded as wanted.",
        SEED
    ),
    not_ready!(
        "gitrepository-not-ready",
        "GitRepository",
        "gitRepositoryLookbackPeriodInMinutes",
        "New commits don't reach the cluster.",
        SEED
    ),
    not_ready!(
        "bucket-not-ready",
        "Bucket",
        "bucketLookbackPeriodInMinutes",
        "New objects of the bucket don't reach the cluster.",
        SEED
    ),
    not_ready!(
        "helmrepository-not-ready",
        "HelmRepository",
        "helmRepoLookbackPeriodInMinutes",
        "New charts of the repository don't reach the cluster.",
        SEED
    ),
    not_ready!(
        "ocirepository-not-ready",
        "OCIRepository",
        "ociRepositoryLookbackPeriodInMinutes",
        "New artifacts don't reach the cluster.",
        "as for the other kinds"
    ),
    not_ready!(
        "helmchart-not-ready",
        "HelmChart",
        "helmChartLookbackPeriodInMinutes",
        "Releases of the chart can't be installed or upgraded.",
        "as for the other kinds"
    ),
    Rule {
        id: "configuration-pending",
        title: "Flux configuration pending too long",
        group: RuleGroup::Overdue,
        query: wrong("overdue", &[("overdue", ParamValue::Text("pending"))]),
        pending: minutes(60),
        labels: &[],
        summary: concat!("Flux configuration {{ $labels.name }} stays pending", on_cluster!()),
        description: concat!(
            "Flux configuration {{ $labels.name }}",
            on_cluster!(),
            " has been Pending for <minutes> minutes: neither compliant nor failing, or without any report. The dashboard shows what its objects wait for."
        ),
        when: "a Flux configuration is Pending, or never reported",
        source: "six times the default time-out of sources and kustomizations; Azure doesn't report when a configuration became Pending, so the pending period measures it",
        portal: PortalView::Overview("name"),
        dashboard: (LinkedDashboard::ApplicationDeployments.uid(), CONFIGURATION),
        on_error: OnError::KeepLast,
        metrics: None,
    },
    Rule {
        id: "object-suspended",
        title: "Flux object suspended too long",
        group: RuleGroup::Overdue,
        query: wrong("overdue", &[("overdue", ParamValue::Text("suspended"))]),
        pending: Duration::from_secs(24 * HOUR),
        labels: &[],
        summary: concat!("{{ $labels.kind }} ", object!(), " stays suspended", on_cluster!()),
        description: concat!(
            "{{ $labels.kind }} ",
            object!(),
            on_cluster!(),
            " has been suspended for <minutes> minutes. Nothing of its source reaches the cluster until it is resumed."
        ),
        when: "a Flux object is suspended",
        source: "longer than a manual intervention; Flux doesn't report when an object was suspended, so the pending period measures it",
        portal: PortalView::GitOps,
        dashboard: (LinkedDashboard::ClusterStats.uid(), OBJECT),
        on_error: OnError::KeepLast,
        metrics: Some(MetricsRule {
            alert: "FluxObjectSuspended",
            watch: Watch::Suspended,
            lookback: "suspendedLookbackPeriodInMinutes",
        }),
    },
    Rule {
        id: "configuration-silent",
        title: "Flux configuration without news",
        group: RuleGroup::Overdue,
        query: wrong(
            "overdue",
            &[("overdue", ParamValue::Text("silent")), ("minutes", ParamValue::Number(240))],
        ),
        pending: minutes(5),
        labels: &[],
        summary: concat!(
            "Flux configuration {{ $labels.name }} has stopped reporting",
            on_cluster!()
        ),
        description: concat!(
            "The agent",
            on_cluster!(),
            " has reported nothing about Flux configuration {{ $labels.name }} for four hours, so the state that Azure shows is out of date. The cluster is stopped or disconnected, or the agent is down."
        ),
        when: "a cluster has reported nothing about a Flux configuration for 4 hours",
        source: "many times the agent's interval of some minutes",
        portal: PortalView::Overview("name"),
        dashboard: (LinkedDashboard::ApplicationDeployments.uid(), CONFIGURATION),
        on_error: OnError::KeepLast,
        metrics: None,
    },
    Rule {
        id: "controller-down",
        title: "Flux controller down",
        group: RuleGroup::Controllers,
        query: wrong(
            "metric",
            &[
                ("metric", ParamValue::Text("controllers-down")),
                ("groupBy", ParamValue::Texts(&["cluster", "namespace", "pod"])),
                ("instant", ParamValue::On),
            ],
        ),
        pending: minutes(5),
        labels: &[("kind", "Pod"), ("name", "{{ with .Labels.pod }}{{ . }}{{ end }}")],
        summary: concat!("Flux controller {{ $labels.pod }} is down", on_cluster!()),
        description: concat!(
            "Pod {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.pod }}",
            on_cluster!(),
            " hasn't answered Prometheus for <minutes> minutes. Its objects are no longer reconciled, and its metrics are out of date."
        ),
        when: "a pod of Flux doesn't answer when Prometheus scrapes it",
        source: "ten scrapes; as for objects",
        portal: PortalView::Cluster,
        dashboard: (
            LinkedDashboard::ControlPlane.uid(),
            &[("cluster", "cluster"), ("controllerNamespace", "namespace")],
        ),
        on_error: OnError::KeepLast,
        metrics: Some(MetricsRule {
            alert: "FluxControllerDown",
            watch: Watch::ControllersDown,
            lookback: "controllerLookbackPeriodInMinutes",
        }),
    },
    Rule {
        id: "reconcile-slow",
        title: "Flux reconciles far slower than it did",
        group: RuleGroup::Durations,
        query: AlertQuery {
            query_type: "metric",
            params: &[
                ("metric", ParamValue::Text("reconcile-slowdown")),
                ("groupBy", ParamValue::Texts(&["cluster", "kind"])),
                ("instant", ParamValue::On),
            ],
            over: Duration::from_secs(HOUR),
            above: 3.0,
        },
        pending: minutes(15),
        labels: &[],
        summary: concat!("{{ $labels.kind }} reconciliations are slow", on_cluster!()),
        description: concat!(
            "Reconciling a {{ $labels.kind }}",
            on_cluster!(),
            " took more than a minute on average in the last hour, and over three times as long as a day before. The dashboard shows which objects take the time."
        ),
        when: "reconciling a kind of object took more than a minute in the last hour's mean, and more than 3 times the mean of the day that ended a day ago",
        source: "beyond daily variation; reconciliations under a minute vary more, and are ignored",
        portal: PortalView::Cluster,
        dashboard: (
            LinkedDashboard::ClusterStats.uid(),
            &[("cluster", "cluster"), ("kind", "kind")],
        ),
        on_error: OnError::KeepLast,
        metrics: Some(MetricsRule {
            alert: "FluxReconcileSlow",
            watch: Watch::Slowdown,
            lookback: "durationLookbackPeriodInMinutes",
        }),
    },
    Rule {
        id: "inventory-stale",
        title: "Inventory stale",
        group: RuleGroup::Source,
        query: AlertQuery {
            query_type: "source-health",
            params: &[("check", ParamValue::Text("age"))],
            over: minutes(10),
            above: 900.0,
        },
        pending: minutes(5),
        labels: &[("kind", "DataSource"), ("name", "Azure Resource Graph")],
        summary: "The data about the fleet is out of date",
        description: "The data source hasn't been able to read the fleet from Azure Resource Graph for a quarter of an hour. Alerts keep their state, and don't show what has happened since. Save & test of the data source says what is wrong.",
        when: "the fleet was last read more than 15 minutes ago",
        source: "thirty times the default of cacheSeconds",
        portal: PortalView::Fleet,
        dashboard: (LinkedDashboard::ApplicationDeployments.uid(), &[]),
        on_error: OnError::KeepLast,
        metrics: None,
    },
    Rule {
        id: "source-failing",
        title: "Data source failing",
        group: RuleGroup::Source,
        query: wrong("source-health", &[("check", ParamValue::Text("endpoints"))]),
        pending: minutes(5),
        labels: &[("kind", "DataSource"), ("name", "Azure GitOps (Flux)")],
        summary: "The Azure GitOps data source can't answer",
        description: "Azure Resource Graph or a Prometheus endpoint has failed for <minutes> minutes. The other alerts keep their state until it answers again. Save & test of the data source says what is wrong.",
        when: "the fleet can't be read at all, or a Prometheus endpoint doesn't answer",
        source: "as for the others, so that a short failure is no alert",
        portal: PortalView::Fleet,
        dashboard: (LinkedDashboard::ApplicationDeployments.uid(), &[]),
        on_error: OnError::Alert,
        metrics: None,
    },
];
