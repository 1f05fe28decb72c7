//! Metrics of the Go runtime and process, and of a controller's requests to the API server.

use super::cluster::ClusterMetrics;
use super::cycle::float;
use super::family::Family;
use super::kind::Controller;
use super::object::FluxObject;
use super::pod::wave;
use super::share::REQUESTS;
use super::signal::{Signal, Sink};
use crate::times::{HOUR, MINUTE};
use arcstr::literal;
use flux::{Text, UtcMillis};

/// Milliseconds between two renewals of a lease, and between two restarts of a watch.
const LEASE_INTERVAL: i64 = 2000;
const WATCH_INTERVAL: i64 = 5 * MINUTE;

/// CPU seconds, in units of 0.2 microseconds: 3 ms per second while idle, and a fifth of the time of reconciles.
pub(super) const CPU_UNITS_PER_SECOND: f64 = 5e6;
pub(super) const IDLE_CPU_UNITS_PER_MILLI: i64 = 15;

pub(super) fn cpu_units(objects: &[FluxObject], started: UtcMillis, at: UtcMillis) -> u64 {
    let idle = ((at.0 - started.0) * IDLE_CPU_UNITS_PER_MILLI).unsigned_abs();
    let work = objects.iter().map(|object| object.reconciles.work.sum(object.reconciles.done(at)));
    idle + work.sum::<u64>()
}

/// Memory of a controller, bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Memory {
    /// Allocated on Go's heap.
    pub(super) allocated: i64,
    /// Resident in RAM.
    pub(super) resident: i64,
    /// The kubelet's working set: resident memory without the page cache that could be reclaimed.
    pub(super) working_set: i64,
}

const PAGE: i64 = 4096;

/// A controller's memory. It grows with the number of objects, and rises and falls with garbage collection and caches.
pub(super) fn memory(objects: usize, controller: Controller, at: UtcMillis) -> Memory {
    let objects = i64::try_from(objects).unwrap_or(i64::MAX / PAGE);
    let shift = controller as u64 * 977_777;
    let garbage = wave(at.0, 2 * MINUTE, shift, 12 << 20);
    let caches = wave(at.0, 7 * HOUR, shift * 31, 24 << 20);
    let allocated = (9 << 20) + objects * 7 * PAGE + caches / 2 + garbage;
    let resident = (46 << 20) + objects * 12 * PAGE + caches + garbage / 4;
    Memory { allocated, resident, working_set: resident + (5 << 20) }
}

pub(super) fn expose<'a>(
    cluster: &'a ClusterMetrics<'_>,
    controller: Controller,
    sink: &mut Sink<'_, 'a>,
) {
    let started = cluster.started;
    let name = Text::from(format!("{controller}-leader-election"));
    let leads = Signal::gauge(started, |_| 1.0);
    sink.whole(Family::LeaderElection, &[(literal!("name"), name)], leads);

    let version = cluster.version.go_version().into();
    let info = Signal::gauge(started, |_| 1.0);
    sink.whole(Family::GoInfo, &[(literal!("version"), version)], info);
    let start = float(started.0.unsigned_abs()) / 1e3;
    sink.whole(Family::StartTime, &[], Signal::gauge(started, move |_| start));

    let cpu = Signal::counter(started, move |at| {
        float(cpu_units(cluster.of_controller(controller), started, at)) / CPU_UNITS_PER_SECOND
    });
    let objects = cluster.of_controller(controller).len();
    sink.whole(Family::CpuSeconds, &[], cpu.costs(objects));
    let gauge = |value: fn(Memory) -> i64| {
        Signal::gauge(started, move |at| {
            float(value(memory(objects, controller, at)).unsigned_abs())
        })
    };
    sink.whole(Family::ResidentMemory, &[], gauge(|memory| memory.resident));
    sink.whole(Family::GoAllocated, &[], gauge(|memory| memory.allocated));

    requests(cluster, controller, sink);
}

fn requests<'a>(cluster: &'a ClusterMetrics<'_>, controller: Controller, sink: &mut Sink<'_, 'a>) {
    if !sink.wants(Family::RestClientRequests) {
        return;
    }
    let started = cluster.started;
    let objects = cluster.of_controller(controller).len();
    let mut put = |code: &'static str, method: &'static str, signal| {
        let labels = [
            (literal!("code"), Text::from(code)),
            (literal!("host"), literal!("10.0.0.1:443")),
            (literal!("method"), Text::from(method)),
        ];
        sink.whole(Family::RestClientRequests, &labels, signal);
    };
    for request in REQUESTS.iter().filter(|request| objects > 0 || request.code == "200") {
        let watches = request.code == "200" && request.method == "GET";
        let signal = Signal::counter(started, move |at| {
            float(
                requests_by(cluster, controller, request, at)
                    + if watches { ticks(started, at, WATCH_INTERVAL) } else { 0 },
            )
        });
        put(request.code, request.method, signal.costs(objects));
    }
    let leases = Signal::counter(started, move |at| float(ticks(started, at, LEASE_INTERVAL)));
    put("200", "PUT", leases);
}

fn requests_by(
    cluster: &ClusterMetrics<'_>,
    controller: Controller,
    request: &super::share::Request,
    at: UtcMillis,
) -> u64 {
    let counts = cluster
        .of_controller(controller)
        .iter()
        .map(|object| request.every.count(object.salt, object.reconciles.done(at)) * request.times);
    counts.sum()
}

/// Number of events since `started` when one happens every `interval`.
fn ticks(started: UtcMillis, at: UtcMillis, interval: i64) -> u64 {
    ((at.0 - started.0) / interval).unsigned_abs()
}

/// Requests outside of reconciles, by code and method, made after one time and not after another.
#[cfg(any(test, feature = "truth"))]
pub(super) fn housekeeping(
    started: UtcMillis,
    from: UtcMillis,
    to: UtcMillis,
) -> [(&'static str, &'static str, u64); 2] {
    let between = |interval| ticks(started, to, interval) - ticks(started, from, interval);
    [("200", "GET", between(WATCH_INTERVAL)), ("200", "PUT", between(LEASE_INTERVAL))]
}
