//! How far GitOps reaches a cluster.

use super::StateColor;
use std::fmt;

/// How far GitOps reaches a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Coverage {
    /// The cluster has no Flux extension. If it has configurations left, nothing reconciles them.
    NoFlux,
    /// The cluster has the Flux extension but no configuration.
    ExtensionOnly,
    /// The cluster has the Flux extension and at least one configuration.
    Flux,
}

impl Coverage {
    /// All values, worst first.
    pub const KNOWN: [Self; 3] = [Self::NoFlux, Self::ExtensionOnly, Self::Flux];

    /// The coverage of a cluster with or without a Flux extension, and with this number of configurations.
    pub fn of(has_extension: bool, configurations: usize) -> Self {
        match (has_extension, configurations) {
            (false, _) => Self::NoFlux,
            (true, 0) => Self::ExtensionOnly,
            (true, _) => Self::Flux,
        }
    }

    /// The value of the field `coverage`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoFlux => "No Flux",
            Self::ExtensionOnly => "Extension only",
            Self::Flux => "Flux",
        }
    }

    /// The colour of the value.
    pub fn color(self) -> StateColor {
        match self {
            Self::NoFlux => StateColor::Gray,
            Self::ExtensionOnly => StateColor::Yellow,
            Self::Flux => StateColor::Green,
        }
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
