//! How Azure's view of an object differs from its cluster's.

use super::StateColor;

/// How Azure's view of an object differs from its cluster's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// No endpoint has the state of objects of this kind on this cluster.
    NotMeasured,
    /// The cluster has the object, but Azure doesn't report it.
    NotReported,
    /// Azure reports the object, but the cluster no longer has it.
    Gone,
    /// The object is suspended on the cluster, but not in Azure.
    Suspended,
    /// The agent's last report is too old to be trusted.
    StaleAgent,
    /// Azure and the cluster disagree on whether the object is ready.
    State,
    /// Azure and the cluster have different revisions.
    Revision,
    /// Azure and the cluster agree.
    None,
}

impl Difference {
    /// All values: first the differences, worst first, then the others.
    pub const ALL: [Self; 8] = [
        Self::State,
        Self::Suspended,
        Self::StaleAgent,
        Self::NotReported,
        Self::Gone,
        Self::Revision,
        Self::NotMeasured,
        Self::None,
    ];

    /// The name in frames.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotMeasured => "Not measured",
            Self::NotReported => "Not reported",
            Self::Gone => "Gone",
            Self::Suspended => "Suspended",
            Self::StaleAgent => "Stale agent",
            Self::State => "State",
            Self::Revision => "Revision",
            Self::None => "None",
        }
    }

    /// The colour of the value.
    pub const fn color(self) -> StateColor {
        match self {
            Self::State => StateColor::Red,
            Self::StaleAgent | Self::NotReported | Self::Gone => StateColor::Orange,
            Self::Revision => StateColor::Yellow,
            Self::Suspended => StateColor::Blue,
            Self::NotMeasured => StateColor::Gray,
            Self::None => StateColor::Green,
        }
    }
}
