//! Flux configurations and what they are made of.

use super::{
    ClusterRef, ComplianceState, Condition, ConditionStatus, FluxDeployment, ProvisioningState,
    RepositoryPages, Text, UtcMillis, same_text,
};
use std::sync::Arc;

/// What a source follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReferenceType {
    /// Git branch.
    Branch,
    /// Git or OCI tag.
    Tag,
    /// Range of semantic versions, over tags.
    Semver,
    /// One Git commit.
    Commit,
    /// Digest of an OCI artifact.
    Digest,
}

impl ReferenceType {
    /// The word Azure uses for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Branch => "branch",
            Self::Tag => "tag",
            Self::Semver => "semver",
            Self::Commit => "commit",
            Self::Digest => "digest",
        }
    }
}

/// What a source follows, and its name. Where several are set, it is the one that Flux obeys (the most exact).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Kind of reference.
    pub kind: ReferenceType,
    /// `main`, `v1.2.3`, `>=1.0`, a commit, a digest.
    pub value: Text,
}

/// One `Microsoft.KubernetesConfiguration/fluxConfigurations` resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FluxConfiguration {
    /// Where it is applied.
    pub cluster: Arc<ClusterRef>,
    /// Name of the configuration.
    pub name: Text,
    /// What is between the cluster's id and the name in its ARM id, as Azure spells it. `None`: not known from an id.
    pub type_path: Option<Text>,
    /// Namespace of its Flux objects. `None`: not reported.
    pub namespace: Option<Text>,
    /// `cluster` or `namespace`. `None`: not reported.
    pub scope: Option<Text>,
    /// `GitRepository`, `Bucket`, `AzureBlob`, `OCIRepository`. `None`: not reported.
    pub source_kind: Option<Text>,
    /// Where the source is: URL of the repository or registry; of a bucket or a container of blobs the URL that it is
    /// kept at, with its name. `None`: not reported.
    pub repository_url: Option<Text>,
    /// What the source follows. `None`: nothing named (Flux then takes `master` or `latest`), or a bucket.
    pub reference: Option<Reference>,
    /// Last commit or digest that was synchronised, as Azure spells it (`branch/sha`, `branch@sha1:sha`, bare).
    /// `None`: never synchronised.
    pub source_synced_commit: Option<Text>,
    /// When the source last changed. `None`: never synchronised.
    pub source_updated: Option<UtcMillis>,
    /// When the agent last reported. `None`: never.
    pub status_updated: Option<UtcMillis>,
    /// How far Azure has come with the resource. `None`: not reported.
    pub provisioning_state: Option<ProvisioningState>,
    /// Whether the cluster is as the source says.
    pub compliance_state: ComplianceState,
    /// Whether reconciliation is switched off.
    pub suspended: bool,
    /// Azure's error text, shortened to a bounded length. `None`: none.
    pub error_message: Option<Text>,
    /// Declared kustomizations, by name.
    pub kustomizations: Box<[Kustomization]>,
    /// What the agent reports of the Flux objects, by kind, namespace and name. Empty: nothing reported yet.
    pub objects: Box<[FluxObject]>,
}

impl FluxConfiguration {
    /// The configuration's ARM id as Azure spells it.
    pub fn arm_id(&self) -> String {
        let cluster = self.cluster.arm_id();
        match &self.type_path {
            Some(path) => format!("{cluster}{path}{}", self.name),
            None => format!(
                "{cluster}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/{}",
                self.name
            ),
        }
    }

    /// `true` when it is Non-Compliant, or Azure couldn't even create or change it.
    pub fn is_failing(&self) -> bool {
        self.compliance_state == ComplianceState::NonCompliant
            || self.provisioning_state == Some(ProvisioningState::Failed)
    }

    /// `true` when objects are reported, but nothing of why they are as they are: Resource Graph left the details out.
    pub fn lacks_details(&self) -> bool {
        !self.objects.is_empty() && self.objects.iter().all(FluxObject::lacks_details)
    }

    /// `true` when Resource Graph left out objects, or why they are as they are; Resource Manager may have both. A sign of
    /// missing objects is that none is reported, that none explains why the configuration is Non-Compliant, or that a
    /// declared kustomization has none.
    pub fn is_incomplete(&self) -> bool {
        let objects = &self.objects;
        let is_unexplained = |object: &FluxObject| object.is_failing() && object.lacks_details();
        let is_there = |kustomization: &Kustomization| {
            objects.iter().any(|object| {
                let (own, rest) = object.name.split_at_checked(self.name.len()).unwrap_or_default();
                same_text(own, &self.name)
                    && rest
                        .strip_prefix('-')
                        .is_some_and(|rest| same_text(rest, &kustomization.name))
            })
        };
        objects.iter().all(FluxObject::lacks_details)
            || objects.iter().any(is_unexplained)
            || self.compliance_state == ComplianceState::NonCompliant
                && !objects.iter().any(FluxObject::is_failing)
            || !self.kustomizations.iter().all(is_there)
    }

    /// The web pages of its repository; none of a bucket, a container of blobs or a registry.
    pub fn repository_pages(&self) -> RepositoryPages {
        let kind = self.source_kind.as_deref();
        let is_git = kind.is_none_or(|kind| same_text(kind, "GitRepository"));
        let url = self.repository_url.as_deref().filter(|_| is_git);
        url.map_or_else(RepositoryPages::default, RepositoryPages::of)
    }

    /// Name of the Kustomization object that Azure makes for the declared kustomization `name`.
    pub fn kustomization_object(&self, name: &str) -> String {
        format!("{}-{name}", self.name)
    }
}

/// One declared kustomization. Durations are seconds; `None`: not reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kustomization {
    /// Its name within the configuration.
    pub name: Text,
    /// Path in the repository.
    pub path: Option<Text>,
    /// Names of the kustomizations that must be ready first.
    pub depends_on: Box<[Text]>,
    /// Whether objects gone from the source are deleted.
    pub prune: Option<bool>,
    /// Whether objects are made anew when a change isn't allowed.
    pub force: Option<bool>,
    /// Time between reconciliations.
    pub sync_interval_seconds: Option<i64>,
    /// Longest time that one may take.
    pub timeout_seconds: Option<i64>,
    /// Time until a failed one is tried again.
    pub retry_interval_seconds: Option<i64>,
}

/// A namespaced name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectRef {
    /// Namespace. `None`: not reported.
    pub namespace: Option<Text>,
    /// Name.
    pub name: Text,
}

/// One entry of `statuses`: a Flux object on the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FluxObject {
    /// Kubernetes kind. `None`: not reported.
    pub kind: Option<Text>,
    /// Namespace. `None`: not reported.
    pub namespace: Option<Text>,
    /// Name.
    pub name: Text,
    /// Azure's verdict on this object.
    pub compliance_state: ComplianceState,
    /// Its conditions. Empty: not reported (Resource Graph leaves them out; see [`FluxConfiguration::lacks_details`]).
    pub conditions: Box<[Condition]>,
    /// A text reported beside the conditions, which one API shape has. `None`: none.
    pub message: Option<Text>,
    /// The Kustomization that applied it. `None`: Azure's agent did.
    pub applied_by: Option<Box<ObjectRef>>,
    /// Helm's part. `None`: not a HelmRelease.
    pub helm: Option<Box<HelmRelease>>,
}

/// What a table shows of an object's state: the condition that tells most; see [`FluxObject::fact`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact<'a> {
    /// The condition that tells most. `None`: no condition is reported.
    pub condition: Option<&'a Condition>,
    /// The text to show. `None`: none is reported.
    pub message: Option<&'a Text>,
}

impl FluxObject {
    /// Kind, namespace and name, which put objects in order.
    pub fn place(&self) -> (Option<&str>, Option<&str>, &str) {
        (self.kind.as_deref(), self.namespace.as_deref(), &self.name)
    }

    /// `true` when neither a condition nor a message is reported.
    pub fn lacks_details(&self) -> bool {
        self.conditions.is_empty() && self.message.is_none()
    }

    /// `true` for an object that something reconciles: one of a kind that a controller of Flux looks after, and one of any
    /// other kind, newer than this code, that has a Ready condition or that Azure calls Non-Compliant. What else is among
    /// `statuses`, a `ConfigMap` for one, can't be ready.
    pub fn is_reconciled(&self) -> bool {
        self.kind.as_deref().is_some_and(FluxDeployment::has_controller)
            || self.ready().is_some()
            || self.compliance_state == ComplianceState::NonCompliant
    }

    /// Status of the Ready condition; `None`: not reported.
    pub fn ready(&self) -> Option<ConditionStatus> {
        self.conditions
            .iter()
            .find(|condition| condition.is_ready())
            .map(|condition| condition.status)
    }

    /// `true` when Azure calls it Non-Compliant or its Ready condition is False, unless it is suspended.
    pub fn is_failing(&self) -> bool {
        match self.compliance_state {
            ComplianceState::NonCompliant => true,
            ComplianceState::Suspended => false,
            _ => self.ready() == Some(ConditionStatus::False),
        }
    }

    /// The condition and message to show: the Ready condition, unless it isn't True and only summarises what another one
    /// explains (`Released`, `TestSuccess`); without a Ready condition the first that says that something is wrong, else
    /// the first.
    pub fn fact(&self) -> Fact<'_> {
        let conditions = &self.conditions;
        let condition = match conditions.iter().find(|condition| condition.is_ready()) {
            Some(ready) => Some(self.explanation(ready).unwrap_or(ready)),
            None => conditions.iter().find(|c| c.is_bad()).or_else(|| conditions.first()),
        };
        let message = condition.and_then(|c| c.message.as_ref()).or(self.message.as_ref());
        Fact { condition, message }
    }

    /// The condition that says why the object isn't ready. `None`: the Ready condition tells most.
    fn explanation(&self, ready: &Condition) -> Option<&Condition> {
        let is_wrong = match ready.status {
            ConditionStatus::True => false,
            ConditionStatus::False => true,
            // On its way, unless Azure says otherwise.
            ConditionStatus::Unknown => self.is_failing(),
        };
        if !is_wrong || !ready.only_summarises() {
            return None;
        }
        // Why a release isn't there comes before why its tests fail or why it could not be put back.
        let rank = |condition: &Condition| match condition.kind.as_str() {
            kind if same_text(kind, "Released") => 0,
            kind if same_text(kind, "TestSuccess") => 1,
            kind if same_text(kind, "Remediated") => 3,
            _ => 2,
        };
        let others = self.conditions.iter().filter(|c| !c.is_ready() && c.is_bad());
        others.filter(|condition| !condition.only_summarises()).min_by_key(|c| rank(c))
    }
}

/// Helm's part of a HelmRelease. Counts are `None` where Azure reports none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelmRelease {
    /// The chart object.
    pub chart: Option<ObjectRef>,
    /// Revision of the release that was applied last.
    pub last_revision_applied: Option<i64>,
    /// Reconciliations that failed since the last that succeeded.
    pub failure_count: Option<i64>,
    /// Failed installations.
    pub install_failure_count: Option<i64>,
    /// Failed upgrades.
    pub upgrade_failure_count: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(state: ComplianceState, conditions: Vec<Condition>) -> FluxObject {
        FluxObject {
            kind: None,
            namespace: None,
            name: Text::from("app"),
            compliance_state: state,
            conditions: conditions.into(),
            message: Some(Text::from("beside")),
            applied_by: None,
            helm: None,
        }
    }

    fn condition(kind: &str, status: ConditionStatus, message: Option<&str>) -> Condition {
        Condition {
            kind: Text::from(kind),
            status,
            reason: None,
            message: message.map(Text::from),
            last_transition: None,
        }
    }

    #[test]
    fn ready_comes_first_then_false_then_any() {
        let ready = condition("Ready", ConditionStatus::True, Some("fine"));
        let released = condition("Released", ConditionStatus::False, Some("no"));
        let stored = condition("ArtifactInStorage", ConditionStatus::True, None);
        let message = |conditions: Vec<Condition>| {
            object(ComplianceState::Pending, conditions).fact().message.map(ToString::to_string)
        };
        assert_eq!(message(vec![released.clone(), ready]).as_deref(), Some("fine"));
        assert_eq!(message(vec![stored.clone(), released]).as_deref(), Some("no"));
        assert_eq!(message(vec![stored]).as_deref(), Some("beside"));
    }

    #[test]
    fn the_condition_that_explains_a_summary_is_shown() {
        let shown = |state: ComplianceState, conditions: Vec<Condition>| {
            let object = object(state, conditions);
            let fact = object.fact();
            let kind = fact.condition.map(|condition| condition.kind.to_string());
            (kind, fact.message.map(ToString::to_string).unwrap_or_default())
        };
        let not_ready = |message| condition("Ready", ConditionStatus::False, Some(message));
        let released =
            condition("Released", ConditionStatus::False, Some("Helm install failed: x"));
        let tested = condition("TestSuccess", ConditionStatus::False, Some("Helm test failed: y"));
        let stalled = condition(
            "Stalled",
            ConditionStatus::True,
            Some("Failed to install after 3 attempt(s)"),
        );
        let explained = |message: &'static str, others: &[&Condition]| {
            let mut conditions: Vec<Condition> = others.iter().map(|&c| c.clone()).collect();
            conditions.push(not_ready(message));
            shown(ComplianceState::NonCompliant, conditions)
        };
        for summary in
            ["install retries exhausted", "Dependency not ready", "dependency 'a/b' is not ready"]
        {
            let (kind, message) = explained(summary, &[&stalled, &tested, &released]);
            assert_eq!(kind.as_deref(), Some("Released"), "{summary}");
            assert_eq!(message, "Helm install failed: x");
            let (kind, _) = explained(summary, &[&stalled, &tested]);
            assert_eq!(kind.as_deref(), Some("TestSuccess"), "{summary}");
            let (kind, message) = explained(summary, &[&stalled]);
            assert_eq!((kind.as_deref(), &*message), (Some("Ready"), summary));
        }
        let (kind, _) = explained("chart pull error: no such host", &[&released]);
        assert_eq!(kind.as_deref(), Some("Ready"), "it says why itself");
        let ready =
            condition("Ready", ConditionStatus::True, Some("Release reconciliation succeeded"));
        let (kind, _) = shown(ComplianceState::Compliant, vec![released.clone(), ready]);
        assert_eq!(kind.as_deref(), Some("Ready"), "nothing is wrong now");
        let retrying =
            condition("Ready", ConditionStatus::Unknown, Some("Reconciliation in progress"));
        let conditions = vec![retrying, released];
        let (kind, _) = shown(ComplianceState::NonCompliant, conditions.clone());
        assert_eq!(kind.as_deref(), Some("Released"));
        let (kind, _) = shown(ComplianceState::Pending, conditions);
        assert_eq!(kind.as_deref(), Some("Ready"), "it is on its way");
        let fetched = condition("FetchFailed", ConditionStatus::True, Some("no route"));
        let stored = condition("ArtifactInStorage", ConditionStatus::True, Some("stored"));
        let (kind, _) = shown(ComplianceState::NonCompliant, vec![stored, fetched]);
        assert_eq!(kind.as_deref(), Some("FetchFailed"), "no Ready condition");
    }

    #[test]
    fn an_object_of_an_unknown_kind_is_reconciled_when_it_has_a_ready_condition() {
        let of_kind = |kind: &str, state, conditions| {
            FluxObject { kind: Some(Text::from(kind)), ..object(state, conditions) }.is_reconciled()
        };
        let ready = || vec![condition("Ready", ConditionStatus::True, None)];
        assert!(of_kind("HelmRelease", ComplianceState::Compliant, vec![]));
        assert!(of_kind("ArtifactGenerator", ComplianceState::Compliant, ready()));
        assert!(of_kind("Weather2030", ComplianceState::NonCompliant, vec![]));
        assert!(!of_kind("ConfigMap", ComplianceState::Compliant, vec![]));
    }

    #[test]
    fn suspended_objects_do_not_fail() {
        let not_ready = vec![condition("Ready", ConditionStatus::False, None)];
        assert!(object(ComplianceState::Pending, not_ready.clone()).is_failing());
        assert!(object(ComplianceState::NonCompliant, vec![]).is_failing());
        assert!(!object(ComplianceState::Suspended, not_ready).is_failing());
        assert!(!object(ComplianceState::Compliant, vec![]).is_failing());
    }
}
