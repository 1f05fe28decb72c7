//! Each fault as a client sees it.

use super::*;

async fn with(kind: FaultKind) -> Emulator {
    let emulator = small().await;
    emulator.set_faults(Faults { arg: vec![Fault::once(kind)], ..Faults::default() });
    emulator
}

/// Asserts that the emulator works normally after the fault.
async fn is_well(emulator: &Emulator) {
    assert_eq!(ask(emulator, json!({"query": LISTING})).await.0, StatusCode::OK);
}

#[tokio::test]
async fn throttled_with_and_without_waiting_times() {
    let emulator =
        with(FaultKind::Throttled { retry_after_seconds: Some(7), resets_after_seconds: Some(4) })
            .await;
    let response = send(&emulator, &json!({"query": LISTING})).await.expect("an answer");
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(response.headers()["retry-after"], "7");
    assert_eq!(response.headers()["x-ms-user-quota-resets-after"], "00:00:04");
    assert_eq!(response.headers()["x-ms-user-quota-remaining"], "0");
    is_well(&emulator).await;
    let emulator =
        with(FaultKind::Throttled { retry_after_seconds: None, resets_after_seconds: None }).await;
    let response = send(&emulator, &json!({"query": LISTING})).await.expect("an answer");
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(!response.headers().contains_key("retry-after"));
    assert!(!response.headers().contains_key("x-ms-user-quota-remaining"));
}

#[tokio::test]
async fn errors_of_every_status() {
    for (kind, status, code) in [
        (FaultKind::ServerError { status: 503 }, 503, "InternalServerError"),
        (FaultKind::ServerError { status: 200 }, 500, "InternalServerError"),
        (FaultKind::ExpiredToken, 401, "ExpiredAuthenticationToken"),
        (FaultKind::Forbidden, 403, "AccessDenied"),
    ] {
        let emulator = with(kind).await;
        let (got, body) = ask(&emulator, json!({"query": LISTING})).await;
        assert_eq!((got.as_u16(), &body["error"]["code"]), (status, &json!(code)));
        is_well(&emulator).await;
    }
}

#[tokio::test]
async fn a_slow_reply_succeeds_and_delays_no_other_request() {
    let emulator = with(FaultKind::Slow { millis: 3_600_000 }).await;
    let body = json!({"query": LISTING});
    let reached = async {
        while emulator.stats().max_concurrent == 0 {
            tokio::task::yield_now().await;
        }
        is_well(&emulator).await;
    };
    tokio::select! {
        reply = send(&emulator, &body) => panic!("an answer within an hour: {reply:?}"),
        () = reached => {}
    }
    let emulator = with(FaultKind::Slow { millis: 1 }).await;
    is_well(&emulator).await;
}

#[tokio::test]
async fn a_cut_body_is_shorter_than_its_content_length() {
    let emulator = with(FaultKind::CutBody).await;
    let response = send(&emulator, &json!({"query": LISTING})).await.expect("headers come");
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.bytes().await.is_err());
    is_well(&emulator).await;
}

#[tokio::test]
async fn a_reset_connection_gives_no_reply_at_all() {
    let emulator = with(FaultKind::Reset).await;
    assert!(send(&emulator, &json!({"query": LISTING})).await.is_err());
    is_well(&emulator).await;
    assert_eq!(emulator.stats().count(Route::Arg, 0), 1);
}

#[tokio::test]
async fn garbage_is_no_json() {
    let emulator = with(FaultKind::Garbage).await;
    let response = send(&emulator, &json!({"query": LISTING})).await.expect("an answer");
    assert_eq!(response.status(), StatusCode::OK);
    let body = response.bytes().await.expect("a body");
    assert!(serde_json::from_slice::<Value>(&body).is_err());
    is_well(&emulator).await;
}

#[tokio::test]
async fn some_rows_have_wrong_types() {
    let emulator = with(FaultKind::WrongTypes).await;
    let (status, body) = ask(&emulator, json!({"query": LISTING})).await;
    assert_eq!(status, StatusCode::OK);
    let rows = body["data"].as_array().expect("rows");
    assert!(rows.iter().any(|row| row.get("id").is_none()));
    assert!(rows.iter().any(|row| row["id"].is_number()));
    assert!(rows.iter().any(|row| row["properties"].is_string()));
    assert_eq!(
        rows.iter().filter(|row| row["id"].is_string() && row["properties"].is_object()).count(),
        28
    );
}

#[tokio::test]
async fn a_page_repeats_itself() {
    let emulator = small().await;
    emulator.set_faults(Faults {
        arg: vec![Fault::times(2, FaultKind::RepeatPage).after(1)],
        ..Faults::default()
    });
    let page = async |token: Option<&Value>| {
        let options = json!({"$top": 10, "$skipToken": token});
        ask(&emulator, json!({"query": LISTING, "options": options})).await.1
    };
    let first = page(None).await;
    let second = page(Some(&first["$skipToken"])).await;
    let third = page(Some(&second["$skipToken"])).await;
    assert_eq!((&second["data"], &second["$skipToken"]), (&third["data"], &third["$skipToken"]));
    assert_ne!(first["data"], second["data"]);
}

#[tokio::test]
async fn a_skip_token_goes_stale() {
    let emulator = small().await;
    emulator.set_faults(Faults {
        arg: vec![Fault::times(2, FaultKind::StaleSkipToken)],
        ..Faults::default()
    });
    let (status, first) = ask(&emulator, json!({"query": LISTING, "options": {"$top": 10}})).await;
    assert_eq!(status, StatusCode::OK);
    let next = json!({"query": LISTING, "options": {"$skipToken": first["$skipToken"]}});
    assert_eq!(details(&ask(&emulator, next.clone()).await.1), ["InvalidSkipToken"]);
    assert_eq!(ask(&emulator, next).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_row_is_huge() {
    let emulator = with(FaultKind::HugeRow { bytes: 1 << 20 }).await;
    let (_, body) = ask(&emulator, json!({"query": LISTING})).await;
    assert_eq!(body["data"][0]["state"].as_str().map(str::len), Some(1 << 20));
}

#[tokio::test]
async fn resources_and_tokens_fail_as_well() {
    let emulator = small().await;
    let throttled =
        FaultKind::Throttled { retry_after_seconds: Some(3), resets_after_seconds: None };
    emulator.set_faults(Faults {
        resource: vec![Fault::once(throttled), Fault::once(FaultKind::Reset)],
        token: vec![Fault::once(FaultKind::ServerError { status: 500 })],
        ..Faults::default()
    });
    let url = format!("{}/subscriptions/x?api-version=1", emulator.base_url());
    let response = client().get(&url).send().await.expect("an answer");
    assert_eq!(
        (response.status().as_u16(), &response.headers()["retry-after"]),
        (429, &"3".parse().expect("text"))
    );
    assert_eq!(json(response).await["error"]["code"], "ResourceRequestsThrottled");
    assert!(client().get(&url).send().await.is_err());
    let url = format!("{}/msi/token?resource=x", emulator.base_url());
    assert_eq!(client().get(url).send().await.expect("an answer").status(), 500);
}
