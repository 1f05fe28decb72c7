//! One file per query type, and the list of them all.

mod configuration_counts;
mod configuration_objects;
mod configurations;
mod coverage;
mod coverage_counts;
mod data_status;
mod drift;
mod events;
mod extension_counts;
mod extensions;
mod failing_configurations;
mod failing_counts;
mod failing_extensions;
mod failing_objects;
mod joined;
mod kustomizations;
mod located;
mod metric;
mod not_ready;
mod overdue;
mod reconciler_counts;
mod reconcilers;
mod rollout;
mod source_health;
mod top_errors;
mod values;
mod versions;

pub use data_status::{DataStatus, EndpointStatus};

use super::query_type::QueryType;

/// Every query type, in the order of the editor.
pub static CATALOGUE: &[&QueryType] = &[
    &extensions::TYPE,
    &extension_counts::TYPE,
    &versions::TYPE,
    &configurations::TYPE,
    &configuration_counts::TYPE,
    &rollout::TYPE,
    &events::TYPE,
    &coverage::TYPE,
    &coverage_counts::TYPE,
    &data_status::TYPE,
    &configuration_objects::TYPE,
    &top_errors::TYPE,
    &failing_counts::TYPE,
    &kustomizations::TYPE,
    &metric::TYPE,
    &reconcilers::TYPE,
    &reconciler_counts::TYPE,
    &data_status::ENDPOINTS,
    &drift::TYPE,
    &not_ready::TYPE,
    &failing_extensions::TYPE,
    &failing_configurations::TYPE,
    &failing_objects::TYPE,
    &overdue::TYPE,
    &source_health::TYPE,
    &values::TYPE,
];
