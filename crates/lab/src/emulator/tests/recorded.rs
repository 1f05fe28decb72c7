//! The shape of replies beside recorded ones. Where the recordings aren't at hand, nothing is compared.

use super::*;

/// A recorded reply, read where it lies. `None`: the recordings aren't there.
fn recorded(path: &str) -> Option<Value> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(path);
    let Ok(text) = std::fs::read_to_string(&file) else {
        eprintln!("recorded reply {path} isn't there: nothing to compare with");
        return None;
    };
    Some(serde_json::from_str(&text).expect("recordings are JSON"))
}

/// Names of members at every depth, with the type that stands there; lists count by their first element.
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

/// The reply to a recorded request, put to the emulator without its scope.
async fn replay(emulator: &Emulator, recording: &Value) -> (Response, Value) {
    let mut body = recording["RequestBody"].clone();
    body.as_object_mut().expect("an object").remove("subscriptions");
    let response = send(emulator, &body).await.expect("an answer");
    (response, body)
}

fn has_the_headers_of(response: &Response, recording: &Value) {
    for name in recording["ResponseHeaders"].as_object().expect("headers").keys() {
        // What Azure's web server adds says nothing of the service.
        if !["Server", "Date", "Content-Length"].contains(&name.as_str()) {
            assert!(response.headers().contains_key(name.as_str()), "{name}");
        }
    }
}

#[tokio::test]
async fn a_table_looks_as_recorded() {
    let Some(recording) = recorded("arg/recorded-table-format-200.json") else { return };
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

#[tokio::test]
async fn a_page_in_the_middle_looks_as_recorded() {
    let Some(recording) = recorded("arg/recorded-paging-skiptoken-top-skip-200.json") else {
        return;
    };
    let emulator = small().await;
    let first = ask(&emulator, json!({"query": "project id", "options": {"$top": 4}})).await.1;
    let mut body = recording["RequestBody"].clone();
    body.as_object_mut().expect("an object").remove("subscriptions");
    body["options"]["$skipToken"] = first["$skipToken"].clone();
    // The recorded request asks for 6 of 161 rows; this fleet is smaller.
    body["options"]["$top"] = json!(2);
    let response = send(&emulator, &body).await.expect("an answer");
    has_the_headers_of(&response, &recording);
    let page = json(response).await;
    assert_eq!(shape_of(&page), shape_of(&recording["ResponseBody"]));
    assert_eq!(page["resultTruncated"], recording["ResponseBody"]["resultTruncated"]);
}

#[tokio::test]
async fn a_malformed_query_fails_as_recorded() {
    let Some(recording) = recorded("arg/recorded-malformed-query-400.json") else { return };
    let emulator = small().await;
    let (response, _) = replay(&emulator, &recording).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    has_the_headers_of(&response, &recording);
    let body = json(response).await;
    assert_eq!(body["error"]["details"], recording["ResponseBody"]["error"]["details"]);
    assert_eq!(shape_of(&body), shape_of(&recording["ResponseBody"]));
}

#[tokio::test]
async fn errors_look_as_recorded() {
    let emulator = emulator(FleetSpec::default(), |options| options.quota = Some(2)).await;
    let table = json!({"query": "desktopvirtualizationresources"});
    let none = json!({"query": "resources", "subscriptions": []});
    for (file, body) in [
        ("arg/error-400-disallowedlogicaltablename.json", &table),
        ("arg/error-400-novalidsubscriptionsinqueryrequest.json", &none),
        ("arg/error-429-ratelimiting.json", &table),
    ] {
        let got = ask(&emulator, body.clone()).await.1;
        let Some(expected) = recorded(file) else { return };
        assert_eq!(shape_of(&got), shape_of(&expected), "{file}");
        assert_eq!(got["error"]["details"], expected["error"]["details"], "{file}");
        assert_eq!(got["error"]["code"], expected["error"]["code"], "{file}");
    }
    for (file, kind) in [
        ("arg/error-401-expiredauthenticationtoken.json", FaultKind::ExpiredToken),
        ("arg/error-403-accessdenied.json", FaultKind::Forbidden),
    ] {
        emulator.set_faults(Faults { arg: vec![Fault::once(kind)], ..Faults::default() });
        let got = ask(&emulator, json!({"query": "resources"})).await.1;
        let Some(expected) = recorded(file) else { return };
        assert_eq!(shape_of(&got), shape_of(&expected), "{file}");
        assert_eq!(got["error"]["code"], expected["error"]["code"], "{file}");
    }
}

#[tokio::test]
async fn resources_have_every_member_of_recorded_ones() {
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
        let Some(expected) = recorded(file) else { return };
        let got = resource(word);
        assert_eq!(got["type"], expected["type"]);
        for part in ["", "/properties", "/systemData"] {
            let names = |value: &Value| -> BTreeSet<String> {
                let members = value.pointer(part).and_then(Value::as_object).expect("an object");
                members.keys().cloned().collect()
            };
            let missing: Vec<_> = names(&expected).difference(&names(&got)).cloned().collect();
            // The state of 2022's API beside provisioningState.
            assert!(missing.iter().all(|name| name == "installState"), "{file}{part}: {missing:?}");
        }
    }
}
