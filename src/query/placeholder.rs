//! Template variables in queries that the production parser reads and that are rendered as KQL or PromQL. A
//! placeholder, which no real filter contains, replaces a variable while the query is parsed and rendered; the rendered
//! text then gets the variable back.

use serde_json::Value;

const BEGIN: &str = "variable--";
const END: &str = "--";

/// The placeholder. It consists of letters and hyphens, which KQL, PromQL and regular expressions don't escape.
pub(super) fn held(variable: &str) -> String {
    format!("{BEGIN}{variable}{END}")
}

/// The variable of a placeholder. `None`: the value isn't a placeholder.
pub(super) fn variable(value: &str) -> Option<&str> {
    value.strip_prefix(BEGIN)?.strip_suffix(END)
}

/// `value` with a placeholder for every text that consists of one variable (`$name`).
pub fn hold(value: &Value) -> Value {
    match value {
        Value::String(text) => match text.strip_prefix('$') {
            Some(name) => Value::from(held(name)),
            None => value.clone(),
        },
        Value::Array(items) => items.iter().map(hold).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), hold(value))).collect()
        }
        other => other.clone(),
    }
}

/// PromQL with its variables back. A comparison with a variable becomes a match with a regular expression, because
/// Grafana's Prometheus data source writes several values as one.
pub(super) fn in_promql(promql: &str, variables: &[&str]) -> String {
    variables.iter().fold(promql.to_owned(), |text, variable| {
        let held = held(variable);
        let whole = format!("=\"{held}\"");
        text.replace(&whole, &format!("=~\"${variable}\"")).replace(&held, &format!("${variable}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn variables_are_held_and_put_back() {
        let saved = json!({ "clusters": ["$cluster", "a$b"], "format": "long", "limit": 5 });
        let held = hold(&saved);
        assert_eq!(variable(held["clusters"][0].as_str().expect("text")), Some("cluster"));
        assert_eq!((held["clusters"][1].as_str(), variable("a$b")), (Some("a$b"), None));
        assert_eq!((&held["format"], &held["limit"]), (&json!("long"), &json!(5)));
        let text = format!(
            r#"up{{a="{}",kind=~"(?i:{})"}}"#,
            super::held("controllerNamespace"),
            super::held("controller")
        );
        assert_eq!(
            in_promql(&text, &["controller", "controllerNamespace"]),
            r#"up{a=~"$controllerNamespace",kind=~"(?i:$controller)"}"#
        );
    }
}
