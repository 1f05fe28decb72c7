//! The conditions of rules as PromQL. It works for series scraped by pod annotations, as in Azure's managed Prometheus, and
//! for series scraped by a `PodMonitor`.

use super::rule::Watch;
use crate::prometheus::{
    Aggregation, Detected, Expr, LabelScheme, Readiness, Selection, Span, Subject,
};
use flux::ObjectState;
use std::time::Duration;

/// The generation of metrics that readiness is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Generation {
    /// `gotk_resource_info` of kube-state-metrics.
    ResourceInfo,
    /// `gotk_reconcile_condition` of the controllers until Flux 2.4, when there is no `gotk_resource_info`.
    ReconcileCondition,
}

/// Recorded series for large fleets: rules and panels needn't read every object's series.
pub(super) const DURATION_SUM: &str = "azuregitops:reconcile_duration_seconds_sum:rate5m";
pub(super) const DURATION_COUNT: &str = "azuregitops:reconcile_duration_seconds_count:rate5m";
pub(super) const DURATION_MEAN: &str = "azuregitops:reconcile_duration_seconds:mean5m";
pub(super) const OBJECTS: &str = "azuregitops:objects:count";

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);
/// The thresholds in [`super::RULES`]: a mean above a minute and above three times the past.
const SLOW_SECONDS: f64 = 60.0;
const SLOW_TIMES: f64 = 3.0;

/// The condition of a rule: one series for each alert. `None`: the generation has no metrics for it.
pub(super) fn expression(watch: Watch, generation: Generation) -> Option<Expr> {
    match watch {
        Watch::NotReady(kind) => objects(Some(kind), ObjectState::Failing, Some(generation)),
        Watch::Suspended => objects(None, ObjectState::Suspended, Some(generation)),
        Watch::ControllersDown => Some(controllers_down()),
        Watch::Slowdown => Some(slowdown()),
    }
}

/// Objects in a state. Without a generation: from both, each where it counts.
fn objects(kind: Option<&str>, state: ObjectState, generation: Option<Generation>) -> Option<Expr> {
    let (detected, kinds) = (Detected::anything(), kind.map(str::to_owned));
    let selection = Selection { kinds: kinds.into_iter().collect(), ..Selection::default() };
    let readiness = Readiness { detected: &detected, selection: &selection, endpoint: "" };
    match generation {
        None => readiness.objects(Some(state)),
        Some(Generation::ResourceInfo) => readiness.objects_of_resources(Some(state)),
        Some(Generation::ReconcileCondition) => readiness.objects_of_conditions(Some(state)),
    }
}

fn controllers_down() -> Expr {
    let by = ["cluster", "namespace", "pod"];
    let down = |scheme| {
        let matchers = Selection::default().matchers(Subject::Pod, scheme, "");
        let label = |canonical| Subject::Pod.label(canonical, scheme);
        Expr::select("up", &matchers)
            .with_number("==", 0.0)
            .copy_label(label("namespace"), "namespace")
            .copy_label(label("pod"), "pod")
            .aggregate(Aggregation::Count, &by)
    };
    down(LabelScheme::Plain).with("or", &down(LabelScheme::PodAnnotations))
}

fn slowdown() -> Expr {
    let mean = |span| {
        let average = |metric| Expr::over("avg_over_time", metric, &[], span);
        average(DURATION_SUM).with("/", &average(DURATION_COUNT).with_number(">", 0.0))
    };
    let now = mean(Span { window: HOUR, ago: Duration::ZERO });
    let then = mean(Span { window: DAY, ago: DAY });
    now.with_number(">", SLOW_SECONDS).with(">", &then.with_number("*", SLOW_TIMES))
}

/// A recorded series.
pub(super) struct Recorded {
    pub(super) name: &'static str,
    pub(super) expr: Expr,
    /// Labels that distinguish it from other series of its name.
    pub(super) labels: Vec<(&'static str, &'static str)>,
}

/// All recorded series, by cluster and kind; each comes after those that it is computed from.
pub(super) fn recorded() -> Vec<Recorded> {
    let by = ["cluster", "kind"];
    let rate =
        |metric| Expr::rate(metric, &[], Duration::from_secs(300)).aggregate(Aggregation::Sum, &by);
    let mean = Expr::select(DURATION_SUM, &[])
        .with("/", &Expr::select(DURATION_COUNT, &[]).with_number(">", 0.0));
    let durations = [
        (DURATION_SUM, rate("gotk_reconcile_duration_seconds_sum")),
        (DURATION_COUNT, rate("gotk_reconcile_duration_seconds_count")),
        (DURATION_MEAN, mean),
    ];
    let durations =
        durations.into_iter().map(|(name, expr)| Recorded { name, expr, labels: Vec::new() });
    let counts = ObjectState::ALL.into_iter().filter_map(|state| {
        let expr = objects(None, state, None)?.aggregate(Aggregation::Count, &by);
        Some(Recorded { name: OBJECTS, expr, labels: vec![("state", state.as_str())] })
    });
    durations.chain(counts).collect()
}
