//! The emulator's routes, and how a fault changes a reply.

use super::connection::Connection;
use super::faults::{FaultKind, Faults, Route};
use super::reply::{expired, graph_error, plain_error, reply, set, set_quota, throttled};
use super::token::{IdentityForm, client_credentials, managed_identity};
use super::{Shared, arg, metrics, resource, workspace};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::Response;
use axum::routing::{any, get, post};
use flate2::Compression;
use flate2::write::GzEncoder;
use flux::UtcMillis;
use futures::StreamExt as _;
use futures::stream;
use std::collections::HashMap;
use std::future::Future;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

/// Shorter bodies aren't worth compressing.
const COMPRESS_FROM: usize = 1024;

/// Query parameters of a request.
type Parameters = Query<HashMap<String, String>>;

pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/{tenant}/oauth2/v2.0/token", post(sign_in))
        .route("/msi/token", get(app_service))
        .route("/metadata/identity/oauth2/token", get(imds))
        .route("/_emulator/stats", get(stats))
        .route("/_emulator/faults", post(set_faults))
        .route("/_emulator/metrics/{cluster}/{endpoint}", get(metrics_page))
        .route("/_emulator/targets", get(targets))
        .route("/_emulator/prometheus.yml", get(prometheus_yml))
        .route("/{workspace}/api/v1/{*path}", any(prometheus))
        .fallback(resource_manager)
        .layer(DefaultBodyLimit::max(4 * 1024 * 1024))
        .with_state(shared)
}

async fn stats(State(shared): State<Arc<Shared>>) -> Response {
    // Numbers and names always serialise, so this can't fail.
    reply(StatusCode::OK, serde_json::to_vec(&shared.counter.stats()).unwrap_or_default())
}

async fn set_faults(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    match serde_json::from_slice::<Faults>(&body) {
        Ok(faults) => {
            shared.faults.set(faults);
            reply(StatusCode::OK, "{}")
        }
        Err(error) => plain_error(StatusCode::BAD_REQUEST, "InvalidFaults", &error.to_string()),
    }
}

async fn metrics_page(
    State(shared): State<Arc<Shared>>,
    Path((cluster, endpoint)): Path<(String, String)>,
) -> Response {
    metrics::page(&shared, &cluster, &endpoint)
}

async fn targets(
    State(shared): State<Arc<Shared>>,
    Query(query): Parameters,
    headers: HeaderMap,
) -> Response {
    metrics::targets(&shared, &query, host(&headers))
}

async fn prometheus_yml(
    State(shared): State<Arc<Shared>>,
    Query(query): Parameters,
    headers: HeaderMap,
) -> Response {
    metrics::prometheus_yml(&shared, &query, host(&headers))
}

/// The address that the client used for the emulator.
fn host(headers: &HeaderMap) -> &str {
    headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1")
}

/// A request to an Azure Monitor workspace.
async fn prometheus(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    Path((workspace, path)): Path<(String, String)>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let query = uri.query().unwrap_or_default().to_owned();
    let answer = async |_| {
        let request = workspace::Request { workspace, path, method, query, headers, body };
        workspace::answer(shared.clone(), request).await
    };
    faulty(&shared, Route::Prometheus, &connection, answer).await
}

async fn sign_in(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    Path(tenant): Path<String>,
    body: Bytes,
) -> Response {
    faulty(&shared, Route::Token, &connection, async |_| {
        client_credentials(&shared, &tenant, &body)
    })
    .await
}

async fn app_service(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    Query(query): Parameters,
    headers: HeaderMap,
) -> Response {
    let answer = async |_| managed_identity(&shared, IdentityForm::AppService, &headers, &query);
    faulty(&shared, Route::Token, &connection, answer).await
}

async fn imds(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    Query(query): Parameters,
    headers: HeaderMap,
) -> Response {
    let answer = async |_| managed_identity(&shared, IdentityForm::Imds, &headers, &query);
    faulty(&shared, Route::Token, &connection, answer).await
}

/// Any other path belongs to Resource Manager, whose paths are case-insensitive.
async fn resource_manager(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    method: Method,
    uri: Uri,
    Query(query): Parameters,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = percent_encoding::percent_decode_str(uri.path()).decode_utf8_lossy();
    let is_query = path.eq_ignore_ascii_case("/providers/Microsoft.ResourceGraph/resources");
    let is_read = path.to_ascii_lowercase().starts_with("/subscriptions/");
    if !(is_query && method == Method::POST || is_read && method == Method::GET) {
        let text = format!("No route for {method} {path}.");
        return plain_error(StatusCode::NOT_FOUND, "NotFound", &text);
    }
    let route = if is_query { Route::Arg } else { Route::Resource };
    let answer = async |fault| {
        if !query.contains_key("api-version") {
            let text =
                "The api-version query parameter (?api-version=) is required for all requests.";
            return plain_error(StatusCode::BAD_REQUEST, "MissingApiVersionParameter", text);
        }
        match route {
            Route::Arg => arg::query(shared.clone(), headers.clone(), body.clone(), fault).await,
            Route::Resource | Route::Token | Route::Prometheus => {
                resource::read(&shared, &headers, &path)
            }
        }
    };
    if !is_query {
        return faulty(&shared, route, &connection, answer).await;
    }
    shared.counter.begin_query(tokio::time::Instant::now());
    let response = faulty(&shared, route, &connection, answer).await;
    shared.counter.end_query();
    if accepts_gzip(&headers) { compress(response).await } else { response }
}

/// Answers and counts a request; the next fault may change the answer.
async fn faulty<F: Future<Output = Response>>(
    shared: &Shared,
    route: Route,
    connection: &Connection,
    answer: impl FnOnce(Option<FaultKind>) -> F,
) -> Response {
    let fault = shared.faults.take(route);
    let now = shared.options.clock.now();
    let response = match fault {
        None => answer(None).await,
        Some(FaultKind::Slow { millis }) => {
            tokio::time::sleep(Duration::from_millis(millis)).await;
            answer(None).await
        }
        Some(FaultKind::Reset) => {
            connection.reset();
            shared.counter.answered(route, 0);
            return reply(StatusCode::OK, Body::empty());
        }
        Some(FaultKind::CutBody) => cut(answer(None).await).await,
        Some(FaultKind::Garbage) => reply(StatusCode::OK, "<html><body>Service unavailable"),
        Some(FaultKind::Throttled { retry_after_seconds, resets_after_seconds }) => {
            let wait = retry_after_seconds.or(resets_after_seconds);
            throttled_reply(route, wait, retry_after_seconds, resets_after_seconds, now)
        }
        Some(FaultKind::ServerError { status }) => {
            let status = StatusCode::from_u16(status).ok().filter(StatusCode::is_server_error);
            let mut response = arg::internal_error(now);
            *response.status_mut() = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            response
        }
        Some(FaultKind::ExpiredToken) => expired(UtcMillis(now.0 - 73_000), now),
        Some(FaultKind::Forbidden) => forbidden(route, now),
        Some(
            kind @ (FaultKind::WrongTypes
            | FaultKind::RepeatPage
            | FaultKind::StaleSkipToken
            | FaultKind::HugeRow { .. }),
        ) => answer(Some(kind)).await,
    };
    shared.counter.answered(route, response.status().as_u16());
    response
}

fn throttled_reply(
    route: Route,
    wait_seconds: Option<u32>,
    retry_after_seconds: Option<u32>,
    resets_after_seconds: Option<u32>,
    now: UtcMillis,
) -> Response {
    let mut response = match route {
        Route::Arg => throttled(now),
        Route::Resource | Route::Token | Route::Prometheus => {
            let text = format!(
                "Number of requests for action 'read' exceeded the limit of '50' for time interval '00:05:00'. Please try again after '{}' seconds.",
                wait_seconds.unwrap_or(5)
            );
            plain_error(StatusCode::TOO_MANY_REQUESTS, "ResourceRequestsThrottled", &text)
        }
    };
    let headers = response.headers_mut();
    if let Some(seconds) = retry_after_seconds {
        set(headers, "retry-after", &seconds.to_string());
    }
    if let Some(seconds) = resets_after_seconds {
        let verdict =
            super::quota::Verdict { allowed: false, remaining: 0, resets_after_seconds: seconds };
        set_quota(headers, verdict, now);
    }
    response
}

fn forbidden(route: Route, now: UtcMillis) -> Response {
    let text =
        "Access is denied to the requested resource. The user might not have enough permission.";
    match route {
        Route::Arg => {
            let detail = serde_json::json!({"code": "AccessDenied", "message": text});
            graph_error(StatusCode::FORBIDDEN, "AccessDenied", &[detail], now)
        }
        Route::Resource | Route::Token | Route::Prometheus => {
            plain_error(StatusCode::FORBIDDEN, "AuthorizationFailed", text)
        }
    }
}

/// The reply with half of its body, after which the connection ends.
async fn cut(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    // `Content-Length` promises the whole body.
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    let half = body.slice(..body.len() / 2);
    let end = async {
        // Without a pause, the half would never leave the buffer.
        tokio::time::sleep(Duration::from_millis(50)).await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    };
    let half = stream::iter([Ok(half)]);
    Response::from_parts(parts, Body::from_stream(half.chain(stream::once(end))))
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT_ENCODING).iter();
    accepted.filter_map(|value| value.to_str().ok()).any(|value| value.contains("gzip"))
}

/// The reply with its body compressed, if the body is complete and long enough.
async fn compress(response: Response) -> Response {
    if response.headers().contains_key(header::CONTENT_LENGTH) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = axum::body::to_bytes(body, usize::MAX).await else {
        return Response::from_parts(parts, Body::empty());
    };
    if body.len() < COMPRESS_FROM {
        return Response::from_parts(parts, Body::from(body));
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    let compressed = encoder.write_all(&body).and_then(|()| encoder.finish());
    match compressed {
        Ok(compressed) => {
            parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            Response::from_parts(parts, Body::from(compressed))
        }
        // A `Vec` accepts every write. If it didn't, the plain body would do as well.
        Err(_) => Response::from_parts(parts, Body::from(body)),
    }
}
