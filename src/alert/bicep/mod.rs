//! A Bicep template that sets the rules up in Azure Monitor: a workspace, an action group, and the rule groups.
//!
//! Names, parameters and defaults are those of the template on Microsoft's page, so that this template can replace it.
//! Additional parts have names of their own.

mod template;
mod value;

pub use template::bicep;
