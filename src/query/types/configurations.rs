//! Every Flux configuration: what it follows, what it last synchronised, and whether the cluster complies.
//!
//! Source: Resource Graph, `microsoft.kubernetesconfiguration/fluxconfigurations`. One row per configuration, sorted by
//! cluster and name.

use super::located::{
    COMMIT_PAGE, OBJECTS_PAGE, OfConfiguration, REPOSITORY_PAGE, cluster, cluster_id, cluster_type,
    configuration, configuration_id, resource_group, subscription, subscription_id,
};
use crate::query::spec::States;
use crate::query::table::{Column, RowType, borrowed, cut_table, owned, specs};
use crate::query::{Answer, Group, Params, QueryType, View};
use flux::{FluxConfiguration, PortalPage, RepositoryPages, commit_sha};
use frame::{Frame, FrameType};
use std::collections::HashMap;

pub(in crate::query) static TYPE: QueryType = QueryType {
    id: "configurations",
    title: "Flux configurations",
    description: "Every Flux configuration with its source, last synchronised commit and compliance state.",
    group: Group::Fleet,
    own_params: &[],
    frame_types: &[FrameType::Table],
    fields: || specs(&COLUMNS),
    shows_conditions: false,
    needs_clusters: false,
    answer: Answer::Inventory(answer),
};

struct Configurations;

#[derive(Clone, Copy)]
struct Row<'a> {
    configuration: &'a FluxConfiguration,
    pages: &'a RepositoryPages,
}

impl Row<'_> {
    /// Where to go when there is no page on the web.
    fn overview(&self, view: &View<'_>) -> String {
        view.portal.link(PortalPage::Overview, &self.configuration.arm_id())
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

/// A column of this table.
type Col = Column<Configurations>;

static COLUMNS: [Col; 26] = [
    subscription_id(),
    subscription(),
    resource_group(),
    cluster(),
    cluster_type(),
    configuration(),
    Col::text(
        "namespace",
        "Namespace",
        "Namespace of its Flux objects; empty where it isn't reported.",
        |row, _| row.configuration.namespace.as_deref().and_then(borrowed),
    ),
    Col::text(
        "scope",
        "Scope",
        "cluster or namespace; empty where it isn't reported.",
        |row, _| row.configuration.scope.as_deref().and_then(borrowed),
    )
    .width(90),
    Col::text(
        "sourceKind",
        "Source kind",
        "GitRepository, Bucket, AzureBlob or OCIRepository; empty where it isn't reported.",
        |row, _| row.configuration.source_kind.as_deref().and_then(borrowed),
    ),
    Col::text(
        "repositoryUrl",
        "Repository",
        "URL of repository or registry, or of a bucket or container with its name, without user name and password; empty where it isn't reported.",
        |row, _| row.configuration.repository_url.as_deref().and_then(borrowed),
    )
    .links(&[REPOSITORY_PAGE]),
    Col::text(
        "reference",
        "Reference",
        "What the source follows: name of the branch or tag, range of versions, commit or digest; empty where none is named.",
        |row, _| row.configuration.reference.as_ref().and_then(|reference| borrowed(&reference.value)),
    ),
    Col::text(
        "referenceType",
        "Reference type",
        "branch, tag, semver, commit or digest.",
        |row, _| row.configuration.reference.as_ref().and_then(|reference| borrowed(reference.kind.as_str())),
    )
    .hidden(),
    Col::text(
        "sourceSyncedCommitId",
        "Last synced commit",
        "Commit or digest that was synchronised last, as Azure spells it; empty before the first time.",
        |row, _| row.configuration.source_synced_commit.as_deref().and_then(borrowed),
    )
    .links(&[COMMIT_PAGE]),
    Col::time(
        "sourceUpdatedAt",
        "Source updated",
        "When the source last changed; empty before the first synchronisation.",
        |row| row.configuration.source_updated,
    ),
    Col::time(
        "statusUpdatedAt",
        "Status updated",
        "When the cluster's agent last reported; empty before the first time.",
        |row| row.configuration.status_updated,
    ),
    Col::text(
        "provisioningState",
        "Provisioning",
        "How far Azure has come with creating or changing it; empty where it isn't reported.",
        |row, _| row.configuration.provisioning_state.as_ref().and_then(|state| borrowed(state.as_str())),
    )
    .states(States::Provisioning),
    Col::text(
        "complianceState",
        "Compliance",
        "Whether the cluster is as the source says; Pending also where nothing is reported yet.",
        |row, _| borrowed(row.configuration.compliance_state.as_str()),
    )
    .states(States::Compliance)
    .links(&[OBJECTS_PAGE]),
    Col::boolean(
        "suspended",
        "Suspended",
        "Whether reconciliation is switched off.",
        |row| Some(row.configuration.suspended),
    )
    .width(100),
    Col::text(
        "errorMessage",
        "Error",
        "Azure's error text, cut at 2,048 bytes; empty when there is none.",
        |row, _| row.configuration.error_message.as_deref().and_then(borrowed),
    ),
    Col::integer(
        "kustomizations",
        "Kustomizations",
        "Number of declared kustomizations.",
        |row| i64::try_from(row.configuration.kustomizations.len()).ok(),
    )
    .unit("short")
    .width(120),
    Col::integer(
        "objectsNotReady",
        "Objects not ready",
        "Number of its objects that are Non-Compliant or whose Ready condition is False, suspended ones aside.",
        |row| i64::try_from(row.configuration.objects.iter().filter(|object| object.is_failing()).count()).ok(),
    )
    .unit("short")
    .width(130),
    cluster_id(),
    configuration_id(),
    Col::text(
        "repositoryLink",
        "Repository page",
        "Web page of the repository; the configuration in the portal where it has none.",
        |row, view| {
            match row.pages.page() {
                Some(page) => borrowed(page),
                None => owned(row.overview(view)),
            }
        },
    )
    .hidden(),
    Col::text(
        "commitLink",
        "Commit page",
        "Web page of the last synchronised commit; the configuration in the portal where it isn't known.",
        |row, view| {
            let commit = row.configuration.source_synced_commit.as_deref();
            let page = commit.and_then(|commit| row.pages.commit(commit));
            owned(page.unwrap_or_else(|| row.overview(view)))
        },
    )
    .hidden(),
    Col::text(
        "commit",
        "Commit",
        "Bare hash of the last synchronised commit or digest; empty before the first time.",
        |row, _| row.configuration.source_synced_commit.as_deref().and_then(|text| borrowed(commit_sha(text))),
    )
    .hidden(),
];

fn answer(params: &Params, view: &View<'_>) -> Frame {
    let configurations = view.snapshot.configurations();
    let matching: Vec<usize> =
        configurations.matching(&params.filters(), view.snapshot.names()).collect();
    let shown = matching.iter().take(params.limit()).map(|&row| &*configurations.rows()[row]);
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
    cut_table(TYPE.id, &COLUMNS, &rows, matching.len(), view)
}
