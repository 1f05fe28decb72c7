//! Finds out by queries which Flux metrics an endpoint has.
//!
//! For each kind, readiness has one of three generations: the controllers' own `gotk_reconcile_condition` (for each
//! HelmRelease until Flux 2.1, for the other kinds until 2.4), `gotk_resource_info` of a kube-state-metrics that is set up
//! for it, or neither. One endpoint may hold several, from different clusters.

use super::{Reply, Sample};
use crate::upstream::{UpstreamError, printable};
use flux::Text;
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};

const CONDITIONS: &str = "count by (cluster, kind) (gotk_reconcile_condition)";
const RESOURCES: &str = "count by (cluster, customresource_kind) (gotk_resource_info)";
/// Every version of Flux has this metric. Grouped by the pods' namespaces, because there are few; the objects' are many.
const CONTROLLERS: &str = "count by (kubernetes_namespace) (gotk_reconcile_duration_seconds_count)";
const POD_MONITOR: &str = "count(gotk_reconcile_duration_seconds_count{exported_namespace!=\"\"})";

/// Most kinds that are named for one metric; Flux has about a dozen.
const KINDS: usize = 100;

/// The source of readiness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Generation {
    /// The controllers' `gotk_reconcile_condition`, for all kinds.
    ReconcileCondition,
    /// `gotk_resource_info` of kube-state-metrics, for all kinds.
    ResourceInfo,
    /// Both metrics, for the same kinds or different ones.
    Both,
    /// The Flux controllers are scraped, but neither metric exists: readiness comes from Azure's status.
    NoReadiness,
    /// The endpoint has no Flux metrics.
    NoFlux,
}

/// How scraping labels the series of the Flux controllers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LabelScheme {
    /// Azure's scraping by pod annotations: the pod's namespace is `kubernetes_namespace`, the object's `namespace`.
    #[default]
    PodAnnotations,
    /// A `PodMonitor`: the pod's namespace is `namespace`, the object's `exported_namespace`. Expressions about objects
    /// without a filter on namespaces are right for the other schemes too: a series without `exported_namespace` keeps
    /// its `namespace`.
    PodMonitor,
    /// Anything else, such as a `PodMonitor` with `honorLabels`: the object's namespace is `namespace`.
    Plain,
}

/// What the settings fix for an endpoint, instead of finding it out by queries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forced {
    /// `prometheus[].generation`. `None`: found out by queries.
    pub generation: Option<ForcedGeneration>,
    /// `prometheus[].labels`. `None`: found out by queries.
    pub labels: Option<LabelScheme>,
}

/// The source of readiness that the settings fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForcedGeneration {
    /// `gotk_reconcile_condition` only.
    Conditions,
    /// `gotk_resource_info` only.
    ResourceInfo,
    /// Neither: readiness comes from Azure's status.
    None,
}

/// The kinds of objects that a metric has, by cluster. Series without a cluster label have the empty text as cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kinds(HashMap<Text, BTreeSet<Text>>);

/// The Flux metrics of an endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detected {
    /// Kinds that have `gotk_reconcile_condition`.
    pub conditions: Kinds,
    /// Kinds that have `gotk_resource_info`.
    pub resources: Kinds,
    /// The label scheme of the controllers' series; of several, the first in the order of [`LabelScheme`]. `None`: the
    /// controllers aren't scraped.
    pub labels: Option<LabelScheme>,
    /// Whether the endpoint is unknown: expressions must be right for any metrics and label scheme.
    pub anything: bool,
}

impl Kinds {
    /// Some kinds on one cluster.
    #[cfg(test)]
    pub(crate) fn of(cluster: &str, kinds: &[&str]) -> Self {
        let kinds = kinds.iter().map(|&kind| Text::from(kind)).collect();
        Self(HashMap::from([(Text::from(cluster), kinds)]))
    }

    fn read(samples: &[Sample], label: &str) -> Self {
        let mut kinds: HashMap<Text, BTreeSet<Text>> = HashMap::new();
        for sample in samples {
            let kind = sample.labels.get(label);
            if !kind.is_empty() {
                let cluster = Text::from(sample.labels.get("cluster"));
                kinds.entry(cluster).or_default().insert(Text::from(printable(kind)));
            }
        }
        Self(kinds)
    }

    /// `true` when no cluster has a kind.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each cluster with its kinds, in no order.
    pub fn by_cluster(&self) -> impl Iterator<Item = (&Text, &BTreeSet<Text>)> {
        self.0.iter()
    }

    fn listed(&self) -> String {
        let all: BTreeSet<&str> = self.0.values().flatten().map(Text::as_str).collect();
        all.into_iter().take(KINDS).collect::<Vec<_>>().join(", ")
    }
}

impl Detected {
    /// Assumes nothing about the endpoint: expressions for exported rules and dashboards must work with both metrics, any
    /// kinds and any label scheme (see [`LabelScheme::PodMonitor`]).
    pub fn anything() -> Self {
        let any = || Kinds(HashMap::from([(Text::new(), BTreeSet::new())]));
        // This scheme's label for an object's namespace is read first, that of the other schemes when it is absent.
        let labels = Some(LabelScheme::PodMonitor);
        Self { conditions: any(), resources: any(), labels, anything: true }
    }

    /// The label scheme for queries; that of Azure's scraping when no controllers were found.
    pub fn scheme(&self) -> LabelScheme {
        self.labels.unwrap_or_default()
    }

    /// The label schemes that expressions must be right for: the endpoint's, or two that cover all endpoints.
    pub fn schemes(&self) -> Vec<LabelScheme> {
        if self.anything {
            vec![LabelScheme::PodMonitor, LabelScheme::PodAnnotations]
        } else {
            vec![self.scheme()]
        }
    }

    /// The source of readiness.
    pub fn generation(&self) -> Generation {
        match (self.conditions.is_empty(), self.resources.is_empty()) {
            (false, false) => Generation::Both,
            (false, true) => Generation::ReconcileCondition,
            (true, false) => Generation::ResourceInfo,
            (true, true) if self.labels.is_some() => Generation::NoReadiness,
            (true, true) => Generation::NoFlux,
        }
    }

    /// The source of readiness in words, without a full stop.
    pub fn summary(&self) -> String {
        let conditions = || {
            format!(
                "Flux controllers with readiness, as until Flux 2.4 (gotk_reconcile_condition for {})",
                self.conditions.listed()
            )
        };
        let resources =
            || format!("kube-state-metrics (gotk_resource_info for {})", self.resources.listed());
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

    fn forced(mut self, forced: Forced) -> Self {
        let keeps = |generation| forced.generation.is_none_or(|wanted| wanted == generation);
        if !keeps(ForcedGeneration::Conditions) {
            self.conditions = Kinds::default();
        }
        if !keeps(ForcedGeneration::ResourceInfo) {
            self.resources = Kinds::default();
        }
        self.labels = forced.labels.or(self.labels);
        self
    }
}

/// The PromQL that [`detect`] sends.
pub const DETECTION: [&str; 4] = [CONTROLLERS, CONDITIONS, RESOURCES, POD_MONITOR];

/// Finds out which Flux metrics an endpoint has; `ask` sends one instant query. What the settings fix wins over what is
/// found.
///
/// # Errors
/// The error of the first query that fails. One query is sent before the others, so that an endpoint that refuses a
/// password sees it once.
pub async fn detect<F>(
    ask: impl Fn(&'static str) -> F,
    forced: Forced,
) -> Result<Detected, UpstreamError>
where
    F: Future<Output = Result<Reply<Sample>, UpstreamError>>,
{
    let controllers = ask(CONTROLLERS).await?.items;
    let (conditions, resources, pod_monitor) =
        tokio::try_join!(ask(CONDITIONS), ask(RESOURCES), ask(POD_MONITOR))?;
    let annotated =
        controllers.iter().any(|sample| !sample.labels.get("kubernetes_namespace").is_empty());
    let labels = if annotated {
        Some(LabelScheme::PodAnnotations)
    } else if !pod_monitor.items.is_empty() {
        Some(LabelScheme::PodMonitor)
    } else if !controllers.is_empty() {
        Some(LabelScheme::Plain)
    } else {
        None
    };
    let found = Detected {
        conditions: Kinds::read(&conditions.items, "kind"),
        resources: Kinds::read(&resources.items, "customresource_kind"),
        labels,
        anything: false,
    };
    Ok(found.forced(forced))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prometheus::{
        Auth, PrometheusClient,
        testing::{self, Series},
    };
    use crate::upstream::{Http, HttpOptions};
    use flux::UtcMillis;
    use std::time::Duration;
    use tokio::time::Instant;

    async fn detected_as(series: &'static [Series], forced: Forced) -> Detected {
        let url = testing::start(None, series).await;
        let http = Http::new(&HttpOptions::default()).expect("client");
        let client = PrometheusClient::new(http, "eu", url, Auth::None);
        let deadline = Instant::now() + Duration::from_secs(5);
        let ask = |promql| client.instant(promql, UtcMillis(0), deadline);
        detect(ask, forced).await.expect("answers")
    }

    async fn detected(series: &'static [Series]) -> Detected {
        detected_as(series, Forced::default()).await
    }

    #[tokio::test]
    async fn settings_override_the_detection() {
        let series: &[Series] = &[
            ("gotk_resource_info", &[("customresource_kind", "HelmRelease")]),
            ("gotk_reconcile_condition", &[("kind", "Kustomization"), ("cluster", "a")]),
        ];
        let forced = |generation| Forced {
            generation: Some(generation),
            labels: Some(LabelScheme::PodMonitor),
        };
        for (wanted, expected) in [
            (ForcedGeneration::Conditions, Generation::ReconcileCondition),
            (ForcedGeneration::ResourceInfo, Generation::ResourceInfo),
            (ForcedGeneration::None, Generation::NoReadiness),
        ] {
            let found = detected_as(series, forced(wanted)).await;
            assert_eq!(found.generation(), expected);
            assert_eq!(found.scheme(), LabelScheme::PodMonitor);
        }
        let found = detected(series).await;
        let by_cluster: Vec<_> = found.conditions.by_cluster().collect();
        assert_eq!(
            by_cluster,
            [(&Text::from("a"), &BTreeSet::from([Text::from("Kustomization")]))]
        );
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
