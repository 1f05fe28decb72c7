//! One cluster's state, from which its metrics are made.

use super::generation::FluxVersion;
use super::kind::{Controller, FluxKind};
use super::object::{FluxObject, objects};
use super::pod::{Endpoint, Pod};
use super::reconciles::Reconciles;
use super::{MetricsOptions, webhooks};
use crate::Fleet;
use crate::dice::{Dice, Topic};
use crate::extension::Extension;
use crate::times::{DAY, MINUTE};
use flux::{ProvisioningState, UtcMillis};

/// No controller started before this time, 2024-01-01T00:00:00Z …
pub(super) const FIRST_START: i64 = 1_704_067_200_000;
/// … or more than this many milliseconds after it. Controllers never restart, so counters of the fleet never fall.
const LATEST_START: i64 = 60 * DAY;

/// A cluster with its Flux objects, ready to expose metrics.
pub(crate) struct ClusterMetrics<'f> {
    pub(super) fleet: &'f Fleet,
    pub(super) index: usize,
    pub(super) version: FluxVersion,
    pub(super) started: UtcMillis,
    /// Sorted by kind.
    pub(super) objects: Vec<FluxObject>,
    pub(super) webhooks: Reconciles,
}

/// The version of Flux that a cluster runs.
pub(super) fn version(fleet: &Fleet, options: MetricsOptions, cluster: usize) -> FluxVersion {
    let extension = Extension::flux(fleet.spec.seed, cluster, &fleet.clusters[cluster]);
    options.generation.version(extension.version)
}

/// When the controllers of a cluster started.
pub(super) fn started(fleet: &Fleet, cluster: usize) -> UtcMillis {
    let mut dice = Dice::new(fleet.spec.seed, Topic::Pod, (cluster as u64) << 8 | 0xff);
    let minutes = dice.below((LATEST_START / MINUTE).unsigned_abs()).cast_signed();
    UtcMillis(FIRST_START + minutes * MINUTE)
}

/// Whether an endpoint answers. When the extension's installation failed, the cluster's last controller doesn't run.
pub(super) fn is_up(fleet: &Fleet, cluster: usize, endpoint: Endpoint) -> bool {
    let extension = Extension::flux(fleet.spec.seed, cluster, &fleet.clusters[cluster]);
    endpoint != Endpoint::Controller(Controller::ImageAutomationController)
        || extension.state != ProvisioningState::Failed
}

impl<'f> ClusterMetrics<'f> {
    pub(crate) fn new(fleet: &'f Fleet, options: MetricsOptions, index: usize) -> Self {
        let version = version(fleet, options, index);
        let started = started(fleet, index);
        let objects = objects(fleet, index, started, version.remembers_deleted());
        let webhooks = webhooks::webhooks(started, index);
        Self { fleet, index, version, started, objects, webhooks }
    }

    /// Objects of a kind.
    pub(super) fn of_kind(&self, kind: FluxKind) -> &[FluxObject] {
        let from = self.objects.partition_point(|object| object.kind < kind);
        let to = self.objects.partition_point(|object| object.kind <= kind);
        &self.objects[from..to]
    }

    /// Objects that a controller reconciles.
    pub(super) fn of_controller(&self, controller: Controller) -> &[FluxObject] {
        // Kinds are sorted by their controllers, so the objects of one controller are contiguous.
        let of = |object: &FluxObject| Controller::of_kind(object.kind);
        let from = self.objects.partition_point(|object| of(object) < controller);
        let to = self.objects.partition_point(|object| of(object) <= controller);
        &self.objects[from..to]
    }

    pub(super) fn pod(&self, endpoint: Endpoint) -> Pod {
        Pod::of(self.fleet.spec.seed, self.index, endpoint)
    }
}
