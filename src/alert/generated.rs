//! Files that are rendered from the catalogue of rules. They are committed; a test fails when one is out of date.

use super::{GrafanaOptions, PrometheusOptions, bicep, grafana, prometheus, reference};
use std::fs;
use std::path::Path;

/// The command that renews the files.
const COMMAND: &str = "UPDATE_GENERATED=1 cargo test --lib generated";
/// The guide has the table of rules between these two lines.
const BEGIN: &str =
    "<!-- Made from the Rust code. To renew: UPDATE_GENERATED=1 cargo test --lib generated -->\n";
const END: &str = "<!-- End of what is made from the Rust code. -->\n";

/// The guide with the current table.
fn guide(old: &str) -> String {
    let (before, rest) = old.split_once(BEGIN).expect("a beginning");
    let (_, after) = rest.split_once(END).expect("an end");
    format!("{before}{BEGIN}\n{}\n{END}{after}", reference())
}

#[test]
fn generated_alert_rules_are_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap_or_default();
    let files = [
        (
            "provisioning/alerting/azuregitops.yaml",
            grafana(&GrafanaOptions::default()).file().expect("YAML"),
        ),
        ("deploy/prometheus/rules.yaml", prometheus(&PrometheusOptions::default()).expect("YAML")),
        ("deploy/bicep/alerts.bicep", bicep()),
        ("docs/alerts.md", guide(&read("docs/alerts.md"))),
    ];
    let mut old = Vec::new();
    for (path, text) in files {
        if std::env::var("UPDATE_GENERATED").is_ok_and(|value| value == "1") {
            let file = root.join(path);
            fs::create_dir_all(file.parent().expect("a folder")).expect("writable");
            fs::write(&file, &text).expect("writable");
        }
        if read(path) != text {
            old.push(path);
        }
    }
    assert!(old.is_empty(), "out of date: {}. To renew them, run: {COMMAND}", old.join(", "));
}
