//! Metadata of a frame.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The frame types of Grafana's data plane that the plugin sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FrameType {
    /// Any columns, for people to read.
    Table,
    /// Text columns that identify a row, and number columns. An alert rule makes one alert instance per row.
    NumericLong,
    /// One row, with one number field per series; the field has the series' labels.
    NumericWide,
    /// One frame per series: a time field and a number field.
    TimeseriesMulti,
}

/// How serious a notice is; Grafana shows it as an icon on the panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Information.
    Info,
    /// The shown data is incomplete or old.
    Warning,
    /// Something failed.
    Error,
}

/// A message that Grafana shows with the data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// How serious it is.
    pub severity: Severity,
    /// The text of the message.
    pub text: String,
}

impl Notice {
    /// A notice of severity [`Severity::Info`].
    pub fn info(text: impl Into<String>) -> Self {
        Self { severity: Severity::Info, text: text.into() }
    }

    /// A notice of severity [`Severity::Warning`].
    pub fn warning(text: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, text: text.into() }
    }
}

/// Metadata of a frame (`data.FrameMeta` of Grafana's Go SDK).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Meta {
    /// Type of the frame.
    #[serde(rename = "type")]
    pub frame_type: FrameType,
    /// Version of the type; `[0, 1]` is the data plane's.
    pub type_version: [u8; 2],
    /// Messages that Grafana shows with the data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Notice>,
    /// Additional members, for example `snapshotAgeSeconds`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub custom: Map<String, Value>,
    /// The KQL or PromQL that was sent; Grafana's query inspector shows it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub executed_query_string: String,
}

impl Meta {
    /// Metadata of a frame of this type, without notices.
    pub fn new(frame_type: FrameType) -> Self {
        Self {
            frame_type,
            type_version: [0, 1],
            notices: Vec::new(),
            custom: Map::new(),
            executed_query_string: String::new(),
        }
    }
}
