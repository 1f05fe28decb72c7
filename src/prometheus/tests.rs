//! The client against a server with scripted replies.

mod decoding;

use super::{Auth, Grid, MAX_POINTS, PrometheusClient};
use crate::upstream::{
    Http, HttpOptions, Tokens, UpstreamError,
    testing::{Fake, Reply, SignIns, broken_body, reply},
};
use flux::UtcMillis;
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;
use url::Url;

const AT: UtcMillis = UtcMillis(1_790_000_000_250);
const EMPTY: &str = r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#;

fn client(fake: &Fake, auth: Auth) -> PrometheusClient {
    let http = Http::new(&HttpOptions::default()).expect("client");
    PrometheusClient::new(http, "eu", fake.url.join("base/path").expect("URL"), auth)
}

fn asked(client: &PrometheusClient) -> impl Future<Output = Result<usize, UpstreamError>> {
    let deadline = Instant::now() + Duration::from_secs(5);
    async move { Ok(client.instant("count(up{a=\"&b\"})", AT, deadline).await?.items.len()) }
}

fn azure(sign_ins: &Arc<SignIns>) -> Auth {
    let tokens = Arc::new(Tokens::new(sign_ins.factory(), Duration::from_secs(5)));
    Auth::Azure { tokens, scope: "https://prometheus.monitor.azure.com/.default".to_owned() }
}

fn ok() -> Reply {
    reply(200, &[], EMPTY)
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(5)
}

#[tokio::test]
async fn a_query_is_a_form_below_the_base_path() {
    let fake = Fake::start([ok(), reply(405, &[], "")]).await;
    let client = client(&fake, Auth::None);
    assert_eq!(asked(&client).await, Ok(0));
    let deadline = Instant::now() + Duration::from_secs(5);
    assert_eq!(client.build_info(deadline).await, Ok(None));
    let received = fake.received();
    assert_eq!(
        (&received[0].method, &*received[0].target),
        (&Method::POST, "/base/path/api/v1/query")
    );
    assert_eq!(received[0].header("content-type"), "application/x-www-form-urlencoded");
    assert_eq!(
        received[0].form,
        pairs(&[("query", "count(up{a=\"&b\"})"), ("time", "1790000000.250")])
    );
    assert_eq!(received[0].header("authorization"), "");
    assert_eq!(
        (&received[1].method, &*received[1].target),
        (&Method::GET, "/base/path/api/v1/status/buildinfo")
    );
}

#[tokio::test]
async fn passwords_and_tokens_are_sent_and_never_shown() {
    let basic = Auth::Basic { user: "me".to_owned(), password: "s3cret".into() };
    let bearer = Auth::Bearer("s3cret\n".into());
    for (auth, header) in [(basic, "Basic bWU6czNjcmV0"), (bearer, "Bearer s3cret")] {
        let fake = Fake::start([reply(401, &[], "s3cret")]).await;
        let client = client(&fake, auth);
        let error = asked(&client).await.expect_err("refused");
        assert!(matches!(error, UpstreamError::Unauthenticated { .. }), "{error}");
        assert!(!format!("{client:?} {error:?} {error}").contains("s3cret"));
        let received = fake.received();
        assert_eq!((received.len(), received[0].header("authorization")), (1, header));
    }
}

#[tokio::test]
async fn headers_of_the_settings_are_sent_and_never_shown() {
    let mut tenant = HeaderValue::from_static("s3cret");
    tenant.set_sensitive(true);
    let fake = Fake::start([reply(401, &[], "s3cret")]).await;
    let bearer = Auth::Bearer("tok".into());
    let headers = HeaderMap::from_iter([(HeaderName::from_static("x-scope-orgid"), tenant)]);
    let client = client(&fake, bearer).with_headers(headers);
    let error = asked(&client).await.expect_err("refused");
    assert!(!format!("{client:?} {error:?} {error}").contains("s3cret"));
    let received = fake.received();
    assert_eq!(received[0].header("x-scope-orgid"), "s3cret");
    assert_eq!(received[0].header("authorization"), "Bearer tok");
}

#[tokio::test]
async fn a_rejected_azure_token_is_renewed_once() {
    let fake =
        Fake::start([reply(401, &[], ""), ok(), reply(401, &[], ""), reply(401, &[], "")]).await;
    let sign_ins = SignIns::new(3_600);
    let client = client(&fake, azure(&sign_ins));
    assert_eq!(asked(&client).await, Ok(0));
    assert_eq!(fake.received()[1].header("authorization"), "Bearer token-2");
    let error = asked(&client).await.expect_err("rejected again");
    assert!(matches!(error, UpstreamError::Unauthenticated { .. }), "{error}");
    assert_eq!((fake.received().len(), sign_ins.count()), (2, 3));
}

#[tokio::test]
async fn azure_tokens_do_not_travel_over_plain_http() {
    let http = Http::new(&HttpOptions::default()).expect("client");
    let url = Url::parse("http://example.invalid").expect("URL");
    let client = PrometheusClient::new(http, "eu", url, azure(&SignIns::new(3_600)));
    let error = asked(&client).await.expect_err("insecure");
    assert!(matches!(error, UpstreamError::Insecure { .. }), "{error}");
}

#[tokio::test]
async fn passing_errors_are_retried() {
    let throttled = reply(429, &[("retry-after", "0")], "");
    let fake = Fake::start([throttled, reply(503, &[], ""), ok()]).await;
    assert_eq!(asked(&client(&fake, Auth::None)).await, Ok(0));
    let cut_off = || reply(200, &[], broken_body("{\"status\":"));
    let fake = Fake::start([cut_off(), ok()]).await;
    assert_eq!(asked(&client(&fake, Auth::None)).await, Ok(0));
    let down = || reply(503, &[], "");
    let fake = Fake::start([down(), down(), down(), ok()]).await;
    let error = asked(&client(&fake, Auth::None)).await.expect_err("down");
    assert!(matches!(error, UpstreamError::Unavailable { status: 503, .. }), "{error}");
}

#[tokio::test]
async fn a_query_never_waits_beyond_the_deadline() {
    let throttled = reply(429, &[("retry-after", "60")], "");
    let fake = Fake::start([throttled, ok()]).await;
    let error = asked(&client(&fake, Auth::None)).await.expect_err("throttled");
    assert!(matches!(error, UpstreamError::Throttled { .. }), "{error}");
    let fake = Fake::start([Reply::Silence]).await;
    let deadline = Instant::now() + Duration::from_millis(50);
    let error = client(&fake, Auth::None).instant("up", AT, deadline).await.expect_err("late");
    assert!(matches!(error, UpstreamError::TimedOut { .. }), "{error}");
}

#[tokio::test]
async fn unreadable_replies_and_refusals_are_not_retried() {
    for (status, body) in [(200, "<html>"), (200, "{}"), (400, "{}"), (302, "")] {
        let fake = Fake::start([reply(status, &[], body), ok()]).await;
        asked(&client(&fake, Auth::None)).await.expect_err(body);
        assert_eq!(fake.received().len(), 1, "{status} {body}");
    }
}

/// One series without labels, with the samples 1, 2, ….
fn matrix(times: impl IntoIterator<Item = u64>) -> Reply {
    let values: Vec<String> =
        times.into_iter().zip(1..).map(|(time, value)| format!("[{time},\"{value}\"]")).collect();
    let result = format!(r#"[{{"metric":{{}},"values":[{}]}}]"#, values.join(","));
    let data = format!(r#"{{"resultType":"matrix","result":{result}}}"#);
    reply(200, &[], format!(r#"{{"status":"success","data":{data},"warnings":["partial"]}}"#))
}

fn grid(start: i64, step: u64, points: usize) -> Grid {
    Grid { start: UtcMillis(start * 1_000), step: Duration::from_secs(step), points }
}

#[tokio::test]
async fn a_range_is_one_request_to_prometheus() {
    let fake = Fake::start([matrix([100, 160])]).await;
    let client = client(&fake, Auth::None);
    let day = 24 * 60 * 60;
    // More series than a workspace would return.
    let reply =
        client.range("up", &grid(100, day, 60), Duration::ZERO, soon()).await.expect("series");
    assert!((reply.items[0].values[0] - 1.0).abs() < f64::EPSILON);
    assert_eq!(reply.warnings.len(), 2, "partial, and a sample outside the grid");
    let received = fake.received();
    assert_eq!((received.len(), &*received[0].target), (1, "/base/path/api/v1/query_range"));
    let end = (100 + 59 * day).to_string();
    assert_eq!(
        received[0].form,
        pairs(&[("query", "up"), ("start", "100"), ("end", &end), ("step", "86400")])
    );
}

#[tokio::test]
async fn too_many_points_are_an_error_without_a_request() {
    let fake = Fake::start([]).await;
    let client = client(&fake, Auth::None);
    let error = client.range("up", &grid(0, 1, MAX_POINTS + 1), Duration::ZERO, soon()).await;
    let error = error.expect_err("too many");
    assert_eq!(
        error.to_string(),
        "11001 points of a series are more than the 11000 that Prometheus endpoint \"eu\" returns for one query"
    );
    assert_eq!((error.status(), fake.received().len()), (400, 0));
    let none = client.range("up", &grid(0, 1, 0), Duration::ZERO, soon()).await.expect("nothing");
    assert!(none.items.is_empty() && fake.received().is_empty());
}

#[tokio::test]
async fn a_workspace_gets_the_parts_of_a_range_in_order() {
    let day = 24 * 60 * 60;
    let throttled = reply(429, &[("retry-after", "0")], "");
    let replies =
        [matrix([0, day]), throttled, matrix([30 * day, 31 * day]), matrix([32 * day, 33 * day])];
    let fake = Fake::start(replies).await;
    let client = client(&fake, azure(&SignIns::new(3_600)));
    let lookback = Duration::from_secs(30 * day);
    let grid = grid(0, day, 6);
    let reply = client.range("rate(x[30d])", &grid, lookback, soon()).await.expect("series");
    assert_eq!(
        reply.warnings,
        ["partial", "samples at times that the query didn't ask for are left out"]
    );
    let received = fake.received();
    let asked: Vec<_> = received
        .iter()
        .map(|request| request.form.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>())
        .collect();
    let days = |from: u64, to: u64| {
        [
            "rate(x[30d])".to_owned(),
            (from * day).to_string(),
            (to * day).to_string(),
            day.to_string(),
        ]
    };
    assert_eq!(asked, [days(0, 1), days(2, 3), days(2, 3), days(4, 5)]);
    assert_eq!(reply.items[0].values[..2], [1.0, 2.0]);
    assert!(reply.items[0].values[2..].iter().all(|value| value.is_nan()));
}

#[tokio::test]
async fn a_failed_part_fails_the_whole_range() {
    let body = r#"{"status":"error","errorType":"execution","error":"query processing would load too many samples into memory in query execution"}"#;
    let day = 24 * 60 * 60;
    let fake = Fake::start([matrix([0]), reply(422, &[], body)]).await;
    let client = client(&fake, azure(&SignIns::new(3_600)));
    let error = client.range("x", &grid(0, day, 40), Duration::ZERO, soon()).await;
    let error = error.expect_err("refused");
    assert_eq!(
        error.to_string(),
        "Prometheus endpoint \"eu\" refused the request (422): execution: query processing would load too many samples into memory in query execution"
    );
    assert!(error.hint().contains("Narrow the time range"), "{}", error.hint());
    assert_eq!((error.status(), fake.received().len()), (422, 2));
}

#[tokio::test]
async fn errors_of_queries_have_the_servers_message() {
    for (status, kind, expected, hint) in [
        (400, "bad_data", "refused the request (400): bad_data: no", "report"),
        (503, "timeout", "failed (503): timeout: no", "Narrow the time range"),
        (500, "internal", "failed (500): internal: no", "Try again"),
    ] {
        let body = format!(r#"{{"status":"error","errorType":"{kind}","error":"no"}}"#);
        let again = || reply(status, &[], body.clone());
        let fake = Fake::start([again(), again(), again()]).await;
        let error = asked(&client(&fake, Auth::None)).await.expect_err("refused");
        assert!(error.to_string().ends_with(expected), "{error}");
        assert!(error.hint().contains(hint), "{}", error.hint());
    }
}

#[tokio::test]
async fn a_reply_in_any_chunks_reads_the_same() {
    let body = EMPTY.replace("[]", r#"[{"metric":{"a":"é😀"},"value":[1,"+Inf"]}]"#).into_bytes();
    for size in [1, 2, 7, 1_000] {
        let chunks: Vec<_> =
            body.chunks(size).map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec())).collect();
        let stream = axum::body::Body::from_stream(futures::stream::iter(chunks));
        let fake = Fake::start([reply(200, &[], stream)]).await;
        let reply = client(&fake, Auth::None).instant("a", AT, soon()).await.expect("a sample");
        assert_eq!((reply.items[0].labels.get("a"), reply.items[0].value), ("é😀", f64::INFINITY));
    }
}

#[tokio::test]
async fn a_large_reply_is_decoded_too() {
    let name = "x".repeat(2_000_000);
    let body = EMPTY.replace("[]", &format!(r#"[{{"metric":{{"a":"{name}"}},"value":[1,"1"]}}]"#));
    let fake = Fake::start([reply(200, &[], body)]).await;
    assert_eq!(asked(&client(&fake, Auth::None)).await, Ok(1));
}
