//! Tables: the columns of our query types that Resource Graph has, with the worst rows first.

use super::query::KqlQuery;
use super::rows::column_name;
use crate::arg::kql::{fleet_value, quote};
use crate::query::spec::FieldSpec;
use flux::{ComplianceState, Portal, PortalPage};

/// The rows of a table and the columns to show.
pub(in crate::query) struct KqlTable {
    /// The KQL before the columns.
    pub(in crate::query) rows: String,
    /// KQL steps that only the columns need; they follow after the rows are counted.
    pub(in crate::query) more: String,
    /// The sort order: worst first.
    pub(in crate::query) order: String,
    /// Name and value of each column.
    pub(in crate::query) columns: Vec<(&'static str, String)>,
}

impl KqlTable {
    /// The query for the table; `fields` are those of our query type.
    pub(in crate::query) fn query(&self, fields: Vec<FieldSpec>) -> KqlQuery {
        let shown = |name: &str| self.columns.iter().any(|(column, _)| *column == name);
        KqlQuery {
            fields: fields.into_iter().filter(|field| shown(field.name)).collect(),
            series: Vec::new(),
            total: Some(format!("{}\n| summarize Count = count()", self.rows)),
            kql: self.kql(),
        }
    }

    fn kql(&self) -> String {
        let columns = self.columns.iter().map(|(name, value)| {
            let column = column_name(name);
            if name == value { column } else { format!("{column} = {value}") }
        });
        let columns: Vec<String> = columns.collect();
        format!(
            "{}{}\n| order by {}\n| project {}",
            self.rows,
            self.more,
            self.order,
            columns.join(",\n    ")
        )
    }
}

/// A sort order by state, then by cluster.
pub(in crate::query) fn rank<'s>(
    column: &str,
    worst_first: impl Iterator<Item = &'s str>,
) -> String {
    let cases = worst_first.enumerate();
    let cases = cases.map(|(at, state)| format!("{column} =~ {}, {at}", quote(state)));
    let cases: Vec<String> = cases.collect();
    format!("case({}, 99) asc, cluster asc, clusterId asc", cases.join(", "))
}

/// Columns whose value is a column of the rows with the same name.
pub(in crate::query) fn plain(names: &[&'static str]) -> Vec<(&'static str, String)> {
    names.iter().map(|&name| (name, name.to_owned())).collect()
}

/// The columns of a cluster, with additional ones in between.
pub(in crate::query) fn of_cluster(more: &[&'static str]) -> Vec<(&'static str, String)> {
    let mut columns =
        plain(&["subscriptionId", "subscription", "resourceGroup", "cluster", "clusterType"]);
    columns.extend(plain(more));
    columns.push(("clusterId", "clusterId".to_owned()));
    columns
}

/// The columns of a configuration and its cluster, with additional ones in between.
pub(in crate::query) fn of_configuration(
    more: Vec<(&'static str, String)>,
) -> Vec<(&'static str, String)> {
    let mut columns = of_cluster(&["configuration"]);
    columns.extend(more);
    columns.extend(plain(&["id"]));
    columns
}

/// A sort order by compliance state, then by cluster and configuration.
pub(in crate::query) fn compliance_order() -> String {
    rank("complianceState", ComplianceState::KNOWN.iter().map(ComplianceState::as_str))
        + ", configuration asc"
}

/// The KQL of a column of our own listing. A test checks that every column used here exists.
pub(in crate::query) fn listed(name: &str) -> String {
    fleet_value(name).unwrap_or_default()
}

/// The address of a portal page of the configuration `id`.
pub(in crate::query) fn page(page: PortalPage) -> String {
    const ID: &str = "ID";
    let link = Portal::default().link(page, ID);
    let (before, after) = link.split_once(ID).unwrap_or((&link, ""));
    format!("strcat({}, id, {})", quote(before), quote(after))
}

/// Reason and message of the condition that explains an object's state best.
pub(in crate::query) fn fact() -> [(&'static str, String); 2] {
    [
        ("reason", "tostring(fact.reason)".to_owned()),
        ("message", "coalesce(tostring(fact.message), tostring(status.message))".to_owned()),
    ]
}

/// A namespaced name.
pub(in crate::query) fn reference(value: &str) -> String {
    let (namespace, name) =
        (format!("tostring({value}.namespace)"), format!("tostring({value}.name)"));
    format!("iff(isempty({namespace}), {name}, strcat({namespace}, '/', {name}))")
}
