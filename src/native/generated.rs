//! The files rendered with default options are committed, so that users can import them without building anything.

use super::{RulesOptions, dashboards, rules};
use crate::dashboard::written;
use std::fs;
use std::path::Path;

/// The command that renews the files.
const COMMAND: &str = "UPDATE_GENERATED=1 cargo test --lib generated";

#[test]
fn generated_native_files_are_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/native");
    let dashboards = dashboards().expect("dashboards").into_iter();
    let mut files: Vec<(String, String)> =
        dashboards.map(|(file, json)| (format!("dashboards/{file}"), written(&json))).collect();
    let rules = rules(&RulesOptions::default());
    files.push(("alerts.yaml".to_owned(), rules.file().expect("YAML")));
    files.push(("alerts.json".to_owned(), rules.api().expect("JSON")));
    let mut old = Vec::new();
    for (name, text) in files {
        let file = folder.join(&name);
        if std::env::var("UPDATE_GENERATED").is_ok_and(|value| value == "1") {
            fs::create_dir_all(file.parent().expect("a folder")).expect("writable");
            fs::write(&file, &text).expect("writable");
        }
        if fs::read_to_string(&file).unwrap_or_default() != text {
            old.push(name);
        }
    }
    assert!(old.is_empty(), "out of date: {}. To renew them, run: {COMMAND}", old.join(", "));
}
