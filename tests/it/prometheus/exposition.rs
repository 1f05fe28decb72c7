//! promtool accepts the pages of all endpoints.

use super::tools::program;
use fleet::metrics::{Endpoint, FluxGeneration, MetricsOptions};
use fleet::{Fleet, FleetSpec};
use flux::UtcMillis;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

#[test]
fn promtool_accepts_the_text_format() {
    let fleet = Fleet::generate(FleetSpec { clusters: 4, configurations: 40, seed: 1 });
    for generation in [FluxGeneration::AsInstalled, FluxGeneration::Flux20, FluxGeneration::Flux28]
    {
        let options = MetricsOptions { generation, kube_state_metrics: true };
        let metrics = fleet.metrics(options);
        let mut seen = BTreeSet::new();
        for target in metrics.targets() {
            let Some(text) = metrics.exposition(&target, UtcMillis(1_790_000_000_000)) else {
                continue;
            };
            if seen.insert(target.endpoint) {
                check(&text, target.endpoint);
            }
        }
        assert_eq!(seen.len(), Endpoint::ALL.len());
    }
}

fn check(text: &str, endpoint: Endpoint) {
    let mut promtool = Command::new(program("promtool"))
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("promtool starts");
    let mut input = promtool.stdin.take().expect("an input");
    input.write_all(text.as_bytes()).expect("promtool reads");
    drop(input);
    let output = promtool.wait_with_output().expect("promtool ends");
    let said = String::from_utf8_lossy(&output.stderr);
    // promtool dislikes some real metric names. A page that it can't read gives another exit status.
    let faults: Vec<&str> = said.lines().collect();
    assert!(output.status.success() && faults.is_empty(), "{endpoint}: {faults:?}");
}
