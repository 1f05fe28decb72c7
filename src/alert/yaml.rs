//! Renders readable YAML.

use serde::Serialize;
use std::time::Duration;
use thiserror::Error;

/// First line of every rendered file.
pub(super) const NOTICE: &str =
    "Made by `gpx_azuregitops export alerts`; edits are lost when it is made again.";
/// Longest line of a folded text.
const WIDTH: usize = 110;

/// The rules could not be rendered.
#[derive(Debug, Error)]
#[error("the alert rules could not be written as YAML")]
pub struct YamlError(#[from] serde_saphyr::ser_error::Error);

/// `value` as YAML, below the notice and further comment lines.
pub(super) fn document(comment: &[&str], value: &impl Serialize) -> Result<String, YamlError> {
    let options = serde_saphyr::ser_options! { folded_wrap_chars: WIDTH };
    let yaml = serde_saphyr::to_string_with_options(value, options)?;
    let lines = [NOTICE].iter().chain(comment).map(|line| format!("# {line}\n"));
    Ok(lines.chain([yaml]).collect())
}

/// A duration as Prometheus and Grafana write it: `90s`, `5m`, `1h`, `1d`.
pub(super) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let units = [(86_400, 'd'), (3_600, 'h'), (60, 'm')];
    let unit = units.into_iter().find(|(unit, _)| seconds > 0 && seconds.is_multiple_of(*unit));
    match unit {
        Some((unit, letter)) => format!("{}{letter}", seconds / unit),
        None => format!("{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_as_short_as_they_can_be() {
        let shown = |seconds| duration(Duration::from_secs(seconds));
        assert_eq!(
            [0, 90, 300, 3_600, 5_400, 86_400].map(shown),
            ["0s", "90s", "5m", "1h", "90m", "1d"]
        );
    }
}
