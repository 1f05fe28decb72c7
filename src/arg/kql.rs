//! The KQL queries to Resource Graph.
//!
//! Resource Graph supports a part of KQL only: there is no `let`, for example. Member access into dynamic columns is
//! case-sensitive, and a wrong case silently gives null. Members of extensions begin with a capital letter (unlike in
//! ARM), members of Flux configurations with a small letter.

use std::fmt::Write as _;

/// The table of extensions and configurations.
pub const TABLE: &str = "kubernetesconfigurationresources";
/// Type of extensions, of any kind.
pub const EXTENSIONS: &str = "microsoft.kubernetesconfiguration/extensions";
/// Type of Flux configurations.
pub const CONFIGURATIONS: &str = "microsoft.kubernetesconfiguration/fluxconfigurations";
/// The kind of extension that is Flux.
pub const FLUX: &str = "microsoft.flux";
/// Type of AKS clusters.
pub const AKS: &str = "microsoft.containerservice/managedclusters";
/// Type of Arc clusters.
pub const ARC: &str = "microsoft.kubernetes/connectedclusters";
/// Type of subscriptions, in `resourcecontainers`.
pub const SUBSCRIPTIONS: &str = "microsoft.resources/subscriptions";
const WORKSPACE: &str = "microsoft.monitor/accounts";

/// `text` as a KQL string literal in single quotes. Any text makes exactly one literal: quotes, backslashes and control
/// characters are escaped.
pub fn quote(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('\'');
    for c in text.chars() {
        match c {
            '\'' | '"' | '\\' => {
                literal.push('\\');
                literal.push(c);
            }
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                // Writing to a String cannot fail; all of these are below U+10000.
                let _ = write!(literal, "\\u{:04X}", u32::from(c));
            }
            c => literal.push(c),
        }
    }
    literal.push('\'');
    literal
}

/// The value of a listing's column.
enum ListingColumn {
    /// A column of the table.
    Plain(&'static str),
    /// `properties.Name` or `properties.name`: extensions have the former, configurations as a rule the latter.
    Property(&'static str),
    /// The first of several `properties.PATH`, or of `properties.Path`, that isn't null.
    First(&'static str, &'static [&'static str]),
    /// `properties.NAME` as a string, of Flux configurations only: extensions have an object of that name.
    ConfigurationText(&'static str),
}

impl ListingColumn {
    fn kql(&self) -> String {
        let (name, value) = self.parts();
        if name == value { value } else { format!("{name} = {value}") }
    }

    /// The column's name, and its value as KQL.
    fn parts(&self) -> (&'static str, String) {
        match self {
            Self::Plain(name) => (name, (*name).to_owned()),
            Self::Property(name) => (name, property(name)),
            Self::First(name, paths) => {
                let both = |path: &&str| {
                    [format!("properties.{path}"), format!("properties.{}", capital(path))]
                };
                let paths: Vec<String> = paths.iter().flat_map(both).collect();
                (name, format!("coalesce({})", paths.join(", ")))
            }
            Self::ConfigurationText(name) => (
                name,
                format!("iff(type =~ {}, tostring({}), '')", quote(CONFIGURATIONS), property(name)),
            ),
        }
    }
}

/// `properties.NAME` with or without a capital.
fn property(name: &str) -> String {
    member("properties", name)
}

/// A member of a dynamic value, with or without a capital: access is case-sensitive, and a wrong case silently gives null.
pub fn member(of: &str, name: &str) -> String {
    format!("coalesce({of}.{}, {of}.{name})", capital(name))
}

/// Each part of a path with a capital.
fn capital(path: &str) -> String {
    let mut is_first = true;
    let letter = |c: char| {
        let capital = if is_first { c.to_ascii_uppercase() } else { c };
        is_first = c == '.';
        capital
    };
    path.chars().map(letter).collect()
}

/// Columns of the fleet listing. No settings, no protected settings, no keys, and nothing whole that may hold them.
const FLEET: [ListingColumn; 27] = [
    ListingColumn::Plain("id"),
    ListingColumn::Plain("type"),
    ListingColumn::Plain("extensionType"),
    ListingColumn::Property("version"),
    ListingColumn::Property("currentVersion"),
    ListingColumn::Property("releaseTrain"),
    ListingColumn::Property("autoUpgradeMinorVersion"),
    ListingColumn::Property("autoUpgradeMode"),
    ListingColumn::Property("provisioningState"),
    ListingColumn::Property("installState"),
    ListingColumn::Property("lastStatusTime"),
    ListingColumn::Property("errorInfo"),
    ListingColumn::Property("statuses"),
    ListingColumn::ConfigurationText("scope"),
    ListingColumn::Property("namespace"),
    ListingColumn::Property("sourceKind"),
    ListingColumn::Property("suspend"),
    ListingColumn::First(
        "repositoryUrl",
        &["gitRepository.url", "bucket.url", "azureBlob.url", "ociRepository.url"],
    ),
    ListingColumn::First("bucketName", &["bucket.bucketName"]),
    ListingColumn::First("containerName", &["azureBlob.containerName"]),
    ListingColumn::First(
        "repositoryRef",
        &["gitRepository.repositoryRef", "ociRepository.repositoryRef"],
    ),
    // The second names are those of 2021.
    ListingColumn::First(
        "sourceSyncedCommitId",
        &["sourceSyncedCommitId", "lastSourceSyncedCommitId"],
    ),
    ListingColumn::First("sourceUpdatedAt", &["sourceUpdatedAt", "lastSourceSyncedAt"]),
    ListingColumn::Property("statusUpdatedAt"),
    ListingColumn::Property("complianceState"),
    ListingColumn::Property("errorMessage"),
    ListingColumn::Property("kustomizations"),
];

/// Columns of the listing of clusters.
const CLUSTERS: [ListingColumn; 4] = [
    ListingColumn::Plain("id"),
    ListingColumn::Plain("location"),
    // AKS has the version that runs, and the one that is wanted, which may be no more than `1.33`; Arc has the former.
    ListingColumn::First("kubernetesVersion", &["currentKubernetesVersion", "kubernetesVersion"]),
    // Arc; AKS.
    ListingColumn::First("connectivityStatus", &["connectivityStatus", "powerState.code"]),
];

/// Columns of the listing of Azure Monitor workspaces.
const WORKSPACES: [ListingColumn; 5] = [
    ListingColumn::Plain("id"),
    ListingColumn::Plain("name"),
    ListingColumn::Plain("location"),
    ListingColumn::Plain("subscriptionId"),
    ListingColumn::First("prometheusQueryEndpoint", &["metrics.prometheusQueryEndpoint"]),
];

/// The KQL expression of a column of the fleet listing; its value is JSON, or a string as the listing says. `None`: the
/// listing has no column of that name.
pub fn fleet_value(name: &str) -> Option<String> {
    value_of(&FLEET, name)
}

/// The KQL expression of a column of the listing of clusters. `None`: the listing has no column of that name.
pub fn cluster_value(name: &str) -> Option<String> {
    value_of(&CLUSTERS, name)
}

fn value_of(columns: &[ListingColumn], name: &str) -> Option<String> {
    let found = columns.iter().map(ListingColumn::parts).find(|(made, _)| *made == name);
    found.map(|(_, value)| value)
}

fn project(columns: &[ListingColumn]) -> String {
    let columns: Vec<String> = columns.iter().map(ListingColumn::kql).collect();
    columns.join(",\n    ")
}

/// Every `microsoft.flux` extension and every Flux configuration, sorted by id.
///
/// Columns are flat and named as the ARM properties: `id`, `type`, `extensionType` and `scope` are
/// strings (empty where the resource has none), all others are JSON as the resource has it, null where it has none.
pub fn fleet_listing() -> String {
    format!(
        "{TABLE}\n\
         | where type in~ ({extensions}, {configurations})\n\
         | extend extensionType = tostring(coalesce(properties.ExtensionType, properties.extensionType))\n\
         | where type =~ {configurations} or extensionType =~ {flux}\n\
         | project {columns}\n\
         | order by id asc",
        extensions = quote(EXTENSIONS),
        configurations = quote(CONFIGURATIONS),
        flux = quote(FLUX),
        columns = project(&FLEET),
    )
}

/// Every AKS and every Arc cluster, with and without Flux: `id`, `location`, `kubernetesVersion`, `connectivityStatus`
/// (of an AKS cluster, its power state), sorted by id. The last two are null where the cluster has none.
pub fn cluster_listing() -> String {
    format!(
        "resources\n\
         | where type in~ ({aks}, {arc})\n\
         | project {columns}\n\
         | order by id asc",
        aks = quote(AKS),
        arc = quote(ARC),
        columns = project(&CLUSTERS),
    )
}

/// Every Azure Monitor workspace: `id`, `name`, `location`, `subscriptionId`, `prometheusQueryEndpoint` (null where it has
/// none), sorted by id.
pub fn workspace_listing() -> String {
    format!(
        "resources\n\
         | where type =~ {workspace}\n\
         | project {columns}\n\
         | order by id asc",
        workspace = quote(WORKSPACE),
        columns = project(&WORKSPACES),
    )
}

/// Every subscription: `id`, `subscriptionId`, `name` (the display name), sorted by id.
pub fn subscription_listing() -> String {
    format!(
        "resourcecontainers\n\
         | where type =~ {}\n\
         | project id, subscriptionId, name\n\
         | order by id asc",
        quote(SUBSCRIPTIONS)
    )
}

/// A query for users, linked from alerts: all resources of Flux on the clusters of that name.
pub fn cluster_resources(cluster: &str) -> String {
    format!(
        "{TABLE}\n\
         | where id contains {}\n\
         | project id, type, name, resourceGroup, subscriptionId, properties\n\
         | order by id asc",
        quote(&format!("/{cluster}/"))
    )
}

/// A query for users: the number of extensions and configurations that the user can see in Resource Graph.
pub fn fleet_counts() -> String {
    format!("{TABLE}\n| summarize count() by type, subscriptionId\n| order by type asc")
}

/// All queries that are sent to Resource Graph or linked for users, by name.
pub fn all() -> [(&'static str, String); 6] {
    [
        ("fleet", fleet_listing()),
        ("clusters", cluster_listing()),
        ("workspaces", workspace_listing()),
        ("subscriptions", subscription_listing()),
        ("cluster-resources", cluster_resources("it's")),
        ("fleet-counts", fleet_counts()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Reads one literal by KQL's rules; `None` if `text` is not exactly one.
    fn unquote(text: &str) -> Option<String> {
        let mut chars = text.strip_prefix('\'')?.chars();
        let mut value = String::new();
        loop {
            match chars.next()? {
                '\'' => return chars.next().is_none().then_some(value),
                c if c.is_control() => return None,
                '\\' => value.push(match chars.next()? {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'u' => {
                        let digits: String = chars.by_ref().take(4).collect();
                        char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?
                    }
                    c @ ('\'' | '"' | '\\') => c,
                    _ => return None,
                }),
                c => value.push(c),
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_makes_one_literal(text in any::<String>()) {
            prop_assert_eq!(unquote(&quote(&text)), Some(text));
        }

        #[test]
        fn text_made_of_awkward_characters_makes_one_literal(text in "[\\\\'\"\n\r\t\u{0}\u{85}|u0-]{0,20}") {
            prop_assert_eq!(unquote(&quote(&text)), Some(text));
        }
    }

    #[test]
    fn every_property_is_read_with_and_without_a_capital() {
        for kql in [fleet_listing(), cluster_listing(), workspace_listing()] {
            let paths = kql.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.'));
            let paths: Vec<&str> =
                paths.filter_map(|word| word.strip_prefix("properties.")).collect();
            assert!(paths.len() > 1);
            for path in &paths {
                let capital = capital(path);
                assert!(paths.contains(&&*capital), "{path}");
            }
        }
    }

    #[test]
    fn every_listing_is_sorted_by_its_id_so_that_pages_fit_together() {
        for kql in [fleet_listing(), subscription_listing(), cluster_listing(), workspace_listing()]
        {
            let operators: Vec<&str> = kql.split("| ").map(str::trim).collect();
            assert_eq!(operators.last(), Some(&"order by id asc"), "{kql}");
            let projects = operators.iter().find_map(|operator| operator.strip_prefix("project "));
            let mut columns = projects.expect("a project").split(',').map(str::trim);
            assert!(columns.any(|column| column == "id"), "{kql}");
        }
    }

    #[test]
    fn listings_use_nothing_that_resource_graph_lacks_and_no_secrets() {
        for kql in [fleet_listing(), subscription_listing(), cluster_listing(), workspace_listing()]
        {
            let lower = kql.to_lowercase();
            for word in ["let ", "limit", "take ", "settings", "protected", "key", "password"] {
                assert!(!lower.contains(word), "{word}");
            }
        }
    }
}
