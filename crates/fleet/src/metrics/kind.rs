//! Kinds of Flux objects, and the controllers that reconcile them.

use arcstr::literal;
use flux::Text;
use serde::Serialize;
use std::fmt;

/// A kind of Flux object that the simulated clusters have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum FluxKind {
    /// A Git repository.
    GitRepository,
    /// An artifact in an OCI registry.
    #[serde(rename = "OCIRepository")]
    OciRepository,
    /// A bucket; Azure blob containers included.
    Bucket,
    /// A repository of Helm charts.
    HelmRepository,
    /// A Helm chart, fetched for a release.
    HelmChart,
    /// A set of manifests that Flux applies.
    Kustomization,
    /// A release of a Helm chart.
    HelmRelease,
}

impl FluxKind {
    /// All kinds. A kind comes after the kinds that it needs.
    pub const ALL: [Self; 7] = [
        Self::GitRepository,
        Self::OciRepository,
        Self::Bucket,
        Self::HelmRepository,
        Self::HelmChart,
        Self::Kustomization,
        Self::HelmRelease,
    ];

    /// The kind's name in Kubernetes.
    pub fn text(self) -> Text {
        match self {
            Self::GitRepository => literal!("GitRepository"),
            Self::OciRepository => literal!("OCIRepository"),
            Self::Bucket => literal!("Bucket"),
            Self::HelmRepository => literal!("HelmRepository"),
            Self::HelmChart => literal!("HelmChart"),
            Self::Kustomization => literal!("Kustomization"),
            Self::HelmRelease => literal!("HelmRelease"),
        }
    }

    /// The kind with this name. `None`: no simulated cluster has objects of this kind.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.text() == text)
    }

    /// The API group.
    pub(super) fn group(self) -> Text {
        match self {
            Self::Kustomization => literal!("kustomize.toolkit.fluxcd.io"),
            Self::HelmRelease => literal!("helm.toolkit.fluxcd.io"),
            _ => literal!("source.toolkit.fluxcd.io"),
        }
    }
}

impl fmt::Display for FluxKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// A Flux controller; each runs in a pod of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Controller {
    /// Fetches sources and charts.
    SourceController,
    /// Applies `Kustomization`s.
    KustomizeController,
    /// Installs and upgrades Helm releases.
    HelmController,
    /// Receives webhooks, sends alerts.
    NotificationController,
    /// Scans registries; idle here.
    ImageReflectorController,
    /// Writes tags to Git; idle here.
    ImageAutomationController,
}

impl Controller {
    /// All controllers.
    pub const ALL: [Self; 6] = [
        Self::SourceController,
        Self::KustomizeController,
        Self::HelmController,
        Self::NotificationController,
        Self::ImageReflectorController,
        Self::ImageAutomationController,
    ];

    /// Name of its deployment: `source-controller`.
    pub fn text(self) -> Text {
        match self {
            Self::SourceController => literal!("source-controller"),
            Self::KustomizeController => literal!("kustomize-controller"),
            Self::HelmController => literal!("helm-controller"),
            Self::NotificationController => literal!("notification-controller"),
            Self::ImageReflectorController => literal!("image-reflector-controller"),
            Self::ImageAutomationController => literal!("image-automation-controller"),
        }
    }

    /// The controller that reconciles a kind.
    pub fn of_kind(kind: FluxKind) -> Self {
        match kind {
            FluxKind::Kustomization => Self::KustomizeController,
            FluxKind::HelmRelease => Self::HelmController,
            _ => Self::SourceController,
        }
    }

    /// Its queues, sorted by name.
    pub fn queues(self) -> &'static [Queue] {
        const fn queue(name: Text, kind: Option<FluxKind>) -> Queue {
            Queue { name, kind }
        }
        match self {
            Self::SourceController => {
                static QUEUES: [Queue; 5] = [
                    queue(literal!("bucket"), Some(FluxKind::Bucket)),
                    queue(literal!("gitrepository"), Some(FluxKind::GitRepository)),
                    queue(literal!("helmchart"), Some(FluxKind::HelmChart)),
                    queue(literal!("helmrepository"), Some(FluxKind::HelmRepository)),
                    queue(literal!("ocirepository"), Some(FluxKind::OciRepository)),
                ];
                &QUEUES
            }
            Self::KustomizeController => {
                static QUEUES: [Queue; 1] =
                    [queue(literal!("kustomization"), Some(FluxKind::Kustomization))];
                &QUEUES
            }
            Self::HelmController => {
                static QUEUES: [Queue; 1] =
                    [queue(literal!("helmrelease"), Some(FluxKind::HelmRelease))];
                &QUEUES
            }
            Self::NotificationController => {
                static QUEUES: [Queue; 3] = [
                    queue(literal!("alert"), None),
                    queue(literal!("provider"), None),
                    queue(literal!("receiver"), None),
                ];
                &QUEUES
            }
            Self::ImageReflectorController => {
                static QUEUES: [Queue; 2] = [
                    queue(literal!("imagepolicy"), None),
                    queue(literal!("imagerepository"), None),
                ];
                &QUEUES
            }
            Self::ImageAutomationController => {
                static QUEUES: [Queue; 1] = [queue(literal!("imageupdateautomation"), None)];
                &QUEUES
            }
        }
    }
}

impl fmt::Display for Controller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// A work queue of a controller, for one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// Its name, which is controller-runtime's name of the controller: the kind in lower case.
    pub name: Text,
    /// The kind. `None`: no simulated cluster has objects of the queue's kind.
    pub kind: Option<FluxKind>,
}
