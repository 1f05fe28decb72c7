//! The columns that every table of Resource Graph has.

use super::json::Json;
use arcstr::literal;
use flux::Text;

/// A column of a Resource Graph table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// ARM id, mixed case.
    Id,
    /// Name; a subscription's display name.
    Name,
    /// Resource type, lower case.
    Type,
    /// Tenant, a GUID.
    TenantId,
    /// Empty text when the resource has no kind.
    Kind,
    /// Azure region; empty when the resource has none.
    Location,
    /// Always lower case, unlike the resource group in the id; empty for subscriptions.
    ResourceGroup,
    /// A GUID; empty for management groups.
    SubscriptionId,
    /// Empty text when the resource has no manager.
    ManagedBy,
    /// Object or null.
    Sku,
    /// Object or null.
    Plan,
    /// Object.
    Properties,
    /// Object or null.
    Tags,
    /// Object or null.
    Identity,
    /// List or null.
    Zones,
    /// Object or null.
    ExtendedLocation,
}

impl Column {
    /// All columns, in the order of a row's cells.
    pub const ALL: [Self; 16] = [
        Self::Id,
        Self::Name,
        Self::Type,
        Self::TenantId,
        Self::Kind,
        Self::Location,
        Self::ResourceGroup,
        Self::SubscriptionId,
        Self::ManagedBy,
        Self::Sku,
        Self::Plan,
        Self::Properties,
        Self::Tags,
        Self::Identity,
        Self::Zones,
        Self::ExtendedLocation,
    ];

    /// The column's name. Resource Graph accepts this case only.
    pub fn name(self) -> Text {
        match self {
            Self::Id => literal!("id"),
            Self::Name => literal!("name"),
            Self::Type => literal!("type"),
            Self::TenantId => literal!("tenantId"),
            Self::Kind => literal!("kind"),
            Self::Location => literal!("location"),
            Self::ResourceGroup => literal!("resourceGroup"),
            Self::SubscriptionId => literal!("subscriptionId"),
            Self::ManagedBy => literal!("managedBy"),
            Self::Sku => literal!("sku"),
            Self::Plan => literal!("plan"),
            Self::Properties => literal!("properties"),
            Self::Tags => literal!("tags"),
            Self::Identity => literal!("identity"),
            Self::Zones => literal!("zones"),
            Self::ExtendedLocation => literal!("extendedLocation"),
        }
    }

    /// `true` for objects and lists, `false` for texts.
    pub fn is_dynamic(self) -> bool {
        matches!(
            self,
            Self::Sku
                | Self::Plan
                | Self::Properties
                | Self::Tags
                | Self::Identity
                | Self::Zones
                | Self::ExtendedLocation
        )
    }
}

/// One row: a cell per [`Column::ALL`].
pub type Cells = [Json; Column::ALL.len()];
