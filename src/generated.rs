//! Files that are generated from code: the TypeScript types of settings, queries and resource calls, the catalogue from
//! which the editors are drawn, and the reference of query types and metrics. They are committed; a test fails when one
//! is out of date.

mod reference;

use crate::instance::ValueOption;
use crate::query::{
    Catalogue, CatalogueControl, CatalogueField, CatalogueFormat, CatalogueMetric, CatalogueParam,
    CatalogueType, Choice, EditorGroup, FieldType, MetricGroup, VERSION, catalogue_json,
};
use crate::settings::saved::{
    SavedAuth, SavedAuthType, SavedCredentials, SavedEndpoint, SavedGeneration, SavedLabels,
    SavedSettings, SavedWorkspaces,
};
use crate::settings::{
    CACHE_SECONDS, DEMO_CLUSTERS, DEMO_CONFIGURATIONS, DEMO_SEED, MAX_STALE_SECONDS, NumberSetting,
    SCRAPE_INTERVAL_SECONDS, TIMEOUT_SECONDS,
};
use serde::Serialize;
use serde_json::Value;
use std::fs;
use std::path::Path;
use ts_rs::{Config, TS};

/// The command that renews the files.
const COMMAND: &str = "UPDATE_GENERATED=1 cargo test --lib generated";
/// The largest integer up to which JavaScript represents every integer exactly.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// A saved query.
#[derive(Serialize, TS)]
#[serde(rename_all = "camelCase")]
struct SavedQuery {
    /// Id of a query type.
    query_type: String,
    /// The form of this query, see `queryVersion`.
    #[ts(optional)]
    version: Option<u32>,
    /// Members as the query type's `params` say; all texts may contain template variables.
    #[ts(optional, type = "Record<string, ParamValue>")]
    params: Option<Value>,
}

/// Value of a parameter.
#[derive(Serialize, TS)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its TypeScript form is used")]
enum ParamValue {
    Text(String),
    Texts(Vec<String>),
    Number(u32),
    Switch(bool),
}

fn declaration<T: TS>(config: &Config) -> String {
    format!("{}export {}\n", T::docs().unwrap_or_default(), T::decl(config))
}

fn header() -> String {
    format!("// Made from the Rust code. To renew: {COMMAND}\n")
}

fn types() -> String {
    let config = Config::new().with_large_int("number");
    let declarations = [
        declaration::<Catalogue>(&config),
        declaration::<CatalogueType>(&config),
        declaration::<CatalogueParam>(&config),
        declaration::<CatalogueControl>(&config),
        declaration::<Choice>(&config),
        declaration::<CatalogueField>(&config),
        declaration::<CatalogueFormat>(&config),
        declaration::<FieldType>(&config),
        declaration::<EditorGroup>(&config),
        declaration::<CatalogueMetric>(&config),
        declaration::<MetricGroup>(&config),
        declaration::<SavedQuery>(&config),
        declaration::<ParamValue>(&config),
        declaration::<ValueOption>(&config),
        declaration::<SavedSettings>(&config),
        declaration::<SavedCredentials>(&config),
        declaration::<SavedAuthType>(&config),
        declaration::<SavedEndpoint>(&config),
        declaration::<SavedAuth>(&config),
        declaration::<SavedGeneration>(&config),
        declaration::<SavedLabels>(&config),
        declaration::<SavedWorkspaces>(&config),
        declaration::<NumberSetting>(&config),
    ];
    format!("{}\n{}", header(), declarations.join("\n"))
}

/// A constant in TypeScript. Its value is written as JSON, which is valid TypeScript.
fn constant(name: &str, of_type: &str, value: &impl Serialize) -> String {
    let json = serde_json::to_string_pretty(value).expect("JSON");
    format!("\nexport const {name}: {of_type} = {json};\n")
}

fn catalogue() -> String {
    format!(
        "{}\nimport type {{ Catalogue }} from './types';\n\n/** Version of the form in which queries are saved. */\nexport const queryVersion = {VERSION};\n{}",
        header(),
        constant("catalogue", "Catalogue", &catalogue_json()),
    )
}

fn settings() -> String {
    let mut text = format!("{}\nimport type {{ NumberSetting }} from './types';\n", header());
    for setting in [
        CACHE_SECONDS,
        MAX_STALE_SECONDS,
        TIMEOUT_SECONDS,
        SCRAPE_INTERVAL_SECONDS,
        DEMO_CLUSTERS,
        DEMO_CONFIGURATIONS,
        DEMO_SEED,
    ] {
        let setting = NumberSetting { max: setting.max.min(MAX_SAFE_INTEGER), ..setting };
        text += &constant(setting.key, "NumberSetting", &setting);
    }
    text
}

#[test]
fn generated_files_are_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = [
        ("frontend/src/generated/types.ts", types()),
        ("frontend/src/generated/catalogue.ts", catalogue()),
        ("frontend/src/generated/settings.ts", settings()),
        ("docs/query-types.md", reference::query_types()),
        ("docs/metrics.md", reference::metric_page()),
    ];
    let mut old = Vec::new();
    for (name, text) in files {
        let path = root.join(name);
        if std::env::var("UPDATE_GENERATED").is_ok_and(|value| value == "1") {
            fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
            fs::write(&path, &text).expect("writable");
        }
        if fs::read_to_string(&path).ok().as_deref() != Some(&text) {
            old.push(name);
        }
    }
    assert!(old.is_empty(), "out of date: {}. To renew them, run: {COMMAND}", old.join(", "));
}
