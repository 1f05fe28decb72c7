//! How far GitOps reaches a cluster.

use super::StateColor;
use std::fmt;

/// How far GitOps reaches a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Coverage {
    /// It has neither a Flux extension nor a configuration.
    NoFlux,
    /// It has at least one configuration, and no extension is visible that would reconcile it.
    ConfigurationOnly,
    /// The cluster has the Flux extension but no configuration.
    ExtensionOnly,
    /// The cluster has the Flux extension and at least one configuration.
    Flux,
}

impl Coverage {
    /// Those that are counted even where no cluster is so, worst first. [`Coverage::ConfigurationOnly`] is an exception that
    /// shows only where there is one.
    pub const KNOWN: [Self; 3] = [Self::NoFlux, Self::ExtensionOnly, Self::Flux];

    /// The coverage of a cluster with or without a Flux extension, and with this number of configurations.
    pub fn of(has_extension: bool, configurations: usize) -> Self {
        match (has_extension, configurations) {
            (false, 0) => Self::NoFlux,
            (false, _) => Self::ConfigurationOnly,
            (true, 0) => Self::ExtensionOnly,
            (true, _) => Self::Flux,
        }
    }

    /// The value of the field `coverage`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoFlux => "No Flux",
            Self::ConfigurationOnly => "Configuration only",
            Self::ExtensionOnly => "Extension only",
            Self::Flux => "Flux",
        }
    }

    /// The colour of the value.
    pub fn color(self) -> StateColor {
        match self {
            Self::NoFlux => StateColor::Gray,
            Self::ConfigurationOnly => StateColor::Orange,
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
