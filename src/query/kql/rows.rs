//! Tables of extensions, configurations, their objects, and clusters. Each has the columns of our query types, computed
//! by the rules of `arg::row` as far as KQL can, and is filtered.

use super::style::{KqlStyle, filter};
use crate::arg::kql::{
    AKS, ARC, CONFIGURATIONS, EXTENSIONS, FLUX, SUBSCRIPTIONS, TABLE, cluster_value, fleet_value,
    member, quote,
};
use crate::inventory::Filters;

use flux::{ClusterKind, ComplianceState, Coverage, FluxDeployment, ObjectState};

/// Most elements of a list that Resource Graph expands into rows, by its documentation; its default is 128. A query may
/// hold at most two such expansions and one join of different tables.
pub(in crate::query) const EXPANDED: usize = 400;

/// A column's name in KQL; names that are words of the language are quoted.
pub(in crate::query) fn column_name(name: &str) -> String {
    if name == "kind" { format!("['{name}']") } else { name.to_owned() }
}

/// A column of a listing as a string.
fn text(name: &str) -> String {
    format!("{name} = tostring({})", value(name))
}

/// A column of a listing.
fn value(name: &str) -> String {
    // A test checks that every column used here exists; KQL's parser would refuse a missing one.
    fleet_value(name).or_else(|| cluster_value(name)).unwrap_or_else(|| name.to_owned())
}

/// The columns of the cluster, from the parts of the id.
fn located() -> String {
    let kinds = [
        ClusterKind::Aks,
        ClusterKind::Arc,
        ClusterKind::Provisioned,
        ClusterKind::Fleet,
        ClusterKind::Appliance,
    ];
    let cases: Vec<String> = kinds
        .iter()
        .map(|kind| {
            format!("clusterKind =~ {}, {}", quote(kind.resource_type()), quote(kind.label()))
        })
        .collect();
    let cases = cases.join(", ");
    format!(
        "\n| extend parts = split(id, '/')\
         \n| extend subscriptionId = tostring(parts[2]), resourceGroup = tostring(parts[4]), \
         cluster = tostring(parts[8]), clusterKind = strcat(tostring(parts[6]), '/', tostring(parts[7]))\
         \n| extend clusterType = case({cases}, clusterKind), \
         clusterId = strcat('/subscriptions/', subscriptionId, '/resourceGroups/', resourceGroup, '/providers/', clusterKind, '/', cluster)"
    )
}

/// Azure's spelling of a compliance state; absent is Pending.
fn compliance(value: &str) -> String {
    format!(
        "case(isempty({value}), {pending}, {value} in~ ('NonCompliant', 'Not Compliant'), {non_compliant}, {value})",
        pending = quote(ComplianceState::Pending.as_str()),
        non_compliant = quote(ComplianceState::NonCompliant.as_str()),
    )
}

/// Milliseconds since 1970, as a real number; null where there is no time. Resource Graph's older API, which Grafana asks,
/// sends times as texts, and Grafana reads whole numbers as 32 bits.
pub(in crate::query) fn time(name: &str, value: &str) -> String {
    // Earlier times are placeholders for "never", such as the year 1 of .NET.
    let known = format!("iff(todatetime({value}) < datetime(2000-01-01), '', tostring({value}))");
    format!("{name} = (todatetime({known}) - datetime(1970-01-01)) / 1ms")
}

/// Display names of subscriptions; where none is known, the id.
pub(in crate::query) fn with_subscription() -> String {
    format!(
        "\n| join kind=leftouter (resourcecontainers\
         \n    | where type =~ {}\
         \n    | project subscriptionId, subscription = name) on subscriptionId\
         \n| extend subscription = iff(isempty(subscription), subscriptionId, subscription)",
        quote(SUBSCRIPTIONS)
    )
}

fn cluster_filters(style: KqlStyle, filters: &Filters) -> [Option<String>; 3] {
    [
        style.accepts("subscriptionId", &filters.subscriptions),
        style.accepts("resourceGroup", &filters.resource_groups),
        style.accepts("cluster", &filters.clusters),
    ]
}

/// The kind of an extension, and the condition that it is Flux.
const EXTENSION_TYPE: &str =
    "extensionType = tostring(coalesce(properties.ExtensionType, properties.extensionType))";

/// The provisioning state of an extension; the API of 2021 has another name for it.
fn provisioning() -> String {
    format!(
        "\n| extend {}, installState = tostring({})\
         \n| extend provisioningState = case(isnotempty(provisioningState), provisioningState, \
         installState =~ 'Installed', 'Succeeded', installState =~ 'Pending', 'Creating', installState)",
        text("provisioningState"),
        value("installState"),
    )
}

/// The version of an extension that runs, else the requested version.
fn version() -> String {
    format!(
        "\n| extend {}, wanted = tostring({})\
         \n| extend version = iff(isempty(currentVersion), wanted, currentVersion)",
        text("currentVersion"),
        value("version"),
    )
}

/// Extensions of Flux.
pub(in crate::query) fn extensions(style: KqlStyle, filters: &Filters) -> String {
    format!(
        "{TABLE}\n| where type =~ {}\n| extend {EXTENSION_TYPE}\n| where extensionType =~ {}{}\
         \n| extend extension = tostring(parts[12]){}{}",
        quote(EXTENSIONS),
        quote(FLUX),
        located(),
        provisioning(),
        filter(cluster_filters(style, filters)),
    )
}

/// The columns of an extension beyond its state. `statusMessage` is an error among its first three statuses, else the
/// first status, else the extension's own error.
pub(in crate::query) fn extension_columns() -> String {
    let said = |index: usize| {
        let status = format!("statuses[{index}]");
        format!(
            "coalesce(tostring({status}.message), tostring({status}.Message), tostring({status}.displayStatus), \
             tostring({status}.DisplayStatus), tostring({status}.code), tostring({status}.Code))"
        )
    };
    let is_error = |index: usize| {
        let status = format!("statuses[{index}]");
        format!(
            "coalesce(tostring({status}.level), tostring({status}.Level)) =~ 'Error' and isnotempty({})",
            said(index)
        )
    };
    format!(
        "{}\n| extend statuses = {}, errorInfo = {}, mode = tostring({}), {}\
         \n| extend autoUpgrade = case(isnotempty(mode), tostring(mode !~ 'none'), tostring(tobool({}))), \
         statusMessage = case({}, {}, {}, {}, {}, {}, isnotempty({}), {}, \
         coalesce(tostring(errorInfo.message), tostring(errorInfo.Message), tostring(errorInfo.code), tostring(errorInfo.Code)))",
        version(),
        value("statuses"),
        value("errorInfo"),
        value("autoUpgradeMode"),
        text("releaseTrain"),
        value("autoUpgradeMinorVersion"),
        is_error(0),
        said(0),
        is_error(1),
        said(1),
        is_error(2),
        said(2),
        said(0),
        said(0),
    )
}

/// Flux configurations; `commit` is the bare hash of the last synchronised commit, which all clusters spell the same.
/// `whole`: also filtered by namespace and compliance state, which rows below a configuration check themselves.
pub(in crate::query) fn configurations(style: KqlStyle, filters: &Filters, whole: bool) -> String {
    // A dashboard must not show a user name and password that are part of the URL. A bucket and a container of blobs are
    // sources of their own.
    let url = "\n| extend place = iff(isempty(containerName), bucketName, containerName)\
               \n| extend url = iff(isempty(place), address, strcat(address, iff(address endswith '/', '', '/'), place))\
               \n| extend authority = tostring(split(url, '/')[iff(url contains '://', 2, 0)])\
               \n| extend login = iff(authority contains '@', strcat(tostring(split(authority, '@')[0]), '@'), '')\
               \n| extend repositoryUrl = iff(isempty(login), url, replace_string(url, login, ''))";
    let own = whole.then(|| {
        [
            style.accepts("namespace", &filters.namespaces),
            style.accepts("complianceState", &filters.compliance_states),
        ]
    });
    let of_cluster = cluster_filters(style, filters);
    let others = [
        style.accepts("configuration", &filters.configurations),
        style.accepts("commit", &filters.commits),
        style.accepts("repositoryUrl", &filters.repositories),
    ];
    format!(
        "{TABLE}\n| where type =~ {}{}\n| extend configuration = tostring(parts[12]), {}, {}, {}, \
         suspended = coalesce(tobool({}), false), state = tostring({}), address = tostring({}), {}, {}\
         \n| extend complianceState = {}, \
         commit = tostring(split(replace_string(replace_string(sourceSyncedCommitId, ':', '/'), '@', '/'), '/')[-1]){url}{}",
        quote(CONFIGURATIONS),
        located(),
        text("namespace"),
        text("provisioningState"),
        text("sourceSyncedCommitId"),
        value("suspend"),
        value("complianceState"),
        value("repositoryUrl"),
        text("bucketName"),
        text("containerName"),
        compliance("state"),
        filter(of_cluster.into_iter().chain(others).chain(own.into_iter().flatten())),
    )
}

/// The condition that an extension fails.
pub(in crate::query) fn extension_fails() -> String {
    "provisioningState =~ 'Failed'".to_owned()
}

/// The condition that a configuration fails.
pub(in crate::query) fn configuration_fails() -> String {
    format!(
        "complianceState == {} or provisioningState =~ 'Failed'",
        quote(ComplianceState::NonCompliant.as_str())
    )
}

/// Objects of configurations, a row each: `kind`, `namespace`, `name`, `complianceState`, `ready`, `fact` (the condition
/// that explains the state best), and `status` as Azure has it. `suspended` is the configuration's.
pub(in crate::query) fn objects(style: KqlStyle, filters: &Filters) -> String {
    let status = |name: &str| member("status", name);
    // Of the first three conditions; Flux has Ready among them.
    let condition = |index: usize| format!("conditions[{index}]");
    let is = |index: usize, member: &str, value: &str| {
        format!("tostring({}.{member}) =~ {}", condition(index), quote(value))
    };
    let first = |member: &str, value: &str| {
        let cases = (0..3).map(|i| format!("{}, {}", is(i, member, value), condition(i)));
        cases.collect::<Vec<_>>().join(", ")
    };
    format!(
        "{}\n| mv-expand status = {} limit {EXPANDED}\
         \n| extend ['kind'] = tostring({}), namespace = tostring({}), name = tostring({}), \
         state = tostring({}), conditions = {}\
         \n| where isnotempty(name)\
         \n| extend complianceState = {}, \
         ready = tostring(case({}, dynamic(null)).status), \
         fact = case({}, {}, conditions[0]){}",
        configurations(style, &filters.for_parents(), false),
        value("statuses"),
        status("kind"),
        status("namespace"),
        status("name"),
        status("complianceState"),
        status("statusConditions"),
        compliance("state"),
        first("type", "Ready"),
        first("type", "Ready"),
        first("status", "False"),
        filter([
            style.accepts("['kind']", &filters.kinds),
            style.accepts("namespace", &filters.namespaces),
            style.accepts("complianceState", &filters.compliance_states),
        ]),
    )
}

/// The condition that an object fails.
pub(in crate::query) fn object_fails() -> String {
    format!(
        "complianceState == {} or (complianceState != {} and ready == 'False')",
        quote(ComplianceState::NonCompliant.as_str()),
        quote(ComplianceState::Suspended.as_str())
    )
}

/// Clusters, with the number of their Flux extensions (`extensions`) and configurations (`configurations`).
pub(in crate::query) fn clusters(style: KqlStyle, filters: &Filters) -> String {
    format!(
        "resources\n| where type in~ ({}, {}){}\
         \n| extend location, {}, connectivity = tostring({})\
         \n| join kind=leftouter ({TABLE}\
         \n    | where type in~ ({}, {})\
         \n    | extend {EXTENSION_TYPE}, isExtension = type =~ {}\
         \n    | where not(isExtension) or extensionType =~ {}{}{}{}\
         \n    | summarize extensions = countif(isExtension), configurations = countif(not(isExtension)), \
         provisioningState = max(iff(isExtension, provisioningState, '')), \
         version = max(iff(isExtension, version, '')) by key = tolower(clusterId)) on key\
         \n| extend extensions = coalesce(extensions, 0), configurations = coalesce(configurations, 0){}",
        quote(AKS),
        quote(ARC),
        located() + "\n| extend key = tolower(clusterId)",
        text("kubernetesVersion"),
        value("connectivityStatus"),
        quote(EXTENSIONS),
        quote(CONFIGURATIONS),
        quote(EXTENSIONS),
        quote(FLUX),
        located(),
        provisioning(),
        version(),
        filter(cluster_filters(style, filters)),
    )
}

/// The column `coverage` of [`clusters`]: Flux with a configuration, the extension only, or no Flux.
pub(in crate::query) fn coverage() -> String {
    format!(
        "\n| extend coverage = case(extensions == 0 and configurations == 0, {}, extensions == 0, {}, configurations == 0, {}, {})",
        quote(Coverage::NoFlux.as_str()),
        quote(Coverage::ConfigurationOnly.as_str()),
        quote(Coverage::ExtensionOnly.as_str()),
        quote(Coverage::Flux.as_str()),
    )
}

/// Objects that a controller of Flux reconciles, with their state as `objectState`: as query types about readiness know
/// the state where no Prometheus endpoint knows it. `names` and `controllers` are filters. Without `controllers`, objects
/// of unknown kinds count too when they have a Ready condition or are Non-Compliant.
pub(in crate::query) fn reconcilers(
    style: KqlStyle,
    filters: &Filters,
    names: &[String],
    controllers: &[String],
) -> String {
    let of_all = controllers.is_empty();
    let controllers: Vec<String> =
        FluxDeployment::controllers_called(controllers).map(quote).collect();
    let of_flux = format!("['kind'] in~ ({})", controllers.join(", "));
    let kinds = if of_all {
        let non_compliant = quote(ComplianceState::NonCompliant.as_str());
        format!("({of_flux} or isnotempty(ready) or complianceState == {non_compliant})")
    } else {
        of_flux
    };
    format!(
        "{}{}\
         \n| extend suspended = suspended or complianceState == {}\
         \n| extend objectState = case(suspended, {}, {} or ready == 'False', {}, \
         ready == 'True' or (isempty(ready) and complianceState == {}), {}, {})",
        objects(style, filters),
        filter([Some(kinds), style.accepts("name", names)]),
        quote(ComplianceState::Suspended.as_str()),
        quote(ObjectState::Suspended.as_str()),
        object_fails(),
        quote(ObjectState::Failing.as_str()),
        quote(ComplianceState::Compliant.as_str()),
        quote(ObjectState::Ready.as_str()),
        quote(ObjectState::Unknown.as_str()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_listings_are_there() {
        for style in [KqlStyle::Lists, KqlStyle::Patterns] {
            let none = Filters::default();
            let all = [
                extensions(style, &none) + &extension_columns(),
                configurations(style, &none, true),
                clusters(style, &none),
            ];
            for kql in all {
                // A column that the listing lacks would appear as a bare name.
                for name in ["provisioningState", "suspend", "currentVersion", "connectivityStatus"]
                {
                    assert!(!kql.contains(&format!("tostring({name})")), "{name}: {kql}");
                }
                assert!(!kql.contains("let "), "{kql}");
            }
        }
    }
}
