//! Converts frames to and from Arrow's IPC file format, with the metadata keys of Grafana's Go SDK: `name`, `refId` and
//! `meta` on the schema, `name`, `labels` and `config` on each field. A file has one record batch.

use super::{Field, FieldConfig, Frame, Meta};
use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_ipc::reader::FileReader;
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, DataType, Field as ArrowField, Schema, TimeUnit};
use std::collections::HashMap;
use std::io::Cursor;
use std::sync::Arc;
use thiserror::Error;

/// Why a frame could not be written.
#[derive(Debug, Error)]
pub enum EncodeError {
    /// Arrow refused the frame, for example because its fields have different lengths.
    #[error("frame {name} could not be written as Arrow")]
    Arrow {
        /// Name of the frame.
        name: String,
        /// Arrow's error.
        source: ArrowError,
    },
    /// The frame's metadata can't be written as JSON.
    #[error("metadata of frame {name} could not be written")]
    Json {
        /// Name of the frame.
        name: String,
        /// The JSON error.
        source: serde_json::Error,
    },
}

/// Why bytes could not be read as a frame.
#[derive(Debug, Error)]
pub enum DecodeError {
    /// Arrow can't read the bytes.
    #[error("not an Arrow file")]
    Arrow(#[from] ArrowError),
    /// The metadata isn't in the form that [`Frame::encode`] writes.
    #[error("metadata of the frame not understood")]
    Json(#[from] serde_json::Error),
    /// A column has a type that Grafana's reader doesn't support.
    #[error("field {name} has the type {data_type}, which Grafana doesn't decode")]
    Type {
        /// Name of the field.
        name: String,
        /// Its Arrow type.
        data_type: DataType,
    },
    /// The file has a number of batches other than one, which is what Grafana reads.
    #[error("the file holds {0} record batches instead of one")]
    Batches(usize),
}

impl Frame {
    /// The frame as an Arrow file.
    ///
    /// # Errors
    /// Fields have different lengths, or a field that isn't nullable contains a null.
    pub fn encode(&self) -> Result<Vec<u8>, EncodeError> {
        let json = |source| EncodeError::Json { name: self.name.clone(), source };
        let arrow = |source| EncodeError::Arrow { name: self.name.clone(), source };
        let mut fields = Vec::with_capacity(self.fields.len());
        let mut columns = Vec::with_capacity(self.fields.len());
        for field in &self.fields {
            let mut metadata = HashMap::from([("name".to_owned(), field.name.clone())]);
            if !field.labels.is_empty() {
                metadata.insert(
                    "labels".to_owned(),
                    serde_json::to_string(&field.labels).map_err(json)?,
                );
            }
            if field.config != FieldConfig::default() {
                metadata.insert(
                    "config".to_owned(),
                    serde_json::to_string(&field.config).map_err(json)?,
                );
            }
            let data_type = field.values.data_type().clone();
            fields.push(
                ArrowField::new(&field.name, data_type, field.nullable).with_metadata(metadata),
            );
            columns.push(Arc::clone(&field.values));
        }
        let metadata = HashMap::from([
            ("name".to_owned(), self.name.clone()),
            ("refId".to_owned(), self.ref_id.clone()),
            ("meta".to_owned(), serde_json::to_string(&self.meta).map_err(json)?),
        ]);
        let schema = Arc::new(Schema::new_with_metadata(fields, metadata));
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows()));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&schema), columns, &options)
            .map_err(arrow)?;
        let capacity = batch.get_array_memory_size() + 4096;
        let mut writer =
            FileWriter::try_new(Vec::with_capacity(capacity), &schema).map_err(arrow)?;
        writer.write(&batch).map_err(arrow)?;
        writer.into_inner().map_err(arrow)
    }

    /// Reads a frame as Grafana would.
    ///
    /// # Errors
    /// Grafana would refuse the bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let reader = FileReader::try_new(Cursor::new(bytes), None)?;
        let schema = reader.schema();
        let batches = reader.collect::<Result<Vec<_>, _>>()?;
        let [batch] = batches.as_slice() else {
            return Err(DecodeError::Batches(batches.len()));
        };
        let text = |key: &str| schema.metadata().get(key).cloned().unwrap_or_default();
        let meta: Meta = serde_json::from_str(&text("meta"))?;
        let mut fields = Vec::with_capacity(batch.num_columns());
        for (arrow_field, values) in schema.fields().iter().zip(batch.columns()) {
            if !matches!(
                arrow_field.data_type(),
                DataType::Utf8
                    | DataType::Int64
                    | DataType::Float64
                    | DataType::Boolean
                    | DataType::Timestamp(TimeUnit::Nanosecond, _)
            ) {
                return Err(DecodeError::Type {
                    name: arrow_field.name().clone(),
                    data_type: arrow_field.data_type().clone(),
                });
            }
            let mut field = Field::from_array(arrow_field.name(), Arc::clone(values));
            field.nullable = arrow_field.is_nullable();
            if let Some(labels) = arrow_field.metadata().get("labels") {
                field.labels = serde_json::from_str(labels)?;
            }
            if let Some(config) = arrow_field.metadata().get("config") {
                field.config = serde_json::from_str(config)?;
            }
            fields.push(field);
        }
        Ok(Self { name: text("name"), ref_id: text("refId"), meta, fields })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cell, FrameType, Notice, ValueMapping};

    fn sample() -> Frame {
        let mut frame = Frame::new("configurations", FrameType::Table);
        frame.ref_id = "A".to_owned();
        frame.meta.notices.push(Notice::warning("stale"));
        frame.meta.custom.insert("snapshotAgeSeconds".to_owned(), 3.into());
        frame.meta.executed_query_string = "resources | count".to_owned();
        let mut state = Field::text("state", [Some("Failed"), None].into_iter());
        state.config.map_values(&[ValueMapping {
            value: "Failed".to_owned(),
            text: "Failed".to_owned(),
            color: "red".to_owned(),
        }]);
        let mut count = Field::integer("count", [Some(1), Some(-2)].into_iter());
        count.labels.insert("cluster".to_owned(), "a\"b".to_owned());
        frame.fields = vec![
            state,
            count,
            Field::number("share", [Some(0.5), None].into_iter()),
            Field::boolean("suspended", [Some(true), None].into_iter()),
            Field::time("updated", [Some(1_650_260_748_768), None].into_iter()),
        ];
        frame
    }

    #[test]
    fn reads_back_what_it_wrote() {
        let frame = sample();
        let bytes = frame.encode().expect("encodes");
        assert_eq!(&bytes[..6], b"ARROW1");
        assert_eq!(Frame::decode(&bytes).expect("decodes"), frame);
    }

    #[test]
    fn metadata_is_what_grafana_reads() {
        let bytes = sample().encode().expect("encodes");
        let reader = FileReader::try_new(Cursor::new(bytes), None).expect("reads");
        let schema = reader.schema();
        assert_eq!(
            schema.metadata()["meta"],
            r#"{"type":"table","typeVersion":[0,1],"notices":[{"severity":"warning","text":"stale"}],"custom":{"snapshotAgeSeconds":3},"executedQueryString":"resources | count"}"#
        );
        let config = &schema.field(0).metadata()["config"];
        assert_eq!(
            config,
            r#"{"mappings":[{"options":{"Failed":{"color":"red","index":0,"text":"Failed"}},"type":"value"}],"custom":{"cellOptions":{"type":"color-text"}}}"#
        );
        assert_eq!(schema.field(1).metadata()["labels"], r#"{"cluster":"a\"b"}"#);
    }

    #[test]
    fn a_frame_without_rows_is_still_one_batch() {
        let mut frame = Frame::new("extensions", FrameType::Table);
        frame.fields = vec![Field::text("cluster", std::iter::empty::<Option<&str>>())];
        let back = Frame::decode(&frame.encode().expect("encodes")).expect("decodes");
        assert_eq!(back.rows(), 0);
    }

    #[test]
    fn fields_of_different_length_are_refused() {
        let mut frame = sample();
        frame.fields.push(Field::integer("short", [Some(1)].into_iter()));
        let error = frame.encode().expect_err("lengths differ");
        assert_eq!(error.to_string(), "frame configurations could not be written as Arrow");
    }

    #[test]
    fn null_and_zero_are_different_cells() {
        let frame = sample();
        assert_eq!(frame.field("count").expect("there").cell(1), Cell::Integer(-2));
        assert_eq!(frame.field("share").expect("there").cell(1), Cell::Null);
        assert_eq!(frame.fields[0].cell(9), Cell::Null);
    }

    #[test]
    fn garbage_is_an_error() {
        assert!(Frame::decode(b"ARROW1 and then nothing").is_err());
    }
}
