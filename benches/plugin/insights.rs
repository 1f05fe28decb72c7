//! Answers that read the whole fleet, compared with a plain table of 1,000 rows from the same snapshot.

use crate::timing::once;
use crate::write::snapshot;
use crate::{NOW, SIZES};
use azuregitops::inventory::Snapshot;
use azuregitops::prometheus::{Detected, Labels, Reply, Sample};
use azuregitops::query::{
    AskedEndpoint, EndpointReply, MetricsQuery, MetricsView, PreparedQuery, PromReply, Query, Run,
    TimeRange, View,
};
use flux::{Portal, Text, UtcMillis};
use frame::Frame;
use serde_json::{Value, json};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

const RUNS: usize = 25;
/// Rows of each answer. They are equal, so that only the computation of the answers is compared.
const ROWS: u32 = 1_000;
/// Number of series in Prometheus' replies.
const SERIES: usize = 10_000;
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
        ("drift", json!({})),
        ("drift, measured", json!({})),
    ];
    println!("\nAnswers about the whole fleet, written out, at most {ROWS} rows each");
    println!(
        "Goal: each within 10x of the table of configurations; \"measured\" joins {SERIES} series of Prometheus too"
    );
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
        let answers: Vec<Vec<EndpointReply>> = (questions.iter().zip(&queries))
            .map(|((question, _), query)| {
                let asks_endpoint = question.ends_with("measured");
                if asks_endpoint { measured(query, &snapshot, range) } else { Vec::new() }
            })
            .collect();
        let mut best = vec![Duration::MAX; queries.len()];
        let mut rows = vec![0; queries.len()];
        for _ in 0..RUNS {
            // The queries are measured in turns, so that other load on the machine affects all of them.
            for (index, query) in queries.iter().enumerate() {
                let took = once(|| {
                    let frame = frame(query, &answers[index], &view);
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

/// A query, named by its query type and what distinguishes it from other queries of this type.
fn query(question: &str, params: &Value, range: TimeRange) -> Query {
    let query_type = question.split(',').next().expect("a query type");
    let query_type = Query::find(query_type).expect("in the catalogue");
    let mut params = params.as_object().expect("an object").clone();
    params.insert("limit".to_owned(), json!(ROWS));
    Query::new("A", query_type, &params, range).expect("good parameters")
}

/// The first frame of the answer.
fn frame(query: &Query, replies: &[EndpointReply], view: &View<'_>) -> Frame {
    match &query.prepared {
        PreparedQuery::Inventory(prepared) => prepared.frame(view),
        PreparedQuery::Metrics(prepared) => {
            let run = run_of(query, &**prepared, view.range);
            let View { snapshot, portal, now, range } = *view;
            let view = MetricsView { snapshot: Some(snapshot), portal, now, range };
            prepared.frames(run, replies, &view).swap_remove(0)
        }
    }
}

fn run_of(query: &Query, prepared: &dyn MetricsQuery, range: TimeRange) -> Run {
    let timing = prepared.timing(range, query.resolution, Duration::from_secs(30));
    Run { timing, endpoints: 1 }
}

/// The replies of an endpoint with kube-state-metrics for the first clusters.
fn measured(query: &Query, snapshot: &Snapshot, range: TimeRange) -> Vec<EndpointReply> {
    let PreparedQuery::Metrics(prepared) = &query.prepared else { return Vec::new() };
    let detected = Detected::anything();
    let selection = prepared.selection();
    let asked = AskedEndpoint { name: "eu", detected: &detected, selection: &selection };
    let objects = snapshot.configurations().rows().iter().flat_map(|configuration| {
        configuration.objects.iter().map(|object| {
            let label = |name: &str, value: Option<&Text>| {
                value.map(|value| (Text::from(name), value.clone()))
            };
            let labels: Labels = [
                label("cluster", Some(&configuration.cluster.name)),
                label("kind", object.kind.as_ref()),
                label("namespace", object.namespace.as_ref()),
                label("name", Some(&object.name)),
                Some((Text::from("ready"), Text::from("True"))),
            ]
            .into_iter()
            .flatten()
            .collect();
            Sample { labels, value: 1.0 }
        })
    });
    let items: Vec<Sample> = objects.take(SERIES).collect();
    let plan = prepared.plan(run_of(query, &**prepared, range), &asked);
    let replies = plan.expressions().iter().map(|sent| {
        // Only the expression about kube-state-metrics reads the label `ready`.
        let is_about_objects = sent.labels.iter().any(|(label, _)| *label == "ready");
        let items = if is_about_objects { items.clone() } else { Vec::new() };
        PromReply::Vector(Arc::new(Reply { items, warnings: Vec::new(), left_out: 0 }))
    });
    let replies = replies.collect();
    vec![EndpointReply {
        endpoint: "eu".into(),
        detected: Arc::new(Detected::default()),
        plan,
        replies,
    }]
}
