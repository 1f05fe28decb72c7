//! Stores answers for the requests of their later pages, and makes the skip tokens of those pages.

use super::kql::{Answer, KqlError, Sight};
use super::{Shared, lock};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flux::UtcMillis;
use serde::{Deserialize, Serialize};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, OnceLock};

/// Number of answers that are stored.
const KEPT: usize = 8;

/// Everything on which an answer depends.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Question {
    pub query: String,
    pub subscriptions: Vec<bool>,
    /// The fleet's time. Later pages use the time of the first.
    pub as_of: UtcMillis,
}

type Slot = Arc<OnceLock<Result<Answer, KqlError>>>;

/// The stored answers; the most recently used one is last.
#[derive(Default)]
pub(super) struct Answers(Mutex<Vec<(Question, Slot)>>);

impl Answers {
    /// The answer, which is computed once even when several requests need it at the same time. Blocks while it is
    /// computed.
    pub(super) fn get(&self, shared: &Shared, question: &Question) -> Slot {
        let slot = {
            let mut kept = lock(&self.0);
            let entry = match kept.iter().position(|(known, _)| known == question) {
                Some(index) => kept.remove(index),
                None => (question.clone(), Slot::default()),
            };
            let slot = entry.1.clone();
            kept.push(entry);
            if kept.len() > KEPT {
                kept.remove(0);
            }
            slot
        };
        slot.get_or_init(|| {
            shared.counter.evaluated();
            let sight = Sight {
                fleet: shared.options.fleet.clone(),
                now: question.as_of,
                subscriptions: question.subscriptions.clone(),
            };
            Answer::new(&question.query, sight)
        });
        slot
    }
}

/// The start of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Number of rows before it.
    pub skip: usize,
    /// Number of rows of the page before; this page has the same.
    pub size: usize,
    /// The fleet's time.
    pub as_of: UtcMillis,
}

/// Content of a skip token: the members of Azure's tokens, and two of our own.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Inside {
    #[serde(rename = "$id")]
    id: String,
    max_rows: usize,
    rows_to_skip: usize,
    kusto_cluster_url: String,
    as_of: i64,
    check: String,
}

/// Makes and checks skip tokens. A token that was changed, or that belongs to another emulator or query, is refused.
#[derive(Debug, Default)]
pub(super) struct SkipTokens(RandomState);

impl SkipTokens {
    fn check(&self, question: &Question, place: Place) -> String {
        let sum = self.0.hash_one((
            &question.query,
            &question.subscriptions,
            place.skip,
            place.size,
            place.as_of,
        ));
        format!("{sum:016x}")
    }

    /// The token that leads to `place` in the answer to `question`.
    pub(super) fn make(&self, question: &Question, place: Place) -> String {
        let inside = Inside {
            id: "1".to_owned(),
            max_rows: place.size,
            rows_to_skip: place.skip,
            kusto_cluster_url: "https://arg-emulator.invalid".to_owned(),
            as_of: place.as_of.0,
            check: self.check(question, place),
        };
        // Texts and numbers always serialise, so this can't fail.
        STANDARD.encode(serde_json::to_string_pretty(&inside).unwrap_or_default())
    }

    /// The page to which a token of this query and these subscriptions leads. `None`: this emulator didn't make the
    /// token, or it is stale.
    pub(super) fn read(&self, question: &Question, token: &str) -> Option<Place> {
        let inside: Inside = serde_json::from_slice(&STANDARD.decode(token).ok()?).ok()?;
        let place = Place {
            skip: inside.rows_to_skip,
            size: inside.max_rows,
            as_of: UtcMillis(inside.as_of),
        };
        (self.check(question, place) == inside.check).then_some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skip_tokens_lead_to_their_page_and_changed_ones_are_refused() {
        let tokens = SkipTokens::default();
        let question = Question {
            query: "resources".to_owned(),
            subscriptions: vec![true],
            as_of: UtcMillis(5),
        };
        let place = Place { skip: 1000, size: 1000, as_of: UtcMillis(5) };
        let token = tokens.make(&question, place);
        assert_eq!(tokens.read(&question, &token), Some(place));
        let other = Question { query: "other".to_owned(), ..question.clone() };
        assert_eq!(tokens.read(&other, &token), None);
        assert_eq!(SkipTokens::default().read(&question, &token), None);
        let text = String::from_utf8(STANDARD.decode(&token).expect("base64")).expect("text");
        let changed = STANDARD.encode(text.replace("\"RowsToSkip\": 1000", "\"RowsToSkip\": 2000"));
        assert_eq!(tokens.read(&question, &changed), None);
        assert_eq!(tokens.read(&question, "x"), None);
    }
}
