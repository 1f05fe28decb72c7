//! Tables: the columns of our query types as far as Resource Graph has them, what is worst first.

use super::Graph;
use super::filter::{Style, filter};
use super::rows::{
    EXPANDED, clusters, column_name, configurations, coverage, extension_columns, extensions,
    object_fails, objects, reconcilers, time, with_subscription,
};
use crate::arg::kql::{fleet_value, quote};
use crate::inventory::Filters;
use crate::query::{CATALOGUE, Params};
use flux::{
    ComplianceState, Coverage, FOLLOW_SOURCE, ObjectState, Portal, PortalPage, ProvisioningState,
};

/// Rows and the columns that are shown of them.
struct Table {
    /// Everything before the columns.
    rows: String,
    /// What has to be made for the columns, after the rows are counted.
    more: String,
    /// What they are sorted by: worst first.
    order: String,
    /// Name and value of each column.
    columns: Vec<(&'static str, String)>,
}

pub(super) fn graph(query_type: &str, params: &Params, style: Style) -> Option<Graph> {
    let filters = params.filters();
    let table = match query_type {
        "extensions" => Table {
            rows: extensions(style, &filters),
            more: extension_columns() + &with_subscription(),
            order: rank(
                "provisioningState",
                ProvisioningState::KNOWN.iter().map(ProvisioningState::as_str),
            ),
            columns: of_cluster(&[
                "version",
                "releaseTrain",
                "autoUpgrade",
                "provisioningState",
                "statusMessage",
            ]),
        },
        "configurations" => configurations_table(style, params),
        "configuration-objects" => objects_table(objects(style, &filters)),
        "kustomizations" => kustomizations(style, params),
        "coverage" => Table {
            rows: clusters(style, &filters),
            // Names of subscriptions would be one join too many.
            more: coverage() + "\n| extend subscription = subscriptionId",
            order: rank("coverage", Coverage::KNOWN.iter().map(|one| one.as_str())),
            columns: of_cluster(&[
                "location",
                "kubernetesVersion",
                "coverage",
                "provisioningState",
                "version",
                "configurations",
                "connectivity",
            ]),
        },
        "reconcilers" => reconcilers_table(style, params),
        _ => return None,
    };
    let fields = CATALOGUE.iter().find(|known| known.id == query_type)?.fields;
    let shown = |name: &str| table.columns.iter().any(|(column, _)| *column == name);
    Some(Graph {
        fields: fields().into_iter().filter(|field| shown(field.name)).collect(),
        series: Vec::new(),
        total: Some(format!("{}\n| summarize Count = count()", table.rows)),
        kql: table.kql(),
    })
}

impl Table {
    fn kql(&self) -> String {
        let columns = self.columns.iter().map(|(name, value)| {
            let called = column_name(name);
            if name == value { called } else { format!("{called} = {value}") }
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

/// Sorted by state, then by name.
fn rank<'s>(column: &str, worst_first: impl Iterator<Item = &'s str>) -> String {
    let cases = worst_first.enumerate();
    let cases = cases.map(|(at, state)| format!("{column} =~ {}, {at}", quote(state)));
    let cases: Vec<String> = cases.collect();
    format!("case({}, 99) asc, cluster asc, clusterId asc", cases.join(", "))
}

/// Columns that are called as they are.
fn plain(names: &[&'static str]) -> Vec<(&'static str, String)> {
    names.iter().map(|&name| (name, name.to_owned())).collect()
}

fn of_cluster(more: &[&'static str]) -> Vec<(&'static str, String)> {
    let mut columns =
        plain(&["subscriptionId", "subscription", "resourceGroup", "cluster", "clusterType"]);
    columns.extend(plain(more));
    columns.push(("clusterId", "clusterId".to_owned()));
    columns
}

fn of_configuration(more: Vec<(&'static str, String)>) -> Vec<(&'static str, String)> {
    let mut columns = of_cluster(&["configuration"]);
    columns.extend(more);
    columns.extend(plain(&["id"]));
    columns
}

fn compliance_order() -> String {
    rank("complianceState", ComplianceState::KNOWN.iter().map(ComplianceState::as_str))
        + ", configuration asc"
}

/// A part of the listing as text; a test has it that there is one.
fn listed(name: &str) -> String {
    fleet_value(name).unwrap_or_default()
}

/// The address of a page about the configuration `id`.
fn page(page: PortalPage) -> String {
    const ID: &str = "ID";
    let link = Portal::default().link(page, ID);
    let (before, after) = link.split_once(ID).unwrap_or((&link, ""));
    format!("strcat({}, id, {})", quote(before), quote(after))
}

fn configurations_table(style: Style, params: &Params) -> Table {
    let filters = params.filters();
    let reference = listed("repositoryRef");
    let part = |name: &str| format!("tostring(reference.{name})");
    let overview = page(PortalPage::Overview);
    let fails = object_fails();
    let columns = vec![
        ("namespace", "namespace".to_owned()),
        ("scope", listed("scope")),
        ("sourceKind", format!("tostring({})", listed("sourceKind"))),
        ("repositoryUrl", "repositoryUrl".to_owned()),
        (
            "reference",
            format!(
                "coalesce({}, {}, {}, {}, {})",
                part("commit"),
                part("digest"),
                part("semver"),
                part("tag"),
                part("branch")
            ),
        ),
        ("sourceSyncedCommitId", "sourceSyncedCommitId".to_owned()),
        ("sourceUpdatedAt", "sourceUpdatedAt".to_owned()),
        ("statusUpdatedAt", "statusUpdatedAt".to_owned()),
        ("provisioningState", "provisioningState".to_owned()),
        ("complianceState", "complianceState".to_owned()),
        ("suspended", "tostring(suspended)".to_owned()),
        ("errorMessage", format!("tostring({})", listed("errorMessage"))),
        (
            "kustomizations",
            format!("coalesce(array_length(bag_keys({})), 0)", listed("kustomizations")),
        ),
        ("objectsNotReady", "coalesce(objectsNotReady, 0)".to_owned()),
        ("commit", "commit".to_owned()),
        (
            "repositoryLink",
            format!("iff(repositoryUrl startswith 'https://', repositoryUrl, {overview})"),
        ),
    ];
    Table {
        rows: configurations(style, &filters, true),
        more: format!(
            "\n| join kind=leftouter ({}\n    | where {fails}\n    | summarize objectsNotReady = count() by id) on id{}\
             \n| extend reference = {reference}, {}, {}",
            objects(style, &Filters::default()),
            with_subscription(),
            time("sourceUpdatedAt", &listed("sourceUpdatedAt")),
            time("statusUpdatedAt", &listed("statusUpdatedAt")),
        ),
        order: compliance_order(),
        columns: of_configuration(columns),
    }
}

/// What is shown of the condition that tells most.
fn fact() -> [(&'static str, String); 2] {
    [
        ("reason", "tostring(fact.reason)".to_owned()),
        ("message", "coalesce(tostring(fact.message), tostring(status.message))".to_owned()),
    ]
}

/// A namespaced name.
fn reference(value: &str) -> String {
    let (namespace, name) =
        (format!("tostring({value}.namespace)"), format!("tostring({value}.name)"));
    format!("iff(isempty({namespace}), {name}, strcat({namespace}, '/', {name}))")
}

fn objects_table(rows: String) -> Table {
    let mut columns = plain(&["kind", "namespace", "name", "complianceState", "ready"]);
    columns.extend(fact());
    columns.extend(plain(&["lastTransitionTime"]));
    columns.push(("appliedBy", reference("status.appliedBy")));
    for name in
        ["lastRevisionApplied", "failureCount", "installFailureCount", "upgradeFailureCount"]
    {
        columns.push((name, format!("tolong(status.helmReleaseProperties.{name})")));
    }
    Table {
        rows,
        more: format!(
            "{}\n| extend {}",
            with_subscription(),
            time("lastTransitionTime", "fact.lastTransitionTime")
        ),
        order: compliance_order() + ", ['kind'] asc, namespace asc, name asc",
        columns: of_configuration(columns),
    }
}

fn reconcilers_table(style: Style, params: &Params) -> Table {
    let rows = reconcilers(style, params);
    let rows = match params.choice("state") {
        "any" => rows,
        state => format!("{rows}\n| where objectState == {}", quote(state)),
    };
    let mut columns = plain(&["cluster", "resourceGroup", "kind", "namespace", "name", "ready"]);
    columns.push(("suspended", "tostring(suspended)".to_owned()));
    columns.push(("state", "objectState".to_owned()));
    let follow = FOLLOW_SOURCE.map(quote).join(", ");
    let revision = format!("iff(['kind'] in~ ({follow}), sourceSyncedCommitId, '')");
    columns.push(("revision", revision));
    columns.extend(fact().into_iter().filter(|(name, _)| *name == "message"));
    columns.extend(plain(&["configuration", "subscriptionId", "clusterId", "id"]));
    columns.push(("portalLink", page(PortalPage::ConfigurationObjects)));
    Table {
        rows,
        more: String::new(),
        order: rank("objectState", ObjectState::ALL.iter().map(|state| state.as_str()))
            + ", ['kind'] asc, namespace asc, name asc",
        columns,
    }
}

fn kustomizations(style: Style, params: &Params) -> Table {
    let filters = params.filters();
    let of_objects = Filters { kinds: vec!["Kustomization".to_owned()], ..Filters::default() };
    let states = format!(
        "{}\n    | project id, objectName = tolower(name), objectState = complianceState, message = {}",
        objects(style, &of_objects),
        fact()[1].1
    );
    let declared = listed("kustomizations");
    let rows = format!(
        "{}\n| mv-expand declared = {declared} limit {EXPANDED}\
         \n| extend name = tostring(bag_keys(declared)[0])\
         \n| where isnotempty(name)\
         \n| extend kustomization = declared[name], objectName = tolower(strcat(configuration, '-', name))\
         \n| join kind=leftouter ({states}) on id, objectName\
         \n| extend complianceState = iff(isempty(objectState), {}, objectState){}",
        configurations(style, &filters.for_parents(), false),
        quote(ComplianceState::Pending.as_str()),
        filter([
            style.accepts("namespace", &filters.namespaces),
            style.accepts("complianceState", &filters.compliance_states),
        ]),
    );
    let flag = |name: &'static str| (name, format!("tostring(tobool(kustomization.{name}))"));
    let seconds =
        |name: &'static str, member: &str| (name, format!("tolong(kustomization.{member})"));
    Table {
        rows,
        more: with_subscription(),
        order: compliance_order() + ", name asc",
        columns: of_configuration(vec![
            ("name", "name".to_owned()),
            ("path", "tostring(kustomization.path)".to_owned()),
            flag("prune"),
            flag("force"),
            seconds("syncInterval", "syncIntervalInSeconds"),
            seconds("timeout", "timeoutInSeconds"),
            seconds("retryInterval", "retryIntervalInSeconds"),
            ("complianceState", "complianceState".to_owned()),
            ("message", "message".to_owned()),
        ]),
    }
}
