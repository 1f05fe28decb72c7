//! History of the fleet, which Azure doesn't have: the plugin's own gauges, kept by a Prometheus.
//!
//! Source: the plugin's own gauges (`crate::plugin::metrics`), which Grafana serves at `/metrics/plugins/<id of the
//! plugin>`. The history begins when a Prometheus of this data source begins to scrape that address. Labels such as `job`
//! and `instance` are those of Grafana, not of the clusters, so they are ignored: values that several Grafana servers report
//! of the same data source count once, values of several data sources are added up.

use super::{Measure, Metric, MetricGroup};
use crate::prometheus::{Aggregation, Subject};

const DATA_SOURCE: &[&str] = &["orgId", "datasourceUid"];
const GROUP: MetricGroup = MetricGroup::Fleet;

pub(super) static METRICS: [Metric; 4] = [
    Metric {
        id: "fleet-configurations",
        title: "Configurations",
        description: "Flux configurations by compliance state, as this plugin's own gauges kept them; small clusters of a large fleet are one called other. Absent unless a Prometheus scrapes Grafana's /metrics/plugins/fluxfleet-azuregitops-datasource.",
        unit: "short",
        group: GROUP,
        subject: Subject::FleetCluster,
        group_by: &[
            "complianceState",
            "cluster",
            "clusterType",
            "resourceGroup",
            "subscriptionId",
            "orgId",
            "datasourceUid",
        ],
        default_group_by: &["complianceState"],
        measure: Measure::Told { gauge: "azuregitops_fleet_configurations" },
    },
    Metric {
        id: "fleet-extensions",
        title: "Extensions",
        description: "Flux extensions by provisioning state, as this plugin's own gauges kept them, over all clusters. Absent unless a Prometheus scrapes Grafana's /metrics/plugins/fluxfleet-azuregitops-datasource.",
        unit: "short",
        group: GROUP,
        subject: Subject::Fleet,
        group_by: &["provisioningState", "orgId", "datasourceUid"],
        default_group_by: &["provisioningState"],
        measure: Measure::Told { gauge: "azuregitops_fleet_extensions" },
    },
    Metric {
        id: "fleet-objects-not-ready",
        title: "Objects, not ready",
        description: "Flux objects that are Non-Compliant or not ready, suspended ones aside, as this plugin's own gauges kept them, over all clusters. Absent unless a Prometheus scrapes Grafana's /metrics/plugins/fluxfleet-azuregitops-datasource.",
        unit: "short",
        group: GROUP,
        subject: Subject::Fleet,
        group_by: DATA_SOURCE,
        default_group_by: &["datasourceUid"],
        measure: Measure::Told { gauge: "azuregitops_fleet_objects_not_ready" },
    },
    Metric {
        id: "fleet-snapshot-age",
        title: "Age of the snapshot",
        description: "How old what queries are answered from was, of a data source the oldest. Absent unless a Prometheus scrapes Grafana's /metrics/plugins/fluxfleet-azuregitops-datasource.",
        unit: "s",
        group: GROUP,
        subject: Subject::Fleet,
        group_by: DATA_SOURCE,
        default_group_by: &["datasourceUid"],
        measure: Measure::Gauge {
            name: "azuregitops_inventory_age_seconds",
            only: &[],
            how: Aggregation::Max,
        },
    },
];
