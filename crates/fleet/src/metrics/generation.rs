//! Which version of Flux a cluster runs, and how the version changes its metrics.

use super::kind::FluxKind;
use flux::Text;

/// Which versions of Flux the simulated clusters run, as far as metrics depend on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum FluxGeneration {
    /// Each cluster runs the version that its microsoft.flux extension installs.
    #[default]
    AsInstalled,
    /// Flux 2.0 on every cluster: deleted objects keep their series, with the status `Deleted`.
    Flux20,
    /// Flux 2.1 on every cluster: controllers report readiness and suspension of all kinds.
    Flux21,
    /// Flux 2.2 on every cluster: controllers report neither for a `HelmRelease`.
    Flux22,
    /// Flux 2.5 on every cluster: controllers report neither for any kind.
    Flux25,
    /// Flux 2.8 on every cluster: work queues have priorities. No microsoft.flux extension installs it yet.
    Flux28,
}

/// A version of Flux 2: its minor number and its full text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FluxVersion {
    minor: u8,
    text: &'static str,
}

impl FluxGeneration {
    /// The version on a cluster with this version of the microsoft.flux extension.
    pub(super) fn version(self, extension: &str) -> FluxVersion {
        match self {
            Self::AsInstalled => FluxVersion::of_extension(extension),
            Self::Flux20 => FluxVersion { minor: 0, text: "v2.0.1" },
            Self::Flux21 => FluxVersion { minor: 1, text: "v2.1.2" },
            Self::Flux22 => FluxVersion { minor: 2, text: "v2.2.3" },
            Self::Flux25 => FluxVersion { minor: 5, text: "v2.5.1" },
            Self::Flux28 => FluxVersion { minor: 8, text: "v2.8.0" },
        }
    }
}

impl FluxVersion {
    /// From Microsoft's release notes. A version that they don't name counts as the version before it.
    fn of_extension(extension: &str) -> Self {
        let mut numbers = extension.split('.').map(|number| number.parse::<u16>().unwrap_or(0));
        let mut next = || numbers.next().unwrap_or(0);
        let (minor, text) = match (next(), next(), next()) {
            (1, ..=6, _) | (1, 7, ..5) | (0, ..) => (0, "v2.0.0"),
            (1, 7, _) => (0, "v2.0.1"),
            (1, 8, 0) => (1, "v2.1.1"),
            (1, 8..=10, _) => (1, "v2.1.2"),
            (1, 11..=12, _) => (3, "v2.3.0"),
            (1, 13..=15, _) => (4, "v2.4.0"),
            (1, 16, _) => (5, "v2.5.1"),
            (1, 17..=22, _) => (6, "v2.6.4"),
            _ => (7, "v2.7.5"),
        };
        Self { minor, text }
    }

    /// The version as images and labels have it: `v2.7.5`.
    pub(super) fn text(self) -> Text {
        Text::from(self.text)
    }

    /// Whether controllers report readiness and suspension of objects of a kind.
    pub(super) fn tells_readiness(self, kind: FluxKind) -> bool {
        match self.minor {
            ..=1 => true,
            2..=4 => kind != FluxKind::HelmRelease,
            _ => false,
        }
    }

    /// Whether deleted objects keep their series.
    pub(super) fn remembers_deleted(self) -> bool {
        self.minor == 0
    }

    /// Whether controllers cache tokens.
    pub(super) fn caches_tokens(self) -> bool {
        self.minor >= 6
    }

    /// Whether Flux is built on controller-runtime 0.19 or later. Its work queues name their controller, its queue
    /// histograms go up to 1,000 seconds, and it counts terminal errors and panics from the start.
    pub(super) fn names_queue_controllers(self) -> bool {
        self.minor >= 4
    }

    /// The priority of a queue's items; empty for versions with a single queue. `None`: the version has no priorities.
    pub(super) fn priority(self) -> Option<&'static str> {
        match self.minor {
            ..=5 => None,
            6 | 7 => Some(""),
            _ => Some("0"),
        }
    }

    /// Whether the version counts reconciles that time out.
    pub(super) fn counts_timeouts(self) -> bool {
        self.minor >= 8
    }

    /// The API version of a kind.
    pub(super) fn api_version(self, kind: FluxKind) -> &'static str {
        match kind {
            FluxKind::GitRepository | FluxKind::Kustomization => "v1",
            FluxKind::HelmRepository | FluxKind::HelmChart => {
                if self.minor >= 3 {
                    "v1"
                } else {
                    "v1beta2"
                }
            }
            FluxKind::Bucket if self.minor >= 4 => "v1",
            FluxKind::OciRepository if self.minor >= 6 => "v1",
            FluxKind::Bucket | FluxKind::OciRepository => "v1beta2",
            FluxKind::HelmRelease => match self.minor {
                ..=1 => "v2beta1",
                2 => "v2beta2",
                _ => "v2",
            },
        }
    }

    /// The version of Go with which Flux was built.
    pub(super) fn go_version(self) -> &'static str {
        match self.minor {
            ..=1 => "go1.20.7",
            2..=3 => "go1.21.5",
            4..=6 => "go1.23.4",
            _ => "go1.25.3",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::FLUX_VERSIONS;

    #[test]
    fn extensions_bring_the_version_of_the_release_notes() {
        for (extension, flux) in [
            ("1.7.5", "v2.0.1"),
            ("1.8.0", "v2.1.1"),
            ("1.10.0", "v2.1.2"),
            ("1.11.1", "v2.3.0"),
            ("1.15.2", "v2.4.0"),
            ("1.16.12", "v2.5.1"),
            ("1.17.2", "v2.6.4"),
            ("1.22.2", "v2.6.4"),
            ("1.23.0", "v2.7.5"),
            ("1.24.1", "v2.7.5"),
            ("", "v2.0.0"),
        ] {
            assert_eq!(FluxGeneration::AsInstalled.version(extension).text, flux, "{extension}");
        }
    }

    #[test]
    fn a_fleet_runs_every_generation_that_is_still_in_use() {
        let versions = FLUX_VERSIONS.map(|(version, _)| FluxVersion::of_extension(version));
        let told = versions.map(|version| {
            (
                version.tells_readiness(FluxKind::HelmRelease),
                version.tells_readiness(FluxKind::Kustomization),
            )
        });
        for readiness in [(true, true), (false, true), (false, false)] {
            assert!(told.contains(&readiness), "{readiness:?}");
        }
    }
}
