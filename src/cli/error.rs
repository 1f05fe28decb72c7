//! What a subcommand can fail with, in words for somebody at a terminal.

use crate::alert::YamlError;
use crate::native::NativeError;
use crate::plugin::ServeError;
use crate::query::QueryError;
use crate::settings::SettingsError;
use crate::upstream::{CloudError, HttpError};
use std::error::Error;
use std::io;
use thiserror::Error;

/// A subcommand, or the plugin, has ended badly.
#[derive(Debug, Error)]
pub enum CliError {
    /// The plugin could not be run.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// The query has no answer.
    #[error("{}", .0.user_text())]
    Query(QueryError),
    /// Flags or environment make no usable settings.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// No HTTP client could be built.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// `--param` without `=`.
    #[error("--param {given}: write it as NAME=VALUE")]
    Param {
        /// As given.
        given: String,
    },
    /// A way to sign in needs a flag that isn't there.
    #[error("signing in with a client secret needs {missing}")]
    SignIn {
        /// Flag or variable.
        missing: &'static str,
    },
    /// Reading or writing failed; a closed pipe, for one.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// No Azure cloud is called so.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// The alert rules could not be rendered.
    #[error(transparent)]
    Yaml(#[from] YamlError),
    /// A file could not be written.
    #[error("{file} could not be written")]
    Write {
        /// As named.
        file: String,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// A dashboard of the package can't be read, or something can't be written as JSON.
    #[error("the JSON of a dashboard or rule is broken")]
    Json(#[from] serde_json::Error),
    /// There is no dashboard of that name.
    #[error("there is no dashboard {given:?} of that kind; there are {known}")]
    NoDashboard {
        /// As given.
        given: String,
        /// What there is.
        known: String,
    },
    /// `--native` with a format that isn't Grafana's.
    #[error("--native is for Grafana: use it with --format grafana or grafana-api")]
    NotNative,
    /// A dashboard can't be made for Grafana's own data sources.
    #[error(transparent)]
    Native(#[from] NativeError),
}

impl From<QueryError> for CliError {
    fn from(error: QueryError) -> Self {
        Self::Query(error)
    }
}

impl CliError {
    /// The error and its causes in one line, each said once, and what to do where that is known.
    pub fn text(&self) -> String {
        let text = in_one_line(self);
        match self {
            Self::Settings(error) => format!("{text}. {}", error.hint()),
            _ => text,
        }
    }
}

/// An error and its causes in one line, each said once.
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
