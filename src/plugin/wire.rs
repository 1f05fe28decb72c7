//! Messages and services of Grafana's plugin protocol (`proto/backend.proto` of grafana-plugin-sdk-go).
//!
//! The Rust SDK's own messages lack `DataResponse.errorSource` and `PluginContext.grafanaConfig`. So these messages, and
//! those that contain them, are declared here; the SDK's are used for the rest. Members that the plugin never reads are
//! left out; protobuf skips unknown members.
//!
//! Settings and headers hold secrets (decrypted passwords, the user's identity token), so the messages that carry them
//! don't print them: a `{:?}` anywhere, ours or a library's, shows sizes only.

use grafana_plugin_sdk::pluginv2::{DataQuery, StringList};
use std::collections::HashMap;
use std::fmt;

pub use generated::*;

/// The data source that a request is for, with its settings and organisation.
#[derive(Clone, PartialEq, prost::Message)]
#[prost(skip_debug)]
pub struct PluginContext {
    /// Grafana's organisation.
    #[prost(int64, tag = "1")]
    pub org_id: i64,
    /// Id of the plugin.
    #[prost(string, tag = "2")]
    pub plugin_id: String,
    /// The data source; absent for requests to the plugin as a whole.
    #[prost(message, optional, tag = "5")]
    pub data_source: Option<DataSourceSettings>,
    /// Grafana's own configuration, as far as it hands it on.
    #[prost(map = "string, string", tag = "6")]
    pub grafana_config: HashMap<String, String>,
}

impl fmt::Debug for PluginContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PluginContext")
            .field("org_id", &self.org_id)
            .field("plugin_id", &self.plugin_id)
            .field("data_source", &self.data_source)
            .finish_non_exhaustive()
    }
}

/// Settings of a data source as saved in Grafana, secrets decrypted (`DataSourceInstanceSettings`).
#[derive(Clone, PartialEq, prost::Message)]
#[prost(skip_debug)]
pub struct DataSourceSettings {
    /// The data source's name.
    #[prost(string, tag = "2")]
    pub name: String,
    /// `jsonData`, as JSON text.
    #[prost(bytes = "vec", tag = "8")]
    pub json_data: Vec<u8>,
    /// `secureJsonData`, decrypted.
    #[prost(map = "string, string", tag = "9")]
    pub secure: HashMap<String, String>,
    /// When it was last saved: milliseconds since 1970, UTC.
    #[prost(int64, tag = "10")]
    pub updated_ms: i64,
    /// Unique id within the organisation.
    #[prost(string, tag = "11")]
    pub uid: String,
}

impl fmt::Debug for DataSourceSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataSourceSettings")
            .field("uid", &self.uid)
            .field("updated_ms", &self.updated_ms)
            .finish_non_exhaustive()
    }
}

/// Queries of one panel, one alert rule, or one variable.
#[derive(Clone, PartialEq, prost::Message)]
#[prost(skip_debug)]
pub struct QueryDataRequest {
    /// The data source that is queried.
    #[prost(message, optional, tag = "1")]
    pub plugin_context: Option<PluginContext>,
    /// HTTP headers that Grafana forwards, `FromAlert`, and the user's identity token.
    #[prost(map = "string, string", tag = "2")]
    pub headers: HashMap<String, String>,
    /// The queries.
    #[prost(message, repeated, tag = "3")]
    pub queries: Vec<DataQuery>,
}

impl fmt::Debug for QueryDataRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueryDataRequest")
            .field("plugin_context", &self.plugin_context)
            .field("queries", &self.queries.len())
            .finish_non_exhaustive()
    }
}

/// Answers by `refId`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct QueryDataResponse {
    /// One answer for each `refId` of the request.
    #[prost(map = "string, message", tag = "1")]
    pub responses: HashMap<String, DataResponse>,
}

/// The answer to one query: frames, or an error.
#[derive(Clone, PartialEq, prost::Message)]
#[prost(skip_debug)]
pub struct DataResponse {
    /// Frames as Arrow files.
    #[prost(bytes = "vec", repeated, tag = "1")]
    pub frames: Vec<Vec<u8>>,
    /// The error's text for the user; empty for a good answer.
    #[prost(string, tag = "2")]
    pub error: String,
    /// HTTP status; Grafana turns 0 into 500.
    #[prost(int32, tag = "4")]
    pub status: i32,
    /// Whose fault an error is: `plugin` or `downstream`.
    #[prost(string, tag = "5")]
    pub error_source: String,
}

impl fmt::Debug for DataResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataResponse")
            .field("frames", &self.frames.len())
            .field("error", &self.error)
            .field("status", &self.status)
            .field("error_source", &self.error_source)
            .finish()
    }
}

/// "Save & test".
#[derive(Clone, PartialEq, prost::Message)]
pub struct CheckHealthRequest {
    /// The data source.
    #[prost(message, optional, tag = "1")]
    pub plugin_context: Option<PluginContext>,
}

/// Asks for the plugin's own metrics.
#[derive(Clone, PartialEq, prost::Message)]
pub struct CollectMetricsRequest {}

/// An HTTP request to the plugin, from its editors.
#[derive(Clone, PartialEq, prost::Message)]
#[prost(skip_debug)]
pub struct CallResourceRequest {
    /// The data source.
    #[prost(message, optional, tag = "1")]
    pub plugin_context: Option<PluginContext>,
    /// Path below the plugin's resources.
    #[prost(string, tag = "2")]
    pub path: String,
    /// HTTP method.
    #[prost(string, tag = "3")]
    pub method: String,
    /// Path and query string.
    #[prost(string, tag = "4")]
    pub url: String,
    /// HTTP headers; they may hold cookies and tokens.
    #[prost(map = "string, message", tag = "5")]
    pub headers: HashMap<String, StringList>,
    /// Body.
    #[prost(bytes = "vec", tag = "6")]
    pub body: Vec<u8>,
}

impl fmt::Debug for CallResourceRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallResourceRequest")
            .field("plugin_context", &self.plugin_context)
            .field("path", &self.path)
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

/// Nothing.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Empty {}

/// Clients and servers, written by `build.rs`.
#[expect(
    clippy::default_trait_access,
    clippy::doc_markdown,
    clippy::missing_errors_doc,
    clippy::too_many_lines,
    reason = "generated"
)]
mod generated {
    tonic::include_proto!("pluginv2.Data");
    tonic::include_proto!("pluginv2.Diagnostics");
    tonic::include_proto!("pluginv2.Resource");
    tonic::include_proto!("plugin.GRPCController");
}

#[cfg(test)]
mod tests {
    use super::*;
    use grafana_plugin_sdk::pluginv2 as sdk;
    use prost::Message;

    fn context() -> PluginContext {
        PluginContext {
            org_id: 7,
            plugin_id: "p".to_owned(),
            data_source: Some(DataSourceSettings {
                name: "Fleet".to_owned(),
                json_data: b"{\"a\":\"json-secret\"}".to_vec(),
                secure: HashMap::from([("azureClientSecret".to_owned(), "hush-1".to_owned())]),
                updated_ms: 5,
                uid: "u".to_owned(),
            }),
            grafana_config: HashMap::from([("KEY".to_owned(), "hush-2".to_owned())]),
        }
    }

    #[test]
    fn our_messages_agree_with_the_sdks_where_both_have_a_member() {
        let request = QueryDataRequest {
            plugin_context: Some(context()),
            headers: HashMap::from([("FromAlert".to_owned(), "true".to_owned())]),
            queries: vec![sdk::DataQuery { ref_id: "A".to_owned(), ..Default::default() }],
        };
        let theirs = sdk::QueryDataRequest::decode(request.encode_to_vec().as_slice())
            .expect("the SDK reads it");
        assert_eq!(theirs.headers, request.headers);
        assert_eq!(theirs.queries, request.queries);
        let their_context = theirs.plugin_context.expect("there");
        let settings = their_context.data_source_instance_settings.expect("there");
        let ours = context().data_source.expect("there");
        assert_eq!((their_context.org_id, their_context.plugin_id.as_str()), (7, "p"));
        assert_eq!((settings.name, settings.uid), (ours.name, ours.uid));
        assert_eq!(settings.json_data, ours.json_data);
        assert_eq!(settings.decrypted_secure_json_data, ours.secure);
        assert_eq!(settings.last_updated_ms, ours.updated_ms);

        let call = CallResourceRequest {
            plugin_context: None,
            path: "values/cluster".to_owned(),
            method: "GET".to_owned(),
            url: "values/cluster?a=b".to_owned(),
            headers: HashMap::new(),
            body: b"{}".to_vec(),
        };
        let theirs = sdk::CallResourceRequest::decode(call.encode_to_vec().as_slice())
            .expect("the SDK reads it");
        assert_eq!((theirs.path, theirs.method, theirs.url), (call.path, call.method, call.url));
        assert_eq!(theirs.body, call.body);
    }

    #[test]
    fn an_error_source_travels_in_field_five() {
        let response = DataResponse {
            status: 400,
            error_source: "downstream".to_owned(),
            ..DataResponse::default()
        };
        // Field 4, varint 400; field 5, length 10.
        let mut expected = vec![0x20, 0x90, 0x03, 0x2a, 10];
        expected.extend_from_slice(b"downstream");
        assert_eq!(response.encode_to_vec(), expected);
    }

    #[test]
    fn grafanas_configuration_travels_in_field_six() {
        let context = PluginContext {
            grafana_config: HashMap::from([("k".to_owned(), "v".to_owned())]),
            ..PluginContext::default()
        };
        assert_eq!(context.encode_to_vec(), [0x32, 6, 0x0a, 1, b'k', 0x12, 1, b'v']);
    }

    #[test]
    fn nothing_secret_is_printed() {
        let secret_header = HashMap::from([("X-Grafana-Id".to_owned(), "hush-3".to_owned())]);
        let query = QueryDataRequest {
            plugin_context: Some(context()),
            headers: secret_header,
            queries: vec![],
        };
        let call = CallResourceRequest {
            plugin_context: Some(context()),
            headers: HashMap::from([(
                "Cookie".to_owned(),
                StringList { values: vec!["hush-4".to_owned()] },
            )]),
            body: b"hush-5".to_vec(),
            ..CallResourceRequest::default()
        };
        let health = CheckHealthRequest { plugin_context: Some(context()) };
        for text in [format!("{query:?}"), format!("{call:?}"), format!("{health:#?}")] {
            assert!(!text.contains("hush") && !text.contains("secret"), "{text}");
            assert!(text.contains("org_id: 7"), "{text}");
        }
    }
}
