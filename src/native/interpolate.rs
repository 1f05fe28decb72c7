//! Fills in template variables as Grafana does, so that tests can check the queries that Grafana will send.
//!
//! Based on Grafana 12.3: the formats of `@grafana/scenes`, and the quoting of the Prometheus data source. A custom
//! "All" value is inserted as it is saved, in every format.

use super::dashboards::{NativeError, dashboards};
use super::rules::question_of_rules;
use super::target::{AZURE_MONITOR, PROMETHEUS};
use serde_json::Value;
use std::collections::BTreeMap;

/// The chosen values of each variable; "All" for variables without an entry.
pub type Chosen = BTreeMap<&'static str, Vec<String>>;

/// A query of a dashboard or rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NativeQuestion {
    /// Where the query is: the file, and the panel or variable.
    pub place: String,
    /// The type of its data source.
    pub source: &'static str,
    /// The KQL or PromQL that is sent.
    pub text: String,
}

/// All queries of the native dashboards with these values chosen, and those of the rules.
///
/// # Errors
/// A dashboard can't be made, which tests rule out.
pub fn questions(chosen: &Chosen) -> Result<Vec<NativeQuestion>, NativeError> {
    let mut questions = Vec::new();
    for (file, dashboard) in dashboards()? {
        collect(&dashboard, file, &dashboard, chosen, &mut questions);
    }
    for (id, model) in question_of_rules() {
        collect(&model, id, &Value::Null, chosen, &mut questions);
    }
    Ok(questions)
}

/// Collects the queries in any JSON that contains saved queries.
fn collect(
    value: &Value,
    place: &str,
    dashboard: &Value,
    chosen: &Chosen,
    found: &mut Vec<NativeQuestion>,
) {
    match value {
        Value::Object(members) => {
            let called = members.get("title").or(members.get("name")).and_then(Value::as_str);
            let place = called.map_or(place.to_owned(), |name| format!("{place}, {name}"));
            let of_rows = value["azureResourceGraph"]["query"].as_str();
            let of_series = value["expr"].as_str().or_else(|| {
                let query = value["query"].as_str()?;
                query.strip_prefix("query_result(")?.strip_suffix(')')
            });
            for (source, text) in [(AZURE_MONITOR, of_rows), (PROMETHEUS, of_series)] {
                if let Some(text) = text {
                    let text = interpolated(text, source, dashboard, chosen);
                    found.push(NativeQuestion { place: place.clone(), source, text });
                }
            }
            for value in members.values() {
                collect(value, &place, dashboard, chosen, found);
            }
        }
        Value::Array(items) => {
            for item in items {
                collect(item, place, dashboard, chosen, found);
            }
        }
        _ => {}
    }
}

/// A text of a dashboard as Grafana sends it to a data source of this type. Variables of the dashboard are replaced;
/// Grafana's own have the values of a time range of an hour and a step of half a minute.
pub fn interpolated(text: &str, source: &str, dashboard: &Value, chosen: &Chosen) -> String {
    let mut sent = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        sent.push_str(&rest[..at]);
        let (name, format, after) = variable(&rest[at + 1..]);
        rest = after;
        sent.push_str(&match name {
            "__rate_interval" => "120s".to_owned(),
            "__range" => "3600s".to_owned(),
            name => filled(name, format, source, dashboard, chosen),
        });
    }
    sent + rest
}

/// Name, format and remaining text of `name…` or `{name:format}…`. An empty name means that the text isn't a variable.
fn variable(text: &str) -> (&str, &str, &str) {
    if let Some((inside, after)) = text.strip_prefix('{').and_then(|text| text.split_once('}')) {
        let (name, format) = inside.split_once(':').unwrap_or((inside, ""));
        return (name, format, after);
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    (&text[..end], "", &text[end..])
}

fn filled(name: &str, format: &str, source: &str, dashboard: &Value, chosen: &Chosen) -> String {
    let list = dashboard["templating"]["list"].as_array().into_iter().flatten();
    let known = list.into_iter().find(|variable| variable["name"] == name);
    let Some(variable) = known else {
        // Grafana doesn't replace unknown variables.
        return if format.is_empty() {
            format!("${name}")
        } else {
            format!("${{{name}:{format}}}")
        };
    };
    let Some(values) = chosen.get(name) else {
        return variable["allValue"].as_str().unwrap_or_default().to_owned();
    };
    match format {
        "doublequote" => {
            let quoted = values.iter().map(|value| format!("\"{}\"", value.replace('"', "\\\"")));
            quoted.collect::<Vec<_>>().join(",")
        }
        "regex" => any_of(values, |value| escaped(value, "\\^$*+?.()|[]{}/", "\\")),
        _ if source == PROMETHEUS => any_of(values, |value| {
            // The backslashes are escaped for a string literal of PromQL.
            escaped(&value.replace('\\', "\\\\\\\\"), "$^*{}[]+?.()|", "\\\\")
        }),
        _ => values.join(","),
    }
}

/// A regular expression that matches any of the values.
fn any_of(values: &[String], escape: impl Fn(&str) -> String) -> String {
    let values: Vec<String> = values.iter().map(|value| escape(value)).collect();
    match values.as_slice() {
        [value] => value.clone(),
        values => format!("({})", values.join("|")),
    }
}

fn escaped(value: &str, special: &str, with: &str) -> String {
    let mut text = String::new();
    for c in value.chars() {
        if special.contains(c) {
            text.push_str(with);
        }
        text.push(c);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn variables_are_filled_as_grafana_does() {
        let dashboard = json!({ "templating": { "list": [
            { "name": "a", "allValue": "\"*\"" }, { "name": "b", "allValue": ".*" }
        ] } });
        let chosen = Chosen::from([
            ("a", vec!["it's".to_owned(), "a \"b\"".to_owned()]),
            ("b", vec!["x.y".to_owned()]),
        ]);
        let filled =
            |text: &str, source, chosen: &Chosen| interpolated(text, source, &dashboard, chosen);
        let (graph, series) = (AZURE_MONITOR, PROMETHEUS);
        assert_eq!(
            filled("c in (${a:doublequote}) and ${b:regex}$'", graph, &chosen),
            r#"c in ("it's","a \"b\"") and x\.y$'"#
        );
        assert_eq!(filled(r#"{c=~"$b"}[$__range]"#, series, &chosen), r#"{c=~"x\\.y"}[3600s]"#);
        assert_eq!(filled(r#"{c=~"$b"}"#, series, &Chosen::new()), r#"{c=~".*"}"#);
        assert_eq!(filled("${a:doublequote}", graph, &Chosen::new()), "\"*\"");
        assert_eq!(filled("$other ${a:doublequote", graph, &chosen), "$other ${a:doublequote");
        let many = Chosen::from([("b", vec!["x".to_owned(), "y".to_owned()])]);
        assert_eq!(filled("${b:regex}", graph, &many), "(x|y)");
    }
}
