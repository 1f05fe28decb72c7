//! What is wrong with the data is an answer, not an error: a dashboard says it where people look.

use super::{ALWAYS, PATIENCE, Site};
use crate::support::{ask, frame, query};
use frame::Cell;
use lab::emulator::{Fault, FaultKind, Faults};
use serde_json::json;

/// The sentence of a status query, which never fails.
async fn said(site: &Site, query_type: &str) -> String {
    let answers = ask(&site.plugin, &site.context, vec![query("A", query_type, &json!({}))]).await;
    let frame = frame(&answers["A"]);
    assert_eq!(frame.rows(), 1, "{query_type}");
    let Cell::Text(text) = frame.fields[0].cell(0) else { panic!("{query_type}: a sentence") };
    text.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dashboard_says_that_azure_does_not_answer_and_why() {
    let site = Site::new("status", 20, 5).await;
    let refused = Fault::times(ALWAYS, FaultKind::Forbidden);
    site.faults(&Faults { arg: vec![refused], ..Faults::default() });
    let text = said(&site, "data-status").await;
    assert!(text.starts_with("Azure hasn't answered: "), "{text}");
    assert!(text.contains("Reader"), "what to do is said, too: {text}");
    assert_eq!(
        said(&site, "endpoint-status").await,
        "No Prometheus endpoint is set up in the data source"
    );
    site.faults(&Faults::default());
    let read = async {
        while !said(&site, "data-status").await.starts_with("Read ") {
            tokio::time::sleep(super::LOOK).await;
        }
    };
    tokio::time::timeout(PATIENCE, read).await.expect("it is read again by itself");
    site.end().await;
}
