//! Links within the project lead to existing files and headings, and every page can be reached.

use super::{page, pages, root};
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// Whether a link leads outside of the project.
fn leaves(link: &str) -> bool {
    ["https://", "http://", "mailto:"].iter().any(|scheme| link.starts_with(scheme))
}

/// The path of a link's file from the root, and its anchor.
fn target(page: &Path, link: &str) -> (PathBuf, Option<String>) {
    let (file, anchor) = match link.split_once('#') {
        Some((file, anchor)) => (file, Some(anchor.to_owned())),
        None => (link, None),
    };
    if file.is_empty() {
        return (page.to_owned(), anchor);
    }
    let mut path = PathBuf::new();
    for part in page.parent().expect("a folder").join(file).components() {
        match part {
            Component::ParentDir => assert!(path.pop(), "{link} leads out of the project"),
            part => path.push(part),
        }
    }
    (path, anchor)
}

#[test]
fn no_link_is_dead() {
    let pages = pages();
    let mut dead = Vec::new();
    for page in &pages {
        for link in page.links.iter().filter(|link| !leaves(link)) {
            let (path, anchor) = target(&page.path, link);
            let there = match &anchor {
                None => root().join(&path).exists(),
                Some(anchor) => {
                    let other = pages.iter().find(|other| other.path == path);
                    other.is_some_and(|other| other.anchors.contains(anchor))
                }
            };
            if !there {
                dead.push(format!("{}: {link}", page.path.display()));
            }
        }
    }
    assert!(dead.is_empty(), "dead links:\n{}", dead.join("\n"));
}

#[test]
fn links_are_resolved_from_their_page() {
    let from = Path::new("docs/runbooks/a.md");
    assert_eq!(target(from, "b.md#c"), (PathBuf::from("docs/runbooks/b.md"), Some("c".to_owned())));
    assert_eq!(target(from, "../alerts.md"), (PathBuf::from("docs/alerts.md"), None));
    assert_eq!(target(from, "#here"), (from.to_owned(), Some("here".to_owned())));
}

#[test]
fn every_page_can_be_reached_from_the_index() {
    let linked = |from: &Path| -> BTreeSet<PathBuf> {
        let page = page(from);
        let inside = page.links.iter().filter(|link| !leaves(link));
        inside.map(|link| target(from, link).0).collect()
    };
    let (index, rules) = (Path::new("docs/README.md"), Path::new("docs/alerts.md"));
    let from_index = linked(index);
    let from_rules = linked(rules);
    for path in pages().into_iter().map(|page| page.path).filter(|path| path != index) {
        // A runbook is reached from its alert rule.
        let of_rule = path.starts_with("docs/runbooks");
        let found = if of_rule { &from_rules } else { &from_index };
        assert!(found.contains(&path), "the index has no link to {}", path.display());
    }
}
