//! Answers a query: fetches what it needs, and adds the notices to its frames.

#[cfg(test)]
mod tests;

use super::metrics::EndpointChecks;
use super::metrics::{AskedAt, Gathered};
use super::{Instance, no_snapshot, notices};
use crate::inventory::{Filters, ReadError, Served, Snapshot, Stale, Unavailable};
use crate::query::{
    DataStatus, EndpointStatus, InventoryQuery, MetricsQuery, MetricsView, Need, PreparedQuery,
    Query, QueryError, Run, Timing, View,
};
use crate::upstream::sentences;
use frame::{Frame, Notice};
use serde_json::json;
use tokio::time::Instant;

/// The query type that is answered also when there is no picture of the fleet.
const DATA_STATUS: &str = "data-status";
/// The query type about the Prometheus endpoints, of which a snapshot knows nothing.
const ENDPOINT_STATUS: &str = "endpoint-status";

impl Instance {
    /// Answers a query: at least one frame.
    ///
    /// # Errors
    /// There is no snapshot that is young enough, or no Prometheus endpoint answers, and the query needs it.
    pub async fn answer(&self, query: &Query) -> Result<Vec<Frame>, QueryError> {
        let mut frames = match &query.prepared {
            PreparedQuery::Inventory(_) if query.query_type.id == DATA_STATUS => {
                vec![self.data_status().await]
            }
            PreparedQuery::Inventory(_) if query.query_type.id == ENDPOINT_STATUS => {
                vec![self.endpoint_status().await]
            }
            PreparedQuery::Inventory(prepared) => {
                vec![self.answer_from_inventory(query, &**prepared).await?]
            }
            PreparedQuery::Metrics(prepared) => {
                self.answer_from_metrics(query, &**prepared).await?
            }
        };
        for frame in &mut frames {
            frame.ref_id.clone_from(&query.ref_id);
        }
        Ok(frames)
    }

    /// What there is to say about the data itself: also when there is none.
    async fn data_status(&self) -> Frame {
        let (status, said) = match self.inventory.get().await {
            Ok(served) => {
                let trouble = served.stale.as_ref().map(|stale| match stale {
                    Stale::Slow => "It takes longer than usual.".to_owned(),
                    Stale::Failed(error) => match &**error {
                        ReadError::Upstream(failed) => {
                            cause(&QueryError::NoSnapshot { cause: failed.clone(), age: None })
                        }
                        ReadError::Panicked => cause(&QueryError::ReadingPanicked),
                    },
                });
                (DataStatus { age: Some(served.age), trouble }, notices(&served))
            }
            Err(unavailable) => {
                let (Unavailable::Failed { age, .. } | Unavailable::StillReading { age, .. }) =
                    &unavailable;
                let age = *age;
                let trouble = Some(cause(&no_snapshot(unavailable)));
                (DataStatus { age, trouble }, Vec::new())
            }
        };
        let mut frame = status.frame(&self.portal);
        frame.meta.executed_query_string = self.query_text(false);
        frame.meta.notices = said;
        frame
    }

    /// Whether the Prometheus endpoints answer.
    async fn endpoint_status(&self) -> Frame {
        let EndpointChecks { checked, undiscovered } =
            self.metrics.check(&self.inventory, (self.clock)()).await;
        let answering = checked.iter().filter(|one| one.details.ok).count();
        let failing = checked.into_iter().filter(|one| !one.details.ok).map(|one| one.text);
        let not_listed = undiscovered.map(|error| sentences(&error.chain(), &error.hint()));
        EndpointStatus { answering, failing: failing.chain(not_listed).collect() }
            .frame(&self.portal)
    }

    async fn answer_from_inventory(
        &self,
        query: &Query,
        prepared: &dyn InventoryQuery,
    ) -> Result<Frame, QueryError> {
        let (asked, needs_clusters) = (Instant::now(), query.query_type.needs_clusters);
        let served = if needs_clusters {
            self.inventory.get_with_clusters().await
        } else {
            self.inventory.get().await
        };
        let served = served.map_err(no_snapshot)?;
        let about_clusters =
            if needs_clusters { cluster_notices(&served, asked)? } else { Vec::new() };
        let snapshot = &*served.value;
        if query.query_type.shows_conditions {
            self.want_selected(prepared.filters(), snapshot);
        }
        let view = View { snapshot, portal: &self.portal, now: (self.clock)(), range: query.range };
        let mut frame = prepared.frame(&view);
        frame.meta.executed_query_string = self.query_text(needs_clusters);
        let age = served.age.as_secs();
        frame.meta.custom.insert("snapshotAgeSeconds".to_owned(), json!(age));
        frame.meta.notices.splice(0..0, notices(&served).into_iter().chain(about_clusters));
        Ok(frame)
    }

    async fn answer_from_metrics(
        &self,
        query: &Query,
        prepared: &dyn MetricsQuery,
    ) -> Result<Vec<Frame>, QueryError> {
        let snapshot_need = prepared.snapshot();
        let endpoints_need = prepared.endpoints();
        let snapshot = async {
            match snapshot_need {
                Need::Nothing => None,
                Need::Some | Need::All => Some(self.inventory.get().await.map_err(no_snapshot)),
            }
        };
        let gathered = async {
            match endpoints_need {
                Need::Nothing => None,
                Need::Some | Need::All => Some(self.gather(query, prepared).await),
            }
        };
        let (snapshot, gathered) = tokio::join!(snapshot, gathered);
        let (served, no_snapshot_error) = known(snapshot, snapshot_need)?;
        let (gathered, no_metrics) = known(gathered, endpoints_need)?;
        if served.is_none() && gathered.as_ref().is_none_or(|gathered| gathered.endpoints == 0) {
            return Err(no_snapshot_error.unwrap_or(QueryError::NoEndpoint(query.query_type.id)));
        }
        let timing = gathered.as_ref().map_or_else(|| self.timing(query, prepared), |g| g.timing);
        let endpoints = gathered.as_ref().map_or(0, |gathered| gathered.endpoints);
        let view = MetricsView {
            snapshot: served.as_ref().map(|served| &*served.value),
            portal: &self.portal,
            now: (self.clock)(),
            range: query.range,
        };
        let run = Run { timing, endpoints };
        let replies = gathered.as_ref().map_or(&[][..], |gathered| &gathered.replies);
        let mut frames = prepared.frames(run, replies, &view);
        let mut all_notices: Vec<Notice> = served.iter().flat_map(notices).collect();
        let failed = [no_snapshot_error, no_metrics].into_iter().flatten();
        all_notices.extend(failed.map(|error| Notice::warning(error.user_text())));
        let mut sent = Vec::new();
        if let Some(Gathered { notices, sent: asked, .. }) = gathered {
            all_notices.extend(notices);
            sent = asked;
        }
        if served.is_some() {
            sent.push(self.query_text(false));
        }
        let sent = sent.join("\n\n");
        for frame in &mut frames {
            frame.meta.executed_query_string.clone_from(&sent);
            if let Some(served) = &served {
                let age = served.age.as_secs();
                frame.meta.custom.insert("snapshotAgeSeconds".to_owned(), json!(age));
            }
        }
        if let Some(first) = frames.first_mut() {
            first.meta.notices.splice(0..0, all_notices);
        }
        Ok(frames)
    }

    async fn gather(
        &self,
        query: &Query,
        prepared: &dyn MetricsQuery,
    ) -> Result<Gathered, QueryError> {
        let asked = AskedAt { timing: self.timing(query, prepared), now: (self.clock)() };
        self.metrics.gather(prepared, &self.inventory, asked).await
    }

    fn timing(&self, query: &Query, prepared: &dyn MetricsQuery) -> Timing {
        prepared.timing(query.range, query.resolution, self.scrape_interval)
    }

    /// The KQL behind the snapshot, for Grafana's query inspector.
    fn query_text(&self, with_clusters: bool) -> String {
        let clusters = self.inventory.cluster_query_text().filter(|_| with_clusters);
        let listings = std::iter::once(self.inventory.query_text()).chain(clusters);
        listings.collect::<Vec<_>>().join("\n\n")
    }

    /// Has conditions read for the configurations that the user selected by name.
    fn want_selected(&self, filters: &Filters, snapshot: &Snapshot) {
        if filters.configurations.is_empty() {
            return;
        }
        let table = snapshot.configurations();
        let selected = table.matching(&filters.for_parents(), snapshot.names());
        self.inventory.want_details(selected.map(|row| &table.rows()[row]));
    }
}

/// Why there is no newer picture of the fleet, without saying again that there is none.
fn cause(error: &QueryError) -> String {
    let text = error.user_text();
    text.strip_prefix("The fleet could not be read: ").unwrap_or(&text).to_owned()
}

/// The result of fetching something. An error is the query's error when the query needs all of it; otherwise the query is
/// answered without it, and the error becomes a notice.
fn known<T>(
    result: Option<Result<T, QueryError>>,
    need: Need,
) -> Result<(Option<T>, Option<QueryError>), QueryError> {
    match (result, need) {
        (None, _) => Ok((None, None)),
        (Some(Ok(value)), _) => Ok((Some(value), None)),
        (Some(Err(error)), Need::All) => Err(error),
        (Some(Err(error)), _) => Ok((None, Some(error))),
    }
}

/// The notices for any answer from the clusters of this snapshot. `asked` is when the query began.
///
/// # Errors
/// The clusters were never read: it is unknown then which clusters have no Flux, and an empty answer would be wrong.
fn cluster_notices(
    served: &Served<Snapshot, ReadError>,
    asked: Instant,
) -> Result<Vec<Notice>, QueryError> {
    let clusters = served.value.clusters();
    let Some(listing) = &clusters.listing else {
        return Err(match (&clusters.failure, &served.stale) {
            (Some(cause), _) => QueryError::NoClusters(cause.clone()),
            (None, Some(Stale::Failed(error))) => match &**error {
                ReadError::Upstream(cause) => QueryError::NoClusters(cause.clone()),
                ReadError::Panicked => QueryError::ReadingPanicked,
            },
            (None, _) => QueryError::StillReading { running: asked.elapsed(), age: None },
        });
    };
    let mut notices = Vec::new();
    if let Some(error) = &clusters.failure {
        notices.push(Notice::warning(format!(
            "The clusters could not be read again: {}; those shown are {} s old. {}",
            error.chain(),
            listing.fetched.elapsed().as_secs(),
            error.hint()
        )));
    }
    if listing.unreadable.count > 0 {
        notices.push(Notice::warning(format!(
            "{} clusters could not be read and are left out; the first: {}.",
            listing.unreadable.count, listing.unreadable.example
        )));
    }
    Ok(notices)
}
