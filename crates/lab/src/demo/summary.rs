//! How long each query type takes, and how many requests Azure received for it.

use super::milliseconds;
use super::viewer::Viewer;
use crate::error::LabError;
use crate::simulated::Requests;
use azuregitops::cli::render::{Page, new_table};
use azuregitops::query::{CATALOGUE, QueryType};
use comfy_table::CellAlignment;
use futures::future::try_join_all;
use serde_json::{Value, json};
use std::io::{self, Write};
use std::time::{Duration, Instant};

/// How often each query is repeated, one after the other.
pub(super) const REPEATS: usize = 20;
/// How many viewers send all queries at the same time.
pub(super) const VIEWERS: usize = 20;

/// The measurements of one query type.
pub(super) struct Asked {
    query_type: &'static QueryType,
    /// Number of rows and bytes, or the error.
    pub(super) answer: Result<(usize, usize), String>,
    first: Duration,
    again: Duration,
}

/// Sends a query once, then repeats it.
pub(super) async fn ask(
    viewer: &Viewer,
    query_type: &'static QueryType,
) -> Result<Asked, LabError> {
    let query = [query(query_type)];
    let first = viewer.ask(&query).await?;
    let mut times = Vec::with_capacity(REPEATS);
    for _ in 0..REPEATS {
        times.push(viewer.ask(&query).await?.time);
    }
    times.sort_unstable();
    let answer = match first.error() {
        None => Ok((first.rows(), first.bytes)),
        Some(error) => Err(error.to_owned()),
    };
    Ok(Asked { query_type, answer, first: first.time, again: times[REPEATS / 2] })
}

/// All viewers send all queries. Returns the total time and the slowest answer's time.
pub(super) async fn crowd(viewer: &Viewer) -> Result<(Duration, Duration), LabError> {
    let begun = Instant::now();
    let viewers = (0..VIEWERS).map(async |_| {
        let panels = CATALOGUE.iter().map(async |query_type| {
            Ok::<_, LabError>(viewer.ask(&[query(query_type)]).await?.time)
        });
        try_join_all(panels).await
    });
    let times = try_join_all(viewers).await?;
    Ok((begun.elapsed(), times.into_iter().flatten().max().unwrap_or_default()))
}

/// A query with only the parameters that have no default.
fn query(query_type: &QueryType) -> Value {
    let params = query_type.required_params();
    json!({ "refId": "A", "queryType": query_type.id, "params": params })
}

/// Writes a line per query type.
pub(super) fn write(out: &mut impl Write, all: &[Asked], page: Page) -> io::Result<()> {
    let mut table = new_table(page);
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
    writeln!(out, "{}", table.trim_fmt())?;
    for asked in all {
        if let Err(error) = &asked.answer {
            writeln!(out, " {} FAILED: {error}", asked.query_type.id)?;
        }
    }
    Ok(())
}

/// Writes how many requests Azure received: for the first reading of the fleet, and after it.
pub(super) fn requests(
    out: &mut impl Write,
    to_read: &Requests,
    after: &Requests,
    answers: usize,
) -> io::Result<()> {
    writeln!(out, "To read the fleet, Azure was asked for {to_read}.")?;
    let more = after.since(to_read);
    writeln!(out, "For the {answers} answers after that, it was asked for {more}.")
}
