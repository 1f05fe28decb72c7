//! Logs for Grafana: hclog's JSON lines on stderr.
//!
//! A level below `info` applies to the plugin's own code only. Libraries stay at `warn`: at `debug`, the plugin SDK and the
//! HTTP stack print whole requests, with decrypted settings and tokens.

use std::panic::PanicHookInfo;
use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

/// The plugin's own crate, as targets of `tracing` spell it.
const OWN: &str = "azuregitops";

/// Installs the log, and turns panics into log lines. `level` is `GF_PLUGIN_LOG_LEVEL`; anything that isn't a level
/// means `info`.
///
/// # Errors
/// When a log is installed already.
pub fn init(level: Option<&str>) -> Result<(), TryInitError> {
    // A closed stderr must not cause a panic: the plugin couldn't stop after Grafana was killed.
    let layer = grafana_plugin_sdk::backend::layer().log_internal_errors(false);
    tracing_subscriber::registry().with(layer).with(filter(level)).try_init()?;
    std::panic::set_hook(Box::new(log_panic));
    Ok(())
}

fn filter(level: Option<&str>) -> Targets {
    // Parsed as a `Level`: as a `LevelFilter`, an empty text would mean `error`.
    let level = level.and_then(|text| text.trim().parse::<Level>().ok());
    let own = level.map_or(LevelFilter::INFO, LevelFilter::from_level);
    Targets::new().with_default(LevelFilter::WARN.min(own)).with_target(OWN, own)
}

/// Logs the place of a panic, and its message only when that is a literal of the source: a formatted message may hold
/// secrets.
fn log_panic(info: &PanicHookInfo<'_>) {
    let location = info.location().map(ToString::to_string).unwrap_or_default();
    let literal = info.payload().downcast_ref::<&'static str>().copied().unwrap_or("not shown");
    tracing::error!(location, reason = literal, "the plugin panicked");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_low_level_is_for_our_own_code_only() {
        for text in ["debug", "TRACE"] {
            let filter = filter(Some(text));
            assert!(filter.would_enable("azuregitops::plugin::data", &Level::DEBUG));
            for library in
                ["grafana_plugin_sdk::backend", "h2", "hyper_util", "tonic", "azure_identity"]
            {
                assert!(!filter.would_enable(library, &Level::DEBUG), "{library}");
                assert!(!filter.would_enable(library, &Level::INFO), "{library}");
                assert!(filter.would_enable(library, &Level::WARN), "{library}");
            }
        }
    }

    #[test]
    fn the_level_is_info_unless_one_is_named() {
        for text in [None, Some(""), Some("loud")] {
            let filter = filter(text);
            assert!(filter.would_enable("azuregitops", &Level::INFO));
            assert!(!filter.would_enable("azuregitops", &Level::DEBUG));
        }
        let filter = filter(Some("error"));
        assert!(!filter.would_enable("azuregitops", &Level::WARN));
        assert!(!filter.would_enable("tonic", &Level::WARN));
    }
}
