//! How Grafana shows a field when the panel doesn't configure it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// A link on the values of a field. `url` may hold `${__data.fields["name"]}` and `${__value.raw}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DataLink {
    /// The link's text in the menu.
    pub title: String,
    /// The link's address.
    pub url: String,
    /// Whether the link opens a new tab.
    pub target_blank: bool,
}

/// Text and colour of one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueMapping {
    /// The value as text.
    pub value: String,
    /// The text to show for the value.
    pub text: String,
    /// A colour name of Grafana's palette, or a CSS colour.
    pub color: String,
}

/// Field configuration (`data.FieldConfig` of Grafana's Go SDK, `FieldConfig` of `@grafana/data`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldConfig {
    /// Heading of the field. A panel's override takes precedence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub display_name: String,
    /// Name of a series, which pies, stats and legends show.
    #[serde(default, rename = "displayNameFromDS", skip_serializing_if = "String::is_empty")]
    pub display_name_from_ds: String,
    /// What the field contains.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Grafana's unit id, for example `s` or `dateTimeFromNow`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// Links.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<DataLink>,
    /// Grafana's value mappings; see [`FieldConfig::map_values`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mappings: Vec<Value>,
    /// Colour of a series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<Value>,
    /// Options of a panel type, for example a table's column width.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub custom: Map<String, Value>,
}

impl FieldConfig {
    /// Shows the listed values in their colours; in tables, as coloured text.
    pub fn map_values(&mut self, values: &[ValueMapping]) {
        let options: Map<String, Value> = values
            .iter()
            .enumerate()
            .map(|(index, mapping)| {
                let shown = json!({ "color": mapping.color, "index": index, "text": mapping.text });
                (mapping.value.clone(), shown)
            })
            .collect();
        self.mappings = vec![json!({ "type": "value", "options": options })];
        self.custom.insert("cellOptions".to_owned(), json!({ "type": "color-text" }));
    }

    /// Gives the whole field one fixed colour, which charts with several series need.
    pub fn fix_color(&mut self, color: &str) {
        self.color = Some(json!({ "mode": "fixed", "fixedColor": color }));
    }

    /// Hides the field; links may still use its values. Tables of Grafana 11 read `hidden`, later versions read
    /// `hideFrom`.
    pub fn hide(&mut self) {
        self.custom.insert("hidden".to_owned(), json!(true));
        self.custom
            .insert("hideFrom".to_owned(), json!({ "viz": true, "legend": true, "tooltip": true }));
    }

    /// Width of a table's column, in pixels.
    pub fn set_width(&mut self, pixels: u16) {
        self.custom.insert("width".to_owned(), json!(pixels));
    }

    /// Adds a filter to the heading of a table's column.
    pub fn filter_in_heading(&mut self) {
        self.custom.insert("filterable".to_owned(), json!(true));
    }
}
