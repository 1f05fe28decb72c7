//! The order of the modules: each uses only those before it. It keeps the data going one way, and the edge (protobuf,
//! the command line) out of the core.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Left to right; `main.rs`, `lib.rs`, `generated.rs` and its parts are outside.
const ORDER: [&str; 14] = [
    "upstream",
    "arg",
    "prometheus",
    "fleet",
    "inventory",
    "settings",
    "query",
    "alert",
    "dashboard",
    "native",
    "instance",
    "plugin",
    "emulator",
    "cli",
];

#[test]
fn a_module_uses_only_those_before_it() {
    let mut wrong = Vec::new();
    for file in sources() {
        let module = module_of(&file);
        let Some(place) = place(&module) else {
            wrong.push(format!("{}: module {module} has no place in the order", file.display()));
            continue;
        };
        let text = fs::read_to_string(&file).expect("readable");
        for used in uses(&text) {
            if self::place(&used).is_none_or(|other| other > place) {
                wrong.push(format!("{}: {module} uses {used}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}\norder: {}", wrong.join("\n"), ORDER.join(", "));
}

#[test]
fn uses_are_found_in_all_their_forms() {
    let text = "use crate::domain::{ArmId, Text};\nuse crate::{frame::Frame, query::{self, Query}, cli as shell};\n\
                // use crate::plugin;\n/// [`crate::emulator`]\nfn f() -> crate::instance::Instance { crate :: arg::x() }";
    let found: Vec<String> = uses(text).into_iter().collect();
    assert_eq!(found, ["arg", "cli", "domain", "frame", "instance", "query"]);
}

fn place(module: &str) -> Option<usize> {
    ORDER.iter().position(|name| *name == module)
}

fn sources() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("readable") {
            let path = entry.expect("readable").path();
            if path.is_dir() && path != root.join("generated") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && path != root.join("main.rs")
                && path != root.join("lib.rs")
                && path != root.join("generated.rs")
            {
                files.push(path.strip_prefix(env!("CARGO_MANIFEST_DIR")).expect("inside").into());
            }
        }
    }
    assert!(files.len() > ORDER.len(), "the sources were not found");
    files
}

/// `src/arg/row.rs` and `src/arg.rs` belong to `arg`.
fn module_of(file: &Path) -> String {
    let first = file.components().nth(1).expect("below src").as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// Top-level modules that a source names as `crate::…`, comments aside.
fn uses(text: &str) -> BTreeSet<String> {
    let code: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(str::chars)
        .filter(|c| !c.is_whitespace())
        .collect();
    let mut found = BTreeSet::new();
    for after in code.split("crate::").skip(1) {
        if let Some(group) = after.strip_prefix('{') {
            found.extend(top_level(group));
        } else {
            found.insert(name(after));
        }
    }
    found
}

/// The first names of a group's members: `a::x,b::{c,d},e}` names a, b and e.
fn top_level(group: &str) -> Vec<String> {
    let mut names = vec![name(group)];
    let mut depth = 0;
    for (index, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(name(&group[index + 1..])),
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// The identifier at the start; `as` renames lose their blanks above, so a module's name is looked for first.
fn name(text: &str) -> String {
    let identifier: String =
        text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let renamed = ORDER.iter().find(|module| {
        identifier.strip_prefix(**module).is_some_and(|rest| rest.starts_with("as"))
    });
    renamed.map_or(identifier, |module| (*module).to_owned())
}
