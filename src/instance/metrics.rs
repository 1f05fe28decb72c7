//! Asking the Prometheus endpoints of an instance, all at once.
//!
//! Identical questions under way are sent once, and an answer serves whoever asks the same within some seconds. Where a
//! missing part would be worse than an old one (alert rules), what an endpoint said last stands in for it while it fails.

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

/// For how long an answer serves everybody who asks the same.
const RECENT: Duration = Duration::from_secs(5);
/// Bound of all recent answers together, in bytes.
const RECENT_BYTES: u64 = 64 << 20;
/// Most answers that are kept to stand in for a failing endpoint.
const KEPT: u64 = 2_000;

/// One question to one endpoint: its name, the expression, and when.
type Question = (Text, String, Timing);

/// The Prometheus endpoints of an instance.
pub(super) struct Metrics {
    /// Of the settings.
    configured: Vec<Arc<Endpoint>>,
    /// `None`: no others are looked for; an error: the cloud has none.
    discovery: Option<Result<Discovery, UpstreamError>>,
    timeout: Duration,
    recent: Cache<Question, PromReply>,
    /// Without the time: an alert rule asks the same each time.
    kept: Cache<(Text, String), (PromReply, Instant)>,
}

/// What all endpoints said.
pub(super) struct Gathered {
    /// Of those that answered, in the order of the settings.
    pub(super) replies: Vec<EndpointReply>,
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
            .weigher(|(_, promql, _): &Question, answered: &PromReply| weight(promql, answered))
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
    pub(super) async fn check(
        &self,
        inventory: &Inventory,
        now: UtcMillis,
    ) -> (Vec<Checked>, Option<UpstreamError>) {
        let (endpoints, failure) = self.endpoints(inventory).await;
        (check(&endpoints, now, self.timeout).await, failure)
    }

    /// Asks all endpoints what the query needs.
    ///
    /// # Errors
    /// No endpoint answers, or workspaces could not be looked for and there is no other; with [`MetricsQuery::must_be_whole`], one has neither answered nor anything kept.
    pub(super) async fn gather(
        &self,
        query: &dyn MetricsQuery,
        timing: Timing,
        (inventory, now): (&Inventory, UtcMillis),
    ) -> Result<Gathered, QueryError> {
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
                    // What it knew last tells what was asked last.
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
                    gathered.notices.extend(age.map(|age| stood_in(&reply.endpoint, age)));
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
        // With no endpoint at all, answers that don't need one are whole.
        if !failures.is_empty() && (must_be_whole || gathered.replies.is_empty()) {
            return Err(QueryError::Endpoints(failures));
        }
        gathered.notices.extend(failures.iter().map(|error| {
            let hint = format!("What it knows is missing here. {}", error.hint());
            Notice::warning(sentences(&error.chain(), &hint))
        }));
        for answer in &gathered.replies {
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
        sent: &SentExpression,
        timing: Timing,
        keep: bool,
        deadline: Instant,
    ) -> Result<(PromReply, Option<Duration>), UpstreamError> {
        let question = (endpoint.name().clone(), sent.promql.clone(), timing);
        let asking = async {
            Ok(match &timing.grid {
                None => {
                    let reply = endpoint.instant(&sent.promql, timing.at, deadline).await?;
                    PromReply::Vector(Arc::new(reply))
                }
                Some(grid) => {
                    let lookback = timing.window + sent.beyond_window;
                    let reply = endpoint.range(&sent.promql, grid, lookback, deadline).await?;
                    PromReply::Matrix(Arc::new(reply))
                }
            })
        };
        let reply: Result<PromReply, Arc<UpstreamError>> =
            self.recent.try_get_with(question, asking).await;
        let kept_as = (endpoint.name().clone(), sent.promql.clone());
        match reply {
            Ok(answered) => {
                if keep {
                    self.kept.insert(kept_as, (answered.clone(), Instant::now())).await;
                }
                Ok((answered, None))
            }
            Err(error) => match self.kept.get(&kept_as).await.filter(|_| keep) {
                Some((answered, at)) => Ok((answered, Some(at.elapsed()))),
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
