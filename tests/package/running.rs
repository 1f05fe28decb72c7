//! The unpacked executable, started and queried as Grafana does it.

use crate::support::{ask, demo, frame, query};
use crate::unpacked::Unpacked;
use grafana_plugin_sdk::pluginv2::check_health_response::HealthStatus;
use serde_json::json;

#[tokio::test]
async fn greets_is_healthy_and_answers() {
    let (unpacked, plugin) = Unpacked::start_plainly().await;
    assert!(plugin.handshake().starts_with("1|2|tcp|127.0.0.1:"), "{}", plugin.handshake());

    let context = demo("package", 3, 9);
    let health = plugin.check_health(context.clone()).await.expect("an answer");
    assert_eq!(health.status(), HealthStatus::Ok, "{}", health.message);
    let answers = ask(&plugin, &context, vec![query("A", "configurations", &json!({}))]).await;
    assert_eq!(frame(&answers["A"]).rows(), 9);

    // Grafana shows the editors and the executable as one plugin, so they have to be of the same version.
    assert!(unpacked.read("module.js").contains("configuration-counts"));
    let ended = plugin.stop().await.expect("can be waited for");
    assert_eq!(ended.status.and_then(|status| status.code()), Some(0), "{}", ended.stderr);
}
