//! The labels of Flux's series under each label scheme: the canonical names in frames, and the names on the series.

use super::promql::{Expr, Matcher, alternatives};
use super::schema::LabelScheme;
use flux::FluxDeployment;

/// Pods of Flux and of Azure's agent for it. Metrics such as `process_cpu_seconds_total` come from any pod.
const FLUX_PODS: &str = "(source|kustomize|helm|notification|image-reflector|image-automation|source-watcher)-controller-.+|fluxconfig-(agent|controller)-.+";

/// What the series of a metric describe; this decides their labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A Flux object: cluster, kind, namespace, name (`gotk_…`).
    Object,
    /// A Flux source, without its kind: cluster, namespace, name (`gotk_cache_…`).
    Source,
    /// A controller within a pod: cluster, namespace and pod of the controller, controller.
    Controller,
    /// A controller's queue; its label `name` is the controller.
    Queue,
    /// A pod of Flux, by its own process metrics: cluster, its namespace, pod.
    Pod,
    /// A container of a pod of Flux, by cAdvisor's metrics: cluster, its namespace, pod, container.
    Container,
    /// A data source's whole fleet, by the plugin's own gauges: organisation and uid of the data source, and a state.
    /// Filters have no effect on it; a label `cluster` would name the cluster that Grafana runs on.
    Fleet,
    /// A cluster of such a fleet: also subscription, resource group, cluster and its type. Only the filter on clusters has
    /// an effect.
    FleetCluster,
}

/// Filters: lists of accepted values, empty = all. A list has no effect on series that lack the label.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Names of clusters, or their ARM ids, whose last segment counts.
    pub clusters: Vec<String>,
    /// Namespaces of objects; for series about controllers, namespaces of the controllers.
    pub namespaces: Vec<String>,
    /// Kinds of objects.
    pub kinds: Vec<String>,
    /// Names of the objects.
    pub names: Vec<String>,
    /// Controllers (`kustomization`) or deployments (`kustomize-controller`).
    pub controllers: Vec<String>,
}

impl Subject {
    /// The name on the series of a canonical label.
    pub fn label(self, canonical: &'static str, scheme: LabelScheme) -> &'static str {
        match (canonical, self, scheme) {
            ("namespace", Self::Object | Self::Source, LabelScheme::PodMonitor) => {
                "exported_namespace"
            }
            (
                "namespace",
                Self::Controller | Self::Queue | Self::Pod,
                LabelScheme::PodAnnotations,
            ) => "kubernetes_namespace",
            (
                "pod",
                Self::Object | Self::Source | Self::Controller | Self::Queue | Self::Pod,
                LabelScheme::PodAnnotations,
            ) => "kubernetes_pod_name",
            ("controller", Self::Queue, _) => "name",
            (label, Self::Fleet | Self::FleetCluster, _) => label_of_fleet(label),
            (label, ..) => label,
        }
    }

    /// Adds the canonical labels to series that have them under any of these schemes.
    pub fn canonical(self, series: Expr, labels: &[&'static str], schemes: &[LabelScheme]) -> Expr {
        let mut copied = Vec::new();
        labels.iter().flat_map(|&to| schemes.iter().map(move |&scheme| (to, scheme))).fold(
            series,
            |series, (to, scheme)| {
                let copy = (self.label(to, scheme), to);
                if copied.contains(&copy) {
                    return series;
                }
                copied.push(copy);
                series.copy_label(copy.0, to)
            },
        )
    }
}

impl Selection {
    /// The matchers for the series of a subject at an endpoint. The endpoint's name is also the name of the cluster for
    /// series without a label `cluster`.
    pub fn matchers(&self, subject: Subject, scheme: LabelScheme, endpoint: &str) -> Vec<Matcher> {
        match subject {
            Subject::Fleet => return Vec::new(),
            Subject::FleetCluster => return self.cluster_matchers(endpoint),
            _ => {}
        }
        let mut matchers = self.cluster_matchers(endpoint);
        let mut one_of = |canonical, values: &[String]| {
            if !values.is_empty() {
                matchers.push(Matcher::one_of(subject.label(canonical, scheme), values));
            }
        };
        one_of("namespace", &self.namespaces);
        match subject {
            Subject::Object => {
                one_of("name", &self.names);
                matchers.extend(self.kind_matchers("kind"));
            }
            Subject::Source => one_of("name", &self.names),
            Subject::Controller | Subject::Queue => {
                let kinds: Vec<String> =
                    self.kinds.iter().map(|kind| kind.to_ascii_lowercase()).collect();
                one_of("controller", &kinds);
                one_of("controller", &self.controllers_of_words());
            }
            Subject::Pod | Subject::Container => {
                let pod = subject.label("pod", scheme);
                matchers.push(if self.controllers.is_empty() {
                    Matcher::matches(pod, FLUX_PODS)
                } else {
                    let names: Vec<&str> = self
                        .controllers
                        .iter()
                        .map(|word| {
                            FluxDeployment::of(word).map_or(word.as_str(), |found| found.name)
                        })
                        .collect();
                    Matcher::matches(pod, &format!("({})-.+", alternatives(&names)))
                });
            }
            Subject::Fleet | Subject::FleetCluster => {}
        }
        matchers
    }

    /// The series of a subject under any of these schemes; `select` makes an expression of the matchers. No series is in the
    /// result twice.
    pub fn series(
        &self,
        subject: Subject,
        schemes: &[LabelScheme],
        endpoint: &str,
        select: impl Fn(&[Matcher]) -> Expr,
    ) -> Expr {
        let mut arms: Vec<Expr> = Vec::new();
        for &scheme in schemes {
            let mut matchers = self.matchers(subject, scheme, endpoint);
            let of_objects = matches!(subject, Subject::Object | Subject::Source);
            if schemes.len() > 1
                && of_objects
                && scheme != LabelScheme::PodMonitor
                && !self.namespaces.is_empty()
            {
                // Where there is such a label, `namespace` is the controller's.
                matchers.push(Matcher::is("exported_namespace", ""));
            }
            let arm = select(&matchers);
            if !arms.contains(&arm) {
                arms.push(arm);
            }
        }
        let union = arms.into_iter().reduce(|union, arm| union.with("or", &arm));
        // There is always a scheme.
        union.unwrap_or_else(|| select(&self.matchers(subject, LabelScheme::default(), endpoint)))
    }

    /// The conditions on the kind of objects, which `label` holds: the kinds, and the controllers that reconcile them.
    pub fn kind_matchers(&self, label: &str) -> Vec<Matcher> {
        let mut matchers = Vec::new();
        if !self.kinds.is_empty() {
            matchers.push(Matcher::one_of(label, &self.kinds));
        }
        if !self.controllers.is_empty() {
            let kinds = alternatives(&self.controllers_of_words());
            matchers.push(Matcher::matches(label, &format!("(?i:{kinds})")));
        }
        matchers
    }

    fn controllers_of_words(&self) -> Vec<String> {
        self.controllers.iter().flat_map(|word| kinds_of(word)).collect()
    }

    /// The condition on clusters alone.
    pub fn cluster_matchers(&self, endpoint: &str) -> Vec<Matcher> {
        if self.clusters.is_empty() {
            return Vec::new();
        }
        let mut names: Vec<&str> = self.clusters.iter().map(|name| cluster_name(name)).collect();
        names.sort_unstable();
        names.dedup();
        if names.contains(&endpoint) {
            names.push("");
        }
        vec![Matcher::one_of("cluster", &names)]
    }
}

/// The plugin's gauges spell these labels in snake case, as is usual in Prometheus.
fn label_of_fleet(canonical: &'static str) -> &'static str {
    match canonical {
        "complianceState" => "compliance_state",
        "provisioningState" => "provisioning_state",
        "clusterType" => "cluster_type",
        "resourceGroup" => "resource_group",
        "subscriptionId" => "subscription_id",
        "datasourceUid" => "datasource_uid",
        "orgId" => "org_id",
        label => label,
    }
}

/// Azure labels series with the last segment of the cluster's ARM id.
fn cluster_name(name_or_id: &str) -> &str {
    let id =
        name_or_id.strip_prefix('/').and_then(|id| id.trim_end_matches('/').rsplit('/').next());
    id.unwrap_or(name_or_id)
}

/// The controllers that a filter value means, as the label `controller` spells them.
fn kinds_of(word: &str) -> Vec<String> {
    match FluxDeployment::of(word) {
        Some(deployment) if deployment.name.eq_ignore_ascii_case(word) => {
            deployment.controllers.iter().map(|name| (*name).to_owned()).collect()
        }
        _ => vec![word.to_ascii_lowercase()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prometheus::promql::Expr;

    fn selected(selection: &Selection, subject: Subject, scheme: LabelScheme) -> String {
        Expr::select("m", &selection.matchers(subject, scheme, "here")).to_string()
    }

    fn list(values: &[&str]) -> Vec<String> {
        values.iter().map(|&value| value.to_owned()).collect()
    }

    #[test]
    fn each_scheme_has_its_names() {
        use LabelScheme::{Plain, PodAnnotations, PodMonitor};
        let selection = Selection { namespaces: list(&["apps"]), ..Selection::default() };
        for (subject, scheme, expected) in [
            (Subject::Object, PodAnnotations, r#"m{namespace="apps"}"#),
            (Subject::Object, PodMonitor, r#"m{exported_namespace="apps"}"#),
            (Subject::Object, Plain, r#"m{namespace="apps"}"#),
            (Subject::Queue, PodAnnotations, r#"m{kubernetes_namespace="apps"}"#),
            (Subject::Queue, PodMonitor, r#"m{namespace="apps"}"#),
        ] {
            assert_eq!(selected(&selection, subject, scheme), expected);
        }
        assert_eq!(Subject::Pod.label("pod", PodAnnotations), "kubernetes_pod_name");
        assert_eq!(Subject::Container.label("pod", PodAnnotations), "pod");
        assert_eq!(Subject::Queue.label("controller", Plain), "name");
    }

    #[test]
    fn series_of_any_scheme_are_selected_once_each_and_labelled_alike() {
        use LabelScheme::{PodAnnotations, PodMonitor};
        let some = Selection { namespaces: list(&["apps"]), ..Selection::default() };
        let any = |selection: &Selection, subject: Subject, by: &[&'static str]| {
            let schemes = [PodMonitor, PodAnnotations];
            let select = |matchers: &[Matcher]| Expr::select("m", matchers);
            let series = selection.series(subject, &schemes, "", select);
            subject.canonical(series, by, &schemes).to_string()
        };
        assert_eq!(
            any(&some, Subject::Object, &["name"]),
            r#"m{exported_namespace="apps"} or m{namespace="apps",exported_namespace=""}"#
        );
        assert_eq!(
            any(&Selection::default(), Subject::Object, &["namespace"]),
            r#"label_replace(m, "namespace", "$1", "exported_namespace", "(.+)")"#
        );
        assert_eq!(
            any(&some, Subject::Queue, &["controller", "pod"]),
            r#"label_replace(label_replace(m{namespace="apps"} or m{kubernetes_namespace="apps"}, "controller", "$1", "name", "(.+)"), "pod", "$1", "kubernetes_pod_name", "(.+)")"#
        );
        assert_eq!(any(&some, Subject::Container, &["pod"]).matches(" or ").count(), 0);
    }

    #[test]
    fn clusters_go_by_name_id_or_endpoint() {
        let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/aks-1";
        let clusters = |names: &[&str]| {
            let selection = Selection { clusters: list(names), ..Selection::default() };
            selected(&selection, Subject::Object, LabelScheme::Plain)
        };
        assert_eq!(clusters(&[id, "aks-1"]), r#"m{cluster="aks-1"}"#);
        assert_eq!(clusters(&["here", "b"]), r#"m{cluster=~"b|here|"}"#);
    }

    #[test]
    fn a_filter_on_controllers_uses_the_labels_that_the_series_have() {
        let selection =
            Selection { controllers: list(&["helm-controller", "bucket"]), ..Selection::default() };
        let text = |subject| selected(&selection, subject, LabelScheme::PodMonitor);
        assert_eq!(text(Subject::Queue), r#"m{name=~"helmrelease|bucket"}"#);
        assert_eq!(text(Subject::Pod), r#"m{pod=~"(helm-controller|source-controller)-.+"}"#);
        assert_eq!(text(Subject::Object), r#"m{kind=~"(?i:helmrelease|bucket)"}"#);
        let kinds = Selection { kinds: list(&["HelmRelease"]), ..Selection::default() };
        assert_eq!(
            selected(&kinds, Subject::Controller, LabelScheme::Plain),
            r#"m{controller="helmrelease"}"#
        );
    }
}
