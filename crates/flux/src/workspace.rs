//! Azure Monitor workspaces, which hold the metrics of clusters.

use super::Text;

/// An Azure Monitor workspace that can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// Its ARM id, as Azure spells it.
    pub id: Text,
    /// Its name, unique within its resource group only.
    pub name: Text,
    /// Id of the subscription that it is in.
    pub subscription_id: Text,
    /// Azure region. `None`: not reported.
    pub location: Option<Text>,
    /// Base URL of its Prometheus HTTP API, what comes before `/api/v1`: https, or on a loopback address; without user,
    /// password, query and fragment.
    pub endpoint: String,
}
