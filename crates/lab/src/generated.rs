//! The file of `make grafana` that is generated from code. It is committed; the test fails when it is out of date.

use crate::emulator::prometheus_configuration;
use fleet::LabelScheme;
use fleet::metrics::ScrapeOptions;
use std::fs;
use std::path::Path;

/// The command that renews the file.
const COMMAND: &str = "UPDATE_GENERATED=1 cargo test -p lab --lib generated";
/// The file's path, relative to the root of the repository.
const FILE: &str = "deploy/try/prometheus.yml";

/// The configuration of `make grafana`'s Prometheus. It scrapes the simulated clusters, and the plugin for the fleet's
/// history.
fn prometheus() -> String {
    format!(
        "# Made from the Rust code. To renew: {COMMAND}\n{}  - job_name: azuregitops\n    metrics_path: /metrics/plugins/fluxfleet-azuregitops-datasource\n    static_configs:\n      - targets: [127.0.0.1:3000]\n",
        prometheus_configuration(
            "127.0.0.1:8088",
            &ScrapeOptions::new(LabelScheme::PodAnnotations),
            false
        )
    )
}

#[test]
fn the_generated_file_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(FILE);
    let text = prometheus();
    if std::env::var("UPDATE_GENERATED").is_ok_and(|value| value == "1") {
        fs::write(&path, &text).expect("writable");
    }
    let committed = fs::read_to_string(&path).expect("readable");
    assert!(committed == text, "{FILE} is out of date. To renew it, run: {COMMAND}");
}
