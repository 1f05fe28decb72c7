//! Compares Resource Graph's replies to native panels with the answers of our query types to the same panels.

use super::{asking, native, panels, text};
use crate::still::Still;
use azuregitops::native::{AZURE_MONITOR, Chosen, interpolated};
use fleet::FleetSpec;
use flux::commit_sha;
use frame::{Cell, Frame};
use lab::emulator::EmulatorOptions;
use lab::{Panel, dashboards};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Number of rows of a reply that Grafana shows.
const SHOWN: usize = 1_000;
/// Fields that only Resource Manager has, and fields that are computed for our frames.
const OURS: [&str; 6] =
    ["reason", "message", "lastTransitionTime", "ready", "source", "repositoryLink"];

/// Panels about clusters that Azure lists. Ours also have clusters that only their Flux resources mention, and a large
/// fleet has some of these.
const OF_CLUSTERS: [&str; 3] = ["Clusters by coverage", "Clusters by name", "Clusters"];

/// Panels that ask what only our data source knows, or that compare texts, which KQL does otherwise: the causes.
fn is_ours_alone(panel: &Panel) -> bool {
    panel
        .queries
        .iter()
        .any(|query| ["data-status", "endpoint-status"].contains(&text(query, "queryType")))
        || panel.title() == "Top causes"
}

/// Resource Graph, which Grafana's data source queries too, and our data source.
async fn azure(clusters: u32, configurations: u32) -> Still {
    let spec = FleetSpec { clusters, configurations, seed: 1 };
    let options =
        EmulatorOptions { quota: None, require_token: false, ..EmulatorOptions::from(spec) };
    Still::start(options, &json!({})).await
}

/// The first page of a reply, in the form that Grafana requests: names of columns, and rows.
pub(super) async fn sent(setup: &Still, kql: &str) -> (Vec<String>, Vec<Vec<Value>>) {
    let url = format!(
        "{}/providers/Microsoft.ResourceGraph/resources?api-version=2021-06-01-preview",
        setup.azure.emulator().base_url()
    );
    let body = json!({ "query": kql, "options": { "resultFormat": "table" } });
    let client =
        reqwest::Client::builder().no_proxy().tls_certs_only([]).build().expect("a client");
    let request =
        client.post(url).header("content-type", "application/json").body(body.to_string());
    let response = request.send().await.expect("an answer");
    let status = response.status();
    let body: Value =
        serde_json::from_slice(&response.bytes().await.expect("a body")).expect("JSON");
    assert!(status.is_success(), "{status}: {body}\n{kql}");
    let columns = body["data"]["columns"].as_array().expect("columns").iter();
    // Grafana's data source supports neither booleans nor integers of more than 32 bits.
    let columns: Vec<String> = columns
        .map(|column| {
            let kind = text(column, "type");
            assert!(["string", "integer", "number"].contains(&kind), "{column}\n{kql}");
            text(column, "name").to_owned()
        })
        .collect();
    let rows = body["data"]["rows"].as_array().expect("rows").iter();
    (columns, rows.map(|row| row.as_array().expect("a row").clone()).collect())
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.as_f64().expect("a number").to_string(),
        other => other.to_string(),
    }
}

fn cell(cell: Cell<'_>) -> String {
    #[expect(clippy::cast_precision_loss, reason = "counts and times are far from 2^52")]
    match cell {
        Cell::Text(text) => text.to_owned(),
        Cell::Bool(value) => value.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Integer(number) => (number as f64).to_string(),
        Cell::Time(at) => (at as f64).to_string(),
        Cell::Null => String::new(),
    }
}

/// The answer of our query type to a panel.
async fn ours(setup: &Still, panel: &Panel) -> Frame {
    let [query] = panel.queries.as_slice() else { panic!("{}: one query", panel.title()) };
    let mut saved = query.clone();
    if text(&saved, "queryType") != "values" {
        // The query asks for all rows.
        if let Some(params) = saved["params"].as_object_mut() {
            params.remove("limit");
        }
    }
    setup.answer(&saved, 3_600_000).await
}

fn sum(frame: &Frame, field: &str) -> f64 {
    let field = frame.field(field).expect("there");
    let rows = 0..frame.rows();
    rows.filter_map(|row| cell(field.cell(row)).parse::<f64>().ok()).sum()
}

/// A frame with one number per series, by series name.
fn series(frame: &Frame) -> BTreeMap<String, f64> {
    let number = |field: &frame::Field| cell(field.cell(0)).parse().unwrap_or(0.0);
    let fields = frame.fields.iter();
    fields.map(|field| (field.config.display_name_from_ds.clone(), number(field))).collect()
}

/// The values of these fields as texts, one per row, sorted.
fn lines(frame: &Frame, fields: &[&str]) -> Vec<String> {
    let row = |row| {
        let cells = fields.iter().map(|name| cell(frame.field(name).expect(name).cell(row)));
        // Azure compares without case, and rows spell ids in different cases.
        cells.collect::<Vec<_>>().join(" | ").to_lowercase()
    };
    let mut lines: Vec<String> = (0..frame.rows()).map(row).collect();
    lines.sort();
    lines
}

/// Fails unless a native panel's reply has the same values as our answer.
fn compare(place: &str, ours: &Frame, columns: &[String], rows: &[Vec<Value>]) {
    let one = |name: &str| {
        let at = columns.iter().position(|column| column == name);
        at.map(|at| shown(&rows[0][at]).parse::<f64>().expect("a number"))
    };
    let wide = ours.fields.iter().all(|field| !field.config.display_name_from_ds.is_empty());
    if let Some(total) = one("value") {
        assert!((total - sum(ours, "value")).abs() < 0.5, "{place}: {total}");
    } else if wide {
        let mut expected = series(ours);
        expected.retain(|_, count| *count > 0.0);
        let found = columns.iter().filter_map(|name| Some((name.clone(), one(name)?)));
        let mut found: BTreeMap<String, f64> = found.collect();
        found.retain(|_, count| *count > 0.0);
        assert_eq!(found, expected, "{place}");
    } else if columns == ["Count"] {
        assert_eq!(one("Count"), Some(sum(ours, "count")), "{place}");
    } else if let [group, "count"] = columns.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        let row = |row: &Vec<Value>| row.iter().map(shown).collect::<Vec<_>>().join(" | ");
        let mut found: Vec<String> = rows.iter().map(|one| row(one).to_lowercase()).collect();
        found.sort();
        let mut expected = lines(ours, &[group, "count"]);
        // Ours says that there is nothing in a row of its own.
        expected.retain(|line| !line.ends_with(" | 0"));
        assert!(found.len() <= expected.len(), "{place}: {found:?} of {expected:?}");
        assert!(
            found.iter().all(|line| expected.contains(line)),
            "{place}: {found:?} of {expected:?}"
        );
        assert!(!found.is_empty() || expected.is_empty(), "{place}");
    } else if columns == ["Kind", "State", "Count"] {
        let mut expected = lines(ours, &["kind", "state", "count"]);
        expected.retain(|line| !line.ends_with(" | 0"));
        let row =
            |row: &Vec<Value>| row.iter().map(shown).collect::<Vec<_>>().join(" | ").to_lowercase();
        let mut found: Vec<String> = rows.iter().map(row).collect();
        found.sort();
        assert_eq!(found, expected, "{place}");
    } else {
        let both: Vec<&str> = columns
            .iter()
            .map(String::as_str)
            .filter(|name| ours.field(name).is_some() && !OURS.contains(name))
            // Names of subscriptions are in another table. The query about clusters would need one join too many for
            // them.
            .filter(|name| *name != "subscription" || ours.name != "coverage")
            .collect();
        assert!(both.len() > 4, "{place}: {both:?}");
        let places: Vec<usize> = both
            .iter()
            .map(|name| columns.iter().position(|column| column == name).expect("there"))
            .collect();
        let row = |row: &Vec<Value>| {
            places.iter().map(|at| shown(&row[*at])).collect::<Vec<_>>().join(" | ").to_lowercase()
        };
        let mut found: Vec<String> = rows.iter().map(row).collect();
        found.sort();
        let expected = lines(ours, &both);
        let missing: Vec<_> =
            expected.iter().filter(|line| !found.contains(line)).take(3).collect();
        let more: Vec<_> = found.iter().filter(|line| !expected.contains(line)).take(3).collect();
        assert!(
            found.len() == expected.len() && missing.is_empty() && more.is_empty(),
            "{place}: {} and {} rows of {both:?}\nmissing {missing:#?}\ntoo much {more:#?}",
            found.len(),
            expected.len()
        );
    }
}

/// Compares every panel that queries Resource Graph with ours, for these values of variables. Returns the number of
/// panels.
async fn compare_all(setup: &Still, chosen: &Chosen) -> usize {
    let mut compared = 0;
    let values: Vec<(&str, &str)> = chosen
        .iter()
        .flat_map(|(name, values)| values.iter().map(move |value| (*name, value.as_str())))
        .collect();
    let native = native();
    for dashboard in dashboards(&values).expect("dashboards") {
        let Some(json) = native.get(dashboard.file) else { continue };
        for panel in dashboard.panels.iter().filter(|panel| !is_ours_alone(panel)) {
            let place = format!("{}, {}", dashboard.file, panel.title());
            let found = panels(json).into_iter().find(|found| found["title"] == panel.title());
            let found = found.unwrap_or_else(|| panic!("{place}: missing"));
            let asking = asking(json, found);
            let Some(kql) = asking["targets"][0]["azureResourceGraph"]["query"].as_str() else {
                continue;
            };
            let kql = interpolated(kql, AZURE_MONITOR, json, chosen);
            let (columns, rows) = sent(setup, &kql).await;
            let ours = ours(setup, panel).await;
            compare(&place, &ours, &columns, &rows);
            compared += 1;
        }
    }
    compared
}

#[tokio::test(flavor = "multi_thread")]
async fn native_panels_show_the_same_numbers_as_ours() {
    let setup = azure(12, 120).await;
    assert_eq!(compare_all(&setup, &Chosen::new()).await, 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn native_filters_accept_the_same_rows_as_ours() {
    let setup = azure(12, 120).await;
    let (_, rows) = sent(
        &setup,
        "kubernetesconfigurationresources\n| where type =~ 'microsoft.kubernetesconfiguration/fluxconfigurations'\n| where isnotempty(properties.sourceSyncedCommitId)\n| order by id asc\n| project id, commit = tostring(properties.sourceSyncedCommitId)\n| take 60",
    )
    .await;
    let part = |row: &Vec<Value>, at: usize| {
        let id = row[0].as_str().expect("an id");
        id.split('/').nth(at).expect("a part").to_owned()
    };
    let pick = |at: usize| vec![part(&rows[0], at), part(&rows[40], at)];
    let list = |values: &[&str]| values.iter().map(|&value| value.to_owned()).collect();
    for chosen in [
        Chosen::from([("cluster", pick(8)), ("resourceGroup", pick(4))]),
        Chosen::from([("configuration", vec![part(&rows[7], 12)])]),
        Chosen::from([("commit", vec![commit_sha(&shown(&rows[3][1])).to_owned()])]),
        Chosen::from([("complianceState", list(&["Pending", "Suspended"]))]),
        Chosen::from([("kind", list(&["HelmRelease", "GitRepository"])), ("cluster", pick(8))]),
        // A filter on a name that doesn't exist shows no rows and breaks nothing, whatever characters the name
        // contains.
        Chosen::from([("repository", list(&["it's \"quoted\"", "(a|b)"]))]),
    ] {
        compare_all(&setup, &chosen).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_fleet_is_counted_completely_and_its_worst_rows_are_shown() {
    let setup = azure(60, 2_500).await;
    let native = native();
    let json = &native["application-deployments.json"];
    let all = Chosen::new();
    for dashboard in dashboards(&[]).expect("dashboards") {
        if dashboard.file != "application-deployments.json" {
            continue;
        }
        let mut cut = 0;
        for panel in &dashboard.panels {
            let title = panel.title();
            if OF_CLUSTERS.contains(&title) || is_ours_alone(panel) {
                continue;
            }
            let found = panels(json).into_iter().find(|found| found["title"] == title);
            let found = asking(json, found.expect(title));
            let query = &found["targets"][0]["azureResourceGraph"]["query"];
            let kql = interpolated(text_of(query), AZURE_MONITOR, json, &all);
            let (columns, rows) = sent(&setup, &kql).await;
            let ours = ours(&setup, panel).await;
            let beside = format!("{title}: all rows");
            let Some(total) = panels(json).into_iter().find(|found| found["title"] == *beside)
            else {
                compare(title, &ours, &columns, &rows);
                continue;
            };
            let total = &asking(json, total)["targets"][0]["azureResourceGraph"]["query"];
            let total = interpolated(text_of(total), AZURE_MONITOR, json, &all);
            let (_, total) = sent(&setup, &total).await;
            assert_eq!(total[0][0], json!(ours.rows()), "{title}");
            assert_eq!(rows.len(), ours.rows().min(SHOWN), "{title}");
            cut += usize::from(ours.rows() > SHOWN);
            // No row that is worse than a shown row is cut off.
            if let Some(at) = columns.iter().position(|column| column == "complianceState") {
                let bad = |states: &mut dyn Iterator<Item = String>| {
                    states.filter(|state| state == "Non-Compliant").count()
                };
                let field = ours.field("complianceState").expect("there");
                let all = bad(&mut (0..ours.rows()).map(|row| cell(field.cell(row))));
                let shown = bad(&mut rows.iter().map(|row| shown(&row[at])));
                assert_eq!(shown, all.min(SHOWN), "{title}");
            }
        }
        assert!(cut > 2, "{cut} tables are longer than what Grafana shows");
    }
}

fn text_of(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// The values that the Azure Monitor data source lists for a variable.
#[tokio::test(flavor = "multi_thread")]
async fn native_variables_list_the_same_values_as_ours() {
    let setup = azure(12, 120).await;
    let native = native();
    let mut compared = 0;
    for dashboard in dashboards(&[]).expect("dashboards") {
        let Some(json) = native.get(dashboard.file) else { continue };
        for variable in &dashboard.variables {
            let list = json["templating"]["list"].as_array().expect("variables").iter();
            let found = list.into_iter().find(|found| found["label"] == *variable.label);
            let query = &found.expect(&variable.label)["query"]["azureResourceGraph"]["query"];
            let Some(kql) = query.as_str() else { continue };
            let kql = interpolated(kql, AZURE_MONITOR, json, &Chosen::new());
            let (columns, rows) = sent(&setup, &kql).await;
            assert_eq!(columns, ["text", "value"]);
            let mut found: Vec<String> =
                rows.iter().map(|row| shown(&row[1]).to_lowercase()).collect();
            found.sort();
            // Values that differ only in case are one value for us.
            found.dedup();
            let panel = Panel {
                row: String::new(),
                queries: vec![variable.query.clone()],
                saved: json!({ "title": variable.label }),
            };
            let ours = ours(&setup, &panel).await;
            let mut expected: Vec<String> = (0..ours.rows())
                .map(|row| cell(ours.field("value").expect("there").cell(row)).to_lowercase())
                // Clusters that share a name are listed by id; a filter by name selects both.
                .map(|value| match value.strip_prefix("/subscriptions/") {
                    Some(id) => id.rsplit('/').next().unwrap_or_default().to_owned(),
                    None if variable.label == "Commit" => commit_sha(&value).to_owned(),
                    None => value,
                })
                .collect();
            expected.sort();
            expected.dedup();
            assert_eq!(found, expected, "{}, {}", dashboard.file, variable.label);
            compared += 1;
        }
    }
    assert_eq!(compared, 8);
}
