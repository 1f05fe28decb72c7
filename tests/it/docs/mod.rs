//! The documentation: its links lead to existing pages, its commands run, its examples parse, and its numbers and
//! messages are those of the code.

mod blocks;
mod commands;
mod limits;
mod links;
mod markdown;
mod messages;
mod settings;

use markdown::Page;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every page of the project, with its path from the root.
fn pages() -> Vec<Page> {
    let mut paths: Vec<PathBuf> =
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(PathBuf::from).into();
    let mut folders = vec![PathBuf::from("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).expect("readable") {
            let path = folder.join(entry.expect("readable").file_name());
            if root().join(&path).is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    assert!(paths.len() > 20, "the pages were not found");
    paths.into_iter().map(page).collect()
}

/// One page, by its path from the root.
fn page(path: impl Into<PathBuf>) -> Page {
    let path = path.into();
    let text = fs::read_to_string(root().join(&path))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Page::parse(path, &text)
}
