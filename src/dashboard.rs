//! The dashboards of the package, as files. They are edited in Grafana and saved here.

use serde_json::{Value, json};

/// The files in `dashboards/`: from the fleet over its commits to its controllers.
pub static FILES: [(&str, &str); 4] = [
    ("application-deployments.json", include_str!("../dashboards/application-deployments.json")),
    ("rollouts.json", include_str!("../dashboards/rollouts.json")),
    ("cluster-stats.json", include_str!("../dashboards/cluster-stats.json")),
    ("control-plane.json", include_str!("../dashboards/control-plane.json")),
];

/// The text of the file with this name; empty when there is no such file.
pub fn text(name: &str) -> &'static str {
    FILES.iter().find(|(file, _)| *file == name).map_or("", |(_, text)| text)
}

/// Makes the dashboard open with this data source rather than another one of the same type.
pub fn choose(dashboard: &mut Value, data_source_type: &str, uid: &str) {
    let variables = dashboard["templating"]["list"].as_array_mut();
    for variable in variables.into_iter().flatten() {
        if variable["type"] == "datasource" && variable["query"] == data_source_type {
            variable["current"] = json!({ "text": uid, "value": uid });
        }
    }
}

/// Has a dashboard ask the data source of that uid alone, about everything: without variables, which Grafana doesn't fill
/// in where a dashboard is shared with people who don't sign in. Links to other dashboards are left out, since those
/// people can't open them. It goes by another uid and title, so that it doesn't replace the one with variables.
pub fn fix(dashboard: &mut Value, uid: &str) {
    dashboard["templating"]["list"] = json!([]);
    dashboard["links"] = json!([]);
    for (member, ours, shared) in [("uid", "azuregitops-", "shared-"), ("title", "", "Shared: ")] {
        let text = dashboard[member].as_str().unwrap_or_default();
        dashboard[member] = json!(format!("{shared}{}", text.trim_start_matches(ours)));
    }
    fix_inside(dashboard, uid);
}

fn fix_inside(value: &mut Value, uid: &str) {
    match value {
        Value::Object(members) => {
            if members.get("uid").is_some_and(|uid| uid == "${datasource}") {
                members.insert("uid".to_owned(), json!(uid));
            }
            // A filter by a variable: none is left.
            members.retain(|_, value| {
                !is_variable(value)
                    && !value
                        .as_array()
                        .is_some_and(|items| !items.is_empty() && items.iter().all(is_variable))
            });
            for value in members.values_mut() {
                fix_inside(value, uid);
            }
        }
        Value::Array(items) => {
            items.retain(|item| !item["url"].as_str().is_some_and(|url| url.starts_with("/d/")));
            for item in items {
                fix_inside(item, uid);
            }
        }
        _ => {}
    }
}

/// Whether a value is nothing but a variable of the dashboard.
fn is_variable(value: &Value) -> bool {
    let name = value.as_str().and_then(|text| text.strip_prefix('$'));
    name.is_some_and(|name| !name.is_empty() && name.chars().all(char::is_alphanumeric))
}

/// The dashboard as Grafana exports it: members sorted, indented by two blanks.
pub fn written(dashboard: &Value) -> String {
    format!("{dashboard:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::PLUGIN_ID;

    /// Grafana fills in no variable of a shared dashboard: what is left of one would be sent as it is.
    #[test]
    fn a_fixed_dashboard_has_no_variables_and_asks_one_data_source() {
        for (file, text) in FILES {
            let mut fixed: Value = serde_json::from_str(text).expect("JSON");
            let panels = fixed["panels"].as_array().expect("panels").len();
            fix(&mut fixed, "mine");
            assert_eq!(fixed["panels"].as_array().expect("panels").len(), panels, "{file}");
            assert!(fixed["uid"].as_str().is_some_and(|uid| uid.starts_with("shared-")), "{file}");
            let written = written(&fixed);
            assert!(written.contains(r#""uid": "mine""#), "{file}");
            let left: Vec<&str> = written
                .lines()
                .filter(|line| line.contains("${") || line.contains("\"$"))
                .filter(|line| !line.contains("${__data.fields"))
                .collect();
            assert!(left.is_empty(), "{file}: {left:?}");
            assert!(!written.contains("/d/azuregitops-"), "{file}");
        }
    }

    #[test]
    fn a_data_source_is_chosen_and_nothing_else_changes() {
        for (file, text) in FILES {
            let mut chosen: Value = serde_json::from_str(text).expect("JSON");
            choose(&mut chosen, "prometheus", "other");
            choose(&mut chosen, PLUGIN_ID, "mine");
            let list = chosen["templating"]["list"].as_array().expect("variables");
            assert_eq!(list[0]["current"]["value"], "mine", "{file}");
            let mut back = chosen.clone();
            back["templating"]["list"][0]["current"] = json!({});
            assert_eq!(written(&back), text, "{file}");
        }
    }
}
