//! Resource Graph's throttling: a limited number of requests in five seconds, per principal.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;
use std::time::Duration;
use tokio::time::Instant;

/// Length of the window.
pub(super) const WINDOW: Duration = Duration::from_secs(5);

/// The quota's decision on a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub allowed: bool,
    /// Number of requests left after this one.
    pub remaining: u32,
    /// Whole seconds until the oldest request leaves the window, 1 to 5.
    pub resets_after_seconds: u32,
}

/// Requests of each principal within the window.
#[derive(Debug)]
pub(super) struct Quota {
    limit: Option<u32>,
    recent: Mutex<HashMap<String, VecDeque<Instant>>>,
}

impl Quota {
    /// `None`: no limit.
    pub(super) fn new(limit: Option<u32>) -> Self {
        Self { limit, recent: Mutex::default() }
    }

    /// Counts a request, unless it is refused. The window slides.
    pub(super) fn take(&self, principal: &str, now: Instant) -> Verdict {
        let Some(limit) = self.limit else {
            return Verdict { allowed: true, remaining: 14, resets_after_seconds: 5 };
        };
        let mut recent = super::lock(&self.recent);
        let requests = recent.entry(principal.to_owned()).or_default();
        while requests.front().is_some_and(|oldest| now.duration_since(*oldest) >= WINDOW) {
            requests.pop_front();
        }
        let used = u32::try_from(requests.len()).unwrap_or(u32::MAX);
        let allowed = used < limit;
        if allowed {
            requests.push_back(now);
        }
        let oldest = requests.front().copied().unwrap_or(now);
        let left = WINDOW.saturating_sub(now.duration_since(oldest));
        let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
        Verdict {
            allowed,
            remaining: limit.saturating_sub(used + u32::from(allowed)),
            resets_after_seconds: u32::try_from(seconds).unwrap_or(5).max(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_slides_per_principal() {
        let quota = Quota::new(Some(2));
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let verdict = |allowed, remaining, resets_after_seconds| Verdict {
            allowed,
            remaining,
            resets_after_seconds,
        };
        assert_eq!(quota.take("a", at(0)), verdict(true, 1, 5));
        assert_eq!(quota.take("a", at(2000)), verdict(true, 0, 3));
        assert_eq!(quota.take("a", at(2500)), verdict(false, 0, 3));
        assert_eq!(quota.take("b", at(2500)), verdict(true, 1, 5));
        assert_eq!(quota.take("a", at(5000)), verdict(true, 0, 2));
        assert_eq!(quota.take("a", at(5001)), verdict(false, 0, 2));
        assert!(Quota::new(None).take("a", at(0)).allowed);
    }
}
