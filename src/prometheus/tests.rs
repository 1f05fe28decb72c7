//! The client against a server with scripted replies.

use super::{Auth, PrometheusClient};
use crate::azure::{
    Http, HttpOptions, Tokens, UpstreamError,
    testing::{Fake, Reply, SignIns, broken_body, reply},
};
use reqwest::Method;
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;
use url::Url;

const EMPTY: &str = r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#;

fn client(fake: &Fake, auth: Auth) -> PrometheusClient {
    let http = Http::new(&HttpOptions::default()).expect("client");
    PrometheusClient::new(http, "eu", fake.url.join("base/path").expect("URL"), auth)
}

fn asked(client: &PrometheusClient) -> impl Future<Output = Result<usize, UpstreamError>> {
    let deadline = Instant::now() + Duration::from_secs(5);
    async move { Ok(client.instant("count(up{a=\"&b\"})", deadline).await?.len()) }
}

fn azure(sign_ins: &Arc<SignIns>) -> Auth {
    let tokens = Arc::new(Tokens::new(sign_ins.factory(), Duration::from_secs(5)));
    Auth::Azure { tokens, scope: "https://prometheus.monitor.azure.com/.default".to_owned() }
}

fn ok() -> Reply {
    reply(200, &[], EMPTY)
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
async fn what_passes_is_asked_again() {
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
async fn nobody_waits_beyond_the_deadline() {
    let throttled = reply(429, &[("retry-after", "60")], "");
    let fake = Fake::start([throttled, ok()]).await;
    let error = asked(&client(&fake, Auth::None)).await.expect_err("throttled");
    assert!(matches!(error, UpstreamError::Throttled { .. }), "{error}");
    let fake = Fake::start([Reply::Silence]).await;
    let deadline = Instant::now() + Duration::from_millis(50);
    let error = client(&fake, Auth::None).instant("up", deadline).await.expect_err("late");
    assert!(matches!(error, UpstreamError::TimedOut { .. }), "{error}");
}

#[tokio::test]
async fn garbage_and_refusals_are_not_asked_again() {
    for (status, body) in [(200, "<html>"), (200, "{}"), (400, "{}"), (302, "")] {
        let fake = Fake::start([reply(status, &[], body), ok()]).await;
        asked(&client(&fake, Auth::None)).await.expect_err(body);
        assert_eq!(fake.received().len(), 1, "{status} {body}");
    }
}
