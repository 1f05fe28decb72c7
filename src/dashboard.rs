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

/// The dashboard as Grafana exports it: members sorted, indented by two blanks.
pub fn written(dashboard: &Value) -> String {
    format!("{dashboard:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::PLUGIN_ID;

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
