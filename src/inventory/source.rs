//! Where the inventory is read from: Azure, or a simulated fleet.

use crate::arg::{ArgClient, PageSink, Scope, kql};
use crate::upstream::UpstreamError;
use async_trait::async_trait;
use bytes::Bytes;
use flux::UtcMillis;

/// One listing of the inventory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing {
    /// Flux extensions and configurations.
    Fleet,
    /// Subscriptions; rows of resource groups and management groups may be among them.
    Subscriptions,
    /// Clusters; rows of other resources may be among them.
    Clusters,
    /// Azure Monitor workspaces; rows of other resources may be among them.
    Workspaces,
}

impl Listing {
    /// The query that asks Resource Graph for it.
    fn kql(self) -> String {
        match self {
            Self::Fleet => kql::fleet_listing(),
            Self::Subscriptions => kql::subscription_listing(),
            Self::Clusters => kql::cluster_listing(),
            Self::Workspaces => kql::workspace_listing(),
        }
    }
}

/// Lists the fleet, in pages as Resource Graph has them.
#[async_trait]
pub trait FleetSource: Send + Sync {
    /// The query that asks for a listing, for Grafana's query inspector. `None`: none is sent.
    fn query_text(&self, listing: Listing) -> Option<String>;

    /// Hands every row of a listing to `sink`.
    ///
    /// # Errors
    /// The source fails: `sink` may have got a part of the rows.
    async fn list(
        &self,
        listing: Listing,
        now: UtcMillis,
        sink: &mut (dyn PageSink + Send),
    ) -> Result<(), UpstreamError>;

    /// One configuration as Resource Manager has it, JSON. `None`: it no longer exists.
    ///
    /// # Errors
    /// The source fails.
    async fn configuration(&self, id: &str, now: UtcMillis)
    -> Result<Option<Bytes>, UpstreamError>;
}

/// Resource Graph and Resource Manager.
pub struct AzureFleet {
    /// Asks them.
    pub client: ArgClient,
    /// What to list; the rows of several scopes are merged by id.
    pub scopes: Vec<Scope>,
}

#[async_trait]
impl FleetSource for AzureFleet {
    fn query_text(&self, listing: Listing) -> Option<String> {
        Some(listing.kql())
    }

    async fn list(
        &self,
        listing: Listing,
        _now: UtcMillis,
        sink: &mut (dyn PageSink + Send),
    ) -> Result<(), UpstreamError> {
        let query = listing.kql();
        for scope in &self.scopes {
            self.client.list(&query, scope, sink).await?;
        }
        Ok(())
    }

    async fn configuration(
        &self,
        id: &str,
        _now: UtcMillis,
    ) -> Result<Option<Bytes>, UpstreamError> {
        self.client.get_resource(id).await
    }
}
