//! The rows of Resource Graph's tables, made one at a time.

use super::Fleet;
use super::catalogue::LOCATIONS;
use super::cluster::{Cluster, ManagementGroup, ResourceGroup};
use super::column::Cells;
use super::dice::{Dice, Topic};
use super::json::{Json, fixed, object};
use super::times::{Form, MINUTE, last_event};
use arcstr::literal;
use flux::{ClusterKind, Text, UtcMillis};

/// A table of Resource Graph that the fleet fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Table {
    /// `kubernetesconfigurationresources`: extensions, then configurations.
    KubernetesConfigurationResources,
    /// `resourcecontainers`: subscriptions, resource groups, management groups.
    ResourceContainers,
    /// `resources`: clusters, with and without Flux, and Azure Monitor workspaces.
    Resources,
}

impl Table {
    /// All tables.
    pub const ALL: [Self; 3] =
        [Self::KubernetesConfigurationResources, Self::ResourceContainers, Self::Resources];

    /// The table's name in lower case; Resource Graph accepts any case.
    pub fn name(self) -> &'static str {
        match self {
            Self::KubernetesConfigurationResources => "kubernetesconfigurationresources",
            Self::ResourceContainers => "resourcecontainers",
            Self::Resources => "resources",
        }
    }
}

/// An Azure Monitor workspace. It has the metrics of all clusters in its region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// Its name.
    pub name: Text,
    /// Azure region.
    pub location: Text,
    /// Address of its query endpoint, without a slash at the end.
    pub query_endpoint: Text,
}

/// Cells of a row; most of them are empty.
struct Row {
    id: Text,
    name: Text,
    resource_type: Text,
    location: Text,
    resource_group: Text,
    subscription_id: Text,
    sku: Json,
    properties: Json,
    tags: Json,
    identity: Json,
}

impl Row {
    fn cells(self, tenant: &Text) -> Cells {
        let empty = || fixed!("");
        [
            self.id.into(),
            self.name.into(),
            self.resource_type.into(),
            tenant.into(),
            empty(),
            self.location.into(),
            self.resource_group.into(),
            self.subscription_id.into(),
            empty(),
            self.sku,
            Json::Null,
            self.properties,
            self.tags,
            self.identity,
            Json::Null,
            Json::Null,
        ]
    }

    fn of_cluster(cluster: &Cluster, id: Text, name: Text, resource_type: Text) -> Self {
        Self {
            id,
            name,
            resource_type,
            location: Text::default(),
            resource_group: Text::from(cluster.reference.resource_group.to_lowercase()),
            subscription_id: cluster.reference.subscription_id.clone(),
            sku: Json::Null,
            properties: Json::Null,
            tags: Json::Null,
            identity: Json::Null,
        }
    }
}

impl Fleet {
    /// Number of rows of a table.
    pub fn len(&self, table: Table) -> usize {
        match table {
            Table::KubernetesConfigurationResources => {
                self.extension_count() + self.spec.configurations as usize
            }
            Table::ResourceContainers => {
                self.subscriptions.len() + self.groups.len() + self.management_groups.len()
            }
            Table::Resources => self.clusters.len() + self.plain_clusters.len() + LOCATIONS.len(),
        }
    }

    /// Index into [`Fleet::subscriptions`] of the row's subscription. `None`: the row is a management group, or the
    /// table has no such row.
    pub fn row_subscription(&self, table: Table, index: usize) -> Option<usize> {
        match table {
            Table::KubernetesConfigurationResources => {
                let cluster = match self.part(index)? {
                    Part::Flux(cluster) | Part::Monitoring(cluster) => cluster,
                    Part::Configuration(number) => self.cluster_of(number),
                };
                Some(self.clusters[cluster].subscription)
            }
            Table::ResourceContainers => match index.checked_sub(self.subscriptions.len()) {
                None => Some(index),
                Some(index) => self.groups.get(index).map(|group| group.subscription),
            },
            Table::Resources => {
                let plain = index.checked_sub(self.clusters.len());
                match plain {
                    None => Some(self.clusters[index].subscription),
                    Some(plain) => match self.plain_clusters.get(plain) {
                        Some(cluster) => Some(cluster.subscription),
                        None => (plain - self.plain_clusters.len() < LOCATIONS.len()).then_some(0),
                    },
                }
            }
        }
    }

    /// The cells of one row. With `properties` false that cell is null, which saves most of the work. `None`: the table
    /// has no such row.
    pub fn cells(
        &self,
        table: Table,
        index: usize,
        now: UtcMillis,
        properties: bool,
    ) -> Option<Cells> {
        let row = match table {
            Table::KubernetesConfigurationResources => self.flux_row(index, now, properties)?,
            Table::ResourceContainers => self.container_row(index)?,
            Table::Resources => self.resource_row(index, now)?,
        };
        Some(row.cells(&self.tenant_id))
    }

    fn flux_row(&self, index: usize, now: UtcMillis, properties: bool) -> Option<Row> {
        let part = self.part(index)?;
        if let Part::Configuration(number) = part {
            let configuration = self.configuration(number);
            let row = Row::of_cluster(
                configuration.cluster,
                configuration.id(),
                configuration.name(),
                literal!("microsoft.kubernetesconfiguration/fluxconfigurations"),
            );
            let properties = properties.then(|| configuration.graph_properties(now));
            return Some(Row { properties: properties.into(), ..row });
        }
        let extension = self.extension(index)?;
        let (Part::Flux(cluster) | Part::Monitoring(cluster)) = part else { return None };
        let row = Row::of_cluster(
            &self.clusters[cluster],
            extension.id(),
            extension.name(),
            literal!("microsoft.kubernetesconfiguration/extensions"),
        );
        let properties = properties.then(|| extension.graph_properties(now));
        Some(Row { properties: properties.into(), identity: extension.identity(), ..row })
    }

    fn container_row(&self, index: usize) -> Option<Row> {
        let Some(index) = index.checked_sub(self.subscriptions.len()) else {
            return Some(self.subscription_row(index));
        };
        match index.checked_sub(self.groups.len()) {
            None => Some(self.group_row(&self.groups[index])),
            Some(index) => self.management_groups.get(index).map(management_group_row),
        }
    }

    fn subscription_row(&self, index: usize) -> Row {
        let subscription = &self.subscriptions[index];
        let chain =
            self.management_groups.iter().filter(|group| group.subscriptions.contains(&index));
        let chain = chain.map(|group| {
            object! { "displayName": (&group.name), "name": (&group.name) }
        });
        Row {
            id: Text::from(format!("/subscriptions/{}", subscription.id)),
            name: subscription.name.clone(),
            resource_type: literal!("microsoft.resources/subscriptions"),
            location: Text::default(),
            resource_group: Text::default(),
            subscription_id: subscription.id.clone(),
            sku: Json::Null,
            properties: object! {
                "state": "Enabled",
                "subscriptionPolicies": (object! {
                    "quotaId": "EnterpriseAgreement_2014-09-01",
                    "spendingLimit": "Off",
                }),
                "managementGroupAncestorsChain": (Json::array(chain.collect::<Vec<_>>())),
                "managedByTenants": (Json::array([])),
            },
            tags: object! {},
            identity: Json::Null,
        }
    }

    fn group_row(&self, group: &ResourceGroup) -> Row {
        let subscription = &self.subscriptions[group.subscription].id;
        Row {
            id: Text::from(format!("/subscriptions/{subscription}/resourceGroups/{}", group.name)),
            name: group.name.clone(),
            resource_type: literal!("microsoft.resources/subscriptions/resourcegroups"),
            location: Text::from(group.location),
            resource_group: Text::from(group.name.to_lowercase()),
            subscription_id: subscription.clone(),
            sku: Json::Null,
            properties: object! { "provisioningState": "Succeeded" },
            tags: object! { "owner": "platform" },
            identity: Json::Null,
        }
    }

    fn resource_row(&self, index: usize, now: UtcMillis) -> Option<Row> {
        let plain = index.checked_sub(self.clusters.len());
        let cluster = match plain {
            None => &self.clusters[index],
            Some(plain) => match self.plain_clusters.get(plain) {
                Some(cluster) => cluster,
                None => return self.workspace_row(plain - self.plain_clusters.len()),
            },
        };
        let kind = &cluster.reference.kind;
        let row = Row::of_cluster(
            cluster,
            cluster.id.clone(),
            cluster.reference.name.clone(),
            Text::from(kind.resource_type().to_lowercase()),
        );
        let properties = match kind {
            ClusterKind::Arc => object! {
                "agentVersion": "1.29.3",
                "connectivityStatus": "Connected",
                "distribution": "k3s",
                "infrastructure": "generic",
                "kubernetesVersion": "1.33.4",
                "lastConnectivityTime": (Form::ZuluMillis.write(last_event(now, 5 * MINUTE, index as u64 * 7919))),
                "provisioningState": "Succeeded",
                "totalNodeCount": (3),
            },
            ClusterKind::Aks => object! {
                "currentKubernetesVersion": "1.33.3",
                "dnsPrefix": (&cluster.reference.name),
                "kubernetesVersion": "1.33",
                "powerState": (object! { "code": "Running" }),
                "provisioningState": "Succeeded",
            },
            _ => object! { "provisioningState": "Succeeded" },
        };
        let sku = match kind {
            ClusterKind::Aks => object! { "name": "Base", "tier": "Standard" },
            _ => Json::Null,
        };
        Some(Row {
            location: Text::from(cluster.location),
            sku,
            properties,
            tags: object! { "environment": "production", "owner": "platform" },
            identity: object! { "type": "SystemAssigned" },
            ..row
        })
    }

    /// Its Azure Monitor workspaces, one per region.
    pub fn workspaces(&self) -> impl Iterator<Item = Workspace> + '_ {
        (0..LOCATIONS.len()).filter_map(|index| self.workspace(index))
    }

    fn workspace(&self, index: usize) -> Option<Workspace> {
        let location = *LOCATIONS.get(index)?;
        let name = Text::from(format!("amw-fleet-{location}"));
        let query_endpoint = if let Some(base) = &self.workspaces_at {
            format!("{base}/{name}")
        } else {
            let suffix = self.workspace_suffix(index);
            format!("https://{name}-{suffix}.{location}.prometheus.monitor.azure.com")
        };
        let (location, query_endpoint) = (Text::from(location), Text::from(query_endpoint));
        Some(Workspace { name, location, query_endpoint })
    }

    /// The part of a workspace's address that makes it unique.
    fn workspace_suffix(&self, index: usize) -> String {
        Dice::new(self.spec.seed, Topic::Tenant, 1 + index as u64).hex(4)
    }

    fn workspace_row(&self, index: usize) -> Option<Row> {
        let Workspace { name, location, query_endpoint } = self.workspace(index)?;
        let subscription = &self.subscriptions[0].id;
        let suffix = self.workspace_suffix(index);
        let id = format!(
            "/subscriptions/{subscription}/resourcegroups/rg-monitoring/providers/microsoft.monitor/accounts/{name}"
        );
        Some(Row {
            id: Text::from(id),
            name,
            resource_type: literal!("microsoft.monitor/accounts"),
            location,
            resource_group: literal!("rg-monitoring"),
            subscription_id: subscription.clone(),
            sku: Json::Null,
            properties: object! {
                "accountId": (Dice::new(self.spec.seed, Topic::Tenant, 101 + index as u64).guid()),
                "metrics": (object! {
                    "internalId": (format!("mac_{suffix}")),
                    "prometheusQueryEndpoint": (query_endpoint),
                }),
                "provisioningState": "Succeeded",
                "publicNetworkAccess": "Enabled",
            },
            tags: object! {},
            identity: Json::Null,
        })
    }
}

fn management_group_row(group: &ManagementGroup) -> Row {
    Row {
        id: Text::from(format!("/providers/Microsoft.Management/managementGroups/{}", group.name)),
        name: group.name.clone(),
        resource_type: literal!("microsoft.management/managementgroups"),
        location: Text::default(),
        resource_group: Text::default(),
        subscription_id: Text::default(),
        sku: Json::Null,
        properties: object! { "displayName": (&group.name) },
        tags: Json::Null,
        identity: Json::Null,
    }
}

/// The content of a row of `kubernetesconfigurationresources`: index of a cluster (for its extension), or number of a
/// configuration.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Flux(usize),
    Monitoring(usize),
    Configuration(usize),
}
