//! Kubernetes conditions as Azure reports them.

use super::{StateColor, Text, UtcMillis};

/// Status of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ConditionStatus {
    /// The condition holds.
    True,
    /// It doesn't.
    False,
    /// Not decided, for example while a release is being installed.
    Unknown,
}

impl ConditionStatus {
    /// Reads `True`, `False` or `Unknown` in any case; any other text is [`ConditionStatus::Unknown`], no text is `None`.
    pub fn from_azure(text: Option<&str>) -> Option<Self> {
        match text.map_or("", str::trim) {
            "" => None,
            text if text.eq_ignore_ascii_case("True") => Some(Self::True),
            text if text.eq_ignore_ascii_case("False") => Some(Self::False),
            _ => Some(Self::Unknown),
        }
    }

    /// Kubernetes' spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::True => "True",
            Self::False => "False",
            Self::Unknown => "Unknown",
        }
    }

    /// The colour that stands for the status of a condition that should hold.
    pub fn color(self) -> StateColor {
        match self {
            Self::True => StateColor::Green,
            Self::False => StateColor::Red,
            Self::Unknown => StateColor::Yellow,
        }
    }
}

/// One condition of a Flux object. Types seen on Azure: `Ready`, `Released`, `ArtifactInStorage`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// `Ready` and so on.
    pub kind: Text,
    /// Whether it holds.
    pub status: ConditionStatus,
    /// One word, for example `DependencyNotReady`. `None`: not reported.
    pub reason: Option<Text>,
    /// What the controller says. `None`: not reported.
    pub message: Option<Text>,
    /// When the status last changed. `None`: not reported.
    pub last_transition: Option<UtcMillis>,
}

impl Condition {
    /// `true` for the condition that sums an object up.
    pub fn is_ready(&self) -> bool {
        self.kind.eq_ignore_ascii_case("Ready")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_statuses() {
        assert_eq!(ConditionStatus::from_azure(Some("True")), Some(ConditionStatus::True));
        assert_eq!(ConditionStatus::from_azure(Some("false")), Some(ConditionStatus::False));
        assert_eq!(ConditionStatus::from_azure(Some("Whatever")), Some(ConditionStatus::Unknown));
        assert_eq!(ConditionStatus::from_azure(None), None);
    }
}
