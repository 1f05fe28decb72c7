//! The workflows of GitHub Actions: their commands exist, and they have no more permissions than they need.

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).expect(name)
}

/// Jobs by workflow and name.
fn jobs() -> Vec<(String, Value)> {
    let folder = fs::read_dir(root().join(".github/workflows")).expect("a folder");
    let mut found = Vec::new();
    for entry in folder {
        let path = entry.expect("readable").path();
        let file = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let yaml = fs::read_to_string(&path).expect("readable");
        let workflow: Value = serde_saphyr::from_str(&yaml).expect("YAML");
        for (name, job) in workflow["jobs"].as_object().expect("jobs") {
            let mut job = job.clone();
            let inherited = &workflow["permissions"];
            if job.get("permissions").is_none() {
                job["permissions"] = inherited.clone();
            }
            found.push((format!("{file}: {name}"), job));
        }
    }
    assert!(found.len() >= 7, "{}", found.len());
    found
}

fn steps(job: &Value) -> Vec<Value> {
    job["steps"].as_array().cloned().unwrap_or_default()
}

/// The commands of all steps, in one text.
fn commands() -> String {
    let all: Vec<Value> = jobs().iter().flat_map(|(_, job)| steps(job)).collect();
    let run: Vec<&str> = all.iter().filter_map(|step| step["run"].as_str()).collect();
    run.join("\n")
}

/// The word after each `before`.
fn words_after<'a>(text: &'a str, before: &str) -> BTreeSet<&'a str> {
    text.split(before).skip(1).filter_map(|rest| rest.split_whitespace().next()).collect()
}

#[test]
fn commands_are_there() {
    let commands = commands();
    let makefile = read("Makefile");
    let targets = words_after(&commands, "make ");
    assert!(targets.contains("package") && targets.contains("dist"), "{targets:?}");
    for target in targets {
        assert!(makefile.contains(&format!("\n{target}: ")), "make {target}");
    }
    let frontend: Value = serde_json::from_str(&read("frontend/package.json")).expect("JSON");
    let scripts = words_after(&commands, "npm run ");
    assert!(!scripts.is_empty());
    for script in scripts {
        assert!(frontend["scripts"][script].is_string(), "npm run {script}");
    }
    let mut files = words_after(&commands, "node ");
    files.retain(|word| word.contains(".mjs"));
    assert!(!files.is_empty());
    files.extend(words_after(&commands, "-config "));
    for file in files {
        assert!(root().join(file).is_file(), "{file}");
    }
    assert!(commands.contains(".ci/run") && root().join(".ci/run").is_file());
}

#[test]
fn every_platform_of_the_package_is_built() {
    let project = read("packaging/project.mjs");
    let (_, targets) = project.split_once("const TARGETS = {").expect("there");
    let (targets, _) = targets.split_once("};").expect("an end");
    let known: BTreeSet<&str> =
        targets.lines().filter_map(|line| Some(line.trim().split_once(": '")?.0)).collect();
    let jobs = jobs();
    let (_, job) = jobs.iter().find(|(name, _)| name == "release: binary").expect("there");
    let matrix = job["strategy"]["matrix"]["include"].as_array().expect("a list");
    let built: BTreeSet<&str> =
        matrix.iter().map(|one| one["platform"].as_str().expect("a text")).collect();
    assert_eq!(built, known);
}

/// A tag of an action can be moved to other code, so actions are pinned by commit.
#[test]
fn actions_are_pinned() {
    let mut used = 0;
    for (name, job) in jobs() {
        for step in steps(&job) {
            let Some(action) = step["uses"].as_str() else { continue };
            let (_, commit) = action.split_once('@').expect(action);
            let pinned = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(pinned, "{name}: {action}");
            used += 1;
        }
    }
    assert!(used > 5, "{used}");
}

/// A value that is inserted into a script's text becomes part of the script, even when an attacker chose it.
#[test]
fn scripts_hold_no_expressions() {
    assert!(!commands().contains("${{"));
}

#[test]
fn only_the_release_may_write() {
    for (name, job) in jobs() {
        let permissions = job["permissions"].as_object().expect(&name);
        let writes: Vec<&str> = permissions
            .iter()
            .filter(|(_, allowed)| *allowed != "read")
            .map(|(what, _)| what.as_str())
            .collect();
        if name == "release: release" {
            assert_eq!(
                BTreeSet::from_iter(writes),
                ["attestations", "contents", "id-token"].into()
            );
        } else {
            assert!(writes.is_empty(), "{name}: {writes:?}");
        }
    }
}
