//! Selectors: which series of the fleet match, and their samples.

use super::value::{Item, NAME, Points};
use super::{PromqlError, SimulatedPrometheus, Work};
use crate::metrics::{
    ClusterMetrics, Endpoint, Exposed, Family, Metric, Part, Scraped, Selection, Signal, Target,
};
use crate::{Grid, LabelScheme, Labels};
use flux::{Text, UtcMillis};
use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::{Offset, VectorSelector};
use std::ops::RangeInclusive;

/// Longest age of a sample that an instant selector still returns, milliseconds.
pub(super) const LOOKBACK: i64 = 5 * 60 * 1000;

/// A series that a selector found.
pub(super) struct Found<'a> {
    pub(super) name: Text,
    pub(super) labels: Labels,
    pub(super) signal: Signal<'a>,
}

/// Receives each series that is found.
pub(super) type Sink<'s> = &'s mut dyn FnMut(Item) -> Result<(), PromqlError>;

impl SimulatedPrometheus {
    /// Passes on the series that fulfil the matchers and exist within the span. The series of one target come one after
    /// the other.
    pub(super) fn select<E>(
        &self,
        selector: &VectorSelector,
        span: &RangeInclusive<UtcMillis>,
        each: &mut dyn FnMut(&Scraped, Found<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let matchers = &selector.matchers.matchers;
        let named = |name: &str| {
            selector.name.as_ref().is_none_or(|wanted| wanted == name)
                && matchers.iter().filter(|m| m.name == NAME).all(|m| m.is_match(name))
        };
        let selection = Selection::of(named);
        let rest: Vec<&Matcher> = matchers.iter().filter(|matcher| matcher.name != NAME).collect();
        let labelled = self.options.scrape.cluster_label
            || self.options.scrape.scheme == LabelScheme::PodAnnotations;
        let metrics = self.fleet.metrics(self.options.metrics);
        let mut current: Option<(usize, ClusterMetrics<'_>)> = None;
        for target in metrics.targets() {
            let cluster = if labelled { &*target.cluster } else { "" };
            let fits = rest.iter().all(|m| m.name != "cluster" || m.is_match(cluster));
            if !fits || !self.has(&target) || !may_expose(target.endpoint, &selection) {
                continue;
            }
            let scraped = Scraped::new(target, &metrics, &self.options.scrape);
            if scraped.from > *span.end() {
                continue;
            }
            let mut outcome = Ok(());
            let mut consider = |exposed: Exposed<'_>| {
                if outcome.is_err() {
                    return;
                }
                let (name, labels) = (exposed.metric.name(), scraped.label(exposed.labels));
                if rest.iter().all(|matcher| matcher.is_match(labels.get(&matcher.name))) {
                    outcome = each(&scraped, Found { name, labels, signal: exposed.signal });
                }
            };
            let up = Metric { family: Family::Up, part: Part::Whole };
            if selection.has(up) {
                let value = f64::from(u8::from(metrics.answers(&scraped.target)));
                let signal = Signal::constant(scraped.from, value);
                consider(Exposed { metric: up, labels: Vec::new(), signal });
            }
            let index = scraped.target.index;
            if current.as_ref().is_none_or(|(known, _)| *known != index)
                && selection.has_other_than(Family::Up)
            {
                current =
                    Some((index, ClusterMetrics::new(&self.fleet, self.options.metrics, index)));
            }
            if let Some((_, cluster)) = &current {
                cluster.expose(scraped.target.endpoint, &selection, span, &mut consider);
            }
            outcome?;
        }
        if self.options.history {
            self.select_history(&selection, &rest, each)?;
        }
        Ok(())
    }

    /// The same for the series that Grafana exposes.
    fn select_history<E>(
        &self,
        selection: &Selection,
        matchers: &[&Matcher],
        each: &mut dyn FnMut(&Scraped, Found<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let is_wanted = |family: Family| family.is_of_grafana() && selection.has_any(family);
        if !Family::ALL.into_iter().any(is_wanted) {
            return Ok(());
        }
        let metrics = self.fleet.metrics(self.options.metrics);
        let (scraped, exposed) = metrics.history(&self.options.scrape);
        for exposed in exposed.into_iter().filter(|exposed| selection.has(exposed.metric)) {
            let (name, labels) = (exposed.metric.name(), scraped.label(exposed.labels));
            if matchers.iter().all(|matcher| matcher.is_match(labels.get(&matcher.name))) {
                each(&scraped, Found { name, labels, signal: exposed.signal })?;
            }
        }
        Ok(())
    }

    /// Whether this Prometheus scrapes a target.
    fn has(&self, target: &Target) -> bool {
        let location = self.options.location.as_deref();
        location.is_none_or(|location| self.fleet.clusters[target.index].location == location)
    }

    /// The values of an instant selector at each point.
    pub(super) fn select_instant(
        &self,
        selector: &VectorSelector,
        grid: &Grid,
        work: &Work,
        sink: Sink<'_>,
    ) -> Result<(), PromqlError> {
        let offset = offset_millis(selector);
        let at = |index| UtcMillis(grid.time(index).0.saturating_sub(offset));
        let span = UtcMillis(at(0).0.saturating_sub(LOOKBACK))..=UtcMillis(grid.end().0 - offset);
        // The scrape that a point uses is the same for all series of a target.
        let mut scrapes: Vec<Option<UtcMillis>> = Vec::new();
        let mut of: Option<Target> = None;
        self.select(selector, &span, &mut |scraped, found| {
            if of.as_ref() != Some(&scraped.target) {
                of = Some(scraped.target.clone());
                scrapes = (0..grid.points)
                    .map(|index| {
                        let scrape = scraped.last(at(index));
                        let fresh = at(index).0 - scrape.0 <= LOOKBACK && scrape >= scraped.from;
                        fresh.then_some(scrape)
                    })
                    .collect();
            }
            work.done(found.signal.cost.saturating_mul(grid.points as u64))?;
            // Points closer to each other than the scrape interval use the same scrape.
            let mut last = (None, None);
            let values = scrapes.iter().map(|scrape| {
                if last.0 != *scrape {
                    last = (*scrape, scrape.and_then(|scrape| found.signal.at(scrape)));
                }
                last.1
            });
            let points = Points::from_values(values);
            if points.is_absent() {
                return Ok(());
            }
            sink(Item { name: Some(found.name), labels: found.labels, points })
        })
    }
}

/// Whether an endpoint has any of the metrics.
fn may_expose(endpoint: Endpoint, selection: &Selection) -> bool {
    if selection.has_any(Family::Up) {
        return true;
    }
    match endpoint {
        Endpoint::KubeStateMetrics => selection.has_any(Family::ResourceInfo),
        Endpoint::Cadvisor => selection.has_any(Family::ContainerMemory),
        Endpoint::Controller(_) => Family::ALL.into_iter().any(|family| {
            !matches!(family, Family::ResourceInfo | Family::ContainerMemory)
                && !family.is_of_grafana()
                && selection.has_any(family)
        }),
    }
}

/// Milliseconds that a selector's offset looks back; negative when it looks forward.
pub(super) fn offset_millis(selector: &VectorSelector) -> i64 {
    let millis = |duration: &std::time::Duration| {
        // No series is older, so a longer offset gives the same result.
        i64::try_from(duration.as_millis()).unwrap_or(i64::MAX).min(1 << 45)
    };
    match &selector.offset {
        None => 0,
        Some(Offset::Pos(duration)) => millis(duration),
        Some(Offset::Neg(duration)) => -millis(duration),
    }
}

/// Whether a selector finds series of one metric only, so that they always differ in labels.
pub(super) fn names_one_metric(selector: &VectorSelector) -> bool {
    let named = |matcher: &&Matcher| matcher.name == NAME && matcher.op == MatchOp::Equal;
    selector.name.is_some() || selector.matchers.matchers.iter().any(|m| named(&m))
}
