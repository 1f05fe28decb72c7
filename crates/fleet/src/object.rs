//! The Flux objects of a configuration: their kinds, their states and the conditions that their controllers report.

use super::catalogue::{Helm, Source, SourceKind};
use super::configuration::{Cause, Configuration, Standing};
use super::metrics::Readiness;
use arcstr::literal;
use flux::{ComplianceState, Text};

/// One Flux object.
pub(super) struct Object {
    pub kind: Text,
    pub name: Text,
    pub state: ComplianceState,
    /// Name of the Kustomization that applied it. `None`: the agent applied it.
    pub applied_by: Option<Text>,
    pub note: Note,
}

/// What its controller reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Note {
    Fetched,
    Indexed,
    ChartPulled,
    Applied,
    Released,
    Progressing,
    /// The object waits for the Kustomization with this name.
    Waits(Text),
    Failed(Cause),
}

/// A condition without its time.
pub(super) struct Said {
    pub condition: &'static str,
    pub status: &'static str,
    pub reason: &'static str,
    pub message: String,
}

impl SourceKind {
    /// The value of a configuration's `sourceKind`.
    pub(super) fn name(self) -> Text {
        match self {
            Self::Git => literal!("GitRepository"),
            Self::Bucket => literal!("Bucket"),
            Self::Blob => literal!("AzureBlob"),
            Self::Oci => literal!("OCIRepository"),
        }
    }

    /// Kind of the Flux object: an Azure blob source is a `Bucket` on the cluster.
    fn object_kind(self) -> Text {
        match self {
            Self::Blob => literal!("Bucket"),
            other => other.name(),
        }
    }
}

impl Note {
    /// Status of its `Ready` condition.
    pub(super) fn ready(&self) -> Readiness {
        match self {
            Self::Fetched | Self::Indexed | Self::ChartPulled | Self::Applied | Self::Released => {
                Readiness::True
            }
            Self::Progressing => Readiness::Unknown,
            Self::Waits(_) | Self::Failed(_) => Readiness::False,
        }
    }
}

/// All objects of a configuration that Azure knows: source, kustomizations, then Helm's. Empty before the first report.
pub(super) fn objects(configuration: &Configuration<'_>) -> Vec<Object> {
    match configuration.standing {
        Standing::Fresh => Vec::new(),
        _ => declared(configuration),
    }
}

/// All objects of a configuration that the cluster has. Of a configuration that never reported, only kinds and names
/// are valid.
pub(super) fn declared(configuration: &Configuration<'_>) -> Vec<Object> {
    let standing = configuration.standing;
    let own_name = configuration.name();
    let layers = configuration.app.layers.list();
    let last = layers.len().saturating_sub(1);
    // States that all objects of the configuration share.
    let (shared, calm) = match standing {
        Standing::Suspended => (ComplianceState::Suspended, true),
        Standing::Unknown => (ComplianceState::Unknown, false),
        _ => (ComplianceState::Compliant, true),
    };
    let note = |well: Note| if calm { well } else { Note::Progressing };
    let failed = |cause| (ComplianceState::NonCompliant, Note::Failed(cause));

    let (state, source_note) = match standing {
        Standing::NonCompliant(Cause::SourceDenied) => failed(Cause::SourceDenied),
        _ => (shared.clone(), note(Note::Fetched)),
    };
    let mut objects = vec![Object {
        kind: configuration.source.kind.object_kind(),
        name: own_name.clone(),
        state,
        applied_by: None,
        note: source_note,
    }];
    for (index, layer) in layers.iter().enumerate() {
        let (state, note) = match standing {
            Standing::NonCompliant(
                cause @ (Cause::BuildFailed | Cause::PolicyDenied | Cause::KindGone),
            ) if index == last => failed(cause),
            Standing::NonCompliant(Cause::Unhealthy) if index == 0 => failed(Cause::Unhealthy),
            Standing::NonCompliant(Cause::Unhealthy) => {
                let first = layer.after.unwrap_or(layers[0].name);
                let first = Text::from(format!("{own_name}-{first}"));
                (ComplianceState::NonCompliant, Note::Waits(first))
            }
            Standing::Pending if index == last => (ComplianceState::Pending, Note::Progressing),
            _ => (shared.clone(), note(Note::Applied)),
        };
        objects.push(Object {
            kind: literal!("Kustomization"),
            name: Text::from(format!("{own_name}-{}", layer.name)),
            state,
            applied_by: None,
            note,
        });
    }
    push_helm(configuration, &shared, calm, &mut objects);
    objects
}

fn push_helm(
    configuration: &Configuration<'_>,
    shared: &ComplianceState,
    calm: bool,
    objects: &mut Vec<Object>,
) {
    if configuration.app.helm == Helm::No {
        return;
    }
    let Some(applied_by) = objects.last().map(|object| object.name.clone()) else { return };
    let (state, note) = match configuration.standing {
        Standing::NonCompliant(Cause::HelmFailed) => {
            (ComplianceState::NonCompliant, Note::Failed(Cause::HelmFailed))
        }
        Standing::NonCompliant(Cause::Unhealthy) | Standing::Pending => {
            (ComplianceState::Pending, Note::Progressing)
        }
        _ if calm => (shared.clone(), Note::Released),
        _ => (shared.clone(), Note::Progressing),
    };
    let app = configuration.name();
    let mut push = |kind: Text, name: String, state: ComplianceState, note: Note| {
        let name = Text::from(name);
        objects.push(Object { kind, name, state, applied_by: Some(applied_by.clone()), note });
    };
    let well = |note: Note| if calm { note } else { Note::Progressing };
    push(literal!("HelmRepository"), format!("{app}-charts"), shared.clone(), well(Note::Indexed));
    if configuration.app.helm == Helm::ReleaseAndChart {
        let chart = format!("{}-{app}", configuration.app.namespace);
        push(literal!("HelmChart"), chart, shared.clone(), well(Note::ChartPulled));
    }
    push(literal!("HelmRelease"), app.to_string(), state, note);
}

/// The conditions that an object's controller reports. `revision` is the synchronised revision.
pub(super) fn said(
    object: &Object,
    configuration: &Configuration<'_>,
    revision: &str,
) -> Vec<Said> {
    let namespace = configuration.app.namespace;
    let app = configuration.app.name;
    let release = configuration.name();
    let ready =
        |status, reason, message: String| Said { condition: "Ready", status, reason, message };
    match &object.note {
        Note::Fetched if configuration.source.kind == SourceKind::Git => vec![
            ready("True", "GitOperationSucceed", format!("Fetched revision: {revision}")),
        ],
        Note::Fetched => vec![
            ready("True", "Succeeded", format!("stored artifact for revision '{revision}'")),
            Said {
                condition: "ArtifactInStorage",
                status: "True",
                reason: "Succeeded",
                message: format!("stored artifact for revision '{revision}'"),
            },
        ],
        Note::Indexed => vec![ready(
            "True",
            "IndexationSucceed",
            "Fetched revision: 7f3c2a915be04d6688a1f2c95d0be6472cc1a83e5b94f7d60e12ab3497cd5810"
                .to_owned(),
        )],
        Note::ChartPulled => vec![ready(
            "True",
            "ChartPullSucceeded",
            format!("Pulled '{app}' chart with version '4.7.1'."),
        )],
        Note::Applied => {
            vec![ready("True", "ReconciliationSucceeded", format!("Applied revision: {revision}"))]
        }
        Note::Released => vec![
            ready("True", "ReconciliationSucceeded", "Release reconciliation succeeded".to_owned()),
            Said {
                condition: "Released",
                status: "True",
                reason: "InstallSucceeded",
                message: "Helm install succeeded".to_owned(),
            },
        ],
        Note::Progressing => {
            vec![ready("Unknown", "Progressing", "Reconciliation in progress".to_owned())]
        }
        Note::Waits(first) => vec![ready(
            "False",
            "DependencyNotReady",
            format!("dependency '{namespace}/{first}' is not ready"),
        )],
        Note::Failed(Cause::SourceDenied) => {
            let (reason, message) = denied(configuration.source);
            vec![ready("False", reason, message)]
        }
        Note::Failed(Cause::BuildFailed) => vec![ready(
            "False",
            "BuildFailed",
            "kustomize build failed: accumulating resources: accumulation err='accumulating resources from '../../base/redis': open /tmp/kustomization-3187/base/redis: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '/tmp/kustomization-3187/base/redis'".to_owned(),
        )],
        Note::Failed(Cause::Unhealthy) => vec![ready(
            "False",
            "HealthCheckFailed",
            format!("timeout waiting for: [Deployment/{namespace}/{app}-api status: 'InProgress']"),
        )],
        Note::Failed(Cause::PolicyDenied) => vec![ready(
            "False",
            "ReconciliationFailed",
            format!("Deployment/{namespace}/{app}-worker dry-run failed (Forbidden): admission webhook \"validation.gatekeeper.sh\" denied the request: [azurepolicy-k8sazurev1blockdefault] Container \"worker\" runs as root, which \"runAsNonRoot\" forbids"),
        )],
        Note::Failed(Cause::KindGone) => vec![ready(
            "False",
            "ReconciliationFailed",
            format!("HelmRepository/{namespace}/{app} dry-run failed: no matches for kind \"HelmRepository\" in version \"source.toolkit.fluxcd.io/v1beta1\""),
        )],
        Note::Failed(Cause::HelmFailed) => vec![
            ready("False", "UpgradeFailed", format!("Helm upgrade failed for release {namespace}/{release} with chart {app}@4.7.1: post-upgrade hooks failed: job {app}-migrate failed: BackoffLimitExceeded")),
            Said {
                condition: "Released",
                status: "False",
                reason: "UpgradeFailed",
                message: format!("Helm upgrade failed for release {namespace}/{release} with chart {app}@4.7.1: post-upgrade hooks failed: job {app}-migrate failed: BackoffLimitExceeded"),
            },
        ],
    }
}

/// Reason and message that source-controller reports for a source without access.
fn denied(source: &Source) -> (&'static str, String) {
    match source.kind {
        SourceKind::Git => (
            "GitOperationFailed",
            format!(
                "failed to checkout and determine revision: unable to clone '{}': authentication required",
                source.url
            ),
        ),
        SourceKind::Oci => (
            "OCIArtifactPullFailed",
            format!(
                "failed to determine artifact digest: GET {}: UNAUTHORIZED: authentication required",
                source.url
            ),
        ),
        SourceKind::Bucket => (
            "BucketOperationFailed",
            format!(
                "failed to confirm existence of 'flux' bucket at {}: Access Denied.",
                source.url
            ),
        ),
        SourceKind::Blob => (
            "BucketOperationFailed",
            format!(
                "fetch from bucket 'manifests' failed: GET {}manifests RESPONSE 403: AuthorizationPermissionMismatch",
                source.url
            ),
        ),
    }
}
