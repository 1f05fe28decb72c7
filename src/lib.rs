//! Azure GitOps (Flux): a Grafana data source for fleets of AKS and Azure Arc clusters that run Flux v2.

pub mod arg;
pub mod azure;
pub mod domain;
pub mod settings;
