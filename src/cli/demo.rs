//! `demo`: a simulated Azure, the plugin as a process of its own, every question asked over gRPC as Grafana would.

use super::demo_alerts;
use super::error::CliError;
use super::plugin_process::PluginProcess;
use super::query::FleetArguments;
use super::render::{self, Page};
use super::simulated::{Requests, SimulatedAzure};
use crate::emulator::EmulatorOptions;
use crate::fleet::FleetSpec;
use crate::frame::Frame;
use crate::instance::system_clock;
use crate::plugin::wire::{DataResponse, PluginContext, QueryDataRequest};
use crate::query::{CATALOGUE, Control, QueryType};
use clap::Args;
use comfy_table::{CellAlignment, LineStyle, Table, TableStyle};
use futures::future::try_join_all;
use grafana_plugin_sdk::pluginv2::check_health_response::HealthStatus;
use grafana_plugin_sdk::pluginv2::{DataQuery, TimeRange};
use indicatif::ProgressBar;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// How often each question is asked again, one after the other.
const REPEATS: usize = 20;
/// How many ask all of them at the same time.
const VIEWERS: usize = 20;
/// The fleet, unless flags say another.
const FLEET: FleetSpec = FleetSpec { clusters: 40, configurations: 5_000, seed: 1 };
/// How far back the questions go, as those of a new dashboard do; in milliseconds.
const RANGE: i64 = 6 * 3_600_000;

/// Flags of `demo`.
#[derive(Clone, Copy, Debug, Args)]
pub struct DemoArguments {
    #[command(flatten)]
    fleet: FleetArguments,
    /// Most rows of each answer to print
    #[arg(long, default_value_t = 5, value_name = "N")]
    rows: usize,
}

/// What one query type did.
struct Asked {
    query_type: &'static QueryType,
    /// Rows and bytes, or the error.
    answer: Result<(usize, usize), String>,
    first: Duration,
    again: Duration,
}

/// Runs the demonstration with `executable` as the plugin, and tells of it on `out`.
///
/// # Errors
/// When a part can't be started, a question has no answer, or the plugin doesn't stop when asked to.
pub async fn run(
    arguments: DemoArguments,
    executable: &Path,
    out: &mut impl Write,
    page: Page,
) -> Result<(), CliError> {
    let progress = Progress::new(page.width.is_some());
    let page = Page { rows: arguments.rows, width: Some(page.width.unwrap_or(120)), ..page };
    progress.say("Starting a simulated Azure");
    let spec = arguments.fleet.spec(FLEET);
    let azure = SimulatedAzure::start(EmulatorOptions::from(spec)).await?;
    progress.say("Starting the plugin");
    let environment = azure.environment().into_iter().map(|(name, value)| (name, value.into()));
    let plugin = PluginProcess::start(executable, environment).await?;
    let context = azure.data_source();
    progress.pause(|| {
        writeln!(out, "The fleet: {}\n", azure.description())?;
        writeln!(out, "The plugin, started as Grafana starts it")?;
        let greeted = milliseconds(plugin.greeted_after());
        writeln!(out, "  handshake    {} after {greeted}", plugin.handshake())?;
        writeln!(out, "  health       SERVING")
    })?;
    progress.say("Reading the fleet for the first time");
    let begun = Instant::now();
    let health = plugin.check_health(context.clone()).await?;
    let healthy = health.status() == HealthStatus::Ok;
    progress.pause(|| {
        let state = if healthy { "OK" } else { "ERROR" };
        writeln!(out, "  Save & test  {state} after {}", milliseconds(begun.elapsed()))?;
        writeln!(out, "               {}\n", health.message)
    })?;
    let to_read = azure.requests();

    let mut all = Vec::with_capacity(CATALOGUE.len());
    for query_type in CATALOGUE {
        progress.say(query_type.title);
        let (asked, response) = ask(&plugin, &context, query_type).await?;
        progress.pause(|| show(out, &asked, &response, page))?;
        all.push(asked);
    }
    progress.say("Alert rules");
    demo_alerts::show(&mut *out, &plugin, &context, page).await?;
    progress.say("Many viewers at once");
    let (crowd, slowest) = crowd(&plugin, &context).await?;
    let after = azure.requests();
    progress.say("Stopping the plugin");
    let ended = plugin.stop().await?;
    progress.end();

    let failed = all.iter().filter(|asked| asked.answer.is_err()).count();
    let stopped = ended.status.is_some_and(|status| status.success());
    summary(out, &all, page)?;
    let answers = VIEWERS * CATALOGUE.len();
    writeln!(
        out,
        "\n{VIEWERS} viewers at once, each with all {} questions: {answers} answers in {}, the slowest in {}.",
        CATALOGUE.len(),
        milliseconds(crowd),
        milliseconds(slowest)
    )?;
    requests(out, &to_read, &after, all.len() * (1 + REPEATS) + answers)?;
    writeln!(
        out,
        "The plugin {} when it was asked to.",
        if stopped { "stopped" } else { "did NOT stop" }
    )?;
    if failed > 0 || !healthy || !stopped {
        return Err(CliError::Demo { failed, healthy, stopped });
    }
    writeln!(out, "All {} query types answered.", all.len())?;
    Ok(())
}

/// Asks a query type once, and then again and again.
async fn ask(
    plugin: &PluginProcess,
    context: &PluginContext,
    query_type: &'static QueryType,
) -> Result<(Asked, DataResponse), CliError> {
    let begun = Instant::now();
    let response = answer(plugin, context, query_type).await?;
    let first = begun.elapsed();
    let mut times = Vec::with_capacity(REPEATS);
    for _ in 0..REPEATS {
        let begun = Instant::now();
        answer(plugin, context, query_type).await?;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    let again = times[REPEATS / 2];
    let answer = match decode(&response) {
        Ok(frames) => {
            let bytes = response.frames.iter().map(Vec::len).sum();
            Ok((frames.iter().map(Frame::rows).sum(), bytes))
        }
        Err(text) => Err(text),
    };
    Ok((Asked { query_type, answer, first, again }, response))
}

/// One question, as a panel asks it.
async fn answer(
    plugin: &PluginProcess,
    context: &PluginContext,
    query_type: &QueryType,
) -> Result<DataResponse, CliError> {
    let saved = json!({
        "refId": "A", "queryType": query_type.id, "params": needed_params(query_type)
    });
    let now = (system_clock())();
    let request = QueryDataRequest {
        plugin_context: Some(context.clone()),
        headers: HashMap::new(),
        queries: vec![DataQuery {
            ref_id: "A".to_owned(),
            max_data_points: 1000,
            interval_ms: 15_000,
            time_range: Some(TimeRange { from_epoch_ms: now.0 - RANGE, to_epoch_ms: now.0 }),
            json: saved.to_string().into_bytes(),
            query_type: query_type.id.to_owned(),
        }],
    };
    Ok(plugin.query(request).await?.responses.remove("A").unwrap_or_default())
}

/// Parameters that have no default.
fn needed_params(query_type: &QueryType) -> Map<String, Value> {
    let needed = query_type.own_params.iter().filter_map(|spec| match spec.control {
        Control::Dimension(choices) => Some((spec.name.to_owned(), json!(choices.first()?.id()))),
        _ => None,
    });
    needed.collect()
}

/// The frames of an answer, or what went wrong.
fn decode(response: &DataResponse) -> Result<Vec<Frame>, String> {
    if response.status != 200 {
        return Err(format!("{} ({}): {}", response.status, response.error_source, response.error));
    }
    let frames = response.frames.iter().map(|bytes| Frame::decode(bytes));
    frames.collect::<Result<_, _>>().map_err(|error| error.to_string())
}

/// All viewers ask all questions; how long it took, and the slowest answer.
async fn crowd(
    plugin: &PluginProcess,
    context: &PluginContext,
) -> Result<(Duration, Duration), CliError> {
    let begun = Instant::now();
    let viewers = (0..VIEWERS).map(async |_| {
        let panels = CATALOGUE.iter().map(async |query_type| {
            let begun = Instant::now();
            answer(plugin, context, query_type).await?;
            Ok::<_, CliError>(begun.elapsed())
        });
        try_join_all(panels).await
    });
    let times = try_join_all(viewers).await?;
    Ok((begun.elapsed(), times.into_iter().flatten().max().unwrap_or_default()))
}

fn show(
    out: &mut impl Write,
    asked: &Asked,
    response: &DataResponse,
    page: Page,
) -> std::io::Result<()> {
    let Asked { query_type, answer, first, again } = asked;
    writeln!(out, "{}: {}", query_type.id, query_type.description)?;
    match answer {
        Ok((rows, _)) => {
            for frame in decode(response).unwrap_or_default() {
                render::write_table(out, &frame, page)?;
            }
            let rows = if *rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") };
            let times = (milliseconds(*first), milliseconds(*again));
            writeln!(out, " {rows} in {}, again in {}\n", times.0, times.1)
        }
        Err(text) => writeln!(out, " FAILED: {text}\n"),
    }
}

fn summary(out: &mut impl Write, all: &[Asked], page: Page) -> std::io::Result<()> {
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─')));
    if !page.color {
        table.force_no_tty();
    }
    let median = format!("Median of {REPEATS} more");
    table.set_header(["Query type", "Rows", "Bytes", "First answer", median.as_str()]);
    for Asked { query_type, answer, first, again } in all {
        let (rows, bytes) = match answer {
            Ok((rows, bytes)) => (rows.to_string(), bytes.to_string()),
            Err(_) => ("failed".to_owned(), String::new()),
        };
        let times = (milliseconds(*first), milliseconds(*again));
        table.add_row([query_type.id, rows.as_str(), bytes.as_str(), &times.0, &times.1]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    writeln!(out, "{}", table.trim_fmt())
}

/// How often Azure was asked, for the first picture of the fleet and for everything after it.
fn requests(
    out: &mut impl Write,
    to_read: &Requests,
    after: &Requests,
    answers: usize,
) -> std::io::Result<()> {
    writeln!(out, "To read the fleet, Azure was asked for {to_read}.")?;
    let more = after.since(to_read);
    writeln!(out, "For the {answers} answers after that, it was asked for {more}.")
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1e3)
}

/// A line on the terminal that says what is going on; nothing where there is no terminal.
struct Progress(Option<ProgressBar>);

impl Progress {
    fn new(terminal: bool) -> Self {
        Self(terminal.then(|| {
            let bar = ProgressBar::new_spinner();
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        }))
    }

    fn say(&self, text: &'static str) {
        if let Some(bar) = &self.0 {
            bar.set_message(text);
        }
    }

    /// Makes way for what is printed.
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
