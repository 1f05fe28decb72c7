//! The Flux objects of a cluster, as its controllers reconcile them.

use super::cycle::Cycle;
use super::kind::FluxKind;
use super::readiness::Readiness;
use super::reconciles::{Activity, Reconciles};
use crate::Fleet;
use crate::configuration::{
    Cause, Configuration, KUSTOMIZATION_INTERVAL_SECONDS, KUSTOMIZATION_TIMEOUT_SECONDS, Standing,
};
use crate::dice::{Dice, Topic};
use crate::object::{Note, Object, declared};
use arcstr::literal;
use flux::{ComplianceState, Text, UtcMillis};
use serde::Serialize;

/// The result under which controller-runtime counts a reconcile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReconcileResult {
    /// Failed, and retried.
    Error,
    /// Retried at once.
    Requeue,
    /// Succeeded, and due again after an interval: the result of a healthy Flux object.
    RequeueAfter,
    /// Succeeded for good. No Flux object's reconcile counts as this.
    Success,
}

impl ReconcileResult {
    /// All results, sorted by name.
    pub const ALL: [Self; 4] = [Self::Error, Self::Requeue, Self::RequeueAfter, Self::Success];

    /// The value of the label `result`.
    pub fn text(self) -> Text {
        match self {
            Self::Error => literal!("error"),
            Self::Requeue => literal!("requeue"),
            Self::RequeueAfter => literal!("requeue_after"),
            Self::Success => literal!("success"),
        }
    }
}

/// A Flux object of a cluster.
#[derive(Clone, Debug)]
pub(super) struct FluxObject {
    pub(super) kind: FluxKind,
    pub(super) namespace: Text,
    pub(super) name: Text,
    /// Number of its configuration. `None`: the object is deleted.
    pub(super) configuration: Option<usize>,
    /// `None`: the object wasn't reconciled yet.
    pub(super) ready: Option<Readiness>,
    /// `spec.suspend`. `None`: never set.
    pub(super) suspend: Option<bool>,
    /// The result of each of its reconciles.
    pub(super) result: ReconcileResult,
    pub(super) reconciles: Reconciles,
    /// Shifts what happens only at every n-th reconcile.
    pub(super) salt: u64,
}

impl FluxObject {
    pub(super) fn suspended(&self) -> bool {
        self.suspend == Some(true)
    }

    pub(super) fn deleted(&self) -> bool {
        self.configuration.is_none()
    }
}

const SECOND: i64 = 1000;
const MILLI: u64 = 1000;

/// All objects of a cluster, sorted by kind. Deleted objects appear only in versions that keep their series.
pub(super) fn objects(
    fleet: &Fleet,
    cluster: usize,
    started: UtcMillis,
    deleted: bool,
) -> Vec<FluxObject> {
    let clusters = fleet.clusters.len();
    let mut objects = Vec::new();
    for number in (cluster..fleet.spec.configurations as usize).step_by(clusters) {
        let configuration = fleet.configuration(number);
        let namespace = Text::from(configuration.app.namespace);
        for (index, object) in declared(&configuration).into_iter().enumerate() {
            let mut dice =
                Dice::new(fleet.spec.seed, Topic::Reconcile, ((number as u64) << 8) + index as u64);
            objects.extend(of_cluster(
                &configuration,
                number,
                object,
                namespace.clone(),
                started,
                &mut dice,
            ));
        }
    }
    if deleted {
        let mut dice = Dice::new(fleet.spec.seed, Topic::Reconcile, !(cluster as u64));
        objects.extend(DELETED.iter().map(|(kind, name)| {
            let count = 1 + dice.below(300);
            FluxObject {
                kind: *kind,
                namespace: literal!("retail"),
                name: Text::from(*name),
                configuration: None,
                ready: None,
                suspend: Some(false),
                result: ReconcileResult::RequeueAfter,
                reconciles: Reconciles {
                    activity: Activity::Stopped { since: started, count },
                    work: Cycle::varied(usual_work(*kind, &mut dice), dice.below(32)),
                    wait: Cycle::varied(200, dice.below(32)),
                },
                salt: dice.below(1000),
            }
        }));
    }
    objects.sort_by_key(|object| object.kind);
    objects
}

/// Objects of an application that was removed from every cluster.
const DELETED: [(FluxKind, &str); 3] = [
    (FluxKind::GitRepository, "spring-sale"),
    (FluxKind::Kustomization, "spring-sale-apps"),
    (FluxKind::HelmRelease, "spring-sale"),
];

fn of_cluster(
    configuration: &Configuration<'_>,
    number: usize,
    object: Object,
    namespace: Text,
    started: UtcMillis,
    dice: &mut Dice,
) -> Option<FluxObject> {
    let kind = FluxKind::from_text(&object.kind)?;
    let fresh = configuration.standing == Standing::Fresh;
    let suspended = object.state == ComplianceState::Suspended;
    let pace = Pace::of(configuration, kind, &object.note, dice);
    let interval = pace.interval * SECOND;
    let first =
        UtcMillis(started.0 + 20 * SECOND + dice.below(interval.unsigned_abs()).cast_signed());
    let activity = if fresh {
        Activity::Never
    } else if suspended {
        Activity::Stopped { since: started, count: 20 + dice.below(2000) }
    } else {
        Activity::Every { first, interval }
    };
    let work =
        if pace.even { Cycle::even(pace.work) } else { Cycle::varied(pace.work, dice.below(32)) };
    // One object in eight has to wait in its queue, as on a busy cluster.
    let wait = if dice.below(8) == 0 { 400 + dice.below(1500) } else { dice.below(8) };
    Some(FluxObject {
        kind,
        namespace,
        name: object.name,
        configuration: Some(number),
        ready: (!fresh).then(|| object.note.ready()),
        suspend: if suspended { Some(true) } else { (dice.below(10) < 3).then_some(false) },
        result: match object.note {
            Note::Failed(_) => ReconcileResult::Error,
            Note::Progressing => ReconcileResult::Requeue,
            _ => ReconcileResult::RequeueAfter,
        },
        reconciles: Reconciles {
            activity,
            work,
            wait: Cycle::varied(wait * MILLI + 60, dice.below(32)),
        },
        salt: dice.below(1000),
    })
}

/// How often an object is reconciled, and how long a reconcile takes.
struct Pace {
    /// Seconds.
    interval: i64,
    /// Usual duration, microseconds.
    work: u64,
    /// Whether each reconcile takes the same time, as one that runs into a timeout does.
    even: bool,
}

impl Pace {
    /// The longest reconcile takes 9.6 times [`Pace::work`]. With the wait (18 seconds at most) that stays below the
    /// interval.
    fn of(configuration: &Configuration<'_>, kind: FluxKind, note: &Note, dice: &mut Dice) -> Self {
        let usual = usual_work(kind, dice);
        let interval = match kind {
            FluxKind::GitRepository | FluxKind::OciRepository | FluxKind::Bucket => {
                configuration.source_interval_seconds()
            }
            FluxKind::HelmRepository => 1800,
            FluxKind::HelmChart | FluxKind::HelmRelease => 600,
            FluxKind::Kustomization => KUSTOMIZATION_INTERVAL_SECONDS,
        };
        let retry = configuration.retry_interval_seconds().unwrap_or(interval);
        match note {
            Note::Failed(Cause::Unhealthy) => Self {
                interval: KUSTOMIZATION_TIMEOUT_SECONDS + interval,
                work: KUSTOMIZATION_TIMEOUT_SECONDS.unsigned_abs() * 1_000_000,
                even: true,
            },
            Note::Failed(Cause::HelmFailed) => {
                Self { interval: 900, work: (40 + dice.below(110)) * 1_000_000, even: true }
            }
            Note::Failed(_) => Self { interval: retry.min(interval), work: usual * 2, even: false },
            Note::Waits(_) => {
                Self { interval: 60, work: (5 + dice.below(20)) * MILLI, even: false }
            }
            Note::Progressing
                if kind == FluxKind::Kustomization || kind == FluxKind::HelmRelease =>
            {
                Self { interval, work: (20 + dice.below(30)) * 1_000_000, even: false }
            }
            _ => Self { interval, work: usual, even: false },
        }
    }
}

/// Usual duration of a kind's reconcile, microseconds. Twice that is still far below any interval.
fn usual_work(kind: FluxKind, dice: &mut Dice) -> u64 {
    let (least, spread) = match kind {
        FluxKind::GitRepository => (700, 900),
        FluxKind::OciRepository => (250, 500),
        FluxKind::Bucket => (400, 700),
        FluxKind::HelmRepository => (150, 300),
        FluxKind::HelmChart => (60, 600),
        FluxKind::Kustomization => (120, 3600),
        FluxKind::HelmRelease => (80, 400),
    };
    (least + dice.below(spread)) * MILLI
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FleetSpec, times::HOUR};

    #[test]
    fn no_reconcile_begins_before_the_one_before_it_has_ended() {
        let fleet = Fleet::generate(FleetSpec { clusters: 8, configurations: 1000, seed: 3 });
        let started = UtcMillis(0);
        let mut notable = 0;
        for cluster in 0..8 {
            for object in objects(&fleet, cluster, started, true) {
                let from = UtcMillis(50 * HOUR);
                let ended: Vec<_> =
                    object.reconciles.ended(from, UtcMillis(from.0 + 30 * HOUR)).collect();
                assert!(ended.windows(2).all(|pair| pair[0].done <= pair[1].added), "{object:?}");
                notable += usize::from(ended.iter().any(|done| done.work > 100_000_000));
            }
        }
        assert!(notable > 5, "{notable}");
    }
}
