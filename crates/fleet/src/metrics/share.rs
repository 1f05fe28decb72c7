//! What happens at some of an object's reconciles only: requests to the API server, events, cache misses.

use super::object::FluxObject;
use flux::UtcMillis;

/// Every n-th item of a sequence. The first one differs from object to object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Every(pub(super) u64);

impl Every {
    /// Whether the item at an index is among them.
    #[cfg(any(test, feature = "truth"))]
    pub(super) fn hits(self, salt: u64, index: u64) -> bool {
        (index + salt).is_multiple_of(self.0)
    }

    /// Number of them among the first `count` items.
    pub(super) fn count(self, salt: u64, count: u64) -> u64 {
        let below = |end: u64| end.div_ceil(self.0);
        below(salt + count) - below(salt)
    }
}

/// A request that reconciles send to the API server.
pub(super) struct Request {
    pub(super) code: &'static str,
    pub(super) method: &'static str,
    /// Which reconciles send it.
    pub(super) every: Every,
    /// How often each of these reconciles sends it.
    pub(super) times: u64,
}

const fn request(code: &'static str, method: &'static str, every: u64, times: u64) -> Request {
    Request { code, method, every: Every(every), times }
}

/// Sorted by code and method.
pub(super) const REQUESTS: [Request; 7] = [
    request("200", "GET", 1, 3),
    request("200", "PATCH", 1, 1),
    request("201", "POST", EVENT.0, 1),
    request("404", "GET", 40, 1),
    request("409", "PUT", 60, 1),
    request("429", "GET", 210, 1),
    request("500", "GET", 175, 1),
];

/// Reconciles that send an event.
pub(super) const EVENT: Every = Every(5);
/// Events that are rejected because they repeat an earlier event too soon.
pub(super) const REJECTED: Every = Every(10);

/// A selection of an object's events.
pub(super) struct Events {
    rejected: bool,
}

pub(super) const ACCEPTED_EVENTS: Events = Events { rejected: false };
pub(super) const REJECTED_EVENTS: Events = Events { rejected: true };

impl Events {
    /// Number of the selected events by a time.
    pub(super) fn count(&self, object: &FluxObject, at: UtcMillis) -> u64 {
        let sent = EVENT.count(object.salt, object.reconciles.done(at));
        let rejected = REJECTED.count(object.salt, sent);
        if self.rejected { rejected } else { sent - rejected }
    }
}

/// Reconciles of a chart repository that don't find the repository's index in the cache.
pub(super) const CACHE_MISS: Every = Every(12);
/// Reconciles that find no token in the cache.
pub(super) const TOKEN_MISS: Every = Every(6);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn counts_are_those_of_the_hits(every in 1..50_u64, salt in 0..1000_u64, count in 0..300_u64) {
            let every = Every(every);
            let hits = (0..count).filter(|index| every.hits(salt, *index)).count() as u64;
            prop_assert_eq!(every.count(salt, count), hits);
        }
    }
}
