//! Azure GitOps (Flux): a Grafana data source for fleets of AKS and Azure Arc clusters that run Flux v2.

pub mod domain;
pub mod emulator;
pub mod fleet;
