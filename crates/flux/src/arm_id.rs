//! Azure Resource Manager ids of clusters, and of extensions and configurations on them.
//!
//! `/subscriptions/{s}/resourceGroups/{rg}/providers/{ns}/{type}/{cluster}/providers/Microsoft.KubernetesConfiguration/{extensions|fluxConfigurations}/{name}`,
//! in the case that the creating client used.

use super::{ClusterKind, ClusterRef, Text, same_text};
use thiserror::Error;

/// Why a text isn't an id of a cluster, extension or configuration.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ArmIdError {
    /// A required segment is missing.
    #[error("the resource id has no {0}")]
    Missing(&'static str),
    /// The id names another kind of resource.
    #[error("the resource id is not one of {0}")]
    OtherResource(&'static str),
}

/// Which of the two resource types an id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceKind {
    /// `Microsoft.KubernetesConfiguration/extensions`.
    Extension,
    /// `Microsoft.KubernetesConfiguration/fluxConfigurations`.
    FluxConfiguration,
}

/// The parts of the id of a cluster, borrowed from its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClusterId<'a> {
    /// Subscription id.
    pub subscription_id: &'a str,
    /// Resource group.
    pub resource_group: &'a str,
    /// Namespace of the cluster's provider, as spelled.
    pub namespace: &'a str,
    /// Resource type of the cluster, as spelled.
    pub resource_type: &'a str,
    /// Cluster name.
    pub name: &'a str,
    /// The whole id, as spelled.
    pub text: &'a str,
}

impl<'a> ClusterId<'a> {
    /// Parses the id of a cluster of any kind.
    ///
    /// # Errors
    /// A segment is missing or empty, or the id names something below a cluster.
    pub fn parse(id: &'a str) -> Result<Self, ArmIdError> {
        let mut segments = Segments::new(id);
        let cluster = Self::read(&mut segments)?;
        if segments.has_more() {
            return Err(ArmIdError::OtherResource("a cluster"));
        }
        Ok(cluster)
    }

    fn read(segments: &mut Segments<'a>) -> Result<Self, ArmIdError> {
        Ok(Self {
            subscription_id: segments.keyword("subscriptions")?,
            resource_group: segments.keyword("resourceGroups")?,
            namespace: segments.keyword("providers")?,
            resource_type: segments.part("cluster type")?,
            name: segments.part("cluster name")?,
            text: segments.so_far(),
        })
    }

    /// The kind of the cluster.
    pub fn kind(&self) -> ClusterKind {
        ClusterKind::from_type(self.namespace, self.resource_type)
    }

    /// The cluster that the id names. `intern` makes the shared texts.
    pub fn cluster_ref(&self, mut intern: impl FnMut(&str) -> Text) -> ClusterRef {
        ClusterRef {
            subscription_id: intern(self.subscription_id),
            resource_group: intern(self.resource_group),
            kind: self.kind(),
            name: intern(self.name),
            id: Some(if self.text.starts_with('/') {
                intern(self.text)
            } else {
                intern(&format!("/{}", self.text))
            }),
        }
    }
}

/// The parts of the id of an extension or configuration, borrowed from its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceId<'a> {
    /// The cluster, from the beginning of the id.
    pub cluster: ClusterId<'a>,
    /// What the id names.
    pub kind: ResourceKind,
    /// Name of the extension or configuration.
    pub name: &'a str,
    /// What is between the id of the cluster and the name, as spelled: a slash at each end.
    pub between: &'a str,
}

impl<'a> ResourceId<'a> {
    /// Parses the id of an extension or configuration.
    ///
    /// # Errors
    /// A segment is missing or empty, or the id names another kind of resource.
    pub fn parse(id: &'a str) -> Result<Self, ArmIdError> {
        const OTHER: ArmIdError = ArmIdError::OtherResource("an extension or a Flux configuration");
        let mut segments = Segments::new(id);
        let cluster = ClusterId::read(&mut segments)?;
        if !same_text(segments.part("second provider")?, "providers")
            || !same_text(
                segments.part("configuration provider")?,
                "Microsoft.KubernetesConfiguration",
            )
        {
            return Err(OTHER);
        }
        let kind = match segments.part("resource type")? {
            segment if same_text(segment, "extensions") => ResourceKind::Extension,
            segment if same_text(segment, "fluxConfigurations") => ResourceKind::FluxConfiguration,
            _ => return Err(OTHER),
        };
        let between = segments.since(cluster.text);
        let name = segments.part("resource name")?;
        if segments.has_more() {
            // More segments follow: the id names something below the resource, such as an operation.
            return Err(OTHER);
        }
        Ok(Self { cluster, kind, name, between })
    }
}

/// The segments of an id, one after the other.
struct Segments<'a> {
    id: &'a str,
    /// Start of the next segment; beyond the end of the text when there is none.
    next: usize,
}

impl<'a> Segments<'a> {
    fn new(id: &'a str) -> Self {
        Self { id, next: usize::from(id.starts_with('/')) }
    }

    /// The next segment. The error calls it `name` when it is missing or empty.
    fn part(&mut self, name: &'static str) -> Result<&'a str, ArmIdError> {
        let rest = self.id.get(self.next..).ok_or(ArmIdError::Missing(name))?;
        let segment = rest.split('/').next().unwrap_or(rest);
        self.next += segment.len() + 1;
        if segment.trim().is_empty() { Err(ArmIdError::Missing(name)) } else { Ok(segment) }
    }

    /// The segment after the segment `name`.
    fn keyword(&mut self, name: &'static str) -> Result<&'a str, ArmIdError> {
        match self.part(name) {
            Ok(segment) if same_text(segment, name) => self.part(name),
            _ => Err(ArmIdError::Missing(name)),
        }
    }

    /// What was taken since the id was `before`, and the slash behind it.
    fn since(&self, before: &str) -> &'a str {
        self.id.get(before.len()..self.next).unwrap_or_default()
    }

    fn has_more(&self) -> bool {
        self.next <= self.id.len()
    }

    /// The id up to and including the last segment that was read.
    fn so_far(&self) -> &'a str {
        self.id.get(..self.next.saturating_sub(1)).unwrap_or(self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FLUX: &str = "/subscriptions/9e223dbe-3399-4e19-88eb-0975f02ac87f/resourceGroups/testgroupl3gqpy/providers/Microsoft.Kubernetes/ConnectedClusters/hvltqw/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/6a4v3e";

    fn cluster(id: &str) -> ClusterRef {
        ResourceId::parse(id).expect(id).cluster.cluster_ref(|text| Text::from(text))
    }

    #[test]
    fn reads_a_recorded_id() {
        let id = ResourceId::parse(FLUX).expect("recorded id");
        assert_eq!(id.kind, ResourceKind::FluxConfiguration);
        assert_eq!((id.cluster.name, id.name), ("hvltqw", "6a4v3e"));
        let cluster_id = id.cluster.text;
        assert!(FLUX.starts_with(cluster_id) && cluster_id.ends_with("/ConnectedClusters/hvltqw"));
        assert_eq!(ClusterId::parse(cluster_id), Ok(id.cluster));
        assert_eq!(id.between, "/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/");
        let mut cluster = cluster(FLUX);
        assert_eq!(cluster.kind, ClusterKind::Arc);
        assert_eq!(cluster.arm_id(), cluster_id);
        cluster.id = None;
        assert_eq!(
            cluster.arm_id(),
            "/subscriptions/9e223dbe-3399-4e19-88eb-0975f02ac87f/resourceGroups/testgroupl3gqpy/providers/Microsoft.Kubernetes/connectedClusters/hvltqw"
        );
    }

    #[test]
    fn an_id_is_shown_as_azure_spells_it() {
        for id in [FLUX.to_owned(), FLUX.to_lowercase(), FLUX.to_uppercase()] {
            let parsed = ResourceId::parse(&id).expect(&id);
            assert_eq!(format!("{}{}{}", cluster(&id).arm_id(), parsed.between, parsed.name), id);
            let parsed = ResourceId::parse(&id[1..]).expect("without a slash");
            assert_eq!(
                format!("{}{}{}", cluster(&id[1..]).arm_id(), parsed.between, parsed.name),
                id
            );
        }
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
    fn refuses_ids_of_other_resources() {
        let operation = format!("{FLUX}/operations/1");
        let parent =
            FLUX.split("/providers/Microsoft.KubernetesConfiguration").next().expect("split");
        for (id, error) in [
            ("", ArmIdError::Missing("subscriptions")),
            ("/subscriptions//resourceGroups/g", ArmIdError::Missing("subscriptions")),
            ("/subscriptions/s", ArmIdError::Missing("resourceGroups")),
            (parent, ArmIdError::Missing("second provider")),
            (operation.as_str(), ArmIdError::OtherResource("an extension or a Flux configuration")),
        ] {
            assert_eq!(ResourceId::parse(id), Err(error), "{id}");
        }
        for (id, error) in [
            (FLUX, ArmIdError::OtherResource("a cluster")),
            (&format!("{parent}/"), ArmIdError::OtherResource("a cluster")),
            ("/subscriptions/s/resourceGroups/g", ArmIdError::Missing("providers")),
            (
                "/subscriptions/s/resourceGroups/g/providers/n/t",
                ArmIdError::Missing("cluster name"),
            ),
        ] {
            assert_eq!(ClusterId::parse(id), Err(error), "{id}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC*") {
            let _ = ResourceId::parse(&text);
            let _ = ClusterId::parse(&text);
        }

        #[test]
        fn no_part_of_an_id_makes_it_panic(end in 0..FLUX.len()) {
            let _ = ResourceId::parse(&FLUX[..end]);
            let _ = ClusterId::parse(&FLUX[..end]);
        }

        #[test]
        fn names_survive(s in "[a-z0-9-]{1,36}", g in "[A-Za-z0-9_.()-]{1,20}", c in "[A-Za-z0-9-]{1,20}", n in "[a-z0-9-]{1,20}") {
            let id = format!("/subscriptions/{s}/resourceGroups/{g}/providers/Microsoft.ContainerService/managedClusters/{c}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/{n}");
            let parsed = ResourceId::parse(&id).expect("well-formed");
            prop_assert_eq!((parsed.cluster.subscription_id, parsed.cluster.resource_group, parsed.cluster.name, parsed.name), (s.as_str(), g.as_str(), c.as_str(), n.as_str()));
        }
    }
}
