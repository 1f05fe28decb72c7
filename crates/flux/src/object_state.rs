//! State of a Flux object, independent of where it was read.

use crate::StateColor;

/// State of a Flux object. Each object is in exactly one of these states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ObjectState {
    /// Ready is False, and the object isn't suspended.
    Failing,
    /// Ready is Unknown: the object is being reconciled.
    Unknown,
    /// The object has no Ready condition, because it was never reconciled. Controllers' own metrics don't have such
    /// objects.
    New,
    /// Reconciliation is switched off. Ready doesn't count then.
    Suspended,
    /// Ready is True.
    Ready,
}

impl ObjectState {
    /// All states, worst first.
    pub const ALL: [Self; 5] =
        [Self::Failing, Self::Unknown, Self::New, Self::Suspended, Self::Ready];

    /// The name in frames.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failing => "Failing",
            Self::Unknown => "Unknown",
            Self::New => "New",
            Self::Suspended => "Suspended",
            Self::Ready => "Ready",
        }
    }

    /// The colour of the state.
    pub fn color(self) -> StateColor {
        match self {
            Self::Failing => StateColor::Red,
            Self::Unknown | Self::New => StateColor::Yellow,
            Self::Suspended => StateColor::Blue,
            Self::Ready => StateColor::Green,
        }
    }
}
