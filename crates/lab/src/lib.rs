//! The test rig of the plugin: a simulated Azure over HTTP, a host that starts plugin processes as Grafana does, and a
//! demonstration of every panel. It is used for tests, benchmarks and trying out, and isn't part of the package.
#![cfg_attr(test, allow(clippy::needless_pass_by_value, clippy::unwrap_used))]

mod dashboard;
mod demo;
pub mod emulator;
mod error;
mod fleet_spec;
#[cfg(test)]
mod generated;
mod plugin_process;
mod serve;
mod simulated;

pub use dashboard::{Dashboard, Panel, Variable, dashboards};
pub use error::LabError;
pub use plugin_process::{Ended, PluginProcess, PluginProcessError};
pub use simulated::{Requests, SimulatedAzure};

use azuregitops::cli::in_one_line;
use azuregitops::cli::render::Page;
use azuregitops::plugin::{Stop, parent_id};
use clap::{Parser, Subcommand};
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

/// Test rig of the Grafana data source for Flux v2 on AKS and Azure Arc.
#[derive(Debug, Parser)]
#[command(name = "lab", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show everything on a simulated fleet, through a real plugin process
    Demo(demo::DemoArguments),
    /// Serve a simulated Azure over HTTP, until interrupted
    Emulator(serve::EmulatorArguments),
}

/// Runs the executable.
pub fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        // The reader closed our output early, as `head` does.
        Err(LabError::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            // When stderr is closed, the error can't be shown anywhere.
            let _ = writeln!(io::stderr(), "{}", in_one_line(&error));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), LabError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut out = io::stdout().lock();
    let page = Page::on(out.is_terminal());
    runtime.block_on(async {
        match command {
            Command::Demo(arguments) => demo::run(arguments, &mut out, page).await,
            Command::Emulator(arguments) => {
                let stop = Stop::default();
                tokio::spawn(stop.watch_outside(parent_id()));
                serve::run(arguments, &stop, &mut out).await
            }
        }
    })?;
    out.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn flags_are_consistent() {
        Arguments::command().debug_assert();
    }
}
