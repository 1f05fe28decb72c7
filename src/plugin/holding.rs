//! What the data sources of this process hold, as the metrics read it.

use super::instances::InstanceKey;
use crate::inventory::FleetGauges;
use prometheus_client::encoding::EncodeLabelSet;
use std::time::Duration;

/// What one data source holds when the metrics are read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Holding {
    /// Which data source.
    pub(super) key: InstanceKey,
    /// Age of its snapshot; `None` while there is none.
    pub(super) snapshot_age: Option<Duration>,
    /// Names of what it holds, with their numbers.
    pub(super) items: Vec<(&'static str, usize)>,
    /// Its fleet in numbers; `None` while there is no snapshot young enough to be shown.
    pub(super) fleet: Option<FleetGauges>,
}

impl Holding {
    pub(super) fn labels(&self) -> DataSourceLabels {
        DataSourceLabels { org_id: self.key.org_id, datasource_uid: self.key.uid.clone() }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct DataSourceLabels {
    pub(super) org_id: i64,
    pub(super) datasource_uid: String,
}
