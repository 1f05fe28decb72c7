//! The members of a row that are read, in their JSON form.
//!
//! One struct fits all forms: Resource Graph's flat columns, whole `properties` in either casing, Resource Manager's
//! replies, and the names of older API versions.

use crate::upstream::lenient::{Bool, Fill, Int, List, Members, Says, Str, lenient_object};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess};

/// Most entries of `statuses` to keep for one configuration.
pub(super) const MAX_STATUSES: usize = 2_000;
/// Most kustomizations to keep for one configuration.
pub(super) const MAX_KUSTOMIZATIONS: usize = 500;
const MAX_CONDITIONS: usize = 16;
const MAX_DEPENDENCIES: usize = 100;

lenient_object! {
    /// A namespaced name.
    struct RawRef<'a> {
        "name" => name: Str<'a>,
        "namespace" => namespace: Str<'a>,
    }
}

lenient_object! {
    /// An entry of `statusConditions`.
    struct RawCondition<'a> {
        "type" => kind: Str<'a>,
        "status" => status: Str<'a>,
        "reason" => reason: Str<'a>,
        "message" => message: Str<'a>,
        "lastTransitionTime" => last_transition: Str<'a>,
    }
}

lenient_object! {
    /// `helmReleaseProperties`.
    struct RawHelm<'a> {
        "helmChartRef" => chart: RawRef<'a>,
        "lastRevisionApplied" => last_revision_applied: Int,
        "failureCount" => failure_count: Int,
        "installFailureCount" => install_failure_count: Int,
        "upgradeFailureCount" => upgrade_failure_count: Int,
    }
}

lenient_object! {
    /// An entry of `statuses`, of an extension (code, level, …) or of a configuration (kind, name, …).
    struct RawStatus<'a> {
        "name" => name: Str<'a>,
        "namespace" => namespace: Str<'a>,
        "kind" => kind: Str<'a>,
        "complianceState" => compliance_state: Str<'a>,
        "appliedBy" => applied_by: RawRef<'a>,
        "statusConditions" => conditions: List<RawCondition<'a>, MAX_CONDITIONS>,
        "helmReleaseProperties" => helm: Option<RawHelm<'a>>,
        "message" => message: Str<'a>,
        "code" => code: Str<'a>,
        "displayStatus" => display_status: Str<'a>,
        "level" => level: Str<'a>,
        "time" => time: Str<'a>,
    }
}

lenient_object! {
    /// `repositoryRef`.
    struct RawReference<'a> {
        "branch" => branch: Str<'a>,
        "tag" => tag: Str<'a>,
        "semver" => semver: Str<'a>,
        "commit" => commit: Str<'a>,
        "digest" => digest: Str<'a>,
    }
}

lenient_object! {
    /// `gitRepository`, `bucket`, `azureBlob` or `ociRepository`. Their keys and secrets are not read.
    struct RawSource<'a> {
        "url" => url: Str<'a>,
        "bucketName" => bucket: Str<'a>,
        "containerName" => container: Str<'a>,
        "repositoryRef" => reference: RawReference<'a>,
    }
}

lenient_object! {
    /// `errorInfo` of an extension.
    struct RawErrorInfo<'a> {
        "code" => code: Str<'a>,
        "message" => message: Str<'a>,
    }
}

lenient_object! {
    /// A value of `kustomizations`. Substitutions are not read, because they may contain secrets.
    struct RawKustomization<'a> {
        "name" => name: Str<'a>,
        "path" => path: Str<'a>,
        "dependsOn" => depends_on: List<RawDependency<'a>, MAX_DEPENDENCIES>,
        "prune" => prune: Bool,
        "force" => force: Bool,
        "syncIntervalInSeconds" => sync_interval: Int,
        "timeoutInSeconds" => timeout: Int,
        "retryIntervalInSeconds" => retry_interval: Int,
    }
}

/// A name, or the 2021 preview's `{kustomizationName}`.
#[derive(Clone, Debug, Default)]
pub(super) struct RawDependency<'a>(pub(super) Str<'a>);

impl<'de> Members<'de> for RawDependency<'de> {
    const NAMES: &'static [&'static str] = &["kustomizationName"];

    fn member<A: MapAccess<'de>>(&mut self, name: &str, object: &mut A) -> Result<(), A::Error> {
        match name {
            "kustomizationName" => self.0.take_from(object.next_value()?),
            _ => drop(object.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }

    fn text(&mut self, text: Str<'de>) {
        self.0 = text;
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for RawDependency<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut dependency = RawDependency::default();
        Fill(&mut dependency).deserialize(from)?;
        Ok(dependency)
    }
}

/// `kustomizations`: a map by name.
#[derive(Clone, Debug, Default)]
pub(super) struct RawKustomizations<'a>(pub(super) Vec<RawKustomization<'a>>);

impl<'de> Members<'de> for RawKustomizations<'de> {
    fn member<A: MapAccess<'de>>(&mut self, name: &str, object: &mut A) -> Result<(), A::Error> {
        let mut kustomization: RawKustomization<'de> = object.next_value()?;
        if self.0.len() < MAX_KUSTOMIZATIONS {
            if kustomization.name.get().is_none() {
                kustomization.name = Str::owned(name);
            }
            self.0.push(kustomization);
        }
        Ok(())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for RawKustomizations<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut all = RawKustomizations::default();
        Fill(&mut all).deserialize(from)?;
        Ok(all)
    }
}

impl Says for RawKustomizations<'_> {
    fn says(&self) -> bool {
        !self.0.is_empty()
    }
}

/// The members that hold a source, and the `sourceKind` of each.
const SOURCES: [(&str, &str); 4] = [
    ("gitRepository", "GitRepository"),
    ("bucket", "Bucket"),
    ("azureBlob", "AzureBlob"),
    ("ociRepository", "OCIRepository"),
];

/// A row of Resource Graph, or a resource of Resource Manager. `scope` is a word for configurations. For extensions it
/// is an object, which is read as absent.
#[derive(Clone, Debug, Default)]
pub(super) struct RawRow<'a> {
    pub(super) id: Str<'a>,
    pub(super) extension_type: Str<'a>,
    pub(super) version: Str<'a>,
    pub(super) current_version: Str<'a>,
    pub(super) release_train: Str<'a>,
    pub(super) auto_upgrade: Bool,
    pub(super) auto_upgrade_mode: Str<'a>,
    pub(super) provisioning_state: Str<'a>,
    pub(super) install_state: Str<'a>,
    pub(super) last_status: Str<'a>,
    pub(super) error_info: RawErrorInfo<'a>,
    pub(super) statuses: List<RawStatus<'a>, MAX_STATUSES>,
    pub(super) scope: Str<'a>,
    pub(super) namespace: Str<'a>,
    pub(super) source_kind: Str<'a>,
    pub(super) suspend: Bool,
    /// The source as the listing's columns have it.
    flat_source: RawSource<'a>,
    /// The sources as a resource has them, with their kind; the one in use has a URL.
    sources: Vec<(&'static str, RawSource<'a>)>,
    pub(super) synced_commit: Str<'a>,
    /// The same by its name of 2021.
    pub(super) last_synced_commit: Str<'a>,
    pub(super) source_updated: Str<'a>,
    /// The same by its name of 2021.
    pub(super) last_source_synced: Str<'a>,
    pub(super) status_updated: Str<'a>,
    pub(super) compliance_state: Str<'a>,
    pub(super) error_message: Str<'a>,
    pub(super) kustomizations: RawKustomizations<'a>,
    /// Whether the row, or its `properties`, isn't an object.
    pub(super) broken: bool,
    /// Whether `properties` is being read, in which a further member `properties` has no meaning.
    inside: bool,
    /// Whether `properties` has a member.
    pub(super) has_properties: bool,
}

impl<'a> RawRow<'a> {
    /// The source in use: that of `sourceKind`, else the first with a URL.
    pub(super) fn source(&self) -> &RawSource<'a> {
        let kind = self.source_kind.get().unwrap_or_default();
        let of_kind = self.sources.iter().find(|(known, _)| known.eq_ignore_ascii_case(kind));
        of_kind.or(self.sources.first()).map_or(&self.flat_source, |(_, source)| source)
    }
}

impl<'de> Members<'de> for RawRow<'de> {
    const NAMES: &'static [&'static str] = &[
        "id",
        "properties",
        "extensionType",
        "version",
        "currentVersion",
        "releaseTrain",
        "autoUpgradeMinorVersion",
        "autoUpgradeMode",
        "provisioningState",
        "installState",
        "lastStatusTime",
        "errorInfo",
        "statuses",
        "scope",
        "namespace",
        "sourceKind",
        "suspend",
        "repositoryUrl",
        "repositoryRef",
        "bucketName",
        "containerName",
        "gitRepository",
        "bucket",
        "azureBlob",
        "ociRepository",
        "sourceSyncedCommitId",
        "lastSourceSyncedCommitId",
        "sourceUpdatedAt",
        "lastSourceSyncedAt",
        "statusUpdatedAt",
        "complianceState",
        "errorMessage",
        "kustomizations",
    ];

    fn member<A: MapAccess<'de>>(&mut self, name: &str, object: &mut A) -> Result<(), A::Error> {
        self.has_properties |= self.inside;
        match name {
            "id" if !self.inside => self.id.take_from(object.next_value()?),
            "properties" if !self.inside => {
                self.inside = true;
                object.next_value_seed(Fill(&mut *self))?;
                self.inside = false;
            }
            "extensionType" => self.extension_type.take_from(object.next_value()?),
            "version" => self.version.take_from(object.next_value()?),
            "currentVersion" => self.current_version.take_from(object.next_value()?),
            "releaseTrain" => self.release_train.take_from(object.next_value()?),
            "autoUpgradeMinorVersion" => self.auto_upgrade.take_from(object.next_value()?),
            "autoUpgradeMode" => self.auto_upgrade_mode.take_from(object.next_value()?),
            "provisioningState" => self.provisioning_state.take_from(object.next_value()?),
            "installState" => self.install_state.take_from(object.next_value()?),
            "lastStatusTime" => self.last_status.take_from(object.next_value()?),
            "errorInfo" => self.error_info.take_from(object.next_value()?),
            "statuses" => self.statuses.take_from(object.next_value()?),
            "scope" => self.scope.take_from(object.next_value()?),
            "namespace" => self.namespace.take_from(object.next_value()?),
            "sourceKind" => self.source_kind.take_from(object.next_value()?),
            "suspend" => self.suspend.take_from(object.next_value()?),
            "repositoryUrl" => self.flat_source.url.take_from(object.next_value()?),
            "repositoryRef" => self.flat_source.reference.take_from(object.next_value()?),
            "bucketName" => self.flat_source.bucket.take_from(object.next_value()?),
            "containerName" => self.flat_source.container.take_from(object.next_value()?),
            "sourceSyncedCommitId" => self.synced_commit.take_from(object.next_value()?),
            "lastSourceSyncedCommitId" => self.last_synced_commit.take_from(object.next_value()?),
            "sourceUpdatedAt" => self.source_updated.take_from(object.next_value()?),
            "lastSourceSyncedAt" => self.last_source_synced.take_from(object.next_value()?),
            "statusUpdatedAt" => self.status_updated.take_from(object.next_value()?),
            "complianceState" => self.compliance_state.take_from(object.next_value()?),
            "errorMessage" => self.error_message.take_from(object.next_value()?),
            "kustomizations" => self.kustomizations.take_from(object.next_value()?),
            other => match SOURCES.iter().find(|(member, _)| *member == other) {
                Some((_, kind)) => {
                    let source: RawSource<'de> = object.next_value()?;
                    if source.says() {
                        self.sources.push((kind, source));
                    }
                }
                None => drop(object.next_value::<IgnoredAny>()?),
            },
        }
        Ok(())
    }

    fn not_an_object(&mut self) {
        self.broken = true;
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for RawRow<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut row = RawRow::default();
        Fill(&mut row).deserialize(from)?;
        Ok(row)
    }
}
