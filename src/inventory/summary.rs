//! Facts about each configuration, computed once for each snapshot. Queries about the whole fleet read these in order,
//! and look at the objects of a configuration only when its summary says that they matter.

use flux::{ConditionStatus, FluxConfiguration, UtcMillis};

/// Facts about one configuration and its objects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConfigurationSummary {
    /// When its source last changed. `None`: it was never synchronised, or Azure doesn't report it.
    pub source_updated: Option<UtcMillis>,
    /// The latest time at which a condition of its objects changed, or was reported to be False. `None`: no condition has
    /// a time.
    pub last_change: Option<UtcMillis>,
    /// Number of its objects that are Non-Compliant or not ready; suspended objects don't count.
    pub objects_not_ready: u32,
    /// Number of its objects that something reconciles.
    pub flux_objects: u32,
    /// Whether it is failing, or one of its objects is.
    pub fails: bool,
    /// Whether Azure reports objects, but not one condition of them.
    pub has_no_conditions: bool,
}

impl ConfigurationSummary {
    /// Summarises a configuration.
    pub fn of(configuration: &FluxConfiguration) -> Self {
        let objects = &configuration.objects;
        let mut summary = Self {
            source_updated: configuration.source_updated,
            has_no_conditions: !objects.is_empty(),
            ..Self::default()
        };
        for object in objects {
            summary.objects_not_ready += u32::from(object.is_failing());
            summary.flux_objects += u32::from(object.is_reconciled());
            for condition in &object.conditions {
                summary.has_no_conditions = false;
                let Some(changed) = condition.last_transition else { continue };
                summary.last_change = summary.last_change.max(Some(changed));
                if condition.status == ConditionStatus::False || condition.is_bad() {
                    summary.last_change = summary.last_change.max(configuration.status_updated);
                }
            }
        }
        summary.fails = summary.objects_not_ready > 0 || configuration.is_failing();
        summary
    }
}
