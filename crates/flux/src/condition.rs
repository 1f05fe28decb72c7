//! Kubernetes conditions as Azure reports them.

use super::{StateColor, Text, UtcMillis, same_text};

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

/// One condition of a Flux object. Types seen on Azure: `Ready`, `Released`, `ArtifactInStorage`, `TestSuccess`, `Stalled`.
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

    /// `true` when the condition says that something is wrong: one that should hold and is False, or one whose name is a
    /// fault, such as `Stalled`, and that is True. `Reconciling` says neither.
    pub fn is_bad(&self) -> bool {
        let kind = self.kind.as_str();
        let ends_with = |end: &str| {
            let start = kind.len().checked_sub(end.len());
            start.and_then(|start| kind.get(start..)).is_some_and(|tail| same_text(tail, end))
        };
        let is_fault = ["Stalled", "Failed", "Failure", "Unavailable", "Outdated", "Degraded"]
            .iter()
            .any(|end| ends_with(end));
        match self.status {
            ConditionStatus::True => is_fault,
            ConditionStatus::False => !is_fault && !same_text(kind, "Reconciling"),
            ConditionStatus::Unknown => false,
        }
    }

    /// `true` when the condition's words tell that something went wrong, or isn't done, but not what: retries are
    /// exhausted, a dependency isn't ready, a failed upgrade was rolled back. No words tell nothing either.
    pub fn only_summarises(&self) -> bool {
        let reason = self.reason.as_deref().unwrap_or_default();
        let Some(message) = self.message.as_deref() else { return true };
        let message = message.trim().to_lowercase();
        let holds = |parts: &[&str]| parts.iter().all(|part| message.contains(part));
        message.is_empty()
            || same_text(&message, reason)
            || ["RetriesExceeded", "DependencyNotReady", "Progressing", "ProgressingWithRetry"]
                .iter()
                .any(|summary| same_text(reason, summary))
            || SUMMARIES.iter().any(|parts| holds(parts))
    }
}

/// Parts of the messages of Flux's controllers that only summarise, in lower case.
const SUMMARIES: [&[&str]; 12] = [
    &["retries exhausted"],
    &["exceeded maximum retries"],
    &["failed to ", "attempt(s)"],
    &["dependency", "not ready"],
    &["dependencies", "ready"],
    &["helm rollback", "succeeded"],
    &["helm uninstall", "succeeded"],
    &["remediat", "succeeded"],
    &["reconciliation in progress"],
    &["reconciliation failed"],
    &["release is in a failed state"],
    &["running '", "action with timeout"],
];

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

    fn condition(kind: &str, status: ConditionStatus, reason: &str, message: &str) -> Condition {
        Condition {
            kind: Text::from(kind),
            status,
            reason: Some(Text::from(reason)),
            message: Some(Text::from(message)),
            last_transition: None,
        }
    }

    #[test]
    fn a_condition_that_names_a_fault_is_bad_when_it_holds() {
        let is_bad = |kind, status| condition(kind, status, "", "").is_bad();
        for kind in ["Stalled", "FetchFailed", "BuildFailed", "stalled", "IncludeUnavailable"] {
            assert!(is_bad(kind, ConditionStatus::True), "{kind}");
            assert!(!is_bad(kind, ConditionStatus::False), "{kind}");
        }
        for kind in ["Ready", "Released", "TestSuccess", "Healthy", "Anything"] {
            assert!(is_bad(kind, ConditionStatus::False), "{kind}");
            assert!(!is_bad(kind, ConditionStatus::True), "{kind}");
            assert!(!is_bad(kind, ConditionStatus::Unknown), "{kind}");
        }
        assert!(!is_bad("Reconciling", ConditionStatus::True));
        assert!(!is_bad("Reconciling", ConditionStatus::False));
    }

    #[test]
    fn messages_that_only_summarise_are_known() {
        for (reason, message) in [
            ("InstallFailed", "install retries exhausted"),
            ("UpgradeFailed", "upgrade retries exhausted"),
            ("RetriesExceeded", "Failed to upgrade after 4 attempt(s)"),
            ("DependencyNotReady", "dependency 'flux-system/infra' is not ready"),
            ("ReconciliationFailed", "Dependency not ready"),
            ("UnmetDependency", "dependencies do not meet ready condition: retrying in 30s"),
            (
                "RollbackSucceeded",
                "Helm rollback to previous release a/b.v2 with chart b@1 succeeded",
            ),
            (
                "UninstallSucceeded",
                "Helm uninstall remediation for release a/b.v1 with chart b@1 succeeded",
            ),
            (
                "StalledResources",
                "terminal error: exceeded maximum retries: cannot remediate failed release",
            ),
            ("Progressing", "Running 'upgrade' action with timeout of 5m0s"),
            ("InstallFailed", "InstallFailed"),
            ("InstallFailed", " "),
        ] {
            let summary = condition("Ready", ConditionStatus::False, reason, message);
            assert!(summary.only_summarises(), "{message}");
        }
        for (reason, message) in [
            (
                "UpgradeFailed",
                "Helm upgrade failed for release a/b with chart b@1: context deadline exceeded",
            ),
            ("ArtifactFailed", "chart pull error: no such host"),
            ("BuildFailed", "kustomize build failed: no such file"),
            ("HealthCheckFailed", "timeout waiting for: [Deployment/a/b status: 'InProgress']"),
        ] {
            let cause = condition("Ready", ConditionStatus::False, reason, message);
            assert!(!cause.only_summarises(), "{message}");
        }
    }
}
