//! Decodes pages of the fleet listing, as Resource Graph would send them, into domain values. For comparison, the
//! fastest untyped JSON parsers read the same bytes.

use crate::timing::{best_by_turns, millions_per_second, once};
use crate::{NOW, SIZES, fleet};
use azuregitops::arg::{FleetPages, PageSink, RowReader, kql};
use lab::emulator::{Clock, Emulator, EmulatorOptions};
use serde_json::{Value, json};
use std::hint::black_box;

const RUNS: usize = 5;

pub fn run(runtime: &tokio::runtime::Runtime) {
    println!("\nDecoding pages (goal: at least half of the fastest untyped parser)");
    println!(
        "{:>14} {:>6} {:>8} {:>8} {:>10} {:>11} {:>12} {:>12}  ratio",
        "configurations", "pages", "MB", "ours", "again", "sonic-rs", "simd-json", "serde_json"
    );
    for size in SIZES {
        let pages = runtime.block_on(listing(size));
        let bytes: usize = pages.iter().map(String::len).sum();
        let speed = |took| millions_per_second(bytes, took);
        // As in a refresh, the reader knows nearly all texts and clusters already.
        let mut reader = RowReader::default();
        let kept = read(&pages, &mut reader).rows;
        let [cold, warm, sonic, simd, serde] = best_by_turns(
            RUNS,
            [
                &mut || once(|| drop(read(&pages, &mut RowReader::default()))),
                &mut || once(|| drop(read(&pages, &mut reader))),
                &mut || {
                    once(|| {
                        for page in &pages {
                            black_box(sonic_rs::from_str::<sonic_rs::Value>(page).expect("JSON"));
                        }
                    })
                },
                &mut || {
                    // The parser writes into its input. Making the copies isn't measured.
                    let mut copies: Vec<_> =
                        pages.iter().map(|page| page.clone().into_bytes()).collect();
                    once(|| {
                        for page in &mut copies {
                            black_box(simd_json::to_tape(page).expect("JSON"));
                        }
                    })
                },
                &mut || {
                    once(|| {
                        for page in &pages {
                            black_box(serde_json::from_str::<Value>(page).expect("JSON"));
                        }
                    })
                },
            ],
        );
        drop(kept);
        let fastest = sonic.min(simd).min(serde);
        println!(
            "{size:>14} {:>6} {:>8.1} {:>8.0} {:>10.0} {:>11.0} {:>12.0} {:>12.0}  {:.2}",
            pages.len(),
            millions_per_second(bytes, std::time::Duration::from_secs(1)),
            speed(cold),
            speed(warm),
            speed(sonic),
            speed(simd),
            speed(serde),
            fastest.as_secs_f64() / cold.as_secs_f64(),
        );
    }
    println!("  speeds in MB/s; ratio: ours to the fastest, with nothing known yet");
}

fn read<'r>(pages: &[String], reader: &'r mut RowReader) -> FleetPages<'r> {
    let mut sink = FleetPages::new(reader);
    for page in pages {
        sink.page(page.as_bytes()).expect("a page");
    }
    assert_eq!(sink.unreadable.count, 0);
    sink
}

/// Every page of the listing that the client requests from the emulator.
async fn listing(configurations: u32) -> Vec<String> {
    let emulator = Emulator::start(EmulatorOptions {
        quota: None,
        require_token: false,
        clock: Clock::Fixed(NOW),
        ..EmulatorOptions::from(fleet(configurations))
    })
    .await
    .expect("a free port");
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let url = format!(
        "{}/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01",
        emulator.base_url()
    );
    let mut pages = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let mut options = json!({ "resultFormat": "objectArray", "$top": 1_000 });
        if let Some(token) = &token {
            options["$skipToken"] = json!(token);
        }
        let body = json!({ "query": kql::fleet_listing(), "options": options }).to_string();
        let request = client.post(&url).header("content-type", "application/json").body(body);
        let page = request.send().await.expect("sent").text().await.expect("a body");
        let envelope: Value = serde_json::from_str(&page).expect("JSON");
        token = envelope["$skipToken"].as_str().map(str::to_owned);
        assert!(envelope["data"].is_array(), "{envelope}");
        pages.push(page);
        if token.is_none() {
            return pages;
        }
    }
}
