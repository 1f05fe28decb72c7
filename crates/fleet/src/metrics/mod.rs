//! Metrics that the simulated clusters' controllers expose to Prometheus.
//!
//! The objects are the ones that Azure knows, with the same names, readiness and suspension, and the ones that never
//! reported. Each object is reconciled at its own interval and moment, and each reconcile has its own duration. All
//! counters are computed from that for any time, and nothing is stored: [`FleetMetrics::exposition`] is the page of one
//! endpoint, `scraped` is what a Prometheus stores of it, and `MetricsTruth` (for tests) has the values that both
//! should show.

mod bounds;
mod cluster;
mod container;
mod cycle;
mod events;
mod expose;
mod family;
mod generation;
mod history;
mod kind;
mod object;
mod pod;
mod queue;
mod readiness;
mod reconcile;
mod reconciles;
mod resource_info;
mod runtime;
mod scraped;
mod share;
mod signal;
mod target;
#[cfg(test)]
mod tests;
mod text;
#[cfg(any(test, feature = "truth"))]
mod truth;
mod webhooks;

pub use generation::FluxGeneration;
pub use kind::{Controller, FluxKind, Queue};
pub use object::ReconcileResult;
pub use pod::Endpoint;
pub use readiness::Readiness;
pub use scraped::ScrapedSeries;
pub use target::{Discovered, ScrapeOptions, Target, label_name};
#[cfg(any(test, feature = "truth"))]
pub use truth::{
    CacheTruth, ControllerState, ControllerTruth, Durations, EventTruth, MetricsTruth, ObjectTruth,
    QueueState, QueueTruth,
};

pub(crate) use cluster::ClusterMetrics;
pub(crate) use cycle::float;
pub(crate) use family::{Family, Metric, Part, Selection};
pub(crate) use signal::{Exposed, Signal};
pub(crate) use target::Scraped;

use super::Fleet;
use flux::UtcMillis;

/// Options for the clusters' metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct MetricsOptions {
    /// Which versions of Flux the clusters run.
    pub generation: FluxGeneration,
    /// Whether the clusters run a kube-state-metrics that is configured for Flux.
    pub kube_state_metrics: bool,
}

/// The metrics of a fleet.
#[derive(Clone, Copy)]
pub struct FleetMetrics<'f> {
    fleet: &'f Fleet,
    options: MetricsOptions,
}

impl Fleet {
    /// The metrics of the fleet's clusters.
    pub fn metrics(&self, options: MetricsOptions) -> FleetMetrics<'_> {
        FleetMetrics { fleet: self, options }
    }

    #[cfg(any(test, feature = "truth"))]
    /// The true state of its clusters, computed without the metrics.
    ///
    /// *Cost*: some microseconds and a few hundred bytes per object.
    pub fn metrics_truth(&self, options: MetricsOptions) -> MetricsTruth<'_> {
        MetricsTruth::new(&self.metrics(options))
    }
}

impl<'f> FleetMetrics<'f> {
    /// Every target to scrape, sorted by cluster.
    pub fn targets(&self) -> impl Iterator<Item = Target> + use<'f> {
        let Self { fleet, options } = *self;
        fleet.clusters.iter().enumerate().flat_map(move |(index, cluster)| {
            let endpoints = Endpoint::ALL.into_iter().filter(move |endpoint| {
                *endpoint != Endpoint::KubeStateMetrics || options.kube_state_metrics
            });
            let cluster = cluster.reference.name.clone();
            endpoints.map(move |endpoint| Target { index, cluster: cluster.clone(), endpoint })
        })
    }

    /// The target with this cluster name and endpoint name. `None`: it doesn't exist.
    pub fn target(&self, cluster: &str, endpoint: &str) -> Option<Target> {
        self.targets()
            .find(|target| target.cluster == cluster && target.endpoint.text() == endpoint)
    }

    /// Whether a target answers.
    pub fn answers(&self, target: &Target) -> bool {
        cluster::is_up(self.fleet, target.index, target.endpoint)
    }

    /// The target's page at a time, in Prometheus' text format. `None`: the target doesn't answer.
    pub fn exposition(&self, target: &Target, at: UtcMillis) -> Option<String> {
        if !self.answers(target) {
            return None;
        }
        let cluster = ClusterMetrics::new(self.fleet, self.options, target.index);
        let mut page = text::Page::default();
        cluster.expose(target.endpoint, &Selection::all(), &(at..=at), &mut |exposed| {
            page.add(&exposed, at);
        });
        Some(page.finish())
    }
}
