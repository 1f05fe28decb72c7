//! Metrics of notification-controller's two servers: one takes events of the other controllers, one takes webhooks.

use super::bounds::{HTTP_DURATION, HTTP_SIZE};
use super::cluster::ClusterMetrics;
use super::cycle::Cycle;
use super::family::Family;
use super::kind::Controller;
use super::object::FluxObject;
use super::signal::{Observed, Signal, Sink, Tally};
use arcstr::literal;
use flux::Text;

/// Usual duration of an event's request, microseconds.
pub(super) const EVENT_MICROS: u64 = 180;
/// Duration of a request that the rate limit rejects, microseconds.
pub(super) const REJECTED_MICROS: u64 = 20;
/// Length of every reply, bytes.
const REPLY_BYTES: u64 = 2;

/// Durations of the requests for an object's events.
pub(super) fn event_durations(object: &FluxObject) -> Cycle {
    Cycle::varied(EVENT_MICROS, object.salt)
}

pub(super) fn expose<'a>(
    cluster: &'a ClusterMetrics<'_>,
    controller: Controller,
    sink: &mut Sink<'_, 'a>,
) {
    if controller != Controller::NotificationController {
        return;
    }
    let idle = |sink: &mut Sink<'_, 'a>, family, handler| {
        let signal = Signal::gauge(cluster.started, |_| 0.0);
        let labels = [(literal!("handler"), handler), (literal!("service"), Text::default())];
        sink.whole(family, &labels, signal);
    };
    idle(sink, Family::EventInflight, literal!("/"));
    idle(sink, Family::ReceiverInflight, literal!("/hook/"));

    // [`Cycle`] counts seconds. Here each second represents one byte of a reply.
    let size = Cycle::even(REPLY_BYTES * 1_000_000);
    for (code, rejected) in [(literal!("202"), false), (literal!("429"), true)] {
        let labels = labels(code, literal!("/"));
        let tally =
            |object| if rejected { Tally::Rejected(object) } else { Tally::Accepted(object) };
        if sink.wants(Family::EventDuration) {
            let observed = Observed::of(cluster.objects.iter().map(|object| {
                let durations =
                    if rejected { Cycle::even(REJECTED_MICROS) } else { event_durations(object) };
                (tally(object), durations)
            }));
            sink.histogram(
                Family::EventDuration,
                &labels,
                &HTTP_DURATION,
                cluster.started,
                observed,
            );
        }
        if sink.wants(Family::EventSize) {
            let observed = Observed::of(cluster.objects.iter().map(|object| (tally(object), size)));
            sink.histogram(Family::EventSize, &labels, &HTTP_SIZE, cluster.started, observed);
        }
    }

    let labels = labels(literal!("200"), literal!("/hook/"));
    let from = cluster.webhooks.since().unwrap_or(cluster.started);
    let durations = Observed::of([(Tally::Done(&cluster.webhooks), cluster.webhooks.work)]);
    sink.histogram(Family::ReceiverDuration, &labels, &HTTP_DURATION, from, durations);
    let sizes = Observed::of([(Tally::Done(&cluster.webhooks), size)]);
    sink.histogram(Family::ReceiverSize, &labels, &HTTP_SIZE, from, sizes);
}

fn labels(code: Text, handler: Text) -> [(Text, Text); 4] {
    [
        (literal!("code"), code),
        (literal!("handler"), handler),
        (literal!("method"), literal!("POST")),
        (literal!("service"), Text::default()),
    ]
}
