//! The dashboards of the package: their form, their layout, their references, and what they show.

mod answers;
mod fields;
mod form;
mod layout;
mod links;
mod neutral;
mod tables;
mod variables;

pub use variables::used_in;

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// A file of `dashboards/`.
struct Shipped {
    file: String,
    text: String,
    json: Value,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// All dashboards, by file name.
fn shipped() -> Vec<Shipped> {
    let entries = fs::read_dir(root().join("dashboards")).expect("the folder is there");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    files.sort();
    let read = |path: &PathBuf| {
        let file = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let text = fs::read_to_string(path).expect("text");
        let json = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
        Shipped { file, text, json }
    };
    files.iter().map(read).collect()
}

fn list<'a>(value: &'a Value, member: &str) -> impl Iterator<Item = &'a Value> {
    value[member].as_array().into_iter().flatten()
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}

impl Shipped {
    /// Every panel, those in collapsed rows included. Rows themselves aren't panels.
    fn panels(&self) -> Vec<&Value> {
        let all = list(&self.json, "panels");
        let all = all.flat_map(|panel| std::iter::once(panel).chain(list(panel, "panels")));
        all.filter(|panel| panel["type"] != "row").collect()
    }

    fn variables(&self) -> impl Iterator<Item = &Value> {
        list(&self.json["templating"], "list")
    }

    /// The dashboard and the panel, for failure messages.
    fn place(&self, panel: &Value) -> String {
        format!("{}, {}", self.file, text(panel, "title"))
    }
}

/// All texts in a value; keys don't count.
pub fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(members) => members.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}
