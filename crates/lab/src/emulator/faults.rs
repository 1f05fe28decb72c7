//! What goes wrong, on purpose: a plan per route, used up request by request.

use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::sync::Mutex;

/// A part of the emulator, for faults and statistics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Route {
    /// Resource Graph queries.
    Arg,
    /// Resource Manager reads.
    Resource,
    /// Tokens: Entra and both forms of managed identity.
    Token,
    /// Azure Monitor workspaces.
    Prometheus,
}

/// What goes wrong, per route: the first fault of a list until it is used up, then the next.
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

/// One thing that goes wrong, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Requests that are answered well before it begins.
    #[serde(default)]
    pub after: u32,
    /// Requests that it hits.
    #[serde(default = "once")]
    pub times: u32,
    /// What happens to them.
    #[serde(flatten)]
    pub kind: FaultKind,
}

fn once() -> u32 {
    1
}

impl Fault {
    /// A fault of the next request.
    pub fn once(kind: FaultKind) -> Self {
        Self::times(1, kind)
    }

    /// A fault of the next so many requests.
    pub fn times(times: u32, kind: FaultKind) -> Self {
        Self { after: 0, times, kind }
    }

    /// The same, begun only after so many requests.
    #[must_use]
    pub fn after(self, after: u32) -> Self {
        Self { after, ..self }
    }
}

/// What happens to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum FaultKind {
    /// Answered 429, whatever the quota says.
    Throttled {
        /// Seconds in `Retry-After`; absent: no such header.
        #[serde(default)]
        retry_after_seconds: Option<u32>,
        /// Seconds in `x-ms-user-quota-resets-after`, beside a remaining quota of 0; absent: no quota headers.
        #[serde(default)]
        resets_after_seconds: Option<u32>,
    },
    /// Answered with this status from 500 on, and an error body.
    ServerError {
        /// For example 503.
        status: u16,
    },
    /// Answered well, but late.
    Slow {
        /// Milliseconds.
        millis: u64,
    },
    /// The connection ends in the middle of the body.
    CutBody,
    /// The connection is reset before any reply.
    Reset,
    /// Answered 200 with a body that is no JSON.
    Garbage,
    /// Resource Graph only: some rows lack their first column, have a number in it, or a text where an object belongs.
    WrongTypes,
    /// Resource Graph only: the next page is this page again, and its token leads here again.
    RepeatPage,
    /// Resource Graph only: a request with a skip token is refused (400); others are answered well.
    StaleSkipToken,
    /// Answered 401: the token has expired.
    ExpiredToken,
    /// Resource Graph only: the first row's last text is this long.
    HugeRow {
        /// Bytes.
        bytes: usize,
    },
    /// Answered 403.
    Forbidden,
}

/// Faults still to come.
#[derive(Debug, Default)]
pub(super) struct Pending {
    queues: Mutex<[VecDeque<Fault>; 4]>,
}

impl Pending {
    /// Replaces what is still to come.
    pub(super) fn set(&self, faults: Faults) {
        let Faults { arg, resource, token, prometheus } = faults;
        *super::lock(&self.queues) = [arg, resource, token, prometheus].map(VecDeque::from);
    }

    /// What happens to the next request. `None`: nothing.
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
