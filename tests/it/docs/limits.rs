//! The numbers in `docs/limits.md` are those of the code.

use super::{page, root};
use regex::Regex;
use std::fs;
use std::path::{Path, PathBuf};

/// A bound of the page, the constant with its value, and the end of the path of the constant's file.
const BOUNDS: [(&str, &str, &str); 48] = [
    ("Wait for a refresh when there is an old snapshot", "PATIENCE", "instance/mod.rs"),
    (
        "Shortest pause after a refresh that failed; doubled each time up to `cacheSeconds`, or as long as Azure says",
        "RETRY_AFTER",
        "instance/mod.rs",
    ),
    (
        "Longest reading of a whole fleet, unless `timeoutSeconds` is longer",
        "LISTING_TIME",
        "connect.rs",
    ),
    ("Longest sign-in; less with a short `timeoutSeconds`", "SIGN_IN_TIME", "connect.rs"),
    ("A data source without queries is dropped after", "IDLE", "instances.rs"),
    ("Clusters for `coverage` are listed again after", "CLUSTERS_LIFETIME", "reader.rs"),
    ("Names of subscriptions are listed again after", "NAMES_LIFETIME", "reader.rs"),
    ("Azure Monitor workspaces are looked for again after", "WORKSPACES_LIFETIME", "reader.rs"),
    ("The same after a failure", "RETRY_AFTER", "cached.rs"),
    ("An answer of Prometheus serves identical questions for", "RECENT", "metrics.rs"),
    ("What an endpoint has of Flux is found out again after", "DETECTED_FOR", "endpoints.rs"),
    ("A token is renewed before it expires, by", "RENEW_BEFORE", "token.rs"),
    ("Requests in a window", "PER_WINDOW", "upstream/quota.rs"),
    ("The window", "WINDOW", "upstream/quota.rs"),
    (
        "Subscriptions in one request; more are asked for one after the other",
        "SUBSCRIPTIONS_PER_REQUEST",
        "scope.rs",
    ),
    ("Longest pause between two attempts, unless Azure wants more", "LONGEST_BACKOFF", "send.rs"),
    ("Longest wait that Azure may ask for", "LONGEST_WAIT", "reply.rs"),
    ("Objects kept of a configuration", "MAX_STATUSES", "raw.rs"),
    ("Kustomizations kept of a configuration", "MAX_KUSTOMIZATIONS", "raw.rs"),
    ("Conditions kept of an object", "MAX_CONDITIONS", "raw.rs"),
    ("Length of a message, bytes", "MAX_MESSAGE", "row.rs"),
    ("Workspaces", "MAX_WORKSPACES", "workspaces.rs"),
    ("Configurations read in one refresh", "PER_PASS", "details.rs"),
    ("At the same time", "AT_ONCE", "details.rs"),
    ("Time that this adds to a refresh; the rest comes with the next", "PASS_TIME", "details.rs"),
    ("Chosen configurations that are remembered", "MAX_WANTED", "details.rs"),
    ("One that can't be read is tried again after", "AGAIN_AFTER", "details.rs"),
    ("Size of one", "RESOURCE_BYTES", "client.rs"),
    ("Longest piece, the window of rates included", "LONGEST", "workspace_limits.rs"),
    ("Longest piece with steps below a minute", "LONGEST_FINE", "workspace_limits.rs"),
    ("Points of a series", "MAX_POINTS", "client.rs"),
    ("Longest window of an instant query", "LONGEST_WINDOW", "timing.rs"),
    ("Values in one answer of an endpoint", "MAX_VALUES", "range.rs"),
    ("Series in one answer; more are left out, with a notice", "MAX_SERIES", "raw_labels.rs"),
    ("Size of one answer", "REPLY_BYTES", "send.rs"),
    ("Attempts", "ATTEMPTS", "send.rs"),
    ("Questions at the same time, per endpoint", "SLOTS", "endpoints.rs"),
    ("Memory for recent answers", "RECENT_BYTES", "metrics.rs"),
    ("Series of a metric in one panel", "MAX_SERIES", "metric.rs"),
    ("Fields of a numeric-wide count", "MAX_SERIES", "counts.rs"),
    ("Annotations", "MAX_ANNOTATIONS", "events.rs"),
    ("Values in one filter", "MAX_LIST", "params.rs"),
    ("Length of a value, bytes", "MAX_VALUE", "params.rs"),
    ("Dimensions in `groupBy`", "MAX_GROUP_BY", "params.rs"),
    (
        "Clusters with series of their own in the plugin's gauges",
        "MAX_CLUSTERS",
        "fleet_metrics.rs",
    ),
    ("Data sources with such series", "MAX_DATA_SOURCES", "metrics.rs"),
    ("Size of a request from Grafana", "MAX_REQUEST_BYTES", "edge.rs"),
    ("Connecting to anything", "CONNECT_TIMEOUT", "http.rs"),
];

/// Every file of this project's Rust code.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The number of a constant's expression; for a duration, its milliseconds.
fn value(expression: &str) -> Option<u128> {
    let expression = expression.replace('_', "");
    let duration = Regex::new(r"^Duration::from(secs|millis)\((.*)\)$").expect("a regex");
    if let Some(found) = duration.captures(&expression) {
        let factor = if &found[1] == "secs" { 1_000 } else { 1 };
        return Some(value(&found[2])? * factor);
    }
    if let Some((left, right)) = expression.split_once("<<") {
        return Some(value(left)? << value(right)?);
    }
    expression.split('*').map(|factor| factor.trim().parse::<u128>().ok()).product()
}

/// The number of a text such as `7`, `11,000 points`, `128 MiB` or `5 min`; for a time, its milliseconds.
fn in_words(text: &str) -> Option<u128> {
    let mut words = text.split_whitespace();
    let number: u128 = words.next()?.replace(',', "").parse().ok()?;
    let factor = match words.next().unwrap_or_default() {
        "s" => 1_000,
        "min" => 60_000,
        "h" => 3_600_000,
        "days" => 86_400_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        _ => 1,
    };
    Some(number * factor)
}

/// The values of all constants with this name in files with this name.
fn declared(sources: &[PathBuf], name: &str, file: &str) -> Vec<Option<u128>> {
    let declaration = format!(r"const {name}: [A-Za-z0-9]+ =\s*([^;]+);");
    let declaration = Regex::new(&declaration).expect("a regex");
    let named = sources.iter().filter(|path| path.ends_with(file));
    let texts: Vec<String> = named.map(|path| fs::read_to_string(path).expect(file)).collect();
    texts
        .iter()
        .flat_map(|text| declaration.captures_iter(text).map(|found| value(&found[1])))
        .collect()
}

#[test]
fn numbers_are_those_of_the_code() {
    let page = page("docs/limits.md");
    let mut files = Vec::new();
    for folder in ["src", "crates"] {
        sources(&root().join(folder), &mut files);
    }
    let mut wrong = Vec::new();
    for (what, name, file) in BOUNDS {
        let rows = page.rows.iter().filter(|(_, cells)| plain(&cells[0]) == plain(what));
        let shown: Vec<_> = rows.map(|(_, cells)| in_words(&cells[1])).collect();
        let declared = declared(&files, name, file);
        if shown.len() != 1 || shown[0].is_none() || declared != shown {
            wrong.push(format!("{what}: {shown:?} on the page; {name} in {file}: {declared:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every number of the page is compared with a constant.
#[test]
fn every_bound_is_held_to_the_code() {
    let page = page("docs/limits.md");
    let bounds: Vec<_> =
        page.rows.iter().filter(|(_, cells)| in_words(&cells[1]).is_some()).collect();
    for (_, cells) in &bounds {
        let known = BOUNDS.iter().any(|(what, ..)| plain(what) == plain(&cells[0]));
        assert!(known, "{} is {} on the page, and nothing holds it to that", cells[0], cells[1]);
    }
    assert_eq!(bounds.len(), BOUNDS.len());
}

/// The text without the marks of inline code.
fn plain(text: &str) -> String {
    text.replace('`', "")
}

#[test]
fn expressions_and_words_are_read() {
    assert_eq!(value("Duration::from_secs(31 * 24 * 60 * 60)"), Some(2_678_400_000));
    assert_eq!((value("16 << 20"), value("8 * 1024 * 1024")), (Some(16_777_216), Some(8_388_608)));
    assert_eq!((value("11_000"), value("OTHER")), (Some(11_000), None));
    assert_eq!(
        (in_words("31 days"), in_words("11,000 points")),
        (Some(2_678_400_000), Some(11_000))
    );
    assert_eq!(in_words("many"), None);
}
