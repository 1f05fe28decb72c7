//! The plugin's own gauges as a Prometheus that scrapes Grafana has them: the history of the fleet, which Azure doesn't
//! keep.
//!
//! States of the simulated fleet don't depend on the time, so all values of its history are equal.

use super::FleetMetrics;
use super::cycle::float;
use super::family::{Family, Metric, Part};
use super::signal::{Exposed, LabelPairs, Signal};
use super::target::{ScrapeOptions, Scraped};
use crate::object::objects;
use arcstr::literal;
use flux::{ComplianceState, ProvisioningState, Text};
use std::collections::BTreeMap;

/// Interval at which the plugin reads the fleet, seconds.
const READ_EVERY: i64 = 60;

impl FleetMetrics<'_> {
    /// Grafana as a scraped target, and the gauges that it exposes.
    ///
    /// *Cost*: about a microsecond per configuration.
    pub(crate) fn history(&self, scrape: &ScrapeOptions) -> (Scraped, Vec<Exposed<'static>>) {
        let scraped = Scraped::grafana(scrape);
        let from = scraped.from;
        let gauge = |family, labels: LabelPairs, signal| Exposed {
            metric: Metric { family, part: Part::Whole },
            labels: sorted(labels),
            signal,
        };
        let count = |count: usize| Signal::constant(from, float(count as u64));
        let mut exposed = Vec::new();
        for ((cluster, state), number) in self.configurations_by_state() {
            let cluster = &self.fleet.clusters[cluster].reference;
            let labels = vec![
                (literal!("cluster"), cluster.name.clone()),
                (literal!("cluster_type"), Text::from(cluster.kind.to_string())),
                (literal!("compliance_state"), Text::from(state.as_str())),
                (literal!("resource_group"), cluster.resource_group.clone()),
                (literal!("subscription_id"), cluster.subscription_id.clone()),
            ];
            exposed.push(gauge(Family::FleetConfigurations, labels, count(number)));
        }
        for (state, number) in self.extensions_by_state() {
            let labels = vec![(literal!("provisioning_state"), Text::from(state.as_str()))];
            exposed.push(gauge(Family::FleetExtensions, labels, count(number)));
        }
        let failing = (0..self.fleet.spec.configurations as usize)
            .flat_map(|number| objects(&self.fleet.configuration(number)))
            .filter(|object| object.state == ComplianceState::NonCompliant)
            .count();
        exposed.push(gauge(Family::FleetObjectsNotReady, Vec::new(), count(failing)));
        let age =
            Signal::gauge(from, |at| float((at.0 / 1_000).rem_euclid(READ_EVERY).unsigned_abs()));
        exposed.push(gauge(Family::InventoryAge, Vec::new(), age));
        (scraped, exposed)
    }

    fn configurations_by_state(&self) -> BTreeMap<(usize, ComplianceState), usize> {
        let mut counts = BTreeMap::new();
        for number in 0..self.fleet.spec.configurations as usize {
            let state = self.fleet.configuration(number).compliance();
            let key = (self.fleet.cluster_of(number), state.unwrap_or(ComplianceState::Pending));
            *counts.entry(key).or_default() += 1;
        }
        counts
    }

    fn extensions_by_state(&self) -> BTreeMap<ProvisioningState, usize> {
        let all = (0..self.fleet.extension_count()).filter_map(|at| self.fleet.extension(at));
        let mut counts = BTreeMap::new();
        for extension in all.filter(|extension| extension.flux) {
            *counts.entry(extension.state).or_default() += 1;
        }
        counts
    }
}

/// Adds the labels that all gauges have, and sorts the labels by the order of the text format.
fn sorted(mut labels: LabelPairs) -> LabelPairs {
    labels.push((literal!("datasource_uid"), literal!("demo")));
    labels.push((literal!("org_id"), literal!("1")));
    labels.sort_unstable();
    labels
}
