//! State of a Flux object, whatever it was read from.

use crate::StateColor;

/// State of a Flux object. Each object is in exactly one of these states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ObjectState {
    /// Ready is False, and it isn't suspended.
    Failing,
    /// Ready is Unknown: it is being reconciled.
    Unknown,
    /// It has no Ready condition yet: it was never reconciled. Controllers' own metrics don't have such objects.
    New,
    /// Reconciliation is switched off, whatever Ready says.
    Suspended,
    /// Ready is True.
    Ready,
}

impl ObjectState {
    /// All of them, worst first.
    pub const ALL: [Self; 5] =
        [Self::Failing, Self::Unknown, Self::New, Self::Suspended, Self::Ready];

    /// Its name in frames.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failing => "Failing",
            Self::Unknown => "Unknown",
            Self::New => "New",
            Self::Suspended => "Suspended",
            Self::Ready => "Ready",
        }
    }

    /// The colour that stands for the state.
    pub fn color(self) -> StateColor {
        match self {
            Self::Failing => StateColor::Red,
            Self::Unknown | Self::New => StateColor::Yellow,
            Self::Suspended => StateColor::Blue,
            Self::Ready => StateColor::Green,
        }
    }
}
