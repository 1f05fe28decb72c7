//! The series and samples that one Prometheus stores after scraping the whole fleet.

use super::{
    ClusterMetrics, Family, FleetMetrics, Metric, Part, ScrapeOptions, Scraped, Selection,
};
use super::{cluster, cycle::float};
use crate::Labels;
use flux::{Text, UtcMillis};

/// A series with its samples within a span of time.
#[derive(Clone, Debug, PartialEq)]
pub struct ScrapedSeries {
    /// Its metric.
    pub name: Text,
    /// Its labels.
    pub labels: Labels,
    /// Its samples, oldest first, one per scrape; at least one.
    pub samples: Vec<(UtcMillis, f64)>,
    /// The first scrape that no longer found the series; the series is stale from then on. `None`: no such scrape is
    /// within the span.
    pub stale: Option<UtcMillis>,
}

impl FleetMetrics<'_> {
    /// The series that a Prometheus stores after scraping from `from` to `to`, both included: `up`, and what the
    /// targets expose. Only metrics whose name is `wanted`.
    ///
    /// *Cost*: one sample per series and scrape.
    pub fn scraped(
        &self,
        scrape: &ScrapeOptions,
        (from, to): (UtcMillis, UtcMillis),
        wanted: impl Fn(&str) -> bool,
        each: &mut dyn FnMut(ScrapedSeries),
    ) {
        let selection = Selection::of(wanted);
        let up_metric = Metric { family: Family::Up, part: Part::Whole };
        let mut current: Option<ClusterMetrics<'_>> = None;
        for target in self.targets() {
            let cluster = match current.take() {
                Some(cluster) if cluster.index == target.index => cluster,
                _ => ClusterMetrics::new(self.fleet, self.options, target.index),
            };
            let endpoint = target.endpoint;
            let up = cluster::is_up(self.fleet, target.index, endpoint);
            let scraped = Scraped::new(target, self, scrape);
            let begin = scraped.first(from.max(scraped.from));
            let times = || {
                (begin.0..=to.0)
                    .step_by(usize::try_from(scraped.interval).unwrap_or(usize::MAX))
                    .map(UtcMillis)
            };
            let up = float(u64::from(up));
            let samples: Vec<_> = times().map(|at| (at, up)).collect();
            if !samples.is_empty() && selection.has(up_metric) {
                let name = up_metric.name();
                each(ScrapedSeries {
                    name,
                    labels: scraped.label(Vec::new()),
                    samples,
                    stale: None,
                });
            }
            cluster.expose(endpoint, &selection, &(from..=to), &mut |exposed| {
                let signal = &exposed.signal;
                let samples: Vec<_> = times().filter_map(|at| Some((at, signal.at(at)?))).collect();
                if samples.is_empty() {
                    return;
                }
                let stale = times().find(|at| *at >= signal.until);
                let (name, labels) = (exposed.metric.name(), scraped.label(exposed.labels));
                each(ScrapedSeries { name, labels, samples, stale });
            });
            current = Some(cluster);
        }
    }
}
