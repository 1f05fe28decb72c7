//! `make bench`: speed of decoding pages and writing frames, of answers about the whole fleet, and of panels over gRPC,
//! with their memory, for fleets of 1,000, 10,000 and 100,000 configurations; and speed of decoding Prometheus'
//! replies.
//!
//! Only figures of the same run can be compared: machines differ, and other load disturbs them. So goals are ratios
//! wherever that is possible, and compared things are measured in turns.

#![expect(clippy::print_stdout, reason = "benchmarks tell their figures there")]

mod decode;
mod insights;
mod metric_panels;
mod panels;
#[path = "../process.rs"]
mod process;
mod prometheus;
mod timing;
mod write;

use fleet::FleetSpec;
use flux::UtcMillis;

/// The simulated fleet's time.
const NOW: UtcMillis = UtcMillis(1_790_000_000_000);
/// Numbers of configurations; each cluster has 125.
const SIZES: [u32; 3] = [1_000, 10_000, 100_000];

fn fleet(configurations: u32) -> FleetSpec {
    FleetSpec { clusters: configurations / 125, configurations, seed: 1 }
}

fn main() {
    // `cargo bench` passes its own flags; a name among them selects a part.
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    if let [first, url] = wanted.as_slice()
        && first == prometheus::MEASURED
    {
        return prometheus::measured(&runtime, url);
    }
    let is_wanted = |part: &str| wanted.is_empty() || wanted.iter().any(|name| name == part);
    if is_wanted("decode") {
        decode::run(&runtime);
    }
    if is_wanted("write") {
        write::run();
    }
    if is_wanted("prometheus") {
        prometheus::run(&runtime);
    }
    if is_wanted("metrics") {
        metric_panels::run(&runtime);
    }
    if is_wanted("insights") {
        insights::run();
    }
    if is_wanted("panels") {
        panels::run(&runtime);
    }
}
