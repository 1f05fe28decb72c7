//! Every Flux configuration: what it follows, what it last synchronised, and whether the cluster complies.
//!
//! Source: Resource Graph, `microsoft.kubernetesconfiguration/fluxconfigurations`. One row per configuration: what fails
//! first, then by severity of the state, cluster and name.

use super::located::{
    COMMIT_PAGE, OBJECTS_PAGE, OfConfiguration, REPOSITORY_PAGE, cluster, cluster_id, cluster_type,
    configuration, configuration_id, resource_group, subscription, subscription_id,
};
use crate::inventory::Filters;
use crate::query::kql::{self, KqlTable};
use crate::query::native::{NativePanel, NativeQuery};
use crate::query::params::Params;
use crate::query::query_type::{EditorGroup, FromInventory, InventoryType, QueryType};
use crate::query::severity;
use crate::query::short::{short_commit, short_repository};
use crate::query::spec::{FrameSpec, States};
use crate::query::table::{RowType, TableField, borrowed, cut_table, owned, specs, table_spec};
use crate::query::view::View;
use flux::{FluxConfiguration, Portal, PortalPage, RepositoryPages, commit_sha};
use frame::Frame;
use std::collections::HashMap;

pub(super) static TYPE: QueryType = QueryType {
    id: "configurations",
    title: "Flux configurations",
    description: "Every Flux configuration with its source, last synchronised commit and compliance state.",
    group: EditorGroup::Fleet,
    shows_conditions: false,
    needs_clusters: false,
    definition: &FromInventory(Configurations),
};

#[derive(Debug)]
struct Configurations;

#[derive(Clone, Copy)]
struct Row<'a> {
    configuration: &'a FluxConfiguration,
    pages: &'a RepositoryPages,
}

impl Row<'_> {
    /// The link when there is no web page.
    fn overview(&self, portal: &Portal) -> String {
        portal.link(PortalPage::Overview, &self.configuration.arm_id())
    }
}

impl RowType for Configurations {
    type Row<'a> = Row<'a>;
}

impl<'a> OfConfiguration<'a> for Row<'a> {
    fn configuration(self) -> &'a FluxConfiguration {
        self.configuration
    }
}

/// A field of this table.
type Field = TableField<Configurations>;

static FIELDS: [Field; 28] = [
    subscription_id(),
    subscription(),
    resource_group(),
    cluster(),
    cluster_type(),
    configuration(),
    Field::text(
        "namespace",
        "Namespace",
        "Namespace of its Flux objects; empty where it isn't reported.",
        |row, _| row.configuration.namespace.as_deref().and_then(borrowed),
    ),
    Field::text(
        "scope",
        "Scope",
        "cluster or namespace; empty where it isn't reported.",
        |row, _| row.configuration.scope.as_deref().and_then(borrowed),
    )
    .width(90),
    Field::text(
        "sourceKind",
        "Source kind",
        "GitRepository, Bucket, AzureBlob or OCIRepository; empty where it isn't reported.",
        |row, _| row.configuration.source_kind.as_deref().and_then(borrowed),
    ),
    Field::text(
        "repositoryUrl",
        "Repository",
        "URL of repository or registry, or of a bucket or container with its name, without user name and password; empty where it isn't reported.",
        |row, _| row.configuration.repository_url.as_deref().and_then(borrowed),
    )
    .links(&[REPOSITORY_PAGE]),
    Field::text(
        "reference",
        "Reference",
        "What the source follows: name of the branch or tag, range of versions, commit or digest; empty where none is named.",
        |row, _| row.configuration.reference.as_ref().and_then(|reference| borrowed(&reference.value)),
    ),
    Field::text(
        "referenceType",
        "Reference type",
        "branch, tag, semver, commit or digest.",
        |row, _| row.configuration.reference.as_ref().and_then(|reference| borrowed(reference.kind.as_str())),
    )
    .hidden(),
    Field::text(
        "sourceSyncedCommitId",
        "Last synced commit",
        "Commit or digest that was synchronised last, as Azure spells it; empty before the first time.",
        |row, _| row.configuration.source_synced_commit.as_deref().and_then(borrowed),
    )
    .links(&[COMMIT_PAGE]),
    Field::time(
        "sourceUpdatedAt",
        "Source updated",
        "When the source last changed; empty before the first synchronisation.",
        |row| row.configuration.source_updated,
    ),
    Field::time(
        "statusUpdatedAt",
        "Status updated",
        "When the cluster's agent last reported; empty before the first time.",
        |row| row.configuration.status_updated,
    ),
    Field::text(
        "provisioningState",
        "Provisioning",
        "How far Azure has come with creating or changing it; empty where it isn't reported.",
        |row, _| row.configuration.provisioning_state.as_ref().and_then(|state| borrowed(state.as_str())),
    )
    .states(States::Provisioning),
    Field::text(
        "complianceState",
        "Compliance",
        "Whether the cluster is as the source says; Pending also where nothing is reported yet.",
        |row, _| borrowed(row.configuration.compliance_state.as_str()),
    )
    .states(States::Compliance)
    .links(&[OBJECTS_PAGE]),
    Field::boolean(
        "suspended",
        "Suspended",
        "Whether reconciliation is switched off.",
        |row| Some(row.configuration.suspended),
    )
    .width(100),
    Field::text(
        "errorMessage",
        "Error",
        "Azure's error text, cut at 2,048 bytes; empty when there is none.",
        |row, _| row.configuration.error_message.as_deref().and_then(borrowed),
    ),
    Field::integer(
        "kustomizations",
        "Kustomizations",
        "Number of declared kustomizations.",
        |row| i64::try_from(row.configuration.kustomizations.len()).ok(),
    )
    .unit("short")
    .width(120),
    Field::integer(
        "objectsNotReady",
        "Objects not ready",
        "Number of its objects that are Non-Compliant or whose Ready condition is False, suspended ones aside.",
        |row| i64::try_from(row.configuration.objects.iter().filter(|object| object.is_failing()).count()).ok(),
    )
    .unit("short")
    .width(130),
    cluster_id(),
    configuration_id(),
    Field::text(
        "repositoryShort",
        "Repository, short",
        "Owner and name of the repository, without host; empty where no URL is reported.",
        |row, _| row.configuration.repository_url.as_deref().and_then(|url| borrowed(short_repository(url))),
    )
    .links(&[REPOSITORY_PAGE])
    .hidden(),
    Field::text(
        "commitShort",
        "Commit, short",
        "First seven digits of the last synchronised commit or digest; empty before the first time.",
        |row, _| row.configuration.source_synced_commit.as_deref().and_then(|commit| borrowed(short_commit(commit))),
    )
    .links(&[COMMIT_PAGE])
    .hidden(),
    Field::text(
        "repositoryLink",
        "Repository page",
        "Web page of the repository; the configuration in the portal where it has none.",
        |row, context| {
            match row.pages.page() {
                Some(page) => borrowed(page),
                None => owned(row.overview(context.portal)),
            }
        },
    )
    .hidden(),
    Field::text(
        "commitLink",
        "Commit page",
        "Web page of the last synchronised commit; the configuration in the portal where that page isn't known.",
        |row, context| {
            let commit = row.configuration.source_synced_commit.as_deref();
            let page = commit.and_then(|commit| row.pages.commit(commit));
            owned(page.unwrap_or_else(|| row.overview(context.portal)))
        },
    )
    .hidden(),
    Field::text(
        "commit",
        "Commit",
        "Bare hash of the last synchronised commit or digest; empty before the first time.",
        |row, _| row.configuration.source_synced_commit.as_deref().and_then(|text| borrowed(commit_sha(text))),
    )
    .hidden(),
];

impl InventoryType for Configurations {
    type Own = ();

    fn frame_spec(_: &Params<(), Filters>) -> FrameSpec {
        table_spec(&FIELDS)
    }

    fn frame(params: &Params<(), Filters>, view: &View<'_>) -> Frame {
        let configurations = view.snapshot.configurations();
        let mut matching: Vec<usize> =
            configurations.matching(&params.filters, view.snapshot.names()).collect();
        matching.sort_by_key(|&row| {
            let configuration = &*configurations.rows()[row];
            let fails = view.snapshot.summaries()[row].fails;
            (!fails, severity::of_compliance(&configuration.compliance_state))
        });
        let shown = matching.iter().take(params.limit).map(|&row| &*configurations.rows()[row]);
        let shown: Vec<&FluxConfiguration> = shown.collect();
        let repository =
            |row: &FluxConfiguration| (row.source_kind.clone(), row.repository_url.clone());
        let mut pages: HashMap<_, RepositoryPages> = HashMap::new();
        for row in &shown {
            pages.entry(repository(row)).or_insert_with(|| row.repository_pages());
        }
        let none = RepositoryPages::default();
        let rows: Vec<Row<'_>> = shown
            .iter()
            .map(|configuration| {
                let pages = pages.get(&repository(configuration)).unwrap_or(&none);
                Row { configuration, pages }
            })
            .collect();
        cut_table(TYPE.id, &FIELDS, &rows, matching.len(), view)
    }

    fn native_panel(params: &Params<(), Filters>, panel: &NativePanel<'_>) -> Option<NativeQuery> {
        let (style, filters) = (panel.style, &params.filters);
        let reference = kql::listed("repositoryRef");
        let part = |name: &str| format!("tostring(reference.{name})");
        let overview = kql::page(PortalPage::Overview);
        let fails = kql::object_fails();
        let columns = vec![
            ("namespace", "namespace".to_owned()),
            ("scope", kql::listed("scope")),
            ("sourceKind", format!("tostring({})", kql::listed("sourceKind"))),
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
            ("errorMessage", format!("tostring({})", kql::listed("errorMessage"))),
            (
                "kustomizations",
                format!("coalesce(array_length(bag_keys({})), 0)", kql::listed("kustomizations")),
            ),
            ("objectsNotReady", "coalesce(objectsNotReady, 0)".to_owned()),
            ("commit", "commit".to_owned()),
            (
                "repositoryLink",
                format!("iff(repositoryUrl startswith 'https://', repositoryUrl, {overview})"),
            ),
        ];
        let table = KqlTable {
            rows: kql::configurations(style, filters, true),
            more: format!(
                "\n| join kind=leftouter ({}\n    | where {fails}\n    | summarize objectsNotReady = count() by id) on id{}\
                 \n| extend reference = {reference}, {}, {}",
                kql::objects(style, &Filters::default()),
                kql::with_subscription(),
                kql::time("sourceUpdatedAt", &kql::listed("sourceUpdatedAt")),
                kql::time("statusUpdatedAt", &kql::listed("statusUpdatedAt")),
            ),
            order: kql::compliance_order(),
            columns: kql::of_configuration(columns),
        };
        Some(NativeQuery::Kql(table.query(specs(&FIELDS))))
    }
}
