//! Reads a listing page by page.

use super::{ArgClient, Envelope, PageSink, Scope, scope::Batch};
use crate::upstream::{ReplyFault, Upstream, UpstreamError};
use bytes::Bytes;
use serde::Serialize;
use std::collections::HashSet;
use tokio::time::Instant;

/// How a listing was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Rows that Resource Graph sent, those that the sink left out included.
    pub rows: u64,
    /// Pages read.
    pub pages: u64,
    /// Whether paging broke, so that the listing was read again from its first page.
    pub restarted: bool,
    /// Rows that were announced and did not come, although the listing was begun again.
    pub missing: u64,
}

/// Why reading ended early.
enum Broken {
    /// Reading the listing again may succeed.
    Again(UpstreamError),
    /// Reading the listing again would fail as well.
    Final(UpstreamError),
}

#[derive(Serialize)]
struct Body<'a> {
    query: &'a str,
    #[serde(flatten)]
    scope: Batch<'a>,
    options: Options<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Options<'a> {
    result_format: &'static str,
    #[serde(rename = "$top")]
    top: u32,
    #[serde(rename = "$skipToken", skip_serializing_if = "Option::is_none")]
    skip_token: Option<&'a str>,
}

impl ArgClient {
    /// Gives every page of a query over a scope to `sink`, which must be empty. The query must be sorted and have a string
    /// column: otherwise Resource Graph gives no skip token for the second page.
    ///
    /// A page that is too large is asked for again with half of its rows. A listing whose paging breaks on the way
    /// (a skip token refused or repeated, rows missing or repeated, a total that changes) is begun again, once: where the fleet
    /// changes meanwhile, rows move from page to page, and one may be lost. Rows that are missing the second time, too, are
    /// reported to the sink.
    ///
    /// # Errors
    /// The listing could not be read completely; the content of the sink is useless then. No rows are **not** an error,
    /// but look the same as rows that the identity may not see.
    ///
    /// # Cost
    /// One request per 1,000 rows and 1,000 subscriptions, at most 7 in 5 seconds.
    pub async fn list(
        &self,
        kql: &str,
        scope: &Scope,
        sink: &mut (impl PageSink + Send + ?Sized),
    ) -> Result<Listed, UpstreamError> {
        let deadline = Instant::now() + self.limits.listing_timeout;
        let top = self.limits.page_rows.max(1);
        let mut walk = Walk { kql, top, deadline, is_last: false };
        sink.begin();
        match self.walk(&mut walk, scope, sink).await {
            Ok(listed) => return Ok(listed),
            Err(Broken::Final(error)) => return Err(error),
            Err(Broken::Again(error)) => {
                tracing::warn!(upstream = "arg", %error, "paging broke, the listing begins again");
            }
        }
        sink.restart();
        walk.is_last = true;
        match self.walk(&mut walk, scope, sink).await {
            Ok(listed) => {
                if listed.missing > 0 {
                    sink.incomplete(listed.missing);
                }
                Ok(Listed { restarted: true, ..listed })
            }
            Err(Broken::Again(error) | Broken::Final(error)) => Err(error),
        }
    }

    async fn walk(
        &self,
        walk: &mut Walk<'_>,
        scope: &Scope,
        sink: &mut (impl PageSink + Send + ?Sized),
    ) -> Result<Listed, Broken> {
        let mut listed = Listed::default();
        for batch in scope.batches() {
            let mut progress = Progress { is_last: walk.is_last, ..Progress::default() };
            let mut skip_token = None;
            loop {
                let page = self.page(walk, batch, skip_token.as_deref(), sink).await?;
                listed.rows += page.count;
                listed.pages += 1;
                skip_token = progress.next(page)?;
                if skip_token.is_none() {
                    break;
                }
            }
            listed.missing += progress.missing;
        }
        Ok(listed)
    }

    /// One page; halves its number of rows until the page is small enough.
    async fn page(
        &self,
        walk: &mut Walk<'_>,
        scope: Batch<'_>,
        skip_token: Option<&str>,
        sink: &mut (impl PageSink + Send + ?Sized),
    ) -> Result<Envelope, Broken> {
        loop {
            let options = Options { result_format: "objectArray", top: walk.top, skip_token };
            let body = serde_json::to_vec(&Body { query: walk.kql, scope, options })
                // Strings and numbers only: cannot fail.
                .unwrap_or_default();
            let read = |body: Bytes| {
                sink.page(&body).map_err(|error| fault(ReplyFault::Decode(error.place)))
            };
            let error = match self.fetch(&self.page_request(body.into()), walk.deadline, read).await
            {
                Ok(page) => return Ok(page),
                Err(error) => error,
            };
            if !is_too_large(&error) {
                return Err(match error {
                    // The same query was accepted for the first page, so the token must be what is refused.
                    UpstreamError::Refused { status: 400, .. } if skip_token.is_some() => {
                        Broken::Again(error)
                    }
                    error => Broken::Final(error),
                });
            }
            if walk.top == 1 {
                let limit_bytes = self.limits.page_bytes;
                let upstream = Upstream::ResourceGraph;
                return Err(Broken::Final(UpstreamError::TooLarge { upstream, limit_bytes }));
            }
            walk.top = (walk.top / 2).max(1);
        }
    }
}

/// What is the same for all pages of a listing.
struct Walk<'a> {
    kql: &'a str,
    /// Rows of a page; only gets smaller.
    top: u32,
    deadline: Instant,
    /// The listing was begun again already.
    is_last: bool,
}

/// Pages without a row that are followed, one after the other.
const EMPTY_PAGES: u32 = 20;

/// How far the walk through one batch has come; notices when it doesn't get anywhere.
#[derive(Debug, Default)]
struct Progress {
    is_last: bool,
    rows: u64,
    /// Rows that had not come before.
    distinct: u64,
    tokens: HashSet<String>,
    empty_pages: u32,
    /// Smallest and largest `totalRecords` so far.
    totals: Option<(u64, u64)>,
    /// Rows that were announced and did not come.
    missing: u64,
}

impl Progress {
    /// Counts a page and gives the token of the next one; `None` = all rows have arrived.
    fn next(&mut self, page: Envelope) -> Result<Option<String>, Broken> {
        let Envelope { total_records, count, repeated, truncated, skip_token } = page;
        self.rows += count;
        self.distinct += count.saturating_sub(repeated);
        self.empty_pages = if count == 0 { self.empty_pages + 1 } else { 0 };
        if let Some(total) = total_records {
            let (least, most) = self.totals.unwrap_or((total, total));
            self.totals = Some((least.min(total), most.max(total)));
        }
        let (rows, distinct) = (self.rows, self.distinct);
        if let Some(token) = skip_token.filter(|token| !token.is_empty()) {
            let too_many = self.totals.is_some_and(|(_, most)| distinct > most);
            let nothing_new = count > 0 && repeated >= count || self.empty_pages > EMPTY_PAGES;
            if nothing_new || too_many || !self.tokens.insert(token.clone()) {
                return Err(Broken::Again(fault(ReplyFault::Stuck { rows })));
            }
            return Ok(Some(token));
        }
        let total = total_records.unwrap_or(distinct);
        let incomplete = fault(ReplyFault::Incomplete { rows: distinct, total });
        if truncated {
            return Err(Broken::Final(incomplete));
        }
        let missing = total.saturating_sub(distinct);
        let (least, most) = self.totals.unwrap_or_default();
        // Rows behind one that is deleted move up, and the first of a page that isn't read yet goes to one that is.
        let may_lack_some = missing > 0 || total_records.is_some() && most > total;
        if may_lack_some && !self.is_last {
            return Err(Broken::Again(incomplete));
        }
        let has_changed = least != most || rows != distinct;
        if missing > 0 && !has_changed {
            return Err(Broken::Again(incomplete));
        }
        self.missing = missing;
        Ok(None)
    }
}

fn fault(fault: ReplyFault) -> UpstreamError {
    UpstreamError::NotUnderstood { upstream: Upstream::ResourceGraph, fault }
}

/// `true` when a page is above our own limit, or Resource Graph's (16 MB).
fn is_too_large(error: &UpstreamError) -> bool {
    match error {
        UpstreamError::TooLarge { .. } | UpstreamError::Refused { status: 413, .. } => true,
        UpstreamError::Refused { refusal, .. } => refusal.has_code("ResponsePayloadTooLarge"),
        _ => false,
    }
}
