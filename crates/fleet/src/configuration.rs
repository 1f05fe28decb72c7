//! The state of one configuration. It follows from the configuration's number, and rows, replies and the tests' truth
//! all read it here.

use super::catalogue::{APPS, App, Helm, SOURCES, Source, SourceKind};
use super::cluster::Cluster;
use super::dice::{Dice, Topic};
use super::times::{DAY, HOUR, MINUTE, last_event};
use flux::{ComplianceState, ProvisioningState, ReferenceType, Text, UtcMillis};

/// Why a configuration is Non-Compliant. The first three causes make up most of the cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The source can't be read: credentials have expired.
    SourceDenied,
    /// The kustomization's path was deleted by a commit.
    BuildFailed,
    /// Workloads don't become healthy, and the kustomizations that depend on them wait.
    Unhealthy,
    /// A policy refuses an object.
    PolicyDenied,
    /// A manifest uses an API version that Flux 2.7 removed.
    KindGone,
    /// A Helm release fails to install or upgrade.
    HelmFailed,
}

/// The state of a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Compliant,
    NonCompliant(Cause),
    /// The agent reported, and the synchronisation is still running.
    Pending,
    /// The agent hasn't reported yet: no state, no statuses.
    Fresh,
    Suspended,
    Unknown,
}

/// How much of its statuses a Resource Graph row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    /// `statusConditions` is null, as in most rows.
    NoConditions,
    /// `statusConditions` is filled in.
    Conditions,
    /// A flat `message` replaces the conditions.
    Message,
}

/// One configuration of the fleet, before it is written as JSON.
pub(super) struct Configuration<'a> {
    pub cluster: &'a Cluster,
    pub seed: u64,
    /// Index of its cluster.
    pub cluster_index: usize,
    /// Its number on that cluster, from 0.
    pub ordinal: usize,
    pub app: &'static App,
    pub source: &'static Source,
    pub standing: Standing,
    pub provisioning: ProvisioningState,
    pub detail: Detail,
    /// Number of generations by which its source is newer than what it applied.
    behind: u64,
    /// Time from a commit until it is applied here.
    lag: i64,
    /// Shifts the configuration's own times, so that configurations don't report at once.
    pub phase: u64,
}

/// How often a Kustomization is applied.
pub(super) const KUSTOMIZATION_INTERVAL_SECONDS: i64 = 600;
/// Timeout of a Kustomization's health checks.
pub(super) const KUSTOMIZATION_TIMEOUT_SECONDS: i64 = 600;

/// Each of four clusters starts the list of applications at a different index. So a small fleet shows every
/// application, each on many clusters.
fn rotation(cluster_index: usize) -> usize {
    cluster_index % 4 * 10
}

/// Number of the configuration called `name` on a cluster. `None`: no application has this name.
pub(super) fn ordinal_of(cluster_index: usize, name: &str) -> Option<usize> {
    let (stem, round) = match name.rsplit_once('-') {
        Some((stem, digits)) if digits.bytes().all(|digit| digit.is_ascii_digit()) => {
            (stem, digits.parse::<usize>().ok()?.checked_sub(1)?)
        }
        _ => (name, 0),
    };
    let app = APPS.iter().position(|app| app.name.eq_ignore_ascii_case(stem))?;
    let first = (app + APPS.len() - rotation(cluster_index)) % APPS.len();
    // Only the canonical name is accepted: names of the first round have no number.
    (round > 0 || stem.len() == name.len()).then_some(first + round * APPS.len())
}

impl<'a> Configuration<'a> {
    pub(super) fn new(
        seed: u64,
        index: usize,
        cluster_index: usize,
        ordinal: usize,
        cluster: &'a Cluster,
    ) -> Self {
        let app = &APPS[(ordinal + rotation(cluster_index)) % APPS.len()];
        let mut dice = Dice::new(seed, Topic::Configuration, index as u64);
        let standing = match dice.below(1000) {
            0..850 => Standing::Compliant,
            850..920 => Standing::NonCompliant(cause(&mut dice, app)),
            920..950 => Standing::Pending,
            950..970 => Standing::Fresh,
            970..990 => Standing::Suspended,
            _ => Standing::Unknown,
        };
        let draw = dice.below(1000);
        let provisioning = match standing {
            Standing::Fresh if draw < 500 => ProvisioningState::Creating,
            Standing::Unknown if draw < 300 => ProvisioningState::Failed,
            Standing::NonCompliant(_) if draw < 30 => ProvisioningState::Failed,
            Standing::Compliant if draw < 4 => ProvisioningState::Updating,
            Standing::Compliant if draw == 4 => ProvisioningState::Deleting,
            _ => ProvisioningState::Succeeded,
        };
        let detail = match dice.below(100) {
            0..72 => Detail::NoConditions,
            72..90 => Detail::Conditions,
            _ => Detail::Message,
        };
        let behind = match standing {
            Standing::Suspended => 1 + dice.below(3),
            Standing::NonCompliant(Cause::SourceDenied) => 1 + dice.below(2),
            _ => u64::from(dice.below(25) == 0),
        };
        let lag = (1 + dice.below(15)).cast_signed() * MINUTE;
        let phase = dice.below(1 << 40);
        Self {
            cluster,
            seed,
            cluster_index,
            ordinal,
            app,
            source: &SOURCES[app.source],
            standing,
            provisioning,
            detail,
            behind,
            lag,
            phase,
        }
    }

    /// The application's name, with a number from the second round on.
    pub(super) fn name(&self) -> Text {
        match self.ordinal / APPS.len() {
            0 => Text::from(self.app.name),
            round => Text::from(format!("{}-{}", self.app.name, round + 1)),
        }
    }

    /// Its ARM id, in its creator's spelling.
    pub(super) fn id(&self) -> Text {
        let (stem, word) = match self.ordinal % 5 {
            1 => (&self.cluster.other_id, "fluxConfigurations"),
            3 => (&self.cluster.id, "fluxconfigurations"),
            _ => (&self.cluster.id, "fluxConfigurations"),
        };
        Text::from(format!(
            "{stem}/providers/Microsoft.KubernetesConfiguration/{word}/{}",
            self.name()
        ))
    }

    /// Its compliance state. `None`: the configuration never reported.
    pub(super) fn compliance(&self) -> Option<ComplianceState> {
        Some(match self.standing {
            Standing::Compliant => ComplianceState::Compliant,
            Standing::NonCompliant(_) => ComplianceState::NonCompliant,
            Standing::Pending => ComplianceState::Pending,
            Standing::Fresh => return None,
            Standing::Suspended => ComplianceState::Suspended,
            Standing::Unknown => ComplianceState::Unknown,
        })
    }

    /// How often its source is fetched.
    pub(super) fn source_interval_seconds(&self) -> i64 {
        if self.ordinal % 3 == 1 { 120 } else { KUSTOMIZATION_INTERVAL_SECONDS }
    }

    /// Retry interval of a failed Kustomization. `None`: a retry waits for the usual interval.
    pub(super) fn retry_interval_seconds(&self) -> Option<i64> {
        (self.ordinal % 4 == 2).then_some(300)
    }

    /// Time of the agent's last report. `None`: it never reported. Agents report every ten minutes, each at its own
    /// moment; a disconnected agent stays silent for days.
    pub(super) fn reported(&self, now: UtcMillis) -> Option<UtcMillis> {
        match self.standing {
            Standing::Fresh => None,
            Standing::Unknown => Some(last_event(now, 6 * DAY, self.phase)),
            _ => Some(last_event(now, 10 * MINUTE, self.phase)),
        }
    }

    /// Time at which it entered its current state.
    pub(super) fn since(&self, now: UtcMillis) -> UtcMillis {
        let period = match self.standing {
            Standing::Fresh | Standing::Pending => 40 * MINUTE,
            Standing::NonCompliant(_) => 30 * HOUR,
            _ => 12 * DAY,
        };
        last_event(now, period, self.phase)
    }

    /// When it was created.
    pub(super) fn created(&self, now: UtcMillis) -> UtcMillis {
        match self.standing {
            Standing::Fresh => self.since(now),
            _ => last_event(UtcMillis(now.0 - 30 * DAY), 700 * DAY, self.phase),
        }
    }

    /// The commit or digest that it synchronised last, with the commit's time. `None`: it never synchronised.
    pub(super) fn revision(&self, now: UtcMillis) -> Option<Revision> {
        if self.standing == Standing::Fresh {
            return None;
        }
        let (period, phase) = self.commits();
        let newest = last_event(now, period, phase);
        let behind = if now.0 - newest.0 < self.lag { self.behind + 1 } else { self.behind };
        let at = UtcMillis(newest.0 - behind.cast_signed() * period);
        let generation = at.0.div_euclid(period).cast_unsigned() & 0xffff_ffff;
        let stream = ((self.app.source as u64) << 32) + generation;
        let length = if self.source.kind == SourceKind::Git { 40 } else { 64 };
        let hash = match self.source.reference {
            Some((ReferenceType::Commit, commit)) => commit.to_owned(),
            _ => Dice::new(self.seed, Topic::Commit, stream).hex(length),
        };
        Some(Revision { text: self.revision_text(&hash), hash, at })
    }

    /// The time at which the revision of `now` was synchronised, and the time at which the next revision replaces it.
    pub(super) fn revision_span(&self, now: UtcMillis) -> (UtcMillis, UtcMillis) {
        if let Some((ReferenceType::Commit, _)) = self.source.reference {
            return (UtcMillis(i64::MIN), UtcMillis(i64::MAX));
        }
        let (period, phase) = self.commits();
        let newest = last_event(UtcMillis(now.0 - self.lag), period, phase);
        (UtcMillis(newest.0 + self.lag), UtcMillis(newest.0 + self.lag + period))
    }

    /// Interval between two commits of its source, and the source's phase, milliseconds.
    fn commits(&self) -> (i64, u64) {
        let mut dice = Dice::new(self.seed, Topic::Source, self.app.source as u64);
        let period = match self.source.reference {
            // Tags, commits and digests change seldom; branches, ranges and buckets change several times a week.
            Some((ReferenceType::Tag | ReferenceType::Commit | ReferenceType::Digest, _)) => {
                90 * DAY
            }
            _ => (5 + dice.below(90)).cast_signed() * HOUR,
        };
        (period, dice.below(1 << 40))
    }

    /// Azure's spelling: old agents write `branch/sha`, new ones `branch@sha1:sha`, some the bare hash.
    fn revision_text(&self, hash: &str) -> Text {
        let algorithm = if self.source.kind == SourceKind::Git { "sha1" } else { "sha256" };
        let named = match self.source.reference {
            Some((ReferenceType::Commit, _)) | None => None,
            Some((ReferenceType::Semver, _)) => Some("v3.4.2"),
            Some((_, value)) => Some(value),
        };
        Text::from(match (named, self.cluster_index % 10) {
            (Some(name), 0..5) if self.source.kind == SourceKind::Git => format!("{name}/{hash}"),
            (Some(name), 5..9) => format!("{name}@{algorithm}:{hash}"),
            _ => hash.to_owned(),
        })
    }
}

/// A synchronised commit or digest.
pub(super) struct Revision {
    /// The revision in Azure's spelling.
    pub text: Text,
    /// The commit or digest alone.
    pub hash: String,
    pub at: UtcMillis,
}

fn cause(dice: &mut Dice, app: &App) -> Cause {
    let layers = app.layers.list().len();
    match dice.below(100) {
        _ if layers == 0 => Cause::SourceDenied,
        0..26 => Cause::SourceDenied,
        26..50 => Cause::BuildFailed,
        50..74 => Cause::Unhealthy,
        74..84 => Cause::PolicyDenied,
        84..90 => Cause::KindGone,
        _ if app.helm == Helm::No => Cause::Unhealthy,
        _ => Cause::HelmFailed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_number() {
        for cluster_index in 0..4 {
            for ordinal in [0, 9, 10, 39, 40, 41, 125, 1999] {
                let app = &APPS[(ordinal + rotation(cluster_index)) % APPS.len()];
                let name = match ordinal / APPS.len() {
                    0 => app.name.to_owned(),
                    round => format!("{}-{}", app.name, round + 1),
                };
                assert_eq!(ordinal_of(cluster_index, &name), Some(ordinal), "{name}");
            }
        }
        for name in [
            "",
            "nothing",
            "payments-1",
            "payments-0",
            "payments-",
            "-2",
            "payments-99999999999999999999",
        ] {
            assert_eq!(ordinal_of(0, name), None, "{name}");
        }
    }
}
