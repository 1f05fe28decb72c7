//! What of Flux an endpoint knows, found by asking.
//!
//! Three generations of readiness, per kind: the controllers' own `gotk_reconcile_condition` (for each HelmRelease until
//! Flux 2.1, for the other kinds until 2.4), `gotk_resource_info` of a kube-state-metrics that is set up for it, or
//! neither. One endpoint may hold several, of clusters that differ.

use super::{PrometheusClient, Sample};
use crate::azure::{UpstreamError, printable};
use crate::domain::UtcMillis;
use serde::Serialize;
use std::collections::BTreeSet;
use tokio::time::Instant;

const CONDITIONS: &str = "count by (kind) (gotk_reconcile_condition)";
const RESOURCES: &str = "count by (customresource_kind) (gotk_resource_info)";
/// Every version of Flux has this metric. The pods' namespaces are few, unlike the objects'.
const CONTROLLERS: &str = "count by (kubernetes_namespace) (gotk_reconcile_duration_seconds_count)";
const POD_MONITOR: &str = "count(gotk_reconcile_duration_seconds_count{exported_namespace!=\"\"})";

/// Most kinds that are kept of one metric; Flux has about a dozen.
const KINDS: usize = 100;

/// Where readiness comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Generation {
    /// The controllers' `gotk_reconcile_condition`, for all kinds that there are.
    ReconcileCondition,
    /// `gotk_resource_info` of kube-state-metrics, for all kinds that there are.
    ResourceInfo,
    /// Both metrics are there, for the same kinds or different ones.
    Both,
    /// Flux is scraped, but neither metric is there: readiness comes from Azure's status.
    NoReadiness,
    /// No metric of Flux is there.
    NoFlux,
}

/// How scraping labels the series of the Flux controllers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LabelScheme {
    /// Azure's scraping by pod annotations: the pod's namespace is `kubernetes_namespace`, the object's `namespace`.
    PodAnnotations,
    /// A `PodMonitor`: the pod's namespace is `namespace`, the object's `exported_namespace`.
    PodMonitor,
    /// Anything else, such as a `PodMonitor` with `honorLabels`: the object's namespace is `namespace`.
    Plain,
}

/// What of Flux an endpoint knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detected {
    /// Kinds of which there is `gotk_reconcile_condition`.
    pub condition_kinds: BTreeSet<String>,
    /// Kinds of which there is `gotk_resource_info`.
    pub resource_kinds: BTreeSet<String>,
    /// The labels of the controllers' series; of several schemes, the first in the order of [`LabelScheme`]. `None`:
    /// the controllers aren't scraped.
    pub labels: Option<LabelScheme>,
}

impl Detected {
    /// Where readiness comes from.
    pub fn generation(&self) -> Generation {
        match (self.condition_kinds.is_empty(), self.resource_kinds.is_empty()) {
            (false, false) => Generation::Both,
            (false, true) => Generation::ReconcileCondition,
            (true, false) => Generation::ResourceInfo,
            (true, true) if self.labels.is_some() => Generation::NoReadiness,
            (true, true) => Generation::NoFlux,
        }
    }

    /// The same in words, without a full stop.
    pub fn summary(&self) -> String {
        let listed = |kinds: &BTreeSet<String>| {
            kinds.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
        };
        let conditions = || {
            format!(
                "Flux controllers with readiness, as until Flux 2.4 (gotk_reconcile_condition for {})",
                listed(&self.condition_kinds)
            )
        };
        let resources = || {
            format!("kube-state-metrics (gotk_resource_info for {})", listed(&self.resource_kinds))
        };
        match self.generation() {
            Generation::ReconcileCondition => conditions(),
            Generation::ResourceInfo => resources(),
            Generation::Both => format!("{}, and {}", conditions(), resources()),
            Generation::NoReadiness => {
                "Flux controllers without readiness: readiness comes from Azure's status".to_owned()
            }
            Generation::NoFlux => {
                "no Flux metrics: check that the Flux controllers are scraped".to_owned()
            }
        }
    }
}

/// Asks an endpoint what of Flux it knows.
///
/// # Errors
/// As [`PrometheusClient::instant`], of the first question that fails. One is asked before the others, so that an
/// endpoint that refuses a password sees it once.
pub async fn detect(
    client: &PrometheusClient,
    deadline: Instant,
) -> Result<Detected, UpstreamError> {
    let now = UtcMillis(jiff::Timestamp::now().as_millisecond());
    let ask = async |promql| Ok(client.instant(promql, now, deadline).await?.items);
    let controllers = ask(CONTROLLERS).await?;
    let (conditions, resources, pod_monitor) =
        tokio::try_join!(ask(CONDITIONS), ask(RESOURCES), ask(POD_MONITOR))?;
    let labels =
        if controllers.iter().any(|sample| !sample.labels.get("kubernetes_namespace").is_empty()) {
            Some(LabelScheme::PodAnnotations)
        } else if !pod_monitor.is_empty() {
            Some(LabelScheme::PodMonitor)
        } else if !controllers.is_empty() {
            Some(LabelScheme::Plain)
        } else {
            None
        };
    Ok(Detected {
        condition_kinds: kinds(&conditions, "kind"),
        resource_kinds: kinds(&resources, "customresource_kind"),
        labels,
    })
}

fn kinds(samples: &[Sample], label: &str) -> BTreeSet<String> {
    let kinds = samples.iter().map(|sample| printable(sample.labels.get(label)));
    kinds.filter(|kind| !kind.is_empty()).take(KINDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure::{Http, HttpOptions};
    use crate::prometheus::{
        Auth,
        testing::{self, Series},
    };
    use std::time::Duration;

    async fn detected(series: &'static [Series]) -> Detected {
        let url = testing::start(None, series).await;
        let http = Http::new(&HttpOptions::default()).expect("client");
        let client = PrometheusClient::new(http, "eu", url, Auth::None);
        detect(&client, Instant::now() + Duration::from_secs(5)).await.expect("answers")
    }

    #[tokio::test]
    async fn older_controllers_have_readiness_of_their_own() {
        let found = detected(&[
            ("gotk_reconcile_condition", &[("kind", "Kustomization"), ("name", "a")]),
            ("gotk_reconcile_condition", &[("kind", "HelmRelease"), ("name", "b")]),
            ("gotk_reconcile_condition", &[("kind", "HelmRelease"), ("name", "c")]),
            (
                "gotk_reconcile_duration_seconds_count",
                &[("namespace", "apps"), ("kubernetes_namespace", "flux-system")],
            ),
        ])
        .await;
        assert_eq!(found.generation(), Generation::ReconcileCondition);
        assert_eq!(found.labels, Some(LabelScheme::PodAnnotations));
        assert_eq!(
            found.summary(),
            "Flux controllers with readiness, as until Flux 2.4 (gotk_reconcile_condition for HelmRelease, Kustomization)"
        );
    }

    #[tokio::test]
    async fn kube_state_metrics_has_the_readiness_that_newer_controllers_lack() {
        let found = detected(&[
            (
                "gotk_resource_info",
                &[("customresource_kind", "Kustomization"), ("exported_namespace", "apps")],
            ),
            (
                "gotk_reconcile_duration_seconds_count",
                &[("namespace", "flux-system"), ("exported_namespace", "apps")],
            ),
        ])
        .await;
        assert_eq!(found.generation(), Generation::ResourceInfo);
        assert_eq!(found.labels, Some(LabelScheme::PodMonitor));
        assert_eq!(found.summary(), "kube-state-metrics (gotk_resource_info for Kustomization)");
    }

    #[tokio::test]
    async fn an_endpoint_may_hold_both() {
        let found = detected(&[
            ("gotk_resource_info", &[("customresource_kind", "HelmRelease")]),
            ("gotk_reconcile_condition", &[("kind", "Kustomization")]),
        ])
        .await;
        assert_eq!((found.generation(), found.labels), (Generation::Both, None));
        assert!(found.summary().contains("Kustomization), and kube-state"), "{}", found.summary());
    }

    #[tokio::test]
    async fn newer_controllers_alone_have_none() {
        let found =
            detected(&[("gotk_reconcile_duration_seconds_count", &[("namespace", "apps")])]).await;
        assert_eq!(found.generation(), Generation::NoReadiness);
        assert_eq!(found.labels, Some(LabelScheme::Plain));
        assert!(found.summary().ends_with("readiness comes from Azure's status"));
    }

    #[tokio::test]
    async fn an_endpoint_may_know_nothing_of_flux() {
        let found = detected(&[("up", &[("job", "node")])]).await;
        assert_eq!((found.generation(), found.labels), (Generation::NoFlux, None));
        assert!(found.summary().starts_with("no Flux metrics"));
    }
}
