//! The dimensions of rows: for grouping, filters and template variables.

/// A property of rows that has few values compared with the number of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dimension {
    /// Subscription id.
    Subscription,
    /// Resource group's name.
    ResourceGroup,
    /// Cluster, compared by its ARM id.
    Cluster,
    /// AKS, Arc and so on.
    ClusterType,
    /// Configuration's name.
    Configuration,
    /// Namespace of a configuration's objects.
    Namespace,
    /// Kind of source.
    SourceKind,
    /// URL of the source.
    Repository,
    /// Branch, tag, version or commit that the source follows.
    Reference,
    /// The commit that was synchronised last, as Azure spells it.
    Commit,
    /// Compliance state.
    ComplianceState,
    /// Provisioning state.
    ProvisioningState,
    /// Whether reconciliation is suspended.
    Suspended,
    /// Version of the extension.
    Version,
    /// Release train of the extension.
    ReleaseTrain,
    /// Kubernetes kind of an object.
    Kind,
    /// Name of an object.
    Name,
    /// Flux controller; only metrics have it.
    Controller,
    /// State of a Flux object.
    State,
    /// Whether Flux manages a cluster.
    Coverage,
    /// Azure region of a cluster.
    Location,
    /// Version of Kubernetes that a cluster runs.
    KubernetesVersion,
    /// Whether a cluster runs and reaches Azure.
    Connectivity,
}

impl Dimension {
    /// All dimensions.
    pub const ALL: [Self; 23] = [
        Self::Subscription,
        Self::ResourceGroup,
        Self::Cluster,
        Self::ClusterType,
        Self::Configuration,
        Self::Namespace,
        Self::SourceKind,
        Self::Repository,
        Self::Reference,
        Self::Commit,
        Self::ComplianceState,
        Self::ProvisioningState,
        Self::Suspended,
        Self::Version,
        Self::ReleaseTrain,
        Self::Kind,
        Self::Name,
        Self::Controller,
        Self::State,
        Self::Coverage,
        Self::Location,
        Self::KubernetesVersion,
        Self::Connectivity,
    ];

    /// The dimension's name in `params.dimension` of the query type `values`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Repository => "repository",
            Self::Commit => "commit",
            other => other.field(),
        }
    }

    /// The field that holds the dimension, which is also its name in `params.groupBy`.
    pub fn field(self) -> &'static str {
        match self {
            Self::Subscription => "subscription",
            Self::ResourceGroup => "resourceGroup",
            Self::Cluster => "cluster",
            Self::ClusterType => "clusterType",
            Self::Configuration => "configuration",
            Self::Namespace => "namespace",
            Self::SourceKind => "sourceKind",
            Self::Repository => "repositoryUrl",
            Self::Reference => "reference",
            Self::Commit => "sourceSyncedCommitId",
            Self::ComplianceState => "complianceState",
            Self::ProvisioningState => "provisioningState",
            Self::Suspended => "suspended",
            Self::Version => "version",
            Self::ReleaseTrain => "releaseTrain",
            Self::Kind => "kind",
            Self::Name => "name",
            Self::Controller => "controller",
            Self::State => "state",
            Self::Coverage => "coverage",
            Self::Location => "location",
            Self::KubernetesVersion => "kubernetesVersion",
            Self::Connectivity => "connectivity",
        }
    }

    /// The dimension's title in the editor.
    pub fn title(self) -> &'static str {
        match self {
            Self::Subscription => "Subscription",
            Self::ResourceGroup => "Resource group",
            Self::Cluster => "Cluster",
            Self::ClusterType => "Cluster type",
            Self::Configuration => "Configuration",
            Self::Namespace => "Namespace",
            Self::SourceKind => "Source kind",
            Self::Repository => "Repository",
            Self::Reference => "Reference",
            Self::Commit => "Commit",
            Self::ComplianceState => "Compliance state",
            Self::ProvisioningState => "Provisioning state",
            Self::Suspended => "Suspended",
            Self::Version => "Version",
            Self::ReleaseTrain => "Release train",
            Self::Kind => "Kind",
            Self::Name => "Name",
            Self::Controller => "Controller",
            Self::State => "State",
            Self::Coverage => "Coverage",
            Self::Location => "Location",
            Self::KubernetesVersion => "Kubernetes version",
            Self::Connectivity => "Connectivity",
        }
    }

    /// The dimension of that name, by either of its names.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.id() == name || dimension.field() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_parses_to_its_value() {
        for dimension in Dimension::ALL {
            assert_eq!(Dimension::from_name(dimension.id()), Some(dimension));
            assert_eq!(Dimension::from_name(dimension.field()), Some(dimension));
        }
        assert_eq!(Dimension::from_name("workspace"), None);
    }
}
