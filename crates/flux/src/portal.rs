//! Links into the Azure portal.
//!
//! Source: the data links of Azure's own dashboards, `{portal}/#resource{clusterId}/…`.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// A portal, which differs per cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Portal {
    base: String,
}

/// A page about one cluster or configuration. The id that goes before each suffix is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortalPage {
    /// The cluster itself (cluster id).
    Cluster,
    /// Extensions of a cluster (cluster id).
    Extensions,
    /// GitOps configurations of a cluster (cluster id).
    GitOps,
    /// Overview of a configuration (configuration id).
    Overview,
    /// Objects of a configuration, with their logs (configuration id).
    ConfigurationObjects,
}

impl PortalPage {
    fn suffix(self) -> &'static str {
        match self {
            Self::Cluster => "",
            Self::Extensions => "/extensions",
            Self::GitOps => "/gitOps",
            Self::Overview => "/overview",
            Self::ConfigurationObjects => "/configurationObjects",
        }
    }
}

impl Portal {
    /// `base` is the portal's address, for example `https://portal.azure.com`. Empty: the cloud has none, and there are no
    /// links.
    pub fn new(base: &str) -> Self {
        Self { base: base.trim_end_matches('/').to_owned() }
    }

    /// The portal's address; empty where the cloud has none.
    pub fn home(&self) -> &str {
        &self.base
    }

    /// URL of `page` for the resource `id`; empty where the cloud has no portal. `id` may also be a placeholder that
    /// Grafana fills in.
    pub fn link(&self, page: PortalPage, id: &str) -> String {
        if self.base.is_empty() {
            return String::new();
        }
        format!("{}/#resource{id}{}", self.base, page.suffix())
    }

    /// URL of Resource Graph's explorer with a query in it; empty where the cloud has no portal.
    pub fn explorer(&self, kql: &str) -> String {
        if self.base.is_empty() {
            return String::new();
        }
        let query = utf8_percent_encode(kql, NON_ALPHANUMERIC);
        format!("{}/#blade/HubsExtension/ArgQueryBlade/query/{query}", self.base)
    }
}

impl Default for Portal {
    /// The public cloud's portal.
    fn default() -> Self {
        Self::new("https://portal.azure.com")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_have_the_form_of_azures_dashboards() {
        let portal = Portal::new("https://portal.azure.us/");
        let cluster =
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.Kubernetes/connectedClusters/c";
        assert_eq!(
            portal.link(PortalPage::GitOps, cluster),
            format!("https://portal.azure.us/#resource{cluster}/gitOps")
        );
        assert_eq!(
            portal.link(PortalPage::Cluster, cluster),
            format!("https://portal.azure.us/#resource{cluster}")
        );
        assert_eq!(
            portal.explorer("a | where b == 'c'"),
            "https://portal.azure.us/#blade/HubsExtension/ArgQueryBlade/query/a%20%7C%20where%20b%20%3D%3D%20%27c%27"
        );
    }

    #[test]
    fn a_cloud_without_a_portal_has_no_links() {
        let none = Portal::new("");
        assert_eq!(none.link(PortalPage::Overview, "/subscriptions/s"), "");
        assert_eq!((none.explorer("a"), none.home()), (String::new(), ""));
    }
}
