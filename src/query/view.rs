//! The inputs of an answer other than its parameters.

use super::timing::TimeRange;
use crate::inventory::Snapshot;
use flux::{Portal, UtcMillis};
use frame::{Frame, Notice};

/// The inputs of an answer other than its parameters.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The fleet.
    pub snapshot: &'a Snapshot,
    /// The portal of the fleet's cloud.
    pub portal: &'a Portal,
    /// The current time of the query.
    pub now: UtcMillis,
    /// The time range of the query; events outside it are left out.
    pub range: TimeRange,
}

impl View<'_> {
    /// What to add to a notice about missing conditions while some are still to be read. Empty: all were read, so what is
    /// missing isn't known to Azure.
    pub(super) fn still_to_read(&self) -> String {
        match self.snapshot.details_missing() {
            0 => String::new(),
            missing => format!(" Those of {missing} configurations are still to be read."),
        }
    }
}

/// Adds a notice with both numbers when rows were left out.
pub(super) fn note_cut(frame: &mut Frame, shown: usize, all: usize) {
    if shown < all {
        frame.meta.notices.push(Notice::warning(format!(
            "Showing {shown} of {all} rows. Raise the row limit (params.limit) or filter further."
        )));
    }
}
