//! `docs/settings.md` lists every setting, with the defaults and bounds of the code.

use super::{page, root};
use azuregitops::settings::{
    CACHE_SECONDS, DEMO_CLUSTERS, DEMO_CONFIGURATIONS, DEMO_SEED, MAX_STALE_SECONDS,
    SCRAPE_INTERVAL_SECONDS, TIMEOUT_SECONDS,
};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// The first cells of a table's rows below a heading, without backticks.
fn keys(heading: &str) -> BTreeMap<String, Vec<String>> {
    let page = page("docs/settings.md");
    let rows = page.rows.iter().filter(|(under, _)| under == heading);
    rows.map(|(_, cells)| (cells[0].trim_matches('`').to_owned(), cells.clone())).collect()
}

/// Members of a type that the editor saves.
fn members(of: &str) -> BTreeSet<String> {
    let path = root().join("frontend/src/generated/types.ts");
    let types = fs::read_to_string(path).expect("readable");
    let (_, after) = types.split_once(&format!("export type {of} = {{")).expect(of);
    let (body, _) = after.split_once("};").expect("an end");
    // Comments and types of members may contain a name with a colon. Members begin a line or follow a comma.
    let comment = Regex::new(r"(?s)/\*\*.*?\*/").expect("a regex");
    let body = comment.replace_all(body, "");
    let member = Regex::new(r"(?:^|[,\n])\s*(\w+)\??:").expect("a regex");
    member.captures_iter(&body).map(|found| found[1].to_owned()).collect()
}

#[test]
fn every_setting_is_there() {
    for (heading, of) in [
        ("jsonData", "SavedSettings"),
        ("azureCredentials", "SavedCredentials"),
        ("prometheus", "SavedEndpoint"),
    ] {
        let shown: BTreeSet<String> = keys(heading).into_keys().collect();
        assert_eq!(shown, members(of), "{heading}");
    }
}

#[test]
fn numbers_have_their_defaults_and_bounds() {
    let keys = keys("jsonData");
    for setting in [
        CACHE_SECONDS,
        MAX_STALE_SECONDS,
        TIMEOUT_SECONDS,
        SCRAPE_INTERVAL_SECONDS,
        DEMO_CLUSTERS,
        DEMO_CONFIGURATIONS,
    ] {
        let cells = &keys[setting.key];
        let number = |text: &str| text.replace(',', "");
        assert_eq!(number(&cells[2]), setting.default.to_string(), "{}", setting.key);
        let bounds = format!("{} to {}", setting.min, setting.max);
        assert_eq!(number(&cells[3]), bounds, "{}", setting.key);
    }
    assert_eq!(keys["demoSeed"][2], DEMO_SEED.default.to_string());
}
