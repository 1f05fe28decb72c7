//! Why and when the plugin ends.

use std::time::Duration;
use tokio::sync::watch;

/// What ended the plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// Grafana requested it.
    Shutdown,
    /// A signal: interrupt or terminate.
    Signal,
    /// The parent process is gone. A killed Grafana doesn't stop its plugins.
    ParentGone,
}

/// The request to stop; all clones share it.
#[derive(Clone, Debug)]
pub struct Stop {
    reason: watch::Sender<Option<StopReason>>,
}

impl Default for Stop {
    fn default() -> Self {
        Self { reason: watch::channel(None).0 }
    }
}

impl Stop {
    /// Requests the stop. The first reason is kept.
    pub fn request(&self, reason: StopReason) {
        self.reason.send_if_modified(|current| {
            let first = current.is_none();
            current.get_or_insert(reason);
            first
        });
    }

    /// Waits until the stop is requested.
    pub async fn requested(&self) -> StopReason {
        let mut receiver = self.reason.subscribe();
        loop {
            if let Some(reason) = *receiver.borrow_and_update() {
                return reason;
            }
            if receiver.changed().await.is_err() {
                // `self` holds a sender, so the channel can't close while we wait.
                std::future::pending::<()>().await;
            }
        }
    }

    /// Requests the stop at a signal, or when `parent` is no longer the parent process. The returned future must be run;
    /// signals are caught from the call on. Must be called within a runtime.
    pub fn watch_outside(&self, parent: u32) -> impl Future<Output = ()> + use<> {
        let signal = signal();
        let stop = self.clone();
        async move {
            let reason = tokio::select! {
                () = signal => StopReason::Signal,
                () = parent_gone(parent) => StopReason::ParentGone,
            };
            stop.request(reason);
        }
    }
}

/// Time between two checks of the parent process.
const PARENT_POLL: Duration = Duration::from_millis(250);

/// The parent process; 0 when the system can't tell.
pub fn parent_id() -> u32 {
    #[cfg(unix)]
    return std::os::unix::process::parent_id();
    #[cfg(not(unix))]
    return 0;
}

/// An orphan gets another parent: `init` or the nearest subreaper.
async fn parent_gone(parent: u32) {
    let mut interval = tokio::time::interval(PARENT_POLL);
    while parent_id() == parent {
        interval.tick().await;
    }
}

#[cfg(unix)]
fn signal() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let caught = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    async move {
        let (Ok(mut terminate), Ok(mut interrupt)) = caught else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
}

#[cfg(not(unix))]
async fn signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_reason_stays_and_every_clone_gets_it() {
        let stop = Stop::default();
        let waiting = tokio::spawn({
            let stop = stop.clone();
            async move { stop.requested().await }
        });
        stop.request(StopReason::Shutdown);
        stop.request(StopReason::Signal);
        assert_eq!(waiting.await.expect("no panic"), StopReason::Shutdown);
        assert_eq!(stop.requested().await, StopReason::Shutdown);
    }

    #[cfg(unix)]
    #[tokio::test(start_paused = true)]
    async fn another_parent_means_that_the_first_is_gone() {
        let stop = Stop::default();
        stop.watch_outside(parent_id() + 1).await;
        assert_eq!(stop.requested().await, StopReason::ParentGone);
    }
}
