//! Holds one value that is read from an upstream, and decides when to serve it and when to read it again.
//!
//! - A value younger than [`Policy::fresh`] is served.
//! - Up to four times as old, the value is served at once, while a refresh runs in the background.
//! - Older, callers wait for the refresh. When it fails or takes longer than [`Policy::patience`], they get the old value
//!   and the reason.
//! - Older than [`Policy::max_stale`], callers get an error.
//!
//! Only one refresh runs at a time, however many callers there are, and only after a call.

use futures::FutureExt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout};

#[cfg(test)]
mod tests;

/// How old a value may be, and how long callers wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// A younger value is served without a refresh.
    pub fresh: Duration,
    /// An older value is not served.
    pub max_stale: Duration,
    /// How long a caller waits for a refresh when there is an old value to fall back on.
    pub patience: Duration,
    /// How long a caller waits when there is no value to fall back on.
    pub first_wait: Duration,
    /// Shortest time between a failed refresh and the next; doubled with every failure in a row, up to `fresh`.
    pub retry_after: Duration,
}

/// A value with the time of its reading.
pub trait Aged {
    /// When the value was read.
    fn fetched(&self) -> Instant;
}

/// The error of a failed refresh.
pub trait RefreshError {
    /// How long the upstream asks to wait. `None`: it didn't say.
    fn retry_after(&self) -> Option<Duration>;
    /// The error for a refresh that panicked.
    fn panicked() -> Self;
}

/// The answer to a caller.
#[derive(Debug)]
pub struct Served<T, E> {
    /// The value.
    pub value: Arc<T>,
    /// Its age.
    pub age: Duration,
    /// Why the value is older than the policy promises. `None`: it isn't.
    pub stale: Option<Stale<E>>,
}

/// Why an old value is served.
#[derive(Debug)]
pub enum Stale<E> {
    /// The last refresh failed.
    Failed(Arc<E>),
    /// The refresh takes longer than callers wait.
    Slow,
}

/// Why no value is served.
#[derive(Debug)]
pub enum Unavailable<E> {
    /// The refresh failed, and there is no value young enough.
    Failed {
        /// What went wrong.
        error: Arc<E>,
        /// Age of the last good value. `None`: there is none.
        age: Option<Duration>,
    },
    /// The refresh takes longer than callers wait, and there is no value young enough.
    StillReading {
        /// How long this refresh has run.
        running: Duration,
        /// Age of the last good value. `None`: there is none.
        age: Option<Duration>,
    },
}

/// The kind of a refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// Reads the whole value.
    Whole,
    /// Adds to the value, which gets no younger. Only used when there is a value.
    Supplement,
}

/// A value that is being read.
type Fetching<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

/// Reads the value. The argument is the last value, so that the new one can share memory with it.
pub type Fetch<T, E> = Box<dyn Fn(Option<Arc<T>>, Pass) -> Fetching<T, E> + Send + Sync>;

/// Holds the value and refreshes it; see the module.
pub struct Refresher<T, E> {
    shared: Arc<Shared<T, E>>,
}

struct Shared<T, E> {
    fetch: Fetch<T, E>,
    policy: Policy,
    state: Mutex<State<T, E>>,
}

struct State<T, E> {
    value: Option<Arc<T>>,
    flight: Option<Flight>,
    /// The error of the last refresh. `None`: it succeeded.
    failure: Option<Arc<E>>,
    failures_in_a_row: u32,
    not_before: Option<Instant>,
}

struct Flight {
    since: Instant,
    done: watch::Receiver<bool>,
    task: AbortHandle,
}

impl<T, E> Drop for Refresher<T, E> {
    fn drop(&mut self) {
        if let Some(flight) = self.shared.state().flight.take() {
            flight.task.abort();
        }
    }
}

impl<T, E> Shared<T, E> {
    fn state(&self) -> MutexGuard<'_, State<T, E>> {
        // A panic while the lock is held leaves the state consistent: every change is one assignment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T, E> Refresher<T, E>
where
    T: Aged + Send + Sync + 'static,
    E: RefreshError + Send + Sync + 'static,
{
    /// Reads nothing before the first call.
    pub fn new(policy: Policy, fetch: Fetch<T, E>) -> Self {
        let state = State {
            value: None,
            flight: None,
            failure: None,
            failures_in_a_row: 0,
            not_before: None,
        };
        Self { shared: Arc::new(Shared { fetch, policy, state: Mutex::new(state) }) }
    }

    /// The value, as fresh as the policy demands.
    ///
    /// # Errors
    /// There is no value young enough, and none could be read.
    pub async fn get(&self) -> Result<Served<T, E>, Unavailable<E>> {
        let policy = self.shared.policy;
        let (age, done) = {
            let mut state = self.shared.state();
            let age = state.age();
            if let (Some(age), Some(value)) = (age, &state.value)
                && age < policy.fresh
            {
                return Ok(Served { value: Arc::clone(value), age, stale: None });
            }
            self.start(&mut state, Pass::Whole);
            (age, state.flight.as_ref().map(|flight| flight.done.clone()))
        };
        let old_enough_to_wait = age.is_none_or(|age| age >= 4 * policy.fresh);
        let usable = age.is_some_and(|age| age < policy.max_stale);
        if let Some(mut done) = done
            && old_enough_to_wait
        {
            let wait = if usable { policy.patience } else { policy.first_wait };
            // When the task ends in any way, the sender is dropped; the state then holds the result.
            let _ = timeout(wait, done.wait_for(|done| *done)).await;
        }
        self.serve()
    }

    /// The value after a refresh that adds to it, or after the refresh that runs already. Callers wait as long as for a first
    /// value.
    ///
    /// # Errors
    /// There is no value young enough.
    pub async fn supplemented(&self) -> Result<Served<T, E>, Unavailable<E>> {
        let done = {
            let mut state = self.shared.state();
            self.start(&mut state, Pass::Supplement);
            state.flight.as_ref().map(|flight| flight.done.clone())
        };
        if let Some(mut done) = done {
            // When the task ends in any way, the sender is dropped; the state then holds the result.
            let _ = timeout(self.shared.policy.first_wait, done.wait_for(|done| *done)).await;
        }
        self.serve()
    }

    /// Starts a refresh in the background, unless one runs or [`Policy::retry_after`] forbids it.
    pub fn refresh_behind(&self, pass: Pass) {
        let mut state = self.shared.state();
        if pass == Pass::Whole || state.value.is_some() {
            self.start(&mut state, pass);
        }
    }

    /// The last good value, at any age. `None`: none was read yet.
    pub fn last(&self) -> Option<Arc<T>> {
        self.shared.state().value.clone()
    }

    fn serve(&self) -> Result<Served<T, E>, Unavailable<E>> {
        let policy = self.shared.policy;
        let state = self.shared.state();
        let age = state.age();
        let running = state.flight.as_ref().map(|flight| flight.since.elapsed());
        if let (Some(value), Some(age)) = (&state.value, age)
            && age < policy.max_stale
        {
            let reason = if age < policy.fresh {
                None
            } else if let Some(error) = &state.failure {
                Some(Stale::Failed(Arc::clone(error)))
            } else {
                (age >= 4 * policy.fresh).then_some(Stale::Slow)
            };
            return Ok(Served { value: Arc::clone(value), age, stale: reason });
        }
        Err(match (&state.failure, running) {
            (Some(error), _) => Unavailable::Failed { error: Arc::clone(error), age },
            (None, running) => {
                Unavailable::StillReading { running: running.unwrap_or_default(), age }
            }
        })
    }

    /// Starts a refresh unless one runs, or it is too early after a failure.
    fn start(&self, state: &mut State<T, E>, pass: Pass) {
        let now = Instant::now();
        if state.flight.is_some() || state.not_before.is_some_and(|earliest| now < earliest) {
            return;
        }
        let (finished, done) = watch::channel(false);
        let shared = Arc::clone(&self.shared);
        let previous = state.value.clone();
        let task = tokio::spawn(async move {
            let fetch = AssertUnwindSafe((shared.fetch)(previous, pass)).catch_unwind();
            let result = fetch.await.unwrap_or_else(|_| Err(E::panicked()));
            shared.state().end(result, pass, &shared.policy);
            finished.send_replace(true);
        });
        state.flight = Some(Flight { since: now, done, task: task.abort_handle() });
    }
}

impl<T: Aged, E: RefreshError> State<T, E> {
    fn age(&self) -> Option<Duration> {
        self.value.as_ref().map(|value| value.fetched().elapsed())
    }

    fn end(&mut self, result: Result<T, E>, pass: Pass, policy: &Policy) {
        self.flight = None;
        match result {
            // A supplement doesn't make the value younger, so the last failure still counts.
            Ok(value) if pass == Pass::Supplement => self.value = Some(Arc::new(value)),
            Ok(value) => {
                self.value = Some(Arc::new(value));
                self.failure = None;
                self.failures_in_a_row = 0;
                self.not_before = None;
            }
            Err(error) => {
                let doubled =
                    policy.retry_after * 2u32.saturating_pow(self.failures_in_a_row.min(10));
                let pause = error.retry_after().unwrap_or_default().max(doubled.min(policy.fresh));
                self.failures_in_a_row = self.failures_in_a_row.saturating_add(1);
                self.not_before = Some(Instant::now() + pause);
                self.failure = Some(Arc::new(error));
            }
        }
    }
}
