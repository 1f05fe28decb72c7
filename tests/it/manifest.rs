//! `plugin.json`, which tells Grafana how to find, name and start the plugin.

use serde_json::{Value, json};
use std::fs;
use std::path::Path;

fn manifest() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugin.json");
    serde_json::from_str(&fs::read_to_string(path).expect("readable")).expect("JSON")
}

#[test]
fn has_the_names_that_dashboards_and_grafana_need() {
    let manifest = manifest();
    assert_eq!(manifest["type"], "datasource");
    assert_eq!(manifest["id"], "fluxfleet-azuregitops-datasource");
    assert_eq!(manifest["name"], "Azure GitOps (Flux)");
    assert_eq!(manifest["dependencies"]["grafanaDependency"], ">=11.6.0");
    for ability in ["backend", "alerting", "annotations", "metrics"] {
        assert_eq!(manifest[ability], true, "{ability}");
    }
}

#[test]
fn the_executable_is_the_one_that_is_built() {
    let manifest = manifest();
    let executable = manifest["executable"].as_str().expect("text");
    let built = Path::new(env!("CARGO_BIN_EXE_gpx_azuregitops"));
    assert_eq!(built.file_stem().and_then(|name| name.to_str()), Some(executable));
}

#[test]
fn version_and_date_are_left_to_the_packaging() {
    let info = &manifest()["info"];
    assert_eq!(info["version"], "%VERSION%");
    assert_eq!(info["updated"], "%TODAY%");
}

#[test]
fn the_logos_are_there() {
    let logos = &manifest()["info"]["logos"];
    assert_eq!(*logos, json!({ "small": "img/logo.svg", "large": "img/logo.svg" }));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("img/logo.svg");
    let logo = fs::read_to_string(path).expect("readable");
    assert!(logo.starts_with("<svg ") && logo.contains("viewBox"));
}

#[test]
fn all_parts_are_of_one_version() {
    for part in ["frontend", "packaging"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(part).join("package.json");
        let package = fs::read_to_string(path).expect(part);
        let package: Value = serde_json::from_str(&package).expect("JSON");
        assert_eq!(package["version"], env!("CARGO_PKG_VERSION"), "{part}");
    }
}
