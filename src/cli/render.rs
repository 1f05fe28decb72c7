//! Writes frames as text: a table for people, JSON or CSV for programs.

use clap::ValueEnum;
use comfy_table::{
    Attribute, Cell as TableCell, CellAlignment, Color, LineStyle, Table, TableStyle,
};
use flux::UtcMillis;
use frame::{Cell, Field, Frame, FrameType, Severity};
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// The format of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// A table, for people.
    #[default]
    Table,
    /// One object per frame, with its rows as objects.
    Json,
    /// The fields' names, then the rows.
    Csv,
}

/// How much of a frame a table shows, and in which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Most rows; the table says how many more there are.
    pub rows: usize,
    /// Width in characters. Fields that don't fit are listed below the table. `None`: no limit.
    pub width: Option<usize>,
    /// Whether states are coloured.
    pub color: bool,
}

impl Page {
    /// A terminal has a width and colours; a file has neither.
    pub fn on(terminal: bool) -> Self {
        let width = terminal.then(|| usize::from(Table::new().width().unwrap_or(100)));
        Self { rows: usize::MAX, width, color: terminal && std::env::var_os("NO_COLOR").is_none() }
    }
}

/// Longest text in a column when the table's width is limited.
const LONGEST: usize = 42;
/// The text of an absent value in a table.
const NULL: &str = "";

/// Writes frames.
///
/// # Errors
/// `out` can't be written.
pub fn write(out: &mut impl Write, frames: &[Frame], output: Output, page: Page) -> io::Result<()> {
    match output {
        Output::Table => frames.iter().try_for_each(|frame| write_table(out, frame, page)),
        Output::Json => {
            let frames: Vec<Value> = frames.iter().map(frame_json).collect();
            serde_json::to_writer_pretty(&mut *out, &frames)?;
            writeln!(out)
        }
        Output::Csv => frames.iter().try_for_each(|frame| write_csv(out, frame)),
    }
}

/// An empty table in the style of all printed tables.
pub fn new_table(page: Page) -> Table {
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─')));
    if page.color {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table
}

/// Writes one frame as a table, followed by what doesn't fit and by its notices.
///
/// # Errors
/// `out` can't be written.
pub fn write_table(out: &mut impl Write, frame: &Frame, page: Page) -> io::Result<()> {
    let (shown, left_out) = choose(frame, page);
    let rows = frame.rows().min(page.rows);
    let mut table = new_table(page);
    table.set_header(
        shown.iter().map(|field| TableCell::new(heading(field)).add_attribute(Attribute::Bold)),
    );
    for row in 0..rows {
        table.add_row(shown.iter().map(|field| table_cell(field, row, page.width.is_some())));
    }
    for (column, field) in table.column_iter_mut().zip(&shown) {
        if is_number(field) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    writeln!(out, "{}", table.trim_fmt())?;
    if rows < frame.rows() {
        writeln!(out, " … and {} more rows", frame.rows() - rows)?;
    }
    if !left_out.is_empty() {
        writeln!(out, " not shown for want of width: {}", left_out.join(", "))?;
    }
    write_notices(out, &[frame])
}

/// Writes the notices of the frames.
///
/// # Errors
/// `out` can't be written.
pub fn write_notices(out: &mut impl Write, frames: &[&Frame]) -> io::Result<()> {
    for notice in frames.iter().flat_map(|frame| &frame.meta.notices) {
        let mark = match notice.severity {
            Severity::Info => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        writeln!(out, " {mark}: {}", printable(&notice.text))?;
    }
    Ok(())
}

/// The fields that fit, in order, and the names of the others.
fn choose(frame: &Frame, page: Page) -> (Vec<&Field>, Vec<&str>) {
    let visible: Vec<&Field> = frame.fields.iter().filter(|field| !is_hidden(field)).collect();
    let Some(width) = page.width else { return (visible, Vec::new()) };
    let rows = frame.rows().min(page.rows);
    let mut by_interest: Vec<usize> = (0..visible.len()).collect();
    by_interest.sort_by_key(|index| rank(frame, visible[*index], rows));
    let mut fits = vec![false; visible.len()];
    let mut used = 0;
    for index in by_interest {
        let needed = column_width(visible[index], rows) + 2;
        if used == 0 || used + needed <= width {
            fits[index] = true;
            used += needed;
        }
    }
    let (shown, rest): (Vec<_>, Vec<_>) =
        visible.into_iter().zip(fits).partition(|(_, fits)| *fits);
    (
        shown.into_iter().map(|(field, _)| field).collect(),
        rest.into_iter().map(|(field, _)| field.name.as_str()).collect(),
    )
}

/// Rank of a field: first states, messages and the numbers of alert rules, then fields that differ from row to row, ids
/// last.
fn rank(frame: &Frame, field: &Field, rows: usize) -> u8 {
    let counted = frame.meta.frame_type != FrameType::Table && is_number(field);
    let differs = (1..rows).any(|row| field.cell(row) != field.cell(0));
    match field.name.as_str() {
        _ if counted || !field.config.mappings.is_empty() => 0,
        "message" | "errorMessage" | "statusMessage" => 0,
        name if name.ends_with("Id") || name.ends_with("Url") => 3,
        _ if differs => 1,
        _ => 2,
    }
}

fn column_width(field: &Field, rows: usize) -> usize {
    let cells = (0..rows).map(|row| cell_text(field.cell(row), true).chars().count());
    cells.chain([heading(field).chars().count()]).max().unwrap_or_default()
}

/// A series' heading is its name in charts; a column's heading is its title.
fn heading(field: &Field) -> &str {
    let config = &field.config;
    [&config.display_name_from_ds, &config.display_name, &field.name]
        .into_iter()
        .find(|name| !name.is_empty())
        .map_or("", String::as_str)
}

fn is_hidden(field: &Field) -> bool {
    field.config.custom.get("hideFrom").is_some_and(|hidden| hidden["viz"] == true)
}

/// Whether the field contains a number.
pub fn is_number(field: &Field) -> bool {
    field.cells().any(|cell| matches!(cell, Cell::Integer(_) | Cell::Number(_)))
}

fn table_cell(field: &Field, row: usize, short: bool) -> TableCell {
    let text = cell_text(field.cell(row), short);
    match color(field, &text) {
        Some(color) => TableCell::new(text).fg(color),
        None => TableCell::new(text),
    }
}

/// The terminal colour that is closest to Grafana's colour for a value.
fn color(field: &Field, text: &str) -> Option<Color> {
    let mapped = field.config.mappings.first()?["options"].get(text)?;
    let name = mapped["color"].as_str()?;
    // Grafana's palette has shades such as `dark-red` and `semi-dark-green`.
    Some(match name.rsplit('-').next()? {
        "red" => Color::Red,
        "orange" => Color::DarkYellow,
        "yellow" => Color::Yellow,
        "green" => Color::Green,
        "blue" => Color::Blue,
        "purple" => Color::Magenta,
        _ => Color::DarkGrey,
    })
}

fn cell_text(cell: Cell<'_>, short: bool) -> String {
    match cell {
        Cell::Null => NULL.to_owned(),
        Cell::Text(text) => {
            let text = printable(text);
            if short && text.chars().count() > LONGEST {
                text.chars().take(LONGEST - 1).chain(['…']).collect()
            } else {
                text
            }
        }
        Cell::Integer(number) => number.to_string(),
        Cell::Number(number) if short => rounded(number),
        Cell::Number(number) => number.to_string(),
        Cell::Bool(value) => if value { "yes" } else { "no" }.to_owned(),
        Cell::Time(time) => UtcMillis(time).to_string(),
    }
}

/// A number with four significant digits, without zeros at the end.
pub fn rounded(number: f64) -> String {
    if number == 0.0 || !number.is_finite() || number.abs() >= 1e4 {
        return format!("{number:.0}");
    }
    let leading = number.abs().log10().floor();
    // The value is between -308 and 4, so the cast is exact. Tiny numbers get at most nine digits.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let digits = (3.0 - leading).clamp(0.0, 9.0) as usize;
    let text = format!("{number:.digits$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// Users of the clusters write these texts, so control characters must not reach the terminal.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn frame_json(frame: &Frame) -> Value {
    let rows: Vec<Value> = (0..frame.rows())
        .map(|row| {
            let cells = frame.fields.iter().map(|field| {
                let value = match field.cell(row) {
                    Cell::Null => Value::Null,
                    Cell::Text(text) => json!(text),
                    Cell::Integer(number) => json!(number),
                    Cell::Number(number) => json!(number),
                    Cell::Bool(value) => json!(value),
                    Cell::Time(time) => json!(UtcMillis(time).to_string()),
                };
                (unique_name(frame, field), value)
            });
            Value::Object(cells.collect::<Map<_, _>>())
        })
        .collect();
    json!({
        "name": frame.name,
        "refId": frame.ref_id,
        "meta": frame.meta,
        "rows": rows,
    })
}

/// Series of a wide frame share their field's name, so the labels are added to distinguish them.
fn unique_name(frame: &Frame, field: &Field) -> String {
    let shared = frame.fields.iter().filter(|other| other.name == field.name).count() > 1;
    if shared && !field.labels.is_empty() {
        let labels: Vec<&str> = field.labels.values().map(String::as_str).collect();
        return format!("{} {}", field.name, labels.join(" "));
    }
    field.name.clone()
}

fn write_csv(out: &mut impl Write, frame: &Frame) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(&mut *out);
    csv.write_record(frame.fields.iter().map(|field| unique_name(frame, field)))?;
    for row in 0..frame.rows() {
        csv.write_record(frame.fields.iter().map(|field| match field.cell(row) {
            Cell::Text(text) => text.to_owned(),
            Cell::Bool(value) => value.to_string(),
            other => cell_text(other, false),
        }))?;
    }
    csv.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use frame::{Notice, ValueMapping};

    const NARROW: Page = Page { rows: 2, width: Some(40), color: false };

    fn sample() -> Frame {
        let mut frame = Frame::new("configurations", FrameType::Table);
        let mut state = Field::text(
            "complianceState",
            ["Compliant", "Non-Compliant", "Pending"].map(Some).into_iter(),
        );
        state.config.display_name = "Compliance".to_owned();
        state.config.map_values(&[ValueMapping {
            value: "Compliant".to_owned(),
            text: "Compliant".to_owned(),
            color: "green".to_owned(),
        }]);
        let mut hidden = Field::text("portal", [Some("x"); 3].into_iter());
        hidden.config.hide();
        frame.fields = vec![
            Field::text(
                "subscriptionId",
                [Some("00000000-0000-0000-0000-000000000001"); 3].into_iter(),
            ),
            Field::text("cluster", [Some("edge\u{1b}[31m"), None, Some("a,\"b\"")].into_iter()),
            Field::integer("objects", [Some(12), Some(3), None].into_iter()),
            state,
            hidden,
            Field::time("updated", [Some(0), None, None].into_iter()),
        ];
        frame.meta.notices.push(Notice::warning("2 rows could not be read"));
        frame
    }

    fn text(frames: &[Frame], output: Output, page: Page) -> String {
        let mut out = Vec::new();
        write(&mut out, frames, output, page).expect("a Vec takes everything");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_table_shows_what_fits_and_says_what_does_not() {
        assert_eq!(
            text(&[sample()], Output::Table, NARROW),
            " cluster    objects  Compliance
───────────────────────────────────
 edge [31m       12  Compliant
                  3  Non-Compliant
 … and 1 more rows
 not shown for want of width: subscriptionId, updated
 warning: 2 rows could not be read
"
        );
    }

    #[test]
    fn numbers_have_four_digits() {
        for (number, text) in [
            (0.0, "0"),
            (1.0, "1"),
            (0.123_456, "0.1235"),
            (1234.56, "1235"),
            (-8.766_356, "-8.766"),
            (123_456.7, "123457"),
            (0.000_012_345, "0.00001234"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(rounded(number), text);
        }
    }

    #[test]
    fn json_has_every_field_and_value() {
        let value: Value =
            serde_json::from_str(&text(&[sample()], Output::Json, NARROW)).expect("JSON");
        assert_eq!(value[0]["name"], "configurations");
        assert_eq!(value[0]["meta"]["notices"][0]["severity"], "warning");
        assert_eq!(
            value[0]["rows"][0],
            json!({
                "subscriptionId": "00000000-0000-0000-0000-000000000001",
                "cluster": "edge\u{1b}[31m",
                "objects": 12,
                "complianceState": "Compliant",
                "portal": "x",
                "updated": "1970-01-01T00:00:00Z",
            })
        );
        assert_eq!(value[0]["rows"].as_array().map(Vec::len), Some(3));
        assert_eq!(value[0]["rows"][1]["cluster"], Value::Null);
    }

    #[test]
    fn csv_has_every_field_and_quotes() {
        let text = text(&[sample()], Output::Csv, NARROW);
        let mut lines = text.lines();
        assert_eq!(
            lines.next(),
            Some("subscriptionId,cluster,objects,complianceState,portal,updated")
        );
        assert_eq!(
            lines.nth(2),
            Some("00000000-0000-0000-0000-000000000001,\"a,\"\"b\"\"\",,Pending,x,")
        );
    }

    #[test]
    fn series_of_a_wide_frame_have_distinct_names() {
        let mut frame = Frame::new("configuration-counts", FrameType::NumericWide);
        frame.fields = ["Compliant", "Pending"]
            .map(|state| {
                let mut field = Field::integer("count", [Some(1)].into_iter());
                field.labels.insert("complianceState".to_owned(), state.to_owned());
                field.config.display_name_from_ds = state.to_owned();
                field
            })
            .into();
        assert!(
            text(&[frame.clone()], Output::Csv, NARROW)
                .starts_with("count Compliant,count Pending\n")
        );
        assert!(text(&[frame], Output::Table, NARROW).starts_with(" Compliant  Pending\n"));
    }
}
