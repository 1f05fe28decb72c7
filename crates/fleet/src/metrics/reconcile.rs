//! The controllers' metrics of each object: reconcile durations, and readiness and suspension where the version reports
//! them.

use super::bounds::RECONCILE_DURATION;
use super::cluster::ClusterMetrics;
use super::cycle::float;
use super::family::Family;
use super::kind::{Controller, FluxKind};
use super::object::FluxObject;
use super::readiness::Readiness;
use super::share::{CACHE_MISS, TOKEN_MISS};
use super::signal::{LabelPairs, Observed, Signal, Sink, Tally};
use arcstr::literal;
use flux::Text;

pub(super) fn expose<'a>(
    cluster: &'a ClusterMetrics<'_>,
    controller: Controller,
    sink: &mut Sink<'_, 'a>,
) {
    for object in cluster.of_controller(controller) {
        // An object that was never reconciled has no series.
        let Some(since) = object.reconciles.since() else { continue };
        let labels = [
            (literal!("kind"), object.kind.text()),
            (literal!("name"), object.name.clone()),
            (literal!("namespace"), object.namespace.clone()),
        ];
        if cluster.version.tells_readiness(object.kind) {
            let suspended = f64::from(u8::from(object.suspended()));
            sink.whole(Family::SuspendStatus, &labels, Signal::gauge(since, move |_| suspended));
            if sink.wants(Family::ReconcileCondition) {
                for (status, value) in statuses(object, cluster.version.remembers_deleted()) {
                    let mut labels = labels.to_vec();
                    labels.push((literal!("status"), status));
                    labels.push((literal!("type"), literal!("Ready")));
                    let value = f64::from(u8::from(value));
                    let signal = Signal::gauge(since, move |_| value);
                    sink.whole(Family::ReconcileCondition, &labels, signal);
                }
            }
        }
        if sink.wants(Family::ReconcileDuration) {
            let reconciles = &object.reconciles;
            let observed = Observed::of([(Tally::Done(reconciles), reconciles.work)]);
            sink.histogram(
                Family::ReconcileDuration,
                &labels,
                &RECONCILE_DURATION,
                since,
                observed,
            );
        }
        caches(cluster, object, &labels, sink);
    }
    if controller == Controller::SourceController && cluster.version.caches_tokens() {
        token_cache(cluster, sink);
    }
}

/// Each status of the condition `Ready`, and whether the object has it.
fn statuses(object: &FluxObject, deleted_too: bool) -> Vec<(Text, bool)> {
    let deleted = deleted_too.then(|| (literal!("Deleted"), object.deleted()));
    let ready = Readiness::ALL.map(|status| (status.text(), object.ready == Some(status)));
    deleted.into_iter().chain(ready).collect()
}

fn caches<'a>(
    cluster: &'a ClusterMetrics<'_>,
    object: &'a FluxObject,
    labels: &[(Text, Text)],
    sink: &mut Sink<'_, 'a>,
) {
    let Some(since) = object.reconciles.since() else { return };
    let (family, misses) = match object.kind {
        FluxKind::HelmRepository => (Family::CacheEvents, CACHE_MISS),
        _ if holds_token(object) && cluster.version.caches_tokens() => {
            (Family::TokenCacheEvents, TOKEN_MISS)
        }
        _ => return,
    };
    if !sink.wants(family) {
        return;
    }
    for miss in [false, true] {
        let event = if miss { literal!("cache_miss") } else { literal!("cache_hit") };
        let mut pairs: LabelPairs = vec![(literal!("event_type"), event)];
        if family == Family::CacheEvents {
            pairs.extend_from_slice(&labels[1..]);
        } else {
            pairs.extend_from_slice(labels);
            pairs.push((literal!("operation"), literal!("reconcile")));
        }
        let signal = Signal::counter(since, move |at| {
            let done = object.reconciles.done(at);
            let not_found = misses.count(object.salt, done);
            float(if miss { not_found } else { done - not_found })
        });
        sink.whole(family, &pairs, signal);
    }
}

/// Whether an object signs in to Azure with a cached token.
pub(super) fn holds_token(object: &FluxObject) -> bool {
    matches!(object.kind, FluxKind::OciRepository | FluxKind::Bucket)
}

fn token_cache<'a>(cluster: &'a ClusterMetrics<'_>, sink: &mut Sink<'_, 'a>) {
    let started = cluster.started;
    let objects = || cluster.objects.iter().filter(|object| holds_token(object));
    for (status, failed) in [(literal!("failure"), true), (literal!("success"), false)] {
        let asked =
            objects().filter(move |object| (object.ready == Some(Readiness::False)) == failed);
        let signal = Signal::counter(started, move |at| {
            float(asked.clone().map(|object| object.reconciles.done(at)).sum())
        });
        let signal = signal.costs(cluster.objects.len());
        sink.whole(Family::TokenCacheRequests, &[(literal!("status"), status)], signal);
    }
    let evicted = Signal::counter(started, move |at| {
        let missed = objects().map(|object| {
            // Each miss but an object's first replaces a token that has expired.
            TOKEN_MISS.count(object.salt, object.reconciles.done(at)).saturating_sub(1)
        });
        float(missed.sum())
    });
    sink.whole(Family::TokenCacheEvictions, &[], evicted.costs(cluster.objects.len()));
    let cached = Signal::gauge(started, move |at| {
        float(objects().filter(|object| object.reconciles.done(at) > 0).count() as u64)
    });
    sink.whole(Family::TokenCachedItems, &[], cached.costs(cluster.objects.len()));
}
