//! The dependencies between source files: the order of modules, the boundaries between crates, and no circles of files.

mod circles;
mod crate_files;
mod source;

use crate_files::{CrateFiles, files_under, root};
use source::Source;
use std::collections::BTreeSet;

/// A module uses only modules before it. `main.rs`, `lib.rs`, and `generated.rs` with its submodules are exempt.
const ORDER: [&str; 13] = [
    "upstream",
    "arg",
    "prometheus",
    "settings",
    "inventory",
    "query",
    "alert",
    "dashboard",
    "native",
    "instance",
    "connect",
    "plugin",
    "cli",
];

fn place(module: &str) -> Option<usize> {
    ORDER.iter().position(|name| *name == module)
}

/// Every file of the product's modules, including tests.
fn product_files() -> Vec<(String, Source)> {
    let outside = ["src/main.rs", "src/lib.rs", "src/generated.rs"];
    let files = files_under("src")
        .into_iter()
        .filter(|file| !outside.contains(&file.as_str()) && !file.starts_with("src/generated/"));
    files.map(|file| (file.clone(), Source::read(&root().join(file)))).collect()
}

#[test]
fn a_module_uses_only_those_before_it() {
    let mut wrong = Vec::new();
    let files = product_files();
    assert!(files.len() > ORDER.len(), "the sources were not found");
    for (file, source) in files {
        let module = file.split('/').nth(1).unwrap_or_default().trim_end_matches(".rs");
        let Some(place) = place(module) else {
            wrong.push(format!("{file}: module {module} has no place in the order"));
            continue;
        };
        let all = source.all_paths();
        let used: BTreeSet<&str> = all
            .iter()
            .filter(|path| path.first().is_some_and(|first| first == "crate"))
            .filter_map(|path| path.get(1).map(String::as_str))
            .collect();
        for used in used {
            if self::place(used).is_none_or(|other| other > place) {
                wrong.push(format!("{file}: {module} uses {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}\norder: {}", wrong.join("\n"), ORDER.join(", "));
}

#[test]
fn only_connect_uses_the_simulated_fleet_and_nothing_uses_the_lab() {
    let mut wrong = Vec::new();
    let product = CrateFiles::read("src");
    for (file, source) in product_files() {
        if source.all_paths().iter().any(|path| path.first().is_some_and(|name| name == "lab")) {
            wrong.push(format!("{file} uses lab"));
        }
    }
    let mut users = Vec::new();
    for (file, crates) in product.other_crates() {
        if crates.contains("fleet") {
            users.push(file);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(users, ["src/connect.rs"], "tests aside");
}

#[test]
fn no_files_go_in_a_circle() {
    let mut crates = vec!["src".to_owned()];
    let folders = std::fs::read_dir(root().join("crates")).expect("readable");
    for folder in folders {
        let name = folder.expect("readable").file_name();
        crates.push(format!("crates/{}/src", name.to_str().expect("text")));
    }
    assert!(crates.len() > 4, "{crates:?}");
    let found: Vec<Vec<String>> =
        crates.iter().flat_map(|folder| circles::of(&CrateFiles::read(folder).edges())).collect();
    assert!(found.is_empty(), "files that use each other: {found:#?}");
}
