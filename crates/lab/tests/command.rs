//! The subcommands, as in a terminal. The plugin is the one of this build: `cargo build` makes it.

use azuregitops::alert::RULES;
use azuregitops::query::CATALOGUE;
use lab::dashboards;
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lab")).args(arguments).output().expect("runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("text")
}

#[test]
fn demo_shows_every_panel_of_every_dashboard_through_a_plugin_process() {
    let output = run(&["demo", "--clusters", "3", "--configurations", "30", "--rows", "2"]);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
    let all = format!("and all {} query types answered.", CATALOGUE.len());
    for words in [
        "handshake    1|2|tcp|127.0.0.1:",
        "Save & test  OK",
        "30 Flux configurations are visible",
        "Variables with the number of their values: Subscription (",
        "20 viewers at once",
        &all,
    ]
    .into_iter()
    .chain(RULES.iter().map(|rule| rule.title))
    {
        assert!(out.contains(words), "{words} is missing in:\n{out}");
    }
    for dashboard in dashboards(&[]).expect("dashboards") {
        let (_, shown) = out.split_once(&dashboard.title).expect(&dashboard.title);
        for panel in &dashboard.panels {
            let title = panel.title();
            let line = shown.lines().find(|line| line.trim_start().starts_with(title));
            let line = line.unwrap_or_else(|| panic!("{title} is missing in:\n{out}"));
            assert!(line.ends_with(" ms") && !line.contains("FAILED"), "{line}");
        }
    }
    assert!(out.contains('█') && out.contains("ops/min"), "time series have their lines");
    assert!(!out.contains('\u{1b}'), "no colours and no progress where there is no terminal");
    assert_eq!(err, "");
}

#[test]
fn demo_says_that_the_plugin_does_not_start() {
    let output = run(&["demo", "--plugin", "no-such-plugin"]);
    let error = text(&output.stderr);
    assert!(!output.status.success() && output.stdout.is_empty());
    assert!(error.starts_with("the plugin process could not be started: "), "{error}");
}
