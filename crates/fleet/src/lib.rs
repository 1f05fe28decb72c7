//! A simulated fleet: clusters, extensions and Flux configurations as Resource Graph and Resource Manager show them.
//!
//! The same [`FleetSpec`] makes the same fleet on every machine: random numbers come from a cipher keyed with the seed,
//! one stream per item. So each row can be made on its own, only clusters are kept in memory, and a fleet of 200,000
//! configurations costs no memory. Functions take the time as an argument and never read the clock. States don't depend
//! on the time; times and commits do, and they change only at simulated events.
//!
//! Shapes are those of the real service: `PascalCase` extension rows, camelCase configurations, ids in mixed case,
//! `statusConditions` null in most rows, times in all of Azure's forms. Names and texts are made up.
#![cfg_attr(test, allow(clippy::needless_pass_by_value, clippy::unwrap_used))]

mod catalogue;
mod cluster;
mod column;
mod configuration;
mod dice;
mod extension;
mod json;
pub mod metrics;
mod object;
pub mod promql;
mod properties;
mod series;
mod table;
#[cfg(test)]
mod tests;
mod times;
#[cfg(any(test, feature = "truth"))]
mod truth;

pub use cluster::{ManagementGroup, Subscription};
pub use column::{Cells, Column};
pub use json::Json;
pub use series::{Grid, LabelScheme, Labels, Sample, Series};
pub use table::{Table, Workspace};
#[cfg(any(test, feature = "truth"))]
pub use truth::{FailingObject, FleetTruth};

use cluster::{Cluster, ResourceGroup};
use configuration::Configuration;
use dice::{Dice, Topic};
use extension::Extension;
use flux::{ResourceId, ResourceKind, Text, UtcMillis, same_text};
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;
use std::ops::Range;
use table::Part;

/// The size of a fleet, and the seed that picks one fleet of that size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct FleetSpec {
    /// Number of clusters with Flux; 0 counts as 1. The fleet also has clusters without Flux: a tenth of this number,
    /// at least two.
    pub clusters: u32,
    /// Configurations, spread evenly over the clusters with Flux.
    pub configurations: u32,
    /// Seed of the random numbers: another seed makes another fleet.
    pub seed: u64,
}

impl Default for FleetSpec {
    fn default() -> Self {
        Self { clusters: 40, configurations: 400, seed: 1 }
    }
}

/// A simulated fleet. Immutable; share it in an `Arc`.
#[derive(Clone)]
pub struct Fleet {
    spec: FleetSpec,
    tenant_id: Text,
    subscriptions: Vec<Subscription>,
    management_groups: Vec<ManagementGroup>,
    groups: Vec<ResourceGroup>,
    clusters: Vec<Cluster>,
    plain_clusters: Vec<Cluster>,
    /// Index of a cluster by [`flux::ClusterRef::key`].
    cluster_index: HashMap<String, usize>,
    /// Base address of its Azure Monitor workspaces. `None`: the addresses that Azure would give them.
    workspaces_at: Option<Text>,
}

impl Fleet {
    /// Makes the fleet.
    ///
    /// *Cost*: some microseconds per cluster. Configurations are made later, when they are read.
    pub fn generate(spec: FleetSpec) -> Self {
        let spec = FleetSpec { clusters: spec.clusters.max(1), ..spec };
        let subscriptions = cluster::subscriptions(spec);
        let groups = cluster::resource_groups(subscriptions.len());
        let with_flux = spec.clusters as usize;
        let all = with_flux + (with_flux / 10).max(2);
        let clusters = cluster::clusters(spec, &subscriptions, &groups, 0..with_flux);
        let plain_clusters = cluster::clusters(spec, &subscriptions, &groups, with_flux..all);
        let cluster_index = clusters
            .iter()
            .enumerate()
            .map(|(index, cluster)| (cluster.reference.key(), index))
            .collect();
        Self {
            spec,
            tenant_id: Text::from(Dice::new(spec.seed, Topic::Tenant, 0).guid()),
            management_groups: cluster::management_groups(subscriptions.len()),
            subscriptions,
            groups,
            clusters,
            plain_clusters,
            cluster_index,
            workspaces_at: None,
        }
    }

    /// The same fleet, with Azure Monitor workspaces at `{base}/{name}`.
    #[must_use]
    pub fn with_workspaces_at(&self, base: &str) -> Self {
        Self { workspaces_at: Some(Text::from(base)), ..self.clone() }
    }

    /// The specification from which the fleet was made.
    pub fn spec(&self) -> FleetSpec {
        self.spec
    }

    /// The tenant of the fleet, a GUID.
    pub fn tenant_id(&self) -> &Text {
        &self.tenant_id
    }

    /// Its subscriptions; at least three.
    pub fn subscriptions(&self) -> &[Subscription] {
        &self.subscriptions
    }

    /// Its management groups: the first contains every subscription, the second some of them.
    pub fn management_groups(&self) -> &[ManagementGroup] {
        &self.management_groups
    }

    /// One row of a table as JSON, with all columns. `None`: the table has no such row.
    pub fn row(&self, table: Table, index: usize, now: UtcMillis) -> Option<Value> {
        let cells = self.cells(table, index, now, true)?;
        let members = Column::ALL.iter().zip(&cells);
        Some(members.map(|(column, cell)| (column.name().to_string(), Value::from(cell))).collect())
    }

    /// Appends one row of a table to `out` as JSON, with all columns. Writes nothing when the table has no such row.
    pub fn write_row(&self, table: Table, index: usize, now: UtcMillis, out: &mut Vec<u8>) {
        let Some(cells) = self.cells(table, index, now, true) else { return };
        let members: Vec<_> = Column::ALL.iter().map(|column| column.name()).zip(cells).collect();
        // The tree has only text keys and finite numbers, and a `Vec` accepts every write, so this can't fail.
        let _ = Json::object(members).serialize(&mut serde_json::Serializer::new(out));
    }

    /// Rows of a table, with all columns, in the form of Resource Graph's reply.
    pub fn page(&self, table: Table, rows: Range<usize>, now: UtcMillis) -> Vec<u8> {
        let mut body = b"{\"data\":[".to_vec();
        for (position, row) in rows.enumerate() {
            if position > 0 {
                body.push(b',');
            }
            self.write_row(table, row, now, &mut body);
        }
        body.extend_from_slice(b"]}");
        body
    }

    /// Resource Manager's reply for the id of a configuration or extension: camelCase, with conditions. The id may be
    /// in any case. `None`: no resource has this id.
    pub fn arm_get(&self, id: &str, now: UtcMillis) -> Option<Value> {
        let parsed = ResourceId::parse(id).ok()?;
        let key = parsed.cluster.cluster_ref(|text| Text::from(text)).key();
        let cluster = *self.cluster_index.get(&key)?;
        let json = match parsed.kind {
            ResourceKind::Extension => {
                let flux = Extension::flux(self.spec.seed, cluster, &self.clusters[cluster]);
                let other = (cluster % MONITORED_EVERY == MONITORED_FROM).then(|| {
                    Extension::monitoring(self.spec.seed, cluster, &self.clusters[cluster])
                });
                let found = [Some(flux), other]
                    .into_iter()
                    .flatten()
                    .find(|extension| same_text(&extension.name(), parsed.name))?;
                found.resource(now)
            }
            ResourceKind::FluxConfiguration => {
                let ordinal = configuration::ordinal_of(cluster, parsed.name)?;
                let number = ordinal.checked_mul(self.clusters.len())?.checked_add(cluster)?;
                if number >= self.spec.configurations as usize {
                    return None;
                }
                self.configuration(number).resource(now)
            }
        };
        Some(Value::from(&json))
    }

    /// Index of the cluster that a configuration is on.
    fn cluster_of(&self, number: usize) -> usize {
        number % self.clusters.len()
    }

    fn configuration(&self, number: usize) -> Configuration<'_> {
        let cluster = self.cluster_of(number);
        let ordinal = number / self.clusters.len();
        Configuration::new(self.spec.seed, number, cluster, ordinal, &self.clusters[cluster])
    }

    /// Number of extensions of all types.
    fn extension_count(&self) -> usize {
        let monitored =
            (self.clusters.len() + MONITORED_EVERY - 1 - MONITORED_FROM) / MONITORED_EVERY;
        self.clusters.len() + monitored
    }

    /// The extension in a row of `kubernetesconfigurationresources`. `None`: the row is not an extension.
    fn extension(&self, index: usize) -> Option<Extension<'_>> {
        match self.part(index)? {
            Part::Flux(cluster) => {
                Some(Extension::flux(self.spec.seed, cluster, &self.clusters[cluster]))
            }
            Part::Monitoring(cluster) => {
                Some(Extension::monitoring(self.spec.seed, cluster, &self.clusters[cluster]))
            }
            Part::Configuration(_) => None,
        }
    }

    /// The extension or configuration in a row of `kubernetesconfigurationresources`. `None`: the table has no such
    /// row.
    fn part(&self, index: usize) -> Option<Part> {
        let clusters = self.clusters.len();
        let extensions = self.extension_count();
        if index < clusters {
            Some(Part::Flux(index))
        } else if index < extensions {
            Some(Part::Monitoring((index - clusters) * MONITORED_EVERY + MONITORED_FROM))
        } else {
            let number = index - extensions;
            (number < self.spec.configurations as usize).then_some(Part::Configuration(number))
        }
    }
}

/// Every fourth cluster has a monitoring extension …
const MONITORED_EVERY: usize = 4;
/// … starting with this index.
const MONITORED_FROM: usize = 1;
