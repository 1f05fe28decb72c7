//! The executable in a folder without system files: no libraries, no certificates, only the files that every container
//! gets for resolving names. Grafana's own image has another C library than the machine on which the package was built.

use crate::dns::NameServer;
use crate::support::{ask, data_source, demo, failure, frame, query};
use crate::tls::TlsFront;
use crate::unpacked::Unpacked;
use fleet::FleetSpec;
use lab::emulator::EmulatorOptions;
use lab::{PluginProcess, SimulatedAzure};
use serde_json::{Value, json};
use std::fs;
use std::net::Ipv4Addr;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const CONFIGURATIONS: u32 = 20;
/// A name in `/etc/hosts`.
const LOGIN: &str = "login.hosts.test";
/// A name on the name server that exists below a search domain only, like names of services in Kubernetes.
const MANAGEMENT: &str = "management.azure";

/// Writes a script that starts `inside` with `folder` as its root; returns the script's path.
fn starter(starters: &Path, folder: &Path, inside: &Path) -> PathBuf {
    let own = fs::metadata("/proc/self").expect("of Linux").uid();
    assert_eq!(
        own, 0,
        "only root may change the root folder; run: sudo --preserve-env make packaged"
    );
    let starter = starters.join("start");
    let script = format!("#!/bin/sh\nexec chroot '{}' '{}'\n", folder.display(), inside.display());
    fs::write(&starter, script).expect("written");
    fs::set_permissions(&starter, fs::Permissions::from_mode(0o755)).expect("set");
    starter
}

/// Starts the plugin with the package's folder as its root, and with these files in `/etc`.
async fn start(
    environment: &[(&str, &str)],
    files: &[(&str, &str)],
) -> (Unpacked, PluginProcess, TempDir) {
    let starters = tempfile::tempdir().expect("a folder");
    let (unpacked, plugin) = Unpacked::start(environment, |folder, inside| {
        let etc = folder.join("etc");
        fs::create_dir(&etc).expect("a folder");
        for (name, content) in files {
            fs::write(etc.join(name), content).expect(name);
        }
        starter(starters.path(), folder, inside)
    })
    .await;
    (unpacked, plugin, starters)
}

#[tokio::test]
async fn needs_nothing_of_the_system() {
    let (_unpacked, plugin, _starters) = start(&[], &[]).await;
    let context = demo("bare", 3, 9);
    let answers = ask(&plugin, &context, vec![query("A", "configurations", &json!({}))]).await;
    assert_eq!(frame(&answers["A"]).rows(), 9);
    let ended = plugin.stop().await.expect("can be waited for");
    assert_eq!(ended.status.and_then(|status| status.code()), Some(0), "{}", ended.stderr);
}

/// A simulated Azure that is reached by names, over HTTPS with its own certificate authority.
struct Named {
    azure: SimulatedAzure,
    front: TlsFront,
}

impl Named {
    async fn start() -> Self {
        let spec = FleetSpec { clusters: 2, configurations: CONFIGURATIONS, seed: 1 };
        let azure = SimulatedAzure::start(EmulatorOptions::from(spec)).await.expect("a free port");
        let front = TlsFront::named(&azure.emulator().base_url(), &[LOGIN, MANAGEMENT]).await;
        Self { azure, front }
    }

    /// The clouds of Grafana's configuration.
    fn clouds(&self) -> String {
        let url = |host: &str| self.front.url.replace("127.0.0.1", host);
        json!([{
            "name": "Private",
            "aadAuthority": format!("{}/", url(LOGIN)),
            "properties": { "resourceManager": url(MANAGEMENT) },
        }])
        .to_string()
    }

    /// The number of configurations, or the error.
    async fn rows(
        &self,
        plugin: &PluginProcess,
        uid: &str,
        with_ca: bool,
    ) -> Result<usize, String> {
        let options = self.azure.emulator().options();
        let settings: Value = json!({
            "azureCredentials": {
                "authType": "clientsecret",
                "azureCloud": "Private",
                "tenantId": self.azure.emulator().tenant_id(),
                "clientId": options.client_id,
            },
            "tlsAuthWithCACert": with_ca,
        });
        let mut context = data_source(uid, &settings);
        let secure = &mut context.data_source.as_mut().expect("there").secure;
        secure.insert("azureClientSecret".to_owned(), options.client_secret.clone());
        secure.insert("tlsCACert".to_owned(), self.front.ca_pem.clone());
        let answers = ask(plugin, &context, vec![query("A", "configurations", &json!({}))]).await;
        if answers["A"].error.is_empty() {
            return Ok(frame(&answers["A"]).rows());
        }
        Err(failure(&answers["A"]).2.to_owned())
    }
}

#[tokio::test]
async fn resolves_names_and_trusts_the_configured_authority() {
    let named = Named::start().await;
    let address = Ipv4Addr::new(127, 53, 0, 1);
    let server = NameServer::start(address, "management.azure.svc.cluster.test.").await;
    let resolv = format!(
        "nameserver {address}\nsearch fleet.svc.cluster.test svc.cluster.test cluster.test\noptions ndots:5\n"
    );
    let hosts = format!("127.0.0.1 localhost\n127.0.0.1 {LOGIN}\n");
    let clouds = named.clouds();
    let environment = [("GFAZPL_AZURE_CLOUDS_CONFIG", clouds.as_str())];
    let files = [("resolv.conf", resolv.as_str()), ("hosts", hosts.as_str())];
    let (_unpacked, plugin, _starters) = start(&environment, &files).await;

    let rows = named.rows(&plugin, "names", true).await;
    assert_eq!(rows, Ok(CONFIGURATIONS as usize), "asked for: {:?}", server.asked());
    let asked = server.asked();
    assert!(asked.iter().all(|name| name.starts_with("management.azure.")), "{asked:?}");

    // Only the bundled authorities are trusted, and this authority isn't one of them.
    let text = named.rows(&plugin, "strangers", false).await.expect_err("not trusted");
    assert!(text.contains("UnknownIssuer"), "{text}");
    plugin.stop().await.expect("can be waited for");
}

#[tokio::test]
async fn without_name_servers_it_fails_and_uses_no_other_server() {
    let named = Named::start().await;
    let hosts = format!("127.0.0.1 {LOGIN}\n");
    let clouds = named.clouds();
    let environment = [("GFAZPL_AZURE_CLOUDS_CONFIG", clouds.as_str())];
    let (_unpacked, plugin, _starters) = start(&environment, &[("hosts", hosts.as_str())]).await;
    let text = named.rows(&plugin, "nobody", true).await.expect_err("no name server");
    assert!(text.contains("/etc/resolv.conf can't be used"), "{text}");
    assert!(text.contains(MANAGEMENT), "{text}");
    plugin.stop().await.expect("can be waited for");
}
