//! Errors of queries.

use crate::upstream::{ErrorSource, UpstreamError, sentences, with_causes};
use frame::EncodeError;
use std::error::Error;
use std::time::Duration;
use thiserror::Error;

/// Why a query failed. `Display` says what failed, [`QueryError::hint`] what to do, [`QueryError::user_text`] both.
#[derive(Debug, Error)]
pub enum QueryError {
    /// The saved query isn't a JSON object.
    #[error("the query is not a JSON object")]
    NotAnObject,
    /// `version` isn't a whole number of at least 1.
    #[error("the version of the query is not a whole number from 1 on")]
    BadVersion,
    /// A newer plugin saved the query.
    #[error(
        "the query was saved by a newer version of the plugin (in form {given}; this one knows forms up to {known})"
    )]
    NewerVersion {
        /// The query's `version`.
        given: u64,
        /// The newest version that this plugin knows.
        known: usize,
    },
    /// `params` isn't an object.
    #[error("params of query type {0} is not a JSON object")]
    ParamsNotAnObject(&'static str),
    /// The query names no query type.
    #[error("the query names no query type")]
    NoQueryType {
        /// All query types.
        known: Vec<&'static str>,
    },
    /// The query names a query type that doesn't exist.
    #[error("unknown query type \"{given}\"")]
    UnknownQueryType {
        /// The given name.
        given: String,
        /// All query types.
        known: Vec<&'static str>,
    },
    /// `params` has a member that the query type doesn't know.
    #[error("unknown parameter \"{name}\" of query type {query_type}")]
    UnknownParam {
        /// The query type.
        query_type: &'static str,
        /// The member's name.
        name: String,
        /// All parameters of the query type.
        known: Vec<&'static str>,
    },
    /// A member of `params` has an invalid value.
    #[error("parameter \"{name}\" of query type {query_type} must be {expected}")]
    BadParam {
        /// The query type.
        query_type: &'static str,
        /// The member's name.
        name: &'static str,
        /// The values that are allowed.
        expected: String,
    },
    /// The fleet could not be read, and there is no earlier snapshot that is recent enough.
    #[error("the fleet could not be read{}: {cause}", last_good(*age))]
    NoSnapshot {
        /// Why it could not be read.
        cause: UpstreamError,
        /// Age of the last good snapshot. `None`: there never was one.
        age: Option<Duration>,
    },
    /// The fleet could be read, but not yet the clusters. Without their list, clusters without Flux are unknown.
    #[error("the clusters could not be read: {0}")]
    NoClusters(UpstreamError),
    /// The fleet is being read for the first time.
    #[error("the fleet is still being read, for {} s now{}", running.as_secs(), last_good(*age))]
    StillReading {
        /// How long the reading has been running.
        running: Duration,
        /// Age of the last good snapshot. `None`: there never was one.
        age: Option<Duration>,
    },
    /// Reading the fleet panicked.
    #[error("reading the fleet failed because of a fault in the data source")]
    ReadingPanicked,
    /// The query needs Prometheus, but the data source has no endpoint.
    #[error("query type {0} needs a Prometheus endpoint, and none is configured")]
    NoEndpoint(&'static str),
    /// No Prometheus endpoint answered, or one of several failed and a partial answer would be wrong. The list isn't
    /// empty.
    #[error("{}", joined(.0))]
    Endpoints(Vec<UpstreamError>),
    /// The frame could not be written.
    #[error(transparent)]
    Frame(#[from] EncodeError),
}

/// Each error with its causes. The errors name their endpoints.
fn joined(errors: &[UpstreamError]) -> String {
    errors.iter().map(UpstreamError::chain).collect::<Vec<_>>().join("; ")
}

fn last_good(age: Option<Duration>) -> String {
    age.map_or_else(String::new, |age| {
        format!(" (what is known is {} s old, older than maxStaleSeconds allows)", age.as_secs())
    })
}

impl QueryError {
    /// HTTP status of this query's answer.
    pub fn status(&self) -> u16 {
        match self {
            Self::NotAnObject
            | Self::BadVersion
            | Self::NewerVersion { .. }
            | Self::ParamsNotAnObject(_)
            | Self::NoQueryType { .. }
            | Self::UnknownQueryType { .. }
            | Self::UnknownParam { .. }
            | Self::BadParam { .. }
            | Self::NoEndpoint(_) => 400,
            Self::Endpoints(errors) => errors.first().map_or(500, UpstreamError::status),
            Self::NoSnapshot { cause, .. } | Self::NoClusters(cause) => cause.status(),
            Self::StillReading { .. } => 504,
            Self::ReadingPanicked | Self::Frame(_) => 500,
        }
    }

    /// Whether the plugin or an upstream caused the error.
    pub fn error_source(&self) -> ErrorSource {
        match self {
            Self::NotAnObject
            | Self::BadVersion
            | Self::NewerVersion { .. }
            | Self::ParamsNotAnObject(_)
            | Self::NoQueryType { .. }
            | Self::UnknownQueryType { .. }
            | Self::UnknownParam { .. }
            | Self::BadParam { .. }
            | Self::NoEndpoint(_)
            | Self::StillReading { .. } => ErrorSource::Downstream,
            Self::Endpoints(errors) => {
                errors.first().map_or(ErrorSource::Plugin, UpstreamError::error_source)
            }
            Self::NoSnapshot { cause, .. } | Self::NoClusters(cause) => cause.error_source(),
            Self::ReadingPanicked | Self::Frame(_) => ErrorSource::Plugin,
        }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::NewerVersion { .. } => {
                "Update the plugin, or choose the question anew in the query editor.".to_owned()
            }
            Self::NotAnObject | Self::BadVersion | Self::ParamsNotAnObject(_) => {
                "Open the query in the editor and save it again.".to_owned()
            }
            Self::NoQueryType { known } | Self::UnknownQueryType { known, .. } => {
                format!("Known query types: {}.", known.join(", "))
            }
            Self::UnknownParam { known, .. } => {
                format!("Known parameters: {}.", known.join(", "))
            }
            Self::BadParam { .. } => "Correct it in the query editor.".to_owned(),
            Self::NoEndpoint(_) => "Add a Prometheus endpoint in the data source settings, or have Azure Monitor workspaces discovered (workspaces: auto).".to_owned(),
            Self::Endpoints(errors) => {
                errors.first().map_or_else(String::new, |error| error.hint().into_owned())
            }
            Self::NoSnapshot { cause, .. } | Self::NoClusters(cause) => cause.hint().into_owned(),
            Self::StillReading { .. } => {
                "A large fleet takes a while the first time: try again in a moment, or narrow the subscriptions in the data source settings.".to_owned()
            }
            Self::ReadingPanicked | Self::Frame(_) => {
                "This is a fault of the data source: please report it with this message.".to_owned()
            }
        }
    }

    /// The message that the user reads: the error with its causes, without repetitions, then the hint.
    pub fn user_text(&self) -> String {
        // The texts of these errors contain their cause, so only the cause's own causes follow.
        let next: Option<&dyn Error> = match self {
            Self::NoSnapshot { cause, .. } | Self::NoClusters(cause) => cause.source(),
            other => other.source(),
        };
        sentences(&with_causes(self.to_string(), next), &self.hint())
    }
}
