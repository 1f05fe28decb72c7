//! The inputs of an answer other than its parameters and the replies of Prometheus endpoints.

use super::timing::TimeRange;
use crate::inventory::Snapshot;
use flux::{Portal, UtcMillis};
use frame::{Frame, Notice};

/// The inputs of an answer that is computed from the snapshot.
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

/// The inputs of an answer that is computed from metrics, or from metrics and the snapshot.
#[derive(Clone, Copy, Debug)]
pub struct MetricsView<'a> {
    /// The fleet. `None`: the query doesn't need it, or it could not be read and the query can do without.
    pub snapshot: Option<&'a Snapshot>,
    /// The portal of the fleet's cloud.
    pub portal: &'a Portal,
    /// The current time of the query.
    pub now: UtcMillis,
    /// The time range of the query.
    pub range: TimeRange,
}

impl<'a> MetricsView<'a> {
    /// The same inputs for code that needs a snapshot. `None`: there is no snapshot.
    pub(super) fn with_snapshot(&self) -> Option<View<'a>> {
        let Self { snapshot, portal, now, range } = *self;
        snapshot.map(|snapshot| View { snapshot, portal, now, range })
    }
}

/// What the values of a table are computed from, besides its rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'a> {
    snapshot: Option<&'a Snapshot>,
    /// The portal of the fleet's cloud.
    pub(super) portal: &'a Portal,
}

impl<'a> Context<'a> {
    /// Display name of a subscription; its id where the name isn't known.
    pub(super) fn subscription(&self, id: &'a str) -> &'a str {
        let name = self.snapshot.and_then(|snapshot| snapshot.names().get(id));
        name.map_or(id, |name| name)
    }
}

impl<'a> From<&View<'a>> for Context<'a> {
    fn from(view: &View<'a>) -> Self {
        Self { snapshot: Some(view.snapshot), portal: view.portal }
    }
}

impl<'a> From<&MetricsView<'a>> for Context<'a> {
    fn from(view: &MetricsView<'a>) -> Self {
        Self { snapshot: view.snapshot, portal: view.portal }
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
