//! What the executable does when it is started: without a subcommand it is the plugin, and only Grafana starts that.

mod plugin_process;
mod render;

pub use plugin_process::{Ended, PluginProcess, PluginProcessError};

use crate::plugin::{self, MAGIC_COOKIE};
use clap::{CommandFactory, Parser, Subcommand};
use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

/// Grafana data source for Flux v2 on AKS and Azure Arc.
#[derive(Debug, Parser)]
#[command(name = "gpx_azuregitops", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {}

/// Runs the process to its end.
pub fn main() -> ExitCode {
    let mut stderr = std::io::stderr();
    let arguments = Arguments::parse();
    let result: Result<(), Box<dyn Error>> = match arguments.command {
        None if !started_by_grafana() => {
            // There is nobody to tell when stderr is closed.
            let _ = write!(stderr, "{}", not_a_command());
            return ExitCode::FAILURE;
        }
        None => plugin::run(tonic::service::Routes::default).map(|_| ()).map_err(Into::into),
        Some(command) => match command {},
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(stderr, "{}", chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

fn started_by_grafana() -> bool {
    std::env::var_os(MAGIC_COOKIE.0).is_some_and(|value| value == MAGIC_COOKIE.1)
}

/// What somebody reads who starts the plugin by hand.
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

/// An error and its causes in one line, each said once.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let said = cause.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        next = cause.source();
    }
    text
}
