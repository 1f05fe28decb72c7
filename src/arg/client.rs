//! The client of Resource Graph and Resource Manager.

use crate::upstream::{
    Auth, Cloud, Content, Http, Quota, ReplyFault, Request, Tokens, Upstream, UpstreamError,
};
use bytes::Bytes;
use flux::{ResourceId, ResourceKind, Text};
use reqwest::{Method, header::HeaderMap};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;
use url::Url;

const GRAPH_API: &str = "2022-10-01";
/// The api-version that configurations are asked for first. Some clouds know older ones only.
const CONFIGURATION_API: &str = "2025-04-01";
/// Most api-versions to try in place of one that the cloud doesn't know.
const OTHER_APIS: usize = 3;
/// The codes of a 404 that mean that a resource doesn't exist. Other replies with this status come from a proxy, or are
/// about the api-version or the cloud.
const GONE: [&str; 3] = ["ResourceNotFound", "ResourceGroupNotFound", "SubscriptionNotFound"];
/// Largest resource to accept from Resource Manager, in bytes after decompression.
const RESOURCE_BYTES: usize = 4 * 1024 * 1024;

/// Limits of one client's requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// One HTTP request, from sending it to the last byte of its reply.
    pub request_timeout: Duration,
    /// A whole listing, waits and retries included.
    pub listing_timeout: Duration,
    /// One resource of Resource Manager, waits and retries included.
    pub resource_timeout: Duration,
    /// Rows of one page, 1 to 1,000.
    pub page_rows: u32,
    /// Largest page to accept, in bytes after decompression.
    pub page_bytes: usize,
    /// Most attempts for one page or resource; at least 1.
    pub attempts: usize,
    /// The first wait between two attempts; see [`Retries::backoff`](crate::upstream::Retries).
    pub backoff: Duration,
}

impl Default for Limits {
    /// 30 s a request, 5 minutes a listing, 1 minute a resource, 1,000 rows and 20 MB a page, 5 attempts from
    /// half a second apart.
    fn default() -> Self {
        Self {
            request_timeout: Duration::from_secs(30),
            listing_timeout: Duration::from_secs(300),
            resource_timeout: Duration::from_secs(60),
            page_rows: 1_000,
            page_bytes: 20 * 1024 * 1024,
            attempts: 5,
            backoff: Duration::from_millis(500),
        }
    }
}

/// Sends requests to Resource Graph and Resource Manager of one cloud, as one identity.
#[derive(Debug)]
pub struct ArgClient {
    pub(super) http: Http,
    pub(super) auth: Auth,
    pub(super) limits: Limits,
    pub(super) quota: Quota,
    resource_manager: Url,
    /// The api-version that configurations are asked for.
    configuration_api: Mutex<Text>,
}

impl ArgClient {
    /// A client for the Resource Graph and Resource Manager of `cloud`.
    pub fn new(http: Http, tokens: Arc<Tokens>, cloud: &Cloud, limits: Limits) -> Self {
        Self {
            http,
            auth: Auth::Azure { tokens, scope: cloud.resource_manager_scope() },
            limits,
            quota: Quota::default(),
            resource_manager: cloud.resource_manager.clone(),
            configuration_api: Mutex::new(CONFIGURATION_API.into()),
        }
    }

    /// Reads one Flux configuration from Resource Manager: its JSON, at most 4 MB. `None` = the resource doesn't exist (any
    /// more), and Azure itself says so. Uses none of Resource Graph's quota.
    ///
    /// Where the cloud doesn't know the api-version, those that its reply offers are tried, and the one that works is used
    /// from then on.
    ///
    /// # Errors
    /// The request fails within [`Limits::resource_timeout`]; the id isn't that of a Flux configuration.
    pub async fn get_resource(&self, id: &str) -> Result<Option<Bytes>, UpstreamError> {
        let upstream = Upstream::ResourceManager;
        let is_configuration = ResourceId::parse(id)
            .is_ok_and(|parsed| parsed.kind == ResourceKind::FluxConfiguration);
        let segments = || id.trim_start_matches('/').split('/');
        // A URL drops `.` and `..`, so the request would read another resource.
        if !is_configuration || segments().any(|segment| matches!(segment, "." | "..")) {
            return Err(UpstreamError::NotUnderstood { upstream, fault: ReplyFault::ResourceId });
        }
        let deadline = Instant::now() + self.limits.resource_timeout;
        let request = |api: &str| Request {
            upstream: upstream.clone(),
            method: Method::GET,
            url: self.url(segments(), api),
            content: None,
            headers: HeaderMap::new(),
            max_bytes: RESOURCE_BYTES,
        };
        let first = self.configuration_api.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut reply = self.fetch(&request(&first), deadline, Ok).await;
        let offered = match &reply {
            Err(UpstreamError::Refused { refusal, .. }) => refusal.api_versions(),
            _ => Vec::new(),
        };
        // When the cloud offers the api-version that was asked for, the refusal is about something else.
        if !offered.contains(&first) {
            for api in offered.into_iter().take(OTHER_APIS) {
                reply = self.fetch(&request(&api), deadline, Ok).await;
                let is_unknown = matches!(&reply, Err(UpstreamError::Refused { refusal, .. }) if !refusal.api_versions().is_empty());
                if !is_unknown {
                    if reply.is_ok() {
                        *self.configuration_api.lock().unwrap_or_else(PoisonError::into_inner) =
                            api;
                    }
                    break;
                }
            }
        }
        match reply {
            Ok(body) => Ok(Some(body)),
            Err(UpstreamError::Refused { status: 404, refusal, .. })
                if GONE.iter().any(|code| refusal.has_code(code)) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The request for a page of Resource Graph; `body` is JSON.
    pub(super) fn page_request(&self, body: Bytes) -> Request {
        Request {
            upstream: Upstream::ResourceGraph,
            method: Method::POST,
            url: self.url(["providers", "Microsoft.ResourceGraph", "resources"], GRAPH_API),
            content: Some(Content { content_type: "application/json", bytes: body }),
            headers: HeaderMap::new(),
            max_bytes: self.limits.page_bytes,
        }
    }

    /// A URL below Resource Manager's, each segment percent-encoded.
    fn url<'a>(&self, path: impl IntoIterator<Item = &'a str>, api: &str) -> Url {
        let mut url = self.resource_manager.clone();
        // Fails only for URLs such as `mailto:`, which `Clouds` refuses.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url.query_pairs_mut().clear().append_pair("api-version", api);
        url
    }
}
