//! Endpoints as Prometheus scrapes them: at which times, and with which labels.

use super::kind::Controller;
use super::pod::{Endpoint, Pod};
use super::signal::LabelPairs;
use super::{FleetMetrics, cluster};
use crate::dice::{Dice, Topic};
use crate::times::last_event;
use crate::{LabelScheme, Labels};
use arcstr::literal;
use flux::{Text, UtcMillis};
use std::time::Duration;

/// How the clusters are scraped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScrapeOptions {
    /// How series are labelled.
    pub scheme: LabelScheme,
    /// Whether series have the label `cluster` where the scheme leaves it to the user. Azure's scraping always adds it.
    pub cluster_label: bool,
    /// The scrape interval.
    pub interval: Duration,
}

impl ScrapeOptions {
    /// Every thirty seconds, with a label for the cluster.
    pub fn new(scheme: LabelScheme) -> Self {
        Self { scheme, cluster_label: true, interval: Duration::from_secs(30) }
    }
}

/// An endpoint of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Index of the cluster.
    pub(crate) index: usize,
    /// Name of the cluster.
    pub cluster: Text,
    /// What serves the metrics.
    pub endpoint: Endpoint,
}

/// What Prometheus' service discovery says of a pod or node, before relabelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discovered {
    /// The Kubernetes namespace.
    pub namespace: Text,
    /// Name of the pod; for cadvisor, of the node.
    pub name: Text,
    /// The address to which Prometheus would connect.
    pub address: Text,
    /// Labels of the pod; empty for cadvisor.
    pub labels: Vec<(Text, Text)>,
}

impl Target {
    /// What Prometheus' service discovery says of the target.
    pub fn discovered(&self, metrics: &FleetMetrics<'_>) -> Discovered {
        let pod = Pod::of(metrics.fleet.spec.seed, self.index, self.endpoint);
        let port = match self.endpoint {
            Endpoint::Cadvisor => 10250,
            Endpoint::Controller(_) | Endpoint::KubeStateMetrics => 8080,
        };
        let (namespace, labels) = match self.endpoint {
            Endpoint::Controller(controller) => {
                let version = cluster::version(metrics.fleet, metrics.options, self.index);
                (literal!("flux-system"), controller_labels(controller, &pod, version.text()))
            }
            Endpoint::KubeStateMetrics => {
                let labels = vec![
                    (literal!("app.kubernetes.io/instance"), literal!("flux-state-metrics")),
                    (literal!("app.kubernetes.io/name"), literal!("kube-state-metrics")),
                    (literal!("pod-template-hash"), pod.template_hash.clone()),
                ];
                (literal!("monitoring"), labels)
            }
            Endpoint::Cadvisor => (literal!("kube-system"), Vec::new()),
        };
        let address = Text::from(format!("{}:{port}", pod.ip));
        Discovered { namespace, name: pod.name, address, labels }
    }

    /// Milliseconds after a multiple of the interval at which the target is scraped. Never whole seconds: so no sample
    /// is at the very edge of a range of whole seconds, where versions of Prometheus differ.
    fn phase(&self, seed: u64, interval: i64) -> u64 {
        let stream = ((self.index as u64) << 8) + 0x80 + self.endpoint.place();
        let phase = Dice::new(seed, Topic::Pod, stream).below(interval.unsigned_abs());
        if phase.is_multiple_of(1000) { phase + 7 } else { phase }
    }
}

fn controller_labels(controller: Controller, pod: &Pod, version: Text) -> Vec<(Text, Text)> {
    vec![
        (literal!("app"), controller.text()),
        (literal!("app.kubernetes.io/component"), controller.text()),
        (literal!("app.kubernetes.io/instance"), literal!("flux-system")),
        (literal!("app.kubernetes.io/part-of"), literal!("flux")),
        (literal!("app.kubernetes.io/version"), version),
        (literal!("pod-template-hash"), pod.template_hash.clone()),
    ]
}

/// A target in the configuration of one Prometheus.
#[derive(Clone, Debug)]
pub(crate) struct Scraped {
    pub(crate) target: Target,
    /// Labels that scraping adds to all its series, sorted by name.
    pub(crate) labels: Vec<(Text, Text)>,
    /// Whether a series' own label wins over a target's label of the same name.
    honors_labels: bool,
    /// When the cluster's endpoints appeared.
    pub(crate) from: UtcMillis,
    pub(crate) interval: i64,
    phase: u64,
}

impl Scraped {
    pub(crate) fn new(target: Target, metrics: &FleetMetrics<'_>, scrape: &ScrapeOptions) -> Self {
        let interval = i64::try_from(scrape.interval.as_millis()).unwrap_or(i64::MAX).max(1);
        let found = target.discovered(metrics);
        let mut labels = match scrape.scheme {
            LabelScheme::PodAnnotations => annotated(&target, found),
            LabelScheme::PodMonitor | LabelScheme::Plain => monitored(&target, found),
        };
        if scrape.cluster_label || scrape.scheme == LabelScheme::PodAnnotations {
            labels.push((literal!("cluster"), target.cluster.clone()));
        }
        labels.sort_unstable();
        let honors_labels = match (scrape.scheme, target.endpoint) {
            (LabelScheme::PodAnnotations, _)
            | (LabelScheme::PodMonitor, Endpoint::Controller(_)) => false,
            (LabelScheme::PodMonitor | LabelScheme::Plain, _) => true,
        };
        let phase = target.phase(metrics.fleet.spec.seed, interval);
        let from = cluster::started(metrics.fleet, target.index);
        Self { target, labels, honors_labels, from, interval, phase }
    }

    /// Grafana, which exposes the plugin's own gauges.
    pub(crate) fn grafana(scrape: &ScrapeOptions) -> Self {
        let interval = i64::try_from(scrape.interval.as_millis()).unwrap_or(i64::MAX).max(1);
        let cluster = literal!("grafana");
        Self {
            target: Target { index: usize::MAX, cluster, endpoint: Endpoint::Cadvisor },
            labels: vec![
                (literal!("instance"), literal!("grafana:3000")),
                (literal!("job"), literal!("azuregitops")),
            ],
            honors_labels: true,
            from: UtcMillis(cluster::FIRST_START),
            interval,
            phase: 0,
        }
    }

    /// The labels of a series after scraping.
    pub(crate) fn label(&self, exposed: LabelPairs) -> Labels {
        let own = |name: &Text| exposed.iter().find(|(own, _)| own == name);
        if self.honors_labels {
            let rest = self.labels.iter().filter(|(name, _)| own(name).is_none()).cloned();
            let rest: Vec<_> = rest.collect();
            return rest.into_iter().chain(exposed).collect();
        }
        let taken = |name: &Text| self.labels.iter().any(|(taken, _)| taken == name);
        let mut labels = Vec::with_capacity(self.labels.len() + exposed.len());
        for (name, value) in &exposed {
            if value.is_empty() {
                continue;
            }
            let mut name = name.clone();
            if taken(&name) {
                while taken(&name) || own(&name).is_some() {
                    name = Text::from(format!("exported_{name}"));
                }
            }
            labels.push((name, value.clone()));
        }
        labels.extend_from_slice(&self.labels);
        labels.into_iter().collect()
    }

    /// The last scrape not after a time.
    pub(crate) fn last(&self, at: UtcMillis) -> UtcMillis {
        last_event(at, self.interval, self.phase)
    }

    /// The first scrape not before a time.
    pub(crate) fn first(&self, at: UtcMillis) -> UtcMillis {
        let last = self.last(at);
        if last == at { at } else { UtcMillis(last.0 + self.interval) }
    }
}

/// Labels of Azure's scraping by pod annotations, and of its cadvisor job.
fn annotated(target: &Target, found: Discovered) -> LabelPairs {
    if target.endpoint == Endpoint::Cadvisor {
        return vec![(literal!("job"), literal!("cadvisor")), (literal!("instance"), found.name)];
    }
    let mut labels = vec![
        (literal!("job"), literal!("kubernetes-pods")),
        (literal!("instance"), found.address),
        (literal!("kubernetes_namespace"), found.namespace),
        (literal!("kubernetes_pod_name"), found.name),
    ];
    labels.extend(found.labels.into_iter().map(|(name, value)| (label_name(&name), value)));
    labels
}

/// A Kubernetes label's name in the form that Prometheus allows.
pub fn label_name(name: &str) -> Text {
    let valid = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' };
    Text::from(name.chars().map(valid).collect::<String>())
}

/// Labels of a `PodMonitor` for the controllers, and of kube-prometheus-stack's jobs for kube-state-metrics and
/// kubelets.
fn monitored(target: &Target, found: Discovered) -> LabelPairs {
    let (job, name, container, endpoint) = match target.endpoint {
        Endpoint::Controller(_) => (
            literal!("monitoring/flux-system"),
            literal!("pod"),
            Some(literal!("manager")),
            literal!("http-prom"),
        ),
        Endpoint::KubeStateMetrics => (
            literal!("kube-state-metrics"),
            literal!("pod"),
            Some(literal!("kube-state-metrics")),
            literal!("http"),
        ),
        Endpoint::Cadvisor => {
            (literal!("kubelet"), literal!("node"), None, literal!("https-metrics"))
        }
    };
    let mut labels = vec![
        (literal!("job"), job),
        (literal!("instance"), found.address),
        (literal!("namespace"), found.namespace),
        (name, found.name),
        (literal!("endpoint"), endpoint),
    ];
    labels.extend(container.map(|container| (literal!("container"), container)));
    let service = match target.endpoint {
        Endpoint::Controller(_) => None,
        Endpoint::KubeStateMetrics => Some(literal!("kube-state-metrics")),
        Endpoint::Cadvisor => Some(literal!("kubelet")),
    };
    labels.extend(service.map(|service| (literal!("service"), service)));
    if target.endpoint == Endpoint::Cadvisor {
        labels.push((literal!("metrics_path"), literal!("/metrics/cadvisor")));
    }
    labels
}
