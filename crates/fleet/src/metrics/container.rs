//! cadvisor's metrics of the controllers' containers.

use super::cluster::{ClusterMetrics, is_up};
use super::cycle::float;
use super::family::Family;
use super::kind::Controller;
use super::pod::Endpoint;
use super::runtime::memory;
use super::signal::{Signal, Sink};
use arcstr::literal;
use flux::Text;

/// Memory of a pod outside its container (the pause container), bytes.
const PAUSE: u64 = 300 * 1024;

pub(super) fn expose<'a>(cluster: &'a ClusterMetrics<'_>, sink: &mut Sink<'_, 'a>) {
    if !sink.wants(Family::ContainerMemory) {
        return;
    }
    for controller in Controller::ALL {
        let endpoint = Endpoint::Controller(controller);
        if !is_up(cluster.fleet, cluster.index, endpoint) {
            continue;
        }
        let pod = cluster.pod(endpoint);
        let objects = cluster.of_controller(controller).len();
        // The series of the whole pod has no `container` label and comes first. Sums over containers have to leave it
        // out.
        for whole in [true, false] {
            let (container, id, image) = if whole {
                (Text::default(), format!("/kubepods/pod-{}", pod.name), Text::default())
            } else {
                let image =
                    format!("mcr.microsoft.com/oss/fluxcd/{controller}:{}", cluster.version.text());
                (literal!("manager"), format!("/kubepods/pod-{}/manager", pod.name), image.into())
            };
            let name = if whole { Text::default() } else { pod.template_hash.clone() };
            let labels = [
                (literal!("container"), container),
                (literal!("id"), Text::from(id)),
                (literal!("image"), image),
                (literal!("name"), name),
                (literal!("namespace"), literal!("flux-system")),
                (literal!("pod"), pod.name.clone()),
            ];
            let signal = Signal::gauge(cluster.started, move |at| {
                let bytes = memory(objects, controller, at).working_set.unsigned_abs();
                float(bytes + if whole { PAUSE } else { 0 })
            });
            sink.whole(Family::ContainerMemory, &labels, signal);
        }
    }
}
