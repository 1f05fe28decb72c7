//! The state of the data in one sentence: when Azure was read, or since when it hasn't answered and why.
//!
//! This query never fails: when there is no snapshot, the answer says so. `instance` makes the answer, because only
//! `instance` knows whether the last refresh failed.

use crate::inventory::Filters;
use crate::query::params::Params;
use crate::query::query_type::{EditorGroup, FromInventory, InventoryType, QueryType};
use crate::query::spec::{FieldSpec, FieldType, FrameSpec};
use crate::query::table::config;
use crate::query::view::View;
use flux::Portal;
use frame::{Field, Frame, FrameType};
use std::time::Duration;

pub(super) static TYPE: QueryType = QueryType {
    id: "data-status",
    title: "Age of the data",
    description: "One row, which says when Azure was read, or since when it hasn't answered and why. It never fails. No filter has an effect.",
    group: EditorGroup::Fleet,
    shows_conditions: false,
    needs_clusters: false,
    definition: &FromInventory(Status),
};

pub(super) static ENDPOINTS: QueryType = QueryType {
    id: "endpoint-status",
    title: "Prometheus endpoints",
    description: "One row, which says how many Prometheus endpoints answer, or which don't and why. It never fails. No filter has an effect.",
    group: EditorGroup::Metrics,
    shows_conditions: false,
    needs_clusters: false,
    definition: &FromInventory(Endpoints),
};

#[derive(Debug)]
struct Status;

#[derive(Debug)]
struct Endpoints;

static ENDPOINT_FIELDS: [FieldSpec; 2] = [
    FieldSpec::new(
        "text",
        "Endpoints",
        FieldType::String,
        "How many endpoints answer; or: which don't, and the cause.",
    ),
    FieldSpec {
        unit: "short",
        ..FieldSpec::new(
            "failing",
            "Failing endpoints",
            FieldType::Number,
            "Number of endpoints that don't answer.",
        )
    },
];

static FIELDS: [FieldSpec; 2] = [
    FieldSpec::new(
        "text",
        "Data",
        FieldType::String,
        "Read … ago; or: Azure hasn't answered for …, and the cause.",
    ),
    FieldSpec {
        unit: "s",
        ..FieldSpec::new(
            "age",
            "Age",
            FieldType::Number,
            "Seconds since Azure was read; empty where it never was.",
        )
    },
];

/// The state of the data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataStatus {
    /// Time since the fleet was read. `None`: it was never read.
    pub age: Option<Duration>,
    /// Why the fleet could not be read again, as whole sentences. `None`: nothing is wrong.
    pub trouble: Option<String>,
}

impl DataStatus {
    fn text(&self) -> String {
        match (self.age, &self.trouble) {
            (Some(age), None) => format!("Read {} ago", length(age)),
            (Some(age), Some(trouble)) => {
                format!("Azure hasn't answered for {}: {trouble}", length(age))
            }
            (None, Some(trouble)) => format!("Azure hasn't answered: {trouble}"),
            (None, None) => "Azure hasn't been read yet".to_owned(),
        }
    }

    /// The frame of this status.
    pub fn frame(&self, portal: &Portal) -> Frame {
        let mut frame = Frame::new(TYPE.id, FrameType::Table);
        let age = self.age.map(|age| i64::try_from(age.as_secs()).unwrap_or(i64::MAX));
        frame.fields = vec![
            Field::text(FIELDS[0].name, std::iter::once(Some(self.text()))),
            Field::integer(FIELDS[1].name, std::iter::once(age)),
        ];
        for (field, spec) in frame.fields.iter_mut().zip(&FIELDS) {
            field.config = config(spec, portal);
        }
        frame
    }
}

/// The state of the Prometheus endpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointStatus {
    /// Number of endpoints that answer.
    pub answering: usize,
    /// The error of each other endpoint, as whole sentences.
    pub failing: Vec<String>,
}

impl EndpointStatus {
    fn text(&self) -> String {
        match (self.answering, self.failing.as_slice()) {
            (0, []) => "No Prometheus endpoint is set up in the data source".to_owned(),
            (1, []) => "1 endpoint answers".to_owned(),
            (answering, []) => format!("{answering} endpoints answer"),
            (answering, failing) => {
                let all = answering + failing.len();
                format!("{} of {all} endpoints don't answer: {}", failing.len(), failing.join(" "))
            }
        }
    }

    /// The frame of this status.
    pub fn frame(&self, portal: &Portal) -> Frame {
        let mut frame = Frame::new(ENDPOINTS.id, FrameType::Table);
        let failing = i64::try_from(self.failing.len()).ok();
        frame.fields = vec![
            Field::text(ENDPOINT_FIELDS[0].name, std::iter::once(Some(self.text()))),
            Field::integer(ENDPOINT_FIELDS[1].name, std::iter::once(failing)),
        ];
        for (field, spec) in frame.fields.iter_mut().zip(&ENDPOINT_FIELDS) {
            field.config = config(spec, portal);
        }
        frame
    }
}

impl InventoryType for Endpoints {
    type Own = ();

    fn frame_spec(_: &Params<(), Filters>) -> FrameSpec {
        FrameSpec::new(FrameType::Table, ENDPOINT_FIELDS.to_vec())
    }

    /// A snapshot has no endpoints, so `instance` makes the answer.
    fn frame(_: &Params<(), Filters>, view: &View<'_>) -> Frame {
        EndpointStatus { answering: 0, failing: Vec::new() }.frame(view.portal)
    }
}

/// A duration in words.
fn length(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        60..120 => "1 minute".to_owned(),
        seconds @ 120..7_200 => format!("{} minutes", seconds / 60),
        seconds => format!("{} hours", seconds / 3_600),
    }
}

impl InventoryType for Status {
    type Own = ();

    fn frame_spec(_: &Params<(), Filters>) -> FrameSpec {
        FrameSpec::new(FrameType::Table, FIELDS.to_vec())
    }

    fn frame(_: &Params<(), Filters>, view: &View<'_>) -> Frame {
        let seconds = view.now.seconds_since(view.snapshot.taken()).max(0).unsigned_abs();
        let status = DataStatus { age: Some(Duration::from_secs(seconds)), trouble: None };
        status.frame(view.portal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_which_endpoints_do_not_answer() {
        let status = |answering, failing: &[&str]| EndpointStatus {
            answering,
            failing: failing.iter().map(|&text| text.to_owned()).collect(),
        };
        for (status, text) in [
            (status(0, &[]), "No Prometheus endpoint is set up in the data source"),
            (status(1, &[]), "1 endpoint answers"),
            (status(3, &[]), "3 endpoints answer"),
            (status(1, &["One is down."]), "1 of 2 endpoints don't answer: One is down."),
        ] {
            assert_eq!(status.text(), text);
        }
    }

    #[test]
    fn it_says_when_azure_was_read_or_since_when_it_does_not_answer() {
        let status = |age: Option<u64>, trouble: Option<&str>| DataStatus {
            age: age.map(Duration::from_secs),
            trouble: trouble.map(str::to_owned),
        };
        for (status, text) in [
            (status(Some(25), None), "Read 25 s ago"),
            (status(Some(100), None), "Read 1 minute ago"),
            (status(Some(7_100), None), "Read 118 minutes ago"),
            (status(Some(720), Some("No.")), "Azure hasn't answered for 12 minutes: No."),
            (status(Some(9_000), Some("No.")), "Azure hasn't answered for 2 hours: No."),
            (status(None, Some("No.")), "Azure hasn't answered: No."),
            (status(None, None), "Azure hasn't been read yet"),
        ] {
            assert_eq!(status.text(), text);
        }
    }
}
