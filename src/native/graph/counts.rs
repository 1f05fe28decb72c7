//! Numbers: one row with a column per state, which is there whatever there is to count.

use super::Graph;
use super::filter::Style;
use super::rows::{
    clusters, configuration_fails, configurations, coverage, extensions, object_fails, objects,
    reconcilers,
};
use crate::arg::kql::quote;
use crate::inventory::Dimension;
use crate::query::Params;
use flux::{ComplianceState, Coverage, ObjectState, ProvisioningState, StateColor};

/// The column of states that this code doesn't know.
pub(super) const OTHER: &str = "Other";

/// A state's name and colour.
type Series = (String, &'static str);

pub(super) fn graph(query_type: &str, params: &Params, style: Style) -> Option<Graph> {
    let filters = params.filters();
    let long = params.choice("format") == "long";
    // The column is a heading: what a panel does with our frames goes by those.
    let total =
        |rows: &str| Graph::counts(format!("{rows}\n| summarize Count = count()"), Vec::new());
    let failing = |rows: String, fails: &str| {
        Graph::counts(format!("{rows}\n| summarize value = countif({fails})"), Vec::new())
    };
    let counted = |rows: String, column: &str, states: Vec<Series>| {
        if long { total(&rows) } else { wide(&rows, column, states) }
    };
    Some(match query_type {
        "failing-extensions" => {
            failing(extensions(style, &filters), "provisioningState =~ 'Failed'")
        }
        "failing-configurations" => {
            failing(configurations(style, &filters, true), &configuration_fails())
        }
        "failing-objects" => failing(objects(style, &filters), &object_fails()),
        "extension-counts" => {
            let states = ProvisioningState::KNOWN.iter();
            let states = states.map(|state| (state.to_string(), state.color().name()));
            counted(extensions(style, &filters), "provisioningState", states.collect())
        }
        "configuration-counts" => {
            let states = ComplianceState::KNOWN.iter();
            let states = states.map(|state| (state.to_string(), state.color().name()));
            counted(configurations(style, &filters, true), "complianceState", states.collect())
        }
        "coverage-counts" => {
            let states = Coverage::KNOWN.iter();
            let states = states.map(|state| (state.to_string(), state.color().name()));
            counted(clusters(style, &filters) + &coverage(), "coverage", states.collect())
        }
        "reconciler-counts" => {
            let rows = reconcilers(style, params);
            if long && params.dimensions("groupBy").contains(&Dimension::Kind) {
                let by = "summarize Count = count() by Kind = ['kind'], State = objectState";
                Graph::counts(format!("{rows}\n| {by}"), Vec::new())
            } else {
                let states = ObjectState::ALL.iter();
                let states = states.map(|state| (state.as_str().to_owned(), state.color().name()));
                counted(rows, "objectState", states.collect())
            }
        }
        _ => return None,
    })
}

/// A column per state, and one for all others.
fn wide(rows: &str, column: &str, mut states: Vec<Series>) -> Graph {
    let names: Vec<String> = states.iter().map(|(name, _)| quote(name)).collect();
    let counts = names.iter().map(|name| format!("[{name}] = countif({column} =~ {name})"));
    let counts: Vec<String> = counts.collect();
    let kql = format!(
        "{rows}\n| summarize {},\n    {OTHER} = countif({column} !in~ ({}))",
        counts.join(",\n    "),
        names.join(", ")
    );
    states.push((OTHER.to_owned(), StateColor::Gray.name()));
    Graph::counts(kql, states)
}
