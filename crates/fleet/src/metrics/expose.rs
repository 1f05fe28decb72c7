//! The series that one cluster exposes.

use super::cluster::{ClusterMetrics, is_up};
use super::family::Selection;
use super::pod::Endpoint;
use super::signal::{Exposed, Sink};
use super::{container, events, queue, reconcile, resource_info, runtime};
use flux::UtcMillis;
use std::ops::RangeInclusive;

impl ClusterMetrics<'_> {
    /// The series of an endpoint that exist within a span of time, sorted by object. Empty when the endpoint doesn't
    /// answer.
    ///
    /// A series whose labels change with time appears once for each set of labels.
    pub(crate) fn expose<'a>(
        &'a self,
        endpoint: Endpoint,
        selection: &Selection,
        span: &RangeInclusive<UtcMillis>,
        out: &mut dyn FnMut(Exposed<'a>),
    ) {
        if !is_up(self.fleet, self.index, endpoint) {
            return;
        }
        let mut sink = Sink { selection, out };
        match endpoint {
            Endpoint::Controller(controller) => {
                reconcile::expose(self, controller, &mut sink);
                queue::expose(self, controller, &mut sink);
                events::expose(self, controller, &mut sink);
                runtime::expose(self, controller, &mut sink);
            }
            Endpoint::KubeStateMetrics => resource_info::expose(self, span, &mut sink),
            Endpoint::Cadvisor => container::expose(self, &mut sink),
        }
    }
}
