//! Azure Resource Manager ids of extensions and configurations.
//!
//! `/subscriptions/{s}/resourceGroups/{rg}/providers/{ns}/{type}/{cluster}/providers/Microsoft.KubernetesConfiguration/{extensions|fluxConfigurations}/{name}`,
//! in whatever case the client used that created the resource.

use super::{ClusterKind, ClusterRef, Text, same_text};
use thiserror::Error;

/// Why a text is no id of ours.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ArmIdError {
    /// A segment that must be there isn't.
    #[error("the resource id has no {0}")]
    Missing(&'static str),
    /// It is the id of something else.
    #[error("the resource id is not one of an extension or a Flux configuration")]
    OtherResource,
}

/// Which of the two resource types an id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceKind {
    /// `Microsoft.KubernetesConfiguration/extensions`.
    Extension,
    /// `Microsoft.KubernetesConfiguration/fluxConfigurations`.
    FluxConfiguration,
}

/// The parts of an id, borrowed from its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceId<'a> {
    /// Subscription id.
    pub subscription_id: &'a str,
    /// Resource group.
    pub resource_group: &'a str,
    /// Namespace of the cluster's provider, as spelled.
    pub cluster_namespace: &'a str,
    /// Resource type of the cluster, as spelled.
    pub cluster_type: &'a str,
    /// Cluster name.
    pub cluster: &'a str,
    /// The id of the cluster: the beginning of the id, as spelled.
    pub cluster_id: &'a str,
    /// What the id names.
    pub kind: ResourceKind,
    /// Name of the extension or configuration.
    pub name: &'a str,
}

impl<'a> ResourceId<'a> {
    /// Parses the id of an extension or configuration.
    ///
    /// # Errors
    /// A missing or empty segment, and ids of anything else.
    pub fn parse(id: &'a str) -> Result<Self, ArmIdError> {
        let mut segments = id.strip_prefix('/').unwrap_or(id).split('/');
        let mut part = |name| {
            segments
                .next()
                .filter(|segment| !segment.trim().is_empty())
                .ok_or(ArmIdError::Missing(name))
        };
        let mut keyword = |name| match part(name) {
            Ok(segment) if same_text(segment, name) => part(name),
            _ => Err(ArmIdError::Missing(name)),
        };
        let subscription_id = keyword("subscriptions")?;
        let resource_group = keyword("resourceGroups")?;
        let cluster_namespace = keyword("providers")?;
        let cluster_type = part("cluster type")?;
        let cluster = part("cluster name")?;
        if !same_text(part("second provider")?, "providers")
            || !same_text(part("configuration provider")?, "Microsoft.KubernetesConfiguration")
        {
            return Err(ArmIdError::OtherResource);
        }
        let kind = match part("resource type")? {
            segment if same_text(segment, "extensions") => ResourceKind::Extension,
            segment if same_text(segment, "fluxConfigurations") => ResourceKind::FluxConfiguration,
            _ => return Err(ArmIdError::OtherResource),
        };
        let name = part("resource name")?;
        if segments.next().is_some() {
            // Something below it, such as an operation.
            return Err(ArmIdError::OtherResource);
        }
        // Four keywords and four values stand before the second provider.
        let slashes = if id.starts_with('/') { 8 } else { 7 };
        let end = id.match_indices('/').nth(slashes).map_or(id.len(), |(at, _)| at);
        Ok(Self {
            cluster_id: &id[..end],
            subscription_id,
            resource_group,
            cluster_namespace,
            cluster_type,
            cluster,
            kind,
            name,
        })
    }

    /// The cluster that the id names, texts shared through `intern`.
    pub fn cluster_ref(&self, mut intern: impl FnMut(&str) -> Text) -> ClusterRef {
        ClusterRef {
            subscription_id: intern(self.subscription_id),
            resource_group: intern(self.resource_group),
            kind: ClusterKind::from_type(self.cluster_namespace, self.cluster_type),
            name: intern(self.cluster),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FLUX: &str = "/subscriptions/9e223dbe-3399-4e19-88eb-0975f02ac87f/resourceGroups/testgroupl3gqpy/providers/Microsoft.Kubernetes/ConnectedClusters/hvltqw/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/6a4v3e";

    fn cluster(id: &str) -> ClusterRef {
        ResourceId::parse(id).expect(id).cluster_ref(|text| Text::from(text))
    }

    #[test]
    fn reads_a_recorded_id() {
        let id = ResourceId::parse(FLUX).expect("recorded id");
        assert_eq!(id.kind, ResourceKind::FluxConfiguration);
        assert_eq!((id.cluster, id.name), ("hvltqw", "6a4v3e"));
        assert!(
            FLUX.starts_with(id.cluster_id) && id.cluster_id.ends_with("/ConnectedClusters/hvltqw")
        );
        let cluster = cluster(FLUX);
        assert_eq!(cluster.kind, ClusterKind::Arc);
        assert_eq!(
            cluster.arm_id(),
            "/subscriptions/9e223dbe-3399-4e19-88eb-0975f02ac87f/resourceGroups/testgroupl3gqpy/providers/Microsoft.Kubernetes/connectedClusters/hvltqw"
        );
    }

    #[test]
    fn case_does_not_matter() {
        assert_eq!(cluster(&FLUX.to_lowercase()).kind, ClusterKind::Arc);
        assert_eq!(cluster(&FLUX.to_uppercase()).key(), cluster(FLUX).key());
    }

    #[test]
    fn knows_every_kind_of_cluster() {
        for (resource, kind) in [
            ("Microsoft.ContainerService/ManagedClusters", ClusterKind::Aks),
            ("Microsoft.Kubernetes/connectedClusters", ClusterKind::Arc),
            ("Microsoft.HybridContainerService/provisionedClusters", ClusterKind::Provisioned),
            ("Microsoft.ContainerService/Fleets", ClusterKind::Fleet),
            ("Microsoft.ResourceConnector/appliances", ClusterKind::Appliance),
            ("Contoso.Edge/boxes", ClusterKind::Other(Text::from("Contoso.Edge/boxes"))),
        ] {
            let id = format!(
                "/subscriptions/s/resourceGroups/g/providers/{resource}/c/providers/Microsoft.KubernetesConfiguration/extensions/flux"
            );
            assert_eq!(cluster(&id).kind, kind);
        }
    }

    #[test]
    fn refuses_what_is_something_else() {
        let operation = format!("{FLUX}/operations/1");
        let parent =
            FLUX.split("/providers/Microsoft.KubernetesConfiguration").next().expect("split");
        for (id, error) in [
            ("", ArmIdError::Missing("subscriptions")),
            ("/subscriptions//resourceGroups/g", ArmIdError::Missing("subscriptions")),
            ("/subscriptions/s", ArmIdError::Missing("resourceGroups")),
            (parent, ArmIdError::Missing("second provider")),
            (operation.as_str(), ArmIdError::OtherResource),
        ] {
            assert_eq!(ResourceId::parse(id), Err(error), "{id}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC*") {
            let _ = ResourceId::parse(&text);
        }

        #[test]
        fn names_survive(s in "[a-z0-9-]{1,36}", g in "[A-Za-z0-9_.()-]{1,20}", c in "[A-Za-z0-9-]{1,20}", n in "[a-z0-9-]{1,20}") {
            let id = format!("/subscriptions/{s}/resourceGroups/{g}/providers/Microsoft.ContainerService/managedClusters/{c}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/{n}");
            let parsed = ResourceId::parse(&id).expect("well-formed");
            prop_assert_eq!((parsed.subscription_id, parsed.resource_group, parsed.cluster, parsed.name), (s.as_str(), g.as_str(), c.as_str(), n.as_str()));
        }
    }
}
