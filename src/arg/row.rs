//! Converts rows of Resource Graph and resources of Resource Manager to domain values. The rest of the code sees no
//! foreign JSON.

use super::raw::{RawKustomization, RawRef, RawReference, RawRow, RawSource, RawStatus};
use crate::upstream::lenient::Str;
use flux::{
    ArmIdError, ClusterId, ClusterRef, ComplianceState, Condition, ConditionStatus, Extension,
    FluxConfiguration, FluxObject, HelmRelease, Interner, Kustomization, ObjectRef,
    ProvisioningState, Reference, ReferenceType, ResourceId, ResourceKind, Text, UtcMillis,
    without_credentials,
};
use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::sync::Arc;
use thiserror::Error;

/// Longest message to keep, in bytes. A longer one is cut and ends in "…". Helm's errors can have many thousands of
/// bytes.
pub const MAX_MESSAGE: usize = 2_048;

/// One row of the fleet listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// A Flux extension.
    Extension(Extension),
    /// A Flux configuration.
    Configuration(FluxConfiguration),
}

/// Why a row can't be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RowError {
    /// The row or its `properties` is of the wrong type.
    #[error("not an object")]
    NotAnObject,
    /// The row has no id.
    #[error("no id")]
    NoId,
    /// The row's id isn't that of an extension or configuration.
    #[error(transparent)]
    Id(#[from] ArmIdError),
}

/// Converts rows to domain values, which share their texts and clusters.
///
/// The reader lives as long as the data source instance, so that a new snapshot shares texts and clusters with the one
/// before.
#[derive(Debug, Default)]
pub struct RowReader {
    texts: Interner,
    /// Clusters by identity ([`ClusterRef::key`]). All rows of a cluster use the spelling that was seen first.
    clusters: HashMap<String, Arc<ClusterRef>, RandomState>,
    /// Clusters by the beginning of the id in its original spelling, so that it needn't be parsed again for every row.
    spelled: HashMap<Box<str>, Arc<ClusterRef>, RandomState>,
}

impl RowReader {
    /// Decodes one row. `None`: the row is an extension of another type, which is ignored.
    pub(super) fn read(&mut self, raw: &RawRow<'_>) -> Result<Option<Row>, RowError> {
        if raw.broken {
            return Err(RowError::NotAnObject);
        }
        let id = ResourceId::parse(raw.id.get().ok_or(RowError::NoId)?)?;
        let cluster = self.cluster(&id.cluster);
        Ok(match id.kind {
            ResourceKind::Extension => {
                let other = |kind: &str| !kind.eq_ignore_ascii_case("microsoft.flux");
                if raw.extension_type.get().is_some_and(other) {
                    None
                } else {
                    Some(Row::Extension(self.extension(&id, cluster, raw)))
                }
            }
            ResourceKind::FluxConfiguration => {
                Some(Row::Configuration(self.configuration(&id, cluster, raw)))
            }
        })
    }

    /// Drops texts and clusters that no snapshot holds any longer.
    pub fn forget_unused(&mut self) {
        self.spelled.clear();
        self.clusters.retain(|_, cluster| Arc::strong_count(cluster) > 1);
        self.texts.forget_unused();
    }

    /// The cluster with this id. All spellings of the id give the same value.
    pub(super) fn cluster(&mut self, id: &ClusterId<'_>) -> Arc<ClusterRef> {
        let spelled = id.text;
        if let Some(known) = self.spelled.get(spelled) {
            return Arc::clone(known);
        }
        let cluster = id.cluster_ref(|text| self.texts.intern(text));
        let shared = self.clusters.entry(cluster.key()).or_insert_with(|| Arc::new(cluster));
        self.spelled.insert(spelled.into(), Arc::clone(shared));
        Arc::clone(shared)
    }

    pub(super) fn text(&mut self, text: &Str<'_>) -> Option<Text> {
        text.get().map(|text| self.texts.intern(text))
    }

    fn message(&mut self, text: &Str<'_>) -> Option<Text> {
        text.get().map(|text| self.short(text))
    }

    fn short(&mut self, text: &str) -> Text {
        if text.len() <= MAX_MESSAGE {
            return self.texts.intern(text);
        }
        let end = (0..=MAX_MESSAGE - '…'.len_utf8()).rev().find(|&i| text.is_char_boundary(i));
        self.texts.intern(&format!("{}…", &text[..end.unwrap_or(0)]))
    }

    fn extension(
        &mut self,
        id: &ResourceId<'_>,
        cluster: Arc<ClusterRef>,
        raw: &RawRow<'_>,
    ) -> Extension {
        let mode = raw.auto_upgrade_mode.get();
        let version =
            if raw.current_version.get().is_some() { &raw.current_version } else { &raw.version };
        let (status_code, status_message, status_time) = self.status(raw);
        Extension {
            cluster,
            name: self.texts.intern(id.name),
            type_path: Some(self.texts.intern(id.between)),
            version: self.text(version),
            release_train: self.text(&raw.release_train),
            auto_upgrade: mode
                .map(|mode| !mode.eq_ignore_ascii_case("none"))
                .or(raw.auto_upgrade.0),
            provisioning_state: ProvisioningState::from_azure(raw.provisioning_state.get())
                .or_else(|| ProvisioningState::from_install_state(raw.install_state.get())),
            status_code,
            status_message,
            status_time,
        }
    }

    /// Code, text and time of the most severe status that says something; else of the error.
    fn status(&mut self, raw: &RawRow<'_>) -> (Option<Text>, Option<Text>, Option<UtcMillis>) {
        let severity = |status: &RawStatus<'_>| match status.level.get() {
            Some(level) if level.eq_ignore_ascii_case("Error") => 3,
            Some(level) if level.eq_ignore_ascii_case("Warning") => 2,
            None => 1,
            Some(_) => 0,
        };
        let said = |status: &&RawStatus<'_>| {
            status.message.get().or(status.display_status.get()).or(status.code.get()).is_some()
        };
        // Among equally severe statuses the first is used, because Azure puts the newest first.
        let worst = raw.statuses.0.iter().filter(said).rev().max_by_key(|status| severity(status));
        let text = worst
            .and_then(|s| s.message.get().or(s.display_status.get()).or(s.code.get()))
            .or(raw.error_info.message.get())
            .or(raw.error_info.code.get());
        let code = worst.and_then(|status| status.code.get()).or(raw.error_info.code.get());
        let time = worst.and_then(|status| time(&status.time)).or_else(|| {
            // The API of 2021 has it beside the statuses.
            text.and_then(|_| time(&raw.last_status))
        });
        (code.map(|code| self.short(code)), text.map(|text| self.short(text)), time)
    }

    fn configuration(
        &mut self,
        id: &ResourceId<'_>,
        cluster: Arc<ClusterRef>,
        raw: &RawRow<'_>,
    ) -> FluxConfiguration {
        let (source, kind) = (raw.source(), raw.source_kind.get());
        let mut kustomizations: Vec<_> =
            raw.kustomizations.0.iter().filter_map(|raw| self.kustomization(raw)).collect();
        kustomizations.sort_by(|left, right| left.name.cmp(&right.name));
        let namespace = self.text(&raw.namespace);
        let own = namespace.as_ref();
        let mut objects: Vec<_> =
            raw.statuses.0.iter().filter_map(|raw| self.object(raw, own)).collect();
        objects.sort_by(|left, right| left.place().cmp(&right.place()));
        FluxConfiguration {
            cluster,
            name: self.texts.intern(id.name),
            type_path: Some(self.texts.intern(id.between)),
            namespace,
            scope: self.text(&raw.scope),
            source_kind: kind.map(|kind| self.texts.intern(source_kind(kind))),
            repository_url: address(source, kind).map(|address| self.texts.intern(&address)),
            reference: self.reference(&source.reference),
            source_synced_commit: self
                .text(&raw.synced_commit)
                .or_else(|| self.text(&raw.last_synced_commit)),
            source_updated: time(&raw.source_updated).or_else(|| time(&raw.last_source_synced)),
            status_updated: time(&raw.status_updated),
            provisioning_state: ProvisioningState::from_azure(raw.provisioning_state.get()),
            compliance_state: ComplianceState::from_azure(raw.compliance_state.get()),
            suspended: raw.suspend.0.unwrap_or(false),
            error_message: self.message(&raw.error_message),
            kustomizations: kustomizations.into(),
            objects: objects.into(),
        }
    }

    /// The reference that Flux uses: for Git commit, then semver, tag, branch; for OCI digest, then semver, tag.
    fn reference(&mut self, raw: &RawReference<'_>) -> Option<Reference> {
        [
            (ReferenceType::Commit, &raw.commit),
            (ReferenceType::Digest, &raw.digest),
            (ReferenceType::Semver, &raw.semver),
            (ReferenceType::Tag, &raw.tag),
            (ReferenceType::Branch, &raw.branch),
        ]
        .into_iter()
        .find_map(|(kind, value)| Some(Reference { kind, value: self.text(value)? }))
    }

    fn kustomization(&mut self, raw: &RawKustomization<'_>) -> Option<Kustomization> {
        Some(Kustomization {
            name: self.text(&raw.name)?,
            path: self.text(&raw.path),
            depends_on: raw
                .depends_on
                .0
                .iter()
                .filter_map(|dependency| self.text(&dependency.0))
                .collect(),
            prune: raw.prune.0,
            force: raw.force.0,
            sync_interval_seconds: raw.sync_interval.0,
            timeout_seconds: raw.timeout.0,
            retry_interval_seconds: raw.retry_interval.0,
        })
    }

    fn object_ref(&mut self, raw: &RawRef<'_>) -> Option<ObjectRef> {
        Some(ObjectRef { name: self.text(&raw.name)?, namespace: self.text(&raw.namespace) })
    }

    /// An entry of `statuses`; `None` when it has no name. What no Kustomization applied, Azure's agent made in `own`, the
    /// namespace of the configuration.
    fn object(&mut self, raw: &RawStatus<'_>, own: Option<&Text>) -> Option<FluxObject> {
        let name = self.text(&raw.name)?;
        let conditions = raw
            .conditions
            .0
            .iter()
            .filter_map(|raw| {
                Some(Condition {
                    kind: self.text(&raw.kind)?,
                    status: ConditionStatus::from_azure(raw.status.get())?,
                    reason: self.text(&raw.reason),
                    message: self.message(&raw.message),
                    last_transition: time(&raw.last_transition),
                })
            })
            .collect();
        let kind = self.text(&raw.kind);
        // Azure's specification has this member on Kustomizations too, where it is meaningless.
        let is_release = kind.as_ref().is_none_or(|kind| kind.eq_ignore_ascii_case("HelmRelease"));
        let helm = raw.helm.as_ref().filter(|_| is_release).map(|raw| {
            Box::new(HelmRelease {
                chart: self.object_ref(&raw.chart),
                last_revision_applied: raw.last_revision_applied.0,
                failure_count: raw.failure_count.0,
                install_failure_count: raw.install_failure_count.0,
                upgrade_failure_count: raw.upgrade_failure_count.0,
            })
        });
        let applied_by = self.object_ref(&raw.applied_by).map(Box::new);
        let own = own.filter(|_| applied_by.is_none());
        Some(FluxObject {
            kind,
            namespace: self.text(&raw.namespace).or_else(|| own.cloned()),
            name,
            compliance_state: ComplianceState::from_azure(raw.compliance_state.get()),
            conditions,
            message: self.message(&raw.message),
            applied_by,
            helm,
        })
    }
}

fn time(text: &Str<'_>) -> Option<UtcMillis> {
    text.get().and_then(UtcMillis::from_azure)
}

/// Azure's spelling of a source kind, from text in any case. Other kinds stay as they are.
fn source_kind(text: &str) -> &str {
    ["GitRepository", "Bucket", "AzureBlob", "OCIRepository"]
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(text))
        .unwrap_or(text)
}

/// Where a source is: its URL, and the name of the bucket or container below it. Two containers of one storage account
/// are two sources.
fn address(raw: &RawSource<'_>, kind: Option<&str>) -> Option<String> {
    let is = |known: &str| kind.is_none_or(|kind| kind.eq_ignore_ascii_case(known));
    let name = None
        .or(raw.container.get().filter(|_| is("AzureBlob")))
        .or(raw.bucket.get().filter(|_| is("Bucket")));
    let url = raw.url.get().map(without_credentials);
    match (url, name.map(|name| name.trim_matches('/')).filter(|name| !name.is_empty())) {
        (Some(url), Some(name)) => {
            let base = url.trim_end_matches('/');
            // Some people write the name into the URL as well.
            let has_name = base.rsplit_once('/').is_some_and(|(_, last)| last == name);
            Some(if has_name { base.to_owned() } else { format!("{base}/{name}") })
        }
        (Some(url), None) => Some(url.into_owned()),
        (None, name) => name.map(str::to_owned),
    }
}
