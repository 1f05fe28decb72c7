//! The plugin as a child process, and requests as Grafana sends them.

use azuregitops::instance::system_clock;
use azuregitops::plugin::wire::{
    CallResourceRequest, DataResponse, DataSourceSettings, PluginContext, QueryDataRequest,
};
use frame::Frame;
use grafana_plugin_sdk::pluginv2::{CallResourceResponse, DataQuery, TimeRange};
use lab::PluginProcess;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::ffi::OsString;
use std::path::Path;

/// The built executable.
pub const EXECUTABLE: &str = env!("CARGO_BIN_EXE_gpx_azuregitops");

/// Variables of this process with which a child process would sign in to Azure.
pub fn azure_variables() -> impl Iterator<Item = OsString> {
    std::env::vars_os().map(|(name, _)| name).filter(|name| {
        let name = name.to_string_lossy();
        ["AZURE_", "GFAZPL_", "IDENTITY_"].iter().any(|prefix| name.starts_with(prefix))
    })
}

/// Starts the plugin with an environment.
pub async fn start(environment: &[(&str, &str)]) -> PluginProcess {
    let environment =
        environment.iter().map(|(name, value)| ((*name).to_owned(), OsString::from(*value)));
    PluginProcess::start(Path::new(EXECUTABLE), environment).await.expect("the plugin starts")
}

/// A data source with these settings.
pub fn data_source(uid: &str, json_data: &Value) -> PluginContext {
    PluginContext {
        org_id: 1,
        plugin_id: "fluxfleet-azuregitops-datasource".to_owned(),
        data_source: Some(DataSourceSettings {
            name: "Fleet".to_owned(),
            json_data: json_data.to_string().into_bytes(),
            secure: HashMap::new(),
            updated_ms: 1,
            uid: uid.to_owned(),
        }),
        grafana_config: HashMap::new(),
    }
}

/// A data source with a simulated fleet.
pub fn demo(uid: &str, clusters: u32, configurations: u32) -> PluginContext {
    let size = json!({
        "demo": true, "demoClusters": clusters, "demoConfigurations": configurations
    });
    data_source(uid, &size)
}

/// A saved query as Grafana sends it, with the members that Grafana adds.
pub fn query(ref_id: &str, query_type: &str, params: &Value) -> DataQuery {
    let saved = json!({
        "refId": ref_id,
        "queryType": query_type,
        "params": params,
        "datasource": { "type": "fluxfleet-azuregitops-datasource", "uid": "fleet" },
        "intervalMs": 15000,
        "maxDataPoints": 1000,
    });
    raw_query(ref_id, saved.to_string().as_bytes())
}

/// A query whose JSON consists of any bytes.
pub fn raw_query(ref_id: &str, json: &[u8]) -> DataQuery {
    let now = (system_clock())().0;
    DataQuery {
        ref_id: ref_id.to_owned(),
        max_data_points: 1000,
        interval_ms: 15_000,
        time_range: Some(TimeRange { from_epoch_ms: now - 6 * 3_600_000, to_epoch_ms: now }),
        json: json.to_vec(),
        query_type: String::new(),
    }
}

/// Sends queries in one request.
pub async fn ask(
    plugin: &PluginProcess,
    context: &PluginContext,
    queries: Vec<DataQuery>,
) -> HashMap<String, DataResponse> {
    let plugin_context = Some(context.clone());
    let request = QueryDataRequest { plugin_context, headers: HashMap::new(), queries };
    plugin.query(request).await.expect("the request as a whole succeeds").responses
}

/// The only frame of a successful answer.
pub fn frame(response: &DataResponse) -> Frame {
    assert_eq!((response.status, response.error.as_str()), (200, ""), "{response:?}");
    let [bytes] = response.frames.as_slice() else { panic!("{} frames", response.frames.len()) };
    Frame::decode(bytes).expect("Grafana could read it")
}

/// Status, error source and text of a failed answer.
pub fn failure(response: &DataResponse) -> (i32, &str, &str) {
    assert!(response.frames.is_empty() && !response.error.is_empty(), "{response:?}");
    (response.status, &response.error_source, &response.error)
}

/// Calls a resource; with a body, by POST.
pub async fn call(
    plugin: &PluginProcess,
    context: &PluginContext,
    (method, url): (&str, &str),
    body: &str,
) -> (i32, Value) {
    let request = CallResourceRequest {
        plugin_context: Some(context.clone()),
        path: url.split('?').next().unwrap_or_default().to_owned(),
        method: method.to_owned(),
        url: url.to_owned(),
        headers: HashMap::new(),
        body: body.as_bytes().to_vec(),
    };
    let CallResourceResponse { code, headers, body } =
        plugin.call_resource(request).await.expect("the call succeeds");
    assert_eq!(headers["Content-Type"].values, ["application/json"]);
    (code, serde_json::from_slice(&body).expect("JSON"))
}
