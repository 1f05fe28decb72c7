//! The messages that `docs/troubleshooting.md` explains are those of the code, and it explains every message that users
//! see.

use super::{page, root};
use regex::Regex;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// Files with the errors that users read. They quote the errors of the Arrow file, of rows and of ids.
const ERRORS: [&str; 10] = [
    "src/upstream/cloud.rs",
    "src/upstream/error.rs",
    "src/upstream/http.rs",
    "src/cli/error.rs",
    "src/inventory/mod.rs",
    "src/plugin/edge.rs",
    "src/plugin/serve.rs",
    "src/query/error.rs",
    "src/settings/error.rs",
    "src/alert/yaml.rs",
];
/// Names of upstreams with which the code begins a message.
const UPSTREAMS: [&str; 2] = ["the azure identity", "azure resource graph"];
/// Shortest part of a message that distinguishes it from others.
const TELLING: usize = 8;

/// Every source file, without tests and comments.
fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("readable") {
            let path = entry.expect("readable").path();
            if path.is_dir() && !path.ends_with("tests") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push((path.clone(), code(&fs::read_to_string(&path).expect("readable"))));
            }
        }
    }
    files
}

/// Code without its tests and comments, with texts of several lines joined.
fn code(source: &str) -> String {
    let code = source.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let code = Regex::new(r"\\\n\s*").expect("a regex").replace_all(code, "");
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// A text of the source as users see it, split where values are inserted.
fn fixed_parts(literal: &str) -> Vec<String> {
    let text = literal.replace("\\\"", "\"");
    let holes = Regex::new(r"\{[^}]*\}").expect("a regex");
    holes.split(&text).map(str::to_lowercase).collect()
}

/// The messages of the page in small letters, split where the page writes `…`.
fn explained() -> Vec<(String, Vec<String>)> {
    let page = page("docs/troubleshooting.md");
    let messages = page.rows.iter().filter_map(|(_, cells)| {
        let message = cells.first()?.strip_prefix('`')?.strip_suffix('`')?;
        let text = message.to_lowercase();
        let named = UPSTREAMS.iter().find_map(|name| text.strip_prefix(name));
        let parts = named.unwrap_or(&text).split('…').filter(|part| part.trim().len() > 1);
        let parts = parts.map(str::to_owned);
        Some((message.to_owned(), parts.collect()))
    });
    messages.collect()
}

#[test]
fn messages_are_those_of_the_code() {
    let sources: String =
        sources().into_iter().map(|(_, code)| code.replace("\\\"", "\"").to_lowercase()).collect();
    assert!(UPSTREAMS.iter().all(|name| sources.contains(name)));
    let mut unknown = Vec::new();
    let explained = explained();
    for (message, parts) in &explained {
        assert!(parts.iter().any(|part| part.len() >= TELLING), "{message} tells nothing");
        if let Some(part) = parts.iter().find(|part| !sources.contains(part.as_str())) {
            unknown.push(format!("{message}: nothing in the source says \"{part}\""));
        }
    }
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
    assert!(explained.len() > 50, "{}", explained.len());
}

#[test]
fn every_message_is_explained() {
    let error = Regex::new(r#"#\[error\(\s*"((?:[^"\\]|\\.)*)""#).expect("a regex");
    let notice = Regex::new(r#"Notice::(?:info|warning)\((?:format!\()?\s*"((?:[^"\\]|\\.)*)""#)
        .expect("a regex");
    let page = page("docs/troubleshooting.md");
    let text: BTreeSet<String> = page.codes.iter().map(|code| code.to_lowercase()).collect();
    let mut missing = Vec::new();
    let mut count = 0;
    for (path, code) in sources() {
        let path = path.strip_prefix(root()).expect("inside");
        let errors = ERRORS.iter().any(|file| path.ends_with(file));
        let found = errors.then(|| error.captures_iter(&code)).into_iter().flatten();
        for found in found.chain(notice.captures_iter(&code)) {
            let literal = &found[1];
            let parts = fixed_parts(literal);
            let part = parts.iter().max_by_key(|part| part.len()).expect("a part");
            if part.len() < TELLING {
                continue;
            }
            count += 1;
            if !text.iter().any(|message| message.contains(part.trim())) {
                missing.push(format!("{}: {literal}", path.display()));
            }
        }
    }
    assert!(missing.is_empty(), "not in docs/troubleshooting.md:\n{}", missing.join("\n"));
    assert!(count > 60, "{count}");
}
