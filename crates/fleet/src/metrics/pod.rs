//! Names and addresses of the pods and nodes that serve metrics.

use super::kind::Controller;
use crate::dice::{Dice, Topic};
use flux::Text;
use std::fmt;

/// A source of metrics on a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Endpoint {
    /// A Flux controller.
    Controller(Controller),
    /// kube-state-metrics, configured for Flux.
    KubeStateMetrics,
    /// The kubelet's cadvisor on the one node that runs the controllers.
    Cadvisor,
}

impl Endpoint {
    /// All endpoints.
    pub const ALL: [Self; 8] = [
        Self::Controller(Controller::SourceController),
        Self::Controller(Controller::KustomizeController),
        Self::Controller(Controller::HelmController),
        Self::Controller(Controller::NotificationController),
        Self::Controller(Controller::ImageReflectorController),
        Self::Controller(Controller::ImageAutomationController),
        Self::KubeStateMetrics,
        Self::Cadvisor,
    ];

    /// The endpoint's name in paths: `source-controller`, `kube-state-metrics`, `cadvisor`.
    pub fn text(self) -> Text {
        match self {
            Self::Controller(controller) => controller.text(),
            Self::KubeStateMetrics => arcstr::literal!("kube-state-metrics"),
            Self::Cadvisor => arcstr::literal!("cadvisor"),
        }
    }

    /// The endpoint's index in [`Endpoint::ALL`].
    pub(super) fn place(self) -> u64 {
        match self {
            Self::Controller(controller) => controller as u64,
            Self::KubeStateMetrics => 6,
            Self::Cadvisor => 7,
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// The pod of an endpoint; for cadvisor, the node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pod {
    /// The pod's name; for cadvisor, the node's.
    pub(super) name: Text,
    /// Its address, without a port.
    pub(super) ip: Text,
    /// Hash in the name of the pod's replica set.
    pub(super) template_hash: Text,
}

impl Pod {
    pub(super) fn of(seed: u64, cluster: usize, endpoint: Endpoint) -> Self {
        let place = endpoint.place();
        let mut dice = Dice::new(seed, Topic::Pod, ((cluster as u64) << 8) + place);
        let hash = readable(&mut dice, 10);
        let name = match endpoint {
            Endpoint::Cadvisor => format!("aks-system-{:08}-vmss000000", dice.below(100_000_000)),
            Endpoint::Controller(_) | Endpoint::KubeStateMetrics => {
                format!("{endpoint}-{hash}-{}", readable(&mut dice, 5))
            }
        };
        // Each cluster has its own network, so that no two pods of a fleet share an address.
        let (high, low) = (cluster / 250 % 100, cluster % 250);
        Self {
            name: Text::from(name),
            ip: Text::from(format!("10.{}.{low}.{}", 100 + high, 10 + place)),
            template_hash: Text::from(hash),
        }
    }
}

/// Letters and digits that Kubernetes uses in generated names. Vowels are missing, so that no word can appear.
fn readable(dice: &mut Dice, length: usize) -> String {
    const ALPHABET: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";
    (0..length).map(|_| char::from(*dice.pick(ALPHABET))).collect()
}

/// Bytes of memory that rise and fall between 0 and `most`, in whole pages.
pub(super) fn wave(at: i64, period: i64, shift: u64, most: i64) -> i64 {
    let period = period.max(2);
    let phase = (at + (shift % period.unsigned_abs()).cast_signed()).rem_euclid(period);
    let half = period / 2;
    let up = if phase < half { phase } else { period - phase };
    most / 4096 * up / half * 4096
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_pods_share_a_name_or_an_address() {
        let mut seen = HashSet::new();
        for cluster in 0..600 {
            for endpoint in Endpoint::ALL {
                let pod = Pod::of(1, cluster, endpoint);
                assert!(seen.insert(pod.name.clone()) && seen.insert(pod.ip.clone()), "{pod:?}");
                assert!(pod.ip.parse::<std::net::Ipv4Addr>().is_ok(), "{pod:?}");
            }
        }
    }

    #[test]
    fn places_are_those_of_the_list() {
        for (place, endpoint) in Endpoint::ALL.into_iter().enumerate() {
            assert_eq!(endpoint.place(), place as u64);
        }
    }

    #[test]
    fn a_wave_goes_up_and_down() {
        let values: Vec<i64> = (0..5).map(|at| wave(at, 4, 0, 8192)).collect();
        assert_eq!(values, [0, 4096, 8192, 4096, 0]);
    }
}
