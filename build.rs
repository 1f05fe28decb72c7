//! Generates the service code of Grafana's plugin protocol. Routes and message types are listed here; the messages
//! themselves are in `src/plugin/wire.rs`. So the build needs no `protoc`.

use tonic_build::manual::{Builder, Method, Service};

/// Path of the messages that this crate declares.
const OWN: &str = "crate::plugin::wire";
/// Path of the messages that the plugin SDK declares well enough.
const SDK: &str = "grafana_plugin_sdk::pluginv2";

fn method(
    name: &str,
    route: &str,
    input: &str,
    output: &str,
) -> tonic_build::manual::MethodBuilder {
    Method::builder()
        .name(name)
        .route_name(route)
        .input_type(input)
        .output_type(output)
        .codec_path("tonic::codec::ProstCodec")
}

fn own(message: &str) -> String {
    format!("{OWN}::{message}")
}

fn sdk(message: &str) -> String {
    format!("{SDK}::{message}")
}

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let data = Service::builder().package("pluginv2").name("Data").method(
        method("query_data", "QueryData", &own("QueryDataRequest"), &own("QueryDataResponse"))
            .build(),
    );
    let diagnostics = Service::builder()
        .package("pluginv2")
        .name("Diagnostics")
        .method(
            method(
                "check_health",
                "CheckHealth",
                &own("CheckHealthRequest"),
                &sdk("CheckHealthResponse"),
            )
            .build(),
        )
        .method(
            method(
                "collect_metrics",
                "CollectMetrics",
                &own("CollectMetricsRequest"),
                &sdk("CollectMetricsResponse"),
            )
            .build(),
        );
    let resource = Service::builder().package("pluginv2").name("Resource").method(
        method(
            "call_resource",
            "CallResource",
            &own("CallResourceRequest"),
            &sdk("CallResourceResponse"),
        )
        .server_streaming()
        .build(),
    );
    let controller = Service::builder()
        .package("plugin")
        .name("GRPCController")
        .method(method("shutdown", "Shutdown", &own("Empty"), &own("Empty")).build());
    Builder::new().compile(&[
        data.build(),
        diagnostics.build(),
        resource.build(),
        controller.build(),
    ]);
}
