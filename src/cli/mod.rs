//! The executable's command line. Without a subcommand it is the plugin, which only Grafana starts.

mod error;
mod export;
mod query;
pub mod render;

pub use error::{CliError, in_one_line};
pub use query::FleetArguments;

use crate::plugin::{self, Edge, MAGIC_COOKIE};
use clap::{CommandFactory, Parser, Subcommand};
use render::Page;
use std::collections::HashMap;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

/// Grafana data source for Flux v2 on AKS and Azure Arc.
#[derive(Debug, Parser)]
#[command(name = "gpx_azuregitops", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run one query, on Azure or on a simulated fleet
    Query(query::QueryArguments),
    /// Write dashboards, and alert rules for Grafana, Prometheus or Azure Monitor
    Export {
        #[command(subcommand)]
        what: export::ExportCommand,
    },
}

/// Runs the executable.
pub fn main() -> ExitCode {
    let process: HashMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let command = Arguments::parse().command;
    let mut stderr = io::stderr();
    if command.is_none() && process.get(MAGIC_COOKIE.0).is_none_or(|value| value != MAGIC_COOKIE.1)
    {
        // When stderr is closed, the message can't be shown anywhere.
        let _ = write!(stderr, "{}", not_a_command());
        return ExitCode::FAILURE;
    }
    let result = match command {
        None => plugin::run(|| Edge::new(process).into_services()).map(|_| ()).map_err(Into::into),
        Some(command) => run(command, &process),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // The reader closed our output early, as `head` does.
        Err(CliError::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(stderr, "{}", error.text());
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command, process: &HashMap<String, String>) -> Result<(), CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut out = io::stdout().lock();
    let page = Page::on(out.is_terminal());
    runtime.block_on(async {
        match command {
            Command::Export { what } => export::run(&what, &mut out),
            Command::Query(arguments) => query::run(&arguments, process, &mut out, page).await,
        }
    })?;
    out.flush()?;
    Ok(())
}

/// The message for a user who starts the plugin by hand.
fn not_a_command() -> String {
    let command = Arguments::command();
    let mut text = format!(
        "This is a Grafana plugin: Grafana starts it, with {}={} in its environment.\nFor a terminal there are \
         subcommands:\n\n",
        MAGIC_COOKIE.0, MAGIC_COOKIE.1
    );
    text.extend(command.get_subcommands().map(|sub| {
        let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
        format!("  {:10} {about}\n", sub.get_name())
    }));
    text.push_str("\nHelp on one of them: gpx_azuregitops SUBCOMMAND --help\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_consistent() {
        Arguments::command().debug_assert();
    }
}
