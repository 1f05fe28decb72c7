//! The true state of the fleet, from the generator itself. Tests compare replies with it.

use super::Fleet;
use super::configuration::Configuration;
use super::object::objects;
use flux::{ClusterKind, ComplianceState, Coverage, ProvisioningState, Text, UtcMillis};
use std::collections::BTreeMap;

/// Counts and failing items of a whole fleet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FleetTruth {
    /// Flux extensions, one per cluster with Flux.
    pub extensions: usize,
    /// Extensions that aren't Flux.
    pub other_extensions: usize,
    /// Flux extensions by provisioning state (`installState` of 2021 counts as one).
    pub extension_provisioning: BTreeMap<ProvisioningState, usize>,
    /// Configurations.
    pub configurations: usize,
    /// Configurations by compliance state; configurations that never reported count as Pending.
    pub compliance: BTreeMap<ComplianceState, usize>,
    /// Clusters by how far GitOps reaches them: all clusters with Flux, and the AKS and Arc clusters without.
    pub coverage: BTreeMap<Coverage, usize>,
    /// Configurations that never reported: `complianceState` null, no statuses.
    pub never_reported: usize,
    /// Configurations by provisioning state.
    pub configuration_provisioning: BTreeMap<ProvisioningState, usize>,
    /// Ids of Flux extensions whose provisioning failed, in the order of rows.
    pub failing_extensions: Vec<Text>,
    /// Ids of configurations that are Non-Compliant or whose provisioning failed, in the order of rows.
    pub failing_configurations: Vec<Text>,
    /// Objects that are Non-Compliant, in the order of rows and statuses.
    pub failing_objects: Vec<FailingObject>,
    /// Objects by kind and state.
    pub objects: BTreeMap<(Text, ComplianceState), usize>,
    /// Distinct values of `sourceSyncedCommitId` with the number of configurations that have them.
    pub commits: BTreeMap<Text, usize>,
    /// Repositories, buckets and registries with the number of configurations that read from them.
    pub repositories: BTreeMap<&'static str, usize>,
}

/// A Flux object that is Non-Compliant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailingObject {
    /// Id of its configuration.
    pub configuration: Text,
    /// Kubernetes kind.
    pub kind: Text,
    /// Its name.
    pub name: Text,
}

impl Fleet {
    /// The true state at `now`.
    ///
    /// *Cost*: about a microsecond per configuration; no row is made.
    pub fn truth(&self, now: UtcMillis) -> FleetTruth {
        let mut truth = FleetTruth::default();
        for index in 0..self.extension_count() {
            let Some(extension) = self.extension(index) else { continue };
            if !extension.flux {
                truth.other_extensions += 1;
                continue;
            }
            truth.extensions += 1;
            if extension.state == ProvisioningState::Failed {
                truth.failing_extensions.push(extension.id());
            }
            *truth.extension_provisioning.entry(extension.state).or_default() += 1;
        }
        let mut per_cluster = vec![0usize; self.clusters.len()];
        for number in 0..self.spec.configurations as usize {
            truth.add(&self.configuration(number), now);
            per_cluster[self.cluster_of(number)] += 1;
        }
        let with_flux = per_cluster.into_iter().map(|count| Coverage::of(true, count));
        let without = self.plain_clusters.iter().filter_map(|cluster| {
            matches!(cluster.reference.kind, ClusterKind::Aks | ClusterKind::Arc)
                .then_some(Coverage::NoFlux)
        });
        for coverage in with_flux.chain(without) {
            *truth.coverage.entry(coverage).or_default() += 1;
        }
        truth
    }
}

impl FleetTruth {
    fn add(&mut self, configuration: &Configuration<'_>, now: UtcMillis) {
        let state = configuration.compliance();
        let provisioning = configuration.provisioning.clone();
        self.configurations += 1;
        self.never_reported += usize::from(state.is_none());
        let state = state.unwrap_or(ComplianceState::Pending);
        if state == ComplianceState::NonCompliant || provisioning == ProvisioningState::Failed {
            self.failing_configurations.push(configuration.id());
        }
        *self.compliance.entry(state).or_default() += 1;
        *self.configuration_provisioning.entry(provisioning).or_default() += 1;
        *self.repositories.entry(configuration.source.url).or_default() += 1;
        if let Some(revision) = configuration.revision(now) {
            *self.commits.entry(revision.text).or_default() += 1;
        }
        for object in objects(configuration) {
            if object.state == ComplianceState::NonCompliant {
                self.failing_objects.push(FailingObject {
                    configuration: configuration.id(),
                    kind: object.kind.clone(),
                    name: object.name,
                });
            }
            *self.objects.entry((object.kind, object.state)).or_default() += 1;
        }
    }
}
