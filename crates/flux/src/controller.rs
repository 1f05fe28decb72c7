//! The controllers of Flux: the deployment that runs each, and the kinds of objects that they reconcile.

/// A deployment of Flux.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FluxDeployment {
    /// Name of the deployment; its pods are called `NAME-…`.
    pub name: &'static str,
    /// Its controllers, as the label `controller` of their metrics names them: the kind in lower case.
    pub controllers: &'static [&'static str],
}

/// Kinds of objects whose revision is the commit that a configuration's source was synchronised to.
pub static FOLLOW_SOURCE: [&str; 4] = ["GitRepository", "OCIRepository", "Bucket", "Kustomization"];

/// The deployments of Flux that reconcile objects.
pub static FLUX_DEPLOYMENTS: [FluxDeployment; 6] = [
    FluxDeployment {
        name: "source-controller",
        controllers: &["gitrepository", "ocirepository", "helmrepository", "helmchart", "bucket"],
    },
    FluxDeployment { name: "kustomize-controller", controllers: &["kustomization"] },
    FluxDeployment { name: "helm-controller", controllers: &["helmrelease"] },
    FluxDeployment {
        name: "notification-controller",
        controllers: &["alert", "provider", "receiver"],
    },
    FluxDeployment {
        name: "image-reflector-controller",
        controllers: &["imagerepository", "imagepolicy"],
    },
    FluxDeployment { name: "image-automation-controller", controllers: &["imageupdateautomation"] },
];

impl FluxDeployment {
    /// The controllers that these words name. A word is a controller's name or that of a whole deployment. Without
    /// words: all controllers.
    pub fn controllers_called(words: &[String]) -> impl Iterator<Item = &'static str> {
        FLUX_DEPLOYMENTS.iter().flat_map(move |deployment| {
            let is_called = |name: &str| words.iter().any(|word| name.eq_ignore_ascii_case(word));
            let whole = words.is_empty() || is_called(deployment.name);
            deployment.controllers.iter().copied().filter(move |name| whole || is_called(name))
        })
    }

    /// Whether a controller of Flux reconciles objects of this kind.
    pub fn has_controller(kind: &str) -> bool {
        let mut all = FLUX_DEPLOYMENTS.iter().flat_map(|deployment| deployment.controllers);
        all.any(|name| name.eq_ignore_ascii_case(kind))
    }

    /// The deployment that a word names: its own name or that of one of its controllers, in any case.
    pub fn of(word: &str) -> Option<&'static Self> {
        FLUX_DEPLOYMENTS.iter().find(|deployment| {
            deployment.name.eq_ignore_ascii_case(word)
                || deployment.controllers.iter().any(|name| name.eq_ignore_ascii_case(word))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deployment_is_found_by_its_name_and_by_its_controllers() {
        let name = |word| FluxDeployment::of(word).map(|deployment| deployment.name);
        assert_eq!(name("helm-controller"), Some("helm-controller"));
        assert_eq!(name("OCIRepository"), Some("source-controller"));
        assert_eq!(name("coredns"), None);
    }
}
