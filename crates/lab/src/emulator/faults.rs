//! Injected faults: a list per route, used up request by request.

use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::sync::Mutex;

/// A part of the emulator, for faults and statistics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Route {
    /// Resource Graph.
    Arg,
    /// Resource Manager.
    Resource,
    /// Tokens: Entra ID and both forms of managed identity.
    Token,
    /// Azure Monitor workspaces.
    Prometheus,
}

/// Faults per route. The first fault of a list applies until it is used up, then the next one.
///
/// As JSON: `{"arg": [{"kind": "throttled", "times": 2, "retryAfterSeconds": 1}], "token": []}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Faults {
    /// For Resource Graph queries.
    pub arg: Vec<Fault>,
    /// For Resource Manager reads.
    pub resource: Vec<Fault>,
    /// For token requests.
    pub token: Vec<Fault>,
    /// For requests to Azure Monitor workspaces.
    pub prometheus: Vec<Fault>,
}

/// One fault, and the requests that it applies to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Number of requests that are answered normally before the fault begins.
    #[serde(default)]
    pub after: u32,
    /// Number of requests that fail.
    #[serde(default = "once")]
    pub times: u32,
    /// What happens to these requests.
    #[serde(flatten)]
    pub kind: FaultKind,
}

fn once() -> u32 {
    1
}

impl Fault {
    /// A fault of the next request only.
    pub fn once(kind: FaultKind) -> Self {
        Self::times(1, kind)
    }

    /// A fault of the next `times` requests.
    pub fn times(times: u32, kind: FaultKind) -> Self {
        Self { after: 0, times, kind }
    }

    /// The same fault, beginning after this number of requests.
    #[must_use]
    pub fn after(self, after: u32) -> Self {
        Self { after, ..self }
    }
}

/// What happens to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum FaultKind {
    /// Answered 429, even when quota is left.
    Throttled {
        /// Seconds in `Retry-After`; without a value, the header is missing.
        #[serde(default)]
        retry_after_seconds: Option<u32>,
        /// Seconds in `x-ms-user-quota-resets-after`, with a remaining quota of 0; without a value, the quota headers
        /// are missing.
        #[serde(default)]
        resets_after_seconds: Option<u32>,
    },
    /// Answered with an error body and this status, at least 500.
    ServerError {
        /// For example 503.
        status: u16,
    },
    /// Answered correctly, but late.
    Slow {
        /// Delay in milliseconds.
        millis: u64,
    },
    /// The connection ends in the middle of the body.
    CutBody,
    /// The connection is reset before a reply.
    Reset,
    /// Answered 200 with a body that isn't JSON.
    Garbage,
    /// Resource Graph only: in some rows the first column is missing or a number, or an object is replaced by a text.
    WrongTypes,
    /// Resource Graph only: the next page is this page again, with the same skip token.
    RepeatPage,
    /// Resource Graph only: requests with a skip token are refused (400); others are answered.
    StaleSkipToken,
    /// Answered 401, as for an expired token.
    ExpiredToken,
    /// Resource Graph only: the last text of the first row is very long.
    HugeRow {
        /// Length of the text in bytes.
        bytes: usize,
    },
    /// Answered 403.
    Forbidden,
}

/// The faults that are still to be injected.
#[derive(Debug, Default)]
pub(super) struct Pending {
    queues: Mutex<[VecDeque<Fault>; 4]>,
}

impl Pending {
    /// Replaces the faults that are still to be injected.
    pub(super) fn set(&self, faults: Faults) {
        let Faults { arg, resource, token, prometheus } = faults;
        *super::lock(&self.queues) = [arg, resource, token, prometheus].map(VecDeque::from);
    }

    /// The fault of the next request. `None`: the request is answered normally.
    pub(super) fn take(&self, route: Route) -> Option<FaultKind> {
        let mut queues = super::lock(&self.queues);
        let queue = &mut queues[route as usize];
        while let Some(fault) = queue.front_mut() {
            if fault.after > 0 {
                fault.after -= 1;
                return None;
            }
            if fault.times > 0 {
                fault.times -= 1;
                return Some(fault.kind.clone());
            }
            queue.pop_front();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_come_in_order_and_run_out() {
        let pending = Pending::default();
        pending.set(Faults {
            arg: vec![
                Fault::times(2, FaultKind::Reset).after(1),
                Fault::once(FaultKind::Slow { millis: 1 }),
            ],
            ..Faults::default()
        });
        assert_eq!(pending.take(Route::Token), None);
        let taken: Vec<_> = (0..5).map(|_| pending.take(Route::Arg)).collect();
        let reset = Some(FaultKind::Reset);
        assert_eq!(taken, [None, reset.clone(), reset, Some(FaultKind::Slow { millis: 1 }), None]);
    }

    #[test]
    fn a_plan_is_plain_json() {
        let text = r#"{"arg": [{"kind": "throttled", "retryAfterSeconds": 2}, {"kind": "serverError", "status": 503, "times": 3, "after": 1}]}"#;
        let faults: Faults = serde_json::from_str(text).expect("a plan");
        assert_eq!(
            faults.arg,
            [
                Fault::once(FaultKind::Throttled {
                    retry_after_seconds: Some(2),
                    resets_after_seconds: None
                }),
                Fault { after: 1, times: 3, kind: FaultKind::ServerError { status: 503 } },
            ]
        );
        assert!(serde_json::from_str::<Faults>(r#"{"args": []}"#).is_err());
        assert!(serde_json::from_str::<Faults>(r#"{"arg": [{"kind": "no"}]}"#).is_err());
    }
}
