//! What a frame says of itself.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Kinds of frames of Grafana's data plane that we send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FrameType {
    /// Any columns; for people.
    Table,
    /// String columns that identify a row, number columns; alert rules make one instance per row.
    NumericLong,
    /// One number field per series, its labels on the field, one row.
    NumericWide,
    /// One frame per series: a time field and a number field.
    TimeseriesMulti,
}

/// How serious a notice is; Grafana shows it as an icon on the panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// What is shown is not all there is, or not new.
    Warning,
    /// Something failed.
    Error,
}

/// A sentence beside the data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// How serious it is.
    pub severity: Severity,
    /// The sentence.
    pub text: String,
}

impl Notice {
    /// Worth knowing.
    pub fn info(text: impl Into<String>) -> Self {
        Self { severity: Severity::Info, text: text.into() }
    }

    /// What is shown is not all there is, or not new.
    pub fn warning(text: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, text: text.into() }
    }
}

/// Metadata of a frame (`data.FrameMeta` of Grafana's Go SDK).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Meta {
    /// Kind of frame.
    #[serde(rename = "type")]
    pub frame_type: FrameType,
    /// Version of the kind; `[0, 1]` is the data plane's.
    pub type_version: [u8; 2],
    /// Sentences beside the data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Notice>,
    /// Free members, for example `snapshotAgeSeconds`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub custom: Map<String, Value>,
    /// KQL or PromQL that was sent upstream; shown by Grafana's query inspector.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub executed_query_string: String,
}

impl Meta {
    /// Metadata of a frame of that type, with nothing to say.
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
