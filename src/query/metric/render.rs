//! Makes the PromQL expressions of a metric.

use super::{Counter, Measure, Metric, Only};
use crate::prometheus::{Aggregation, Detected, Expr, Matcher, Readiness, Selection, Span};
use crate::query::expression::Expression;
use std::time::Duration;

/// What the reply to an expression contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// The metric's own values.
    Value,
    /// Dividend of a ratio, per group.
    Dividend,
    /// Divisor of a ratio, per group.
    Divisor,
    /// Rates of a histogram's buckets; the quantile is computed from them later.
    Buckets,
}

/// A metric, with what its expressions for one endpoint depend on.
#[derive(Clone, Copy, Debug)]
pub struct MetricPlan<'a> {
    /// The metric.
    pub metric: &'static Metric,
    /// Canonical labels to keep, a subset of [`Metric::group_by`].
    pub group_by: &'a [&'static str],
    /// The quantile, 0 to 1.
    pub quantile: f64,
    /// Length of the rate window.
    pub window: Duration,
    /// The filters on series.
    pub selection: &'a Selection,
    /// The endpoint's Flux metrics.
    pub detected: &'a Detected,
    /// Name of the endpoint.
    pub endpoint: &'a str,
    /// Whether other endpoints may have series of the same groups. Means and quantiles can't be merged, so in this case
    /// the expressions return the values from which they are computed.
    pub shared_groups: bool,
}

/// The expressions for the endpoint. Empty: the endpoint doesn't have the metric.
pub fn plan(plan: &MetricPlan<'_>) -> Vec<Expression<Quantity>> {
    let expression = |quantity, expr: &Expr, more: &[&'static str]| {
        let labels = plan.group_by.iter().chain(more);
        Expression::new(quantity, expr, labels.map(|&label| (label, plan.label(label))).collect())
    };
    let whole = |expr: Expr| vec![expression(Quantity::Value, &expr, &[])];
    match plan.metric.measure {
        Measure::Gauge { name, only, how } => {
            whole(plan.select(name, only).aggregate(how, &plan.by()))
        }
        Measure::Told { gauge } => {
            let each: Vec<&str> =
                plan.metric.group_by.iter().map(|&label| plan.label(label)).collect();
            let told = plan.select(gauge, &[]).aggregate(Aggregation::Max, &each);
            whole(told.aggregate(Aggregation::Sum, &plan.by()))
        }
        Measure::Rate { counter, per_seconds } => {
            whole(scaled(plan.rate(counter, ""), per_seconds))
        }
        Measure::PartRate { part, whole: all, per_seconds } => {
            whole(scaled(plan.part_of(part, all), per_seconds))
        }
        Measure::Share { part, whole: all } => {
            let (part, base) = (plan.part_of(part, all), plan.rate(all, ""));
            ratio(plan, &part, &base, expression)
        }
        Measure::Average { histogram, only } => {
            let counter = Counter { name: histogram, only };
            ratio(plan, &plan.rate(counter, "_sum"), &plan.rate(counter, "_count"), expression)
        }
        Measure::Quantile { histogram, only, .. } => {
            let mut by = plan.by();
            by.push("le");
            let name = format!("{histogram}_bucket");
            let rates = plan.over("rate", &name, only, plan.recent());
            let rates = rates.aggregate(Aggregation::Sum, &by);
            if plan.shared_groups {
                vec![expression(Quantity::Buckets, &rates, &["le"])]
            } else {
                // The comparison drops NaN, which means that there are no observations.
                whole(rates.histogram_quantile(plan.quantile).with_number(">=", 0.0))
            }
        }
        Measure::AgainstPast { histogram, only, past, small } => {
            let mean = |span| {
                let rate = |suffix| plan.rate_in(Counter { name: histogram, only }, suffix, span);
                rate("_sum").with("/", &rate("_count").with_number(">", 0.0))
            };
            let (now, then) = (mean(plan.recent()), mean(past).with_number(">", 0.0));
            let ratio = now.with("/", &then).with("*", &now.with_number("> bool", small));
            let mut asked = expression(Quantity::Value, &ratio, &[]);
            asked.sent.beyond_window = past.reach().saturating_sub(plan.window);
            vec![asked]
        }
        Measure::Objects(state) => {
            let readiness = Readiness {
                detected: plan.detected,
                selection: plan.selection,
                endpoint: plan.endpoint,
            };
            let Some(all) = readiness.objects(None) else { return Vec::new() };
            // Expressions about readiness already have canonical labels.
            let count = |objects: &Expr| objects.aggregate(Aggregation::Count, plan.group_by);
            let counted = match state {
                None => count(&all),
                Some(state) => match readiness.objects(Some(state)) {
                    None => return Vec::new(),
                    Some(objects) => count(&objects).with("or", &count(&all).with_number("*", 0.0)),
                },
            };
            let labels = plan.group_by.iter().map(|&label| (label, label)).collect();
            vec![Expression::new(Quantity::Value, &counted, labels)]
        }
        Measure::PodsDown => {
            let up = plan.select("up", &[]);
            let count = |pods: &Expr| pods.aggregate(Aggregation::Count, &plan.by());
            let down = count(&up.with_number("==", 0.0));
            whole(down.with("or", &count(&up).with_number("*", 0.0)))
        }
    }
}

/// `part` divided by `base`, absent where `base` is zero; or both expressions, so that the division can follow when all
/// endpoints have replied.
fn ratio(
    plan: &MetricPlan<'_>,
    part: &Expr,
    base: &Expr,
    expression: impl Fn(Quantity, &Expr, &[&'static str]) -> Expression<Quantity>,
) -> Vec<Expression<Quantity>> {
    if plan.shared_groups {
        vec![expression(Quantity::Dividend, part, &[]), expression(Quantity::Divisor, base, &[])]
    } else {
        vec![expression(Quantity::Value, &part.with("/", &base.with_number(">", 0.0)), &[])]
    }
}

fn scaled(expr: Expr, per_seconds: f64) -> Expr {
    // The comparison is exact: the catalogue's values are small whole numbers.
    #[expect(clippy::float_cmp, reason = "1 is 1")]
    if per_seconds == 1.0 { expr } else { expr.with_number("*", per_seconds) }
}

impl MetricPlan<'_> {
    /// The name of a canonical label in the aggregated series.
    fn label(&self, canonical: &'static str) -> &'static str {
        if self.detected.anything {
            canonical
        } else {
            self.metric.subject.label(canonical, self.detected.scheme())
        }
    }

    fn by(&self) -> Vec<&'static str> {
        self.group_by.iter().map(|&label| self.label(label)).collect()
    }

    /// The selected series; `select` makes an expression from the conditions.
    fn series(&self, only: &[Only], select: impl Fn(&[Matcher]) -> Expr) -> Expr {
        let only = only.iter().map(|only| match only {
            Only::Is(label, value) => Matcher::is(label, value),
            Only::Not(label, regex) => Matcher::matches_not(label, regex),
        });
        let only: Vec<Matcher> = only.collect();
        let (subject, schemes) = (self.metric.subject, self.detected.schemes());
        let series = self.selection.series(subject, &schemes, self.endpoint, |matchers| {
            select(&[matchers, &only].concat())
        });
        if self.detected.anything {
            subject.canonical(series, self.group_by, &schemes)
        } else {
            series
        }
    }

    fn select(&self, metric: &str, only: &[Only]) -> Expr {
        self.series(only, |matchers| Expr::select(metric, matchers))
    }

    fn over(&self, function: &'static str, metric: &str, only: &[Only], span: Span) -> Expr {
        self.series(only, |matchers| Expr::over(function, metric, matchers, span))
    }

    /// The rate window, which ends at the point itself.
    fn recent(&self) -> Span {
        Span { window: self.window, ago: Duration::ZERO }
    }

    /// Growth per second, summed per group.
    fn rate(&self, counter: Counter, suffix: &str) -> Expr {
        self.rate_in(counter, suffix, self.recent())
    }

    fn rate_in(&self, counter: Counter, suffix: &str, span: Span) -> Expr {
        let name = format!("{}{suffix}", counter.name);
        self.over("rate", &name, counter.only, span).aggregate(Aggregation::Sum, &self.by())
    }

    /// Growth of a part; 0 where only the whole exists.
    fn part_of(&self, part: Counter, whole: Counter) -> Expr {
        let nothing = self.rate(whole, "").with_number("*", 0.0);
        self.rate(part, "").with("or", &nothing)
    }
}
