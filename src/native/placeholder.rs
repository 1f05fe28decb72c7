//! Template variables inside questions that the production parser reads and typed builders render: a variable is
//! something that no filter could mean, and is put in its place when the text is ready.

use serde_json::Value;

const BEGIN: &str = "variable--";
const END: &str = "--";

/// Letters and hyphens, which neither KQL nor PromQL nor a regular expression escapes.
pub(super) fn held(variable: &str) -> String {
    format!("{BEGIN}{variable}{END}")
}

/// The variable that a value stands for. `None`: it is a plain value.
pub(super) fn variable(value: &str) -> Option<&str> {
    value.strip_prefix(BEGIN)?.strip_suffix(END)
}

/// The same with every text that is nothing but a variable (`$name`) held.
pub(super) fn hold(value: &Value) -> Value {
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

/// PromQL with its variables in place: what is compared with one is matched as a regular expression, as Grafana's
/// Prometheus data source writes any number of values.
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
