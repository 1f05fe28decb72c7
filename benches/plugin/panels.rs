//! Panels over real gRPC, from a plugin process with a simulated Azure behind it; also the memory and the start of the
//! process.

use crate::process::{memory, request};
use crate::{SIZES, fleet};
use azuregitops::plugin::wire::QueryDataRequest;
use hdrhistogram::Histogram;
use lab::emulator::EmulatorOptions;
use lab::{PluginProcess, SimulatedAzure};
use serde_json::json;
use std::ffi::OsString;
use std::path::Path;
use std::time::{Duration, Instant};

const EXECUTABLE: &str = env!("CARGO_BIN_EXE_gpx_azuregitops");
const CALLS: usize = 1_000;
const STARTS: usize = 20;

pub fn run(runtime: &tokio::runtime::Runtime) {
    runtime.block_on(async {
        start().await;
        println!(
            "
Panels over gRPC, {CALLS} calls each by turns"
        );
        println!(
            "Goals: a count within 3x of an empty call; 100,000 configurations in under 150 MB"
        );
        println!(
            "{:>14} {:>9} {:>16} {:>16} {:>6} {:>16} {:>16} {:>9} {:>9}",
            "configurations",
            "read in",
            "empty p50/p99",
            "count p50/p99",
            "ratio",
            "filtered p50/p99",
            "1,000 rows",
            "MB",
            "peak MB"
        );
        for size in SIZES {
            panels(size).await;
        }
        println!("  times in milliseconds; ratio: count to empty call, at the median");
    });
}

/// Time from starting the process to its handshake.
async fn start() {
    let mut times = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        let plugin =
            PluginProcess::start(Path::new(EXECUTABLE), no_environment()).await.expect("starts");
        times.push(plugin.greeted_after());
        plugin.stop().await.expect("stops");
    }
    times.sort_unstable();
    println!(
        "\nFrom exec to handshake, {STARTS} starts: median {:.1} ms, slowest {:.1} ms",
        millis(times[STARTS / 2]),
        millis(times[STARTS - 1])
    );
}

fn no_environment() -> std::iter::Empty<(String, OsString)> {
    std::iter::empty()
}

async fn panels(size: u32) {
    // The emulator has no quota, because waiting for Azure's isn't measured here. The client still paces its requests.
    let options = EmulatorOptions { quota: None, ..EmulatorOptions::from(fleet(size)) };
    let azure = SimulatedAzure::start(options).await.expect("a free port");
    let environment = azure.environment().into_iter().map(|(name, value)| (name, value.into()));
    let plugin = PluginProcess::start(Path::new(EXECUTABLE), environment).await.expect("starts");
    let mut context = azure.data_source();
    // The fleet is read only once, with enough time for it.
    let settings = json!({ "azureCredentials": { "authType": "msi" }, "timeoutSeconds": 600, "cacheSeconds": 3_600, "maxStaleSeconds": 7_200 });
    context.data_source.as_mut().expect("there").json_data = settings.to_string().into_bytes();

    let count = request(&context, "configuration-counts", &json!({}));
    let begun = Instant::now();
    call(&plugin, &count).await;
    let read_in = begun.elapsed();

    let filters =
        json!({ "complianceStates": ["Compliant", "Pending"], "namespaces": ["flux-system"] });
    let requests = [
        QueryDataRequest { queries: Vec::new(), ..count.clone() },
        count,
        request(&context, "configuration-counts", &filters),
        request(&context, "configurations", &json!({ "limit": 1_000 })),
    ];
    let mut times = requests.each_ref().map(|_| Histogram::<u64>::new(3).expect("three digits"));
    for turn in 0..CALLS + 20 {
        for (request, times) in requests.iter().zip(&mut times) {
            let begun = Instant::now();
            call(&plugin, request).await;
            if turn >= 20 {
                let nanos = u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX);
                times.record(nanos).expect("within bounds");
            }
        }
    }
    let quantile = |index: usize, q: f64| Duration::from_nanos(times[index].value_at_quantile(q));
    let pair = |index| {
        format!("{:.2} / {:.2}", millis(quantile(index, 0.5)), millis(quantile(index, 0.99)))
    };
    let (now, peak) = memory(plugin.id().expect("runs"));
    println!(
        "{size:>14} {:>7.1} s {:>16} {:>16} {:>6.2} {:>16} {:>16} {now:>9.0} {peak:>9.0}",
        read_in.as_secs_f64(),
        pair(0),
        pair(1),
        quantile(1, 0.5).as_secs_f64() / quantile(0, 0.5).as_secs_f64(),
        pair(2),
        pair(3),
    );
    plugin.stop().await.expect("stops");
}

async fn call(plugin: &PluginProcess, request: &QueryDataRequest) {
    let response = plugin.query(request.clone()).await.expect("an answer");
    for answer in response.responses.values() {
        assert_eq!(answer.status, 200, "{}", answer.error);
    }
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
