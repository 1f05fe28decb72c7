//! One file per query type.

pub(super) mod configuration_counts;
pub(super) mod configuration_objects;
pub(super) mod configurations;
pub(super) mod coverage;
pub(super) mod coverage_counts;
pub(super) mod drift;
pub(super) mod events;
pub(super) mod extension_counts;
pub(super) mod extensions;
pub(super) mod failing_configurations;
pub(super) mod failing_extensions;
pub(super) mod failing_objects;
mod joined;
pub(super) mod kustomizations;
mod located;
pub(super) mod metric;
pub(super) mod not_ready;
pub(super) mod overdue;
pub(super) mod reconciler_counts;
pub(super) mod reconcilers;
pub(super) mod rollout;
pub(super) mod source_health;
pub(super) mod top_errors;
pub(super) mod values;
pub(super) mod versions;
