//! Caches of the controllers, the events that they send each other, and webhooks.
//!
//! Source: `gotk_cache_…` (source-controller), `gotk_token_cache_…` (Flux 2.6 and later), `gotk_event_http_…` and
//! `gotk_receiver_http_…` (notification-controller).

use super::{Counter, Measure, Metric, MetricGroup, Only, POD, all, some};
use crate::prometheus::{Aggregation, Subject};

const SOURCE_CACHE: Counter = all("gotk_cache_events_total");
const SOURCE_CACHE_HITS: Counter =
    some("gotk_cache_events_total", &[Only::Is("event_type", "cache_hit")]);
const TOKEN_CACHE: Counter = all("gotk_token_cache_events_total");
const TOKEN_CACHE_HITS: Counter =
    some("gotk_token_cache_events_total", &[Only::Is("event_type", "cache_hit")]);
/// Largest finite default bound of Go histograms.
const HTTP_BOUNDS: &[f64] = &[10.0];
const HTTP: &[&str] = &["cluster", "namespace", "pod", "code"];
const GROUP: MetricGroup = MetricGroup::Events;

const fn entry(
    id: &'static str,
    title: &'static str,
    description: &'static str,
    unit: &'static str,
    series: (Subject, &'static [&'static str], &'static [&'static str]),
    measure: Measure,
) -> Metric {
    let (subject, group_by, default_group_by) = series;
    Metric {
        id,
        title,
        description,
        unit,
        group: GROUP,
        subject,
        group_by,
        default_group_by,
        measure,
    }
}

/// Series about sources, by whether the cache had the source.
const OF_SOURCES: (Subject, &[&str], &[&str]) =
    (Subject::Source, &["cluster", "namespace", "name", "event_type"], &["event_type"]);
const SOURCES: (Subject, &[&str], &[&str]) =
    (Subject::Source, &["cluster", "namespace", "name"], &["cluster"]);
const OF_OBJECTS: (Subject, &[&str], &[&str]) = (
    Subject::Object,
    &["cluster", "kind", "namespace", "name", "event_type", "operation"],
    &["event_type"],
);
const OBJECTS: (Subject, &[&str], &[&str]) =
    (Subject::Object, &["cluster", "kind", "namespace", "name"], &["cluster"]);
const OF_PODS: (Subject, &[&str], &[&str]) = (Subject::Pod, POD, &["pod"]);
const BY_CODE: (Subject, &[&str], &[&str]) = (Subject::Pod, HTTP, &["code"]);
const BY_CLUSTER: (Subject, &[&str], &[&str]) = (Subject::Pod, HTTP, &["cluster"]);

pub(super) static METRICS: [Metric; 14] = [
    entry(
        "source-cache-events",
        "Source cache, look-ups",
        "Look-ups in source-controller's cache of Helm indexes, hits and misses, per minute.",
        "opm",
        OF_SOURCES,
        Measure::Rate { counter: SOURCE_CACHE, per_seconds: 60.0 },
    ),
    entry(
        "source-cache-hit-share",
        "Source cache, share of hits",
        "Share of the look-ups in source-controller's cache that found something. Absent while there are none.",
        "percentunit",
        SOURCES,
        Measure::Share { part: SOURCE_CACHE_HITS, whole: SOURCE_CACHE },
    ),
    entry(
        "token-cache-events",
        "Token cache, look-ups",
        "Look-ups in the controllers' caches of sign-ins, hits and misses, per minute; known of Flux 2.6 and later.",
        "opm",
        OF_OBJECTS,
        Measure::Rate { counter: TOKEN_CACHE, per_seconds: 60.0 },
    ),
    entry(
        "token-cache-hit-share",
        "Token cache, share of hits",
        "Share of the look-ups in the caches of sign-ins that found something. Absent while there are none.",
        "percentunit",
        OBJECTS,
        Measure::Share { part: TOKEN_CACHE_HITS, whole: TOKEN_CACHE },
    ),
    entry(
        "token-cache-requests",
        "Token cache, requests",
        "Requests of the caches of sign-ins by status, per minute; known of Flux 2.6 and later.",
        "opm",
        (Subject::Pod, &["cluster", "namespace", "pod", "status"], &["status"]),
        Measure::Rate { counter: all("gotk_token_cache_requests_total"), per_seconds: 60.0 },
    ),
    entry(
        "token-cache-items",
        "Token cache, items",
        "Sign-ins that the controllers' caches hold; known of Flux 2.6 and later.",
        "short",
        OF_PODS,
        Measure::Gauge { name: "gotk_token_cached_items", only: &[], how: Aggregation::Sum },
    ),
    entry(
        "token-cache-evictions",
        "Token cache, evictions",
        "Sign-ins that were dropped for want of room, per minute; known of Flux 2.6 and later.",
        "opm",
        OF_PODS,
        Measure::Rate { counter: all("gotk_token_cache_evictions_total"), per_seconds: 60.0 },
    ),
    entry(
        "event-requests",
        "Events received",
        "Events that notification-controller received from other controllers, by HTTP status, per minute.",
        "opm",
        BY_CODE,
        Measure::Rate {
            counter: all("gotk_event_http_request_duration_seconds_count"),
            per_seconds: 60.0,
        },
    ),
    entry(
        "event-requests-inflight",
        "Events in work",
        "Events that notification-controller is working on.",
        "short",
        OF_PODS,
        Measure::Gauge {
            name: "gotk_event_http_requests_inflight",
            only: &[],
            how: Aggregation::Sum,
        },
    ),
    entry(
        "event-duration",
        "Time per event, average",
        "Mean time that notification-controller took to answer an event. Absent while there are none.",
        "s",
        BY_CLUSTER,
        Measure::Average { histogram: "gotk_event_http_request_duration_seconds", only: &[] },
    ),
    entry(
        "event-duration-quantile",
        "Time per event, quantile",
        "Time within which a share of the events was answered. Absent while there are none.",
        "s",
        BY_CLUSTER,
        Measure::Quantile {
            histogram: "gotk_event_http_request_duration_seconds",
            only: &[],
            last_bounds: HTTP_BOUNDS,
        },
    ),
    entry(
        "event-response-size",
        "Size of answers to events, average",
        "Mean size of notification-controller's answers to events. Absent while there are none.",
        "bytes",
        BY_CLUSTER,
        Measure::Average { histogram: "gotk_event_http_response_size_bytes", only: &[] },
    ),
    entry(
        "receiver-requests",
        "Webhooks received",
        "Webhooks that notification-controller received, by HTTP status, per minute.",
        "opm",
        BY_CODE,
        Measure::Rate {
            counter: all("gotk_receiver_http_request_duration_seconds_count"),
            per_seconds: 60.0,
        },
    ),
    entry(
        "receiver-duration-quantile",
        "Time per webhook, quantile",
        "Time within which a share of the webhooks was answered. Absent while there are none.",
        "s",
        BY_CLUSTER,
        Measure::Quantile {
            histogram: "gotk_receiver_http_request_duration_seconds",
            only: &[],
            last_bounds: HTTP_BOUNDS,
        },
    ),
];
