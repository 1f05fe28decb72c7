//! Data frames as Grafana reads them, and their Arrow form. Knows nothing of Flux.
//!
//! The contract is Grafana's data plane: `meta.type` and `meta.typeVersion` tell alerting and panels what a frame is,
//! `config` of a field tells a bare panel how to show it.

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
    /// Name of the frame; ours is the query type.
    pub name: String,
    /// The query of the request that it answers.
    pub ref_id: String,
    /// What the frame is, and what to say of it.
    pub meta: Meta,
    /// The columns, in order.
    pub fields: Vec<Field>,
}

impl Frame {
    /// An empty frame of a type. `ref_id` is filled in at the edge.
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

    /// The field of that name, the first if there are several.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}
