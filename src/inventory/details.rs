//! Objects, conditions and messages that Resource Graph leaves out, read from Resource Manager.
//!
//! They are read for configurations that aren't Compliant and for those that a user selected: a bounded number at a time,
//! within a bounded time, and again only when the agent has reported since. This is part of refreshing; a query never
//! waits for it.

use super::source::FleetSource;
use crate::arg::{Row, RowReader, read_configuration};
use crate::upstream::{ReplyFault, Upstream, UpstreamError, sentences};
use flux::{ComplianceState, FluxConfiguration, FluxObject, UtcMillis, same_text};
use futures::StreamExt;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

#[cfg(test)]
mod tests;

/// Configurations read in one pass.
const PER_PASS: usize = 200;
/// Requests at the same time.
const AT_ONCE: usize = 8;
/// A pass ends when so many configurations in a row couldn't be read: something other than Azure answers, most likely.
const FAILURES_IN_A_ROW: usize = 8;
/// Longest time that a pass delays a refresh; the next refresh reads what is left.
const PASS_TIME: Duration = Duration::from_secs(3);
/// Most configurations selected by users that are remembered.
const MAX_WANTED: usize = 500;
/// Where a row doesn't say when the agent reported, what was read is used for this time.
const UNDATED_LIFETIME: Duration = Duration::from_secs(5 * 60);
/// A configuration that couldn't be read is tried again after this time.
const AGAIN_AFTER: Duration = Duration::from_secs(60);

/// Ids, in lower case, of the configurations that users selected; the latest [`MAX_WANTED`].
#[derive(Debug, Default)]
pub(super) struct Wanted(Mutex<VecDeque<String>>);

impl Wanted {
    /// Remembers an id; `false` when it was remembered already.
    pub(super) fn add(&self, id: String) -> bool {
        let mut ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if ids.contains(&id) {
            return false;
        }
        if ids.len() >= MAX_WANTED {
            ids.pop_front();
        }
        ids.push_back(id);
        true
    }

    fn all(&self) -> HashSet<String> {
        let ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ids.iter().cloned().collect()
    }
}

#[derive(Debug)]
enum Known {
    Read(Reading),
    /// The configuration couldn't be read, at this time and for this reason.
    Failed {
        at: Instant,
        error: UpstreamError,
    },
}

/// A configuration as Resource Manager had it.
#[derive(Debug)]
struct Reading {
    at: Instant,
    /// The row's `statusUpdatedAt` when this was read.
    read_for: Option<UtcMillis>,
    /// The reply's own `statusUpdatedAt`, which may be newer than the row's, or older.
    reported: Option<UtcMillis>,
    /// The objects in the reply. Empty: it has none, or the configuration is gone.
    objects: Box<[FluxObject]>,
}

/// A configuration to read. The order is that of reading: configurations that a user selected or that fail come first;
/// then by id, so that every pass gets further.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Needed {
    can_wait: bool,
    id: String,
    status_updated: Option<UtcMillis>,
}

/// Where single configurations are read from.
pub(super) struct Resources<'a> {
    pub(super) source: &'a dyn FleetSource,
    /// The time of day; a simulated fleet answers as of this time.
    pub(super) now: UtcMillis,
}

/// What was read so far, by configuration id in lower case.
#[derive(Debug, Default)]
pub(super) struct Details(HashMap<String, Known>);

/// What a pass left undone.
#[derive(Debug, Default)]
pub(super) struct Undone {
    /// Configurations still without details that should have them.
    pub(super) missing: usize,
    /// Why one of them couldn't be read, in this pass or a moment before it. `None`: there was no time yet.
    pub(super) error: Option<UpstreamError>,
}

impl Undone {
    /// What to tell users about it. `None`: nothing failed.
    pub(super) fn warning(&self) -> Option<String> {
        let error = self.error.as_ref()?;
        let missing = self.missing;
        let what =
            format!("Conditions of {missing} configurations could not be read: {}", error.chain());
        Some(sentences(&what, &error.hint()))
    }
}

impl Details {
    /// Reads missing objects and conditions and adds them to the rows, which are in any order.
    pub(super) async fn complete(
        &mut self,
        rows: &mut [Row],
        wanted: &Wanted,
        reader: &mut RowReader,
        resources: &Resources<'_>,
    ) -> Undone {
        let wanted = wanted.all();
        let mut needing = Vec::new();
        let mut in_use = HashSet::new();
        for configuration in configurations(rows) {
            let selected = || wanted.contains(&key(configuration));
            let not_well = !matches!(
                configuration.compliance_state,
                ComplianceState::Compliant | ComplianceState::Suspended
            );
            if !configuration.is_incomplete() || !(not_well || selected()) {
                continue;
            }
            let key = key(configuration);
            in_use.insert(key.clone());
            if !self.is_settled(&key, configuration.status_updated) {
                let selected = wanted.contains(&key);
                let failing = configuration.compliance_state == ComplianceState::NonCompliant;
                needing.push(Needed {
                    can_wait: !(selected || failing),
                    id: configuration.arm_id(),
                    status_updated: configuration.status_updated,
                });
            }
        }
        needing.sort();
        let mut error = self.read(needing, reader, resources).await;
        let mut missing = 0;
        for row in rows {
            let Row::Configuration(configuration) = row else { continue };
            if !configuration.is_incomplete() {
                continue;
            }
            let key = key(configuration);
            match self.0.get(&key) {
                Some(Known::Read(reading)) if reading.read_for == configuration.status_updated => {
                    add(configuration, reading);
                }
                known if in_use.contains(&key) => {
                    missing += 1;
                    // It isn't read again in every pass, but users see the reason until it is.
                    if let (None, Some(Known::Failed { error: last, .. })) = (&error, known) {
                        error = Some(last.clone());
                    }
                }
                _ => {}
            }
        }
        Undone { missing, error }
    }

    /// Forgets the conditions of configurations that are not among `rows`.
    pub(super) fn forget_others(&mut self, rows: &[Row]) {
        if self.0.is_empty() {
            return;
        }
        let there: HashSet<String> = configurations(rows)
            .filter(|configuration| configuration.is_incomplete())
            .map(key)
            .collect();
        self.0.retain(|id, _| there.contains(id));
    }

    /// `true` when there is nothing to read now: the conditions were read for this status, or reading failed a moment ago.
    fn is_settled(&self, key: &str, status_updated: Option<UtcMillis>) -> bool {
        match self.0.get(key) {
            Some(Known::Read(reading)) => {
                let is_young = || reading.at.elapsed() < UNDATED_LIFETIME;
                reading.read_for == status_updated && (status_updated.is_some() || is_young())
            }
            Some(Known::Failed { at, .. }) => at.elapsed() < AGAIN_AFTER,
            None => false,
        }
    }

    async fn read(
        &mut self,
        needing: Vec<Needed>,
        reader: &mut RowReader,
        resources: &Resources<'_>,
    ) -> Option<UpstreamError> {
        let deadline = Instant::now() + PASS_TIME;
        let requests = needing.into_iter().take(PER_PASS).map(|needed| async move {
            let reply = resources.source.configuration(&needed.id, resources.now).await;
            (needed, reply)
        });
        let mut replies = futures::stream::iter(requests).buffer_unordered(AT_ONCE);
        let (mut first, mut in_a_row) = (None, 0);
        while let Ok(Some((needed, reply))) = timeout_at(deadline, replies.next()).await {
            let said = match reply {
                Ok(Some(body)) => read_configuration(&body, &needed.id, reader)
                    .map(|configuration| (configuration.status_updated, configuration.objects))
                    .map_err(|fault| UpstreamError::NotUnderstood {
                        upstream: Upstream::ResourceManager,
                        fault: ReplyFault::Decode(fault.place),
                    }),
                // It is gone: there is nothing to add until the agent reports again.
                Ok(None) => Ok((None, Box::default())),
                Err(error) => Err(error),
            };
            let key = needed.id.to_ascii_lowercase();
            match said {
                Ok((reported, objects)) => {
                    in_a_row = 0;
                    let (at, read_for) = (Instant::now(), needed.status_updated);
                    let reading = Reading { at, read_for, reported, objects };
                    self.0.insert(key, Known::Read(reading));
                }
                Err(error) => {
                    in_a_row += 1;
                    self.0.insert(key, Known::Failed { at: Instant::now(), error: error.clone() });
                    let ends = concerns_all(&error) || in_a_row >= FAILURES_IN_A_ROW;
                    first.get_or_insert(error);
                    if ends {
                        break;
                    }
                }
            }
        }
        first
    }
}

/// `false` when the fault may be one configuration's: others are still read. With no role, throttling or an outage, the
/// next request would fail the same way.
fn concerns_all(error: &UpstreamError) -> bool {
    !matches!(
        error,
        UpstreamError::Refused { .. }
            | UpstreamError::NotUnderstood { .. }
            | UpstreamError::TooLarge { .. }
    )
}

fn configurations(rows: &[Row]) -> impl Iterator<Item = &FluxConfiguration> {
    rows.iter().filter_map(|row| match row {
        Row::Configuration(configuration) => Some(configuration),
        Row::Extension(_) => None,
    })
}

/// Identity of a configuration: its ARM id in lower case.
pub(super) fn key(configuration: &FluxConfiguration) -> String {
    configuration.arm_id().to_ascii_lowercase()
}

/// Adds the objects that Resource Manager has to those of the row. Of an object that both have, the side that the agent
/// reported to later counts, and the other fills in what it leaves out.
fn add(configuration: &mut FluxConfiguration, reading: &Reading) {
    let is_same = |object: &FluxObject, read: &FluxObject| {
        let (kind, namespace) = (&object.kind, &object.namespace);
        same_text(&object.name, &read.name)
            && [(kind, &read.kind), (namespace, &read.namespace)].into_iter().all(|pair| match pair
            {
                (Some(left), Some(right)) => same_text(left, right),
                // One side doesn't have it: it can't tell the objects apart.
                _ => true,
            })
    };
    let row = configuration.status_updated;
    let (read_is_older, read_is_newer) = match (row, reading.reported) {
        (Some(row), Some(read)) => (read < row, read > row),
        (row, read) => (false, row < read),
    };
    let mut objects = std::mem::take(&mut configuration.objects).into_vec();
    let of_row = objects.len();
    let mut is_matched = vec![false; of_row];
    for read in &reading.objects {
        let is_free = |index: &usize| !is_matched[*index] && is_same(&objects[*index], read);
        let has_all = |index: &usize| {
            let object = &objects[*index];
            object.kind.is_some() == read.kind.is_some()
                && object.namespace.is_some() == read.namespace.is_some()
        };
        let found = (0..of_row)
            .find(|index| is_free(index) && has_all(index))
            .or_else(|| (0..of_row).find(is_free));
        let Some(index) = found else {
            objects.push(read.clone());
            continue;
        };
        is_matched[index] = true;
        let object = &objects[index];
        objects[index] = if read_is_older {
            joined(object, read, false)
        } else {
            joined(read, object, !read_is_newer)
        };
    }
    objects.sort_by(|left, right| left.place().cmp(&right.place()));
    configuration.objects = objects.into();
}

/// `first`, with what it leaves out from `second`. A state that isn't reported reads as Pending: where both are
/// `of_one_time`, another state of the second counts.
fn joined(first: &FluxObject, second: &FluxObject, of_one_time: bool) -> FluxObject {
    let has_details = if first.lacks_details() { second } else { first };
    let has_no_state = first.compliance_state == ComplianceState::Pending;
    let has_state = if of_one_time && has_no_state { second } else { first };
    FluxObject {
        kind: first.kind.clone().or_else(|| second.kind.clone()),
        namespace: first.namespace.clone().or_else(|| second.namespace.clone()),
        name: first.name.clone(),
        compliance_state: has_state.compliance_state.clone(),
        conditions: has_details.conditions.clone(),
        message: has_details.message.clone(),
        applied_by: first.applied_by.clone().or_else(|| second.applied_by.clone()),
        helm: first.helm.clone().or_else(|| second.helm.clone()),
    }
}

/// Ids of configurations that lack objects or details among `rows`, at most [`MAX_WANTED`].
pub(super) fn without_details<'r>(
    rows: impl Iterator<Item = &'r Arc<FluxConfiguration>>,
) -> Vec<String> {
    rows.filter(|row| row.is_incomplete()).take(MAX_WANTED).map(|row| key(row)).collect()
}
