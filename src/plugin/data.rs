//! Queries: each is parsed, answered and encoded on its own, so that a bad query can't fail the others.

use super::Edge;
use super::edge::EdgeError;
use super::metrics::AnsweredQuery;
use super::wire::data_server::Data;
use super::wire::{DataResponse, QueryDataRequest, QueryDataResponse};
use crate::instance::Instance;
use crate::query::{Query, Resolution, TimeRange};
use flux::UtcMillis;
use frame::Frame;
use futures::FutureExt;
use futures::future::join_all;
use grafana_plugin_sdk::pluginv2::DataQuery;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};
use tonic::{Request, Response, Status};

/// Header of a request that comes from alert evaluation.
const FROM_ALERT: &str = "FromAlert";
/// Query type in metrics and logs of a query whose type isn't in the catalogue: a request can hold any text, and labels
/// must be bounded.
const UNKNOWN: &str = "unknown";

#[tonic::async_trait]
impl Data for Edge {
    async fn query_data(
        &self,
        request: Request<QueryDataRequest>,
    ) -> Result<Response<QueryDataResponse>, Status> {
        let QueryDataRequest { plugin_context, headers, queries } = request.into_inner();
        let from_alert = headers.get(FROM_ALERT).is_some_and(|value| value == "true");
        let answers = queries.iter().map(|query| async {
            let begun = Instant::now();
            let parsed = isolate(async { parse(query, &queries) }).await;
            let query_type = parsed.as_ref().map_or(UNKNOWN, |query| query.query_type.id);
            let answer = isolate(async {
                let instance = self.instance(plugin_context.as_ref())?;
                answer(&instance, &parsed?).await
            });
            let answer = answer.await;
            let asked = Asked { ref_id: &query.ref_id, query_type, begun, from_alert };
            (query.ref_id.clone(), self.respond(&asked, answer))
        });
        // All in this task: answers from the snapshot take microseconds, and what waits for an upstream waits together.
        let responses = join_all(answers).await.into_iter().collect();
        Ok(Response::new(QueryDataResponse { responses }))
    }
}

/// A query, as far as logs and metrics name it.
struct Asked<'a> {
    ref_id: &'a str,
    /// A query type of the catalogue, or [`UNKNOWN`].
    query_type: &'static str,
    begun: Instant,
    from_alert: bool,
}

/// The frames of a query as Arrow files, with the number of their rows.
struct EncodedFrames {
    frames: Vec<Vec<u8>>,
    rows: usize,
}

fn parse(query: &DataQuery, all: &[DataQuery]) -> Result<Query, EdgeError> {
    let ref_id = &query.ref_id;
    if all.iter().filter(|other| other.ref_id == *ref_id).count() > 1 {
        return Err(EdgeError::SharedRefId { ref_id: ref_id.clone() });
    }
    let range = query.time_range.unwrap_or_default();
    let range =
        TimeRange { from: UtcMillis(range.from_epoch_ms), to: UtcMillis(range.to_epoch_ms) };
    let mut parsed = Query::parse(&query.json, ref_id, &query.query_type, range)?;
    // Grafana leaves these out where they mean nothing.
    if let (Ok(millis @ 1..), Ok(max_points @ 1..)) =
        (u64::try_from(query.interval_ms), u32::try_from(query.max_data_points))
    {
        let interval = Duration::from_millis(millis);
        parsed.resolution = Resolution { interval, max_points };
    }
    Ok(parsed)
}

async fn answer(instance: &Instance, query: &Query) -> Result<EncodedFrames, EdgeError> {
    let frames = instance.answer(query).await?;
    let rows = frames.iter().map(Frame::rows).sum();
    let frames = frames.iter().map(Frame::encode).collect::<Result<_, _>>()?;
    Ok(EncodedFrames { frames, rows })
}

/// A panic while answering is an error of that query alone.
async fn isolate<T>(answer: impl Future<Output = Result<T, EdgeError>>) -> Result<T, EdgeError> {
    AssertUnwindSafe(answer).catch_unwind().await.unwrap_or(Err(EdgeError::Panicked))
}

impl Edge {
    /// The answer as Grafana takes it. Counts the query, and logs it once.
    fn respond(&self, asked: &Asked<'_>, answer: Result<EncodedFrames, EdgeError>) -> DataResponse {
        let &Asked { ref_id, query_type, begun, from_alert } = asked;
        let took = begun.elapsed();
        let duration_ms = millis(took);
        match answer {
            Ok(EncodedFrames { frames, rows }) => {
                tracing::debug!(
                    ref_id,
                    query_type,
                    rows,
                    duration_ms,
                    from_alert,
                    "query answered"
                );
                self.metrics.query(&AnsweredQuery {
                    query_type,
                    status: 200,
                    error_source: None,
                    took,
                });
                DataResponse { frames, status: 200, ..DataResponse::default() }
            }
            Err(error) => {
                let (status, source) = (error.status(), error.error_source().as_str());
                let text = error.user_text();
                tracing::warn!(
                    ref_id,
                    query_type,
                    status,
                    error_source = source,
                    duration_ms,
                    from_alert,
                    error = text,
                    "query failed"
                );
                let error_source = Some(source);
                self.metrics.query(&AnsweredQuery { query_type, status, error_source, took });
                DataResponse {
                    error: text,
                    status: i32::from(status),
                    error_source: source.to_owned(),
                    ..DataResponse::default()
                }
            }
        }
    }
}

fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_error_of_its_query() {
        let panics = async {
            let rows: Vec<u8> = Vec::new();
            Ok(rows[3])
        };
        let error = isolate(panics).await.expect_err("panicked");
        assert!(matches!(error, EdgeError::Panicked));
        assert_eq!(isolate(async { Ok(1) }).await.expect("fine"), 1);
    }
}
