//! Resource calls, which the editors make.
//!
//! `GET catalogue` lists the query types, `GET values/{dimension}?clusters=a&clusters=b` or `POST values/{dimension}`
//! with the same filters as a JSON object lists the values of a dimension, `POST migrate` with a saved query answers it in
//! today's form. Errors are `{"error": …, "hint": …}`.

use super::Edge;
use super::edge::EdgeError;
use super::wire::CallResourceRequest;
use super::wire::resource_server::Resource;
use crate::query::{QueryError, catalogue_json, migrate};
use futures::FutureExt;
use futures::future::{Ready, ready};
use futures::stream::Once;
use grafana_plugin_sdk::pluginv2::{CallResourceResponse, StringList};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use thiserror::Error;
use tonic::{Request, Response, Status};

/// "All" of a template variable may bring every cluster of a large fleet.
const MAX_BODY_BYTES: usize = 4 << 20;

#[derive(Debug, Error)]
enum ResourceError {
    #[error("there is no resource \"{path}\"")]
    NotFound { path: String },
    #[error("{path} doesn't accept {method}")]
    Method { path: String, method: String, allowed: &'static str },
    #[error("the body holds {bytes} bytes, more than {MAX_BODY_BYTES}")]
    TooLarge { bytes: usize },
    #[error("the body is no JSON object")]
    Body,
    #[error("{}", .0.user_text())]
    Edge(#[from] EdgeError),
    #[error("{}", .0.user_text())]
    Query(#[from] QueryError),
}

impl ResourceError {
    fn status(&self) -> u16 {
        match self {
            Self::NotFound { .. } => 404,
            Self::Method { .. } => 405,
            Self::TooLarge { .. } => 413,
            Self::Body => 400,
            Self::Edge(error) => error.status(),
            Self::Query(error) => error.status(),
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::NotFound { .. } => "Use catalogue, values/{dimension} or migrate.".to_owned(),
            Self::Method { allowed, .. } => format!("Use {allowed}."),
            Self::TooLarge { .. } => "Send fewer filter values.".to_owned(),
            Self::Body => {
                "Send a saved query, or filters as {\"clusters\": [\"name\"], …}.".to_owned()
            }
            // Their texts end with the hint already.
            Self::Edge(_) | Self::Query(_) => String::new(),
        }
    }
}

/// The resource of a call, with its arguments.
#[derive(Debug, PartialEq)]
enum Route {
    Catalogue,
    Values { dimension: String, filters: Map<String, Value> },
    Migrate { saved: Map<String, Value> },
}

impl Route {
    fn parse(request: &CallResourceRequest) -> Result<Self, ResourceError> {
        let path = request.path.trim_matches('/');
        let method = if request.method.is_empty() { "GET" } else { &request.method };
        let wrong_method = |allowed| ResourceError::Method {
            path: path.to_owned(),
            method: method.to_owned(),
            allowed,
        };
        match path.split('/').collect::<Vec<_>>()[..] {
            ["catalogue"] if method == "GET" => Ok(Self::Catalogue),
            ["catalogue"] => Err(wrong_method("GET")),
            ["migrate"] if method == "POST" => {
                Ok(Self::Migrate { saved: object_of_body(&request.body)? })
            }
            ["migrate"] => Err(wrong_method("POST")),
            ["values", dimension] if !dimension.is_empty() => {
                let filters = match method {
                    "GET" => filters_of_url(&request.url),
                    "POST" => object_of_body(&request.body)?,
                    _ => return Err(wrong_method("GET or POST")),
                };
                Ok(Self::Values { dimension: dimension.to_owned(), filters })
            }
            _ => Err(ResourceError::NotFound { path: path.to_owned() }),
        }
    }
}

/// `clusters=a&clusters=b` as `{"clusters": ["a", "b"]}`.
fn filters_of_url(url: &str) -> Map<String, Value> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let mut filters = Map::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let list = filters.entry(name.into_owned()).or_insert_with(|| json!([]));
        if let Value::Array(list) = list {
            list.push(value.into_owned().into());
        }
    }
    filters
}

fn object_of_body(body: &[u8]) -> Result<Map<String, Value>, ResourceError> {
    if body.len() > MAX_BODY_BYTES {
        return Err(ResourceError::TooLarge { bytes: body.len() });
    }
    if body.is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_slice(body).map_err(|_| ResourceError::Body)
}

impl Edge {
    async fn answer_call(&self, request: &CallResourceRequest) -> Result<Value, ResourceError> {
        match Route::parse(request)? {
            Route::Catalogue => Ok(catalogue_json()),
            Route::Migrate { saved } => Ok(Value::Object(migrate(saved)?)),
            Route::Values { dimension, filters } => {
                let instance = self.instance(request.plugin_context.as_ref())?;
                let values = instance.values(&dimension, filters).await.map_err(EdgeError::from)?;
                Ok(json!(values))
            }
        }
    }
}

#[tonic::async_trait]
impl Resource for Edge {
    type CallResourceStream = Once<Ready<Result<CallResourceResponse, Status>>>;

    async fn call_resource(
        &self,
        request: Request<CallResourceRequest>,
    ) -> Result<Response<Self::CallResourceStream>, Status> {
        let request = request.into_inner();
        let answer = AssertUnwindSafe(self.answer_call(&request)).catch_unwind().await;
        let (status, body) = match answer.unwrap_or(Err(EdgeError::Panicked.into())) {
            Ok(body) => (200, body),
            Err(error) => {
                let text = error.to_string();
                tracing::warn!(
                    path = request.path,
                    status = error.status(),
                    error = text,
                    "call failed"
                );
                (error.status(), json!({ "error": text, "hint": error.hint() }))
            }
        };
        let content_type = StringList { values: vec!["application/json".to_owned()] };
        let response = CallResourceResponse {
            code: i32::from(status),
            headers: HashMap::from([("Content-Type".to_owned(), content_type)]),
            body: body.to_string().into(),
        };
        Ok(Response::new(futures::stream::once(ready(Ok(response)))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(method: &str, url: &str, body: &str) -> CallResourceRequest {
        CallResourceRequest {
            path: url.split('?').next().unwrap_or_default().to_owned(),
            method: method.to_owned(),
            url: url.to_owned(),
            body: body.as_bytes().to_vec(),
            ..CallResourceRequest::default()
        }
    }

    fn values(dimension: &str, filters: &Value) -> Route {
        let filters = filters.as_object().expect("an object").clone();
        Route::Values { dimension: dimension.to_owned(), filters }
    }

    #[test]
    fn finds_what_editors_ask_for() {
        assert_eq!(Route::parse(&call("GET", "catalogue", "")).expect("there"), Route::Catalogue);
        assert_eq!(Route::parse(&call("GET", "/catalogue/", "")).expect("there"), Route::Catalogue);
        let with_url =
            Route::parse(&call("GET", "values/cluster?clusters=a&clusters=b%20c&kinds=", ""));
        assert_eq!(
            with_url.expect("there"),
            values("cluster", &json!({ "clusters": ["a", "b c"], "kinds": [""] }))
        );
        let with_body = Route::parse(&call("POST", "values/kind", r#"{"clusters":["a"]}"#));
        assert_eq!(with_body.expect("there"), values("kind", &json!({ "clusters": ["a"] })));
        let nothing = Route::parse(&call("POST", "values/kind", "")).expect("there");
        assert_eq!(nothing, values("kind", &json!({})));
    }

    #[test]
    fn a_saved_query_to_migrate_is_a_body() {
        let saved = json!({ "queryType": "extensions" });
        let route = Route::parse(&call("POST", "migrate", &saved.to_string())).expect("there");
        assert_eq!(route, Route::Migrate { saved: saved.as_object().expect("an object").clone() });
    }

    #[test]
    fn refuses_the_rest_and_says_what_there_is() {
        let long = format!("[{}]", "1,".repeat(MAX_BODY_BYTES));
        for (method, url, body, status, hint) in [
            ("GET", "", "", 404, "values/{dimension}"),
            ("GET", "values", "", 404, "values/{dimension}"),
            ("GET", "values/", "", 404, "values/{dimension}"),
            ("GET", "values/a/b", "", 404, "values/{dimension}"),
            ("GET", "catalogue/../values", "", 404, "values/{dimension}"),
            ("POST", "catalogue", "", 405, "Use GET."),
            ("GET", "migrate", "", 405, "Use POST."),
            ("POST", "migrate", "[]", 400, "saved query"),
            ("DELETE", "values/cluster", "", 405, "Use GET or POST."),
            ("POST", "values/cluster", "[]", 400, "clusters"),
            ("POST", "values/cluster", "{", 400, "clusters"),
            ("POST", "values/cluster", &long, 413, "fewer"),
        ] {
            let error = Route::parse(&call(method, url, body)).expect_err(url);
            assert_eq!(error.status(), status, "{method} {url}");
            assert!(error.hint().contains(hint), "{}", error.hint());
        }
    }
}
