//! Clusters: where an extension or a configuration lives, and what Azure says of the cluster itself.

use super::Text;
use std::fmt;
use std::sync::Arc;

/// What kind of Azure resource a cluster is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClusterKind {
    /// `Microsoft.ContainerService/managedClusters`.
    Aks,
    /// `Microsoft.Kubernetes/connectedClusters`.
    Arc,
    /// `Microsoft.HybridContainerService/provisionedClusters`.
    Provisioned,
    /// `Microsoft.ContainerService/fleets` (AKS Fleet Manager).
    Fleet,
    /// `Microsoft.ResourceConnector/appliances`.
    Appliance,
    /// Any other type, `Namespace/type` as spelled in the id.
    Other(Text),
}

impl ClusterKind {
    /// From the provider's namespace and the resource type, any case.
    pub fn from_type(namespace: &str, resource_type: &str) -> Self {
        let is = |n: &str, t: &str| {
            namespace.eq_ignore_ascii_case(n) && resource_type.eq_ignore_ascii_case(t)
        };
        if is("Microsoft.ContainerService", "managedClusters") {
            Self::Aks
        } else if is("Microsoft.Kubernetes", "connectedClusters") {
            Self::Arc
        } else if is("Microsoft.HybridContainerService", "provisionedClusters") {
            Self::Provisioned
        } else if is("Microsoft.ContainerService", "fleets") {
            Self::Fleet
        } else if is("Microsoft.ResourceConnector", "appliances") {
            Self::Appliance
        } else {
            Self::Other(Text::from(format!("{namespace}/{resource_type}")))
        }
    }

    /// The resource type as Azure documents it, `Namespace/type`.
    pub fn resource_type(&self) -> &str {
        match self {
            Self::Aks => "Microsoft.ContainerService/managedClusters",
            Self::Arc => "Microsoft.Kubernetes/connectedClusters",
            Self::Provisioned => "Microsoft.HybridContainerService/provisionedClusters",
            Self::Fleet => "Microsoft.ContainerService/fleets",
            Self::Appliance => "Microsoft.ResourceConnector/appliances",
            Self::Other(text) => text,
        }
    }

    /// What people call it: the field `clusterType`.
    pub fn label(&self) -> &str {
        match self {
            Self::Aks => "AKS",
            Self::Arc => "Arc",
            Self::Provisioned => "AKS Arc",
            Self::Fleet => "Fleet",
            Self::Appliance => "Appliance",
            Self::Other(text) => text,
        }
    }
}

impl fmt::Display for ClusterKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

/// Where something runs: a cluster's place in Azure. Names keep the spelling of the id they came from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClusterRef {
    /// Id of the subscription (a GUID).
    pub subscription_id: Text,
    /// Name of the resource group.
    pub resource_group: Text,
    /// Kind of cluster.
    pub kind: ClusterKind,
    /// Name of the cluster.
    pub name: Text,
    /// The cluster's ARM id as Azure spells it. `None`: not known from an id.
    pub id: Option<Text>,
}

impl ClusterRef {
    /// The cluster's ARM id as Azure spells it; where it isn't known from an id, in the documented spelling.
    pub fn arm_id(&self) -> String {
        if let Some(id) = &self.id {
            return id.to_string();
        }
        format!(
            "/subscriptions/{}/resourceGroups/{}/providers/{}/{}",
            self.subscription_id,
            self.resource_group,
            self.kind.resource_type(),
            self.name
        )
    }

    /// Identity of the cluster: its ARM id in lower case, since Azure compares without case.
    pub fn key(&self) -> String {
        let mut key = self.arm_id();
        key.make_ascii_lowercase();
        key
    }
}

/// A cluster as Azure lists it, whether it has Flux or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// Which one.
    pub reference: Arc<ClusterRef>,
    /// Azure region. `None`: not reported.
    pub location: Option<Text>,
    /// The Kubernetes version that runs; of a cluster that is being made, the one that is wanted. `None`: not reported.
    pub kubernetes_version: Option<Text>,
    /// Of an Arc cluster, whether its agents reach Azure (`Connected`, `Offline`, …); of an AKS cluster, whether it runs
    /// (`Running`, `Stopped`). `None`: not reported.
    pub connectivity: Option<Text>,
}
