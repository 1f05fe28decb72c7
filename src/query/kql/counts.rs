//! Counts: one row with a column per state. The row exists even when nothing is counted.

use super::query::KqlQuery;
use crate::arg::kql::quote;
use flux::StateColor;

/// The column of states that this code doesn't know.
const OTHER: &str = "Other";

/// The number of all rows. The column has the name of a heading, because our panels refer to fields by their headings.
pub(in crate::query) fn count_rows(rows: &str) -> KqlQuery {
    count_with(rows, "summarize Count = count()")
}

/// The rows, counted by this KQL step.
pub(in crate::query) fn count_with(rows: &str, step: &str) -> KqlQuery {
    KqlQuery::whole(format!("{rows}\n| {step}"))
}

/// The number of rows for which a condition holds.
pub(in crate::query) fn count_where(rows: &str, condition: &str) -> KqlQuery {
    count_with(rows, &format!("summarize value = countif({condition})"))
}

/// A column per state, with the state's colour, and one for all other states.
pub(in crate::query) fn count_by_state(
    rows: &str,
    column: &str,
    states: impl Iterator<Item = (String, StateColor)>,
) -> KqlQuery {
    let mut series: Vec<(String, &'static str)> =
        states.map(|(name, color)| (name, color.name())).collect();
    let names: Vec<String> = series.iter().map(|(name, _)| quote(name)).collect();
    let counts = names.iter().map(|name| format!("[{name}] = countif({column} =~ {name})"));
    let counts: Vec<String> = counts.collect();
    let step = format!(
        "summarize {},\n    {OTHER} = countif({column} !in~ ({}))",
        counts.join(",\n    "),
        names.join(", ")
    );
    series.push((OTHER.to_owned(), StateColor::Gray.name()));
    KqlQuery { series, ..count_with(rows, &step) }
}
