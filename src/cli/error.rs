//! Errors of subcommands, in words for a terminal.

use crate::alert::YamlError;
use crate::native::NativeError;
use crate::plugin::ServeError;
use crate::query::QueryError;
use crate::settings::SettingsError;
use crate::upstream::{CloudError, HttpError};
use std::error::Error;
use std::io;
use thiserror::Error;

/// Why a subcommand or the plugin failed.
#[derive(Debug, Error)]
pub enum CliError {
    /// The plugin could not be run.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// The query failed.
    #[error("{}", .0.user_text())]
    Query(QueryError),
    /// The flags or the environment make no valid settings.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The HTTP client could not be built.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// A `--param` has no `=`.
    #[error("--param {given}: write it as NAME=VALUE")]
    Param {
        /// The given text.
        given: String,
    },
    /// The chosen way to sign in needs a flag that is missing.
    #[error("signing in with a client secret needs {missing}")]
    SignIn {
        /// Flag or variable.
        missing: &'static str,
    },
    /// Reading or writing failed, for example because a pipe was closed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// No Azure cloud has this name.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// The alert rules could not be rendered.
    #[error(transparent)]
    Yaml(#[from] YamlError),
    /// A file could not be written.
    #[error("{file} could not be written")]
    Write {
        /// The file's name as given.
        file: String,
        /// The cause.
        #[source]
        cause: io::Error,
    },
    /// A dashboard of the package can't be read, or a value can't be written as JSON.
    #[error("the JSON of a dashboard or rule is broken")]
    Json(#[from] serde_json::Error),
    /// No dashboard has this name.
    #[error("there is no dashboard {given:?} of that kind; there are {known}")]
    NoDashboard {
        /// The given name.
        given: String,
        /// The names of all dashboards.
        known: String,
    },
    /// `--native` was combined with a format that isn't Grafana's.
    #[error("--native is for Grafana: use it with --format grafana or grafana-api")]
    NotNative,
    /// A dashboard can't be converted for Grafana's own data sources.
    #[error(transparent)]
    Native(#[from] NativeError),
}

impl From<QueryError> for CliError {
    fn from(error: QueryError) -> Self {
        Self::Query(error)
    }
}

impl CliError {
    /// The error and its causes in one line, without repetitions, followed by the remedy where one is known.
    pub fn text(&self) -> String {
        let text = in_one_line(self);
        match self {
            Self::Settings(error) => format!("{text}. {}", error.hint()),
            _ => text,
        }
    }
}

/// An error and its causes in one line, without repetitions.
pub fn in_one_line(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let said = cause.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        next = cause.source();
    }
    text
}
