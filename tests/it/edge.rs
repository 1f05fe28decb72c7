//! Queries, resource calls, health and metrics over gRPC, on a simulated fleet. Also checks that no error, log or
//! answer contains a secret.

use crate::support::{ask, call, data_source, demo, failure, frame, query, raw_query, start};
use azuregitops::plugin::LOG_LEVEL;
use azuregitops::plugin::wire::{PluginContext, QueryDataRequest};
use frame::{Cell, FrameType};
use grafana_plugin_sdk::pluginv2::check_health_response::HealthStatus;
use serde_json::{Value, json};
use std::collections::HashMap;

#[tokio::test]
async fn an_invalid_query_fails_alone() {
    let plugin = start(&[]).await;
    let queries = vec![
        query("good", "configurations", &json!({})),
        raw_query("json", b"{\"queryType\":"),
        raw_query("bytes", &[0xff, 0xfe]),
        query("type", "everything", &json!({})),
        query("parameter", "configurations", &json!({ "cluster": ["a"] })),
        query("value", "configurations", &json!({ "limit": "many" })),
        query("alsoGood", "extension-counts", &json!({})),
    ];
    let answers = ask(&plugin, &demo("fleet", 4, 20), queries).await;
    assert_eq!(answers.len(), 7);

    let good = frame(&answers["good"]);
    assert_eq!((good.rows(), good.ref_id.as_str()), (20, "good"));
    assert_eq!(good.meta.frame_type, FrameType::Table);
    assert!(good.meta.custom.contains_key("snapshotAgeSeconds"));
    assert_eq!(frame(&answers["alsoGood"]).meta.frame_type, FrameType::NumericWide);

    for (ref_id, words) in [
        ("json", "JSON"),
        ("bytes", "JSON"),
        ("type", "Unknown query type \"everything\". Known query types: extensions, "),
        ("parameter", "\"cluster\""),
        ("value", "\"limit\""),
    ] {
        let (status, source, text) = failure(&answers[ref_id]);
        assert_eq!((status, source), (400, "downstream"), "{ref_id}: {text}");
        assert!(text.contains(words), "{ref_id}: {text}");
    }
}

#[tokio::test]
async fn ref_ids_need_not_be_nice() {
    let plugin = start(&[]).await;
    let queries = vec![
        query("", "extensions", &json!({})),
        query("twice", "extensions", &json!({})),
        query("twice", "configurations", &json!({})),
    ];
    let answers = ask(&plugin, &demo("fleet", 2, 2), queries).await;
    assert_eq!(answers.len(), 2);
    assert_eq!(frame(&answers[""]).name, "extensions");
    let (status, source, text) = failure(&answers["twice"]);
    assert_eq!((status, source), (400, "downstream"));
    assert!(text.contains("\"twice\""), "{text}");
    assert!(ask(&plugin, &demo("fleet", 2, 2), vec![]).await.is_empty());
}

#[tokio::test]
async fn without_usable_settings_every_query_says_what_to_do() {
    let plugin = start(&[]).await;
    let nothing = PluginContext::default();
    let unconfigured = data_source("fleet", &json!({}));
    let unknown = data_source("fleet", &json!({ "azureCredentials": { "authType": "magic" } }));
    let not_enabled = data_source("fleet", &json!({ "azureCredentials": { "authType": "msi" } }));
    let mut no_json = unconfigured.clone();
    no_json.data_source.as_mut().expect("there").json_data = b"{".to_vec();
    for (context, words) in [
        (&nothing, "Select a data source"),
        (&unconfigured, "Choose a way to sign in"),
        (&unknown, "\"magic\""),
        (&not_enabled, "managed_identity_enabled"),
        (&no_json, "save them again"),
    ] {
        let queries =
            vec![query("A", "extensions", &json!({})), query("B", "configurations", &json!({}))];
        let answers = ask(&plugin, context, queries).await;
        for ref_id in ["A", "B"] {
            let (status, source, text) = failure(&answers[ref_id]);
            assert_eq!((status, source), (400, "downstream"), "{text}");
            assert!(text.contains(words), "{text}");
        }
        let health = plugin.check_health(context.clone()).await.expect("an answer");
        assert_eq!(health.status(), HealthStatus::Error);
        assert!(health.message.contains(words), "{}", health.message);
    }
}

#[tokio::test]
async fn changed_settings_count_at_once_and_nothing_is_shared() {
    let plugin = start(&[]).await;
    let mut context = demo("fleet", 2, 10);
    let rows = async |context: &PluginContext| {
        let answers = ask(&plugin, context, vec![query("A", "configurations", &json!({}))]).await;
        frame(&answers["A"]).rows()
    };
    assert_eq!(rows(&context).await, 10);
    let settings = context.data_source.as_mut().expect("there");
    settings.json_data =
        json!({ "demo": true, "demoClusters": 2, "demoConfigurations": 12 }).to_string().into();
    assert_eq!(rows(&context).await, 12, "although it was saved in the same millisecond");

    let mut elsewhere = demo("fleet", 2, 14);
    elsewhere.org_id = 2;
    assert_eq!(rows(&elsewhere).await, 14);
    assert_eq!(rows(&demo("another", 2, 16)).await, 16);
    assert_eq!(rows(&context).await, 12);
    let metrics = plugin.metrics().await.expect("metrics");
    assert!(metrics.contains("azuregitops_instances 3\n"), "{metrics}");
}

#[tokio::test]
async fn health_says_what_is_visible() {
    let plugin = start(&[]).await;
    let health = plugin.check_health(demo("fleet", 3, 9)).await.expect("an answer");
    assert_eq!(health.status(), HealthStatus::Ok);
    assert!(health.message.contains("9 Flux configurations"), "{}", health.message);
    let details: Value = serde_json::from_slice(&health.json_details).expect("JSON");
    assert_eq!(details["resourceGraph"]["configurations"], 9);
}

#[tokio::test]
async fn editors_get_the_catalogue_and_values() {
    let plugin = start(&[]).await;
    let context = demo("fleet", 3, 9);
    let (code, catalogue) = call(&plugin, &context, ("GET", "catalogue"), "").await;
    assert_eq!(code, 200);
    assert!(catalogue["queryTypes"].to_string().contains("configuration-objects"), "{catalogue}");
    assert!(catalogue["metrics"].is_array(), "{catalogue}");

    let (code, clusters) = call(&plugin, &context, ("GET", "values/cluster"), "").await;
    assert_eq!((code, clusters.as_array().map(Vec::len)), (200, Some(3)), "{clusters}");
    let cluster = clusters[0]["value"].as_str().expect("a text");
    assert!(clusters[0]["text"].is_string());
    let url = format!("values/cluster?clusters={cluster}");
    let (_, by_url) = call(&plugin, &context, ("GET", &url), "").await;
    let body = json!({ "clusters": [cluster] }).to_string();
    let (_, by_body) = call(&plugin, &context, ("POST", "values/cluster"), &body).await;
    assert_eq!(by_url.as_array().map(Vec::len), Some(1));
    assert_eq!(by_url, by_body);

    let saved = json!({ "queryType": "extensions", "params": { "clusters": ["$cluster"] } });
    let (code, now) = call(&plugin, &context, ("POST", "migrate"), &saved.to_string()).await;
    assert_eq!((code, &now["params"], &now["version"]), (200, &saved["params"], &json!(1)));
}

#[tokio::test]
async fn a_bad_resource_call_says_what_to_do() {
    let plugin = start(&[]).await;
    let context = demo("fleet", 1, 1);
    for (method, url, body, expected) in [
        ("GET", "nonsense", "", 404),
        ("PUT", "catalogue", "", 405),
        ("POST", "migrate", "{\"version\":99}", 400),
        ("POST", "values/cluster", "[", 400),
        ("GET", "values/nonsense", "", 400),
        ("GET", "values/cluster?nonsense=1", "", 400),
    ] {
        let (code, answer) = call(&plugin, &context, (method, url), body).await;
        assert_eq!(code, expected, "{method} {url}: {answer}");
        let texts = [&answer["error"], &answer["hint"]].map(|text| text.as_str().expect("text"));
        assert!(texts.concat().len() > 20, "{answer}");
    }
    let (code, answer) = call(&plugin, &PluginContext::default(), ("GET", "values/kind"), "").await;
    assert_eq!(code, 400, "{answer}");
}

#[tokio::test]
async fn metrics_are_text_that_prometheus_reads() {
    let plugin = start(&[]).await;
    let context = demo("fleet", 2, 6);
    let queries = vec![
        query("A", "configurations", &json!({})),
        query("B", "configurations", &json!({ "nonsense": 1 })),
        query("C", "some-label-that-anybody-could-make-up", &json!({})),
    ];
    ask(&plugin, &context, queries).await;
    let text = plugin.metrics().await.expect("metrics");
    let mut samples = HashMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (series, value) = line.rsplit_once(' ').expect("series and value");
        assert!(series.starts_with("azuregitops_"), "{line}");
        samples.insert(series, value.parse::<f64>().expect("a number"));
    }
    let good = "azuregitops_queries_total{query_type=\"configurations\",status=\"200\",error_source=\"none\"}";
    assert_eq!(samples.get(good), Some(&1.0), "{text}");
    let bad = "azuregitops_queries_total{query_type=\"unknown\",status=\"400\",error_source=\"downstream\"}";
    assert_eq!(samples.get(bad), Some(&2.0), "{text}");
    let items = "azuregitops_inventory_items{org_id=\"1\",datasource_uid=\"fleet\",item=\"configurations\"}";
    assert_eq!(samples.get(items), Some(&6.0), "{text}");
    assert_eq!(
        samples.get("azuregitops_inventory_refresh_duration_seconds_count{outcome=\"success\"}"),
        Some(&1.0),
        "two good queries, one reading: {text}"
    );
    assert!(!text.contains("some-label"), "{text}");
    let of_fleet = samples.iter().filter(|(series, _)| series.contains("_fleet_configurations{"));
    let total: f64 = of_fleet.map(|(_, count)| count).sum();
    assert_eq!(Some(&total), samples.get(items), "{text}");
}

/// Sends every kind of secret that a request can have, at the lowest log level, and requests every kind of answer.
#[tokio::test]
async fn no_secret_shows_in_logs_or_answers() {
    const SECRET: &str = "hush-hush";
    let clouds = json!([{
        "name": "Nowhere",
        "displayName": "Nowhere",
        "aadAuthority": "https://127.0.0.1:1/",
        "properties": { "resourceManager": "https://127.0.0.1:1", "portal": "https://127.0.0.1:1" },
    }])
    .to_string();
    let environment = [
        (LOG_LEVEL, "trace"),
        ("RUST_LOG", "trace"),
        ("GFAZPL_AZURE_CLOUDS_CONFIG", clouds.as_str()),
    ];
    let plugin = start(&environment).await;
    let credentials = json!({ "azureCredentials": {
        "authType": "clientsecret",
        "azureCloud": "Nowhere",
        "tenantId": "00000000-0000-0000-0000-000000000001",
        "clientId": "00000000-0000-0000-0000-000000000002",
        "leftOver": SECRET,
    }, "timeoutSeconds": 30 });
    let mut context = data_source("fleet", &credentials);
    context.grafana_config.insert("GF_SOME_SECRET".to_owned(), SECRET.to_owned());
    let settings = context.data_source.as_mut().expect("there");
    for name in ["azureClientSecret", "prometheusPassword.x", "prometheusToken.y", "tlsCACert"] {
        settings.secure.insert(name.to_owned(), SECRET.to_owned());
    }
    let mut broken = context.clone();
    broken.data_source.as_mut().expect("there").json_data =
        format!("{{\"azureCredentials\": \"{SECRET}\"").into();
    let mut bad_ca = context.clone();
    let mut with_ca = credentials.clone();
    with_ca["tlsAuthWithCACert"] = json!(true);
    bad_ca.data_source.as_mut().expect("there").json_data = with_ca.to_string().into();

    let mut answers = Vec::new();
    for context in [&context, &broken, &bad_ca, &demo("demo", 1, 1)] {
        let request = QueryDataRequest {
            plugin_context: Some(context.clone()),
            headers: HashMap::from([
                ("http_X-Grafana-Id".to_owned(), SECRET.to_owned()),
                ("http_Cookie".to_owned(), SECRET.to_owned()),
                ("FromAlert".to_owned(), "true".to_owned()),
            ]),
            queries: vec![
                query("A", "configurations", &json!({})),
                raw_query("B", format!("{{\"token\": \"{SECRET}\"").as_bytes()),
            ],
        };
        let response = plugin.query(request).await.expect("an answer");
        answers.push(format!("{response:?}"));
        let health = plugin.check_health(context.clone()).await.expect("an answer");
        answers.push(health.message);
        answers.push(String::from_utf8(health.json_details).expect("JSON"));
        let (_, values) = call(&plugin, context, ("POST", "values/cluster"), "{}").await;
        answers.push(values.to_string());
    }
    answers.push(plugin.metrics().await.expect("metrics"));
    let answers = answers.join("\n");
    // Sign-in, certificate, settings and query were each refused with a message.
    for words in [
        "the Azure identity cannot be reached",
        "tlsCACert",
        "save them again",
        "not a JSON object",
    ] {
        assert!(answers.contains(words), "{words} is missing in: {answers}");
    }
    assert!(!answers.contains(SECRET), "in an answer: {answers}");

    let ended = plugin.stop().await.expect("stops");
    assert!(ended.stderr.contains("query failed"), "{}", ended.stderr);
    assert!(!ended.stderr.contains(SECRET), "in the log: {}", ended.stderr);
    assert_eq!(ended.stdout, "");
}

#[tokio::test]
async fn a_large_answer_travels_whole() {
    let plugin = start(&[]).await;
    let queries = vec![query("A", "configuration-objects", &json!({ "limit": 200_000 }))];
    // Making such a fleet takes long on a busy machine.
    let fleet = json!({
        "demo": true, "demoClusters": 100, "demoConfigurations": 20_000, "timeoutSeconds": 600,
    });
    let answers = ask(&plugin, &data_source("fleet", &fleet), queries).await;
    let bytes: usize = answers["A"].frames.iter().map(Vec::len).sum();
    assert!(bytes > 4 << 20, "{bytes} bytes are no test of the limit of 4 MiB");
    let frame = frame(&answers["A"]);
    assert!(frame.rows() > 20_000);
    assert!(matches!(frame.fields[0].cell(frame.rows() - 1), Cell::Text(_)));
}
