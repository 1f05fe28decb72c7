//! What changes rarely is read rarely.

use crate::upstream::UpstreamError;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// After a failure it is read again after this time.
const AGAIN: Duration = Duration::from_secs(60);

/// A value that is read only now and then; when that fails, the last good one stays.
#[derive(Debug)]
pub(super) struct Rarely<T> {
    /// How long a reading lasts.
    lasts: Duration,
    known: Option<Arc<T>>,
    /// When it is to be read again. `None`: now.
    until: Option<Instant>,
    failure: Option<UpstreamError>,
}

impl<T> Rarely<T> {
    /// Nothing known yet; a reading lasts for `lasts`.
    pub(super) fn new(lasts: Duration) -> Self {
        Self { lasts, known: None, until: None, failure: None }
    }

    /// Whether it is time to read it.
    pub(super) fn is_due(&self) -> bool {
        self.until.is_none_or(|until| until <= Instant::now())
    }

    /// Takes the outcome of a reading.
    pub(super) fn settle(&mut self, reading: Result<T, UpstreamError>) {
        let now = Instant::now();
        match reading {
            Ok(value) => {
                self.known = Some(Arc::new(value));
                self.until = Some(now + self.lasts);
                self.failure = None;
            }
            Err(error) => {
                self.until = Some(now + AGAIN);
                self.failure = Some(error);
            }
        }
    }

    /// The last good value. `None`: there never was one.
    pub(super) fn known(&self) -> Option<&Arc<T>> {
        self.known.as_ref()
    }

    /// Why the last reading failed. `None`: it didn't.
    pub(super) fn failure(&self) -> Option<&UpstreamError> {
        self.failure.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upstream::Upstream;

    #[tokio::test(start_paused = true)]
    async fn a_failure_keeps_what_is_known_and_is_tried_again_sooner() {
        let mut rarely = Rarely::new(Duration::from_secs(300));
        assert!(rarely.is_due());
        rarely.settle(Ok(1));
        tokio::time::advance(Duration::from_secs(299)).await;
        assert!(!rarely.is_due());
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(rarely.is_due());
        let after = Duration::from_secs(1);
        rarely.settle(Err(UpstreamError::TimedOut { upstream: Upstream::ResourceGraph, after }));
        assert_eq!((rarely.known().map(|value| **value), rarely.is_due()), (Some(1), false));
        assert!(rarely.failure().is_some());
        tokio::time::advance(AGAIN).await;
        assert!(rarely.is_due());
        rarely.settle(Ok(2));
        assert_eq!((rarely.known().map(|value| **value), rarely.failure()), (Some(2), None));
    }
}
