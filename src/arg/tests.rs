//! The client against a server with scripted replies.

use super::*;
use crate::upstream::{
    Http, HttpOptions, Outcome, ReplyFault, Tokens, Upstream, UpstreamError,
    testing::{Fake, Received, Reply, SignIns, broken_body, fixtures::json_replies, reply},
};
use base64::Engine as _;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    io::Write as _,
    sync::{Arc, Mutex},
    time::Duration,
};

const KQL: &str = "resources | project id | order by id asc";

/// Keeps the ids of all rows.
#[derive(Debug, Default)]
struct Kept {
    ids: Vec<String>,
    restarts: usize,
    missing: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    total_records: Option<u64>,
    count: u64,
    data: Vec<Row>,
    result_truncated: Option<String>,
    #[serde(rename = "$skipToken")]
    skip_token: Option<String>,
}

#[derive(Deserialize)]
struct Row {
    id: Option<String>,
}

impl PageSink for Kept {
    fn page(&mut self, body: &[u8]) -> Result<Envelope, DecodeError> {
        let page: Page = serde_json::from_slice(body).map_err(|error| {
            DecodeError::at(format!("line {} column {}", error.line(), error.column()))
        })?;
        let mut repeated = 0;
        for id in page.data.into_iter().filter_map(|row| row.id) {
            repeated += u64::from(self.ids.contains(&id));
            self.ids.push(id);
        }
        Ok(Envelope {
            total_records: page.total_records,
            count: page.count,
            repeated,
            truncated: page.result_truncated.as_deref() == Some("true"),
            skip_token: page.skip_token,
        })
    }

    fn restart(&mut self) {
        self.ids.clear();
        self.restarts += 1;
    }

    fn incomplete(&mut self, missing: u64) {
        self.missing = missing;
    }
}

/// A page with these ids, out of `total`.
fn page(ids: &[&str], total: usize, skip_token: Option<&str>) -> Reply {
    let data: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
    let mut body = json!({
        "totalRecords": total, "count": ids.len(), "data": data, "facets": [], "resultTruncated": "false",
    });
    if let Some(token) = skip_token {
        body["$skipToken"] = token.into();
    }
    reply(200, &[("content-type", "application/json")], body.to_string())
}

fn refusal(status: u16, code: &str) -> Reply {
    let body = json!({ "error": { "code": "BadRequest", "details": [{ "code": code, "message": "no" }] } });
    reply(status, &[], body.to_string())
}

fn limits() -> Limits {
    Limits { backoff: Duration::from_millis(1), attempts: 3, ..Limits::default() }
}

fn client_with(fake: &Fake, sign_ins: &Arc<SignIns>, limits: Limits) -> ArgClient {
    let http = Http::new(&HttpOptions::default()).expect("client");
    let tokens = Arc::new(Tokens::new(sign_ins.factory(), Duration::from_secs(60)));
    ArgClient::new(http, tokens, &fake.cloud(), limits)
}

/// A listing of the tenant: its result, what the sink holds and what the server received.
async fn list_with(
    limits: Limits,
    replies: impl IntoIterator<Item = Reply>,
) -> (Result<Listed, UpstreamError>, Kept, Vec<Received>) {
    let fake = Fake::start(replies).await;
    let mut ids = Kept::default();
    let client = client_with(&fake, &SignIns::new(3_600), limits);
    let result = client.list(KQL, &Scope::Tenant, &mut ids).await;
    (result, ids, fake.received())
}

async fn list(
    replies: impl IntoIterator<Item = Reply>,
) -> (Result<Listed, UpstreamError>, Kept, Vec<Received>) {
    list_with(limits(), replies).await
}

fn listed(rows: u64, pages: u64, restarted: bool) -> Listed {
    Listed { rows, pages, restarted, missing: 0 }
}

fn fault(fault: ReplyFault) -> UpstreamError {
    UpstreamError::NotUnderstood { upstream: Upstream::ResourceGraph, fault }
}

#[tokio::test]
async fn workspaces_of_two_scopes_come_by_the_same_listing() {
    let row = |name: &str, group: &str| {
        let id = format!(
            "/subscriptions/s/resourceGroups/{group}/providers/microsoft.monitor/accounts/{name}"
        );
        json!({ "id": id, "prometheusQueryEndpoint": format!("https://{name}") })
    };
    let page = |row: Value| {
        let body =
            json!({ "totalRecords": 1, "count": 1, "data": [row], "resultTruncated": "false" });
        reply(200, &[], body.to_string())
    };
    let fake = Fake::start([page(row("b", "g")), page(row("a", "g")), page(row("B", "G"))]).await;
    let client = client_with(&fake, &SignIns::new(3_600), limits());
    let mut pages = WorkspacePages::default();
    let subscriptions: Vec<_> = (0..1_001).map(|number| number.to_string()).collect();
    for scope in Scope::of(&subscriptions, &["m".to_owned()]) {
        client.list(&kql::workspace_listing(), &scope, &mut pages).await.expect("a listing");
    }
    let endpoints: Vec<_> = pages.finish().into_iter().map(|found| found.endpoint).collect();
    assert_eq!(endpoints, ["https://a", "https://b"]);
    assert_eq!(fake.received()[2].body["query"], kql::workspace_listing());
}

#[tokio::test]
async fn follows_skip_tokens_to_the_last_page() {
    let (result, ids, requests) =
        list([page(&["a", "b"], 3, Some("next")), page(&["c"], 3, None)]).await;
    assert_eq!(result, Ok(listed(3, 2, false)));
    assert_eq!(ids.ids, ["a", "b", "c"]);
    let options = |token: Option<&str>| {
        let mut options = json!({ "resultFormat": "objectArray", "$top": 1000 });
        if let Some(token) = token {
            options["$skipToken"] = token.into();
        }
        json!({ "query": KQL, "options": options })
    };
    assert_eq!(requests[0].body, options(None));
    assert_eq!(requests[1].body, options(Some("next")));
    assert_eq!(
        requests[0].target,
        "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01"
    );
    assert_eq!(requests[0].method, "POST");
    assert_eq!(requests[0].header("content-type"), "application/json");
    assert_eq!(requests[0].header("authorization"), "Bearer token-1");
}

#[tokio::test]
async fn subscriptions_are_listed_in_batches() {
    let fake = Fake::start([page(&["a"], 1, None), page(&["b"], 1, None)]).await;
    let mut ids = Kept::default();
    let client = client_with(&fake, &SignIns::new(3_600), limits());
    let scope = Scope::Subscriptions((0..1_001).map(|number| number.to_string()).collect());
    assert_eq!(client.list(KQL, &scope, &mut ids).await, Ok(listed(2, 2, false)));
    assert_eq!(ids.ids, ["a", "b"]);
    assert_eq!(fake.received()[1].body["subscriptions"], json!(["1000"]));
}

#[tokio::test]
async fn a_refused_token_begins_the_listing_again_once() {
    let (first, refused) = (|| page(&["a"], 2, Some("t")), || refusal(400, "InvalidSkipToken"));
    let (result, ids, _) = list([first(), refused(), first(), page(&["b"], 2, None)]).await;
    assert_eq!(result, Ok(listed(2, 2, true)));
    assert_eq!((ids.ids, ids.restarts), (vec!["a".to_owned(), "b".to_owned()], 1));
    let (result, ..) = list([first(), refused(), first(), refused()]).await;
    assert!(matches!(result, Err(UpstreamError::Refused { status: 400, .. })));
}

#[tokio::test]
async fn a_refused_query_is_not_retried() {
    let (result, _, requests) = list([refusal(400, "InvalidQuery")]).await;
    assert_eq!(
        result.expect_err("refused").to_string(),
        "Azure Resource Graph refused the request (400): InvalidQuery: no"
    );
    assert_eq!(requests.len(), 1);
}

#[tokio::test]
async fn pages_that_go_round_in_circles_are_an_error() {
    let again = || page(&["a"], 9, Some("same"));
    let (result, ids, _) = list([again(), again(), again(), again()]).await;
    assert_eq!(result, Err(fault(ReplyFault::Stuck { rows: 2 })));
    assert_eq!(ids.restarts, 1);
    // A new token each time, but always the same page.
    let (first, second) = (|| page(&["a"], 1, Some("1")), || page(&["a"], 1, Some("2")));
    let (result, ..) = list([first(), second(), first(), second()]).await;
    assert_eq!(result, Err(fault(ReplyFault::Stuck { rows: 2 })));
    let empty = || page(&[], 9, Some("1"));
    let (result, ..) = list([empty(), empty(), empty(), empty()]).await;
    assert_eq!(result, Err(fault(ReplyFault::Stuck { rows: 0 })));
}

#[tokio::test]
async fn an_empty_page_with_a_new_token_is_followed_and_not_for_ever() {
    let empty = |token: &str| page(&[], 2, Some(token));
    let (result, ids, _) =
        list([page(&["a"], 2, Some("1")), empty("2"), empty("3"), page(&["b"], 2, None)]).await;
    assert_eq!(result, Ok(listed(2, 4, false)));
    assert_eq!(ids.ids, ["a", "b"]);
    let without_end = (0..60).map(|number| empty(&number.to_string()));
    let (result, _, requests) = list(without_end).await;
    assert_eq!(result, Err(fault(ReplyFault::Stuck { rows: 0 })));
    assert!(requests.len() < 60, "{}", requests.len());
}

#[tokio::test]
async fn a_listing_that_is_cut_off_is_an_error() {
    for body in json_replies("arg/docs-sample-objectarray-format.json") {
        let total = body["totalRecords"].as_u64().expect("a number");
        let (result, _, requests) = list([reply(200, &[], body.to_string())]).await;
        assert_eq!(result, Err(fault(ReplyFault::Incomplete { rows: 1, total })));
        assert_eq!(requests.len(), 1);
    }
}

#[tokio::test]
async fn missing_rows_are_an_error_unless_the_fleet_has_grown() {
    let short = || page(&["a"], 3, None);
    let (result, ..) = list([short(), short()]).await;
    assert_eq!(result, Err(fault(ReplyFault::Incomplete { rows: 1, total: 3 })));
    // It grew at its end: all are there.
    let (result, ..) = list([page(&["a"], 2, Some("t")), page(&["b", "c"], 3, None)]).await;
    assert_eq!(result, Ok(listed(3, 2, false)));
}

#[tokio::test]
async fn a_total_that_grows_without_rows_begins_the_listing_again_and_is_told() {
    let first = || page(&["a"], 2, Some("t"));
    let (result, ids, _) =
        list([first(), page(&["b"], 3, None), first(), page(&["b", "c"], 3, None)]).await;
    assert_eq!(result, Ok(listed(3, 2, true)));
    assert_eq!((ids.ids.len(), ids.missing), (3, 0));
    let grown = || page(&["b"], 3, None);
    let (result, ids, _) = list([first(), grown(), first(), grown()]).await;
    assert_eq!(result, Ok(Listed { missing: 1, ..listed(2, 2, true) }));
    assert_eq!(ids.missing, 1);
}

#[tokio::test]
async fn a_row_that_comes_twice_in_place_of_another_is_noticed() {
    let first = || page(&["a", "b", "c"], 6, Some("t"));
    let doubled = || page(&["c", "d", "e"], 6, None);
    let (result, ids, _) =
        list([first(), doubled(), first(), page(&["d", "e", "f"], 6, None)]).await;
    assert_eq!(result, Ok(listed(6, 2, true)));
    assert_eq!((ids.ids.len(), ids.restarts, ids.missing), (6, 1, 0));
    let (result, ids, requests) = list([first(), doubled(), first(), doubled()]).await;
    assert_eq!(result, Ok(Listed { missing: 1, ..listed(6, 2, true) }));
    assert_eq!((ids.missing, requests.len()), (1, 4));
    // Repeated, and all there.
    let (result, ids, _) = list([first(), page(&["c", "d", "e", "f"], 6, None)]).await;
    assert_eq!((result, ids.restarts), (Ok(listed(7, 2, false)), 0));
}

#[tokio::test]
async fn a_total_that_shrinks_begins_the_listing_again_since_rows_may_have_moved() {
    let first = || page(&["a", "b", "c"], 6, Some("t"));
    let (result, ids, _) = list([
        first(),
        page(&["e", "f"], 5, None),
        page(&["a", "c", "d"], 5, Some("t")),
        page(&["e", "f"], 5, None),
    ])
    .await;
    assert_eq!(result, Ok(listed(5, 2, true)));
    assert_eq!((ids.ids.len(), ids.missing), (5, 0));
}

#[tokio::test]
async fn a_recorded_page_is_followed() {
    for mut recording in json_replies("arg/recorded-paging-skiptoken-top-skip-200.json") {
        // The listing ends with the second page here.
        recording["ResponseBody"]["totalRecords"] = json!(7);
        let headers = recording["ResponseHeaders"].as_object().expect("headers");
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .filter(|(name, _)| name.starts_with("x-ms-"))
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default()))
            .collect();
        let body = &recording["ResponseBody"];
        let recorded = reply(200, &headers, body.to_string());
        let (result, ids, requests) = list([recorded, page(&["z"], 7, None)]).await;
        assert_eq!(result, Ok(listed(7, 2, false)));
        assert_eq!(ids.ids.len(), 7);
        assert_eq!(requests[1].body["options"]["$skipToken"], body["$skipToken"]);
    }
}

#[tokio::test]
async fn a_page_that_is_too_large_is_halved_and_stays_so() {
    let limits = Limits { page_rows: 4, ..limits() };
    let (result, _, requests) = list_with(
        limits.clone(),
        [
            page(&["a"], 4, Some("1")),
            refusal(400, "ResponsePayloadTooLarge"),
            page(&["b", "c"], 4, Some("2")),
            page(&["d"], 4, None),
        ],
    )
    .await;
    assert_eq!(result, Ok(listed(4, 3, false)));
    let sizes: Vec<&Value> =
        requests.iter().map(|request| &request.body["options"]["$top"]).collect();
    assert_eq!(sizes, [4, 4, 2, 2]);
    // Down to one row, then that is an error: by the upstream's bound, by ours, by ours after decompression.
    let packed = "H4sIAAAAAAACA+3BMQEAAADCoCrrn9IaHkABAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAArwYt8HnKoIYBAA==";
    let packed = base64::engine::general_purpose::STANDARD.decode(packed).expect("base64");
    let limits = Limits { page_bytes: 50_000, ..limits };
    let error = UpstreamError::TooLarge { upstream: Upstream::ResourceGraph, limit_bytes: 50_000 };
    let large: [&dyn Fn() -> Reply; 3] =
        [&|| reply(413, &[], ""), &|| reply(200, &[], vec![b' '; 50_001]), &|| {
            reply(200, &[("content-encoding", "gzip")], packed.clone())
        }];
    for large in large {
        let (result, _, requests) = list_with(limits.clone(), [large(), large(), large()]).await;
        assert_eq!(result, Err(error.clone()));
        assert_eq!(requests.len(), 3);
    }
}

#[tokio::test]
async fn passing_errors_are_retried() {
    let (result, ids, requests) = list([
        reply(503, &[], ""),
        reply(200, &[], broken_body("{\"data\":[")),
        page(&["a"], 1, None),
    ])
    .await;
    assert_eq!(result, Ok(listed(1, 1, false)));
    assert_eq!((ids.ids.len(), ids.restarts, requests.len()), (1, 0, 3));
    for status in [500, 502, 503, 504] {
        let failing = || reply(status, &[], "<html>");
        let (result, _, requests) = list([failing(), failing(), failing()]).await;
        assert!(matches!(result, Err(UpstreamError::Unavailable { .. })));
        assert_eq!(requests.len(), 3, "{status}");
    }
    let (result, _, requests) = list([reply(501, &[], "")]).await;
    assert!(result.is_err() && requests.len() == 1);
}

#[tokio::test]
async fn a_connection_that_breaks_in_a_body_is_not_reported_as_a_bad_reply() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(b"{\"data\":[").and_then(|()| packed.flush()).expect("packs");
    let packed = packed.get_ref().clone();
    let bodies = [(&[][..], b"{\"data\":[".to_vec()), (&[("content-encoding", "gzip")], packed)];
    for (headers, begin) in bodies {
        let broken = || reply(200, headers, broken_body(begin.clone()));
        let (result, ..) = list([broken(), broken(), broken()]).await;
        let error = result.expect_err("broken");
        assert!(matches!(error, UpstreamError::Unreachable { .. }), "{headers:?}: {error:?}");
    }
    let not_packed = || reply(200, &[("content-encoding", "gzip")], "{}");
    let (result, ..) = list([not_packed(), not_packed(), not_packed()]).await;
    assert_eq!(result, Err(fault(ReplyFault::Decode("compressed body".into()))));
}

#[tokio::test]
async fn an_unreadable_reply_is_retried_and_then_an_error() {
    let garbage = || reply(200, &[], "{\"totalRecords\":1,\"data\":[{");
    let (result, ids, requests) = list([garbage(), garbage(), garbage()]).await;
    assert_eq!(result, Err(fault(ReplyFault::Decode("line 1 column 27".into()))));
    assert_eq!((ids.ids.len(), requests.len()), (0, 3));
}

#[tokio::test]
async fn a_wait_beyond_the_deadline_is_given_up_at_once() {
    let throttled = reply(429, &[("retry-after", "400")], "");
    let (result, _, requests) = list([throttled]).await;
    let retry_after = Some(Duration::from_secs(400));
    let upstream = Upstream::ResourceGraph;
    assert_eq!(result, Err(UpstreamError::Throttled { upstream, retry_after }));
    assert_eq!(requests.len(), 1);
}

#[tokio::test]
async fn throttling_holds_all_requests_of_the_client_back() {
    let throttled = reply(429, &[("x-ms-user-quota-resets-after", "01:00:00")], "");
    let fake = Fake::start([throttled, page(&["a"], 1, None)]).await;
    let client = client_with(&fake, &SignIns::new(3_600), limits());
    for _ in 0..2 {
        let error = client.list(KQL, &Scope::Tenant, &mut Kept::default()).await.expect_err("429");
        assert_eq!(error.status(), 429);
    }
    assert_eq!(fake.received().len(), 1);
}

#[tokio::test]
async fn an_exhausted_quota_is_not_used() {
    let last = [("x-ms-user-quota-remaining", "0"), ("x-ms-user-quota-resets-after", "01:00:00")];
    let body = json!({ "totalRecords": 2, "count": 1, "data": [{}], "$skipToken": "t" });
    let (result, _, requests) = list([reply(200, &last, body.to_string())]).await;
    assert!(matches!(result, Err(UpstreamError::Throttled { .. })));
    assert_eq!(requests.len(), 1);
}

#[tokio::test]
async fn a_rejected_token_is_renewed_once_per_request() {
    let rejected = || reply(401, &[], "");
    let fake = Fake::start([rejected(), page(&["a"], 1, None), rejected(), rejected()]).await;
    let sign_ins = SignIns::new(3_600);
    let client = client_with(&fake, &sign_ins, limits());
    let result = client.list(KQL, &Scope::Tenant, &mut Kept::default()).await;
    assert_eq!(result, Ok(listed(1, 1, false)));
    let requests = fake.received();
    assert_eq!(requests[1].header("authorization"), "Bearer token-2");
    let result = client.list(KQL, &Scope::Tenant, &mut Kept::default()).await;
    assert_eq!(result.expect_err("rejected").status(), 401);
    assert_eq!(sign_ins.count(), 3);
}

#[tokio::test]
async fn forbidden_says_which_role_is_needed() {
    for body in json_replies("arg/error-403-accessdenied.json") {
        let (result, _, requests) = list([reply(403, &[], body.to_string())]).await;
        let error = result.expect_err("forbidden");
        let why = body["error"]["details"][0]["message"].as_str().expect("a sentence");
        assert_eq!(
            error.to_string(),
            format!("Azure Resource Graph refused access (403): AccessDenied: {why}")
        );
        assert!(error.hint().contains("Reader"));
        assert_eq!(requests.len(), 1);
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let (result, _, requests) = list([reply(307, &[("location", "/elsewhere")], "")]).await;
    assert!(matches!(result, Err(UpstreamError::Refused { status: 307, .. })));
    assert_eq!(requests.len(), 1);
}

#[tokio::test]
async fn silence_is_timed_out_and_counted() {
    let fake = Fake::start([Reply::Silence, Reply::Silence]).await;
    let seen: Arc<Mutex<Vec<(Upstream, Outcome)>>> = Arc::default();
    let counts = Arc::clone(&seen);
    let http = Http::new(&HttpOptions::default()).expect("client").observed_by(Arc::new(
        move |upstream, outcome, _| {
            counts.lock().expect("lock").push((upstream.clone(), outcome));
        },
    ));
    let tokens = Arc::new(Tokens::new(SignIns::new(3_600).factory(), Duration::from_secs(60)));
    let request_timeout = Duration::from_millis(50);
    let limits = Limits { request_timeout, attempts: 2, ..limits() };
    let client = ArgClient::new(http, tokens, &fake.cloud(), limits);
    let error = client.list(KQL, &Scope::Tenant, &mut Kept::default()).await.expect_err("silence");
    assert_eq!(error.to_string(), "Azure Resource Graph did not answer within 50 ms");
    let seen = std::mem::take(&mut *seen.lock().expect("lock"));
    assert_eq!(seen, vec![(Upstream::ResourceGraph, Outcome::TimedOut); 2]);
}

#[tokio::test]
async fn a_closed_port_is_unreachable() {
    let fake = Fake::start([]).await;
    let mut cloud = fake.cloud();
    // The port of a listener that is gone.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("port");
    let port = listener.local_addr().expect("address").port();
    drop(listener);
    cloud.resource_manager.set_port(Some(port)).expect("port");
    let http = Http::new(&HttpOptions::default()).expect("client");
    let tokens = Arc::new(Tokens::new(SignIns::new(3_600).factory(), Duration::from_secs(60)));
    let client = ArgClient::new(http, tokens, &cloud, limits());
    let error =
        client.list(KQL, &Scope::Tenant, &mut Kept::default()).await.expect_err("a closed port");
    assert_eq!(error.to_string(), "Azure Resource Graph cannot be reached");
    let cause = std::error::Error::source(&error).expect("cause").to_string();
    assert!(cause.contains("refused") && !cause.contains("http://"), "{cause}");
}

const CONFIGURATION: &str = "/subscriptions/s/resourceGroups/a b(1)/providers/Microsoft.Kubernetes/connectedClusters/c%2f/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/f?x#y";

#[tokio::test]
async fn reads_one_configuration_from_resource_manager() {
    let fake = Fake::start([reply(200, &[], "{}"), refusal(404, "ResourceNotFound")]).await;
    let client = client_with(&fake, &SignIns::new(3_600), limits());
    let body = client.get_resource(CONFIGURATION).await.expect("found");
    assert_eq!(body.as_deref(), Some(&b"{}"[..]));
    assert_eq!(client.get_resource(CONFIGURATION).await, Ok(None));
    assert_eq!(
        fake.received()[0].target,
        "/subscriptions/s/resourceGroups/a%20b(1)/providers/Microsoft.Kubernetes/connectedClusters/c%252f/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/f%3Fx%23y?api-version=2025-04-01"
    );
}

#[tokio::test]
async fn only_the_codes_of_a_missing_resource_mean_that_it_is_gone() {
    for code in ["ResourceNotFound", "resourcegroupnotfound", "SubscriptionNotFound"] {
        let fake = Fake::start([refusal(404, code)]).await;
        let client = client_with(&fake, &SignIns::new(3_600), limits());
        assert_eq!(client.get_resource(CONFIGURATION).await, Ok(None), "{code}");
    }
    let html = || reply(404, &[("content-type", "text/html")], "<html>No such host</html>");
    for useless in [refusal(404, "InvalidResourceType"), html(), reply(404, &[], "")] {
        let fake = Fake::start([useless]).await;
        let client = client_with(&fake, &SignIns::new(3_600), limits());
        let error = client.get_resource(CONFIGURATION).await.expect_err("a failure");
        assert!(matches!(error, UpstreamError::Refused { status: 404, .. }), "{error}");
        assert_eq!(fake.received().len(), 1);
    }
}

#[tokio::test]
async fn an_api_version_that_the_cloud_lacks_gives_way_to_one_that_it_offers() {
    let lacking = |status, code: &str, offers: &str| {
        let message =
            format!("Not for api version '2025-04-01'. The supported api-versions are '{offers}'.");
        reply(status, &[], json!({ "error": { "code": code, "message": message } }).to_string())
    };
    let offers = "2021-03-01, 2022-03-01, 2023-05-01, 2024-04-01-preview";
    for (status, code) in [(404, "InvalidResourceType"), (400, "NoRegisteredProviderFound")] {
        let fake = Fake::start([
            lacking(status, code, offers),
            lacking(status, code, "2022-03-01"),
            reply(200, &[], "{}"),
            refusal(404, "ResourceNotFound"),
        ])
        .await;
        let client = client_with(&fake, &SignIns::new(3_600), limits());
        assert!(client.get_resource(CONFIGURATION).await.expect("read").is_some());
        assert_eq!(client.get_resource(CONFIGURATION).await, Ok(None));
        let received = fake.received();
        let versions: Vec<_> = received
            .iter()
            .filter_map(|request| request.target.split_once("api-version="))
            .collect();
        let versions: Vec<_> = versions.iter().map(|(_, version)| *version).collect();
        // The second one works, and is asked for from then on.
        assert_eq!(versions, ["2025-04-01", "2023-05-01", "2022-03-01", "2022-03-01"], "{code}");
    }
    // The version isn't what is refused.
    let fake = Fake::start([lacking(404, "InvalidResourceType", "2022-03-01, 2025-04-01")]).await;
    let client = client_with(&fake, &SignIns::new(3_600), limits());
    client.get_resource(CONFIGURATION).await.expect_err("a failure");
    assert_eq!(fake.received().len(), 1);
}

#[tokio::test]
async fn asks_resource_manager_for_configurations_only() {
    let fake = Fake::start([]).await;
    let client = client_with(&fake, &SignIns::new(3_600), limits());
    let other = CONFIGURATION.replace("fluxConfigurations", "extensions");
    let dotted = CONFIGURATION.replace("/c%2f/", "/../");
    let host = format!("https://example.com{CONFIGURATION}");
    for id in ["", "/", "//example.com/x", &other, &dotted, &host] {
        let error = client.get_resource(id).await.expect_err(id);
        assert!(matches!(
            error,
            UpstreamError::NotUnderstood { fault: ReplyFault::ResourceId, .. }
        ));
    }
    assert!(fake.received().is_empty());
}

#[tokio::test]
async fn resource_manager_is_outside_of_resource_graphs_quota() {
    let fake = Fake::start((0..20).map(|_| reply(200, &[], "{}"))).await;
    // Shorter than the quota's window: a request that had to wait for its turn would give up at once.
    let limits = Limits { resource_timeout: Duration::from_secs(4), ..limits() };
    let client = client_with(&fake, &SignIns::new(3_600), limits);
    for _ in 0..20 {
        client.get_resource(CONFIGURATION).await.expect("found");
    }
}
