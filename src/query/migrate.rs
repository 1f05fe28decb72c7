//! Converts saved queries of older forms to the current form.
//!
//! A saved query is `{ refId, queryType, version, params: {…} }`; without `version` it is of form 1. A change that
//! would break saved queries (a renamed parameter, another meaning) increments [`VERSION`] and adds one step here.
//! Steps are never changed afterwards. `tests/fixtures/saved-queries` holds queries that must stay readable for ever.

use super::QueryError;
use serde_json::{Map, Value};

/// The current form of saved queries.
pub const VERSION: usize = 1;

/// Converts a query of one form to the next form. A step doesn't set `version`.
type Step = fn(Map<String, Value>) -> Map<String, Value>;

/// The first step converts form 1 to form 2, and so on.
static STEPS: [Step; VERSION - 1] = [];

/// Converts a query to the current form.
///
/// # Errors
/// `version` isn't a whole number of at least 1, or it is newer than [`VERSION`]: an older plugin must not guess the
/// meaning of a newer form.
pub fn migrate(saved: Map<String, Value>) -> Result<Map<String, Value>, QueryError> {
    through(saved, &STEPS)
}

fn through(
    mut saved: Map<String, Value>,
    steps: &[Step],
) -> Result<Map<String, Value>, QueryError> {
    let version = match saved.get("version") {
        None | Some(Value::Null) => Some(1),
        Some(version) => version.as_u64(),
    };
    let known = steps.len() + 1;
    let given = version.filter(|version| *version > 0).ok_or(QueryError::BadVersion)?;
    let done = usize::try_from(given - 1).ok().and_then(|done| steps.get(done..));
    let todo = done.ok_or(QueryError::NewerVersion { given, known })?;
    for step in todo {
        saved = step(saved);
    }
    saved.insert("version".to_owned(), known.into());
    Ok(saved)
}

#[cfg(test)]
mod tests {
    use super::super::{Query, TimeRange};
    use super::*;
    use flux::UtcMillis;
    use serde_json::json;
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    fn object(value: Value) -> Map<String, Value> {
        let Value::Object(object) = value else { panic!("an object") };
        object
    }

    /// Renames a parameter, as a later version might.
    fn renames(mut saved: Map<String, Value>) -> Map<String, Value> {
        if let Some(Value::Object(params)) = saved.get_mut("params")
            && let Some(old) = params.remove("old")
        {
            params.insert("new".to_owned(), old);
        }
        saved
    }

    fn marks(mut saved: Map<String, Value>) -> Map<String, Value> {
        saved.insert("marked".to_owned(), json!(true));
        saved
    }

    #[test]
    fn a_query_goes_through_the_steps_that_it_lacks_in_order() {
        let steps: [Step; 2] = [renames, marks];
        let old = json!({ "params": { "old": ["a,b"] }, "refId": "A" });
        let now =
            json!({ "params": { "new": ["a,b"] }, "refId": "A", "marked": true, "version": 3 });
        assert_eq!(through(object(old), &steps).expect("old"), object(now.clone()));
        assert_eq!(through(object(now.clone()), &steps).expect("today's"), object(now));
        let between = json!({ "params": { "old": [] }, "version": 2 });
        let kept = json!({ "params": { "old": [] }, "version": 3, "marked": true });
        assert_eq!(through(object(between), &steps).expect("between"), object(kept));
    }

    #[test]
    fn a_query_of_a_newer_plugin_is_an_error_that_says_so() {
        let error = migrate(object(json!({ "version": VERSION + 1 }))).expect_err("newer");
        assert_eq!(
            (error.status(), error.error_source()),
            (400, crate::upstream::ErrorSource::Downstream)
        );
        assert!(error.user_text().contains("Update the plugin"), "{}", error.user_text());
        for version in [json!(0), json!(-1), json!(1.5), json!("1"), json!([])] {
            let error = migrate(object(json!({ "version": version }))).expect_err("no version");
            assert!(matches!(error, QueryError::BadVersion), "{error}");
        }
        assert!(migrate(object(json!({ "version": u64::MAX }))).is_err());
    }

    /// Every query type has one query with no parameters and one with as many as possible.
    #[test]
    fn queries_saved_in_the_past_are_read_for_ever() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/saved-queries");
        let range = TimeRange { from: UtcMillis(0), to: UtcMillis(1) };
        let mut types = BTreeSet::new();
        let mut count = 0;
        for entry in fs::read_dir(folder).expect("there") {
            let path = entry.expect("readable").path();
            let json = fs::read_to_string(&path).expect("readable");
            let saved: Vec<Value> = serde_json::from_str(&json).expect("a list");
            for saved in saved {
                let query = Query::parse(saved.to_string().as_bytes(), "A", "", range)
                    .unwrap_or_else(|error| panic!("{}: {saved}: {error}", path.display()));
                types.insert(query.query_type.id);
                count += 1;
            }
        }
        let all: BTreeSet<_> = super::super::CATALOGUE.iter().map(|known| known.id).collect();
        assert_eq!(types, all, "a query type has no saved query");
        assert!(count >= 2 * all.len(), "{count}");
    }
}
