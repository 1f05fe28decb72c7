//! Errors of requests to upstreams: their texts, hints, HTTP statuses and error sources.

use super::refusal::{Refusal, printable};
use super::sentence::with_causes;
use flux::Text;
use std::{borrow::Cow, error::Error, fmt, time::Duration};

/// A service that the data source sends requests to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Upstream {
    /// Azure Resource Graph.
    ResourceGraph,
    /// Azure Resource Manager.
    ResourceManager,
    /// The issuer of tokens: Microsoft Entra ID, a managed identity's endpoint, the Azure CLI.
    Identity,
    /// A Prometheus endpoint or Azure Monitor workspace, by its name in the settings.
    Prometheus(Text),
}

impl Upstream {
    /// Short name for metrics and logs; all Prometheus endpoints share one.
    pub fn id(&self) -> &'static str {
        match self {
            Self::ResourceGraph => "arg",
            Self::ResourceManager => "arm",
            Self::Identity => "identity",
            Self::Prometheus(_) => "prometheus",
        }
    }
}

impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ResourceGraph => f.write_str("Azure Resource Graph"),
            Self::ResourceManager => f.write_str("Azure Resource Manager"),
            Self::Identity => f.write_str("the Azure identity"),
            Self::Prometheus(name) => write!(f, "Prometheus endpoint \"{name}\""),
        }
    }
}

/// Whose fault an error is, in Grafana's sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorSource {
    /// The plugin.
    Plugin,
    /// The upstream, the network or the settings.
    Downstream,
}

impl ErrorSource {
    /// As Grafana's protocol writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plugin => "plugin",
            Self::Downstream => "downstream",
        }
    }
}

/// Why a connection failed, as one bounded line; holds no URL, header or body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause(Text);

impl Cause {
    /// The causes below `error`, outermost first, joined with ": ".
    pub(crate) fn chain(error: &dyn Error) -> Self {
        let mut texts: Vec<String> = Vec::new();
        let mut next = Some(error);
        while let Some(error) = next {
            let text = error.to_string();
            // Some errors print their cause and return it as well.
            if !texts.iter().any(|known| known.contains(&text)) {
                texts.push(text);
            }
            next = error.source();
        }
        Self(Text::from(printable(&texts.join(": "))))
    }
}

impl From<reqwest::Error> for Cause {
    fn from(error: reqwest::Error) -> Self {
        Self::chain(&error.without_url())
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Cause {}

/// What is wrong with a reply that came with a good status.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplyFault {
    /// Not the JSON that was expected.
    #[error("not the expected JSON: {0}")]
    Decode(Text),
    /// The upstream ended the listing early and gave no token for the rest.
    #[error("{rows} of {total} rows, with no way to ask for the rest")]
    Incomplete {
        /// Rows that arrived.
        rows: u64,
        /// Rows that the upstream counts.
        total: u64,
    },
    /// The upstream sends the same page, or an empty one, again and again.
    #[error("paging makes no progress after {rows} rows")]
    Stuck {
        /// Rows that arrived.
        rows: u64,
    },
    /// An id in a reply that is not the ARM id of a Flux configuration, so it can't be requested.
    #[error("a resource id that is not one of a Flux configuration")]
    ResourceId,
}

/// A call to an [`Upstream`] that failed.
///
/// `Display` says what failed; [`UpstreamError::hint`] says what to do. Of what the upstream sent, only its error codes
/// and their messages are kept (see [`Refusal`]).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpstreamError {
    /// The sign-in failed, or the upstream didn't accept the token.
    #[error("{upstream} did not accept the sign-in{}", after_colon(refusal))]
    Unauthenticated {
        /// The upstream that refused.
        upstream: Upstream,
        /// Its error codes and messages.
        refusal: Refusal,
    },
    /// The identity lacks a role.
    #[error("{upstream} refused access (403){}", after_colon(refusal))]
    Forbidden {
        /// The upstream that refused.
        upstream: Upstream,
        /// Its error codes and messages.
        refusal: Refusal,
    },
    /// Too many requests, and waiting for the quota would take longer than the caller allows.
    #[error("{upstream} is throttling requests{}", wait_text(*retry_after))]
    Throttled {
        /// The upstream that throttles.
        upstream: Upstream,
        /// Time until the next request is allowed; `None` when the upstream didn't say.
        retry_after: Option<Duration>,
    },
    /// No complete reply in time.
    #[error("{upstream} did not answer within {}", seconds_text(*after))]
    TimedOut {
        /// The upstream that was slow.
        upstream: Upstream,
        /// How long we waited.
        after: Duration,
    },
    /// There was no connection, or it broke.
    #[error("{upstream} cannot be reached")]
    Unreachable {
        /// The upstream.
        upstream: Upstream,
        /// Why.
        #[source]
        cause: Cause,
    },
    /// The upstream itself failed (5xx).
    #[error("{upstream} failed ({status}){}", after_colon(refusal))]
    Unavailable {
        /// The upstream.
        upstream: Upstream,
        /// Its HTTP status.
        status: u16,
        /// Its error codes and messages.
        refusal: Refusal,
    },
    /// The upstream refused the request, or replied with an unexpected status such as a redirect.
    #[error("{upstream} refused the request ({status}){}", after_colon(refusal))]
    Refused {
        /// The upstream.
        upstream: Upstream,
        /// Its HTTP status.
        status: u16,
        /// Its error codes and messages.
        refusal: Refusal,
    },
    /// A reply larger than the limit, even to the smallest possible request.
    #[error("a reply of {upstream} is larger than {limit_bytes} bytes")]
    TooLarge {
        /// The upstream.
        upstream: Upstream,
        /// The limit for the decompressed body; the upstream's own limit may be smaller.
        limit_bytes: usize,
    },
    /// The query asks for more points of a series than the upstream returns at once; it is not sent.
    #[error(
        "{points} points of a series are more than the {most} that {upstream} returns for one query"
    )]
    TooManyPoints {
        /// The upstream.
        upstream: Upstream,
        /// Number of points asked for.
        points: usize,
        /// Largest number of points.
        most: usize,
    },
    /// A reply that can't be read.
    #[error("a reply of {upstream} was not understood")]
    NotUnderstood {
        /// The upstream.
        upstream: Upstream,
        /// What was wrong with it.
        #[source]
        fault: ReplyFault,
    },
    /// The upstream needs an Azure token, and the cloud has no audience for such tokens.
    #[error("{upstream} needs an Azure token, but the cloud {cloud} has no prometheusResourceId")]
    NoAudience {
        /// The upstream.
        upstream: Upstream,
        /// Name of the cloud.
        cloud: Text,
    },
    /// The data source sends no Azure token over a connection that others can read.
    #[error("not sending a token to {upstream} at {host} over plain http")]
    Insecure {
        /// The upstream.
        upstream: Upstream,
        /// Host of its URL.
        host: Text,
    },
}

/// Codes of Resource Graph's 400s that come from scope, cloud or rights rather than from our query.
const SETTINGS_CODES: [&str; 5] = [
    "NoValidSubscriptionsInQueryRequest",
    "SubscriptionsContainInvalidGuids",
    "TooManySubscriptionsUnderScope",
    "DisallowedLogicalTableName",
    "InvalidSubscriptionId",
];

impl UpstreamError {
    /// The upstream that failed.
    pub fn upstream(&self) -> &Upstream {
        match self {
            Self::Unauthenticated { upstream, .. }
            | Self::Forbidden { upstream, .. }
            | Self::Throttled { upstream, .. }
            | Self::TimedOut { upstream, .. }
            | Self::Unreachable { upstream, .. }
            | Self::Unavailable { upstream, .. }
            | Self::Refused { upstream, .. }
            | Self::TooLarge { upstream, .. }
            | Self::TooManyPoints { upstream, .. }
            | Self::NotUnderstood { upstream, .. }
            | Self::NoAudience { upstream, .. }
            | Self::Insecure { upstream, .. } => upstream,
        }
    }

    /// What failed, with all its causes.
    pub fn chain(&self) -> String {
        with_causes(self.to_string(), self.source())
    }

    /// HTTP status of the answer that this error becomes.
    pub fn status(&self) -> u16 {
        match self {
            Self::Unauthenticated { .. } => 401,
            Self::Forbidden { .. } => 403,
            Self::Throttled { .. } => 429,
            Self::TimedOut { .. } => 504,
            Self::Unreachable { .. }
            | Self::Unavailable { .. }
            | Self::TooLarge { .. }
            // The URL comes from the settings: another service may be there.
            | Self::NotUnderstood { upstream: Upstream::Prometheus(_), .. } => 502,
            Self::Refused { status, .. } => match self.error_source() {
                ErrorSource::Plugin => 500,
                ErrorSource::Downstream if (400..500).contains(status) => *status,
                ErrorSource::Downstream => 502,
            },
            Self::NotUnderstood { .. } => 500,
            Self::TooManyPoints { .. } | Self::NoAudience { .. } | Self::Insecure { .. } => 400,
        }
    }

    /// Whose fault it is.
    pub fn error_source(&self) -> ErrorSource {
        match self {
            Self::Refused { status: 400, refusal, .. } => {
                if SETTINGS_CODES.iter().any(|code| refusal.has_code(code)) {
                    ErrorSource::Downstream
                } else {
                    ErrorSource::Plugin
                }
            }
            Self::NotUnderstood { upstream: Upstream::Prometheus(_), .. } => {
                ErrorSource::Downstream
            }
            // As Grafana's Go SDK sorts them.
            Self::Refused {
                status: 405 | 406 | 412 | 413 | 414 | 416 | 417 | 426 | 431 | 501,
                ..
            }
            | Self::NotUnderstood { .. } => ErrorSource::Plugin,
            Self::Refused { .. }
            | Self::Unauthenticated { .. }
            | Self::Forbidden { .. }
            | Self::Throttled { .. }
            | Self::TimedOut { .. }
            | Self::Unreachable { .. }
            | Self::Unavailable { .. }
            | Self::TooLarge { .. }
            | Self::TooManyPoints { .. }
            | Self::NoAudience { .. }
            | Self::Insecure { .. } => ErrorSource::Downstream,
        }
    }

    /// `true` when the same request may succeed a moment later.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Throttled { .. } | Self::TimedOut { .. } | Self::Unreachable { .. } => true,
            Self::Unavailable { status, .. } => matches!(status, 500 | 502 | 503 | 504),
            Self::NotUnderstood { fault, .. } => matches!(fault, ReplyFault::Decode(_)),
            Self::Unauthenticated { .. }
            | Self::Forbidden { .. }
            | Self::Refused { .. }
            | Self::TooLarge { .. }
            | Self::TooManyPoints { .. }
            | Self::NoAudience { .. }
            | Self::Insecure { .. } => false,
        }
    }

    /// What to do about it: one or two sentences for the user.
    pub fn hint(&self) -> Cow<'static, str> {
        match self {
            Self::Unauthenticated { upstream, .. } => match upstream {
                Upstream::Identity => "Check tenant, client and secret in the data source settings (a secret may have expired), or that the identity is assigned to this host, then press Save & test.",
                Upstream::ResourceGraph | Upstream::ResourceManager => "Check that cloud and tenant in the data source settings are those of the subscriptions, then press Save & test.",
                Upstream::Prometheus(_) => "Check the endpoint's sign-in in the data source settings: user and password or token, or for an Azure Monitor workspace the cloud.",
            }
            .into(),
            Self::Forbidden { upstream, .. } => match upstream {
                Upstream::Identity => "Ask an administrator of the tenant to allow this identity to sign in.",
                Upstream::ResourceGraph | Upstream::ResourceManager => "Give the identity the Reader or Monitoring Reader role on the subscriptions or management groups, then press Save & test.",
                Upstream::Prometheus(_) => "For an Azure Monitor workspace, give the identity the Monitoring Data Reader role on it, which may take some minutes to work; for any other endpoint, check what its user may do.",
            }
            .into(),
            Self::Throttled { retry_after: Some(wait), .. } => {
                format!("Wait {}, and use a longer refresh interval or a longer cacheSeconds.", seconds_text(*wait)).into()
            }
            Self::Throttled { retry_after: None, .. } => {
                "Wait a minute, and use a longer refresh interval or a longer cacheSeconds.".into()
            }
            Self::TimedOut { upstream, .. } => match upstream {
                Upstream::Identity => "Check that the identity's host can be reached from Grafana (a managed identity exists only on Azure hosts), and proxies.",
                Upstream::ResourceGraph | Upstream::ResourceManager => "Check network and proxy, raise timeoutSeconds, or narrow the subscriptions in the data source settings.",
                Upstream::Prometheus(_) => "Narrow the time range or the clusters, or raise timeoutSeconds in the data source settings.",
            }
            .into(),
            Self::Unreachable { .. } => "Check the host name, that Grafana's host may connect to it, proxies (HTTPS_PROXY, NO_PROXY) and certificates (tlsCACert).".into(),
            // Prometheus' code for a query that takes too long.
            Self::Unavailable { upstream: Upstream::Prometheus(_), refusal, .. } if refusal.has_code("timeout") => {
                "Narrow the time range or the clusters.".into()
            }
            Self::Refused { upstream: Upstream::Prometheus(_), status: 422, .. } => {
                "Narrow the time range or the clusters.".into()
            }
            Self::Unavailable { .. } => "Try again in a moment; if it stays, see the status page of Azure or the log of the endpoint.".into(),
            Self::NotUnderstood { upstream: Upstream::Prometheus(_), .. } => "Check that the endpoint's URL is the base of a Prometheus HTTP API, what comes before /api/v1, and that no sign-in page is in front of it.".into(),
            Self::NotUnderstood { upstream: Upstream::ResourceManager, fault: ReplyFault::Decode(_) } => "Check that no proxy or sign-in page answers in place of Azure.".into(),
            Self::Refused { refusal, .. } if refusal.has_code("DisallowedLogicalTableName") => {
                "This cloud does not offer the table; check the cloud in the data source settings.".into()
            }
            Self::Refused { refusal, .. } if refusal.has_code("TooManySubscriptionsUnderScope") => {
                "The scope is too wide for one query: list the subscriptions in the data source settings.".into()
            }
            Self::Refused { refusal, .. } if SETTINGS_CODES.iter().any(|code| refusal.has_code(code)) => {
                "Check the subscriptions and management groups in the data source settings, and that the identity has the Reader role there.".into()
            }
            Self::Refused { status: 300..400, .. } => "The answer is a redirect, which is never followed: check URL and proxy.".into(),
            Self::Refused { status: 404, .. } => "Check the cloud or the URL in the data source settings.".into(),
            Self::Refused { .. } | Self::NotUnderstood { .. } => match self.error_source() {
                ErrorSource::Plugin => "This is a fault of the data source: please report it with this message.".into(),
                ErrorSource::Downstream => "Check the data source settings.".into(),
            },
            Self::TooLarge { .. } => "Ask for less: fewer subscriptions, clusters or a shorter time range.".into(),
            Self::TooManyPoints { .. } => "Use a longer interval between the points (the panel's query options) or a shorter time range.".into(),
            Self::NoAudience { .. } => "Add prometheusResourceId to the cloud in Grafana's list of custom clouds, or choose another auth.".into(),
            Self::Insecure { .. } => "Use an https URL; plain http is for loopback addresses only.".into(),
        }
    }
}

fn after_colon(refusal: &Refusal) -> String {
    if refusal.is_empty() { String::new() } else { format!(": {refusal}") }
}

fn wait_text(wait: Option<Duration>) -> String {
    wait.map_or_else(String::new, |wait| format!(" for another {}", seconds_text(wait)))
}

/// Whole seconds, or milliseconds below a second; rounded up.
fn seconds_text(duration: Duration) -> String {
    let milliseconds = duration.as_micros().div_ceil(1_000);
    if (1..1_000).contains(&milliseconds) {
        format!("{milliseconds} ms")
    } else {
        format!("{} s", milliseconds.div_ceil(1_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, code: &str) -> UpstreamError {
        UpstreamError::Refused {
            upstream: Upstream::ResourceGraph,
            status,
            refusal: Refusal::new(code, "no"),
        }
    }

    #[test]
    fn our_own_query_is_our_fault_and_the_scope_the_settings() {
        let query = refused(400, "InvalidQuery");
        assert_eq!((query.status(), query.error_source()), (500, ErrorSource::Plugin));
        let scope = refused(400, "NoValidSubscriptionsInQueryRequest");
        assert_eq!((scope.status(), scope.error_source()), (400, ErrorSource::Downstream));
        assert!(scope.hint().contains("subscriptions"));
        let redirect = refused(302, "");
        assert_eq!((redirect.status(), redirect.error_source()), (502, ErrorSource::Downstream));
        assert_eq!(refused(404, "").status(), 404);
        assert_eq!(refused(413, "").error_source(), ErrorSource::Plugin);
    }

    #[test]
    fn says_what_failed_and_what_to_do() {
        let error = UpstreamError::Forbidden {
            upstream: Upstream::ResourceGraph,
            refusal: Refusal::new("AccessDenied", "Access is denied."),
        };
        assert_eq!(
            error.to_string(),
            "Azure Resource Graph refused access (403): AccessDenied: Access is denied."
        );
        assert!(error.hint().contains("Reader"));
        let error = UpstreamError::Throttled {
            upstream: Upstream::ResourceManager,
            retry_after: Some(Duration::from_millis(371_200)),
        };
        assert_eq!(
            error.to_string(),
            "Azure Resource Manager is throttling requests for another 372 s"
        );
    }

    #[test]
    fn a_cause_is_either_in_the_text_or_the_source() {
        let error = UpstreamError::NotUnderstood {
            upstream: Upstream::Prometheus("eu".into()),
            fault: ReplyFault::Stuck { rows: 7 },
        };
        assert_eq!(
            Cause::chain(&error).to_string(),
            "a reply of Prometheus endpoint \"eu\" was not understood: paging makes no progress after 7 rows"
        );
    }
}
