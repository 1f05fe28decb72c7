//! A Bicep template that sets the rules up in Azure Monitor: a workspace, whom to tell, and the rule groups.
//!
//! Names, parameters and defaults are those of the template on Microsoft's page, so that it can take its place; what is
//! more has names of its own.

mod template;
mod value;

pub use template::bicep;
