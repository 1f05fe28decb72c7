//! The fields of a cluster and of a configuration; the same in every table.

use super::super::spec::{LinkSpec, LinkTarget};
use super::super::table::{RowType, TableField, borrowed, owned};
use flux::{ClusterRef, FluxConfiguration, PortalPage};

/// Rows that belong to a cluster.
pub(super) trait Located<'a> {
    /// The cluster.
    fn cluster(self) -> &'a ClusterRef;
}

/// Rows that belong to a configuration.
pub(super) trait OfConfiguration<'a> {
    /// The configuration.
    fn configuration(self) -> &'a FluxConfiguration;
}

impl<'a, R: OfConfiguration<'a>> Located<'a> for R {
    fn cluster(self) -> &'a ClusterRef {
        &self.configuration().cluster
    }
}

pub(super) const EXTENSIONS_PAGE: LinkSpec = LinkSpec {
    title: "Extensions of the cluster in the portal",
    target: LinkTarget::Portal(PortalPage::Extensions, "clusterId"),
};
pub(super) const GITOPS_PAGE: LinkSpec = LinkSpec {
    title: "GitOps of the cluster in the portal",
    target: LinkTarget::Portal(PortalPage::GitOps, "clusterId"),
};
pub(super) const CLUSTER_PAGE: LinkSpec = LinkSpec {
    title: "Cluster in the portal",
    target: LinkTarget::Portal(PortalPage::Cluster, "clusterId"),
};
pub(super) const OVERVIEW_PAGE: LinkSpec = LinkSpec {
    title: "Configuration in the portal",
    target: LinkTarget::Portal(PortalPage::Overview, "id"),
};
pub(super) const OBJECTS_PAGE: LinkSpec = LinkSpec {
    title: "Configuration objects and logs in the portal",
    target: LinkTarget::Portal(PortalPage::ConfigurationObjects, "id"),
};

/// For a repository without a web page, its field holds the address of a configuration in the portal.
pub(super) const REPOSITORY_PAGE: LinkSpec =
    LinkSpec { title: "Repository", target: LinkTarget::Address("repositoryLink") };
pub(super) const COMMIT_PAGE: LinkSpec =
    LinkSpec { title: "Commit", target: LinkTarget::Address("commitLink") };

pub(super) const fn subscription_id<R: RowType>() -> TableField<R>
where
    for<'a> R::Row<'a>: Located<'a>,
{
    TableField::<R>::text(
        "subscriptionId",
        "Subscription id",
        "Id of the subscription.",
        |row, _| borrowed(&row.cluster().subscription_id),
    )
    .hidden()
}

pub(super) const fn subscription<R: RowType>() -> TableField<R>
where
    for<'a> R::Row<'a>: Located<'a>,
{
    TableField::<R>::text(
        "subscription",
        "Subscription",
        "Display name of the subscription; its id where the name isn't known.",
        |row, context| borrowed(context.subscription(&row.cluster().subscription_id)),
    )
}

pub(super) const fn resource_group<R: RowType>() -> TableField<R>
where
    for<'a> R::Row<'a>: Located<'a>,
{
    TableField::<R>::text(
        "resourceGroup",
        "Resource group",
        "Resource group of the cluster.",
        |row, _| borrowed(&row.cluster().resource_group),
    )
}

pub(super) const fn cluster<R: RowType>() -> TableField<R>
where
    for<'a> R::Row<'a>: Located<'a>,
{
    TableField::<R>::text("cluster", "Cluster", "Name of the cluster.", |row, _| {
        borrowed(&row.cluster().name)
    })
    .links(&[GITOPS_PAGE, CLUSTER_PAGE])
}

pub(super) const fn cluster_type<R: RowType>() -> TableField<R>
where
    for<'a> R::Row<'a>: Located<'a>,
{
    TableField::<R>::text(
        "clusterType",
        "Cluster type",
        "AKS, Arc, AKS Arc, Fleet, Appliance, or another resource type as Azure spells it.",
        |row, _| borrowed(row.cluster().kind.label()),
    )
    .width(100)
}

pub(super) const fn cluster_id<R: RowType>() -> TableField<R>
where
    for<'a> R::Row<'a>: Located<'a>,
{
    TableField::<R>::text("clusterId", "Cluster id", "ARM id of the cluster.", |row, _| {
        owned(row.cluster().arm_id())
    })
    .hidden()
}

pub(super) const fn configuration<R: RowType>() -> TableField<R>
where
    for<'a> R::Row<'a>: OfConfiguration<'a>,
{
    TableField::<R>::text(
        "configuration",
        "Configuration",
        "Name of the Flux configuration.",
        |row, _| borrowed(&row.configuration().name),
    )
    .links(&[OVERVIEW_PAGE])
}

pub(super) const fn configuration_id<R: RowType>() -> TableField<R>
where
    for<'a> R::Row<'a>: OfConfiguration<'a>,
{
    TableField::<R>::text("id", "Id", "ARM id of the configuration.", |row, _| {
        owned(row.configuration().arm_id())
    })
    .hidden()
}
