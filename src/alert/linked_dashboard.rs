//! The dashboards that alerts link to.

/// A dashboard of the plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkedDashboard {
    /// *GitOps Flux - Application Deployments*.
    ApplicationDeployments,
    /// *Flux Control Plane*.
    ControlPlane,
    /// *Flux Cluster Stats*.
    ClusterStats,
}

impl LinkedDashboard {
    /// The dashboard's uid. Never renamed: alerts that were already sent link to it.
    pub const fn uid(self) -> &'static str {
        match self {
            Self::ApplicationDeployments => "azuregitops-application-deployments",
            Self::ControlPlane => "azuregitops-control-plane",
            Self::ClusterStats => "azuregitops-cluster-stats",
        }
    }
}
