//! The report of "Save & test": the identity, what it sees, and what to do when something is missing.

use super::endpoints::Checked;
use super::metrics::EndpointChecks;
use super::notices;
use crate::inventory::{Dimension, Item, ReadError, Served, Snapshot, Table};
use crate::query::QueryError;
use crate::upstream::sentences;
use flux::Coverage;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Most missing subscriptions that the message names.
const NAMED: usize = 5;
/// Most missing subscriptions in the details.
const LISTED: usize = 100;

/// Where an instance's data comes from.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    /// Name of the cloud. `None`: the fleet is simulated.
    pub(crate) cloud: Option<String>,
    /// The identity in words.
    pub(crate) identity: String,
    /// The subscriptions in the settings.
    pub(crate) subscriptions: Vec<String>,
}

/// The report of "Save & test".
#[derive(Clone, Debug, PartialEq)]
pub struct HealthReport {
    /// Whether everything that is configured works.
    pub ok: bool,
    /// The message.
    pub message: String,
    /// The report as JSON: `identity`, `cloud` (null for a simulated fleet), `resourceGraph` and `prometheus`.
    ///
    /// `resourceGraph` holds `ok`; without a snapshot also `status`, an HTTP status; otherwise
    /// `subscriptions`, `clusters` (null before the first query about coverage), `extensions`, `configurations`,
    /// `unreadableRows`, `snapshotAgeSeconds` and `missingSubscriptions`, a list of ids.
    ///
    /// `prometheus` is a list, one for each endpoint of the settings: `name`, `ok`; `version` where the endpoint offers
    /// it; `generation` ([`crate::prometheus::Generation`]; null: it doesn't answer); `labels`
    /// ([`crate::prometheus::LabelScheme`]; null also where no Flux controllers are scraped); `status`, an HTTP status,
    /// where it doesn't answer.
    pub details: Value,
}

/// What the identity sees in Resource Graph.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Visible {
    /// Whether the last refresh succeeded.
    ok: bool,
    subscriptions: usize,
    /// `None`: not read, because no query about coverage was made.
    clusters: Option<usize>,
    extensions: usize,
    configurations: usize,
    unreadable_rows: u64,
    snapshot_age_seconds: u64,
    /// Subscriptions in the settings of which the identity sees nothing, as the settings spell them; the first [`LISTED`].
    missing_subscriptions: Vec<String>,
}

/// The report on the fleet and on the Prometheus endpoints.
pub(super) fn report(
    access: &Access,
    reading: &Result<Served<Snapshot, ReadError>, QueryError>,
    endpoints: EndpointChecks,
) -> HealthReport {
    let EndpointChecks { checked, undiscovered } = endpoints;
    let (mut ok, mut message, resource_graph) = match reading {
        Ok(served) => {
            let (message, visible) = look(access, served);
            (visible.ok, message, json!(visible))
        }
        Err(error) => (false, error.user_text(), json!({ "ok": false, "status": error.status() })),
    };
    let mut prometheus = Vec::with_capacity(checked.len());
    for Checked { text, details } in checked {
        ok &= details.ok;
        message.push(' ');
        message.push_str(&text);
        prometheus.push(details);
    }
    if let Some(error) = undiscovered {
        ok = false;
        let text = format!("Azure Monitor workspaces could not be listed: {}", error.chain());
        message.push(' ');
        message.push_str(&sentences(&text, &error.hint()));
    }
    let details = json!({
        "identity": access.identity,
        "cloud": access.cloud,
        "resourceGraph": resource_graph,
        "prometheus": prometheus,
    });
    HealthReport { ok, message, details }
}

fn look(access: &Access, served: &Served<Snapshot, ReadError>) -> (String, Visible) {
    let snapshot = &*served.value;
    let seen = seen(snapshot);
    let unseen = |id: &&String| !seen.contains(&id.to_ascii_lowercase());
    let missing: Vec<&String> = if snapshot.subscriptions_listed() {
        access.subscriptions.iter().filter(unseen).collect()
    } else {
        // Unknown: the subscriptions could not be listed.
        Vec::new()
    };
    let clusters = snapshot.clusters().listing.as_ref().map(|_| snapshot.clusters().covered.rows());
    let visible = Visible {
        ok: served.stale.is_none(),
        subscriptions: seen.len(),
        clusters: clusters.map(<[_]>::len),
        extensions: snapshot.extensions().rows().len(),
        configurations: snapshot.configurations().rows().len(),
        unreadable_rows: snapshot.unreadable().count,
        snapshot_age_seconds: served.age.as_secs(),
        missing_subscriptions: missing.iter().take(LISTED).map(|id| (*id).clone()).collect(),
    };
    let who = match &access.cloud {
        Some(cloud) => format!("Signed in to {cloud} as {}", access.identity),
        None => "Demo mode, a simulated fleet".to_owned(),
    };
    let clusters = clusters.map_or_else(String::new, |rows| {
        let bare = rows.iter().filter(|row| row.coverage() == Coverage::NoFlux).count();
        format!(" {} ({bare} without Flux),", counted(rows.len(), "cluster"))
    });
    let mut sentences = vec![format!(
        "{who}: {},{clusters} {} and {} are visible.",
        counted(visible.subscriptions, "subscription"),
        counted(visible.extensions, "Flux extension"),
        counted(visible.configurations, "Flux configuration"),
    )];
    if visible.extensions + visible.configurations == 0 {
        sentences.push(
            "Resource Graph leaves out what the identity may not read: if there should be some, give it the Reader or Monitoring Reader role on the subscriptions.".to_owned(),
        );
    }
    if !missing.is_empty() {
        sentences.push(format!(
            "Warning: nothing is visible of {}. Give the identity the Reader or Monitoring Reader role there, or correct the subscriptions in the settings.",
            named(&missing)
        ));
    }
    sentences.extend(notices(served).into_iter().map(|notice| notice.text));
    (sentences.join(" "), visible)
}

/// Ids, in lower case, of the subscriptions that are listed or that have a visible resource: an identity with a role on a
/// resource group sees its resources, but not the subscription.
fn seen(snapshot: &Snapshot) -> BTreeSet<String> {
    let mut seen: BTreeSet<String> = snapshot.names().ids().cloned().collect();
    add_subscriptions(&mut seen, snapshot.extensions());
    add_subscriptions(&mut seen, snapshot.configurations());
    seen
}

fn add_subscriptions<T: Item + PartialEq>(seen: &mut BTreeSet<String>, rows: &Table<T>) {
    if let Some(column) = rows.column(Dimension::Subscription) {
        // The first value means "absent".
        seen.extend(column.values.iter().skip(1).map(|id| id.to_ascii_lowercase()));
    }
}

/// `1 cluster`, `2 clusters`.
fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// The subscriptions by id, the first few of many.
fn named(ids: &[&String]) -> String {
    let named: Vec<&str> = ids.iter().take(NAMED).map(|id| id.as_str()).collect();
    let word = if ids.len() == 1 { "subscription" } else { "subscriptions" };
    match ids.len() - named.len() {
        0 => format!("{word} {}", named.join(", ")),
        more => format!("{word} {} and {more} more", named.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arg::{FleetPages, PageSink, RowReader, Unreadable};
    use crate::inventory::{ClusterListing, ClusterReading, SnapshotParts, Stale};
    use crate::upstream::{Refusal, Upstream, UpstreamError};
    use flux::UtcMillis;
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::time::Instant;

    fn parts(subscriptions: &[&str], extensions: &[&str]) -> SnapshotParts {
        let rows = extensions.iter().map(|subscription| json!({
            "id": format!("/subscriptions/{subscription}/resourceGroups/g/providers/Microsoft.Kubernetes/connectedClusters/c/providers/Microsoft.KubernetesConfiguration/extensions/flux"),
            "extensionType": "microsoft.flux",
        }));
        let body = json!({ "data": rows.collect::<Value>() }).to_string();
        let mut reader = RowReader::default();
        let mut pages = FleetPages::new(&mut reader);
        pages.page(body.as_bytes()).expect("a page");
        let names = subscriptions.iter().map(|id| ((*id).to_owned(), "Production".into()));
        SnapshotParts {
            subscriptions: Some(Arc::new(names.collect())),
            ..SnapshotParts::of_rows(UtcMillis(0), Instant::now(), pages.rows)
        }
    }

    fn snapshot(subscriptions: &[&str], extensions: &[&str]) -> Snapshot {
        parts(subscriptions, extensions).build(None)
    }

    fn access(subscriptions: &[&str]) -> Access {
        Access {
            cloud: Some("AzureCloud".to_owned()),
            identity: "the managed identity".to_owned(),
            subscriptions: subscriptions.iter().map(|id| (*id).to_owned()).collect(),
        }
    }

    fn served(snapshot: Snapshot, stale: Option<Stale<ReadError>>) -> Served<Snapshot, ReadError> {
        Served { value: Arc::new(snapshot), age: Duration::from_secs(7), stale }
    }

    fn healthy(access: &Access, snapshot: Snapshot) -> HealthReport {
        let report = report(access, &Ok(served(snapshot, None)), EndpointChecks::default());
        assert!(report.ok);
        report
    }

    fn forbidden() -> UpstreamError {
        UpstreamError::Forbidden { upstream: Upstream::ResourceGraph, refusal: Refusal::default() }
    }

    #[test]
    fn the_report_names_the_identity_and_what_it_sees() {
        let report = healthy(&access(&[]), snapshot(&["a"], &["A"]));
        assert_eq!(
            report.message,
            "Signed in to AzureCloud as the managed identity: 1 subscription, 1 Flux extension and 0 Flux configurations are visible."
        );
        let expected = json!({
            "identity": "the managed identity",
            "cloud": "AzureCloud",
            "resourceGraph": {
                "ok": true, "subscriptions": 1, "clusters": null, "extensions": 1, "configurations": 0,
                "unreadableRows": 0, "snapshotAgeSeconds": 7, "missingSubscriptions": [],
            },
            "prometheus": [],
        });
        assert_eq!(report.details, expected);
    }

    #[test]
    fn clusters_are_counted_once_they_are_known() {
        let listing = ClusterListing {
            clusters: Vec::new(),
            unreadable: Unreadable::default(),
            fetched: Instant::now(),
        };
        let clusters = ClusterReading { listing: Some(Arc::new(listing)), failure: None };
        let parts = SnapshotParts { clusters, ..parts(&["a"], &["a"]) };
        let report = healthy(&access(&[]), parts.build(None));
        assert!(
            report.message.contains("1 cluster (0 without Flux), 1 Flux"),
            "{}",
            report.message
        );
        assert_eq!(report.details["resourceGraph"]["clusters"], 1);
    }

    #[test]
    fn subscriptions_in_the_settings_that_are_not_visible_are_named() {
        let report = healthy(&access(&["A", "B", "C", "d"]), snapshot(&["a"], &["D"]));
        assert!(report.message.contains("subscriptions B, C. Give"), "{}", report.message);
        let details = &report.details["resourceGraph"];
        assert_eq!(details["missingSubscriptions"], json!(["B", "C"]));
        assert_eq!(details["subscriptions"], 2, "of d something is visible");

        let many: Vec<String> = (0..300).map(|number| format!("s{number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let report = healthy(&access(&many), snapshot(&["a"], &["a"]));
        assert!(report.message.contains("s0, s1, s2, s3, s4 and 295 more"), "{}", report.message);
        let missing = &report.details["resourceGraph"]["missingSubscriptions"];
        assert_eq!(missing.as_array().map(Vec::len), Some(100));
    }

    #[test]
    fn where_subscriptions_could_not_be_listed_none_is_called_missing() {
        let parts = SnapshotParts { subscriptions: None, ..parts(&[], &["a"]) };
        let report = healthy(&access(&["b"]), parts.build(None));
        assert_eq!(report.details["resourceGraph"]["missingSubscriptions"], json!([]));
    }

    #[test]
    fn nothing_visible_and_forbidden_name_the_role() {
        let report = healthy(&access(&[]), snapshot(&[], &[]));
        assert!(report.message.contains("Reader or Monitoring Reader role"), "{}", report.message);
        let refused = Err(QueryError::NoSnapshot { cause: forbidden(), age: None });
        let report = super::report(&access(&[]), &refused, EndpointChecks::default());
        assert!(!report.ok);
        assert!(report.message.contains("Reader or Monitoring Reader role"), "{}", report.message);
        assert_eq!(
            report.details,
            json!({
                "identity": "the managed identity", "cloud": "AzureCloud",
                "resourceGraph": { "ok": false, "status": 403 }, "prometheus": [],
            })
        );
    }

    #[test]
    fn an_old_snapshot_is_not_healthy() {
        let failed = Stale::Failed(Arc::new(ReadError::Upstream(forbidden())));
        let old = served(snapshot(&["a"], &["a"]), Some(failed));
        let report = super::report(&access(&[]), &Ok(old), EndpointChecks::default());
        assert!(!report.ok && report.message.contains("could not be read again"));
        assert_eq!(report.details["resourceGraph"]["ok"], false);
    }
}
