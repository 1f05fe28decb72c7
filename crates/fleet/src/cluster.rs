//! Subscriptions, resource groups and clusters. They are few enough to be kept in memory.

use super::FleetSpec;
use super::catalogue::{LOCATIONS, PLACES, RESOURCE_GROUPS, SUBSCRIPTIONS};
use super::dice::{Dice, Topic};
use flux::{ClusterKind, ClusterRef, Text};

/// A subscription of the simulated fleet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Its id, a GUID in lower case.
    pub id: Text,
    /// Its display name.
    pub name: Text,
}

/// A management group and the subscriptions below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagementGroup {
    /// Its id, as the body of a Resource Graph request names it.
    pub name: Text,
    /// Indices into [`super::Fleet::subscriptions`].
    pub subscriptions: Vec<usize>,
}

/// A resource group: index of its subscription, and its name in its creator's spelling.
#[derive(Clone)]
pub(super) struct ResourceGroup {
    pub subscription: usize,
    pub name: Text,
    pub location: &'static str,
}

/// A cluster, with or without Flux.
#[derive(Clone)]
pub(super) struct Cluster {
    pub subscription: usize,
    pub reference: ClusterRef,
    pub location: &'static str,
    /// Prefix of the ids that the portal and policies write, in Azure's documented spelling.
    pub id: Text,
    /// Prefix of the ids that another client wrote, in a different spelling.
    pub other_id: Text,
}

/// Number of subscriptions for this number of clusters; at least three.
fn subscription_count(clusters: u32) -> usize {
    (clusters as usize / 12).clamp(3, SUBSCRIPTIONS.len())
}

pub(super) fn subscriptions(spec: FleetSpec) -> Vec<Subscription> {
    (0..subscription_count(spec.clusters))
        .map(|index| Subscription {
            id: Text::from(Dice::new(spec.seed, Topic::Subscription, index as u64).guid()),
            name: Text::from(SUBSCRIPTIONS[index]),
        })
        .collect()
}

/// Two management groups: one over the whole tenant, one over some of its subscriptions.
pub(super) fn management_groups(subscriptions: usize) -> Vec<ManagementGroup> {
    vec![
        ManagementGroup {
            name: Text::from("mg-harborline"),
            subscriptions: (0..subscriptions).collect(),
        },
        ManagementGroup {
            name: Text::from("mg-stores"),
            subscriptions: (1..subscriptions).step_by(2).collect(),
        },
    ]
}

pub(super) fn resource_groups(subscriptions: usize) -> Vec<ResourceGroup> {
    (0..subscriptions)
        .flat_map(|subscription| {
            RESOURCE_GROUPS.iter().enumerate().map(move |(index, name)| ResourceGroup {
                subscription,
                name: Text::from(*name),
                location: LOCATIONS[(subscription + index) % LOCATIONS.len()],
            })
        })
        .collect()
}

/// The kind of the cluster at an index. Of forty clusters, one is a Fleet hub, one runs on Azure Stack HCI, thirteen
/// are connected through Arc, and the others are AKS.
fn kind(index: usize) -> ClusterKind {
    match index % 40 {
        19 => ClusterKind::Fleet,
        33 => ClusterKind::Provisioned,
        slot if slot % 3 == 2 => ClusterKind::Arc,
        _ => ClusterKind::Aks,
    }
}

/// The clusters numbered `range`; those with Flux come first.
pub(super) fn clusters(
    spec: FleetSpec,
    subscriptions: &[Subscription],
    groups: &[ResourceGroup],
    range: std::ops::Range<usize>,
) -> Vec<Cluster> {
    range
        .map(|index| {
            let mut dice = Dice::new(spec.seed, Topic::Cluster, index as u64);
            let group = &groups[dice.index(groups.len())];
            let subscription = &subscriptions[group.subscription];
            let kind = kind(index);
            let prefix = match kind {
                ClusterKind::Arc => "arc",
                ClusterKind::Fleet => "fleet",
                ClusterKind::Provisioned => "hci",
                _ => "aks",
            };
            // The number makes the name unique. The city in the name needn't match the cluster's region.
            let name = format!("{prefix}-{}-{:03}", dice.pick(&PLACES), index + 1);
            let reference = ClusterRef {
                subscription_id: subscription.id.clone(),
                resource_group: group.name.clone(),
                kind,
                name: Text::from(name),
                id: None,
            };
            Cluster {
                subscription: group.subscription,
                location: group.location,
                id: Text::from(reference.arm_id()),
                other_id: Text::from(other_spelling(&reference)),
                reference,
            }
        })
        .collect()
}

/// The id in the spelling of clients that capitalise the cluster type or write `resourceGroups` differently.
fn other_spelling(cluster: &ClusterRef) -> String {
    let (group_word, cluster_type) = match cluster.kind {
        ClusterKind::Aks => ("resourceGroups", "Microsoft.ContainerService/ManagedClusters"),
        ClusterKind::Arc => ("resourceGroups", "Microsoft.Kubernetes/ConnectedClusters"),
        ClusterKind::Fleet => ("resourcegroups", "Microsoft.ContainerService/Fleets"),
        _ => ("resourcegroups", cluster.kind.resource_type()),
    };
    format!(
        "/subscriptions/{}/{group_word}/{}/providers/{cluster_type}/{}",
        cluster.subscription_id, cluster.resource_group, cluster.name
    )
}
