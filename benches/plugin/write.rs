//! Writes rows of the snapshot as Arrow.

use crate::timing::{best_of, millions_per_second};
use crate::{NOW, SIZES, fleet};
use azuregitops::arg::{FleetPages, PageSink, RowReader};
use azuregitops::inventory::Snapshot;
use azuregitops::query::{PreparedQuery, Query, TimeRange, View};
use fleet::{Fleet, Table};
use flux::Portal;
use serde_json::json;
use std::hint::black_box;
use tokio::time::Instant;

const RUNS: usize = 5;

pub fn run() {
    println!("\nAnswering and writing all configurations as a table");
    println!("{:>14} {:>14} {:>14} {:>10}", "configurations", "rows/s", "MB/s", "bytes/row");
    for size in SIZES {
        let snapshot = snapshot(size);
        let params = json!({ "limit": size });
        let range = TimeRange { from: NOW, to: NOW };
        let query_type = Query::find("configurations").expect("in the catalogue");
        let query = Query::new("A", query_type, params.as_object().expect("an object"), range)
            .expect("good parameters");
        let portal = Portal::default();
        let view = View { snapshot: &snapshot, portal: &portal, now: NOW, range };
        let PreparedQuery::Inventory(prepared) = &query.prepared else {
            panic!("from the snapshot")
        };
        let mut bytes = 0;
        let took = best_of(RUNS, || {
            let frame = prepared.frame(&view);
            bytes = black_box(frame.encode().expect("encodes")).len();
        });
        let rows = size as usize;
        println!(
            "{size:>14} {:>14.0} {:>14.0} {:>10}",
            millions_per_second(rows, took) * 1e6,
            millions_per_second(bytes, took),
            bytes / rows
        );
    }
}

/// The snapshot of a simulated fleet of this size.
pub fn snapshot(configurations: u32) -> Snapshot {
    let fleet = Fleet::generate(fleet(configurations));
    let table = Table::KubernetesConfigurationResources;
    let mut reader = RowReader::default();
    let mut pages = FleetPages::new(&mut reader);
    for row in 0..fleet.len(table) {
        pages.page(&fleet.page(table, row..row + 1, NOW)).expect("a page");
    }
    Snapshot::of_rows(NOW, Instant::now(), pages.rows)
}
