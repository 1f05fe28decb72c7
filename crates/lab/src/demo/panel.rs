//! What a panel shows, in a few lines of text.

use super::arranged::{arranged, title};
use super::milliseconds;
use super::value::{ago, is_known, sparkline, with_unit};
use super::viewer::Answer;
use crate::dashboard::Panel;
use azuregitops::cli::render::{Page, is_number, printable, write_notices, write_table};
use azuregitops::instance::system_clock;
use flux::UtcMillis;
use frame::{Cell, Field, Frame};
use regex::Regex;
use serde_json::Value;
use std::io::{self, Write};

/// Width of a stat's title and of a series' name; longer ones are shortened.
const NAME: usize = 34;
/// Width of a time series' line, in blocks.
const SPARK: usize = 40;

/// Writes the answer as the panel would show it, with at most `page.rows` rows or series.
///
/// # Errors
/// `out` can't be written.
pub(super) fn write(
    out: &mut impl Write,
    panel: &Panel,
    answer: &Answer,
    page: Page,
) -> io::Result<()> {
    let (name, time) = (panel.title(), milliseconds(answer.time));
    if let Some(error) = answer.error() {
        return writeln!(out, " {name}: FAILED after {time}: {}", printable(error));
    }
    let frames: Vec<&Frame> = answer.results.iter().flatten().flatten().collect();
    if panel.kind() == "stat" {
        let shown = stat(&frames, &panel.saved).unwrap_or_else(|| no_value(&panel.saved));
        return writeln!(out, " {} {shown:>14}   {time:>10}", fitting(name, NAME));
    }
    writeln!(out, " {name}, {} in {time}", counted(&frames, panel.kind()))?;
    match panel.kind() {
        "table" => {
            for frame in frames {
                write_table(out, &spelled(arranged(frame, &panel.saved)), page)?;
            }
            writeln!(out)
        }
        "timeseries" => {
            write_series(out, &frames, panel, page)?;
            write_notices(out, &frames)?;
            writeln!(out)
        }
        _ => {
            let parts: Vec<String> = frames.iter().flat_map(|frame| parts(frame)).collect();
            let line = if parts.is_empty() { no_value(&panel.saved) } else { parts.join(" · ") };
            writeln!(out, "   {line}")?;
            write_notices(out, &frames)?;
            writeln!(out)
        }
    }
}

/// The text that the panel shows when there is no value.
fn no_value(panel: &Value) -> String {
    panel["fieldConfig"]["defaults"]["noValue"].as_str().unwrap_or("no data").to_owned()
}

/// Converts times and numbers with a unit to texts, as a table shows them.
fn spelled(mut frame: Frame) -> Frame {
    let now = (system_clock())();
    for field in &mut frame.fields {
        let unit = field.config.unit.as_str();
        let texts: Vec<Option<String>> =
            match unit {
                "dateTimeFromNow" => field
                    .cells()
                    .map(|cell| {
                        if let Cell::Time(at) = cell { Some(ago(UtcMillis(at), now)) } else { None }
                    })
                    .collect(),
                _ if is_known(unit) => {
                    field.cells().map(|cell| Some(with_unit(number(cell)?, unit))).collect()
                }
                _ => continue,
            };
        let config = std::mem::take(&mut field.config);
        *field = Field::text(&field.name, texts.into_iter());
        field.config = config;
    }
    frame
}

fn counted(frames: &[&Frame], kind: &str) -> String {
    let (count, one) = match kind {
        "timeseries" => (frames.iter().filter(|frame| frame.rows() > 0).count(), "series"),
        "piechart" => (frames.iter().map(|frame| frame.fields.len()).sum(), "part"),
        _ => (frames.iter().map(|frame| frame.rows()).sum(), "row"),
    };
    let plural = if count == 1 || one == "series" { "" } else { "s" };
    format!("{count} {one}{plural}")
}

/// The number of a stat panel. `None`: no field matches, or every value is absent.
fn stat(frames: &[&Frame], panel: &Value) -> Option<String> {
    let reduce = &panel["options"]["reduceOptions"];
    let pattern = reduce["fields"].as_str().unwrap_or_default().trim_matches('/');
    let pattern = Regex::new(pattern).ok()?;
    let frames: Vec<Frame> = frames.iter().map(|frame| arranged(frame, panel)).collect();
    let fields = frames.iter().flat_map(|frame| &frame.fields);
    let field =
        fields.into_iter().find(|field| is_number(field) && pattern.is_match(title(field)))?;
    let numbers: Vec<f64> = field.cells().filter_map(number).collect();
    let number = match reduce["calcs"][0].as_str() {
        Some("sum") => numbers.iter().sum(),
        Some("min") => numbers.into_iter().reduce(f64::min)?,
        Some("max") => numbers.into_iter().reduce(f64::max)?,
        _ => *numbers.last()?,
    };
    Some(with_unit(number, &field.config.unit))
}

/// Names with their numbers: the fields of a wide frame, or the rows of a long one.
fn parts(frame: &Frame) -> Vec<String> {
    let numbers: Vec<&Field> = frame.fields.iter().filter(|field| is_number(field)).collect();
    let shown = |name: &str, field: &Field, row| {
        let number = number(field.cell(row))?;
        Some(format!("{} {}", printable(name), with_unit(number, &field.config.unit)))
    };
    if numbers.len() == frame.fields.len() {
        return numbers.into_iter().filter_map(|field| shown(title(field), field, 0)).collect();
    }
    let Some(value) = numbers.first() else { return Vec::new() };
    let row = |row| {
        let names = frame.fields.iter().filter_map(|field| match field.cell(row) {
            Cell::Text(text) => Some(text),
            _ => None,
        });
        shown(&names.collect::<Vec<_>>().join(" "), value, row)
    };
    (0..frame.rows()).filter_map(row).collect()
}

/// Writes a line per series, sorted by value as in the panel's legend.
fn write_series(
    out: &mut impl Write,
    frames: &[&Frame],
    panel: &Panel,
    page: Page,
) -> io::Result<()> {
    struct Series {
        name: String,
        values: Vec<Option<f64>>,
        unit: String,
        most: f64,
    }
    let of_frame = |frame: &&Frame| {
        let frame = arranged(frame, &panel.saved);
        let value = frame.fields.iter().find(|field| is_number(field))?;
        let values: Vec<Option<f64>> = value.cells().map(number).collect();
        let most = values.iter().copied().flatten().fold(f64::NEG_INFINITY, f64::max);
        let unit = value.config.unit.clone();
        Some(Series { name: title(value).to_owned(), values, unit, most })
    };
    let mut all: Vec<Series> = frames.iter().filter_map(of_frame).collect();
    if all.is_empty() {
        return writeln!(out, "   {}", no_value(&panel.saved));
    }
    all.sort_by(|left, right| right.most.total_cmp(&left.most));
    for series in all.iter().take(page.rows) {
        let known = || series.values.iter().copied().flatten();
        let lowest = known().fold(f64::INFINITY, f64::min);
        let last = known().next_back().unwrap_or(f64::NAN);
        let [lowest, last, highest] =
            [lowest, last, series.most].map(|number| with_unit(number, &series.unit));
        writeln!(
            out,
            "   {} {:SPARK$}  min {lowest}, last {last}, max {highest}",
            fitting(&series.name, NAME),
            sparkline(&series.values, SPARK)
        )?;
    }
    if all.len() > page.rows {
        writeln!(out, " … and {} more series", all.len() - page.rows)?;
    }
    Ok(())
}

fn number(cell: Cell<'_>) -> Option<f64> {
    match cell {
        Cell::Number(number) => Some(number),
        #[expect(clippy::cast_precision_loss, reason = "counts are small")]
        Cell::Integer(number) => Some(number as f64),
        _ => None,
    }
}

/// The text cut or padded to exactly this number of characters.
fn fitting(text: &str, width: usize) -> String {
    let text = printable(text);
    if text.chars().count() > width {
        text.chars().take(width - 1).chain(['…']).collect()
    } else {
        format!("{text:width$}")
    }
}
