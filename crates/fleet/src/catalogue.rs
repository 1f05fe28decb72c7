//! Names of the simulated company: its applications with their sources and layers, its subscriptions, and the regions
//! of its clusters.

use flux::ReferenceType;

/// The kind of a Flux source, as `sourceKind` spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SourceKind {
    Git,
    Bucket,
    Blob,
    Oci,
}

/// Where an application's manifests come from.
pub(super) struct Source {
    pub kind: SourceKind,
    pub url: &'static str,
    /// `None`: the source names no reference, or it is a bucket.
    pub reference: Option<(ReferenceType, &'static str)>,
}

/// Which Helm objects an application declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Helm {
    No,
    Release,
    ReleaseAndChart,
}

/// How many kustomizations an application declares, one depending on the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layers {
    /// No kustomization: the configuration reports only its source.
    None,
    /// One kustomization.
    One,
    /// Two kustomizations: infrastructure, then the application.
    Two,
    /// Three kustomizations: definitions, controllers, settings.
    Three,
}

/// One declared kustomization: name, path, and the kustomization that must be ready first.
pub(super) struct Layer {
    pub name: &'static str,
    pub path: &'static str,
    pub after: Option<&'static str>,
}

impl Layers {
    pub(super) fn list(self) -> &'static [Layer] {
        const fn layer(
            name: &'static str,
            path: &'static str,
            after: Option<&'static str>,
        ) -> Layer {
            Layer { name, path, after }
        }
        match self {
            Self::None => &[],
            Self::One => const { &[layer("apps", "./deploy/production", None)] },
            Self::Two => {
                const {
                    &[
                        layer("infra", "./infrastructure", None),
                        layer("apps", "./apps/production", Some("infra")),
                    ]
                }
            }
            Self::Three => {
                const {
                    &[
                        layer("crds", "./crds", None),
                        layer("controllers", "./controllers", Some("crds")),
                        layer("settings", "./settings", Some("controllers")),
                    ]
                }
            }
        }
    }
}

/// An application that is rolled out to a part of the fleet as one configuration per cluster.
pub(super) struct App {
    pub name: &'static str,
    pub namespace: &'static str,
    /// Index into [`SOURCES`].
    pub source: usize,
    pub layers: Layers,
    pub helm: Helm,
}

const fn git(url: &'static str, kind: ReferenceType, value: &'static str) -> Source {
    Source { kind: SourceKind::Git, url, reference: Some((kind, value)) }
}

const fn oci(url: &'static str, kind: ReferenceType, value: &'static str) -> Source {
    Source { kind: SourceKind::Oci, url, reference: Some((kind, value)) }
}

use ReferenceType::{Branch, Commit, Semver, Tag};

/// Repositories, buckets and registries of the company.
pub(super) const SOURCES: [Source; 34] = [
    git("https://github.com/harborline/fleet-config", Branch, "main"),
    git("https://github.com/harborline/platform-addons", Branch, "main"),
    git("https://github.com/harborline/ingress-stack", Tag, "v4.2.1"),
    git("https://github.com/harborline/observability", Branch, "release"),
    git("https://github.com/harborline/policies.git", Branch, "main"),
    git("https://github.com/harborline/payments-deploy", Tag, "v2.14.0"),
    git("https://github.com/harborline/checkout-deploy", Branch, "main"),
    git("https://github.com/harborline/cart-deploy", Branch, "production"),
    git("https://github.com/harborline/search-deploy", Semver, ">=3.1.0 <4.0.0"),
    git("https://github.com/harborline/loyalty-deploy", Branch, "main"),
    git("https://github.com/harborline/store-terminals", Branch, "stable"),
    git("git@github.com:harborline/secrets-sync.git", Branch, "main"),
    git("ssh://git@github.com/harborline/edge-gateway.git", Branch, "main"),
    git("https://gitlab.com/harborline/logistics/routing", Branch, "main"),
    git("https://gitlab.com/harborline/logistics/warehouse", Branch, "main"),
    git("https://gitlab.com/harborline/logistics/fleet-tracking.git", Tag, "2026.07.2"),
    git("https://gitlab.harborline.example/data/lakehouse", Branch, "main"),
    git("https://gitlab.harborline.example/data/feature-store", Branch, "develop"),
    git("ssh://git@gitlab.harborline.example/data/notebooks.git", Branch, "main"),
    git("https://dev.azure.com/harborline/Retail/_git/pricing", Branch, "main"),
    git("https://dev.azure.com/harborline/Retail/_git/promotions", Branch, "main"),
    git("https://dev.azure.com/harborline/Retail/_git/inventory%20sync", Branch, "master"),
    git("https://harborline.visualstudio.com/Finance/_git/ledger", Branch, "main"),
    git("git@ssh.dev.azure.com:v3/harborline/Finance/invoicing", Branch, "main"),
    git("https://bitbucket.org/harborline/crm-bridge", Branch, "master"),
    git("https://bitbucket.org/harborline/mailing.git", Branch, "main"),
    git(
        "https://github.com/harborline/legacy-portal",
        Commit,
        "5d41402abc4b2a76b9719d911017c592ae2f1c07",
    ),
    oci("oci://harborline.azurecr.io/manifests/recommendations", Tag, "latest"),
    oci("oci://harborline.azurecr.io/manifests/fraud-scoring", Semver, "1.x"),
    oci("oci://ghcr.io/harborline/manifests/chat-assist", Tag, "1.8.3"),
    Source {
        kind: SourceKind::Bucket,
        url: "https://minio.plant-04.harborline.example",
        reference: None,
    },
    Source {
        kind: SourceKind::Blob,
        url: "https://harborlinegitops.blob.core.windows.net/",
        reference: None,
    },
    Source {
        kind: SourceKind::Blob,
        url: "https://harborlineedge.blob.core.windows.net/",
        reference: None,
    },
    git("https://github.com/harborline/sandbox", Branch, "main"),
];

const fn app(
    name: &'static str,
    namespace: &'static str,
    source: usize,
    layers: Layers,
    helm: Helm,
) -> App {
    App { name, namespace, source, layers, helm }
}

/// Applications. The first ten belong to the platform, so that small fleets look sensible.
pub(super) const APPS: [App; 40] = {
    use Helm::{No, Release, ReleaseAndChart};
    use Layers::{None, One, Three, Two};
    [
        app("cluster-config", "cluster-config", 0, Two, Release),
        app("platform-addons", "platform-system", 1, Three, ReleaseAndChart),
        app("ingress", "ingress-system", 2, Two, Release),
        app("observability", "monitoring", 3, Three, ReleaseAndChart),
        app("policies", "policy-system", 4, One, No),
        app("payments", "payments", 5, Two, No),
        app("checkout", "checkout", 6, Two, No),
        app("recommendations", "recommendations", 27, One, No),
        app("edge-assets", "edge", 31, One, No),
        app("secrets-sync", "secrets-system", 11, One, No),
        app("cart", "cart", 7, One, No),
        app("search", "search", 8, Two, Release),
        app("loyalty", "loyalty", 9, One, No),
        app("store-terminals", "terminals", 10, Three, No),
        app("edge-gateway", "edge", 12, Two, No),
        app("routing", "logistics", 13, One, No),
        app("warehouse", "logistics", 14, Two, Release),
        app("plant-images", "plant", 30, One, No),
        app("pricing", "retail", 19, Two, No),
        app("fraud-scoring", "fraud", 28, One, No),
        app("fleet-tracking", "logistics", 15, One, No),
        app("lakehouse", "data", 16, Three, ReleaseAndChart),
        app("feature-store", "data", 17, Two, No),
        app("notebooks", "data", 18, One, Release),
        app("promotions", "retail", 20, One, No),
        app("inventory-sync", "retail", 21, One, No),
        app("ledger", "finance", 22, Two, No),
        app("invoicing", "finance", 23, One, No),
        app("edge-media", "edge", 32, One, No),
        app("chat-assist", "chat", 29, One, No),
        app("crm-bridge", "crm", 24, One, No),
        app("mailing", "crm", 25, One, Release),
        app("legacy-portal", "portal", 26, One, No),
        app("tenant-blue", "tenant-blue", 0, Two, No),
        app("tenant-green", "tenant-green", 0, Two, No),
        app("cert-rotation", "platform-system", 1, One, No),
        app("dashboards", "monitoring", 3, One, No),
        app("store-kiosk", "terminals", 10, Two, No),
        app("tokenization", "payments", 5, One, No),
        app("sandbox", "sandbox", 33, None, No),
    ]
};

/// Display names of subscriptions, in the order in which a growing fleet fills them.
pub(super) const SUBSCRIPTIONS: [&str; 12] = [
    "Platform - Production",
    "Retail - Production",
    "Edge & Plants",
    "Platform - Staging",
    "Data (EU)",
    "Finance",
    "Retail - Staging",
    "Logistics",
    "Stores North America",
    "Stores Asia-Pacific",
    "Research",
    "Sandbox",
];

/// Names of resource groups within a subscription, in the mixed spelling of their creators.
pub(super) const RESOURCE_GROUPS: [&str; 4] =
    ["rg-kubernetes-prod", "RG-Clusters-West", "rg-edge-sites", "Shared.Clusters"];

/// Azure regions of the company.
pub(super) const LOCATIONS: [&str; 6] =
    ["westeurope", "northeurope", "eastus2", "koreacentral", "japaneast", "australiaeast"];

/// Short names of cities, for cluster names.
pub(super) const PLACES: [&str; 10] =
    ["ams", "dub", "iad", "sel", "osa", "syd", "fra", "lon", "chi", "sin"];

/// `microsoft.flux` versions, each with the number of clusters in forty that run it; Flux 2.1 to 2.7.
pub(super) const FLUX_VERSIONS: [(&str, u64); 9] = [
    ("1.24.1", 16),
    ("1.23.0", 8),
    ("1.22.2", 6),
    ("1.17.2", 3),
    ("1.16.12", 2),
    ("1.15.2", 2),
    ("1.13.0", 1),
    ("1.11.1", 1),
    ("1.10.0", 1),
];
