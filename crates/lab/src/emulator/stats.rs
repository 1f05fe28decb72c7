//! Counts of the requests to the emulator.

use super::faults::Route;
use super::quota::WINDOW;
use serde::Serialize;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use tokio::time::Instant;

/// Counts of the requests since the emulator started, or since the last reset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    /// Requests by route and status. Status 0 is a connection that was reset before a reply.
    pub requests: BTreeMap<Route, BTreeMap<u16, u64>>,
    /// Tokens issued.
    pub tokens_issued: u64,
    /// Most Resource Graph requests within any five seconds, including refused ones.
    pub max_in_window: usize,
    /// Most Resource Graph requests in progress at the same time.
    pub max_concurrent: usize,
    /// Pages of Resource Graph served with status 200.
    pub pages: u64,
    /// Rows on those pages.
    pub rows: u64,
    /// Queries that were evaluated. Later pages of an answer don't evaluate the query again.
    pub evaluated: u64,
}

impl Stats {
    /// Requests of a route, with any status.
    pub fn total(&self, route: Route) -> u64 {
        self.requests.get(&route).map_or(0, |statuses| statuses.values().sum())
    }

    /// Requests of a route that were answered with this status.
    pub fn count(&self, route: Route, status: u16) -> u64 {
        self.requests.get(&route).and_then(|statuses| statuses.get(&status)).copied().unwrap_or(0)
    }
}

#[derive(Debug, Default)]
struct Counting {
    stats: Stats,
    recent: VecDeque<Instant>,
    concurrent: usize,
}

/// Counts the emulator's requests.
#[derive(Debug, Default)]
pub(super) struct Counter(Mutex<Counting>);

impl Counter {
    pub(super) fn stats(&self) -> Stats {
        super::lock(&self.0).stats.clone()
    }

    /// Resets all counts except the number of requests in progress.
    pub(super) fn reset(&self) {
        let mut counting = super::lock(&self.0);
        counting.stats = Stats::default();
        counting.recent.clear();
    }

    /// Counts the start of a Resource Graph request.
    pub(super) fn begin_query(&self, now: Instant) {
        let mut counting = super::lock(&self.0);
        counting.recent.push_back(now);
        while counting.recent.front().is_some_and(|first| now.duration_since(*first) >= WINDOW) {
            counting.recent.pop_front();
        }
        counting.concurrent += 1;
        let (in_window, concurrent) = (counting.recent.len(), counting.concurrent);
        let stats = &mut counting.stats;
        stats.max_in_window = stats.max_in_window.max(in_window);
        stats.max_concurrent = stats.max_concurrent.max(concurrent);
    }

    /// Counts the end of a Resource Graph request.
    pub(super) fn end_query(&self) {
        let mut counting = super::lock(&self.0);
        counting.concurrent = counting.concurrent.saturating_sub(1);
    }

    pub(super) fn answered(&self, route: Route, status: u16) {
        let mut counting = super::lock(&self.0);
        *counting.stats.requests.entry(route).or_default().entry(status).or_default() += 1;
    }

    pub(super) fn page(&self, rows: usize) {
        let mut counting = super::lock(&self.0);
        counting.stats.pages += 1;
        counting.stats.rows += rows as u64;
    }

    pub(super) fn evaluated(&self) {
        super::lock(&self.0).stats.evaluated += 1;
    }

    pub(super) fn token(&self) {
        super::lock(&self.0).stats.tokens_issued += 1;
    }
}
