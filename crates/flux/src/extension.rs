//! The Flux extension of a cluster.

use super::{ClusterRef, ProvisioningState, Text, UtcMillis};
use std::sync::Arc;

/// One `microsoft.flux` extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// The cluster on which it is installed.
    pub cluster: Arc<ClusterRef>,
    /// Name of the extension resource, `flux` as a rule.
    pub name: Text,
    /// What is between the cluster's id and the name in its ARM id, as Azure spells it. `None`: not known from an id.
    pub type_path: Option<Text>,
    /// The running version (`currentVersion`), or else the pinned one. `None`: not installed yet, or not reported.
    pub version: Option<Text>,
    /// `Stable`, `Preview`. `None`: not reported.
    pub release_train: Option<Text>,
    /// Whether Azure upgrades it automatically. `None`: not reported.
    pub auto_upgrade: Option<bool>,
    /// State of its installation or upgrade. `None`: not reported.
    pub provisioning_state: Option<ProvisioningState>,
    /// Code of the most severe status or of the error, `InstallationFailed` for one. `None`: none is reported.
    pub status_code: Option<Text>,
    /// The most severe status or error text, shortened. `None`: Azure reports none.
    pub status_message: Option<Text>,
    /// When that status was reported. `None`: not reported, or there is no status.
    pub status_time: Option<UtcMillis>,
}

impl Extension {
    /// The extension's ARM id as Azure spells it.
    pub fn arm_id(&self) -> String {
        let cluster = self.cluster.arm_id();
        match &self.type_path {
            Some(path) => format!("{cluster}{path}{}", self.name),
            None => format!(
                "{cluster}/providers/Microsoft.KubernetesConfiguration/extensions/{}",
                self.name
            ),
        }
    }

    /// `true` when Azure reports that installing or upgrading it failed.
    pub fn is_failing(&self) -> bool {
        self.provisioning_state == Some(ProvisioningState::Failed)
    }
}
