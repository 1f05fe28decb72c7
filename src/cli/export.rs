//! `export`: what others run, as text: the alert rules in their formats, and the queries that are sent to Azure.

use super::error::CliError;
use crate::alert::{self, DATA_SOURCE_UID, GrafanaOptions, PrometheusOptions};
use crate::arg::kql;
use crate::azure::Clouds;
use crate::domain::Portal;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::PathBuf;

/// What to export.
#[derive(Debug, Subcommand)]
pub enum ExportCommand {
    /// The alert rules
    Alerts(AlertsArguments),
    /// The queries of Resource Graph, as JSON
    Kql(KqlArguments),
}

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A file for provisioning/alerting of Grafana
    Grafana,
    /// A rule file of Prometheus
    Prometheus,
    /// A Bicep template for Azure Monitor; what may differ is a parameter of it
    Bicep,
}

/// Flags of `export alerts`.
#[derive(Debug, Args)]
pub struct AlertsArguments {
    /// For whom
    #[arg(long, value_enum)]
    format: Format,
    /// Grafana: uid of the data source that the rules ask
    #[arg(long, default_value = DATA_SOURCE_UID, value_name = "UID")]
    datasource_uid: String,
    /// Prometheus: address of Grafana, for links to dashboards; Grafana itself knows it
    #[arg(long, default_value = "", hide_default_value = true, value_name = "URL")]
    grafana_url: String,
    /// Grafana, Prometheus: address of the folder with the runbooks
    #[arg(long, default_value = "docs/runbooks", value_name = "URL")]
    runbooks_url: String,
    /// Grafana, Prometheus: name of the Azure cloud whose portal is linked to, if not the public one
    #[arg(long, value_name = "NAME")]
    cloud: Option<String>,
    #[command(flatten)]
    target: Target,
}

/// Flags of `export kql`.
#[derive(Debug, Args)]
pub struct KqlArguments {
    #[command(flatten)]
    target: Target,
}

/// Where it goes.
#[derive(Debug, Args)]
struct Target {
    /// Write to this file, and not to the terminal
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Writes what is asked for to `out`, or to the file that is named.
///
/// # Errors
/// An unknown cloud; a file that can't be written.
pub fn run(command: &ExportCommand, out: &mut impl Write) -> Result<(), CliError> {
    let (text, target) = match command {
        ExportCommand::Alerts(arguments) => (alerts(arguments)?, &arguments.target),
        ExportCommand::Kql(arguments) => (queries(), &arguments.target),
    };
    match &target.output {
        None => out.write_all(text.as_bytes())?,
        Some(file) => fs::write(file, text)
            .map_err(|cause| CliError::Write { file: file.display().to_string(), cause })?,
    }
    Ok(())
}

fn alerts(arguments: &AlertsArguments) -> Result<String, CliError> {
    let address = |text: &str| text.trim_end_matches('/').to_owned();
    let portal = match &arguments.cloud {
        None => Portal::default(),
        Some(name) => Portal::new(&Clouds::default().find(name)?.portal),
    };
    let runbooks = address(&arguments.runbooks_url);
    Ok(match arguments.format {
        Format::Grafana => {
            let data_source_uid = arguments.datasource_uid.clone();
            alert::grafana(&GrafanaOptions { data_source_uid, portal, runbooks })?
        }
        Format::Prometheus => {
            let grafana = address(&arguments.grafana_url);
            alert::prometheus(&PrometheusOptions { grafana, portal, runbooks })?
        }
        Format::Bicep => alert::bicep(),
    })
}

/// A list of `{ name, kql }`.
fn queries() -> String {
    let queries = kql::all().map(|(name, kql)| json!({ "name": name, "kql": kql }));
    format!("{:#}\n", Value::from(queries.to_vec()))
}
