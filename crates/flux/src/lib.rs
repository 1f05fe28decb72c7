//! The vocabulary of Flux on Azure: resource ids, states, conditions, and the things a fleet is made of.
//!
//! The crate does no I/O, reads no clock and parses no foreign JSON. Text is shared ([`Text`]), because a fleet repeats
//! the same strings (namespaces, repositories, commits, messages) tens of thousands of times.

mod arm_id;
mod cause;
mod cluster;
mod commit;
mod condition;
mod configuration;
mod controller;
mod coverage;
mod difference;
mod extension;
mod flux_version;
mod object_state;
mod portal;
mod repository;
mod state;
mod text;
mod time;
mod workspace;

pub use arm_id::{ArmIdError, ClusterId, ResourceId, ResourceKind};
pub use cause::{MAX_CAUSE, cause, stable_key};
pub use cluster::{Cluster, ClusterKind, ClusterRef};
pub use commit::{commit_matches, commit_sha};
pub use condition::{Condition, ConditionStatus};
pub use configuration::{
    Fact, FluxConfiguration, FluxObject, HelmRelease, Kustomization, ObjectRef, Reference,
    ReferenceType,
};
pub use controller::{FLUX_DEPLOYMENTS, FOLLOW_SOURCE, FluxDeployment};
pub use coverage::Coverage;
pub use difference::Difference;
pub use extension::Extension;
pub use flux_version::{ExtensionVersion, FluxRelease, Support, SupportRule, VERSIONS_KNOWN_AS_OF};
pub use object_state::ObjectState;
pub use portal::{Portal, PortalPage};
pub use repository::{RepositoryPages, without_credentials};
pub use state::{ComplianceState, ProvisioningState, StateColor};
pub use text::{Interner, Text, same_text};
pub use time::UtcMillis;
pub use workspace::Workspace;
