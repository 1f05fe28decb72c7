//! The built executable, started as Grafana starts it, and as a user in a terminal starts it.

use azuregitops::plugin::{CLIENT_CERTIFICATE, LOG_LEVEL, MAGIC_COOKIE};
use lab::{PluginProcess, PluginProcessError};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

const PLUGIN: &str = env!("CARGO_BIN_EXE_gpx_azuregitops");
/// Longer than anything here takes. A test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn greets_serves_and_stops_when_asked() {
    let process = PluginProcess::start(Path::new(PLUGIN), []).await.expect("starts and serves");
    let address = process
        .handshake()
        .strip_prefix("1|2|tcp|127.0.0.1:")
        .and_then(|rest| rest.strip_suffix("|grpc"))
        .expect("the form that Grafana reads");
    assert!(address.parse::<u16>().is_ok_and(|port| port > 0), "{address}");

    let ended = process.stop().await.expect("can be waited for");
    assert_eq!(ended.status.and_then(|status| status.code()), Some(0), "{}", ended.stderr);
    assert_eq!(ended.stdout, "", "stdout is for the handshake");
}

#[tokio::test]
async fn logs_as_grafana_reads_it() {
    let debug = [(LOG_LEVEL.to_owned(), "debug".into())];
    let process = PluginProcess::start(Path::new(PLUGIN), debug).await.expect("starts");
    let ended = process.stop().await.expect("can be waited for");
    let lines: Vec<serde_json::Value> = ended
        .stderr
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
        .collect();
    assert!(!lines.is_empty());
    for line in &lines {
        assert!(line["@level"].is_string() && line["@timestamp"].is_string(), "{line}");
        let target = line["target"].as_str().expect("a target");
        assert!(target.starts_with("azuregitops"), "a library at debug level: {line}");
    }
    let last = lines.last().expect("not empty");
    assert_eq!(last["@message"], "stopped");
    assert_eq!(last["reason"], "Shutdown");
}

#[cfg(unix)]
#[tokio::test]
async fn a_signal_ends_it_cleanly() {
    let process = PluginProcess::start(Path::new(PLUGIN), []).await.expect("starts");
    let id = process.id().expect("runs").to_string();
    let killed = Command::new("kill").args(["-TERM", &id]).status().expect("kill is there");
    assert!(killed.success());
    let ended = process.ended().await.expect("can be waited for");
    assert_eq!(ended.status.and_then(|status| status.code()), Some(0), "{}", ended.stderr);
}

/// When Grafana is killed, its plugins keep running until they notice. Grafana's ends of the pipes are closed then, so
/// a failing log write must not keep the plugin from ending.
#[cfg(unix)]
#[tokio::test]
async fn leaves_when_its_parent_dies() {
    let mut parent = tokio::process::Command::new("sh")
        .args(["-c", "\"$0\" & wait", PLUGIN])
        .env(MAGIC_COOKIE.0, MAGIC_COOKIE.1)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("a shell");
    drop(parent.stderr.take());
    let mut stdout = BufReader::new(parent.stdout.take().expect("piped"));
    let mut line = String::new();
    stdout.read_line(&mut line).await.expect("a handshake");
    assert!(line.ends_with("|grpc\n"), "{line}");

    parent.kill().await.expect("killed");
    let mut rest = String::new();
    // Only the plugin still has the other end of the pipe open, so the end of the file means that the plugin has ended.
    tokio::time::timeout(PATIENCE, stdout.read_to_string(&mut rest))
        .await
        .expect("the plugin outlived its parent")
        .expect("readable");
    assert_eq!(rest, "");
}

#[tokio::test]
async fn refuses_a_host_that_wants_mutual_tls() {
    let environment = [(CLIENT_CERTIFICATE.to_owned(), "-----BEGIN CERTIFICATE-----".into())];
    let error = PluginProcess::start(Path::new(PLUGIN), environment).await.expect_err("refused");
    let PluginProcessError::NoHandshake { stderr } = error else { panic!("{error}") };
    assert!(stderr.contains("mutual TLS") && stderr.contains(CLIENT_CERTIFICATE), "{stderr}");
}

#[test]
fn outside_grafana_it_explains_that_it_is_a_plugin() {
    let output = Command::new(PLUGIN).env_remove(MAGIC_COOKIE.0).output().expect("runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let text = String::from_utf8(output.stderr).expect("text");
    assert!(text.contains("Grafana starts it"), "{text}");
    for command in ["query", "export"] {
        let listed = text.lines().any(|line| line.trim_start().starts_with(command));
        assert!(listed, "{command} is missing in: {text}");
    }
}
