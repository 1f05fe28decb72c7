//! Replies of Azure for tests.

/// Replies of Azure, by path: the fixture of this repository, with made-up values, and the recorded reply when the
/// checkout has it.
pub(crate) fn replies(path: &str) -> Vec<String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let fixture = root.join("tests/fixtures/azure").join(path);
    let fixture = std::fs::read_to_string(&fixture)
        .unwrap_or_else(|error| panic!("{}: {error}", fixture.display()));
    let recorded = std::fs::read_to_string(root.join("../shared/data").join(path));
    [fixture].into_iter().chain(recorded.ok()).collect()
}

/// [`replies`] as JSON.
pub(crate) fn json_replies(path: &str) -> Vec<serde_json::Value> {
    let json = |text: &String| {
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    replies(path).iter().map(json).collect()
}
