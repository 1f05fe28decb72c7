//! The plugin's own metrics, for operators of Grafana: requests to Azure, how long answers take, how old the data is.
//!
//! The values of labels are bounded: query types of the catalogue, upstreams, statuses, and at most [`MAX_DATA_SOURCES`]
//! data sources. [`super::fleet_metrics`] has the gauges of their fleets.

use super::fleet_metrics;
use super::holding::{DataSourceLabels, Holding};
use crate::upstream::Outcome;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode_registry;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::sync::atomic::AtomicU64;
use std::time::Duration;

/// Most data sources with series of their own; others are only counted.
const MAX_DATA_SOURCES: usize = 200;
const PREFIX: &str = "azuregitops";
/// Upper bounds in seconds: answers from the snapshot take microseconds, upstream calls up to the longest time-out.
const QUERY_BUCKETS: [f64; 12] =
    [0.000_25, 0.001, 0.002_5, 0.01, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0, 30.0, 60.0];
const UPSTREAM_BUCKETS: [f64; 9] = [0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];
const REFRESH_BUCKETS: [f64; 9] = [0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct QueryLabels {
    query_type: &'static str,
    status: u16,
    error_source: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct QueryTypeLabels {
    query_type: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    upstream: &'static str,
    status: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct UpstreamLabels {
    upstream: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabels {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ItemLabels {
    org_id: i64,
    datasource_uid: String,
    item: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct BuildLabels {
    version: &'static str,
}

type Histograms<L> = Family<L, Histogram, fn() -> Histogram>;

/// A query that was answered, well or with an error.
#[derive(Clone, Copy, Debug)]
pub(super) struct AnsweredQuery {
    /// A query type of the catalogue, or `unknown`.
    pub(super) query_type: &'static str,
    /// HTTP status.
    pub(super) status: u16,
    /// Whose fault an error is; `None` for a good answer.
    pub(super) error_source: Option<&'static str>,
    pub(super) took: Duration,
}

/// Counters and histograms since the process began.
pub(super) struct Metrics {
    registry: Registry,
    queries: Family<QueryLabels, Counter>,
    query_duration: Histograms<QueryTypeLabels>,
    upstream_requests: Family<RequestLabels, Counter>,
    upstream_duration: Histograms<UpstreamLabels>,
    refresh_duration: Histograms<OutcomeLabels>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix(PREFIX);
        let queries = Family::default();
        registry.register(
            "queries",
            "Queries answered, by query type, HTTP status and whose fault an error is",
            queries.clone(),
        );
        let query_duration = Histograms::new_with_constructor(|| Histogram::new(QUERY_BUCKETS));
        registry.register_with_unit(
            "query_duration",
            "Time to answer a query, encoding included",
            Unit::Seconds,
            query_duration.clone(),
        );
        let upstream_requests = Family::default();
        registry.register(
            "upstream_requests",
            "HTTP requests sent, retries included, by upstream and HTTP status, timed_out or unreachable",
            upstream_requests.clone(),
        );
        let upstream_duration =
            Histograms::new_with_constructor(|| Histogram::new(UPSTREAM_BUCKETS));
        registry.register_with_unit(
            "upstream_request_duration",
            "Time until the headers of an upstream's reply",
            Unit::Seconds,
            upstream_duration.clone(),
        );
        let refresh_duration = Histograms::new_with_constructor(|| Histogram::new(REFRESH_BUCKETS));
        registry.register_with_unit(
            "inventory_refresh_duration",
            "Time to read the whole inventory, by outcome",
            Unit::Seconds,
            refresh_duration.clone(),
        );
        let build = Family::<BuildLabels, Gauge>::default();
        build.get_or_create(&BuildLabels { version: env!("CARGO_PKG_VERSION") }).set(1);
        registry.register("build_info", "Version of the plugin", build);
        Self {
            registry,
            queries,
            query_duration,
            upstream_requests,
            upstream_duration,
            refresh_duration,
        }
    }
}

impl Metrics {
    /// A query was answered.
    pub(super) fn query(&self, answered: &AnsweredQuery) {
        let &AnsweredQuery { query_type, status, error_source, took } = answered;
        let error_source = error_source.unwrap_or("none");
        self.queries.get_or_create(&QueryLabels { query_type, status, error_source }).inc();
        self.query_duration
            .get_or_create(&QueryTypeLabels { query_type })
            .observe(took.as_secs_f64());
    }

    /// A request to an upstream ended, with an HTTP status or without a reply.
    pub(super) fn upstream(&self, upstream: &'static str, outcome: Outcome, took: Duration) {
        let status = match outcome {
            Outcome::Status(status) => status.to_string(),
            Outcome::TimedOut => "timed_out".to_owned(),
            Outcome::Unreachable => "unreachable".to_owned(),
        };
        self.upstream_requests.get_or_create(&RequestLabels { upstream, status }).inc();
        self.upstream_duration
            .get_or_create(&UpstreamLabels { upstream })
            .observe(took.as_secs_f64());
    }

    /// A refresh of the inventory ended.
    pub(super) fn refresh(&self, succeeded: bool, took: Duration) {
        let outcome = if succeeded { "success" } else { "failure" };
        self.refresh_duration.get_or_create(&OutcomeLabels { outcome }).observe(took.as_secs_f64());
    }

    /// All metrics in Prometheus' text format.
    pub(super) fn render(&self, holdings: &[Holding]) -> String {
        let mut text = String::new();
        let held = registry_of(holdings);
        let written = encode_registry(&mut text, &self.registry)
            .and_then(|()| encode_registry(&mut text, &held));
        if written.is_err() {
            // Can't happen: writing to a String doesn't fail.
            tracing::error!("metrics could not be written");
        }
        as_prometheus_text(&text)
    }
}

fn registry_of(holdings: &[Holding]) -> Registry {
    let instances = Gauge::<i64>::default();
    instances.set(i64::try_from(holdings.len()).unwrap_or(i64::MAX));
    let ages = Family::<DataSourceLabels, Gauge<f64, AtomicU64>>::default();
    let items = Family::<ItemLabels, Gauge>::default();
    let shown = || holdings.iter().take(MAX_DATA_SOURCES);
    for holding in shown() {
        let labels = holding.labels();
        if let Some(age) = holding.snapshot_age {
            ages.get_or_create(&labels).set(age.as_secs_f64());
        }
        let DataSourceLabels { org_id, datasource_uid } = labels;
        for &(item, count) in &holding.items {
            let labels = ItemLabels { org_id, datasource_uid: datasource_uid.clone(), item };
            items.get_or_create(&labels).set(i64::try_from(count).unwrap_or(i64::MAX));
        }
    }
    let mut registry = Registry::with_prefix(PREFIX);
    registry.register("instances", "Data sources that were asked lately", instances);
    registry.register_with_unit(
        "inventory_age",
        "Age of the snapshot that queries are answered from",
        Unit::Seconds,
        ages,
    );
    registry.register("inventory_items", "What the snapshot holds", items);
    fleet_metrics::register(&mut registry, shown());
    registry
}

/// Converts `OpenMetrics` to the older text format that Grafana's endpoint announces. In that format the name of a counter's
/// family ends in `_total`, like its samples, and there are no `UNIT` lines.
fn as_prometheus_text(open_metrics: &str) -> String {
    let mut text = String::with_capacity(open_metrics.len());
    let mut lines = open_metrics.lines().peekable();
    while let Some(line) = lines.next() {
        if line.starts_with("# UNIT ") {
            continue;
        }
        let Some(help) = line.strip_prefix("# HELP ") else {
            text.push_str(line);
            text.push('\n');
            continue;
        };
        let (name, doc) = help.split_once(' ').unwrap_or((help, ""));
        let kind = lines.next_if(|next| next.starts_with("# TYPE "));
        let kind = kind.and_then(|line| line.rsplit(' ').next()).unwrap_or("untyped");
        let suffix = if kind == "counter" { "_total" } else { "" };
        text.push_str(&["# HELP ", name, suffix, " ", doc, "\n"].concat());
        text.push_str(&["# TYPE ", name, suffix, " ", kind, "\n"].concat());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugin::instances::InstanceKey;

    #[test]
    fn is_text_that_prometheus_reads() {
        let metrics = Metrics::default();
        let answered = AnsweredQuery {
            query_type: "configurations",
            status: 200,
            error_source: None,
            took: Duration::from_millis(2),
        };
        metrics.query(&answered);
        metrics.query(&AnsweredQuery {
            status: 429,
            error_source: Some("downstream"),
            took: Duration::from_secs(4),
            ..answered
        });
        metrics.upstream("arg", Outcome::Status(200), Duration::from_millis(300));
        metrics.refresh(true, Duration::from_secs(2));
        let holding = Holding {
            key: InstanceKey { org_id: 1, uid: "fleet".to_owned() },
            snapshot_age: Some(Duration::from_millis(1500)),
            items: vec![("configurations", 5000)],
            fleet: None,
        };
        let text = metrics.render(&[holding]);
        for expected in [
            "# TYPE azuregitops_queries_total counter\n",
            "azuregitops_queries_total{query_type=\"configurations\",status=\"200\",error_source=\"none\"} 1\n",
            "azuregitops_queries_total{query_type=\"configurations\",status=\"429\",error_source=\"downstream\"} 1\n",
            "# TYPE azuregitops_query_duration_seconds histogram\n",
            "azuregitops_query_duration_seconds_count{query_type=\"configurations\"} 2\n",
            "azuregitops_query_duration_seconds_bucket{le=\"0.0025\",query_type=\"configurations\"} 1\n",
            "azuregitops_upstream_requests_total{upstream=\"arg\",status=\"200\"} 1\n",
            "azuregitops_inventory_refresh_duration_seconds_count{outcome=\"success\"} 1\n",
            "# TYPE azuregitops_inventory_age_seconds gauge\n",
            "azuregitops_inventory_age_seconds{org_id=\"1\",datasource_uid=\"fleet\"} 1.5\n",
            "azuregitops_inventory_items{org_id=\"1\",datasource_uid=\"fleet\",item=\"configurations\"} 5000\n",
            "azuregitops_instances 1\n",
        ] {
            assert!(text.contains(expected), "{expected} is missing in\n{text}");
        }
        assert!(!text.contains("# UNIT") && !text.contains("# EOF"));
    }

    #[test]
    fn every_sample_belongs_to_a_family_that_was_announced() {
        let metrics = Metrics::default();
        metrics.query(&AnsweredQuery {
            query_type: "values",
            status: 200,
            error_source: None,
            took: Duration::ZERO,
        });
        metrics.upstream("identity", Outcome::TimedOut, Duration::ZERO);
        metrics.refresh(false, Duration::ZERO);
        let text = metrics.render(&[]);
        let mut family = "";
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("# TYPE ") {
                family = rest.split(' ').next().expect("a name");
            } else if !line.starts_with('#') {
                let name = line.split(['{', ' ']).next().expect("a name");
                assert!(name.starts_with(family), "{name} after {family}");
                assert!(family.starts_with("azuregitops_"), "{family}");
            }
        }
    }

    #[test]
    fn the_number_of_series_is_bounded() {
        let holdings: Vec<_> = (0..1000)
            .map(|org_id| Holding {
                key: InstanceKey { org_id, uid: "a\"b".to_owned() },
                snapshot_age: Some(Duration::ZERO),
                items: vec![],
                fleet: None,
            })
            .collect();
        let text = Metrics::default().render(&holdings);
        assert!(text.contains("azuregitops_instances 1000\n"));
        let ages =
            text.lines().filter(|line| line.starts_with("azuregitops_inventory_age_seconds{"));
        assert_eq!(ages.count(), MAX_DATA_SOURCES);
        assert!(text.contains(r#"datasource_uid="a\"b""#), "{text}");
    }
}
