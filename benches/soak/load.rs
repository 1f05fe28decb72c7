//! The load: viewers with their panels, and alert rules.

use crate::process::request;
use azuregitops::plugin::wire::{PluginContext, QueryDataRequest};
use frame::Frame;
use futures::future::join_all;
use lab::PluginProcess;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Number of users who look at a dashboard.
pub const VIEWERS: u32 = 20;
/// Query types of the panels of that dashboard.
pub const PANELS: [&str; 4] =
    ["configuration-counts", "extension-counts", "configurations", "configuration-objects"];
/// Number of alert rules.
pub const ALERT_RULES: u32 = 50;

const VIEWERS_EVERY: Duration = Duration::from_secs(5);
const RULES_EVERY: Duration = Duration::from_secs(10);
const RULES: [&str; 3] = ["failing-configurations", "failing-extensions", "failing-objects"];
/// Time limit of the first reading, which covers all pages that it may have.
const FIRST_READING: Duration = Duration::from_secs(600);

/// What the viewers and rules have received.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub answers: usize,
    /// Number of answers with a warning that the fleet could not be read again.
    pub stale: usize,
    /// Number of errors by text.
    pub errors: BTreeMap<String, usize>,
    pub slowest: Duration,
}

/// The plugin process and its load.
pub struct Load {
    plugin: PluginProcess,
    context: PluginContext,
    seen: Mutex<Seen>,
}

impl Load {
    pub fn new(plugin: PluginProcess, context: PluginContext) -> Self {
        Self { plugin, context, seen: Mutex::default() }
    }

    pub fn seen(&self) -> Seen {
        self.lock().clone()
    }

    pub fn into_plugin(self) -> PluginProcess {
        self.plugin
    }

    /// Sends queries until the fleet has been read once. Their answers aren't counted.
    pub async fn first_reading(&self) {
        let begun = Instant::now();
        let mut text = String::new();
        while begun.elapsed() < FIRST_READING {
            let request = request(&self.context, PANELS[0], &json!({}));
            let answers = self.plugin.query(request).await.expect("an answer").responses;
            if answers["A"].error.is_empty() {
                return;
            }
            text.clone_from(&answers["A"].error);
        }
        panic!("the fleet was not read: {text}");
    }

    /// Starts all viewers and rules; they send queries until the set is dropped.
    pub fn start(self: &Arc<Self>) -> JoinSet<()> {
        let mut asking = JoinSet::new();
        for viewer in 0..VIEWERS {
            let load = Arc::clone(self);
            asking.spawn(async move {
                let mut ticks = every(VIEWERS_EVERY, viewer, VIEWERS).await;
                loop {
                    ticks.tick().await;
                    join_all(PANELS.map(|panel| load.ask(panel, json!({ "limit": 1_000 })))).await;
                }
            });
        }
        for rule in 0..ALERT_RULES {
            let load = Arc::clone(self);
            let query_type = RULES[rule as usize % RULES.len()];
            asking.spawn(async move {
                let mut ticks = every(RULES_EVERY, rule, ALERT_RULES).await;
                loop {
                    ticks.tick().await;
                    load.ask(query_type, Value::Null).await;
                }
            });
        }
        asking
    }

    /// Sends one query, as a panel or as a rule, which has no parameters.
    async fn ask(&self, query_type: &str, params: Value) {
        let from_alert = params.is_null();
        // Counts have no row limit.
        let params = if from_alert || query_type.ends_with("-counts") { json!({}) } else { params };
        let request = request(&self.context, query_type, &params);
        let headers = if from_alert { [("FromAlert", "true")].as_slice() } else { &[] };
        let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        let request = QueryDataRequest { headers: headers.collect(), ..request };
        let begun = Instant::now();
        let answer = self.plugin.query(request).await.map(|answers| answers.responses);
        let took = begun.elapsed();
        let (mut error, mut stale) = (None, false);
        match answer.as_ref().map(|answers| &answers["A"]) {
            Err(failed) => error = Some(format!("the call failed: {failed}")),
            Ok(answer) if !answer.error.is_empty() => error = Some(answer.error.clone()),
            Ok(answer) => {
                let frame = answer.frames.first().and_then(|bytes| Frame::decode(bytes).ok());
                match frame {
                    None => error = Some("no frame that can be read".to_owned()),
                    Some(frame) if frame.rows() == 0 => error = Some("no rows".to_owned()),
                    Some(frame) => {
                        let notices = &frame.meta.notices;
                        stale = notices.iter().any(|notice| notice.text.contains(" s old"));
                    }
                }
            }
        }
        let mut seen = self.lock();
        seen.answers += 1;
        seen.stale += usize::from(stale);
        seen.slowest = seen.slowest.max(took);
        if let Some(text) = error {
            *seen.errors.entry(text).or_default() += 1;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ticks of one of `count` clients. The clients' ticks are spread over the period.
async fn every(period: Duration, number: u32, count: u32) -> tokio::time::Interval {
    tokio::time::sleep(period * number / count).await;
    tokio::time::interval(period)
}
