//! What is said of clusters that could not be read, or not again.

use super::*;
use crate::arg::Unreadable;
use crate::inventory::{ClusterListing, ClusterReading, SnapshotParts};
use crate::upstream::{Cause, Upstream, UpstreamError};
use flux::UtcMillis;
use std::sync::Arc;
use std::time::Duration;

/// A snapshot whose clusters were read 400 s ago, or never, and could not be read now, or could.
async fn served(
    read: bool,
    unreadable: u64,
    failure: Option<UpstreamError>,
) -> Served<Snapshot, ReadError> {
    let listing = ClusterListing {
        clusters: Vec::new(),
        unreadable: Unreadable { count: unreadable, example: "no id".to_owned() },
        fetched: Instant::now(),
    };
    tokio::time::advance(Duration::from_secs(400)).await;
    let parts = SnapshotParts {
        clusters: ClusterReading { listing: read.then(|| Arc::new(listing)), failure },
        ..SnapshotParts::of_rows(UtcMillis(0), Instant::now(), Vec::new())
    };
    Served { value: Arc::new(parts.build(None)), age: Duration::ZERO, stale: None }
}

fn slow() -> UpstreamError {
    UpstreamError::TimedOut { upstream: Upstream::ResourceGraph, after: Duration::from_secs(30) }
}

fn texts(served: &Served<Snapshot, ReadError>) -> Vec<String> {
    let notices = cluster_notices(served, Instant::now()).expect("they were read");
    notices.into_iter().map(|notice| notice.text).collect()
}

#[tokio::test(start_paused = true)]
async fn clusters_that_could_be_read_need_no_words() {
    assert_eq!(texts(&served(true, 0, None).await), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn old_clusters_come_with_a_warning() {
    let served = served(true, 2, Some(slow())).await;
    let texts = texts(&served);
    assert!(texts[0].starts_with("The clusters could not be read again: "), "{}", texts[0]);
    assert!(texts[0].contains("those shown are 400 s old. Check network"), "{}", texts[0]);
    assert_eq!(texts[1], "2 clusters could not be read and are left out; the first: no id.");
}

#[tokio::test(start_paused = true)]
async fn clusters_that_were_never_read_are_an_error() {
    let asked = Instant::now();
    let error = cluster_notices(&served(false, 0, Some(slow())).await, asked).expect_err("none");
    assert!(matches!(error, QueryError::NoClusters(_)) && error.status() == 504, "{error}");
    let error = cluster_notices(&served(false, 0, None).await, asked).expect_err("none yet");
    assert!(matches!(error, QueryError::StillReading { age: None, .. }), "{error}");
    // The fleet itself can't be read any more: the same cause.
    let failed = Stale::Failed(Arc::new(ReadError::Upstream(slow())));
    let stale = Served { stale: Some(failed), ..served(false, 0, None).await };
    let error = cluster_notices(&stale, asked).expect_err("none");
    assert!(matches!(error, QueryError::NoClusters(_)), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_notice_about_a_failed_reading_names_the_cause() {
    let refused = std::io::Error::other("connection refused");
    let cause = Cause::chain(&refused);
    let unreachable =
        || UpstreamError::Unreachable { upstream: Upstream::ResourceGraph, cause: cause.clone() };
    let failed = Stale::Failed(Arc::new(ReadError::Upstream(unreachable())));
    let stale = Served { stale: Some(failed), ..served(true, 0, Some(unreachable())).await };
    for text in [notices(&stale).remove(0).text, texts(&stale).remove(0)] {
        assert!(text.contains("could not be read again: "), "{text}");
        assert!(text.contains("connection refused; "), "{text}");
    }
}
