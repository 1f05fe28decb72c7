//! Sends a query's PromQL to all Prometheus endpoints of an instance at once.
//!
//! Identical PromQL queries in flight are sent once, and a reply is reused for some seconds. For alert rules a missing
//! reply would be worse than an old one: while an endpoint fails, its last reply is used instead.

use super::discovery::Discovery;
use super::endpoints::{Checked, Endpoint, check};
use crate::inventory::Inventory;
use crate::query::{
    AskedEndpoint, EndpointReply, MetricsQuery, PromReply, QueryError, Run, SentExpression, Timing,
};
use crate::upstream::{UpstreamError, sentences};
use flux::{Text, UtcMillis};
use frame::Notice;
use futures::future::{join_all, try_join_all};
use moka::future::Cache;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How long a reply is reused for identical queries.
const RECENT: Duration = Duration::from_secs(5);
/// Largest size of all recent replies together, in bytes.
const RECENT_BYTES: u64 = 64 << 20;
/// Most replies that are kept for failing endpoints.
const KEPT: u64 = 2_000;

/// A query to one endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Sent {
    endpoint: Text,
    promql: String,
    timing: Timing,
}

/// A query to one endpoint at any time: an alert rule sends the same expression each time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct SentAnytime {
    endpoint: Text,
    promql: String,
}

/// The last good reply to a query.
#[derive(Clone)]
struct Kept {
    answered: PromReply,
    at: Instant,
}

/// The times of a query.
#[derive(Clone, Copy)]
pub(super) struct AskedAt {
    /// The times that the PromQL queries are sent for.
    pub(super) timing: Timing,
    /// The time of day.
    pub(super) now: UtcMillis,
}

/// What "Save & test" found out about the endpoints.
#[derive(Default)]
pub(super) struct EndpointChecks {
    pub(super) checked: Vec<Checked>,
    /// Why Azure Monitor workspaces could not be listed. `None`: they could, or the settings don't ask for them.
    pub(super) undiscovered: Option<UpstreamError>,
}

/// The Prometheus endpoints of an instance.
pub(super) struct Metrics {
    /// The endpoints of the settings.
    configured: Vec<Arc<Endpoint>>,
    /// Finds Azure Monitor workspaces. `None`: the settings don't ask for them; an error: the cloud has none.
    discovery: Option<Result<Discovery, UpstreamError>>,
    timeout: Duration,
    recent: Cache<Sent, PromReply>,
    kept: Cache<SentAnytime, Kept>,
}

/// The replies of all endpoints.
pub(super) struct Gathered {
    /// Replies of the endpoints that answered, in the order of the settings.
    pub(super) replies: Vec<EndpointReply>,
    /// Number of all endpoints.
    pub(super) endpoints: usize,
    /// The times of the PromQL queries.
    pub(super) timing: Timing,
    /// Notices for the answer.
    pub(super) notices: Vec<Notice>,
    /// The PromQL texts that were sent, each once.
    pub(super) sent: Vec<String>,
}

impl Metrics {
    /// `timeout` is the longest time for all PromQL queries of one query, `max_stale` the largest age of a reply that is used
    /// for a failing endpoint.
    pub(super) fn new(
        configured: Vec<Arc<Endpoint>>,
        discovery: Option<Result<Discovery, UpstreamError>>,
        timeout: Duration,
        max_stale: Duration,
    ) -> Self {
        let recent = Cache::builder()
            .time_to_live(RECENT)
            .max_capacity(RECENT_BYTES)
            .weigher(|sent: &Sent, answered: &PromReply| weight(&sent.promql, answered))
            .build();
        let kept = Cache::builder().time_to_live(max_stale).max_capacity(KEPT).build();
        Self { configured, discovery, timeout, recent, kept }
    }

    /// All endpoints, and the error when workspaces could not be listed.
    async fn endpoints(
        &self,
        inventory: &Inventory,
    ) -> (Vec<Arc<Endpoint>>, Option<UpstreamError>) {
        let mut endpoints = self.configured.clone();
        let discovery = match &self.discovery {
            None => return (endpoints, None),
            Some(Err(error)) => return (endpoints, Some(error.clone())),
            Some(Ok(discovery)) => discovery,
        };
        let (workspaces, failure) = inventory.workspaces().await;
        endpoints.extend(discovery.endpoints(&workspaces));
        (endpoints, failure)
    }

    /// Checks every endpoint for "Save & test".
    pub(super) async fn check(&self, inventory: &Inventory, now: UtcMillis) -> EndpointChecks {
        let (endpoints, undiscovered) = self.endpoints(inventory).await;
        let checked = check(&endpoints, now, self.timeout).await;
        EndpointChecks { checked, undiscovered }
    }

    /// Sends the PromQL of a query to all endpoints.
    ///
    /// # Errors
    /// No endpoint answers, or workspaces could not be listed and there is no other endpoint. With
    /// [`MetricsQuery::must_be_whole`], one endpoint fails and has no earlier reply.
    pub(super) async fn gather(
        &self,
        query: &dyn MetricsQuery,
        inventory: &Inventory,
        asked_at: AskedAt,
    ) -> Result<Gathered, QueryError> {
        let AskedAt { timing, now } = asked_at;
        let deadline = Instant::now() + self.timeout;
        let selection = query.selection();
        let (all, undiscovered) = self.endpoints(inventory).await;
        let endpoints = all.len();
        let run = Run { timing, endpoints };
        let must_be_whole = query.must_be_whole();
        let selection = &selection;
        let answers = all.iter().map(|endpoint| async move {
            let known = endpoint.detected(now, deadline).await;
            let detected = match known {
                Err(_) if must_be_whole => {
                    // The endpoint fails. Its last known metrics give the same PromQL as before, so that the earlier reply is
                    // found.
                    endpoint.last_detected(Duration::MAX).map_or(known, Ok)
                }
                known => known,
            }?;
            let asked = AskedEndpoint { name: endpoint.name(), detected: &detected, selection };
            let plan = query.plan(run, &asked);
            let replies = plan
                .expressions()
                .iter()
                .map(|sent| self.answered(endpoint, sent, timing, must_be_whole, deadline));
            let replies = try_join_all(replies).await?;
            let age = replies.iter().filter_map(|(_, age)| *age).max();
            let replies = replies.into_iter().map(|(reply, _)| reply).collect();
            let endpoint = endpoint.name().clone();
            Ok::<_, UpstreamError>((EndpointReply { endpoint, detected, plan, replies }, age))
        });
        let mut gathered = Gathered {
            replies: Vec::new(),
            endpoints,
            timing,
            notices: Vec::new(),
            sent: Vec::new(),
        };
        let mut failures: Vec<UpstreamError> = undiscovered.into_iter().collect();
        for result in join_all(answers).await {
            match result {
                Ok((reply, age)) => {
                    gathered.notices.extend(age.map(|age| earlier_reply(&reply.endpoint, age)));
                    for sent in reply.plan.expressions() {
                        if !gathered.sent.contains(&sent.promql) {
                            gathered.sent.push(sent.promql.clone());
                        }
                    }
                    gathered.replies.push(reply);
                }
                Err(error) => failures.push(error),
            }
        }
        // Without any endpoint, answers that need none are complete.
        if !failures.is_empty() && (must_be_whole || gathered.replies.is_empty()) {
            return Err(QueryError::Endpoints(failures));
        }
        gathered.notices.extend(failures.iter().map(|error| {
            let hint = format!("Its series are missing here. {}", error.hint());
            Notice::warning(sentences(&error.chain(), &hint))
        }));
        for answer in &gathered.replies {
            let of = |text: &str| format!("Prometheus endpoint \"{}\": {text}", answer.endpoint);
            gathered.notices.extend(answer.warnings().map(|text| Notice::warning(of(text))));
            if answer.left_out() > 0 {
                let text = format!(
                    "{} series beyond the limit were left out. Add filters, or group by fewer labels.",
                    answer.left_out()
                );
                gathered.notices.push(Notice::warning(of(&text)));
            }
        }
        Ok(gathered)
    }

    /// The reply to a PromQL query, and its age when it is an earlier one.
    async fn answered(
        &self,
        endpoint: &Endpoint,
        expression: &SentExpression,
        timing: Timing,
        keep: bool,
        deadline: Instant,
    ) -> Result<(PromReply, Option<Duration>), UpstreamError> {
        let sent =
            Sent { endpoint: endpoint.name().clone(), promql: expression.promql.clone(), timing };
        let asking = async {
            Ok(match &timing.grid {
                None => {
                    let reply = endpoint.instant(&expression.promql, timing.at, deadline).await?;
                    PromReply::Vector(Arc::new(reply))
                }
                Some(grid) => {
                    let lookback = timing.window + expression.beyond_window;
                    let reply =
                        endpoint.range(&expression.promql, grid, lookback, deadline).await?;
                    PromReply::Matrix(Arc::new(reply))
                }
            })
        };
        let reply: Result<PromReply, Arc<UpstreamError>> =
            self.recent.try_get_with(sent, asking).await;
        let key =
            SentAnytime { endpoint: endpoint.name().clone(), promql: expression.promql.clone() };
        match reply {
            Ok(answered) => {
                if keep {
                    let kept = Kept { answered: answered.clone(), at: Instant::now() };
                    self.kept.insert(key, kept).await;
                }
                Ok((answered, None))
            }
            Err(error) => match self.kept.get(&key).await.filter(|_| keep) {
                Some(Kept { answered, at }) => Ok((answered, Some(at.elapsed()))),
                None => Err(UpstreamError::clone(&error)),
            },
        }
    }
}

fn earlier_reply(endpoint: &Text, age: Duration) -> Notice {
    Notice::warning(format!(
        "Prometheus endpoint \"{endpoint}\" fails; its reply of {} s ago is used instead.",
        age.as_secs()
    ))
}

/// Approximate size of a reply in memory, in bytes.
fn weight(promql: &str, answered: &PromReply) -> u32 {
    let labels = |labels: &crate::prometheus::Labels| labels.len() * 64;
    let bytes: usize = match answered {
        PromReply::Vector(reply) => {
            reply.items.iter().map(|sample| 32 + labels(&sample.labels)).sum()
        }
        PromReply::Matrix(reply) => {
            reply.items.iter().map(|s| 32 + labels(&s.labels) + s.values.len() * 8).sum()
        }
    };
    u32::try_from(bytes + promql.len() + 256).unwrap_or(u32::MAX)
}
