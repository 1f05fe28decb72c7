//! Status of an object's `Ready` condition.

use arcstr::literal;
use flux::Text;
use serde::Serialize;

/// Status of a `Ready` condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Readiness {
    /// Ready.
    True,
    /// Not ready.
    False,
    /// The reconcile is still running.
    Unknown,
}

impl Readiness {
    /// All statuses, in the order of the metrics.
    pub const ALL: [Self; 3] = [Self::False, Self::True, Self::Unknown];

    /// The status as Kubernetes spells it.
    pub fn text(self) -> Text {
        match self {
            Self::True => literal!("True"),
            Self::False => literal!("False"),
            Self::Unknown => literal!("Unknown"),
        }
    }
}
