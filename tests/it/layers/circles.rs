//! Finds circles of files that use each other.

use super::crate_files::Edges;
use std::collections::{BTreeMap, BTreeSet};

/// Groups of files in which each file uses all the others, directly or through others; sorted.
pub fn of(edges: &Edges) -> Vec<Vec<String>> {
    let reached: BTreeMap<&String, BTreeSet<&str>> =
        edges.keys().map(|file| (file, reached(edges, file))).collect();
    let mut circles = BTreeSet::new();
    for (file, there) in &reached {
        if there.contains(file.as_str()) {
            let back = |other: &&str| reached[&(*other).to_owned()].contains(file.as_str());
            let circle = there.iter().copied().filter(back);
            circles.insert(circle.map(str::to_owned).collect::<Vec<_>>());
        }
    }
    circles.into_iter().collect()
}

/// Files that a file uses, directly or through others.
fn reached<'e>(edges: &'e Edges, from: &'e str) -> BTreeSet<&'e str> {
    let mut found = BTreeSet::new();
    let mut open = vec![from];
    while let Some(file) = open.pop() {
        for used in edges.get(file).into_iter().flatten() {
            if found.insert(used.as_str()) {
                open.push(used);
            }
        }
    }
    found
}

#[test]
fn circles_of_any_length_are_found() {
    let uses = |file: &str, used: &[&str]| {
        (file.to_owned(), used.iter().map(|&name| name.to_owned()).collect())
    };
    let edges = Edges::from([
        uses("a", &["b"]),
        uses("b", &["c", "e"]),
        uses("c", &["a"]),
        uses("d", &["a", "e"]),
        uses("e", &["f"]),
        uses("f", &["e"]),
    ]);
    assert_eq!(of(&edges), [vec!["a", "b", "c"], vec!["e", "f"]]);
}
