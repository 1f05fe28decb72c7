//! `export`: writes the dashboards, the alert rules in their formats, and the queries that are sent to Azure.

use super::error::CliError;
use crate::alert::{self, DATA_SOURCE_UID, GrafanaOptions, PLUGIN_ID, PrometheusOptions};
use crate::arg::kql;
use crate::dashboard::{FILES, choose, fix, text, written};
use crate::native::{self, AZURE_MONITOR, Chosen, PROMETHEUS, RulesOptions};
use crate::upstream::Clouds;
use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use flux::Portal;
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What to export.
#[derive(Debug, Subcommand)]
pub enum ExportCommand {
    /// The dashboards
    Dashboards(DashboardsArguments),
    /// The alert rules
    Alerts(AlertsArguments),
    /// The queries of Resource Graph, as JSON
    Kql(KqlArguments),
}

/// The format of the alert rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A file for provisioning/alerting of Grafana
    Grafana,
    /// Rule groups for Grafana's HTTP API, as a JSON list: for a Grafana whose files you can't change
    GrafanaApi,
    /// A rule file of Prometheus
    Prometheus,
    /// A Bicep template for Azure Monitor, with parameters for what may differ
    Bicep,
}

/// Options for Grafana's own data sources.
#[derive(Debug, Args)]
struct Native {
    /// For Grafana's own Azure Monitor and Prometheus data sources, as in Azure Managed Grafana
    #[arg(long = "native", id = "native")]
    wanted: bool,
    /// With --native: uid of the Azure Monitor data source
    #[arg(long, value_name = "UID", requires = "native")]
    azure_monitor_uid: Option<String>,
    /// With --native: uid of the Prometheus data source
    #[arg(long, value_name = "UID", requires = "native")]
    prometheus_uid: Option<String>,
}

/// Flags of `export dashboards`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("which").args(["dashboard", "output"]).required(true).multiple(true)))]
pub struct DashboardsArguments {
    #[command(flatten)]
    native: Native,
    /// Uid of the data source with which dashboards open; without it, Grafana chooses one
    #[arg(long, value_name = "UID", conflicts_with = "native")]
    datasource_uid: Option<String>,
    /// With --datasource-uid: without variables and links to other dashboards, to be shared with people who don't sign in
    #[arg(long, requires = "datasource_uid")]
    fixed: bool,
    /// With --native: name of the Azure cloud whose portal links lead to, if not the public one
    #[arg(long, value_name = "NAME", requires = "native")]
    cloud: Option<String>,
    /// Only this dashboard, such as cluster-stats
    #[arg(long, value_name = "NAME")]
    dashboard: Option<String>,
    /// Write a file for each dashboard into this folder, instead of one dashboard to the terminal
    #[arg(short, long, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

/// Flags of `export alerts`.
#[derive(Debug, Args)]
pub struct AlertsArguments {
    /// The format of the rules
    #[arg(long, value_enum, required_unless_present = "native")]
    format: Option<Format>,
    #[command(flatten)]
    native: Native,
    /// Grafana: uid of the data source that the rules query
    #[arg(long, default_value = DATA_SOURCE_UID, value_name = "UID")]
    datasource_uid: String,
    /// Prometheus: address of Grafana, for links to dashboards; not needed for Grafana's own rules
    #[arg(long, default_value = "", hide_default_value = true, value_name = "URL")]
    grafana_url: String,
    /// Grafana, Prometheus: address of the folder with the runbooks
    #[arg(long, default_value = "docs/runbooks", value_name = "URL")]
    runbooks_url: String,
    /// Grafana, Prometheus: name of the Azure cloud whose portal links lead to, if not the public one
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

/// Where to write.
#[derive(Debug, Args)]
struct Target {
    /// Write to this file instead of the terminal
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Writes the export to `out`, or to the named file.
///
/// # Errors
/// The cloud or dashboard is unknown, or a file can't be written.
pub fn run(command: &ExportCommand, out: &mut impl Write) -> Result<(), CliError> {
    let (text, target) = match command {
        ExportCommand::Dashboards(arguments) => return dashboards(arguments, out),
        ExportCommand::Alerts(arguments) => (alerts(arguments)?, &arguments.target),
        ExportCommand::Kql(arguments) => (queries()?, &arguments.target),
    };
    match &target.output {
        None => out.write_all(text.as_bytes())?,
        Some(file) => write(file, &text)?,
    }
    Ok(())
}

fn write(file: &Path, text: &str) -> Result<(), CliError> {
    fs::write(file, text)
        .map_err(|cause| CliError::Write { file: file.display().to_string(), cause })
}

/// Writes the chosen dashboards: as files into a folder, or one dashboard to `out`.
fn dashboards(arguments: &DashboardsArguments, out: &mut impl Write) -> Result<(), CliError> {
    let mut files: Vec<&'static str> = if arguments.native.wanted {
        native::DASHBOARDS.to_vec()
    } else {
        FILES.iter().map(|(file, _)| *file).collect()
    };
    let name = |file: &'static str| file.trim_end_matches(".json");
    if let Some(wanted) = arguments.dashboard.as_deref() {
        let wanted = wanted.trim_end_matches(".json");
        let known = files.iter().map(|file| name(file)).collect::<Vec<_>>().join(", ");
        files.retain(|file| name(file) == wanted);
        if files.is_empty() {
            return Err(CliError::NoDashboard { given: wanted.to_owned(), known });
        }
    }
    if let Some(folder) = &arguments.output {
        fs::create_dir_all(folder)
            .map_err(|cause| CliError::Write { file: folder.display().to_string(), cause })?;
    }
    for file in files {
        let dashboard = dashboard(file, arguments)?;
        match &arguments.output {
            None => out.write_all(dashboard.as_bytes())?,
            Some(folder) => write(&folder.join(file), &dashboard)?,
        }
    }
    Ok(())
}

fn dashboard(file: &'static str, arguments: &DashboardsArguments) -> Result<String, CliError> {
    let native = &arguments.native;
    let mut dashboard =
        if native.wanted { native::dashboard(file)? } else { serde_json::from_str(text(file))? };
    for (kind, uid) in [
        (PLUGIN_ID, &arguments.datasource_uid),
        (AZURE_MONITOR, &native.azure_monitor_uid),
        (PROMETHEUS, &native.prometheus_uid),
    ] {
        if let Some(uid) = uid {
            choose(&mut dashboard, kind, uid);
        }
    }
    if let (true, Some(uid)) = (arguments.fixed, &arguments.datasource_uid) {
        fix(&mut dashboard, uid);
    }
    // The portal's address contains no character that JSON escapes, so it can be replaced in the text.
    let portal = portal(arguments.cloud.as_deref())?;
    Ok(written(&dashboard).replace(Portal::default().home(), portal.home()))
}

/// The portal of the cloud with this name.
fn portal(cloud: Option<&str>) -> Result<Portal, CliError> {
    Ok(match cloud {
        None => Portal::default(),
        Some(name) => Portal::new(&Clouds::default().find(name)?.portal),
    })
}

fn alerts(arguments: &AlertsArguments) -> Result<String, CliError> {
    let address = |text: &str| text.trim_end_matches('/').to_owned();
    let portal = portal(arguments.cloud.as_deref())?;
    let runbooks = address(&arguments.runbooks_url);
    let format = arguments.format.unwrap_or(Format::Grafana);
    let rules = match (format, &arguments.native) {
        (Format::Prometheus | Format::Bicep, Native { wanted: true, .. }) => {
            return Err(CliError::NotNative);
        }
        (Format::Prometheus, _) => {
            let grafana = address(&arguments.grafana_url);
            return Ok(alert::prometheus(&PrometheusOptions { grafana, portal, runbooks })?);
        }
        (Format::Bicep, _) => return Ok(alert::bicep()),
        (_, Native { wanted: true, azure_monitor_uid, prometheus_uid }) => {
            let usual = RulesOptions::default();
            native::rules(&RulesOptions {
                azure_monitor_uid: azure_monitor_uid.clone().unwrap_or(usual.azure_monitor_uid),
                prometheus_uid: prometheus_uid.clone().unwrap_or(usual.prometheus_uid),
                portal,
                runbooks,
            })
        }
        _ => {
            let data_source_uid = arguments.datasource_uid.clone();
            alert::grafana(&GrafanaOptions { data_source_uid, portal, runbooks })
        }
    };
    Ok(if format == Format::GrafanaApi { rules.api()? } else { rules.file()? })
}

/// A list of `{ name, kql }`. The queries of native dashboards come twice: with nothing chosen, and with awkward values
/// of all variables.
fn queries() -> Result<String, CliError> {
    let names = ["resourceGroup", "cluster", "configuration", "namespace", "kind", "name"];
    let texts = ["repository", "commit", "complianceState"];
    let awkward = |names: &[&'static str], value: &str| -> Vec<(&'static str, Vec<String>)> {
        let values = ["plain".to_owned(), value.to_owned()];
        names.iter().map(|&name| (name, values.to_vec())).collect()
    };
    let mut chosen = Chosen::from_iter(awkward(&names, "a.b_(c)-d"));
    chosen.extend(awkward(&texts, r#"it's "quoted", (a|b)"#));
    let mut queries: Vec<Value> =
        kql::all().into_iter().map(|(name, kql)| json!({ "name": name, "kql": kql })).collect();
    for (with, chosen) in [("all", Chosen::new()), ("chosen", chosen)] {
        let asked = native::questions(&chosen)?.into_iter();
        let asked = asked.filter(|question| question.source == AZURE_MONITOR);
        queries.extend(asked.map(|question| {
            json!({ "name": format!("native {}, {with}", question.place), "kql": question.text })
        }));
    }
    Ok(format!("{:#}\n", Value::from(queries)))
}
