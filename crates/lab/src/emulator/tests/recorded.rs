//! Compares the emulator's replies with Azure's: fixtures of `tests/fixtures/azure`, with made-up values and sentences,
//! and recorded replies where `../shared/data` exists.

use super::*;

/// A reply of Azure.
struct Reply {
    json: Value,
    /// Whether the reply was recorded from Azure, so that its sentences are Azure's own.
    is_recorded: bool,
}

fn replies(path: &str) -> Vec<Reply> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |folder: &str| std::fs::read_to_string(root.join(folder).join(path));
    let ours = (read("tests/fixtures/azure").expect(path), false);
    let recorded = read("../shared/data").ok().map(|text| (text, true));
    let reply = |(text, is_recorded): (String, bool)| Reply {
        json: serde_json::from_str(&text).expect(path),
        is_recorded,
    };
    [ours].into_iter().chain(recorded).map(reply).collect()
}

/// Details of an error. Messages are removed when the reply's sentences are made up.
fn details_beside(body: &Value, is_recorded: bool) -> Value {
    let mut details = body["error"]["details"].clone();
    for detail in details.as_array_mut().into_iter().flatten() {
        if !is_recorded {
            detail["message"] = Value::Null;
        }
    }
    details
}

/// Names of members at every depth, with their types. For a list, its first element counts.
fn shape(value: &Value, path: &str, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                shape(value, &format!("{path}.{name}"), into);
            }
        }
        Value::Array(items) => match items.first() {
            Some(first) => shape(first, &format!("{path}[]"), into),
            None => drop(into.insert(format!("{path}: []"))),
        },
        Value::Null => drop(into.insert(format!("{path}: null"))),
        Value::Bool(_) => drop(into.insert(format!("{path}: bool"))),
        Value::Number(_) => drop(into.insert(format!("{path}: number"))),
        Value::String(_) => drop(into.insert(format!("{path}: text"))),
    }
}

fn shape_of(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    shape(value, "", &mut found);
    found
}

/// Sends a recorded request, without its scope, to the emulator.
async fn replay(emulator: &Emulator, recording: &Value) -> (Response, Value) {
    let mut body = recording["RequestBody"].clone();
    body.as_object_mut().expect("an object").remove("subscriptions");
    let response = send(emulator, &body).await.expect("an answer");
    (response, body)
}

fn has_the_headers_of(response: &Response, recording: &Value) {
    for name in recording["ResponseHeaders"].as_object().expect("headers").keys() {
        // Headers that Azure's web server adds don't belong to the service.
        if !["Server", "Date", "Content-Length"].contains(&name.as_str()) {
            assert!(response.headers().contains_key(name.as_str()), "{name}");
        }
    }
}

#[tokio::test]
async fn a_table_looks_like_that_of_azure() {
    for Reply { json: recording, .. } in replies("arg/recorded-table-format-200.json") {
        let emulator = small().await;
        let (response, _) = replay(&emulator, &recording).await;
        assert_eq!(response.status(), StatusCode::OK);
        has_the_headers_of(&response, &recording);
        let body = json(response).await;
        let expected = &recording["ResponseBody"];
        assert_eq!(body["data"]["columns"], expected["data"]["columns"]);
        for name in ["totalRecords", "count", "facets", "resultTruncated", "$skipToken"] {
            assert_eq!(body[name], expected[name], "{name}");
        }
        assert_eq!(body["data"]["rows"].as_array().map(Vec::len), Some(2));
    }
}

#[tokio::test]
async fn a_page_in_the_middle_looks_like_that_of_azure() {
    for Reply { json: recording, .. } in replies("arg/recorded-paging-skiptoken-top-skip-200.json")
    {
        let emulator = small().await;
        let first = ask(&emulator, json!({"query": "project id", "options": {"$top": 4}})).await.1;
        let mut body = recording["RequestBody"].clone();
        body.as_object_mut().expect("an object").remove("subscriptions");
        body["options"]["$skipToken"] = first["$skipToken"].clone();
        // The recorded request asked for 6 rows of many; this fleet has fewer.
        body["options"]["$top"] = json!(2);
        let response = send(&emulator, &body).await.expect("an answer");
        has_the_headers_of(&response, &recording);
        let page = json(response).await;
        assert_eq!(shape_of(&page), shape_of(&recording["ResponseBody"]));
        assert_eq!(page["resultTruncated"], recording["ResponseBody"]["resultTruncated"]);
    }
}

#[tokio::test]
async fn a_malformed_query_fails_as_at_azure() {
    for Reply { json: recording, is_recorded } in replies("arg/recorded-malformed-query-400.json") {
        let emulator = small().await;
        let (response, _) = replay(&emulator, &recording).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        has_the_headers_of(&response, &recording);
        let body = json(response).await;
        let expected = &recording["ResponseBody"];
        assert_eq!(details_beside(&body, is_recorded), details_beside(expected, is_recorded));
        assert_eq!(shape_of(&body), shape_of(expected));
    }
}

#[tokio::test]
async fn errors_look_like_those_of_azure() {
    let emulator = emulator(FleetSpec::default(), |options| options.quota = Some(2)).await;
    let table = json!({"query": "desktopvirtualizationresources"});
    let none = json!({"query": "resources", "subscriptions": []});
    for (file, body) in [
        ("arg/error-400-disallowedlogicaltablename.json", &table),
        ("arg/error-400-novalidsubscriptionsinqueryrequest.json", &none),
        ("arg/error-429-ratelimiting.json", &table),
    ] {
        let got = ask(&emulator, body.clone()).await.1;
        for Reply { json: expected, is_recorded } in replies(file) {
            assert_eq!(shape_of(&got), shape_of(&expected), "{file}");
            assert_eq!(
                details_beside(&got, is_recorded),
                details_beside(&expected, is_recorded),
                "{file}"
            );
            assert_eq!(got["error"]["code"], expected["error"]["code"], "{file}");
        }
    }
    for (file, kind) in [
        ("arg/error-401-expiredauthenticationtoken.json", FaultKind::ExpiredToken),
        ("arg/error-403-accessdenied.json", FaultKind::Forbidden),
    ] {
        emulator.set_faults(Faults { arg: vec![Fault::once(kind)], ..Faults::default() });
        let got = ask(&emulator, json!({"query": "resources"})).await.1;
        for Reply { json: expected, .. } in replies(file) {
            assert_eq!(shape_of(&got), shape_of(&expected), "{file}");
            assert_eq!(got["error"]["code"], expected["error"]["code"], "{file}");
        }
    }
}

#[tokio::test]
async fn resources_have_every_member_of_those_of_azure() {
    let fleet = Fleet::generate(FleetSpec::default());
    let resource = |word: &str| {
        let rows = (0..fleet.len(Table::KubernetesConfigurationResources))
            .filter_map(|index| fleet.row(Table::KubernetesConfigurationResources, index, NOW));
        let mut ids = rows.filter_map(|row| row["id"].as_str().map(str::to_owned));
        let wanted = format!("/{word}/").to_lowercase();
        let found = ids.find(|id| id.to_lowercase().contains(&wanted)).expect("there are some");
        fleet.arm_get(&found, NOW).expect("is there")
    };
    for (file, word) in [
        ("arm/wire-extension-flux-get-200-succeeded-2022-03-01.json", "extensions"),
        ("arm/wire-fluxconfiguration-get-200-compliant-2022-03-01.json", "fluxConfigurations"),
    ] {
        let got = resource(word);
        for Reply { json: expected, .. } in replies(file) {
            assert_eq!(got["type"], expected["type"]);
            for part in ["", "/properties", "/systemData"] {
                let names = |value: &Value| -> BTreeSet<String> {
                    let part = value.pointer(part).and_then(Value::as_object);
                    part.expect("an object").keys().cloned().collect()
                };
                let missing: Vec<_> = names(&expected).difference(&names(&got)).cloned().collect();
                // The 2022 API has `installState` in addition to `provisioningState`.
                let is_old = missing.iter().all(|name| name == "installState");
                assert!(is_old, "{file}{part}: {missing:?}");
            }
        }
    }
}
