//! The subcommands, run as a user in a terminal runs them.

use crate::support::{EXECUTABLE, azure_variables};
use fleet::FleetSpec;
use lab::SimulatedAzure;
use lab::emulator::EmulatorOptions;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Runs the executable to its end, without this process' Azure variables.
fn run(arguments: &[&str], environment: &[(String, String)]) -> Output {
    let mut command = Command::new(EXECUTABLE);
    for name in azure_variables() {
        command.env_remove(name);
    }
    command.args(arguments).envs(environment.iter().cloned()).output().expect("runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("text")
}

#[test]
fn export_writes_dashboards_alerts_and_queries() {
    let export = |arguments: &[&str]| run(&[&["export"], arguments].concat(), &[]);
    let grafana = export(&["alerts", "--format", "grafana", "--datasource-uid", "mine"]);
    assert!(text(&grafana.stdout).contains("      datasourceUid: mine\n"));
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    let read = |file: &str| fs::read_to_string(committed.join(file)).expect("readable");
    let bicep = export(&["alerts", "--format", "bicep"]);
    assert_eq!(text(&bicep.stdout), read("bicep/alerts.bicep"));
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("rules.yaml");
    let file = file.to_str().expect("text");
    let prometheus = export(&["alerts", "--format", "prometheus", "--output", file]);
    assert!(prometheus.status.success() && prometheus.stdout.is_empty());
    assert_eq!(fs::read_to_string(file).expect("written"), read("prometheus/rules.yaml"));
    let kql: Value = serde_json::from_str(text(&export(&["kql"]).stdout)).expect("JSON");
    assert!(kql.as_array().is_some_and(|queries| queries.len() > 3), "{kql}");

    let links = [
        "--cloud",
        "AzureChinaCloud",
        "--grafana-url",
        "https://g/",
        "--runbooks-url",
        "https://r/",
    ];
    let arguments = [&["alerts", "--format", "prometheus"], &links[..]].concat();
    let linked = export(&arguments);
    for words in ["https://portal.azure.cn/#", "https://g/d/", "https://r/bucket-not-ready.md"] {
        assert!(text(&linked.stdout).contains(words), "{words}");
    }
    for (arguments, words) in [
        (&["alerts", "--format", "grafana", "--cloud", "Moon"][..], "Moon"),
        (
            &["alerts", "--format", "grafana", "--output", "/nowhere/x"],
            "/nowhere/x could not be written",
        ),
    ] {
        let output = export(arguments);
        assert!(!output.status.success() && text(&output.stderr).contains(words), "{words}");
    }
}

#[test]
fn export_writes_dashboards_for_the_named_data_sources() {
    let export = |arguments: &[&str]| run(&[&["export"], arguments].concat(), &[]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |file: &str| fs::read_to_string(root.join(file)).expect("readable");
    let one = export(&["dashboards", "--dashboard", "control-plane"]);
    assert_eq!(text(&one.stdout), read("dashboards/control-plane.json"));
    let one = export(&["dashboards", "--native", "--dashboard", "control-plane.json"]);
    assert_eq!(text(&one.stdout), read("deploy/native/dashboards/control-plane.json"));

    let folder = tempfile::tempdir().expect("a folder");
    let names = |arguments: &[&str], name: &str| {
        let into = folder.path().join(name);
        let into = [arguments, &["--output", into.to_str().expect("text")]].concat();
        let output = export(&into);
        assert!(output.status.success() && output.stdout.is_empty(), "{}", text(&output.stderr));
        let files = fs::read_dir(folder.path().join(name)).expect("a folder");
        let mut names: Vec<_> = files.map(|file| file.expect("readable").file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names(&["dashboards", "--datasource-uid", "mine"], "ours").len(), 4);
    let uids = ["--azure-monitor-uid", "azure", "--prometheus-uid", "prom"];
    assert_eq!(names(&[&["dashboards", "--native"], &uids[..]].concat(), "native").len(), 3);
    for (file, uids) in
        [("ours/rollouts.json", &["mine"][..]), ("native/cluster-stats.json", &["azure", "prom"])]
    {
        let json = fs::read_to_string(folder.path().join(file)).expect("written");
        let json: Value = serde_json::from_str(&json).expect("JSON");
        let list = json["templating"]["list"].as_array().expect("variables").iter();
        let sources = list.filter(|variable| variable["type"] == "datasource");
        let chosen: Vec<&Value> = sources.map(|variable| &variable["current"]["value"]).collect();
        assert_eq!(chosen, uids, "{file}");
    }

    let china = ["--dashboard", "cluster-stats", "--cloud", "AzureChinaCloud"];
    let china = export(&[&["dashboards", "--native"], &china[..]].concat());
    let china = text(&china.stdout);
    assert!(china.contains("https://portal.azure.cn/#") && !china.contains("portal.azure.com"));

    let rules = export(&[&["alerts", "--native", "--format", "grafana-api"], &uids[..]].concat());
    let rules: Value = serde_json::from_str(text(&rules.stdout)).expect("JSON");
    let rule = &rules[0]["rules"][0];
    assert_eq!(
        (&rules[0]["interval"], &rule["data"][0]["datasourceUid"]),
        (&60.into(), &"azure".into())
    );
    assert_eq!((&rule["missingSeriesEvalsToResolve"], &rule["for"]), (&10.into(), &"5m".into()));
    for (arguments, words) in [
        (&["dashboards"][..], "--output"),
        (
            &["dashboards", "--native", "--dashboard", "rollouts"],
            "there are application-deployments, cluster-stats, control-plane",
        ),
        (&["dashboards", "--dashboard", "x", "--prometheus-uid", "y"], "--native"),
        (&["alerts", "--native", "--format", "bicep"], "--native is for Grafana"),
        (&["alerts"], "--format"),
    ] {
        let output = export(arguments);
        assert!(
            !output.status.success() && text(&output.stderr).contains(words),
            "{words}: {}",
            text(&output.stderr)
        );
    }
}

#[test]
fn query_writes_tables_json_and_csv() {
    let fleet = ["--demo", "--clusters", "2", "--configurations", "6"];
    let query = |extra: &[&str]| {
        let output = run(&[&["query", "configurations"], &fleet[..], extra].concat(), &[]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout).to_owned()
    };
    let csv = query(&["-o", "csv", "-p", "limit=4"]);
    assert!(csv.starts_with("subscriptionId,subscription,resourceGroup,cluster,"), "{csv}");
    assert_eq!(csv.lines().count(), 5, "{csv}");
    let json: Value = serde_json::from_str(&query(&["-o", "json"])).expect("JSON");
    assert_eq!(json[0]["rows"].as_array().map(Vec::len), Some(6));
    assert_eq!(json[0]["meta"]["type"], "table");
    let table = query(&["--rows", "2"]);
    assert!(table.contains("… and 4 more rows"), "{table}");
}

#[test]
fn query_says_what_is_wrong() {
    for (arguments, words) in [
        (&["query", "nonsense", "--demo"][..], "Known query types: extensions, "),
        (&["query", "configurations", "--demo", "-p", "cluster=a"], "\"cluster\""),
        (&["query", "configurations", "--demo", "-p", "cluster"], "NAME=VALUE"),
        (&["query", "values", "--demo"], "\"dimension\""),
        (&["query", "extensions", "--sign-in", "secret"], "AZURE_CLIENT_SECRET"),
        (&["query", "extensions", "--cloud", "Moon"], "\"Moon\" is not known"),
        (&["query", "extensions", "--subscription", "mine"], "subscriptions"),
    ] {
        let output = run(arguments, &[]);
        let error = text(&output.stderr);
        assert!(!output.status.success() && output.stdout.is_empty(), "{arguments:?}");
        assert!(error.contains(words), "{words} is missing in: {error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn query_can_use_the_emulator() {
    let spec = FleetSpec { clusters: 2, configurations: 8, seed: 3 };
    let azure = SimulatedAzure::start(EmulatorOptions::from(spec)).await.expect("a free port");
    let environment = azure.environment();
    let output = tokio::task::spawn_blocking(move || {
        let arguments = ["query", "configurations", "--sign-in", "managed-identity", "-o", "csv"];
        run(&arguments, &environment)
    });
    let output = output.await.expect("no panic");
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout).lines().count(), 1 + 8);
    assert!(azure.requests().queries > 0 && azure.requests().tokens == 1);
}
