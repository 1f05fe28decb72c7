//! The dashboards of the package and the queries that Grafana sends when one is opened.

use azuregitops::dashboard::FILES;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The value of a variable whose choice is "All".
const ALL: &str = "$__all";

/// A dashboard of the package.
#[derive(Clone, Debug)]
pub struct Dashboard {
    /// Name of its file in `dashboards/`.
    pub file: &'static str,
    /// The uid in links to the dashboard.
    pub uid: String,
    /// Its title.
    pub title: String,
    /// The variables whose values a query lists, in order.
    pub variables: Vec<Variable>,
    /// Its panels from top to bottom, those in collapsed rows included. Rows themselves aren't panels.
    pub panels: Vec<Panel>,
}

/// A template variable whose values a query lists.
#[derive(Clone, Debug)]
pub struct Variable {
    /// The label that Grafana shows.
    pub label: String,
    /// The query as Grafana sends it, with other variables replaced.
    pub query: Value,
}

/// A panel.
#[derive(Clone, Debug)]
pub struct Panel {
    /// Title of its row; empty for panels above the first row.
    pub row: String,
    /// Its queries as Grafana sends them, with variables replaced.
    pub queries: Vec<Value>,
    /// The panel's JSON in the dashboard file.
    pub saved: Value,
}

#[derive(Deserialize)]
struct Saved {
    uid: String,
    title: String,
    templating: Templating,
    panels: Vec<Value>,
}

#[derive(Deserialize)]
struct Templating {
    list: Vec<SavedVariable>,
}

#[derive(Deserialize)]
struct SavedVariable {
    name: String,
    label: String,
    #[serde(rename = "type")]
    kind: String,
    current: Map<String, Value>,
    #[serde(default)]
    query: Value,
}

/// Names of variables with their values; no values mean "All".
type Values = Vec<(String, Vec<String>)>;

/// Every dashboard of the package, opened with these values of variables, as a link would set them. The other variables
/// keep their saved value, which is "All".
///
/// # Errors
/// A file isn't a dashboard. A test checks that every file is one.
pub fn dashboards(chosen: &[(&str, &str)]) -> Result<Vec<Dashboard>, serde_json::Error> {
    FILES.iter().map(|(file, text)| Dashboard::read(file, text, chosen)).collect()
}

impl Dashboard {
    fn read(
        file: &'static str,
        text: &str,
        chosen: &[(&str, &str)],
    ) -> Result<Self, serde_json::Error> {
        let saved: Saved = serde_json::from_str(text)?;
        let list = saved.templating.list;
        let values: Values = list
            .iter()
            .map(|variable| {
                let chosen = chosen.iter().filter(|(name, _)| *name == variable.name);
                let chosen: Vec<String> = chosen.map(|(_, value)| (*value).to_owned()).collect();
                let values = if chosen.is_empty() { variable.saved() } else { chosen };
                (variable.name.clone(), values)
            })
            .collect();
        let variables = list.into_iter().filter(|variable| variable.kind == "query").map(
            |SavedVariable { label, query, .. }| Variable {
                label,
                query: replaced(query, &values),
            },
        );
        let variables = variables.collect();
        let mut panels = Vec::new();
        let mut row = String::new();
        for mut panel in saved.panels {
            if panel["type"] == "row" {
                panel["title"].as_str().unwrap_or_default().clone_into(&mut row);
                if let Value::Array(inside) = panel["panels"].take() {
                    panels.extend(inside.into_iter().map(|panel| Panel::of(&row, panel, &values)));
                }
            } else {
                panels.push(Panel::of(&row, panel, &values));
            }
        }
        Ok(Self { file, uid: saved.uid, title: saved.title, variables, panels })
    }
}

impl SavedVariable {
    /// The values that the variable has when a link doesn't set it.
    fn saved(&self) -> Vec<String> {
        let mut values = match self.current.get("value") {
            Some(Value::String(text)) => vec![text.clone()],
            Some(Value::Array(items)) => {
                items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
            }
            _ => Vec::new(),
        };
        values.retain(|value| value != ALL);
        values
    }
}

impl Panel {
    fn of(row: &str, saved: Value, values: &Values) -> Self {
        let targets = saved["targets"].as_array().cloned().unwrap_or_default();
        let queries = targets.into_iter().map(|target| replaced(target, values)).collect();
        Self { row: row.to_owned(), queries, saved }
    }

    /// The title.
    pub fn title(&self) -> &str {
        self.saved["title"].as_str().unwrap_or_default()
    }

    /// The panel type, such as `table`.
    pub fn kind(&self) -> &str {
        self.saved["type"].as_str().unwrap_or_default()
    }
}

/// The same JSON with variables replaced, as the frontend does it. A text that consists of one variable becomes the
/// variable's value; in a list it becomes all of the variable's values.
fn replaced(value: Value, values: &Values) -> Value {
    match value {
        Value::Object(members) => {
            members.into_iter().map(|(name, value)| (name, replaced(value, values))).collect()
        }
        Value::Array(items) => {
            let items = items.into_iter().flat_map(|item| match values_of(&item, values) {
                Some(texts) => texts.iter().map(|text| Value::from(text.as_str())).collect(),
                None => vec![replaced(item, values)],
            });
            items.collect()
        }
        text => match values_of(&text, values) {
            Some(texts) => texts.first().map(String::as_str).unwrap_or_default().into(),
            None => text,
        },
    }
}

/// The values of the variable that is the whole text. `None`: the text isn't a variable.
fn values_of<'a>(text: &Value, values: &'a Values) -> Option<&'a [String]> {
    let name = text.as_str()?.strip_prefix('$')?;
    let name = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name);
    values.iter().find(|(known, _)| known == name).map(|(_, values)| values.as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SAMPLE: &str = r#"{
        "uid": "u", "title": "Sample",
        "templating": { "list": [
            { "name": "datasource", "label": "Data source", "type": "datasource", "current": {} },
            { "name": "cluster", "label": "Cluster", "type": "query", "current": { "value": ["$__all"] },
              "query": { "datasource": { "uid": "${datasource}" }, "params": { "dimension": "cluster" } } },
            { "name": "state", "label": "State", "type": "custom", "current": { "value": ["a", "b"] }, "query": "a,b" },
            { "name": "name", "label": "Name", "type": "textbox", "current": { "value": "" }, "query": "" }
        ] },
        "panels": [
            { "type": "stat", "title": "One", "targets": [{ "params": { "clusters": ["$cluster"], "limit": 5 } }] },
            { "type": "row", "title": "Row", "panels": [
                { "type": "table", "title": "Two", "targets": [
                    { "params": { "states": ["x", "${state}"], "names": ["$name"], "one": "$state", "other": "$5" } }
                ] }
            ] }
        ]
    }"#;

    #[test]
    fn variables_are_as_saved_or_as_chosen() {
        let chosen = [("datasource", "fleet"), ("nobody", "x")];
        let dashboard = Dashboard::read("sample", SAMPLE, &chosen).expect("a dashboard");
        let [one, two] = dashboard.panels.as_slice() else { panic!("two panels") };
        assert_eq!((one.row.as_str(), one.title(), one.kind()), ("", "One", "stat"));
        assert_eq!(one.queries[0]["params"], json!({ "clusters": [], "limit": 5 }));
        assert_eq!((two.row.as_str(), two.title(), two.kind()), ("Row", "Two", "table"));
        assert_eq!(
            two.queries[0]["params"],
            json!({ "states": ["x", "a", "b"], "names": [""], "one": "a", "other": "$5" })
        );
        let chosen = [("cluster", "a,b"), ("cluster", "c"), ("name", "web")];
        let other = Dashboard::read("sample", SAMPLE, &chosen).expect("a dashboard").panels;
        assert_eq!(other[0].queries[0]["params"]["clusters"], json!(["a,b", "c"]));
        assert_eq!(other[1].queries[0]["params"]["names"], json!(["web"]));
        let [cluster] = dashboard.variables.as_slice() else { panic!("one variable") };
        assert_eq!(cluster.label, "Cluster");
        assert_eq!(
            cluster.query,
            json!({ "datasource": { "uid": "fleet" }, "params": { "dimension": "cluster" } })
        );
    }

    #[test]
    fn every_dashboard_of_the_package_is_one() {
        for dashboard in dashboards(&[]).expect("dashboards") {
            assert!(dashboard.panels.len() > 10, "{}", dashboard.file);
        }
    }
}
