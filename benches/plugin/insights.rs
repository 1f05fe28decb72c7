//! Answers that look at the whole fleet, beside a plain table of 1,000 rows from the same snapshot.

use crate::timing::once;
use crate::write::snapshot;
use crate::{NOW, SIZES};
use azuregitops::domain::{Portal, UtcMillis};
use azuregitops::query::{Answer, Query, TimeRange, View};
use serde_json::{Value, json};
use std::hint::black_box;
use std::time::Duration;

const RUNS: usize = 25;
/// Rows of each answer, so that what is compared is the making of them.
const ROWS: u32 = 1_000;
const DAY: i64 = 24 * 3_600_000;

pub fn run() {
    let questions = [
        ("configurations", json!({})),
        ("rollout", json!({})),
        ("rollout, share", json!({ "format": "share" })),
        ("events", json!({})),
        ("events, annotations", json!({ "format": "annotations" })),
        ("top-errors", json!({})),
        ("versions", json!({})),
    ];
    println!("\nAnswers about the whole fleet, written out, at most {ROWS} rows each");
    println!("Goal: each within 10x of the table of configurations");
    println!(
        "{:>14} {:>22} {:>8} {:>12} {:>8}",
        "configurations", "question", "rows", "ms", "ratio"
    );
    for size in SIZES {
        let snapshot = snapshot(size);
        let portal = Portal::default();
        let range = TimeRange { from: UtcMillis(NOW.0 - DAY), to: NOW };
        let view = View { snapshot: &snapshot, portal: &portal, now: NOW, range };
        let queries: Vec<Query> =
            questions.iter().map(|(question, params)| query(question, params, range)).collect();
        let mut best = vec![Duration::MAX; queries.len()];
        let mut rows = vec![0; queries.len()];
        for _ in 0..RUNS {
            // By turns: what disturbs the machine disturbs all of them.
            for (index, query) in queries.iter().enumerate() {
                let took = once(|| {
                    let Answer::Inventory(answer) = query.query_type.answer else {
                        panic!("from the snapshot")
                    };
                    let frame = answer(&query.params, &view);
                    rows[index] = frame.rows();
                    black_box(frame.encode().expect("encodes"));
                });
                best[index] = took.min(best[index]);
            }
        }
        for (index, (question, _)) in questions.iter().enumerate() {
            println!(
                "{size:>14} {question:>22} {:>8} {:>12.3} {:>8.2}",
                rows[index],
                best[index].as_secs_f64() * 1e3,
                best[index].as_secs_f64() / best[0].as_secs_f64()
            );
        }
    }
}

/// A question is a query type, and what else tells it from another of the same.
fn query(question: &str, params: &Value, range: TimeRange) -> Query {
    let query_type = question.split(',').next().expect("a query type");
    let query_type = Query::find(query_type).expect("in the catalogue");
    let mut params = params.as_object().expect("an object").clone();
    params.insert("limit".to_owned(), json!(ROWS));
    Query::new("A", query_type, &params, range).expect("good parameters")
}
