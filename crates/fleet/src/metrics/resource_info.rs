//! kube-state-metrics' metric of each object when it is configured for Flux: one series per object, with the state in
//! labels.

use super::cluster::ClusterMetrics;
use super::family::Family;
use super::kind::FluxKind;
use super::object::FluxObject;
use super::signal::{LabelPairs, Signal, Sink};
use crate::catalogue::SourceKind;
use crate::configuration::{Configuration, Standing};
use arcstr::literal;
use flux::{ReferenceType, Text, UtcMillis};
use std::ops::RangeInclusive;

/// Version of every chart, and of the application in it.
const CHART_VERSION: Text = literal!("4.7.1");
const APP_VERSION: Text = literal!("v2.11.0");
/// Revision of every chart repository: the digest of its index.
const INDEX_REVISION: Text =
    literal!("sha256:7f3c2a915be04d6688a1f2c95d0be6472cc1a83e5b94f7d60e12ab3497cd5810");

const ALWAYS: (UtcMillis, UtcMillis) = (UtcMillis(i64::MIN), UtcMillis(i64::MAX));

pub(super) fn expose<'a>(
    cluster: &'a ClusterMetrics<'_>,
    span: &RangeInclusive<UtcMillis>,
    sink: &mut Sink<'_, 'a>,
) {
    if !sink.wants(Family::ResourceInfo) {
        return;
    }
    let started = cluster.started;
    for object in &cluster.objects {
        // kube-state-metrics reads the API server, so deleted objects have no series.
        let Some(number) = object.configuration else { continue };
        let configuration = cluster.fleet.configuration(number);
        let mut at = *span.end();
        loop {
            let (from, until) = match object.kind {
                // The versions of charts never change.
                FluxKind::HelmRepository | FluxKind::HelmChart | FluxKind::HelmRelease => ALWAYS,
                _ if object.ready.is_none() => ALWAYS,
                _ => configuration.revision_span(at),
            };
            let labels = labels(cluster, object, &configuration, at);
            let signal = Signal::gauge(from.max(started), |_| 1.0).until(until);
            sink.whole(Family::ResourceInfo, &labels, signal);
            if from <= *span.start().max(&started) {
                break;
            }
            at = UtcMillis(from.0 - 1);
        }
    }
}

/// The object's revision, in the form of its kind. `None`: the object never reached a revision.
pub(super) fn revision(
    object: &FluxObject,
    configuration: &Configuration<'_>,
    at: UtcMillis,
) -> Option<Text> {
    object.ready?;
    match object.kind {
        FluxKind::HelmRepository => Some(INDEX_REVISION),
        FluxKind::HelmChart => Some(CHART_VERSION),
        FluxKind::HelmRelease => {
            (configuration.standing != Standing::Pending).then_some(CHART_VERSION)
        }
        _ => Some(source_revision(configuration, &configuration.revision(at)?.hash)),
    }
}

fn source_revision(configuration: &Configuration<'_>, hash: &str) -> Text {
    let algorithm = if configuration.source.kind == SourceKind::Git { "sha1" } else { "sha256" };
    Text::from(match configuration.source.reference {
        Some((ReferenceType::Commit, _)) | None => format!("{algorithm}:{hash}"),
        Some((ReferenceType::Semver, _)) => format!("v3.4.2@{algorithm}:{hash}"),
        Some((_, name)) => format!("{name}@{algorithm}:{hash}"),
    })
}

fn labels(
    cluster: &ClusterMetrics<'_>,
    object: &FluxObject,
    configuration: &Configuration<'_>,
    at: UtcMillis,
) -> LabelPairs {
    let kind = object.kind;
    let app = configuration.app.name;
    let release = configuration.name();
    let mut labels = vec![
        (literal!("customresource_group"), kind.group()),
        (literal!("customresource_kind"), kind.text()),
        (literal!("customresource_version"), cluster.version.api_version(kind).into()),
        (literal!("exported_namespace"), object.namespace.clone()),
        (literal!("name"), object.name.clone()),
    ];
    let mut put = |name: Text, value: Option<Text>| {
        labels.extend(value.map(|value| (name, value)));
    };
    put(literal!("ready"), object.ready.map(super::Readiness::text));
    let suspend = object.suspend.map(|set| if set { literal!("true") } else { literal!("false") });
    put(literal!("suspended"), suspend);
    let revision = revision(object, configuration, at);
    let known = |value: Text| revision.as_ref().map(|_| value);
    match kind {
        FluxKind::Kustomization => put(literal!("source_name"), Some(release)),
        FluxKind::HelmRelease => {
            put(literal!("chart_app_version"), known(APP_VERSION));
            put(literal!("chart_name"), Some(app.into()));
            let source = Text::from(format!("{release}-charts"));
            put(literal!("chart_source_name"), Some(source));
        }
        FluxKind::HelmChart => {
            put(literal!("chart_name"), Some(app.into()));
            put(literal!("chart_version"), Some(CHART_VERSION));
        }
        FluxKind::HelmRepository => {
            let url = Text::from(format!("https://charts.harborline.example/{app}"));
            put(literal!("url"), Some(url));
        }
        FluxKind::GitRepository | FluxKind::OciRepository => {
            put(literal!("url"), Some(configuration.source.url.into()));
        }
        FluxKind::Bucket => {
            let name = if configuration.source.kind == SourceKind::Blob {
                literal!("manifests")
            } else {
                literal!("flux")
            };
            put(literal!("bucket_name"), Some(name));
            let endpoint = configuration.source.url.trim_start_matches("https://");
            put(literal!("endpoint"), Some(endpoint.trim_end_matches('/').into()));
        }
    }
    put(literal!("revision"), revision);
    labels.sort_unstable_by(|(left, _), (right, _)| left.cmp(right));
    labels
}
