//! `make soak`: viewers and alert rules send queries to a plugin process without a pause, while the simulated Azure
//! fails at random.
//!
//! Twenty viewers with four panels each and fifty alert rules, on a fleet of 20,000 configurations. After the first
//! reading, no answer may be an error, and the process may not grow: memory, file descriptors, threads.
//!
//! `SOAK_SECONDS` (180), `SOAK_CONFIGURATIONS` (20000) and `SOAK_SEED` (1) change the run.

#![expect(clippy::print_stdout, reason = "it tells its figures there")]

mod faults;
mod load;
#[path = "../process.rs"]
mod process;
mod usage;

use fleet::FleetSpec;
use lab::emulator::{EmulatorOptions, Faults};
use lab::{PluginProcess, SimulatedAzure};
use load::{ALERT_RULES, Load, PANELS, Seen, VIEWERS};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use usage::Usage;

const EXECUTABLE: &str = env!("CARGO_BIN_EXE_gpx_azuregitops");
/// Idle threads end after ten seconds, and closed connections shortly after.
const SETTLE: Duration = Duration::from_secs(12);
/// Allowed ratio of the memory at the end to the memory in the middle. The allocator keeps some of the freed memory.
const GROWTH: f64 = 1.10;
/// Connections to Azure that may be open.
const SPARE_DESCRIPTORS: usize = 8;
const SPARE_THREADS: usize = 4;

fn number(name: &str, default: u32) -> u32 {
    let Ok(text) = std::env::var(name) else { return default };
    text.parse().unwrap_or_else(|_| panic!("{name} must be a whole number, not \"{text}\""))
}

#[tokio::main]
async fn main() -> ExitCode {
    let time = Duration::from_secs(number("SOAK_SECONDS", 180).into());
    let configurations = number("SOAK_CONFIGURATIONS", 20_000);
    let fault_seed = number("SOAK_SEED", 1);
    let spec = FleetSpec { clusters: configurations.div_ceil(125), configurations, seed: 1 };
    let azure = SimulatedAzure::start(EmulatorOptions::from(spec)).await.expect("a free port");
    let azure = Arc::new(azure);
    let environment = azure.environment().into_iter().map(|(name, value)| (name, value.into()));
    let plugin = PluginProcess::start(Path::new(EXECUTABLE), environment).await.expect("starts");
    let id = plugin.id().expect("runs");
    println!(
        "{}: {VIEWERS} viewers with {} panels, {ALERT_RULES} alert rules, {} s, seed {fault_seed}",
        azure.description(),
        PANELS.len(),
        time.as_secs()
    );

    let load = Arc::new(Load::new(plugin, azure.data_source()));
    let begun = Instant::now();
    load.first_reading().await;
    println!("the fleet was read after {:.1} s", begun.elapsed().as_secs_f64());

    let asking = load.start();
    // From here on, every thread and connection that the load needs exists, and there were two snapshots in memory at
    // once.
    tokio::time::sleep(SETTLE).await;
    let at_first = Usage::of(id);
    let failing = tokio::spawn(faults::at_random(Arc::clone(&azure), u64::from(fault_seed)));
    let middle = usage::highest(id, time / 2).await;
    let last = usage::highest(id, time / 2).await;
    failing.abort();
    azure.emulator().set_faults(Faults::default());
    drop(asking);
    tokio::time::sleep(SETTLE).await;
    let end = Usage::of(id);

    let seen = load.seen();
    report(&seen, &azure, [at_first, middle, last, end]);
    let load = Arc::into_inner(load).expect("all load has ended");
    let ended = load.into_plugin().stop().await.expect("stops");
    let goals = [
        ("errors after the first reading: none", seen.errors.is_empty()),
        ("memory: flat", last.megabytes <= middle.megabytes * GROWTH),
        (
            "file descriptors: none leaked",
            end.descriptors <= at_first.descriptors + SPARE_DESCRIPTORS,
        ),
        ("threads: none leaked", end.threads <= at_first.threads + SPARE_THREADS),
        ("panics: none", !ended.stderr.contains("panicked")),
        ("its end: when asked", ended.status.is_some_and(|status| status.success())),
    ];
    println!("\ngoals");
    for (goal, is_met) in goals {
        println!("  {} {goal}", if is_met { "met     " } else { "NOT MET " });
    }
    if goals.iter().all(|(_, is_met)| *is_met) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn report(seen: &Seen, azure: &SimulatedAzure, usage: [Usage; 4]) {
    println!("\nanswers {:>10}, slowest {:.2} s", seen.answers, seen.slowest.as_secs_f64());
    println!("  with a warning that the fleet is old: {}", seen.stale);
    println!("  with an error:                        {}", seen.errors.values().sum::<usize>());
    for (text, count) in &seen.errors {
        println!("    {count} x {text}");
    }
    println!("requests upstream by status (0: connection reset)");
    for (route, statuses) in &azure.emulator().stats().requests {
        println!("  {:<10} {statuses:?}", format!("{route:?}"));
    }
    println!("the plugin process  {:>9} {:>12} {:>8}", "MB", "descriptors", "threads");
    let names = ["at begin", "first half, most", "second half, most", "at rest, end"];
    for (name, usage) in names.iter().zip(usage) {
        println!(
            "  {name:<18}{:>9.1} {:>12} {:>8}",
            usage.megabytes, usage.descriptors, usage.threads
        );
    }
}
