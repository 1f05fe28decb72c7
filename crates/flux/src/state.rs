//! Compliance and provisioning states. Azure may add states: an unknown one is kept in Azure's spelling.

use super::Text;
use std::fmt;

/// The colour of a state, by the state's meaning. Names are those of Grafana's palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateColor {
    /// The state is as wanted.
    Green,
    /// Something is wrong, and a person has to act.
    Red,
    /// Work is in progress.
    Yellow,
    /// Suspended on purpose, or being changed.
    Blue,
    /// Canceled.
    Orange,
    /// Not known.
    Gray,
}

impl StateColor {
    /// Grafana's name of the colour.
    pub fn name(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Red => "red",
            Self::Yellow => "yellow",
            Self::Blue => "blue",
            Self::Orange => "orange",
            Self::Gray => "#8e8e8e",
        }
    }
}

/// Azure's compliance state of a `fluxConfiguration` or of one of its objects.
///
/// A missing state means [`ComplianceState::Pending`]: Azure writes `null` for a configuration that hasn't reported
/// yet, and Microsoft's own dashboard counts it as Pending. `Unknown` is a separate value that Azure writes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ComplianceState {
    /// The cluster matches the source.
    Compliant,
    /// The cluster doesn't match the source; the portal writes "Not Compliant".
    NonCompliant,
    /// Not reconciled yet, or not reported.
    Pending,
    /// Reconciliation is switched off.
    Suspended,
    /// Azure reports that it doesn't know the state.
    Unknown,
    /// A state that this code doesn't know, in Azure's spelling.
    Other(Text),
}

impl ComplianceState {
    /// The states that Azure documents, worst first.
    pub const KNOWN: [Self; 5] =
        [Self::NonCompliant, Self::Pending, Self::Unknown, Self::Suspended, Self::Compliant];

    /// Reads Azure's text; `None` and empty text are [`ComplianceState::Pending`].
    pub fn from_azure(text: Option<&str>) -> Self {
        let text = text.map_or("", str::trim);
        if text.is_empty() {
            return Self::Pending;
        }
        let is = |name: &str| text.eq_ignore_ascii_case(name);
        if is("Compliant") {
            Self::Compliant
        } else if is("Non-Compliant") || is("NonCompliant") || is("Not Compliant") {
            Self::NonCompliant
        } else if is("Pending") {
            Self::Pending
        } else if is("Suspended") {
            Self::Suspended
        } else if is("Unknown") {
            Self::Unknown
        } else {
            Self::Other(Text::from(text))
        }
    }

    /// Azure's spelling.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Compliant => "Compliant",
            Self::NonCompliant => "Non-Compliant",
            Self::Pending => "Pending",
            Self::Suspended => "Suspended",
            Self::Unknown => "Unknown",
            Self::Other(text) => text,
        }
    }

    /// The colour of the state.
    pub fn color(&self) -> StateColor {
        match self {
            Self::Compliant => StateColor::Green,
            Self::NonCompliant => StateColor::Red,
            Self::Pending => StateColor::Yellow,
            Self::Suspended => StateColor::Blue,
            Self::Unknown | Self::Other(_) => StateColor::Gray,
        }
    }
}

impl fmt::Display for ComplianceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// State of creating, changing or deleting an extension or a configuration.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProvisioningState {
    /// The operation succeeded.
    Succeeded,
    /// The operation failed.
    Failed,
    /// The operation was canceled.
    Canceled,
    /// Being created.
    Creating,
    /// Being changed.
    Updating,
    /// Being deleted.
    Deleting,
    /// A state that this code doesn't know, in Azure's spelling.
    Other(Text),
}

impl ProvisioningState {
    /// The states that Azure documents, worst first.
    pub const KNOWN: [Self; 6] = [
        Self::Failed,
        Self::Canceled,
        Self::Creating,
        Self::Updating,
        Self::Deleting,
        Self::Succeeded,
    ];

    /// Reads Azure's text. `None`: the row has no provisioning state.
    pub fn from_azure(text: Option<&str>) -> Option<Self> {
        let text = text.map_or("", str::trim);
        if text.is_empty() {
            return None;
        }
        let known = Self::KNOWN.into_iter().find(|state| state.as_str().eq_ignore_ascii_case(text));
        Some(known.unwrap_or_else(|| Self::Other(Text::from(text))))
    }

    /// Reads `installState`, which the 2021 API has instead of `provisioningState`: `Installed` is
    /// [`ProvisioningState::Succeeded`], `Pending` is [`ProvisioningState::Creating`].
    pub fn from_install_state(text: Option<&str>) -> Option<Self> {
        match text.map_or("", str::trim) {
            "" => None,
            text if text.eq_ignore_ascii_case("Installed") => Some(Self::Succeeded),
            text if text.eq_ignore_ascii_case("Pending") => Some(Self::Creating),
            text => Self::from_azure(Some(text)),
        }
    }

    /// Azure's spelling.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Canceled => "Canceled",
            Self::Creating => "Creating",
            Self::Updating => "Updating",
            Self::Deleting => "Deleting",
            Self::Other(text) => text,
        }
    }

    /// The colour of the state.
    pub fn color(&self) -> StateColor {
        match self {
            Self::Succeeded => StateColor::Green,
            Self::Failed => StateColor::Red,
            Self::Canceled => StateColor::Orange,
            Self::Creating | Self::Updating => StateColor::Yellow,
            Self::Deleting => StateColor::Blue,
            Self::Other(_) => StateColor::Gray,
        }
    }
}

impl fmt::Display for ProvisioningState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_compliance_is_pending_and_unknown_is_its_own_state() {
        assert_eq!(ComplianceState::from_azure(None), ComplianceState::Pending);
        assert_eq!(ComplianceState::from_azure(Some("")), ComplianceState::Pending);
        assert_eq!(ComplianceState::from_azure(Some("Unknown")), ComplianceState::Unknown);
    }

    #[test]
    fn reads_compliance_in_every_spelling_seen() {
        for text in
            ["Non-Compliant", "non-compliant", "NonCompliant", "Noncompliant", "Not Compliant"]
        {
            assert_eq!(
                ComplianceState::from_azure(Some(text)),
                ComplianceState::NonCompliant,
                "{text}"
            );
        }
        for state in ComplianceState::KNOWN {
            assert_eq!(ComplianceState::from_azure(Some(state.as_str())), state);
        }
    }

    #[test]
    fn a_new_state_is_kept_as_spelled() {
        assert_eq!(ComplianceState::from_azure(Some("Degraded")).as_str(), "Degraded");
        let state = ProvisioningState::from_azure(Some("Migrating")).expect("has text");
        assert_eq!(state.as_str(), "Migrating");
        assert_eq!(state.color(), StateColor::Gray);
    }

    #[test]
    fn install_state_of_2021_stands_for_provisioning_state() {
        assert_eq!(
            ProvisioningState::from_install_state(Some("Installed")),
            Some(ProvisioningState::Succeeded)
        );
        assert_eq!(
            ProvisioningState::from_install_state(Some("Pending")),
            Some(ProvisioningState::Creating)
        );
        assert_eq!(ProvisioningState::from_install_state(None), None);
    }
}
