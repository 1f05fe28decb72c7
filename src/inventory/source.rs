//! Where the fleet is read from: Azure, or a simulated fleet that never leaves the machine.

use crate::arg::{ArgClient, PageSink, Scope, kql};
use crate::fleet::{Fleet, Table};
use crate::upstream::{ReplyFault, Upstream, UpstreamError};
use bytes::Bytes;
use flux::UtcMillis;
use std::sync::Arc;

/// Rows in a page of the simulated fleet.
const PAGE: usize = 1_000;

/// The far side of the inventory.
pub enum Source {
    /// Resource Graph and Resource Manager.
    Azure {
        /// Asks them.
        client: Box<ArgClient>,
        /// What to list; several are merged by id.
        scopes: Vec<Scope>,
    },
    /// A simulated fleet.
    Demo(Arc<Fleet>),
}

impl Source {
    /// The query that lists the fleet, for Grafana's query inspector.
    pub fn fleet_query(&self) -> String {
        match self {
            Self::Azure { .. } => kql::fleet_listing(),
            Self::Demo(_) => "(a simulated fleet; nothing is sent)".to_owned(),
        }
    }

    /// The query that lists clusters, for Grafana's query inspector. `None`: nothing is sent.
    pub fn cluster_query(&self) -> Option<String> {
        match self {
            Self::Azure { .. } => Some(kql::cluster_listing()),
            Self::Demo(_) => None,
        }
    }

    /// Hands every Flux extension and configuration to `sink`.
    ///
    /// # Errors
    /// What stands in the way of the whole listing.
    pub(super) async fn list_fleet(
        &self,
        now: UtcMillis,
        sink: &mut (impl PageSink + Send),
    ) -> Result<(), UpstreamError> {
        self.list(&kql::fleet_listing(), Table::KubernetesConfigurationResources, now, sink).await
    }

    /// Hands every subscription to `sink`; rows of resource groups and management groups may be among them.
    ///
    /// # Errors
    /// What stands in the way of the whole listing.
    pub(super) async fn list_subscriptions(
        &self,
        now: UtcMillis,
        sink: &mut (impl PageSink + Send),
    ) -> Result<(), UpstreamError> {
        self.list(&kql::subscription_listing(), Table::ResourceContainers, now, sink).await
    }

    /// Hands every cluster to `sink`; rows of other resources may be among them.
    ///
    /// # Errors
    /// What stands in the way of the whole listing.
    pub(super) async fn list_clusters(
        &self,
        now: UtcMillis,
        sink: &mut (impl PageSink + Send),
    ) -> Result<(), UpstreamError> {
        self.list(&kql::cluster_listing(), Table::Resources, now, sink).await
    }

    /// Hands every Azure Monitor workspace to `sink`; rows of other resources may be among them.
    ///
    /// # Errors
    /// What stands in the way of the whole listing.
    pub(super) async fn list_workspaces(
        &self,
        now: UtcMillis,
        sink: &mut (impl PageSink + Send),
    ) -> Result<(), UpstreamError> {
        self.list(&kql::workspace_listing(), Table::Resources, now, sink).await
    }

    /// One configuration from Resource Manager, as JSON. `None`: it is gone.
    ///
    /// # Errors
    /// What stands in the way of reading it.
    pub(super) async fn configuration(
        &self,
        id: &str,
        now: UtcMillis,
    ) -> Result<Option<Bytes>, UpstreamError> {
        match self {
            Self::Azure { client, .. } => client.get_resource(id).await,
            Self::Demo(fleet) => {
                Ok(fleet.arm_get(id, now).map(|resource| Bytes::from(resource.to_string())))
            }
        }
    }

    async fn list(
        &self,
        query: &str,
        table: Table,
        now: UtcMillis,
        sink: &mut (impl PageSink + Send),
    ) -> Result<(), UpstreamError> {
        match self {
            Self::Azure { client, scopes } => {
                for scope in scopes {
                    client.list(query, scope, sink).await?;
                }
                Ok(())
            }
            Self::Demo(fleet) => {
                let rows = fleet.len(table);
                for first in (0..rows).step_by(PAGE) {
                    let body = fleet.page(table, first..rows.min(first + PAGE), now);
                    sink.page(&body).map_err(|error| UpstreamError::NotUnderstood {
                        upstream: Upstream::ResourceGraph,
                        fault: ReplyFault::Decode(error.place),
                    })?;
                    // A large fleet takes a while to make: other queries get their turn.
                    tokio::task::yield_now().await;
                }
                Ok(())
            }
        }
    }
}
