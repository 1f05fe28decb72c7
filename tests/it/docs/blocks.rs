//! Examples in the documentation parse: YAML, JSON, Grafana's configuration, PromQL. The plugin accepts the data
//! sources among them.

use super::markdown::Block;
use super::pages;
use azuregitops::query::{Query, TimeRange};
use azuregitops::settings::{HostEnvironment, ManagedIdentity, Settings, WorkloadIdentity};
use azuregitops::upstream::Clouds;
use flux::UtcMillis;
use regex::Regex;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Languages of code blocks.
const LANGUAGES: [&str; 7] = ["sh", "yaml", "json", "ini", "promql", "text", "rust"];

fn each(language: &str, mut check: impl FnMut(&str, &Block)) -> usize {
    let mut count = 0;
    for page in pages() {
        for block in page.blocks.iter().filter(|block| block.language == language) {
            check(&page.place(block), block);
            count += 1;
        }
    }
    count
}

#[test]
fn every_block_says_in_which_language_it_is() {
    for page in pages() {
        for block in &page.blocks {
            let place = page.place(block);
            assert!(LANGUAGES.contains(&block.language.as_str()), "{place}: {}", block.language);
        }
    }
}

#[test]
fn yaml_examples_parse_and_data_sources_are_accepted() {
    let mut sources = 0;
    let count = each("yaml", |place, block| {
        let mut document: Value =
            serde_saphyr::from_str(&block.text).unwrap_or_else(|error| panic!("{place}: {error}"));
        if let Some(clouds) = document.pointer("/env/GF_AZURE_CLOUDS_CONFIG") {
            let name = document["env"]["GF_AZURE_CLOUD"].as_str().expect("text");
            let clouds = Clouds::with_custom(clouds.as_str().expect("text"));
            let cloud = clouds.and_then(|clouds| clouds.find(name).cloned());
            let cloud = cloud.unwrap_or_else(|error| panic!("{place}: {error}"));
            assert!(cloud.prometheus_scope().is_some() && !cloud.portal.is_empty(), "{place}");
        }
        // In a Helm chart's values, the files are below `datasources`.
        if let Some(file) = document.pointer_mut("/datasources/azuregitops.yaml") {
            document = file.take();
        }
        for source in document["datasources"].as_array().into_iter().flatten() {
            data_source(place, source);
            sources += 1;
        }
    });
    assert!(count > 5 && sources > 2, "{count}, {sources}");
}

/// Passes a data source to the plugin as Grafana would. The name of an environment variable is used as its value.
fn data_source(place: &str, source: &Value) {
    assert_eq!(source["type"], "fluxfleet-azuregitops-datasource", "{place}");
    let secure: HashMap<String, String> =
        serde_json::from_value(source["secureJsonData"].clone()).unwrap_or_default();
    let host = HostEnvironment {
        managed_identity: Some(ManagedIdentity::default()),
        workload_identity: Some(WorkloadIdentity::default()),
        ..HostEnvironment::default()
    };
    let json_data = source["jsonData"].to_string();
    let settings = Settings::parse(json_data.as_bytes(), &secure, &host);
    settings.unwrap_or_else(|error| panic!("{place}: {error}. {}", error.hint()));
}

#[test]
fn json_examples_parse_and_queries_are_accepted() {
    let variable = Regex::new(r#""\$[a-z]+""#).expect("a regex");
    let mut queries = 0;
    let count = each("json", |place, block| {
        // Any value replaces a variable.
        let text = variable.replace_all(&block.text, "\"x\"");
        let value: Value =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{place}: {error}"));
        if let Some(query_type) = value["queryType"].as_str() {
            let none = Map::new();
            let params = value["params"].as_object().unwrap_or(&none);
            let range = TimeRange { from: UtcMillis(0), to: UtcMillis(3_600_000) };
            let taken = Query::find(query_type).and_then(|of| Query::new("A", of, params, range));
            taken.unwrap_or_else(|error| panic!("{place}: {}", error.user_text()));
            queries += 1;
        }
    });
    assert!(count > 0 && queries > 0, "{count}, {queries}");
}

#[test]
fn grafanas_configuration_has_sections_and_settings() {
    let count = each("ini", |place, block| {
        let lines = block.text.lines().map(str::trim);
        let mut in_section = false;
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with([';', '#'])) {
            if line.starts_with('[') && line.ends_with(']') {
                in_section = true;
            } else {
                let (key, value) =
                    line.split_once(" = ").unwrap_or_else(|| panic!("{place}: {line}"));
                let word = |c: char| c.is_ascii_lowercase() || c == '_';
                assert!(
                    in_section && key.chars().all(word) && !value.is_empty(),
                    "{place}: {line}"
                );
            }
        }
    });
    assert!(count > 0);
}

#[test]
fn promql_examples_parse() {
    let count = each("promql", |place, block| {
        for promql in block.text.split("\n\n") {
            promql_parser::parser::parse(promql)
                .unwrap_or_else(|why| panic!("{place}: {why}\n{promql}"));
        }
    });
    assert!(count > 40, "{count}");
}
