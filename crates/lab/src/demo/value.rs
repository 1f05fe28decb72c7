//! Numbers as panels show them: with a unit, or as a line of blocks.

use azuregitops::cli::render::rounded;
use flux::UtcMillis;

/// Blocks from low to high.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Units of time with their length in seconds, longest first.
const TIMES: [(&str, f64); 5] =
    [("days", 86_400.0), ("h", 3_600.0), ("min", 60.0), ("s", 1.0), ("ms", 1e-3)];
/// Units of memory with their size in bytes, largest first.
const SIZES: [(&str, f64); 4] =
    [("GiB", 1_073_741_824.0), ("MiB", 1_048_576.0), ("KiB", 1_024.0), ("B", 1.0)];

/// A number with Grafana's unit. An unknown unit is left out.
pub(super) fn with_unit(number: f64, unit: &str) -> String {
    match unit {
        "s" => scaled(number, &TIMES),
        "bytes" => scaled(number, &SIZES),
        "percentunit" => format!("{} %", three_digits(number * 100.0)),
        "opm" => format!("{} ops/min", three_digits(number)),
        "reqps" => format!("{} req/s", three_digits(number)),
        _ => rounded(number),
    }
}

/// Whether [`with_unit`] knows the unit.
pub(super) fn is_known(unit: &str) -> bool {
    ["s", "bytes", "percentunit", "opm", "reqps"].contains(&unit)
}

/// The time since `at`, in words.
pub(super) fn ago(at: UtcMillis, now: UtcMillis) -> String {
    #[expect(clippy::cast_precision_loss, reason = "minutes count")]
    let seconds = now.0.saturating_sub(at.0) as f64 / 1e3;
    if seconds < 0.0 { at.to_string() } else { format!("{} ago", with_unit(seconds, "s")) }
}

/// Writes the number in the largest unit in which it is at least 1, or else in the smallest unit. Zero is written in
/// the unit of size 1.
fn scaled(number: f64, units: &[(&str, f64)]) -> String {
    let size_of_number = if number == 0.0 { 1.0 } else { number.abs() };
    let fits = units.iter().find(|(_, size)| size_of_number >= *size);
    match fits.or(units.last()) {
        Some((unit, size)) => format!("{} {unit}", three_digits(number / size)),
        None => rounded(number),
    }
}

/// Panels are read from a distance, so three digits are enough.
fn three_digits(number: f64) -> String {
    let text = match number.abs() {
        size if size >= 100.0 => format!("{number:.0}"),
        size if size >= 10.0 => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    };
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// A line of at most `width` blocks. Each block is the mean of its part of the values; a part without values is a
/// blank.
pub(super) fn sparkline(values: &[Option<f64>], width: usize) -> String {
    let width = width.min(values.len()).max(1);
    let parts: Vec<Option<f64>> = (0..width)
        .map(|part| {
            let from = part * values.len() / width;
            let to = (part + 1) * values.len() / width;
            mean(values.get(from..to).unwrap_or_default())
        })
        .collect();
    let known = || parts.iter().copied().flatten();
    let (least, most) = (known().fold(f64::INFINITY, f64::min), known().fold(0.0, f64::max));
    // The scale of rates and durations starts at zero.
    let least = least.min(0.0);
    let block = |value: f64| {
        let share = if most > least { (value - least) / (most - least) } else { 0.0 };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 7")]
        let index = (share * 7.0).round() as usize;
        BLOCKS.get(index).copied().unwrap_or(' ')
    };
    parts.into_iter().map(|part| part.map_or(' ', block)).collect()
}

fn mean(values: &[Option<f64>]) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for value in values.iter().flatten() {
        sum += value;
        count += 1.0;
    }
    (count > 0.0).then(|| sum / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_unit_that_suits_them() {
        for (number, unit, text) in [
            (0.0, "s", "0 s"),
            (0.0421, "s", "42.1 ms"),
            (12.0, "s", "12 s"),
            (90.0, "s", "1.5 min"),
            (3.0 * 86_400.0, "s", "3 days"),
            (0.000_01, "s", "0.01 ms"),
            (52_428_800.0, "bytes", "50 MiB"),
            (0.0, "bytes", "0 B"),
            (0.031_4, "percentunit", "3.14 %"),
            (12.345, "opm", "12.3 ops/min"),
            (380.0, "short", "380"),
        ] {
            assert_eq!(with_unit(number, unit), text);
            assert_eq!(is_known(unit), unit != "short");
        }
    }

    #[test]
    fn past_times_are_shown_as_ages() {
        assert_eq!(ago(UtcMillis(0), UtcMillis(5_400_000)), "1.5 h ago");
        assert_eq!(ago(UtcMillis(5), UtcMillis(0)), "1970-01-01T00:00:00.005Z");
    }

    #[test]
    fn a_line_of_blocks_begins_at_zero_and_has_gaps() {
        let values = [Some(0.0), Some(7.0), None, Some(3.5)];
        assert_eq!(sparkline(&values, 10), "▁█ ▅");
        assert_eq!(sparkline(&[Some(1.0); 8], 4), "████");
        assert_eq!(sparkline(&[Some(0.0), Some(0.0)], 4), "▁▁");
        assert_eq!(sparkline(&[Some(1.0), Some(3.0), Some(4.0), Some(4.0)], 2), "▅█");
        assert_eq!(sparkline(&[], 4), " ");
    }
}
