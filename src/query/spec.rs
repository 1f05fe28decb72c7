//! How parameters and fields are described: the parser, the editor, the frames and the reference documentation all read
//! these descriptions.

use crate::inventory::Dimension;
use flux::PortalPage;
use frame::FrameType;
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

/// One value of a closed choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
pub struct Choice {
    /// The saved value.
    pub value: &'static str,
    /// The value as the editor shows it.
    pub label: &'static str,
}

/// How a parameter is entered, which also fixes its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// A list of texts; the editor suggests the values of a dimension. Default: empty, which means all.
    Values(Dimension),
    /// A list of some of these dimensions, in an order that matters. Default: the first.
    Dimensions(&'static [Dimension]),
    /// One of these dimensions; required.
    Dimension(&'static [Dimension]),
    /// One of some values. Default: the first.
    OneOf(&'static [Choice]),
    /// A metric of the catalogue; required.
    Metric,
    /// A list of the chosen metric's labels to group by. Default: the metric's own. The single value `none` means no
    /// label.
    Labels,
    /// Yes or no. Default: no.
    Switch,
    /// A whole number between two limits.
    Number {
        /// Smallest allowed.
        min: u32,
        /// Largest allowed.
        max: u32,
        /// The value when the parameter isn't given.
        default: u32,
    },
}

/// One member of `params`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParamSpec {
    /// Member's name.
    pub name: &'static str,
    /// Heading in the editor.
    pub label: &'static str,
    /// What the parameter does.
    pub help: &'static str,
    /// How the parameter is entered.
    pub control: Control,
    /// Whether the parameter chooses between the formats of the answer.
    pub chooses_format: bool,
}

/// The states that the values of a field are, which gives them colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum States {
    /// No states.
    None,
    /// Compliance states.
    Compliance,
    /// Provisioning states.
    Provisioning,
    /// Status of a condition.
    Condition,
    /// Whether a cluster has Flux with a configuration, the extension only, or no Flux.
    Coverage,
    /// States of a Flux object.
    Object,
    /// Differences between Azure's report and the cluster's metrics.
    Drift,
    /// Whether Azure supports a version.
    Support,
}

/// Where a link of a field leads. Members name the field that the address needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkTarget {
    /// A page of the portal for the resource whose id is in the field.
    Portal(PortalPage, &'static str),
    /// The address in the field.
    Address(&'static str),
}

/// A link on the values of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkSpec {
    /// Its title in the menu.
    pub title: &'static str,
    /// Where it leads.
    pub target: LinkTarget,
}

/// Type of a field's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    /// Text.
    String,
    /// Number.
    Number,
    /// True or false.
    Boolean,
    /// Point in time, UTC.
    Time,
}

/// One field of a frame. Its name is an interface: see CHANGELOG before changing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldSpec {
    /// Name.
    pub name: &'static str,
    /// Heading in a table.
    pub title: &'static str,
    /// What it holds, and what an absent value means.
    pub doc: &'static str,
    /// Type of the values.
    pub field_type: FieldType,
    /// Grafana's unit id. Empty: none.
    pub unit: &'static str,
    /// Width in a table, in pixels. 0: the panel decides.
    pub width: u16,
    /// Not shown; links use its values.
    pub hidden: bool,
    /// The states that give its values their colours.
    pub states: States,
    /// Links.
    pub links: &'static [LinkSpec],
}

impl FieldSpec {
    /// A visible field without unit, width, colours and links.
    pub const fn new(
        name: &'static str,
        title: &'static str,
        field_type: FieldType,
        doc: &'static str,
    ) -> Self {
        Self {
            name,
            title,
            doc,
            field_type,
            unit: "",
            width: 0,
            hidden: false,
            states: States::None,
            links: &[],
        }
    }
}

/// The frames of one format: their type and fields, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameSpec {
    /// Type of the frames.
    pub frame_type: FrameType,
    /// Labels of the value fields, for numeric-wide frames and time series.
    pub labels: Vec<FieldSpec>,
    /// The fields. A numeric-wide frame has one of them for each group of rows, a time series a frame for each group.
    pub fields: Vec<FieldSpec>,
}

impl FrameSpec {
    /// A frame without labels.
    pub fn new(frame_type: FrameType, fields: Vec<FieldSpec>) -> Self {
        Self { frame_type, labels: Vec::new(), fields }
    }
}
