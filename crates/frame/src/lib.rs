//! Data frames as Grafana reads them, and their Arrow form. This crate knows nothing about Flux.
//!
//! The contract is Grafana's data plane: `meta.type` and `meta.typeVersion` tell alerting and panels the kind of a
//! frame, and a field's `config` tells a panel without configuration how to show the field.

mod arrow_file;
mod config;
mod field;
mod meta;

pub use arrow_file::{DecodeError, EncodeError};
pub use config::{DataLink, FieldConfig, ValueMapping};
pub use field::{Cell, Field};
pub use meta::{FrameType, Meta, Notice, Severity};

/// One data frame: fields of equal length.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// Name of the frame: the query type.
    pub name: String,
    /// `refId` of the query that the frame answers.
    pub ref_id: String,
    /// The frame's type, notices and other metadata.
    pub meta: Meta,
    /// The columns, in order.
    pub fields: Vec<Field>,
}

impl Frame {
    /// An empty frame of a type. The plugin's gRPC layer fills in `ref_id`.
    pub fn new(name: &str, frame_type: FrameType) -> Self {
        Self {
            name: name.to_owned(),
            ref_id: String::new(),
            meta: Meta::new(frame_type),
            fields: Vec::new(),
        }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.fields.first().map_or(0, Field::len)
    }

    /// The field with this name; the first one if there are several.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}
