//! Reads saved queries.

use super::error::QueryError;
use super::migrate::migrate;
use super::params::shown;
use super::query_type::{PreparedQuery, QueryType};
use super::timing::{Resolution, TimeRange};
use super::types::CATALOGUE;
use serde_json::{Map, Value};

/// A saved query that has been checked.
#[derive(Clone, Debug)]
pub struct Query {
    /// `refId` of the query within its request.
    pub ref_id: String,
    /// Its query type.
    pub query_type: &'static QueryType,
    /// The query type with this query's parameters.
    pub prepared: PreparedQuery,
    /// The time range.
    pub range: TimeRange,
    /// The resolution, for answers that are time series.
    pub resolution: Resolution,
}

impl Query {
    /// Reads a saved query `{ refId, queryType, version, params: {…} }` of the current or an older form. Other members
    /// at the top level belong to Grafana and are ignored; unknown members of `params` are an error. `query_type` is
    /// Grafana's own field for the query type, which is used when the JSON has none.
    ///
    /// # Errors
    /// The JSON has another form or was saved by a newer plugin, the query type is unknown, or a parameter is wrong.
    pub fn parse(
        json: &[u8],
        ref_id: &str,
        query_type: &str,
        range: TimeRange,
    ) -> Result<Self, QueryError> {
        let Ok(Value::Object(saved)) = serde_json::from_slice(json) else {
            return Err(QueryError::NotAnObject);
        };
        let saved = migrate(saved)?;
        let name = saved.get("queryType").and_then(Value::as_str).filter(|name| !name.is_empty());
        let query_type = Self::find(name.unwrap_or(query_type))?;
        let none = Map::new();
        let params = match saved.get("params") {
            None | Some(Value::Null) => &none,
            Some(Value::Object(params)) => params,
            Some(_) => return Err(QueryError::ParamsNotAnObject(query_type.id)),
        };
        Self::new(ref_id, query_type, params, range)
    }

    /// A query of a known type.
    ///
    /// # Errors
    /// A parameter is wrong.
    pub fn new(
        ref_id: &str,
        query_type: &'static QueryType,
        params: &Map<String, Value>,
        range: TimeRange,
    ) -> Result<Self, QueryError> {
        let prepared = query_type.prepare(params)?;
        let resolution = Resolution::default();
        Ok(Self { ref_id: ref_id.to_owned(), query_type, prepared, range, resolution })
    }

    /// The query type with this id.
    ///
    /// # Errors
    /// There is no such query type.
    pub fn find(id: &str) -> Result<&'static QueryType, QueryError> {
        let known = || CATALOGUE.iter().map(|query_type| query_type.id).collect();
        if id.is_empty() {
            return Err(QueryError::NoQueryType { known: known() });
        }
        CATALOGUE
            .iter()
            .find(|query_type| query_type.id == id)
            .copied()
            .ok_or_else(|| QueryError::UnknownQueryType { given: shown(id), known: known() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flux::UtcMillis;

    const RANGE: TimeRange = TimeRange { from: UtcMillis(0), to: UtcMillis(1) };

    fn parse(json: &str, query_type: &str) -> Result<Query, QueryError> {
        Query::parse(json.as_bytes(), "A", query_type, RANGE)
    }

    #[test]
    fn the_envelope_is_lenient_and_params_are_strict() {
        let json = r#"{"refId":"A","queryType":"configurations","datasource":{"uid":"x"},"intervalMs":1,"hide":false,"params":{"clusters":["c"]}}"#;
        let query = parse(json, "").expect("good");
        let PreparedQuery::Inventory(prepared) = &query.prepared else {
            panic!("from the snapshot")
        };
        assert_eq!(
            (query.query_type.id, &*prepared.filters().clusters),
            ("configurations", &["c".to_owned()][..])
        );
        let wrong = json.replace("\"clusters\"", "\"cluster\"");
        assert!(
            matches!(parse(&wrong, ""), Err(QueryError::UnknownParam { name, .. }) if name == "cluster")
        );
    }

    #[test]
    fn grafanas_own_field_names_the_type_where_the_json_does_not() {
        assert_eq!(parse("{}", "extensions").expect("good").query_type.id, "extensions");
        assert_eq!(
            parse(r#"{"queryType":"values","params":{"dimension":"cluster"}}"#, "extensions")
                .expect("good")
                .query_type
                .id,
            "values"
        );
    }

    #[test]
    fn bad_queries_say_what_to_do() {
        for (json, query_type, words) in [
            ("", "extensions", "not a JSON object"),
            ("[]", "extensions", "not a JSON object"),
            ("{", "extensions", "not a JSON object"),
            ("{}", "", "Known query types: extensions, "),
            ("{}", "nonsense", "Unknown query type \"nonsense\". Known query types: extensions, "),
            (
                r#"{"params":[]}"#,
                "extensions",
                "Params of query type extensions is not a JSON object",
            ),
            (r#"{"params":{}}"#, "values", "must be one of subscription"),
        ] {
            let error = parse(json, query_type).expect_err(json);
            let text = error.user_text();
            assert!(text.contains(words), "{text}");
            assert_eq!(error.status(), 400);
        }
    }
}
