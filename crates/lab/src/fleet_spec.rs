//! The fleet that the flags of a subcommand ask for.

use azuregitops::cli::FleetArguments;
use fleet::FleetSpec;

/// The flags' fleet; `default` where a flag is missing.
pub(crate) fn fleet_spec(arguments: FleetArguments, default: FleetSpec) -> FleetSpec {
    FleetSpec {
        clusters: arguments.clusters.unwrap_or(default.clusters),
        configurations: arguments.configurations.unwrap_or(default.configurations),
        seed: arguments.seed.unwrap_or(default.seed),
    }
}
