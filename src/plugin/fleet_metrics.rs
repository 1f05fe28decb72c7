//! Gauges of the fleets: a Prometheus that scrapes Grafana keeps their history.
//!
//! The values of labels are bounded: known states and `Other`, and at most [`MAX_CLUSTERS`] clusters of all data sources,
//! those with most configurations first. A data source's other clusters are one cluster called `other`, without a
//! subscription.

use super::holding::{DataSourceLabels, Holding};
use crate::inventory::{FleetGauges, StateCounts};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// Clusters that have series of their own.
pub(super) const MAX_CLUSTERS: usize = 1_000;
/// Cluster name of all others.
const OTHER_CLUSTERS: &str = "other";

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ConfigurationLabels {
    org_id: i64,
    datasource_uid: String,
    subscription_id: String,
    resource_group: String,
    cluster: String,
    cluster_type: String,
    compliance_state: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ExtensionLabels {
    org_id: i64,
    datasource_uid: String,
    provisioning_state: String,
}

#[derive(Default)]
struct Gauges {
    configurations: Family<ConfigurationLabels, Gauge>,
    extensions: Family<ExtensionLabels, Gauge>,
    objects_not_ready: Family<DataSourceLabels, Gauge>,
}

/// Registers the gauges of what these data sources hold.
pub(super) fn register<'h>(registry: &mut Registry, holdings: impl Iterator<Item = &'h Holding>) {
    let gauges = Gauges::default();
    let mut clusters_left = MAX_CLUSTERS;
    for holding in holdings {
        if let Some(fleet) = &holding.fleet {
            gauges.set(holding, fleet, clusters_left);
            clusters_left = clusters_left.saturating_sub(fleet.clusters.len());
        }
    }
    registry.register(
        "fleet_configurations",
        "Flux configurations by cluster and compliance state; of a large fleet, small clusters are one called other",
        gauges.configurations,
    );
    registry.register(
        "fleet_extensions",
        "Flux extensions by provisioning state",
        gauges.extensions,
    );
    registry.register(
        "fleet_objects_not_ready",
        "Flux objects that are Non-Compliant or not ready, suspended ones aside",
        gauges.objects_not_ready,
    );
}

impl Gauges {
    fn set(&self, holding: &Holding, fleet: &FleetGauges, most_clusters: usize) {
        let labels = holding.labels();
        let DataSourceLabels { org_id, datasource_uid } = &labels;
        for gauges in fleet.clusters.iter().take(most_clusters) {
            let cluster = &gauges.cluster;
            let labels = ConfigurationLabels {
                org_id: *org_id,
                datasource_uid: datasource_uid.clone(),
                subscription_id: cluster.subscription_id.to_string(),
                resource_group: cluster.resource_group.to_string(),
                cluster: cluster.name.to_string(),
                cluster_type: cluster.kind.to_string(),
                compliance_state: String::new(),
            };
            self.set_configurations(&labels, &gauges.configurations);
        }
        if let Some(rest) = fleet.rest(most_clusters) {
            let labels = ConfigurationLabels {
                org_id: *org_id,
                datasource_uid: datasource_uid.clone(),
                cluster: OTHER_CLUSTERS.to_owned(),
                ..ConfigurationLabels::default()
            };
            self.set_configurations(&labels, &rest);
        }
        for (provisioning_state, count) in fleet.extensions.by_provisioning() {
            let datasource_uid = datasource_uid.clone();
            let labels = ExtensionLabels { org_id: *org_id, datasource_uid, provisioning_state };
            set(&self.extensions.get_or_create(&labels), count);
        }
        set(&self.objects_not_ready.get_or_create(&labels), fleet.objects_not_ready);
    }

    fn set_configurations(&self, labels: &ConfigurationLabels, counts: &StateCounts) {
        for (compliance_state, count) in counts.by_compliance() {
            let labels = ConfigurationLabels { compliance_state, ..labels.clone() };
            set(&self.configurations.get_or_create(&labels), count);
        }
    }
}

fn set(gauge: &Gauge, count: u64) {
    gauge.set(i64::try_from(count).unwrap_or(i64::MAX));
}
