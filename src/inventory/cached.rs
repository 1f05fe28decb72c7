//! What changes rarely is read cached.

use crate::upstream::UpstreamError;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Time between a failed reading and the next.
const RETRY_AFTER: Duration = Duration::from_secs(60);

/// A value with a lifetime. When reading it again fails, the last good value stays.
#[derive(Debug)]
pub(super) struct Cached<T> {
    /// How long a value is used before it is read again.
    lifetime: Duration,
    known: Option<Arc<T>>,
    /// When to read the value again. `None`: now.
    until: Option<Instant>,
    failure: Option<UpstreamError>,
}

impl<T> Cached<T> {
    /// No value yet.
    pub(super) fn new(lifetime: Duration) -> Self {
        Self { lifetime, known: None, until: None, failure: None }
    }

    /// Whether it is time to read the value.
    pub(super) fn is_due(&self) -> bool {
        self.until.is_none_or(|until| until <= Instant::now())
    }

    /// Keeps the result of a reading.
    pub(super) fn settle(&mut self, reading: Result<T, UpstreamError>) {
        let now = Instant::now();
        match reading {
            Ok(value) => {
                self.known = Some(Arc::new(value));
                self.until = Some(now + self.lifetime);
                self.failure = None;
            }
            Err(error) => {
                self.until = Some(now + RETRY_AFTER);
                self.failure = Some(error);
            }
        }
    }

    /// The last good value. `None`: no reading has succeeded yet.
    pub(super) fn known(&self) -> Option<&Arc<T>> {
        self.known.as_ref()
    }

    /// Why the last reading failed. `None`: it succeeded.
    pub(super) fn failure(&self) -> Option<&UpstreamError> {
        self.failure.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upstream::Upstream;

    #[tokio::test(start_paused = true)]
    async fn a_failure_keeps_the_old_value_and_is_retried_sooner() {
        let mut cached = Cached::new(Duration::from_secs(300));
        assert!(cached.is_due());
        cached.settle(Ok(1));
        tokio::time::advance(Duration::from_secs(299)).await;
        assert!(!cached.is_due());
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(cached.is_due());
        let after = Duration::from_secs(1);
        cached.settle(Err(UpstreamError::TimedOut { upstream: Upstream::ResourceGraph, after }));
        assert_eq!((cached.known().map(|value| **value), cached.is_due()), (Some(1), false));
        assert!(cached.failure().is_some());
        tokio::time::advance(RETRY_AFTER).await;
        assert!(cached.is_due());
        cached.settle(Ok(2));
        assert_eq!((cached.known().map(|value| **value), cached.failure()), (Some(2), None));
    }
}
