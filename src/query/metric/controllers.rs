//! What the controllers are, do and use.
//!
//! Source: `up` of Prometheus itself; `process_…` and `go_…` of the Go client library; `container_…` of cAdvisor;
//! `rest_client_requests_total` of client-go; workers and leadership of controller-runtime.

use super::{CONTROLLER, Counter, Measure, Metric, MetricGroup, Only, POD, all, some};
use crate::prometheus::{Aggregation, Subject};

const REQUESTS: Counter = all("rest_client_requests_total");
/// Whatever isn't a reply of 1xx to 3xx, connections that failed (`<error>`) among them.
const ERRORS: Counter =
    some("rest_client_requests_total", &[Only::Not("code", "[123][0-9][0-9]")]);
const GROUP: MetricGroup = MetricGroup::Controllers;

pub(super) static METRICS: [Metric; 13] = [
    Metric {
        id: "controllers-up",
        title: "Controllers, up",
        description: "Pods of Flux that answer when they are scraped.",
        unit: "short",
        group: GROUP,
        subject: Subject::Pod,
        group_by: POD,
        default_group_by: &["cluster"],
        measure: Measure::Gauge { name: "up", only: &[], how: Aggregation::Sum },
    },
    Metric {
        id: "controllers-down",
        title: "Controllers, down",
        description: "Pods of Flux that don't answer when they are scraped.",
        unit: "short",
        group: GROUP,
        subject: Subject::Pod,
        group_by: POD,
        default_group_by: &["cluster"],
        measure: Measure::PodsDown,
    },
    Metric {
        id: "controllers-leading",
        title: "Controllers, leading",
        description: "Pods of Flux that hold their controller's lease; one per controller is right.",
        unit: "short",
        group: GROUP,
        subject: Subject::Pod,
        group_by: POD,
        default_group_by: &["cluster"],
        measure: Measure::Gauge {
            name: "leader_election_master_status",
            only: &[],
            how: Aggregation::Sum,
        },
    },
    Metric {
        id: "cpu",
        title: "CPU",
        description: "Processor cores that controllers use.",
        unit: "short",
        group: GROUP,
        subject: Subject::Pod,
        group_by: POD,
        default_group_by: &["pod"],
        measure: Measure::Rate { counter: all("process_cpu_seconds_total"), per_seconds: 1.0 },
    },
    Metric {
        id: "memory-heap",
        title: "Memory, allocated heap",
        description: "Memory that controllers have allocated and not freed.",
        unit: "bytes",
        group: GROUP,
        subject: Subject::Pod,
        group_by: POD,
        default_group_by: &["pod"],
        measure: Measure::Gauge {
            name: "go_memstats_alloc_bytes",
            only: &[],
            how: Aggregation::Sum,
        },
    },
    Metric {
        id: "memory-resident",
        title: "Memory, resident",
        description: "Memory of the controllers' processes that is resident.",
        unit: "bytes",
        group: GROUP,
        subject: Subject::Pod,
        group_by: POD,
        default_group_by: &["pod"],
        measure: Measure::Gauge {
            name: "process_resident_memory_bytes",
            only: &[],
            how: Aggregation::Sum,
        },
    },
    Metric {
        id: "memory-working-set",
        title: "Memory, working set",
        description: "Memory of the controllers' containers that can't be evicted, as cAdvisor measures it.",
        unit: "bytes",
        group: GROUP,
        subject: Subject::Container,
        group_by: POD,
        default_group_by: &["pod"],
        measure: Measure::Gauge {
            name: "container_memory_working_set_bytes",
            // Sums over a pod and its sandbox have no container, or this one.
            only: &[Only::Not("container", "|POD")],
            how: Aggregation::Sum,
        },
    },
    Metric {
        id: "workers-active",
        title: "Workers, active",
        description: "Reconciliations that are under way.",
        unit: "short",
        group: GROUP,
        subject: Subject::Controller,
        group_by: CONTROLLER,
        default_group_by: &["controller"],
        measure: Measure::Gauge {
            name: "controller_runtime_active_workers",
            only: &[],
            how: Aggregation::Sum,
        },
    },
    Metric {
        id: "workers-limit",
        title: "Workers, limit",
        description: "Reconciliations that may be under way at the same time.",
        unit: "short",
        group: GROUP,
        subject: Subject::Controller,
        group_by: CONTROLLER,
        default_group_by: &["controller"],
        measure: Measure::Gauge {
            name: "controller_runtime_max_concurrent_reconciles",
            only: &[],
            how: Aggregation::Sum,
        },
    },
    Metric {
        id: "api-requests",
        title: "Kubernetes API requests",
        description: "Requests that controllers make of the Kubernetes API, per second.",
        unit: "reqps",
        group: GROUP,
        subject: Subject::Pod,
        group_by: &["cluster", "namespace", "pod", "code", "method"],
        default_group_by: &["code"],
        measure: Measure::Rate { counter: REQUESTS, per_seconds: 1.0 },
    },
    Metric {
        id: "api-errors",
        title: "Kubernetes API requests, failed",
        description: "Requests of the Kubernetes API that were answered with 4xx or 5xx, or not at all, per second.",
        unit: "reqps",
        group: GROUP,
        subject: Subject::Pod,
        group_by: POD,
        default_group_by: &["cluster"],
        measure: Measure::PartRate { part: ERRORS, whole: REQUESTS, per_seconds: 1.0 },
    },
    Metric {
        id: "api-error-share",
        title: "Kubernetes API requests, share that failed",
        description: "Share of the requests that were answered with 4xx or 5xx, or not at all. Absent while there are none.",
        unit: "percentunit",
        group: GROUP,
        subject: Subject::Pod,
        group_by: POD,
        default_group_by: &["cluster"],
        measure: Measure::Share { part: ERRORS, whole: REQUESTS },
    },
    Metric {
        id: "controller-duration-quantile",
        title: "Controllers' reconcile time, quantile",
        description: "Time within which a share of all reconciliations of a controller ended, as controller-runtime measures it. Absent while there are none.",
        unit: "s",
        group: GROUP,
        subject: Subject::Controller,
        group_by: CONTROLLER,
        default_group_by: &["controller"],
        measure: Measure::Quantile {
            histogram: "controller_runtime_reconcile_time_seconds",
            only: &[],
            last_bounds: &[60.0],
        },
    },
];
