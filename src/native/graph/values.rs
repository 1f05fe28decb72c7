//! Values of template variables.

use super::filter::Style;
use super::rows::{column_name, configurations, extensions, reconcilers};
use crate::inventory::Dimension;
use crate::query::Params;

/// The distinct values of a dimension, as Grafana reads them: `text` and `value`. `None`: it isn't Azure's to list.
pub(in crate::native) fn values(params: &Params, style: Style) -> Option<String> {
    let filters = params.filters();
    let dimension = params.dimensions("dimension").first()?;
    let column = match dimension {
        Dimension::Repository => dimension.field(),
        _ => dimension.id(),
    };
    let column = column_name(column);
    let rows = match dimension {
        Dimension::ResourceGroup | Dimension::Cluster => {
            let extensions = extensions(style, &filters);
            let configurations = configurations(style, &filters, true);
            format!(
                "{extensions}\n| project {column}\n| union ({configurations}\n    | project {column})"
            )
        }
        Dimension::Namespace | Dimension::Kind | Dimension::Name => reconcilers(style, params),
        Dimension::Configuration
        | Dimension::Repository
        | Dimension::Reference
        | Dimension::Commit => configurations(style, &filters, true),
        _ => return None,
    };
    Some(format!(
        "{rows}\n| where isnotempty({column})\n| distinct {column}\n| order by {column} asc\
         \n| project text = {column}, value = {column}"
    ))
}
