//! Asking the Prometheus endpoints of an instance, all at once.
//!
//! Identical questions under way are sent once, and an answer serves whoever asks the same within some seconds. Where a
//! missing part would be worse than an old one (alert rules), what an endpoint said last stands in for it while it fails.

use super::discovery::Discovery;
use super::endpoints::{Checked, Endpoint, check};
use crate::inventory::Inventory;
use crate::query::{
    Answered, Ask, EndpointAnswer, MetricsAnswer, MetricsQuery, Place, Query, QueryError, Timing,
};
use crate::upstream::{UpstreamError, sentences};
use flux::{Text, UtcMillis};
use frame::Notice;
use futures::future::{join_all, try_join_all};
use moka::future::Cache;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// For how long an answer serves everybody who asks the same.
const RECENT: Duration = Duration::from_secs(5);
/// Bound of all recent answers together, in bytes.
const RECENT_BYTES: u64 = 64 << 20;
/// Most answers that are kept to stand in for a failing endpoint.
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
    answered: Answered,
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
    /// Of the settings.
    configured: Vec<Arc<Endpoint>>,
    /// `None`: no others are looked for; an error: the cloud has none.
    discovery: Option<Result<Discovery, UpstreamError>>,
    timeout: Duration,
    recent: Cache<Sent, Answered>,
    kept: Cache<SentAnytime, Kept>,
}

/// What all endpoints said.
pub(super) struct Gathered {
    /// Of those that answered, in the order of the settings.
    pub(super) answers: Vec<EndpointAnswer>,
    /// How many there are.
    pub(super) endpoints: usize,
    /// When was asked.
    pub(super) timing: Timing,
    /// What must be said beside the answer.
    pub(super) notices: Vec<Notice>,
    /// The expressions that were sent, each once.
    pub(super) sent: Vec<String>,
}

impl Metrics {
    /// `timeout` bounds all questions of one query, `max_stale` the age of what stands in for a failing endpoint.
    pub(super) fn new(
        configured: Vec<Arc<Endpoint>>,
        discovery: Option<Result<Discovery, UpstreamError>>,
        timeout: Duration,
        max_stale: Duration,
    ) -> Self {
        let recent = Cache::builder()
            .time_to_live(RECENT)
            .max_capacity(RECENT_BYTES)
            .weigher(|sent: &Sent, answered: &Answered| weight(&sent.promql, answered))
            .build();
        let kept = Cache::builder().time_to_live(max_stale).max_capacity(KEPT).build();
        Self { configured, discovery, timeout, recent, kept }
    }

    /// All endpoints, and why some may be missing.
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

    /// What "Save & test" says of each endpoint, and why workspaces could not be looked for.
    pub(super) async fn check(&self, inventory: &Inventory, now: UtcMillis) -> EndpointChecks {
        let (endpoints, undiscovered) = self.endpoints(inventory).await;
        let checked = check(&endpoints, now, self.timeout).await;
        EndpointChecks { checked, undiscovered }
    }

    /// Asks all endpoints what the query needs.
    ///
    /// # Errors
    /// No endpoint answers, or workspaces could not be looked for and there is no other; with [`MetricsAnswer::must_be_whole`], one has neither answered nor anything kept.
    pub(super) async fn gather(
        &self,
        query: &Query,
        answer: &MetricsAnswer,
        inventory: &Inventory,
        asked_at: AskedAt,
    ) -> Result<Gathered, QueryError> {
        let AskedAt { timing, now } = asked_at;
        let deadline = Instant::now() + self.timeout;
        let selection = query.params.selection();
        let (all, undiscovered) = self.endpoints(inventory).await;
        let endpoints = all.len();
        let asked = &MetricsQuery { params: &query.params, timing, endpoints };
        let selection = &selection;
        let answers = all.iter().map(|endpoint| async move {
            let known = endpoint.detected(now, deadline).await;
            let detected = match known {
                Err(_) if answer.must_be_whole => {
                    // What it knew last tells what was asked last.
                    endpoint.last_detected(Duration::MAX).map_or(known, Ok)
                }
                known => known,
            }?;
            let place = Place { endpoint: endpoint.name(), detected: &detected, selection };
            let asks = (answer.plan)(asked, &place);
            let answers = asks
                .into_iter()
                .map(|ask| self.answered(endpoint, ask, timing, answer.must_be_whole, deadline));
            let answers: Vec<(Ask, Answered, Option<Duration>)> = try_join_all(answers).await?;
            Ok::<_, UpstreamError>((endpoint.name().clone(), detected, answers))
        });
        let mut gathered = Gathered {
            answers: Vec::new(),
            endpoints,
            timing,
            notices: Vec::new(),
            sent: Vec::new(),
        };
        let mut failures: Vec<UpstreamError> = undiscovered.into_iter().collect();
        for result in join_all(answers).await {
            match result {
                Ok((endpoint, detected, answers)) => {
                    let age = answers.iter().filter_map(|(_, _, age)| *age).max();
                    gathered.notices.extend(age.map(|age| stood_in(&endpoint, age)));
                    let answers: Vec<_> =
                        answers.into_iter().map(|(ask, answered, _)| (ask, answered)).collect();
                    for (ask, _) in &answers {
                        if !gathered.sent.contains(&ask.promql) {
                            gathered.sent.push(ask.promql.clone());
                        }
                    }
                    gathered.answers.push(EndpointAnswer { endpoint, detected, answers });
                }
                Err(error) => failures.push(error),
            }
        }
        // With no endpoint at all, answers that don't need one are whole.
        if !failures.is_empty() && (answer.must_be_whole || gathered.answers.is_empty()) {
            return Err(QueryError::Endpoints(failures));
        }
        gathered.notices.extend(failures.iter().map(|error| {
            let hint = format!("What it knows is missing here. {}", error.hint());
            Notice::warning(sentences(&error.chain(), &hint))
        }));
        for answer in &gathered.answers {
            let of = |text: &str| format!("Prometheus endpoint \"{}\": {text}", answer.endpoint);
            gathered.notices.extend(answer.warnings().map(|text| Notice::warning(of(text))));
            if answer.left_out() > 0 {
                let text = format!(
                    "{} series more than fit were left out. Filter further, or group by less.",
                    answer.left_out()
                );
                gathered.notices.push(Notice::warning(of(&text)));
            }
        }
        Ok(gathered)
    }

    /// The answer to a question, and its age where an earlier one stands in.
    async fn answered(
        &self,
        endpoint: &Endpoint,
        ask: Ask,
        timing: Timing,
        keep: bool,
        deadline: Instant,
    ) -> Result<(Ask, Answered, Option<Duration>), UpstreamError> {
        let sent = Sent { endpoint: endpoint.name().clone(), promql: ask.promql.clone(), timing };
        let asking = async {
            Ok(match &timing.grid {
                None => {
                    let reply = endpoint.instant(&ask.promql, timing.at, deadline).await?;
                    Answered::Vector(Arc::new(reply))
                }
                Some(grid) => {
                    let lookback = timing.window + ask.beyond_window;
                    let reply = endpoint.range(&ask.promql, grid, lookback, deadline).await?;
                    Answered::Matrix(Arc::new(reply))
                }
            })
        };
        let reply: Result<Answered, Arc<UpstreamError>> =
            self.recent.try_get_with(sent, asking).await;
        let key = SentAnytime { endpoint: endpoint.name().clone(), promql: ask.promql.clone() };
        match reply {
            Ok(answered) => {
                if keep {
                    let kept = Kept { answered: answered.clone(), at: Instant::now() };
                    self.kept.insert(key, kept).await;
                }
                Ok((ask, answered, None))
            }
            Err(error) => match self.kept.get(&key).await.filter(|_| keep) {
                Some(Kept { answered, at }) => Ok((ask, answered, Some(at.elapsed()))),
                None => Err(UpstreamError::clone(&error)),
            },
        }
    }
}

fn stood_in(endpoint: &Text, age: Duration) -> Notice {
    Notice::warning(format!(
        "Prometheus endpoint \"{endpoint}\" fails; what it said {} s ago stands in.",
        age.as_secs()
    ))
}

/// About how many bytes an answer takes.
fn weight(promql: &str, answered: &Answered) -> u32 {
    let labels = |labels: &crate::prometheus::Labels| labels.len() * 64;
    let bytes: usize = match answered {
        Answered::Vector(reply) => {
            reply.items.iter().map(|sample| 32 + labels(&sample.labels)).sum()
        }
        Answered::Matrix(reply) => {
            reply.items.iter().map(|s| 32 + labels(&s.labels) + s.values.len() * 8).sum()
        }
    };
    u32::try_from(bytes + promql.len() + 256).unwrap_or(u32::MAX)
}
