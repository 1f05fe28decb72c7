//! The commands of the documentation.
//!
//! A block of language `sh` is run as it is written, in a folder with the files of a clone other than the sources, one
//! block after another, with the executable on the `PATH`. A word after the language changes that:
//!
//! - `background`: the block keeps running, and the test continues when the block says that it serves;
//! - `make`: targets of the Makefile, which CI runs itself; the test only checks that they exist;
//! - one of [`ELSEWHERE`]: the block needs something that isn't available here. The test checks only its shell syntax
//!   and our flags.

use super::markdown::{Block, Page};
use super::{pages, root};
use crate::support::{EXECUTABLE, azure_variables};
use azuregitops::query::CATALOGUE;
use std::collections::{BTreeSet, HashMap};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command as Sync, Stdio};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::task::yield_now;
use tokio::time::timeout;

/// Requirements of a command that aren't available in tests: an Azure subscription, Docker, a Grafana, a Kubernetes
/// cluster with Helm, the time for a release build.
const ELSEWHERE: [&str; 5] = ["azure", "docker", "grafana", "cluster", "build"];
/// The last line that the emulator prints before it serves.
const SERVES: &str = "For a Prometheus:";
const PATIENCE: Duration = Duration::from_secs(120);
/// Our executables.
const OURS: [&str; 2] = ["gpx_azuregitops", "lab"];

/// The paths of our executables. `lab` belongs to another package; `make unit` builds both packages together.
fn executables() -> [PathBuf; 2] {
    let lab = Path::new(EXECUTABLE).with_file_name("lab");
    assert!(lab.exists(), "{} is missing: cargo test --workspace builds it", lab.display());
    [EXECUTABLE.into(), lab]
}

fn mark(page: &Page, block: &Block) -> Option<String> {
    match block.marks.as_slice() {
        [] => None,
        [mark] => Some(mark.clone()),
        marks => panic!("{}: {marks:?}", page.place(block)),
    }
}

fn shell_blocks(page: &Page) -> impl Iterator<Item = &Block> {
    page.blocks.iter().filter(|block| block.language == "sh")
}

/// A folder with the files of a clone other than the sources, and with the executable in `bin`.
fn clone() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["dashboards", "deploy", "provisioning"] {
        copy(&root().join(name), &folder.path().join(name));
    }
    let bin = folder.path().join("bin");
    fs::create_dir(&bin).expect("writable");
    for (name, executable) in OURS.iter().zip(executables()) {
        std::os::unix::fs::symlink(executable, bin.join(name)).expect("a link");
    }
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("writable");
    for entry in fs::read_dir(from).expect("readable") {
        let entry = entry.expect("readable");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}

fn shell(folder: &Path, block: &Block) -> Command {
    let path = env::join_paths(
        std::iter::once(folder.join("bin"))
            .chain(env::split_paths(&env::var_os("PATH").unwrap_or_default())),
    );
    let mut command = Command::new("bash");
    for name in azure_variables() {
        command.env_remove(name);
    }
    command
        .args(["-euo", "pipefail", "-c", &block.text])
        .current_dir(folder)
        .env("PATH", path.expect("a path"))
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// Starts a block that keeps running, and waits until it serves. Its pipeline ends with its shell.
async fn serve(folder: &Path, page: &Page, block: &Block) -> Child {
    let mut child = shell(folder, block).stdout(Stdio::piped()).spawn().expect("bash");
    let mut lines = BufReader::new(child.stdout.take().expect("an output")).lines();
    // `tee` writes to its file a moment after it prints, and the next block reads from that file.
    let file = block.text.split("| tee ").nth(1).map(|name| folder.join(name.trim()));
    let said = timeout(PATIENCE, async {
        while let Some(line) = lines.next_line().await.expect("text") {
            if line.starts_with(SERVES) {
                while file.as_ref().is_some_and(|file| !holds(file, &line)) {
                    yield_now().await;
                }
                return true;
            }
        }
        false
    });
    assert_eq!(said.await, Ok(true), "{}: it never served", page.place(block));
    child
}

fn holds(file: &Path, line: &str) -> bool {
    fs::read_to_string(file).is_ok_and(|text| text.contains(line))
}

async fn run(page: &Page) -> usize {
    let folder = clone();
    let mut serving = Vec::new();
    let mut count = 0;
    for block in shell_blocks(page) {
        match mark(page, block).as_deref() {
            None => {
                let output = timeout(PATIENCE, shell(folder.path(), block).output()).await;
                let output = output.expect("in time").expect("bash");
                let said = String::from_utf8_lossy(&output.stderr);
                assert!(output.status.success(), "{}: {said}", page.place(block));
                count += 1;
            }
            Some("background") => serving.push(serve(folder.path(), page, block).await),
            Some(_) => {}
        }
    }
    for mut child in serving {
        child.kill().await.expect("stopped");
    }
    count
}

#[tokio::test]
async fn commands_run_as_documented() {
    let mut count = 0;
    for page in pages() {
        count += run(&page).await;
    }
    assert!(count > 5, "{count} blocks were run");
}

#[test]
fn every_command_is_valid_shell_with_a_known_mark() {
    for page in pages() {
        for block in shell_blocks(&page) {
            let place = page.place(block);
            if let Some(mark) = mark(&page, block) {
                let known = ELSEWHERE.contains(&mark.as_str());
                assert!(known || ["background", "make"].contains(&&*mark), "{place}: {mark}");
            }
            let checked = Sync::new("bash").args(["-n", "-c", &block.text]).output();
            let checked = checked.expect("bash");
            let said = String::from_utf8_lossy(&checked.stderr);
            assert!(checked.status.success(), "{place}: {said}");
        }
    }
}

/// Targets with a description in the Makefile.
fn targets() -> BTreeSet<String> {
    let makefile = fs::read_to_string(root().join("Makefile")).expect("readable");
    let explained = makefile.lines().filter(|line| line.contains("## "));
    explained.filter_map(|line| line.split_once(':')).map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn make_targets_in_the_documentation_exist() {
    let targets = targets();
    assert!(targets.contains("demo"), "{targets:?}");
    let mut used = BTreeSet::new();
    let mut wrong = Vec::new();
    for page in pages() {
        let blocks = shell_blocks(&page)
            .filter(|block| mark(&page, block).as_deref() == Some("make"))
            .flat_map(|block| block.text.lines());
        let inline = page.codes.iter().map(String::as_str).filter(|code| code.starts_with("make "));
        for line in blocks.chain(inline) {
            let line = line.split('#').next().unwrap_or_default().trim();
            // `NAME=value make target` and `make target NAME=value`.
            let mut words = line.split_whitespace().filter(|word| !word.contains('='));
            let (make, target) = (words.next(), words.next());
            let target = target.unwrap_or_default().trim_end_matches('.');
            if make != Some("make") || !(targets.contains(target) || target == "help") {
                wrong.push(format!("{}: {line}", page.path.display()));
            }
            used.insert(target.to_owned());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(used.contains("demo") && used.contains("test"), "{used:?}");
}

/// The arguments on each command line of a page that runs this executable.
fn commands_of(name: &str, page: &Page) -> Vec<Vec<String>> {
    let lines: Vec<String> = shell_blocks(page)
        .map(|block| block.text.replace("\\\n", " "))
        .flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>())
        .chain(page.codes.iter().cloned())
        .collect();
    let name = &format!("{name} ");
    lines
        .iter()
        .filter_map(|line| {
            let after = line
                .strip_prefix(name)
                .or(line.split_once(&format!(" {name}")).map(|(_, rest)| rest))?;
            let end = after.find(['|', '>', ';', '&', ')', '#']).unwrap_or(after.len());
            Some(after[..end].split_whitespace().map(str::to_owned).collect())
        })
        .collect()
}

fn help(executable: &Path, subcommand: &[&str]) -> Option<String> {
    let output = Sync::new(executable).args(subcommand).arg("--help").output().expect("runs");
    output.status.success().then(|| String::from_utf8(output.stdout).expect("text"))
}

#[test]
fn subcommands_flags_query_types_and_parameters_exist() {
    let mut known: HashMap<(&str, Vec<String>), Option<String>> = HashMap::new();
    let mut wrong = Vec::new();
    let mut counts = [0, 0];
    let ours = OURS.iter().zip(executables()).zip(&mut counts);
    for ((&name, executable), count) in ours {
        let commands = pages().into_iter().flat_map(|page| {
            let commands = commands_of(name, &page).into_iter();
            commands.map(move |words| (page.path.clone(), words))
        });
        for (path, words) in commands.collect::<Vec<_>>() {
            let line = words.join(" ");
            let depth = if words.first().is_some_and(|word| word == "export") { 2 } else { 1 };
            let is_name = |word: &&String| word.chars().all(|c| c.is_ascii_lowercase());
            let subcommand: Vec<String> =
                words.iter().take(depth).take_while(is_name).cloned().collect();
            let help = known.entry((name, subcommand.clone())).or_insert_with_key(|(_, words)| {
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                help(&executable, &words)
            });
            *count += 1;
            let mut fault = |what: &str| {
                wrong.push(format!("{}: {what} of {name} {line}", path.display()));
            };
            let Some(help) = help else {
                fault("the subcommand");
                continue;
            };
            for flag in words.iter().filter(|word| word.starts_with('-') && *word != "--help") {
                // Help texts write `--flag `, or `-f, --flag`.
                let there = help.split_whitespace().any(|word| word.trim_end_matches(',') == flag);
                if !there {
                    fault(flag);
                }
            }
            if subcommand == ["query"] {
                query(&words[1..], &mut fault);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(counts[0] > 10 && counts[1] > 1, "{counts:?} commands");
}

/// Checks the query type and the names of parameters. Words in capitals are placeholders and aren't checked.
fn query(words: &[String], fault: &mut impl FnMut(&str)) {
    let Some(id) = words.first().filter(|id| id.chars().any(|c| c.is_ascii_lowercase())) else {
        return;
    };
    let Some(query_type) = CATALOGUE.iter().find(|of| of.id == id) else {
        fault("the query type");
        return;
    };
    for pair in words.windows(2).filter(|pair| pair[0] == "-p" || pair[0] == "--param") {
        let name = pair[1].split('=').next().unwrap_or_default();
        if !query_type.params().iter().any(|param| param.name == name) {
            fault(name);
        }
    }
}
