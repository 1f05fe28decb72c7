//! The settings that are whole numbers, with their defaults and bounds: for the parser and for the settings editor.

use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

/// A setting that is a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
pub struct NumberSetting {
    /// Its member of `jsonData`.
    pub key: &'static str,
    /// Value when the setting is absent.
    pub default: u64,
    /// Smallest allowed.
    pub min: u64,
    /// Largest allowed.
    pub max: u64,
}

/// Seconds after which a snapshot is refreshed.
pub const CACHE_SECONDS: NumberSetting = new("cacheSeconds", 30, 5, 3_600);
/// Seconds after which a snapshot isn't shown any more.
pub const MAX_STALE_SECONDS: NumberSetting = new("maxStaleSeconds", 3_600, 30, 604_800);
/// Seconds that one request may take.
pub const TIMEOUT_SECONDS: NumberSetting = new("timeoutSeconds", 30, 1, 600);
/// Seconds between two scrapes of the controllers.
pub const SCRAPE_INTERVAL_SECONDS: NumberSetting = new("scrapeIntervalSeconds", 30, 1, 3_600);
/// Clusters of the simulated fleet.
pub const DEMO_CLUSTERS: NumberSetting = new("demoClusters", 40, 1, 50_000);
/// Configurations of the simulated fleet.
pub const DEMO_CONFIGURATIONS: NumberSetting = new("demoConfigurations", 400, 1, 500_000);
/// Seed of the simulated fleet.
pub const DEMO_SEED: NumberSetting = new("demoSeed", 1, 0, u64::MAX);

const fn new(key: &'static str, default: u64, min: u64, max: u64) -> NumberSetting {
    NumberSetting { key, default, min, max }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fleet::FleetSpec;

    #[test]
    fn the_defaults_of_demo_mode_are_the_generators() {
        let spec = FleetSpec::default();
        assert_eq!(
            [DEMO_CLUSTERS.default, DEMO_CONFIGURATIONS.default, DEMO_SEED.default],
            [u64::from(spec.clusters), u64::from(spec.configurations), spec.seed]
        );
    }
}
