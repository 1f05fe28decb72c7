//! Clusters with and without Flux: Azure's listing, joined with the extensions and configurations of the same snapshot.

use super::Dimension;
use super::table::{Item, Table, Value, azure_name, cluster_value, exact, label};
use crate::arg::Unreadable;
use crate::upstream::UpstreamError;
use flux::{Cluster, ClusterRef, Coverage, Extension, FluxConfiguration, Text};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use tokio::time::Instant;

/// The clusters that Azure listed, at one time.
#[derive(Debug)]
pub struct ClusterListing {
    /// AKS and Arc clusters, in any order.
    pub clusters: Vec<Cluster>,
    /// Rows that could not be read; they are left out.
    pub unreadable: Unreadable,
    /// When it was read.
    pub fetched: Instant,
}

/// The clusters of a snapshot. They are read only after a query has needed them, and less often than the rest.
#[derive(Clone, Debug, Default)]
pub struct Clusters {
    /// The clusters that Azure lists. `None`: no query has needed them, or they could not be read yet.
    pub listing: Option<Arc<ClusterListing>>,
    /// Every cluster that is listed or has a Flux extension or configuration, by name; empty without a listing.
    pub covered: Table<CoveredCluster>,
    /// Why the last reading failed. `None`: it succeeded.
    pub failure: Option<UpstreamError>,
}

/// What reading the clusters gave.
#[derive(Clone, Debug, Default)]
pub struct ClusterReading {
    /// The last listing that could be read. `None`: no query has needed clusters, or none could be read yet.
    pub listing: Option<Arc<ClusterListing>>,
    /// Why the last reading failed. `None`: it succeeded.
    pub failure: Option<UpstreamError>,
}

impl Clusters {
    /// Joins the clusters with the extensions and configurations on them. Rows that haven't changed since `previous` are
    /// shared with it.
    pub(super) fn join(
        reading: ClusterReading,
        extensions: &Table<Extension>,
        configurations: &Table<FluxConfiguration>,
        previous: &Table<CoveredCluster>,
    ) -> Self {
        let ClusterReading { listing, failure } = reading;
        let covered = match &listing {
            Some(listing) => {
                let rows = cover(&listing.clusters, extensions.rows(), configurations.rows());
                Table::build(rows, previous)
            }
            None => Table::default(),
        };
        Self { listing, covered, failure }
    }

    /// Whether a reading has ended, well or not.
    pub(super) fn is_settled(&self) -> bool {
        self.listing.is_some() || self.failure.is_some()
    }
}

/// A cluster, with its Flux extension and the number of its configurations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoveredCluster {
    /// The cluster. When it has Flux and Azure doesn't list it (the identity may not read it, or it is neither AKS nor
    /// Arc), only its ARM id is known.
    pub cluster: Cluster,
    /// Its Flux extension; the first by name when there are several. `None`: it has none.
    pub extension: Option<Arc<Extension>>,
    /// Number of its Flux configurations.
    pub configurations: usize,
}

impl CoveredCluster {
    fn of(cluster: Cluster) -> Self {
        Self { cluster, extension: None, configurations: 0 }
    }

    /// A cluster that has Flux and that Azure doesn't list.
    fn unlisted(reference: &Arc<ClusterRef>) -> Self {
        Self::of(Cluster {
            reference: Arc::clone(reference),
            location: None,
            kubernetes_version: None,
            connectivity: None,
        })
    }

    /// Whether Flux manages the cluster.
    pub fn coverage(&self) -> Coverage {
        Coverage::of(self.extension.is_some(), self.configurations)
    }
}

/// Every cluster once: ids that differ only in case are one cluster. Extensions and configurations are sorted by cluster.
fn cover(
    listed: &[Cluster],
    extensions: &[Arc<Extension>],
    configurations: &[Arc<FluxConfiguration>],
) -> Vec<CoveredCluster> {
    let mut covered: BTreeMap<String, CoveredCluster> = listed
        .iter()
        .map(|cluster| (cluster.reference.key(), CoveredCluster::of(cluster.clone())))
        .collect();
    for extension in extensions {
        let row = row_of(&mut covered, &extension.cluster);
        row.extension.get_or_insert_with(|| Arc::clone(extension));
    }
    for some in configurations.chunk_by(|one, next| Arc::ptr_eq(&one.cluster, &next.cluster)) {
        if let Some(first) = some.first() {
            row_of(&mut covered, &first.cluster).configurations += some.len();
        }
    }
    covered.into_values().collect()
}

fn row_of<'c>(
    covered: &'c mut BTreeMap<String, CoveredCluster>,
    reference: &Arc<ClusterRef>,
) -> &'c mut CoveredCluster {
    covered.entry(reference.key()).or_insert_with(|| CoveredCluster::unlisted(reference))
}

impl Item for CoveredCluster {
    const DIMENSIONS: &'static [Dimension] = &[
        Dimension::Subscription,
        Dimension::ResourceGroup,
        Dimension::Cluster,
        Dimension::ClusterType,
        Dimension::Location,
        Dimension::KubernetesVersion,
        Dimension::Connectivity,
        Dimension::Coverage,
        Dimension::ProvisioningState,
        Dimension::Version,
    ];

    fn cluster(&self) -> &Arc<ClusterRef> {
        &self.cluster.reference
    }

    fn name(&self) -> &Text {
        &self.cluster.reference.name
    }

    fn value(&self, dimension: Dimension) -> Option<Value<'_>> {
        match dimension {
            Dimension::Location => Some(azure_name(self.cluster.location.as_ref()?)),
            Dimension::KubernetesVersion => Some(exact(self.cluster.kubernetes_version.as_ref()?)),
            Dimension::Connectivity => Some(azure_name(self.cluster.connectivity.as_ref()?)),
            Dimension::Coverage => Some(label(self.coverage().as_str())),
            Dimension::ProvisioningState | Dimension::Version => {
                self.extension.as_ref()?.value(dimension)
            }
            other => cluster_value(&self.cluster.reference, other),
        }
    }

    fn has_kind(&self, _kinds: &HashSet<String>) -> bool {
        true
    }
}
