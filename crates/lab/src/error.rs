//! What a subcommand can fail with, in words for a terminal.

use crate::plugin_process::PluginProcessError;
use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// A subcommand has failed.
#[derive(Debug, Error)]
pub enum LabError {
    /// Reading or writing failed; a closed pipe, for one.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The demonstration ran to its end, but not everything went well.
    #[error(
        "the demonstration went wrong: {failed} panels or query types without an answer, Save & test {}, stop {}",
        good_or_bad(*healthy),
        good_or_bad(*stopped)
    )]
    Demo {
        /// Panels, variables and query types without an answer.
        failed: usize,
        /// Whether "Save & test" succeeded.
        healthy: bool,
        /// Whether the plugin stopped when it was asked to.
        stopped: bool,
    },
    /// A dashboard of the package can't be read.
    #[error("the JSON of a dashboard is broken")]
    Json(#[from] serde_json::Error),
    /// The plugin was not built, or is elsewhere.
    #[error("there is no plugin at {}; build it, or name it with --plugin", path.display())]
    NoPlugin {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The demonstration's plugin process failed.
    #[error(transparent)]
    Plugin(#[from] PluginProcessError),
}

fn good_or_bad(good: bool) -> &'static str {
    if good { "good" } else { "bad" }
}
