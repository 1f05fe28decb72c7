//! Benchmarks.
use azuregitops::arg::{FleetPages, PageSink, RowReader};
use azuregitops::domain::UtcMillis;
use azuregitops::fleet::{Fleet, FleetSpec, Table};
use azuregitops::inventory::Snapshot;
use std::time::Instant;

fn rss() -> u64 {
    let s = std::fs::read_to_string("/proc/self/status").unwrap();
    s.lines()
        .find(|l| l.starts_with("VmRSS"))
        .unwrap()
        .split_whitespace()
        .nth(1)
        .unwrap()
        .parse()
        .unwrap()
}

fn main() {
    for n in [1000, 10_000, 100_000u32] {
        let fleet =
            Fleet::generate(FleetSpec { clusters: (n / 125).max(8), configurations: n, seed: 1 });
        let now = UtcMillis(1_790_000_000_000);
        let table = Table::KubernetesConfigurationResources;
        let t = Instant::now();
        let mut bodies = vec![];
        for first in (0..fleet.len(table)).step_by(1000) {
            let mut body = b"{\"data\":[".to_vec();
            for row in first..(first + 1000).min(fleet.len(table)) {
                if row > first {
                    body.push(b',');
                }
                fleet.write_row(table, row, now, &mut body);
            }
            body.extend_from_slice(b"]}");
            bodies.push(body);
        }
        let bytes: usize = bodies.iter().map(Vec::len).sum();
        println!("{n}: {} MB generated in {:?}; rss {}", bytes / 1_000_000, t.elapsed(), rss());
        let before = rss();
        let mut reader = RowReader::default();
        let t = Instant::now();
        let mut pages = FleetPages::new(&mut reader);
        for b in &bodies {
            pages.page(b).unwrap();
        }
        let d = t.elapsed();
        let ours = bytes as f64 / d.as_secs_f64() / 1e6;
        let (rows, unreadable) = (pages.rows, pages.unreadable);
        let t = Instant::now();
        let snap = Snapshot::build(rows, unreadable, None, (now, tokio::time::Instant::now()));
        println!(
            "build {:?} rss grew {} KB, configs {}",
            t.elapsed(),
            rss() - before,
            snap.configurations.rows().len()
        );
        let t = Instant::now();
        for b in &bodies {
            std::hint::black_box(sonic_rs::from_slice::<sonic_rs::Value>(b).unwrap());
        }
        let sonic = bytes as f64 / t.elapsed().as_secs_f64() / 1e6;
        let mut copies = bodies.clone();
        let t = Instant::now();
        for b in &mut copies {
            std::hint::black_box(simd_json::to_borrowed_value(b).unwrap());
        }
        let simd = bytes as f64 / t.elapsed().as_secs_f64() / 1e6;
        let mut copies = bodies.clone();
        let t = Instant::now();
        for b in &mut copies {
            std::hint::black_box(simd_json::to_tape(b).unwrap());
        }
        let tape = bytes as f64 / t.elapsed().as_secs_f64() / 1e6;
        let t = Instant::now();
        for b in &bodies {
            std::hint::black_box(serde_json::from_slice::<serde_json::Value>(b).unwrap());
        }
        let serde = bytes as f64 / t.elapsed().as_secs_f64() / 1e6;
        let t = Instant::now();
        let mut pages = FleetPages::new(&mut reader);
        for b in &bodies {
            pages.page(b).unwrap();
        }
        let warm = bytes as f64 / t.elapsed().as_secs_f64() / 1e6;
        println!(
            "ours {ours:.0} warm {warm:.0} sonic {sonic:.0} simd {simd:.0} tape {tape:.0} serde {serde:.0} MB/s"
        );
    }
}
