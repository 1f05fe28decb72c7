//! Resolves host names on Linux; other systems use their own resolver.
//!
//! The packaged executable is static, because Grafana's own image has another C library than most systems. In a static
//! executable, the C library's resolver would load the system's plug-ins, which may be missing or incompatible. This
//! resolver reads what the C library would read: `/etc/hosts`, then the name servers, search domains and options of
//! `/etc/resolv.conf`. It reads them for every connection, so that a change counts at once. Without that file it fails;
//! reqwest's own use of the same library would ask public name servers instead.

use hickory_resolver::config::ResolveHosts;
use hickory_resolver::net::NetError;
use hickory_resolver::proto::op::Query;
use hickory_resolver::proto::rr::{Name as DnsName, RecordType};
use hickory_resolver::{Hosts, TokioResolver};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr as _;

/// Resolves names as the C library does.
pub(super) struct SystemNames;

/// Why a name has no address.
#[derive(Debug, thiserror::Error)]
enum NameError {
    #[error("/etc/resolv.conf can't be used, so the name {name} can't be looked up")]
    Configuration { name: String, source: NetError },
    #[error("the name {name} can't be looked up")]
    Lookup { name: String, source: NetError },
}

impl Resolve for SystemNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let addresses = match in_hosts(name.as_str()) {
                found if found.is_empty() => in_dns(name.as_str()).await?,
                found => found,
            };
            let sockets = addresses.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(sockets) as Addrs)
        })
    }
}

/// The addresses in `/etc/hosts`. The name is looked up as it is, without search domains.
fn in_hosts(name: &str) -> Vec<IpAddr> {
    let (Ok(hosts), Ok(name)) = (Hosts::from_system(), DnsName::from_str(name)) else {
        return Vec::new();
    };
    [RecordType::A, RecordType::AAAA]
        .into_iter()
        .filter_map(|kind| hosts.lookup_static_host(&Query::query(name.clone(), kind)))
        .flat_map(|found| {
            found.answers().iter().filter_map(|record| record.data.ip_addr()).collect::<Vec<_>>()
        })
        .collect()
}

async fn in_dns(name: &str) -> Result<Vec<IpAddr>, NameError> {
    let configuration = |source| NameError::Configuration { name: name.to_owned(), source };
    let mut builder = TokioResolver::builder_tokio().map_err(configuration)?;
    builder.options_mut().use_hosts_file = ResolveHosts::Never;
    let resolver = builder.build().map_err(configuration)?;
    let lookup = resolver.lookup_ip(name).await;
    let found = lookup.map_err(|source| NameError::Lookup { name: name.to_owned(), source })?;
    Ok(found.iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn this_machine_has_a_name() {
        let resolved = SystemNames.resolve("localhost".parse().expect("a name")).await;
        let addresses: Vec<SocketAddr> = resolved.expect("resolved").collect();
        assert!(!addresses.is_empty());
        assert!(addresses.iter().all(|address| address.ip().is_loopback()), "{addresses:?}");
    }

    #[tokio::test]
    async fn a_name_without_address_is_an_error_that_names_it() {
        // RFC 6761: no name server knows any name below "invalid", and resolvers need not ask.
        let name = "nowhere.invalid".parse().expect("a name");
        let error = SystemNames.resolve(name).await.err().expect("no address");
        assert!(error.to_string().contains("nowhere.invalid"), "{error}");
    }
}
