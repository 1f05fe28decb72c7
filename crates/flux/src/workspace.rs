//! Azure Monitor workspaces, which store the metrics of clusters.

use super::Text;

/// An Azure Monitor workspace that can be queried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// Its ARM id, in Azure's spelling.
    pub id: Text,
    /// Its name, which is unique only within its resource group.
    pub name: Text,
    /// Id of its subscription.
    pub subscription_id: Text,
    /// Azure region. `None`: not reported.
    pub location: Option<Text>,
    /// Base URL of its Prometheus HTTP API, without `/api/v1`. It is https, or on a loopback address, and has no user,
    /// password, query or fragment.
    pub endpoint: String,
}
