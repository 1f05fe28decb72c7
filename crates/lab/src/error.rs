//! Errors of subcommands, in words for a terminal.

use crate::plugin_process::PluginProcessError;
use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Why a subcommand failed.
#[derive(Debug, Error)]
pub enum LabError {
    /// Reading or writing failed, for example because a pipe was closed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The demonstration completed, but some of its parts failed.
    #[error(
        "the demonstration went wrong: {failed} panels or query types without an answer, Save & test {}, stop {}",
        good_or_bad(*healthy),
        good_or_bad(*stopped)
    )]
    Demo {
        /// Number of panels, variables and query types without an answer.
        failed: usize,
        /// Whether "Save & test" succeeded.
        healthy: bool,
        /// Whether the plugin stopped when it was told to.
        stopped: bool,
    },
    /// A dashboard of the package can't be read.
    #[error("the JSON of a dashboard is broken")]
    Json(#[from] serde_json::Error),
    /// The plugin executable doesn't exist.
    #[error("there is no plugin at {}; build it, or name it with --plugin", path.display())]
    NoPlugin {
        /// The path at which it was expected.
        path: PathBuf,
    },
    /// The demonstration's plugin process failed.
    #[error(transparent)]
    Plugin(#[from] PluginProcessError),
}

fn good_or_bad(good: bool) -> &'static str {
    if good { "good" } else { "bad" }
}
