//! Decoders never panic, and never use more memory than allowed, on any input.

use azuregitops::arg::{
    ClusterPages, FleetPages, PageSink as _, RowReader, SubscriptionPages, WorkspacePages,
    read_resource,
};
use azuregitops::prometheus::{Grid, RangeReply};
use azuregitops::query::{CATALOGUE, Query, TimeRange};
use azuregitops::settings::{HostEnvironment, Settings};
use azuregitops::upstream::{Clouds, Refusal, Upstream};
use flux::UtcMillis;
use proptest::prelude::*;
use serde_json::{Map, Number, Value, json};
use std::collections::HashMap;
use std::time::Duration;

const RANGE: TimeRange = TimeRange { from: UtcMillis(0), to: UtcMillis(1) };
const ID: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/f";

/// Names of members that decoders read, so that they find unexpected values there.
const NAMES: &str = "data|count|totalRecords|resultTruncated|\\$skipToken|columns|rows|id|type|name|namespace|kind|\
    properties|statuses|statusConditions|kustomizations|dependsOn|helmReleaseProperties|helmChartRef|appliedBy|\
    complianceState|repositoryRef|sourceUpdatedAt|failureCount|subscriptionId|error|details|code|message|\
    azureCredentials|authType|tenantId|clientId|azureCloud|demo|demoClusters|demoConfigurations|subscriptions|\
    managementGroups|prometheus|url|auth|cacheSeconds|queryType|params|clusters|limit|groupBy|dimension|format|\
    aadAuthority|resourceManager|location|metrics|prometheusQueryEndpoint|status|warnings|resultType|result|metric|\
    values|[a-z]{0,3}";

fn any_json() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        any::<f64>().prop_map(|number| Number::from_f64(number).unwrap_or(0.into())),
    ];
    let text = prop_oneof![
        "\\PC{0,8}",
        "true|false|30|-1|1e999|clientsecret|msi|basic|azure|2026-01-02T03:04:05Z|extensions|values|cluster",
        Just(ID.to_owned()),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number.prop_map(Value::Number),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(NAMES, inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Bodies that have `value` at each place that a decoder reads.
fn bodies(value: &Value) -> [Value; 5] {
    let row = json!({ "id": ID, "kustomizations": value, "statuses": value, "properties": value, "name": value });
    let object = json!({ "name": "n", "kind": value, "statusConditions": value, "appliedBy": value, "helmReleaseProperties": value });
    [
        value.clone(),
        json!({ "data": value }),
        json!({ "data": [value, row], "count": value, "totalRecords": value, "$skipToken": value }),
        json!({ "data": [{ "id": ID, "statuses": [object, value], "kustomizations": { "a": value } }] }),
        json!({ "id": ID, "properties": { "statuses": [object], "repositoryRef": value, "kustomizations": value } }),
    ]
}

/// Passes the body to everything that reads input from outside. Any result is fine, but nothing may panic.
fn read_everywhere(body: &[u8]) {
    let mut reader = RowReader::default();
    let _ = FleetPages::new(&mut reader).page(body);
    let _ = ClusterPages::new(&mut reader).page(body);
    let _ = SubscriptionPages::default().page(body);
    let _ = WorkspacePages::default().page(body);
    let grid = Grid { start: UtcMillis(0), step: Duration::from_secs(30), points: 3 };
    let _ = RangeReply::new(grid).add(&Upstream::Prometheus("p".into()), body, 0..3);
    let _ = read_resource(body, &mut reader);
    let _ = Refusal::parse(body).to_string();
    let _ = Settings::parse(body, &HashMap::new(), &HostEnvironment::default());
    let _ = Clouds::with_custom(&String::from_utf8_lossy(body));
    for query_type in CATALOGUE {
        let _ = Query::parse(body, "A", query_type.id, RANGE).map_err(|error| error.user_text());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn no_json_makes_a_decoder_panic(value in any_json()) {
        for body in bodies(&value) {
            read_everywhere(body.to_string().as_bytes());
        }
    }

    #[test]
    fn no_bytes_make_a_decoder_panic(body in prop::collection::vec(any::<u8>(), 0..300)) {
        read_everywhere(&body);
    }

    #[test]
    fn no_cut_and_no_changed_byte_makes_a_decoder_panic(value in any_json(), at in any::<prop::sample::Index>(), byte: u8) {
        for body in bodies(&value) {
            let mut body = body.to_string().into_bytes();
            let at = at.index(body.len());
            read_everywhere(&body[..at]);
            body[at] = byte;
            read_everywhere(&body);
        }
    }

    #[test]
    fn no_settings_make_a_panic(value in any_json(), other in any_json()) {
        let credentials = json!({ "authType": "clientsecret", "tenantId": "t", "clientId": "c" });
        let endpoint = json!({ "name": value, "url": "http://x", "auth": other, "username": value });
        for key in ["azureCredentials", "subscriptions", "managementGroups", "prometheus", "workspaces",
            "cacheSeconds", "maxStaleSeconds", "timeoutSeconds", "tlsAuthWithCACert", "demo", "demoClusters"] {
            let mut settings: Map<String, Value> = Map::new();
            settings.insert("azureCredentials".to_owned(), credentials.clone());
            settings.insert("prometheus".to_owned(), json!([endpoint, value]));
            settings.insert(key.to_owned(), value.clone());
            let body = Value::from(settings).to_string();
            let secure = HashMap::from([("azureClientSecret".to_owned(), "s".to_owned())]);
            let read = Settings::parse(body.as_bytes(), &secure, &HostEnvironment::default());
            // An error explains itself in words.
            prop_assert!(read.map_or_else(|error| !error.hint().is_empty(), |_| true));
        }
    }

    #[test]
    fn no_parameters_make_a_panic(value in any_json()) {
        for query_type in CATALOGUE {
            for spec in query_type.params() {
                let body = json!({ "queryType": query_type.id, "params": { spec.name: value } });
                let parsed = Query::parse(body.to_string().as_bytes(), "A", "", RANGE);
                prop_assert!(parsed.map_or_else(|error| error.status() == 400, |_| true));
            }
        }
    }
}

/// A stack overflow ends the whole process, which `catch_unwind` can't prevent.
#[test]
fn nesting_without_end_overflows_no_stack() {
    const DEPTH: usize = 200_000;
    for (open, close) in [
        ("[", "]"),
        ("{\"data\":", "}"),
        ("{\"data\":[", "]}"),
        ("{\"properties\":", "}"),
        ("{\"error\":", "}"),
    ] {
        let nested = format!("{}null{}", open.repeat(DEPTH), close.repeat(DEPTH));
        for body in [
            nested.clone(),
            open.repeat(DEPTH),
            format!("{{\"data\":{nested}}}"),
            format!(
                "{{\"data\":[{{\"id\":\"{ID}\",\"statuses\":{nested},\"kustomizations\":{{\"a\":{nested}}},\"other\":{nested}}}]}}"
            ),
            format!(
                "{{\"data\":[{{\"id\":\"{ID}\",\"statuses\":[{{\"statusConditions\":[{nested}],\"name\":{nested}}}]}}]}}"
            ),
            format!("{{\"id\":\"{ID}\",\"properties\":{nested}}}"),
            format!("{{\"error\":{{\"code\":\"x\",\"details\":[{nested}]}}}}"),
        ] {
            read_everywhere(body.as_bytes());
        }
    }
}

/// Numbers that don't fit into any type.
#[test]
fn numbers_without_end_are_read_or_refused() {
    for number in [
        "1e999",
        "-1e999",
        "1e-999",
        &"9".repeat(10_000),
        &format!("0.{}", "3".repeat(10_000)),
        "-0",
        "18446744073709551616",
    ] {
        for body in [
            number.to_owned(),
            format!("{{\"data\":[],\"count\":{number},\"totalRecords\":{number}}}"),
            format!(
                "{{\"data\":[{{\"id\":\"{ID}\",\"statuses\":[{{\"name\":\"a\",\"helmReleaseProperties\":{{\"failureCount\":{number}}}}}]}}]}}"
            ),
            format!("{{\"demo\":true,\"demoClusters\":{number},\"cacheSeconds\":{number}}}"),
            format!("{{\"params\":{{\"limit\":{number}}}}}"),
        ] {
            read_everywhere(body.as_bytes());
        }
    }
}
