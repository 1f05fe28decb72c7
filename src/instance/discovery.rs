//! Azure Monitor workspaces as Prometheus endpoints, found through Resource Graph (`workspaces: auto`).

use super::endpoints::Endpoint;
use crate::prometheus::{Auth, Forced, PrometheusClient};
use crate::upstream::{Cloud, Http, Tokens, Upstream, UpstreamError, is_loopback};
use arcstr::literal;
use flux::Workspace;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

/// Turns workspaces into endpoints. An endpoint is kept, with its detected metrics, as long as its workspace is listed.
pub(crate) struct Discovery {
    http: Http,
    tokens: Arc<Tokens>,
    scope: String,
    /// The host of this cloud's workspaces, or the end of their hosts' names.
    host: Option<String>,
    /// URLs of the endpoints in the settings, which must not be queried twice.
    configured: HashSet<String>,
    known: Mutex<HashMap<String, Arc<Endpoint>>>,
}

impl Discovery {
    /// No endpoints yet.
    ///
    /// # Errors
    /// The cloud has no audience for tokens of workspaces.
    pub(crate) fn new(
        http: &Http,
        tokens: &Arc<Tokens>,
        cloud: &Cloud,
        configured: impl Iterator<Item = Url>,
    ) -> Result<Self, UpstreamError> {
        let scope = cloud.prometheus_scope().ok_or_else(|| UpstreamError::NoAudience {
            upstream: Upstream::Prometheus(literal!("Azure Monitor workspaces")),
            cloud: cloud.name.as_str().into(),
        })?;
        let audience = Url::parse(&cloud.prometheus_audience).ok();
        Ok(Self {
            http: http.clone(),
            tokens: Arc::clone(tokens),
            scope,
            host: audience.and_then(|url| url.host_str().map(str::to_owned)),
            configured: configured.map(|url| key(&url)).collect(),
            known: Mutex::default(),
        })
    }

    /// The endpoints of these workspaces, in their order. Leaves out endpoints that must not get a token.
    pub(super) fn endpoints(&self, workspaces: &[Workspace]) -> Vec<Arc<Endpoint>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut names: HashMap<String, usize> = HashMap::new();
        for workspace in workspaces {
            *names.entry(workspace.name.to_lowercase()).or_default() += 1;
        }
        let mut endpoints = Vec::new();
        let mut listed = HashMap::new();
        for workspace in workspaces {
            let Some(url) = Url::parse(&workspace.endpoint).ok().filter(|url| self.is_ours(url))
            else {
                continue;
            };
            let url_key = key(&url);
            if self.configured.contains(&url_key) || listed.contains_key(&url_key) {
                continue;
            }
            let endpoint = known.remove(&url_key).unwrap_or_else(|| {
                let alone = names.get(&workspace.name.to_lowercase()) == Some(&1);
                let name = if alone { workspace.name.as_str() } else { workspace.id.as_str() };
                let auth =
                    Auth::Azure { tokens: Arc::clone(&self.tokens), scope: self.scope.clone() };
                let client = PrometheusClient::new(self.http.clone(), name, url, auth);
                Arc::new(Endpoint::new(name, Ok(Box::new(client)), Forced::default()))
            });
            listed.insert(url_key, Arc::clone(&endpoint));
            endpoints.push(endpoint);
        }
        *known = listed;
        endpoints
    }

    /// Tokens are sent only to hosts of the cloud's workspaces, even when Resource Graph names another host.
    fn is_ours(&self, url: &Url) -> bool {
        let of_cloud = |host: &str| {
            self.host.as_deref().is_some_and(|suffix| {
                host == suffix || host.strip_suffix(suffix).is_some_and(|rest| rest.ends_with('.'))
            })
        };
        is_loopback(url) || url.scheme() == "https" && url.host_str().is_some_and(of_cloud)
    }
}

fn key(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upstream::{HttpOptions, testing::SignIns};
    use std::time::Duration;

    fn discovery(configured: &[&str]) -> Discovery {
        let http = Http::new(&HttpOptions::default()).expect("client");
        let tokens = Arc::new(Tokens::new(SignIns::new(3_600).factory(), Duration::from_secs(5)));
        let url = Url::parse("https://management.azure.com").expect("URL");
        let cloud = Cloud {
            name: "AzureCloud".to_owned(),
            authority: url.clone(),
            resource_manager: url,
            portal: String::new(),
            prometheus_audience: "https://prometheus.monitor.azure.com".to_owned(),
        };
        let configured = configured.iter().map(|url| Url::parse(url).expect("URL"));
        Discovery::new(&http, &tokens, &cloud, configured).expect("an audience")
    }

    fn workspace(name: &str, group: &str, endpoint: &str) -> Workspace {
        Workspace {
            id: format!("/subscriptions/s/resourceGroups/{group}/{name}").into(),
            name: name.into(),
            subscription_id: "s".into(),
            location: None,
            endpoint: endpoint.to_owned(),
        }
    }

    fn names(endpoints: &[Arc<Endpoint>]) -> Vec<&str> {
        endpoints.iter().map(|endpoint| endpoint.name().as_str()).collect()
    }

    #[test]
    fn workspaces_become_endpoints_that_are_kept() {
        let discovery = discovery(&["https://w2-abcd.eastus.prometheus.monitor.azure.com/"]);
        let workspaces = [
            workspace("w1", "g", "https://w1-abcd.eastus.prometheus.monitor.azure.com"),
            workspace("w2", "g", "https://w2-abcd.eastus.prometheus.monitor.azure.com"),
            workspace("w3", "g", "https://w3-a.eastus.prometheus.monitor.azure.com"),
            workspace("W3", "h", "https://w3-b.eastus.prometheus.monitor.azure.com"),
        ];
        let first = discovery.endpoints(&workspaces);
        let expected =
            ["w1", "/subscriptions/s/resourceGroups/g/w3", "/subscriptions/s/resourceGroups/h/W3"];
        assert_eq!(names(&first), expected);
        let second = discovery.endpoints(&workspaces[..1]);
        assert!(Arc::ptr_eq(&first[0], &second[0]));
    }

    #[test]
    fn no_token_goes_to_another_host() {
        let discovery = discovery(&[]);
        for endpoint in [
            "https://evil.example",
            "https://evilprometheus.monitor.azure.com",
            "https://prometheus.monitor.azure.com.evil.example",
            "http://w.eastus.prometheus.monitor.azure.com",
        ] {
            assert_eq!(names(&discovery.endpoints(&[workspace("w", "g", endpoint)])), [""; 0]);
        }
        let loopback = workspace("w", "g", "http://127.0.0.1:9090/w");
        assert_eq!(names(&discovery.endpoints(&[loopback])), ["w"]);
    }
}
