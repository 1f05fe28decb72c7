//! What the panels and variables show for a simulated fleet.

use super::{fields, list, shipped, text};
use crate::still::{demo, frames};
use azuregitops::instance::Instance;
use flux::{ClusterId, ResourceId, commit_sha};
use frame::{Cell, Field, Frame, FrameType};
use lab::{Dashboard, dashboards};
use regex::Regex;
use serde_json::Value;
use std::collections::BTreeMap;

/// An instance with a fleet that has failures.
struct Viewer(Instance);

impl Viewer {
    fn start() -> Self {
        Self(demo(20, 400))
    }

    /// The answer to a panel's query, for the last hour.
    async fn ask(&self, query: &Value) -> Vec<Frame> {
        frames(&self.0, query, 3_600_000).await
    }

    /// The only frame of such an answer.
    async fn frame(&self, query: &Value) -> Frame {
        let mut frames = self.ask(query).await;
        assert_eq!(frames.len(), 1, "{query}");
        frames.remove(0)
    }
}

fn opened(uid: &str, chosen: &[(&str, &str)]) -> Dashboard {
    let all = dashboards(chosen).expect("dashboards");
    all.into_iter().find(|dashboard| dashboard.uid == uid).expect("there")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_panel_and_variable_has_something_to_show() {
    let viewer = Viewer::start();
    for dashboard in dashboards(&[("datasource", "fleet")]).expect("dashboards") {
        let variables =
            dashboard.variables.iter().map(|one| (one.label.as_str(), vec![one.query.clone()]));
        let panels = dashboard.panels.iter().map(|panel| (panel.title(), panel.queries.clone()));
        for (title, queries) in variables.chain(panels) {
            for query in &queries {
                let place = format!("{}, {title}, {}", dashboard.file, query["refId"]);
                let frames = viewer.ask(query).await;
                let rows: usize = frames.iter().map(Frame::rows).sum();
                assert!(rows > 0, "{place}: nothing");
                check_fields(&place, query, &frames);
            }
        }
    }
}

/// Checks that the fields are those that `fields` expects.
fn check_fields(place: &str, query: &Value, frames: &[Frame]) {
    let known = fields::of_target(query);
    for frame in frames {
        if matches!(frame.meta.frame_type, FrameType::Table | FrameType::NumericLong) {
            for known in &known {
                let field = frame.field(&known.name);
                let field = field.unwrap_or_else(|| panic!("{place}: no field {}", known.name));
                assert_eq!(title(field), known.title, "{place}");
            }
        }
    }
}

/// The name that Grafana shows for a field.
fn title(field: &Field) -> &str {
    let config = &field.config;
    let names = [&config.display_name, &config.display_name_from_ds, &field.name];
    names.into_iter().find(|name| !name.is_empty()).expect("a name")
}

#[tokio::test(flavor = "multi_thread")]
async fn stats_take_one_value_of_their_frames() {
    let viewer = Viewer::start();
    let mut seen = 0;
    for dashboard in dashboards(&[]).expect("dashboards") {
        for panel in dashboard.panels.iter().filter(|panel| panel.kind() == "stat") {
            assert_eq!(panel.queries.len(), 1, "{}", panel.title());
            let place = format!("{}, {}", dashboard.file, panel.title());
            let frame = viewer.frame(&panel.queries[0]).await;
            let reduce = &panel.saved["options"]["reduceOptions"];
            let pattern = Regex::new(text(reduce, "fields").trim_matches('/')).expect("a pattern");
            let taken: Vec<&Field> = frame
                .fields
                .iter()
                .filter(|field| {
                    field.cells().any(|cell| matches!(cell, Cell::Integer(_) | Cell::Number(_)))
                })
                .filter(|field| pattern.is_match(title(field)))
                .collect();
            let [field] = taken.as_slice() else { panic!("{place}: {} fields", taken.len()) };
            // A stat of several rows that uses a single value would show any of them.
            let of_all = ["sum", "min", "max"].iter().any(|calc| reduce["calcs"][0] == *calc);
            assert!(field.len() == 1 || of_all, "{place}");
            // With the colour of the state, a count of zero would look like a value in that state.
            let rules = list(&panel.saved["fieldConfig"], "overrides");
            let has = rules.filter(|rule| rule["properties"][0]["id"] == "color").count();
            assert!(field.config.color.is_none() || has == 1, "{place}");
            seen += 1;
        }
    }
    assert!(seen >= 10, "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn links_into_the_portal_lead_to_the_row_that_they_are_on() {
    let viewer = Viewer::start();
    let mut pages: BTreeMap<String, usize> = BTreeMap::new();
    for dashboard in dashboards(&[]).expect("dashboards") {
        for panel in dashboard.panels.iter().filter(|panel| panel.kind() == "table") {
            for query in &panel.queries {
                let place = format!("{}, {}", dashboard.file, panel.title());
                for frame in viewer.ask(query).await {
                    for link in frame.fields.iter().flat_map(|field| &field.config.links) {
                        for row in 0..frame.rows().min(50) {
                            let url = filled(&frame, row, &link.url);
                            if let Some(page) = portal_page(&place, &url) {
                                *pages.entry(page).or_default() += 1;
                            }
                        }
                    }
                }
            }
        }
    }
    let found: Vec<&str> = pages.keys().map(String::as_str).collect();
    assert_eq!(found, ["", "configurationObjects", "extensions", "gitOps", "overview"]);
}

/// A link with the values of a row filled in.
fn filled(frame: &Frame, row: usize, url: &str) -> String {
    let mut parts = url.split("${__data.fields[\"");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("\"]}").expect("the name of a field");
        let Some(Cell::Text(value)) = frame.field(name).map(|field| field.cell(row)) else {
            panic!("{url}: row {row} has no {name}");
        };
        filled = filled + value + rest;
    }
    filled
}

/// The portal page of an address, which is also checked. `None`: the address isn't in the portal, or is the portal's
/// start page.
fn portal_page(place: &str, url: &str) -> Option<String> {
    let resource = url.strip_prefix("https://portal.azure.com/#resource")?;
    let (id, page) = match resource.rsplit_once('/') {
        Some((id, page @ ("gitOps" | "extensions"))) => {
            ClusterId::parse(id).unwrap_or_else(|error| panic!("{place}: {url}: {error}"));
            return Some(page.to_owned());
        }
        Some((id, page @ ("overview" | "configurationObjects"))) => (id, page),
        _ => (resource, ""),
    };
    if page.is_empty() {
        ClusterId::parse(id).unwrap_or_else(|error| panic!("{place}: {url}: {error}"));
    } else {
        ResourceId::parse(id).unwrap_or_else(|error| panic!("{place}: {url}: {error}"));
    }
    Some(page.to_owned())
}

/// Texts of a field; an absent value is an empty text.
fn column(frame: &Frame, name: &str) -> Vec<String> {
    let cells = frame.field(name).expect("there").cells();
    let texts = cells.map(|cell| match cell {
        Cell::Text(text) => text.to_owned(),
        _ => String::new(),
    });
    texts.collect()
}

/// The first query of the panel with this title.
fn query_of<'a>(dashboard: &'a Dashboard, title: &str) -> &'a Value {
    let panel = dashboard.panels.iter().find(|panel| panel.title() == title).expect("there");
    &panel.queries[0]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_a_failing_object_shows_its_message_at_once() {
    const DEPLOYMENTS: &str = "azuregitops-application-deployments";
    const STATS: &str = "azuregitops-cluster-stats";
    let viewer = Viewer::start();
    let failing =
        async |dashboard: &Dashboard| viewer.frame(query_of(dashboard, "What is failing")).await;
    let fleet = failing(&opened(DEPLOYMENTS, &[])).await;
    let objects = failing(&opened(STATS, &[])).await;
    assert!(fleet.rows() > 5 && objects.rows() > 5);
    for row in [0, fleet.rows() / 2] {
        let cluster = &column(&fleet, "cluster")[row];
        let configuration = &column(&fleet, "configuration")[row];
        let chosen = [("cluster", cluster.as_str()), ("configuration", configuration)];
        let shown = failing(&opened(DEPLOYMENTS, &chosen)).await;
        assert!(shown.rows() > 0 && column(&shown, "configuration").contains(configuration));
        assert!(column(&shown, "message").iter().all(|message| !message.is_empty()));
        assert!(column(&shown, "cluster").iter().all(|found| found == cluster));

        let of_row = |name: &str| column(&objects, name)[row].clone();
        let [cluster, namespace, kind, name] = ["cluster", "namespace", "kind", "name"].map(of_row);
        let chosen = [
            ("cluster", cluster.as_str()),
            ("namespace", namespace.as_str()),
            ("kind", kind.as_str()),
            ("name", name.as_str()),
        ];
        let shown = failing(&opened(STATS, &chosen)).await;
        assert_eq!(column(&shown, "name"), [name.as_str()]);
        assert!(!column(&shown, "message")[0].is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_leaves_nothing_out_and_a_choice_does() {
    let viewer = Viewer::start();
    let uid = "azuregitops-application-deployments";
    let rows = async |chosen: &[(&str, &str)]| {
        let dashboard = opened(uid, chosen);
        let title = "Configurations";
        viewer.frame(query_of(&dashboard, title)).await
    };
    let everything = rows(&[]).await;
    assert_eq!(everything.rows(), 400);
    let commits = column(&everything, "sourceSyncedCommitId");
    assert!(commits.iter().any(String::is_empty), "some were never synchronised");
    let commit = commits.iter().find(|commit| !commit.is_empty()).expect("one");
    let followed = rows(&[("commit", commit)]).await;
    assert!((1..400).contains(&followed.rows()));
    // Clusters may spell the commit differently.
    assert!(column(&followed, "commit").iter().all(|found| found == commit_sha(commit)));
}

#[test]
fn embedded_dashboards_are_the_files() {
    let read = dashboards(&[]).expect("dashboards");
    for shipped in shipped() {
        let dashboard = read.iter().find(|one| one.file == shipped.file).expect("embedded");
        assert_eq!(dashboard.panels.len(), shipped.panels().len(), "{}", shipped.file);
        for (panel, saved) in dashboard.panels.iter().zip(shipped.panels()) {
            assert_eq!(&panel.saved, saved, "{}", shipped.file);
        }
    }
}
