//! `POST /providers/Microsoft.ResourceGraph/resources`.

use super::faults::FaultKind;
use super::kql::{Answer, KqlError, Row, Type};
use super::pages::{Place, Question};
use super::quota::Verdict;
use super::reply::{bad_request, graph_error, reply, set_quota, throttled};
use super::scope::{Asked, Format, GraphRequest, LIMIT};
use super::{Shared, token};
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use fleet::Json;
use flux::{Text, UtcMillis};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::time::Instant;

/// Answers a query. Every reply to a request with a token has quota headers.
pub(super) async fn query(
    shared: Arc<Shared>,
    headers: HeaderMap,
    body: Bytes,
    fault: Option<FaultKind>,
) -> Response {
    let now = shared.options.clock.now();
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !content_type.is_some_and(|value| value.to_ascii_lowercase().starts_with("application/json"))
    {
        return graph_error(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError", &[], now);
    }
    let principal = match token::principal(&shared, &headers) {
        Ok(principal) => principal,
        Err(response) => return *response,
    };
    let verdict = shared.quota.take(&principal, Instant::now());
    if !verdict.allowed {
        return with_quota(throttled(now), verdict, now);
    }
    let request = match serde_json::from_slice::<GraphRequest>(&body) {
        Ok(request) => request.check(&shared, now),
        Err(error) => {
            let text = format!("The request body is not valid: {error}.");
            Err(Box::new(bad_request("InvalidRequestContent", &text, now)))
        }
    };
    let response = match request {
        Err(response) => *response,
        Ok(asked) => {
            let working = shared.clone();
            let work = move || page(&working, &asked, fault.as_ref(), now);
            match tokio::task::spawn_blocking(work).await {
                Ok(response) => response,
                // The evaluation panicked, or the runtime is shutting down.
                Err(_) => internal_error(now),
            }
        }
    };
    with_quota(response, verdict, now)
}

fn with_quota(mut response: Response, verdict: Verdict, now: UtcMillis) -> Response {
    set_quota(response.headers_mut(), verdict, now);
    response
}

/// Status 500, with the service's error text.
pub(super) fn internal_error(now: UtcMillis) -> Response {
    let detail = json!({
        "code": "InternalServerError",
        "message": "An unexpected query execution error occurred.",
    });
    graph_error(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError", &[detail], now)
}

/// Status 400, for a query that can't be evaluated.
fn refusal(error: &KqlError, now: UtcMillis) -> Response {
    let invalid = json!({
        "code": "InvalidQuery",
        "message": "Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before retrying.",
    });
    let details = match error {
        KqlError::UnknownTable(table) => vec![json!({
            "code": "DisallowedLogicalTableName",
            "message": format!("Table {table} is invalid, unsupported or disallowed."),
        })],
        KqlError::Syntax { position, token } => {
            let failure = json!({
                "code": "ParserFailure",
                "message": "ParserFailure",
                "line": position.line,
                "characterPositionInLine": position.column,
                "token": token,
                // The real service names an arbitrary character as the expected token, so the emulator does too.
                "expectedToken": "\u{1cf}",
            });
            vec![invalid, failure]
        }
        KqlError::Semantic(message) => {
            vec![invalid, json!({"code": "SemanticError", "message": message})]
        }
    };
    graph_error(StatusCode::BAD_REQUEST, "BadRequest", &details, now)
}

/// One page of the answer.
fn page(shared: &Shared, asked: &Asked, fault: Option<&FaultKind>, now: UtcMillis) -> Response {
    let mut question = Question {
        query: asked.query.clone(),
        subscriptions: asked.subscriptions.clone(),
        as_of: shared.options.clock.snapshot(),
    };
    let mut place = None;
    if let Some(token) = &asked.skip_token {
        place = shared.skip_tokens.read(&question, token);
        if place.is_none() || fault == Some(&FaultKind::StaleSkipToken) {
            let text =
                "The skip token is invalid or has expired. Please start over with the first page.";
            return bad_request("InvalidSkipToken", text, now);
        }
    }
    if let Some(place) = place {
        question.as_of = place.as_of;
    }
    let slot = shared.answers.get(shared, &question);
    let answer = match slot.get() {
        Some(Ok(answer)) => answer,
        Some(Err(error)) => return refusal(error, now),
        None => return internal_error(now),
    };
    let size = asked.top.or(place.map(|place| place.size)).unwrap_or(LIMIT);
    let skip = match place {
        Some(place) => place.skip,
        // `$skip` is ignored when the query has its own limit.
        None if answer.is_pageable() => asked.skip,
        None => 0,
    };
    // Without a sort, the service promises no order between pages. The emulator shows that: an unsorted page repeats
    // the last row of the page before, and the last row of all is missing.
    let shift = usize::from(place.is_some() && skip > 0 && !answer.is_sorted());
    let end = skip.saturating_add(size).min(answer.len());
    let rows = answer.rows(skip.saturating_sub(shift)..end.saturating_sub(shift));
    let next = skip + rows.len();
    let more = next < answer.len();
    let token = (more && answer.is_pageable()).then(|| {
        let skip = if fault == Some(&FaultKind::RepeatPage) { skip } else { next };
        shared.skip_tokens.make(&question, Place { skip, size, as_of: question.as_of })
    });
    let body = write(answer, &rows, asked.format, more && token.is_none(), token.as_deref(), fault);
    let limit = shared.options.page_cap_bytes;
    if body.len() > limit {
        let text = format!(
            "Response payload size is {}, and has exceeded the limit of {limit}. Please consider querying less data at a time and make paginated call if needed.",
            body.len()
        );
        return bad_request("ResponsePayloadTooLarge", &text, now);
    }
    shared.counter.page(rows.len());
    reply(StatusCode::OK, body)
}

/// Writes the body of a page.
fn write(
    answer: &Answer,
    rows: &[Row],
    format: Format,
    truncated: bool,
    token: Option<&str>,
    fault: Option<&FaultKind>,
) -> Vec<u8> {
    let columns: Vec<(&Text, Type)> = answer.columns().collect();
    let mut out = Vec::with_capacity(rows.len() * 1024 + 256);
    let counts = format!("{{\"totalRecords\":{},\"count\":{},\"data\":", answer.len(), rows.len());
    out.extend_from_slice(counts.as_bytes());
    let cells = |index: usize, row: &Row| spoil(fault, index, &columns, row);
    match format {
        Format::ObjectArray => {
            let rows = rows.iter().enumerate().map(|(index, row)| {
                let cells = cells(index, row);
                let members = columns
                    .iter()
                    .zip(cells)
                    .filter_map(|((name, _), cell)| cell.map(|cell| ((*name).clone(), cell)));
                Json::object(members.collect::<Vec<_>>())
            });
            write_list(&mut out, rows);
        }
        Format::Table => {
            let columns: Vec<Value> = columns
                .iter()
                .map(|(name, kind)| json!({"name": name.as_str(), "type": kind.wire_name()}))
                .collect();
            let columns = format!("{{\"columns\":{},\"rows\":", Value::from(columns));
            out.extend_from_slice(columns.as_bytes());
            let rows = rows.iter().enumerate().map(|(index, row)| {
                let cells = cells(index, row).into_iter().map(Option::unwrap_or_default);
                Json::array(cells.collect::<Vec<_>>())
            });
            write_list(&mut out, rows);
            out.push(b'}');
        }
    }
    let mut end = format!(",\"facets\":[],\"resultTruncated\":\"{truncated}\"");
    if let Some(token) = token {
        // Base64 needs no escapes.
        end = format!("{end},\"$skipToken\":\"{token}\"");
    }
    out.extend_from_slice(end.as_bytes());
    out.push(b'}');
    out
}

fn write_list(out: &mut Vec<u8>, values: impl Iterator<Item = Json>) {
    out.push(b'[');
    for (index, value) in values.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        // Trees of texts and finite numbers always serialise, and a `Vec` accepts every write, so this can't fail.
        let _ = serde_json::to_writer(&mut *out, &value);
    }
    out.push(b']');
}

/// The cells of a row, spoiled where a fault says so. `None`: the cell is left out.
fn spoil(
    fault: Option<&FaultKind>,
    index: usize,
    columns: &[(&Text, Type)],
    row: &Row,
) -> Vec<Option<Json>> {
    let mut cells: Vec<Option<Json>> = row.iter().map(|value| Some(value.to_json())).collect();
    match fault {
        Some(FaultKind::WrongTypes) => match (index % 10, cells.first_mut()) {
            (1, Some(first)) => *first = None,
            (4, Some(first)) => *first = Some(Json::Integer(42)),
            (7, _) => {
                let dynamic =
                    columns.iter().zip(&mut cells).filter(|((_, kind), _)| *kind == Type::Dynamic);
                dynamic.for_each(|(_, cell)| *cell = Some(Json::from("not an object")));
            }
            _ => {}
        },
        Some(FaultKind::HugeRow { bytes }) if index == 0 => {
            let texts = columns.iter().zip(&mut cells).filter(|((_, kind), _)| *kind == Type::Text);
            if let Some((_, cell)) = texts.last() {
                *cell = Some(Json::from("x".repeat(*bytes)));
            }
        }
        _ => {}
    }
    cells
}
