//! `demo`: starts a simulated Azure and a plugin process, sends the queries of every dashboard panel over gRPC as
//! Grafana would, and prints what each panel shows.

mod alerts;
mod arranged;
mod panel;
mod summary;
mod value;
mod viewer;

use crate::dashboard::{Dashboard, dashboards};
use crate::emulator::EmulatorOptions;
use crate::error::LabError;
use crate::fleet_spec::fleet_spec;
use crate::plugin_process::PluginProcess;
use crate::simulated::SimulatedAzure;
use azuregitops::cli::FleetArguments;
use azuregitops::cli::render::Page;
use azuregitops::query::CATALOGUE;
use clap::Args;
use fleet::FleetSpec;
use futures::future::try_join_all;
use grafana_plugin_sdk::pluginv2::check_health_response::HealthStatus;
use indicatif::ProgressBar;
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use summary::{REPEATS, VIEWERS};
use viewer::Viewer;

/// The default fleet.
const FLEET: FleetSpec = FleetSpec { clusters: 40, configurations: 1_000, seed: 1 };

/// Flags of `demo`.
#[derive(Clone, Debug, Args)]
pub struct DemoArguments {
    #[command(flatten)]
    fleet: FleetArguments,
    /// Executable of the plugin; without it, `gpx_azuregitops` in the folder of this executable
    #[arg(long, value_name = "PATH")]
    plugin: Option<PathBuf>,
    /// Most rows or series of each panel to print
    #[arg(long, default_value_t = 3, value_name = "N")]
    rows: usize,
}

/// Runs the demonstration and prints its results on `out`.
///
/// # Errors
/// A part can't be started, a panel or query fails, or the plugin doesn't stop when it should.
pub async fn run(
    arguments: DemoArguments,
    out: &mut impl Write,
    page: Page,
) -> Result<(), LabError> {
    let executable = plugin_executable(arguments.plugin)?;
    let progress = Progress::new(page.width.is_some());
    let page = Page { rows: arguments.rows, width: Some(page.width.unwrap_or(120)), ..page };
    progress.say("Starting a simulated Azure");
    let spec = fleet_spec(arguments.fleet, FLEET);
    let azure = SimulatedAzure::start(EmulatorOptions::from(spec)).await?;
    progress.say("Starting the plugin");
    let environment = azure.environment().into_iter().map(|(name, value)| (name, value.into()));
    let plugin = PluginProcess::start(&executable, environment).await?;
    let viewer = Viewer { plugin, context: azure.data_source() };
    progress.pause(|| {
        writeln!(out, "The fleet: {}\n", azure.description())?;
        writeln!(out, "The plugin, started as Grafana starts it")?;
        let greeted = milliseconds(viewer.plugin.greeted_after());
        writeln!(out, "  handshake    {} after {greeted}", viewer.plugin.handshake())?;
        writeln!(out, "  health       SERVING")
    })?;
    progress.say("Reading the fleet for the first time");
    let begun = Instant::now();
    let health = viewer.plugin.check_health(viewer.context.clone()).await?;
    let healthy = health.status() == HealthStatus::Ok;
    progress.pause(|| {
        let state = if healthy { "OK" } else { "ERROR" };
        writeln!(out, "  Save & test  {state} after {}", milliseconds(begun.elapsed()))?;
        writeln!(out, "               {}\n", health.message)
    })?;
    let to_read = azure.requests();

    let shipped = dashboards(&[("datasource", "fleet")])?;
    let (mut panels, mut failed, mut answers) = (0, 0, 0);
    for dashboard in &shipped {
        let shown = open(out, &viewer, dashboard, page, &progress).await?;
        panels += dashboard.panels.len();
        failed += shown.failed;
        answers += shown.answers;
    }
    let mut all = Vec::with_capacity(CATALOGUE.len());
    for query_type in CATALOGUE {
        progress.say(query_type.title);
        all.push(summary::ask(&viewer, query_type).await?);
    }
    progress.say("Alert rules");
    alerts::show(&mut *out, &viewer.plugin, &viewer.context, page).await?;
    progress.say("Many viewers at once");
    let (crowd, slowest) = summary::crowd(&viewer).await?;
    let after = azure.requests();
    progress.say("Stopping the plugin");
    let ended = viewer.plugin.stop().await?;
    progress.end();

    failed += all.iter().filter(|asked| asked.answer.is_err()).count();
    let stopped = ended.status.is_some_and(|status| status.success());
    summary::write(out, &all, page)?;
    let of_crowd = VIEWERS * CATALOGUE.len();
    writeln!(
        out,
        "\n{VIEWERS} viewers at once, each with all {} questions: {of_crowd} answers in {}, the slowest in {}.",
        CATALOGUE.len(),
        milliseconds(crowd),
        milliseconds(slowest)
    )?;
    answers += all.len() * (1 + REPEATS) + of_crowd;
    summary::requests(out, &to_read, &after, answers)?;
    writeln!(
        out,
        "The plugin {} when it was asked to.",
        if stopped { "stopped" } else { "did NOT stop" }
    )?;
    if failed > 0 || !healthy || !stopped {
        return Err(LabError::Demo { failed, healthy, stopped });
    }
    writeln!(
        out,
        "All {panels} panels of {} dashboards and all {} query types answered.",
        shipped.len(),
        all.len()
    )?;
    Ok(())
}

/// The chosen plugin executable, or the one that was built together with this executable.
fn plugin_executable(chosen: Option<PathBuf>) -> Result<PathBuf, LabError> {
    if let Some(path) = chosen {
        return Ok(path);
    }
    let name = format!("gpx_azuregitops{}", std::env::consts::EXE_SUFFIX);
    let path = std::env::current_exe()?.with_file_name(name);
    if path.exists() { Ok(path) } else { Err(LabError::NoPlugin { path }) }
}

/// The result of opening a dashboard.
struct Shown {
    /// Number of panels and variables whose query failed.
    failed: usize,
    /// Number of successful answers.
    answers: usize,
}

/// Opens a dashboard: sends the queries of its variables, then those of every panel.
async fn open(
    out: &mut impl Write,
    viewer: &Viewer,
    dashboard: &Dashboard,
    page: Page,
    progress: &Progress,
) -> Result<Shown, LabError> {
    let mut shown = Shown { failed: 0, answers: dashboard.variables.len() };
    progress.say(&dashboard.title);
    let mut variables = Vec::new();
    for variable in &dashboard.variables {
        let answer = viewer.ask(std::slice::from_ref(&variable.query)).await?;
        shown.failed += usize::from(answer.error().is_some());
        variables.push(match answer.error() {
            None => format!("{} ({})", variable.label, answer.rows()),
            Some(error) => format!("{} (FAILED: {error})", variable.label),
        });
    }
    progress.pause(|| {
        writeln!(out, "{}\n{}", dashboard.title, "═".repeat(dashboard.title.chars().count()))?;
        writeln!(out, " Variables with the number of their values: {}", variables.join(", "))
    })?;
    // All panels send their queries at once, as Grafana does; the plugin fetches what several panels need once.
    let begun = Instant::now();
    let answers = dashboard.panels.iter().map(|panel| viewer.ask(&panel.queries));
    let answers = try_join_all(answers).await?;
    let whole = milliseconds(begun.elapsed());
    progress.pause(|| {
        let mut row = "";
        for (panel, answer) in dashboard.panels.iter().zip(&answers) {
            if panel.row != row {
                writeln!(out, "\n{}\n{}", panel.row, "─".repeat(panel.row.chars().count()))?;
                row = &panel.row;
            }
            panel::write(out, panel, answer, page)?;
            shown.failed += usize::from(answer.error().is_some());
            shown.answers += panel.queries.len();
        }
        writeln!(out, "\nAll {} panels at once, the last after {whole}.\n", answers.len())
    })?;
    Ok(shown)
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1e3)
}

/// A progress line on the terminal; `None` when stderr isn't a terminal.
struct Progress(Option<ProgressBar>);

impl Progress {
    fn new(terminal: bool) -> Self {
        Self(terminal.then(|| {
            let bar = ProgressBar::new_spinner();
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        }))
    }

    fn say(&self, text: &str) {
        if let Some(bar) = &self.0 {
            bar.set_message(text.to_owned());
        }
    }

    /// Hides the progress line while `print` runs.
    fn pause<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test executables are in a folder without a plugin.
    #[test]
    fn says_where_it_looked_for_the_plugin() {
        let error = plugin_executable(None).expect_err("no plugin");
        let text = error.to_string();
        assert!(text.contains("gpx_azuregitops") && text.ends_with("--plugin"), "{text}");
        let chosen = plugin_executable(Some("elsewhere".into())).expect("what is asked for");
        assert_eq!(chosen, PathBuf::from("elsewhere"));
    }
}
