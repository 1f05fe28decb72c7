//! Azure's view of an object beside its cluster's.

use super::StateColor;

/// How what Azure says of an object differs from what its cluster does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// No endpoint knows how objects of this kind stand on this cluster.
    NotMeasured,
    /// The cluster has it, Azure has nothing of it.
    NotReported,
    /// Azure has it, the cluster doesn't any longer.
    Gone,
    /// The cluster has it suspended, Azure knows nothing of that.
    Suspended,
    /// The agent's last report is too old to be believed.
    StaleAgent,
    /// They disagree on whether it is ready.
    State,
    /// They are at different commits.
    Revision,
    /// They say the same.
    None,
}

impl Difference {
    /// All of them: those that are a difference, worst first, then the others.
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

    /// Its name in frames.
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

    /// The colour that stands for it.
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
