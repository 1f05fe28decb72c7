//! Prometheus configurations as users have them, as far as labels are concerned: relabelling that gives series the
//! labels of each scheme.

use fleet::LabelScheme;
use fleet::metrics::{Discovered, Endpoint, ScrapeOptions, Target, label_name};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Jobs of Azure's scraping: pods with annotations, and cadvisor.
const ANNOTATED: [&str; 2] = ["kubernetes-pods", "cadvisor"];
/// Jobs that the Prometheus operator makes from a `PodMonitor` for Flux and from kube-prometheus-stack's own monitors.
const MONITORED: [&str; 3] = [
    "podMonitor/monitoring/flux-system/0",
    "serviceMonitor/monitoring/kube-state-metrics/0",
    "serviceMonitor/monitoring/kubelet/1",
];

/// The job that scrapes an endpoint.
pub(super) fn job_of(scheme: LabelScheme, endpoint: Endpoint) -> &'static str {
    match (scheme, endpoint) {
        (LabelScheme::PodAnnotations, Endpoint::Cadvisor) => ANNOTATED[1],
        (LabelScheme::PodAnnotations, _) => ANNOTATED[0],
        (_, Endpoint::Controller(_)) => MONITORED[0],
        (_, Endpoint::KubeStateMetrics) => MONITORED[1],
        (_, Endpoint::Cadvisor) => MONITORED[2],
    }
}

/// The labels of a target before relabelling. Their names are those of Prometheus' Kubernetes discovery, where it has
/// one.
pub(super) fn discovery_labels(target: &Target, found: &Discovered) -> BTreeMap<String, String> {
    let mut labels: BTreeMap<String, String> = BTreeMap::new();
    let mut put = |name: &str, value: &str| labels.insert(name.to_owned(), value.to_owned());
    put("__metrics_path__", &format!("/_emulator/metrics/{}/{}", target.cluster, target.endpoint));
    put("__meta_emulator_address", &found.address);
    put("__meta_emulator_cluster", &target.cluster);
    put("__meta_kubernetes_namespace", &found.namespace);
    if target.endpoint == Endpoint::Cadvisor {
        put("__meta_kubernetes_node_name", &found.name);
    } else {
        put("__meta_kubernetes_pod_name", &found.name);
    }
    for (name, value) in &found.labels {
        put(&format!("__meta_kubernetes_pod_label_{}", label_name(name)), value);
    }
    labels
}

/// A configuration that scrapes all targets of the emulator at `host`.
pub(crate) fn configuration(
    host: &str,
    scrape: &ScrapeOptions,
    kube_state_metrics: bool,
) -> String {
    let seconds = scrape.interval.as_secs().max(1);
    let mut text = format!(
        "global:\n  scrape_interval: {seconds}s\n  scrape_timeout: {}s\nscrape_configs:\n",
        seconds.min(10)
    );
    let (scheme, name) = match scrape.scheme {
        LabelScheme::PodAnnotations => (&ANNOTATED[..], "podAnnotations"),
        LabelScheme::PodMonitor => (&MONITORED[..], "podMonitor"),
        LabelScheme::Plain => (&MONITORED[..], "plain"),
    };
    let jobs =
        scheme.iter().filter(|job| kube_state_metrics || !job.contains("kube-state-metrics"));
    for job in jobs {
        // Writing to a String can't fail.
        let _ = write!(
            text,
            "  - job_name: {job}\n    honor_labels: {}\n    http_sd_configs:\n      - url: http://{host}/_emulator/targets?scheme={name}&job={job}\n        refresh_interval: 1m\n    relabel_configs:\n",
            honors_labels(scrape.scheme, job)
        );
        for rule in rules(job) {
            text.push_str(&rule);
        }
        if scrape.cluster_label || scrape.scheme == LabelScheme::PodAnnotations {
            text.push_str(&copied("__meta_emulator_cluster", "cluster"));
        }
    }
    text
}

/// kube-prometheus-stack's monitors keep a series' own namespace and pod labels. The monitor for Flux does so only with
/// `honorLabels`.
fn honors_labels(scheme: LabelScheme, job: &str) -> bool {
    scheme != LabelScheme::PodAnnotations && (scheme == LabelScheme::Plain || job != MONITORED[0])
}

fn rules(job: &str) -> Vec<String> {
    let instance = copied("__meta_emulator_address", "instance");
    let namespace = |label| copied("__meta_kubernetes_namespace", label);
    let pod = |label| copied("__meta_kubernetes_pod_name", label);
    let node = |label| copied("__meta_kubernetes_node_name", label);
    match job {
        "kubernetes-pods" => vec![
            instance,
            namespace("kubernetes_namespace"),
            pod("kubernetes_pod_name"),
            "      - action: labelmap\n        regex: __meta_kubernetes_pod_label_(.+)\n"
                .to_owned(),
        ],
        "cadvisor" => vec![node("instance")],
        "podMonitor/monitoring/flux-system/0" => vec![
            instance,
            namespace("namespace"),
            pod("pod"),
            fixed("container", "manager"),
            fixed("endpoint", "http-prom"),
            fixed("job", "monitoring/flux-system"),
        ],
        "serviceMonitor/monitoring/kube-state-metrics/0" => vec![
            instance,
            namespace("namespace"),
            pod("pod"),
            fixed("container", "kube-state-metrics"),
            fixed("service", "kube-state-metrics"),
            fixed("endpoint", "http"),
            fixed("job", "kube-state-metrics"),
        ],
        _ => vec![
            instance,
            namespace("namespace"),
            node("node"),
            fixed("service", "kubelet"),
            fixed("endpoint", "https-metrics"),
            fixed("metrics_path", "/metrics/cadvisor"),
            fixed("job", "kubelet"),
        ],
    }
}

fn copied(from: &str, to: &str) -> String {
    format!("      - source_labels: [{from}]\n        target_label: {to}\n")
}

fn fixed(label: &str, value: &str) -> String {
    format!("      - target_label: {label}\n        replacement: {value}\n")
}
