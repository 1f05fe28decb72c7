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
    /// As saved.
    pub value: &'static str,
    /// As shown.
    pub label: &'static str,
}

/// How a parameter is entered, which also fixes its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// A list of texts, with the values of a dimension as suggestions. Default: empty, all.
    Values(Dimension),
    /// A list of dimensions out of some, in an order that matters. Default: the first.
    Dimensions(&'static [Dimension]),
    /// One dimension out of some; must be given.
    Dimension(&'static [Dimension]),
    /// One of some values. Default: the first.
    OneOf(&'static [Choice]),
    /// A metric of the catalogue; must be given.
    Metric,
    /// A list of labels to group by, out of those of the metric. Default: the metric's own. The one word `none`: no
    /// label at all.
    Labels,
    /// Yes or no. Default: no.
    Switch,
    /// A whole number within bounds.
    Number {
        /// Smallest allowed.
        min: u32,
        /// Largest allowed.
        max: u32,
        /// Taken when it isn't given.
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
    /// What it does.
    pub help: &'static str,
    /// How it is entered.
    pub control: Control,
    /// Whether it chooses between the formats of the answer.
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
    /// Truth value.
    Boolean,
    /// Point in time, UTC.
    Time,
}

/// One field of a frame: an interface, see CHANGELOG before changing a name.
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
    /// Colours.
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
