use super::*;
use fleet::{Column, Fleet, FleetSpec, Table};
use flux::{ResourceId, UtcMillis};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

mod faulty;
mod recorded;
mod sign_in;
mod workspace;

const NOW: UtcMillis = UtcMillis(1_790_000_000_000);
const PATH: &str = "/providers/Microsoft.ResourceGraph/resources?api-version=2021-06-01-preview";
const LISTING: &str = "kubernetesconfigurationresources | where type =~ 'microsoft.kubernetesconfiguration/fluxconfigurations' | project id, name, state = tostring(properties.complianceState), properties | order by id asc";

/// An emulator that requires no token and has no quota, unless a test changes that.
async fn emulator(spec: FleetSpec, change: impl FnOnce(&mut EmulatorOptions)) -> Emulator {
    let mut options = EmulatorOptions::from(spec);
    options.clock = Clock::Fixed(NOW);
    options.require_token = false;
    options.quota = None;
    change(&mut options);
    Emulator::start(options).await.expect("a free port")
}

async fn small() -> Emulator {
    emulator(FleetSpec { clusters: 5, configurations: 40, seed: 1 }, |_| {}).await
}

fn client() -> Client {
    // The emulator speaks plain HTTP; reading the system's certificates would take longer than a test.
    Client::builder().no_proxy().tls_certs_only([]).build().expect("a client")
}

async fn send(emulator: &Emulator, body: &Value) -> reqwest::Result<Response> {
    let url = format!("{}{PATH}", emulator.base_url());
    let request = client().post(url).header("content-type", "application/json");
    request.body(body.to_string()).send().await
}

async fn json(response: Response) -> Value {
    serde_json::from_slice(&response.bytes().await.expect("a body")).expect("JSON")
}

/// Sends a query; returns its status and body.
async fn ask(emulator: &Emulator, body: Value) -> (StatusCode, Value) {
    let response = send(emulator, &body).await.expect("an answer");
    (response.status(), json(response).await)
}

/// The codes of an error's details.
fn details(body: &Value) -> Vec<&str> {
    let details = body["error"]["details"].as_array().expect("details");
    details.iter().map(|detail| detail["code"].as_str().expect("a code")).collect()
}

#[tokio::test]
async fn a_listing_comes_in_pages_that_fit_together() {
    let emulator =
        emulator(FleetSpec { clusters: 40, configurations: 5040, seed: 1 }, |_| {}).await;
    let mut ids = Vec::new();
    let mut pages = 0;
    let mut token = Value::Null;
    loop {
        let mut options = json!({"$top": 1000, "resultFormat": "objectArray"});
        if token.is_string() {
            options["$skipToken"] = token;
        }
        let (status, body) = ask(&emulator, json!({"query": LISTING, "options": options})).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(body["totalRecords"], 5040);
        assert_eq!(body["resultTruncated"], "false");
        let rows = body["data"].as_array().expect("rows");
        assert_eq!(body["count"], rows.len());
        ids.extend(rows.iter().map(|row| row["id"].as_str().expect("an id").to_owned()));
        pages += 1;
        token = body["$skipToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!((pages, ids.len()), (6, 5040));
    assert!(ids.is_sorted());
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 5040);
    let stats = emulator.stats();
    assert_eq!((stats.pages, stats.rows, stats.count(Route::Arg, 200)), (6, 5040, 6));
    emulator.stop().await;
}

#[tokio::test]
async fn top_and_skip_choose_the_page_and_a_limit_leaves_no_token() {
    let emulator = small().await;
    let page = async |query: &str, options: Value| {
        ask(&emulator, json!({"query": query, "options": options})).await.1
    };
    let all = page(LISTING, json!({})).await;
    let part = page(LISTING, json!({"$top": 3, "$skip": 5})).await;
    assert_eq!(
        part["data"].as_array(),
        all["data"].as_array().map(|rows| rows[5..8].to_vec()).as_ref()
    );
    let next =
        page(LISTING, json!({"$top": 4, "$skip": 5, "$skipToken": part["$skipToken"]})).await;
    assert_eq!(next["data"][0], all["data"][8]);
    assert_eq!(next["count"], 4);
    let limited = page("resources | project id | limit 5", json!({"$top": 3, "$skip": 1})).await;
    assert_eq!((&limited["count"], &limited["totalRecords"]), (&json!(3), &json!(5)));
    assert_eq!(limited["resultTruncated"], "true");
    assert_eq!(limited["$skipToken"], Value::Null);
    let dynamic = page("resources | project properties", json!({"$top": 2})).await;
    assert_eq!(
        (&dynamic["resultTruncated"], &dynamic["$skipToken"]),
        (&json!("true"), &Value::Null)
    );
    let (status, body) = ask(&emulator, json!({"query": LISTING, "options": {"$top": 1001}})).await;
    assert_eq!((status, details(&body)), (StatusCode::BAD_REQUEST, vec!["InvalidTop"]));
}

#[tokio::test]
async fn a_skip_token_serves_its_own_query_only() {
    let emulator = small().await;
    let first = ask(&emulator, json!({"query": LISTING, "options": {"$top": 10}})).await.1;
    let token = first["$skipToken"].as_str().expect("a token");
    for (query, token) in [
        (LISTING, format!("{token}AA")),
        (LISTING, "x".to_owned()),
        ("resources | project id", token.to_owned()),
    ] {
        let (status, body) =
            ask(&emulator, json!({"query": query, "options": {"$skipToken": token}})).await;
        assert_eq!((status, details(&body)), (StatusCode::BAD_REQUEST, vec!["InvalidSkipToken"]));
    }
}

#[tokio::test]
async fn pages_of_an_unsorted_query_do_not_fit_together() {
    let emulator = small().await;
    let names = async |token: Value| {
        let options = json!({"$top": 30, "$skipToken": token});
        let query = "kubernetesconfigurationresources | project id";
        let page = ask(&emulator, json!({"query": query, "options": options})).await.1;
        (page["data"].as_array().expect("rows").clone(), page["$skipToken"].clone())
    };
    let (first, token) = names(Value::Null).await;
    let (second, _) = names(token).await;
    // Forty configurations, five Flux extensions, one monitoring extension.
    assert_eq!(first.len() + second.len(), 46);
    assert_eq!(first.last(), second.first());
}

#[tokio::test]
async fn the_quota_holds_and_says_so() {
    let emulator = emulator(FleetSpec::default(), |options| options.quota = Some(15)).await;
    let query = json!({"query": "resources | count"});
    for expected in (0..15).rev() {
        let response = send(&emulator, &query).await.expect("an answer");
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["x-ms-user-quota-remaining"], expected.to_string());
    }
    let response = send(&emulator, &query).await.expect("an answer");
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(response.headers()["x-ms-user-quota-remaining"], "0");
    assert!(
        response.headers()["x-ms-user-quota-resets-after"]
            .to_str()
            .expect("text")
            .starts_with("00:00:0")
    );
    assert_eq!(details(&json(response).await), ["RateLimiting"]);
    let stats = emulator.stats();
    assert_eq!((stats.max_in_window, stats.count(Route::Arg, 429)), (16, 1));
    emulator.reset_stats();
    assert_eq!(emulator.stats(), Stats::default());
}

#[tokio::test]
async fn the_scope_decides_which_rows_are_seen() {
    let emulator = emulator(FleetSpec::default(), |options| {
        let hidden = options.fleet.subscriptions()[2].id.to_string();
        options.unreadable_subscriptions.push(hidden);
    })
    .await;
    let fleet = &emulator.options().fleet;
    let ids: Vec<&str> = fleet.subscriptions().iter().map(|s| s.id.as_str()).collect();
    let seen = async |scope: Value| {
        let mut body = scope;
        body["query"] = json!("resources | distinct subscriptionId");
        let (status, body) = ask(&emulator, body).await;
        if status != StatusCode::OK {
            return Err(details(&body).join(" "));
        }
        let rows = body["data"].as_array().expect("rows").clone();
        Ok(rows
            .iter()
            .map(|row| row["subscriptionId"].as_str().expect("id").to_owned())
            .collect::<BTreeSet<_>>())
    };
    let set = |which: &[usize]| Ok(which.iter().map(|index| ids[*index].to_owned()).collect());
    assert_eq!(seen(json!({})).await, set(&[0, 1]));
    assert_eq!(seen(json!({"subscriptions": [ids[1].to_uppercase(), ids[2]]})).await, set(&[1]));
    assert_eq!(seen(json!({"managementGroups": ["MG-STORES"]})).await, set(&[1]));
    let none = Err("NoValidSubscriptionsInQueryRequest".to_owned());
    assert_eq!(seen(json!({"subscriptions": []})).await, none);
    assert_eq!(seen(json!({"subscriptions": [ids[2]]})).await, none);
    assert_eq!(seen(json!({"managementGroups": ["mg-nobody"]})).await, none);
    let invalid = Err("SubscriptionsContainInvalidGuids".to_owned());
    assert_eq!(seen(json!({"subscriptions": ["all"]})).await, invalid);
    let many = vec!["00000000-0000-0000-0000-000000000000"; 1001];
    assert_eq!(
        seen(json!({"subscriptions": many})).await,
        Err("TooManySubscriptionsInQueryRequest".to_owned())
    );
}

#[tokio::test]
async fn a_page_that_is_too_long_is_refused_and_half_of_it_is_not() {
    let emulator = emulator(FleetSpec::default(), |options| options.page_cap_bytes = 400_000).await;
    let (status, body) = ask(&emulator, json!({"query": LISTING})).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(details(&body), ["ResponsePayloadTooLarge"]);
    let text = body["error"]["details"][0]["message"].as_str().expect("text");
    assert!(text.contains("exceeded the limit of 400000"), "{text}");
    let (status, _) = ask(&emulator, json!({"query": LISTING, "options": {"$top": 100}})).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn requests_that_make_no_sense_are_refused() {
    let emulator = small().await;
    let url = |path: &str| format!("{}{path}", emulator.base_url());
    let post = async |path: &str, kind: &str, body: &str| {
        let request = client().post(url(path)).header("content-type", kind).body(body.to_owned());
        let response = request.send().await.expect("an answer");
        (response.status().as_u16(), json(response).await["error"]["code"].clone())
    };
    let query = r#"{"query": "resources | count"}"#;
    let json_type = "application/json; charset=utf-8";
    assert_eq!(post(PATH, json_type, "{").await, (400, json!("BadRequest")));
    assert_eq!(post(PATH, "text/plain", query).await, (500, json!("InternalServerError")));
    assert_eq!(
        post(PATH.split_once('?').expect("a query").0, json_type, query).await,
        (400, json!("MissingApiVersionParameter"))
    );
    assert_eq!(post("/elsewhere", json_type, query).await, (404, json!("NotFound")));
    let (status, body) =
        ask(&emulator, json!({"query": "resources", "facets": [{"expression": "type"}]})).await;
    assert_eq!((status, details(&body)), (StatusCode::BAD_REQUEST, vec!["FacetsNotOffered"]));
    let upper =
        post(&PATH.replace("providers/Microsoft", "PROVIDERS/MICROSOFT"), json_type, query).await;
    assert_eq!(upper, (200, Value::Null));
}

#[tokio::test]
async fn one_resource_is_read_with_its_conditions() {
    let emulator = small().await;
    let get = async |path: &str| {
        let url = format!("{}{path}?api-version=2023-05-01", emulator.base_url());
        let response = client().get(url).send().await.expect("an answer");
        (response.status().as_u16(), json(response).await)
    };
    let listed = ask(&emulator, json!({"query": LISTING})).await.1;
    for row in listed["data"].as_array().expect("rows") {
        let id = row["id"].as_str().expect("an id");
        let (status, resource) = get(id).await;
        assert_eq!((status, &resource["id"]), (200, &row["id"]));
        assert_eq!(resource["properties"]["complianceState"], row["properties"]["complianceState"]);
        let statuses = resource["properties"]["statuses"].as_array().expect("a list");
        assert!(statuses.iter().all(|object| object["statusConditions"].is_array()));
        assert_eq!(
            ResourceId::parse(id).map(|parsed| parsed.name),
            Ok(row["name"].as_str().expect("text"))
        );
    }
    let missing = format!("{}-missing", listed["data"][0]["id"].as_str().expect("an id"));
    let (status, body) = get(&missing).await;
    assert_eq!((status, &body["error"]["code"]), (404, &json!("ResourceNotFound")));
    assert_eq!(get("/subscriptions/x").await.0, 404);
    assert_eq!(emulator.stats().count(Route::Resource, 200), 40);
}

#[tokio::test]
async fn later_pages_of_a_large_fleet_need_no_new_evaluation() {
    let emulator =
        emulator(FleetSpec { clusters: 40, configurations: 20_000, seed: 1 }, |_| {}).await;
    let query = "kubernetesconfigurationresources | where type endswith 'fluxconfigurations' | project id, name | order by id asc";
    let first = ask(&emulator, json!({"query": query})).await.1;
    let next =
        ask(&emulator, json!({"query": query, "options": {"$skipToken": first["$skipToken"]}}))
            .await
            .1;
    assert_eq!(next["count"], 1000);
    let stats = emulator.stats();
    assert_eq!((stats.pages, stats.evaluated), (2, 1));
    ask(&emulator, json!({"query": format!("{query} | take 5")})).await;
    assert_eq!(emulator.stats().evaluated, 2, "another query is another answer");
}

#[tokio::test]
async fn stats_and_faults_can_be_reached_over_http() {
    let emulator = small().await;
    let post = |body: &'static str| {
        client().post(format!("{}/_emulator/faults", emulator.base_url())).body(body).send()
    };
    assert_eq!(post(r#"{"arg": [{"kind": "forbidden"}]}"#).await.expect("an answer").status(), 200);
    assert_eq!(post("{\"nothing\": 1}").await.expect("an answer").status(), 400);
    assert_eq!(ask(&emulator, json!({"query": "resources"})).await.0, StatusCode::FORBIDDEN);
    assert_eq!(ask(&emulator, json!({"query": "resources"})).await.0, StatusCode::OK);
    let url = format!("{}/_emulator/stats", emulator.base_url());
    let stats = json(client().get(url).send().await.expect("an answer")).await;
    assert_eq!(stats["requests"]["arg"], json!({"200": 1, "403": 1}));
    assert_eq!(stats, serde_json::to_value(emulator.stats()).expect("plain data"));
}

#[tokio::test]
async fn it_stops_when_told_and_when_dropped() {
    let emulator = small().await;
    let url = emulator.base_url();
    emulator.stop().await;
    assert!(client().get(&url).send().await.is_err());
    let emulator = small().await;
    let port =
        emulator.base_url().rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    drop(emulator);
    let again = EmulatorOptions { port, ..EmulatorOptions::from(FleetSpec::default()) };
    let free = async {
        while Emulator::start(again.clone()).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    let minute = std::time::Duration::from_secs(60);
    tokio::time::timeout(minute, free).await.expect("its port becomes free");
}

#[test]
fn every_row_of_the_fleet_has_the_columns_that_queries_know() {
    let fleet = Fleet::generate(FleetSpec::default());
    let row = fleet.row(Table::Resources, 0, NOW).expect("a row");
    assert_eq!(row.as_object().map(serde_json::Map::len), Some(Column::ALL.len()));
}
