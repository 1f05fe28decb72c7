//! Azure GitOps (Flux): a Grafana data source for fleets of AKS and Azure Arc clusters that run Flux v2.

pub mod cli;
pub mod domain;
pub mod frame;
pub mod plugin;
