//! The fleet that a subcommand's flags describe.

use azuregitops::cli::FleetArguments;
use fleet::FleetSpec;

/// The flags' fleet, with values of `default` for missing flags.
pub(crate) fn fleet_spec(arguments: FleetArguments, default: FleetSpec) -> FleetSpec {
    FleetSpec {
        clusters: arguments.clusters.unwrap_or(default.clusters),
        configurations: arguments.configurations.unwrap_or(default.configurations),
        seed: arguments.seed.unwrap_or(default.seed),
    }
}
