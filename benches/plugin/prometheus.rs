//! Decodes a range query's reply into the points of a grid. For comparison, the fastest untyped JSON parsers read the
//! same bytes. Also measures the client's peak memory, from the first byte of the reply to the series.

use crate::NOW;
use crate::process::memory;
use crate::timing::{best_by_turns, millions_per_second, once};
use axum::Router;
use azuregitops::prometheus::{Auth, Grid, PrometheusClient, RangeReply, Reply, Series};
use azuregitops::upstream::{Http, HttpOptions, Upstream};
use bytes::Bytes;
use flux::UtcMillis;
use serde_json::Value;
use std::fmt::Write as _;
use std::hint::black_box;
use std::process::Command;
use std::time::Duration;
use url::Url;

const RUNS: usize = 7;
const SERIES: usize = 5_000;
const POINTS: usize = 240;
/// Argument of the process whose memory is measured; the URL of the endpoint follows it.
pub const MEASURED: &str = "measured-client";

pub fn run(runtime: &tokio::runtime::Runtime) {
    println!(
        "\nDecoding a range query's reply, {SERIES} series of {POINTS} points (goals: at least half of the fastest untyped\n\
         parser; less than 2 bytes at the peak for a byte of the reply, the reply itself included)"
    );
    println!(
        "{:>16} {:>6} {:>8} {:>11} {:>12} {:>12}  ratio {:>8} {:>10}",
        "values", "MB", "ours", "sonic-rs", "simd-json", "serde_json", "peak MB", "bytes/byte"
    );
    for kind in [Kind::Rates, Kind::Counts, Kind::Sparse] {
        let body = reply(kind);
        let [ours, sonic, simd, serde] = times(&body);
        let fastest = sonic.min(simd).min(serde);
        let bytes = body.len();
        let speed = |took| millions_per_second(bytes, took);
        let megabytes = millions_per_second(bytes, Duration::from_secs(1));
        let peak = runtime.block_on(peak(body));
        println!(
            "{:>16} {megabytes:>6.1} {:>8.0} {:>11.0} {:>12.0} {:>12.0}  {:>5.2} {peak:>8.1} {:>10.2}",
            kind.name(),
            speed(ours),
            speed(sonic),
            speed(simd),
            speed(serde),
            fastest.as_secs_f64() / ours.as_secs_f64(),
            peak / megabytes,
        );
    }
    println!(
        "  speeds in MB/s; ratio: ours to the fastest. The goals are for the first two replies: of the third, columns\n\
         \x20 hold the missing points as well"
    );
}

/// The kind of values.
#[derive(Clone, Copy)]
enum Kind {
    /// 16 digits, as rates and quantiles have.
    Rates,
    /// Whole numbers of up to six digits.
    Counts,
    /// Rates; nine of ten points are missing.
    Sparse,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Rates => "rates",
            Self::Counts => "counts",
            Self::Sparse => "a tenth of rates",
        }
    }

    /// The value at a point, as Prometheus writes it.
    fn write(self, random: u32, into: &mut String) {
        let written = match self {
            Self::Rates | Self::Sparse => write!(into, "{}", f64::from(random) / 3e8),
            Self::Counts => write!(into, "{}", random >> 12),
        };
        written.expect("text");
    }
}

fn grid() -> Grid {
    Grid { start: UtcMillis(NOW.0), step: Duration::from_secs(30), points: POINTS }
}

fn reply(kind: Kind) -> Bytes {
    let mut random = 1_u32;
    let mut next = move || {
        // Knuth's constants. Any distribution will do.
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        random
    };
    let mut body = r#"{"status":"success","data":{"resultType":"matrix","result":["#.to_owned();
    let every = if matches!(kind, Kind::Sparse) { 10 } else { 1 };
    for series in 0..SERIES {
        let comma = if series > 0 { "," } else { "" };
        write!(
            body,
            r#"{comma}{{"metric":{{"cluster":"aks-{:03}","exported_namespace":"team-{}","kind":"Kustomization","name":"app-{series}","namespace":"flux-system"}},"values":["#,
            series / 125,
            series % 20,
        )
        .expect("text");
        for (index, time) in grid().times().enumerate().step_by(every) {
            let comma = if index > 0 { "," } else { "" };
            write!(body, "{comma}[{},\"", time.0 / 1_000).expect("text");
            kind.write(next(), &mut body);
            body.push_str("\"]");
        }
        body.push_str("]}");
    }
    (body + "]}}").into()
}

fn decode(body: &[u8]) -> Reply<Series> {
    let mut reply = RangeReply::new(grid());
    reply.add(&Upstream::Prometheus("bench".into()), body, 0..POINTS).expect("a reply");
    reply.finish()
}

fn times(body: &[u8]) -> [Duration; 4] {
    let decoded = decode(body);
    assert_eq!((decoded.items.len(), decoded.left_out, decoded.warnings.len()), (SERIES, 0, 0));
    drop(decoded);
    best_by_turns(
        RUNS,
        [
            &mut || once(|| drop(black_box(decode(body)))),
            &mut || once(|| drop(black_box(sonic_rs::from_slice::<sonic_rs::Value>(body)))),
            &mut || {
                // The parser writes into its input. Making the copy isn't measured.
                let mut copy = body.to_vec();
                once(|| drop(black_box(simd_json::to_tape(&mut copy).expect("JSON"))))
            },
            &mut || once(|| drop(black_box(serde_json::from_slice::<Value>(body).expect("JSON")))),
        ],
    )
}

/// Megabytes that decoding adds to the client's memory, measured in a process of its own.
async fn peak(body: Bytes) -> f64 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let router = Router::new().fallback(async move || body);
    let server = tokio::spawn(axum::serve(listener, router).into_future());
    let measured = tokio::task::spawn_blocking(move || {
        let this = std::env::current_exe().expect("this program");
        Command::new(this).args([MEASURED, &url]).output().expect("runs")
    });
    let output = measured.await.expect("ran");
    server.abort();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number")
}

/// The process whose memory is measured: it queries the endpoint at `url`, and prints its peak memory in megabytes.
pub fn measured(runtime: &tokio::runtime::Runtime, url: &str) {
    runtime.block_on(async {
        let http = Http::new(&HttpOptions::default()).expect("a client");
        let url = Url::parse(url).expect("a URL");
        let client = PrometheusClient::new(http, "bench", url, Auth::None);
        let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
        let before = memory(std::process::id()).0;
        let reply = client.range("up", &grid(), Duration::ZERO, deadline).await.expect("a reply");
        let after = memory(std::process::id()).1;
        assert_eq!(reply.items.len(), SERIES);
        println!("{}", after - before);
    });
}
