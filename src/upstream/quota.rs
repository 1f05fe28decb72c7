//! Pacing of requests to Resource Graph: no more than half of the identity's quota.

use reqwest::header::HeaderMap;
use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, sleep_until, timeout_at};

/// Resource Graph's window.
const WINDOW: Duration = Duration::from_secs(5);
/// Requests in one window: not more than half of the 15 that an identity has.
const PER_WINDOW: usize = 7;

/// A sliding window over all requests of one client, and the waits that the upstream asked for.
///
/// The quota belongs to the identity. Other clients with the same identity share it without knowing of each other; the
/// other half of the quota is left for them.
#[derive(Debug, Default)]
pub(crate) struct Quota {
    /// When the last requests were admitted, oldest first. Held while waiting, so that waiters are served in order.
    admitted: tokio::sync::Mutex<VecDeque<Instant>>,
    held_until: Mutex<Option<Instant>>,
}

impl Quota {
    /// Waits for a request's turn.
    ///
    /// # Errors
    /// The wait until the turn, when the turn would come after `deadline`. The quota is not used then.
    pub(super) async fn admit(&self, deadline: Instant) -> Result<(), Duration> {
        let mut admitted = timeout_at(deadline, self.admitted.lock()).await.map_err(|_| WINDOW)?;
        loop {
            let now = Instant::now();
            let turn = self.turn(&admitted);
            if turn.is_none_or(|turn| turn <= now) {
                if admitted.len() == PER_WINDOW {
                    admitted.pop_front();
                }
                admitted.push_back(now);
                return Ok(());
            }
            match turn {
                Some(turn) if turn <= deadline => sleep_until(turn).await,
                turn => return Err(turn.map_or(WINDOW, |turn| turn.duration_since(now))),
            }
        }
    }

    /// When the next request may be sent; `None` = now.
    fn turn(&self, admitted: &VecDeque<Instant>) -> Option<Instant> {
        let window = (admitted.len() == PER_WINDOW).then(|| admitted[0] + WINDOW);
        let held = *self.held_until.lock().unwrap_or_else(PoisonError::into_inner);
        window.max(held)
    }

    /// Holds all requests back for this long.
    pub(super) fn hold(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut held = self.held_until.lock().unwrap_or_else(PoisonError::into_inner);
        *held = (*held).max(Some(until));
    }

    /// Reads the quota headers of a reply. When nothing remains, requests wait until the quota resets.
    pub(super) fn note(&self, headers: &HeaderMap, resets_after: Option<Duration>) {
        let remaining = headers
            .get("x-ms-user-quota-remaining")
            .and_then(|value| value.to_str().ok()?.trim().parse::<i64>().ok());
        if remaining.is_some_and(|remaining| remaining <= 0) {
            self.hold(resets_after.unwrap_or(WINDOW));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    fn far() -> Instant {
        Instant::now() + Duration::from_secs(3600)
    }

    #[tokio::test(start_paused = true)]
    async fn sends_seven_in_five_seconds() {
        let (quota, begun) = (Quota::default(), Instant::now());
        for _ in 0..50 {
            quota.admit(far()).await.expect("in time");
        }
        // Requests 1 to 7 at 0 s, … 50 is the first of the eighth window.
        assert_eq!(begun.elapsed(), WINDOW * 7);
    }

    #[tokio::test(start_paused = true)]
    async fn no_five_seconds_hold_more_than_seven() {
        let quota = Quota::default();
        let mut times = Vec::new();
        for number in 0..40_u64 {
            tokio::time::advance(Duration::from_millis(number * 37 % 900)).await;
            quota.admit(far()).await.expect("in time");
            times.push(Instant::now());
        }
        for span in times.windows(PER_WINDOW + 1) {
            assert!(span[PER_WINDOW] - span[0] >= WINDOW);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn waits_when_nothing_remains() {
        let (quota, begun) = (Quota::default(), Instant::now());
        let mut headers = HeaderMap::new();
        headers.insert("x-ms-user-quota-remaining", HeaderValue::from_static("14"));
        quota.note(&headers, Some(WINDOW));
        quota.admit(far()).await.expect("at once");
        assert_eq!(begun.elapsed(), Duration::ZERO);
        headers.insert("x-ms-user-quota-remaining", HeaderValue::from_static("0"));
        quota.note(&headers, Some(Duration::from_secs(3)));
        quota.admit(far()).await.expect("in time");
        assert_eq!(begun.elapsed(), Duration::from_secs(3));
    }

    #[tokio::test(start_paused = true)]
    async fn gives_up_at_once_when_its_turn_comes_too_late() {
        let (quota, begun) = (Quota::default(), Instant::now());
        quota.hold(Duration::from_secs(372));
        let refused = quota.admit(Instant::now() + Duration::from_secs(60)).await;
        assert_eq!(refused, Err(Duration::from_secs(372)));
        assert_eq!(begun.elapsed(), Duration::ZERO);
    }
}
