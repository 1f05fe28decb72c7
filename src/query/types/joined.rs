//! The fields of objects that Azure, a cluster's metrics or both report; the same in every table.

use super::super::flux_objects::Identity;
use super::super::objects::ObjectRow;
use super::super::spec::{LinkSpec, LinkTarget};
use super::super::table::{RowType, TableField, borrowed, owned};
use flux::PortalPage;

/// Rows that are a Flux object, joined with the object as Azure reports it.
pub(super) trait Joined<'a> {
    /// The object's identity.
    fn identity(self) -> Identity<'a>;
    /// The object as Azure reports it. `None`: Azure doesn't report it.
    fn azure(self) -> Option<ObjectRow<'a>>;
}

/// Leads to the object's configuration in the portal if the configuration is known, or else to the portal's start page.
const PAGE: LinkSpec = LinkSpec {
    title: "Configuration objects and logs in the portal",
    target: LinkTarget::Address("portalLink"),
};

pub(super) const fn cluster<R: RowType>() -> TableField<R>
where
    for<'a> R::Row<'a>: Joined<'a>,
{
    TableField::<R>::text("cluster", "Cluster", "Name of the cluster.", |row, _| {
        borrowed(row.identity().cluster)
    })
}

pub(super) const fn kind<R: RowType>() -> TableField<R>
where
    for<'a> R::Row<'a>: Joined<'a>,
{
    TableField::<R>::text("kind", "Kind", "Kubernetes kind.", |row, _| {
        borrowed(row.identity().object.kind)
    })
}

pub(super) const fn namespace<R: RowType>() -> TableField<R>
where
    for<'a> R::Row<'a>: Joined<'a>,
{
    TableField::<R>::text("namespace", "Namespace", "Namespace of the object.", |row, _| {
        borrowed(row.identity().object.namespace)
    })
}

pub(super) const fn name<R: RowType>() -> TableField<R>
where
    for<'a> R::Row<'a>: Joined<'a>,
{
    TableField::<R>::text("name", "Name", "Name of the object.", |row, _| {
        borrowed(row.identity().object.name)
    })
    .links(&[PAGE])
}

pub(super) const fn configuration<R: RowType>() -> TableField<R>
where
    for<'a> R::Row<'a>: Joined<'a>,
{
    TableField::<R>::text(
        "configuration",
        "Configuration",
        "Flux configuration that it belongs to; empty where Azure doesn't report the object.",
        |row, _| row.azure().and_then(|azure| borrowed(&azure.configuration.name)),
    )
}

pub(super) const fn id<R: RowType>() -> TableField<R>
where
    for<'a> R::Row<'a>: Joined<'a>,
{
    TableField::<R>::text(
        "id",
        "Id",
        "ARM id of the configuration; empty when the object belongs to none.",
        |row, _| row.azure().and_then(|azure| owned(azure.configuration.arm_id())),
    )
    .hidden()
}

pub(super) const fn portal_link<R: RowType>() -> TableField<R>
where
    for<'a> R::Row<'a>: Joined<'a>,
{
    TableField::<R>::text(
        "portalLink",
        "Portal page",
        "Page of the configuration's objects in the portal; the portal itself where the configuration isn't known.",
        |row, context| match row.azure() {
            Some(azure) => owned(
                context
                    .portal
                    .link(PortalPage::ConfigurationObjects, &azure.configuration.arm_id()),
            ),
            None => borrowed(context.portal.home()),
        },
    )
    .hidden()
}
