//! Why a query has no answer.

use crate::upstream::{ErrorSource, UpstreamError, sentences, with_causes};
use frame::EncodeError;
use std::error::Error;
use std::time::Duration;
use thiserror::Error;

/// Why a query has no answer. `Display` says what failed, [`QueryError::hint`] what to do, [`QueryError::user_text`]
/// both.
#[derive(Debug, Error)]
pub enum QueryError {
    /// The saved query is no JSON object.
    #[error("the query is not a JSON object")]
    NotAnObject,
    /// Its `version` is no whole number from 1 on.
    #[error("the version of the query is not a whole number from 1 on")]
    BadVersion,
    /// It was saved by a newer plugin.
    #[error(
        "the query was saved by a newer version of the plugin (in form {given}; this one knows forms up to {known})"
    )]
    NewerVersion {
        /// Its `version`.
        given: u64,
        /// The newest that is known.
        known: usize,
    },
    /// `params` is no object.
    #[error("params of query type {0} is not a JSON object")]
    ParamsNotAnObject(&'static str),
    /// It names no query type.
    #[error("the query names no query type")]
    NoQueryType {
        /// The query types that there are.
        known: Vec<&'static str>,
    },
    /// It names a query type that there isn't.
    #[error("unknown query type \"{given}\"")]
    UnknownQueryType {
        /// As given.
        given: String,
        /// The query types that there are.
        known: Vec<&'static str>,
    },
    /// `params` has a member that the type doesn't take.
    #[error("unknown parameter \"{name}\" of query type {query_type}")]
    UnknownParam {
        /// The query type.
        query_type: &'static str,
        /// The member.
        name: String,
        /// What the type takes.
        known: Vec<&'static str>,
    },
    /// A member of `params` is not what it must be.
    #[error("parameter \"{name}\" of query type {query_type} must be {expected}")]
    BadParam {
        /// The query type.
        query_type: &'static str,
        /// The member.
        name: &'static str,
        /// What it must be.
        expected: String,
    },
    /// The fleet could not be read, and there is no picture of it, or none young enough.
    #[error("the fleet could not be read{}: {cause}", last_good(*age))]
    NoSnapshot {
        /// Why.
        cause: UpstreamError,
        /// Age of the last good snapshot. `None`: there never was one.
        age: Option<Duration>,
    },
    /// The fleet could be read, but not yet the clusters. Without their list, clusters without Flux are unknown.
    #[error("the clusters could not be read: {0}")]
    NoClusters(UpstreamError),
    /// The first picture of the fleet is still being read.
    #[error("the fleet is still being read, for {} s now{}", running.as_secs(), last_good(*age))]
    StillReading {
        /// How long already.
        running: Duration,
        /// Age of the last good snapshot. `None`: there never was one.
        age: Option<Duration>,
    },
    /// Reading the fleet panicked.
    #[error("reading the fleet failed because of a fault in the data source")]
    ReadingPanicked,
    /// The question is one for Prometheus, and there is no endpoint.
    #[error("query type {0} needs a Prometheus endpoint, and none is configured")]
    NoEndpoint(&'static str),
    /// No Prometheus endpoint answered, or not every one where a part would be worse than nothing. At least one.
    #[error("{}", joined(.0))]
    Endpoints(Vec<UpstreamError>),
    /// The frame could not be written.
    #[error(transparent)]
    Frame(#[from] EncodeError),
}

/// Each failure with its causes; endpoints name themselves.
fn joined(errors: &[UpstreamError]) -> String {
    errors.iter().map(UpstreamError::chain).collect::<Vec<_>>().join("; ")
}

fn last_good(age: Option<Duration>) -> String {
    age.map_or_else(String::new, |age| {
        format!(" (what is known is {} s old, older than maxStaleSeconds allows)", age.as_secs())
    })
}

impl QueryError {
    /// HTTP status of the answer for this query alone.
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

    /// Whose fault it is.
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

    /// What to do about it.
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

    /// What the user reads: the chain of causes once, then the hint.
    pub fn user_text(&self) -> String {
        // These have their cause in their text; that cause's own causes follow.
        let next: Option<&dyn Error> = match self {
            Self::NoSnapshot { cause, .. } | Self::NoClusters(cause) => cause.source(),
            other => other.source(),
        };
        sentences(&with_causes(self.to_string(), next), &self.hint())
    }
}
