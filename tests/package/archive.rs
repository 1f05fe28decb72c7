//! The content of the package.

use crate::unpacked::{ID, archive, executable, path};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::Command;

/// Largest size of the executable. Compressed it has less than half of this size, and a pod that installs the plugin
/// downloads it at every start.
const MAX_EXECUTABLE_BYTES: u64 = 22_000_000;

fn read(name: &str) -> Vec<u8> {
    let mut archive = archive();
    let mut file = archive.by_name(&format!("{ID}/{name}")).expect(name);
    let mut content = Vec::new();
    file.read_to_end(&mut content).expect(name);
    content
}

fn manifest() -> Value {
    serde_json::from_slice(&read("plugin.json")).expect("JSON")
}

fn contains(content: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(content, part).is_some()
}

#[test]
fn the_archive_has_only_the_files_that_grafana_loads() {
    let mut expected: BTreeSet<String> =
        ["plugin.json", "module.js", "module.js.map", "README.md", "CHANGELOG.md", "LICENSE"]
            .map(str::to_owned)
            .into();
    expected.insert(executable());
    let manifest = manifest();
    let included = manifest["includes"].as_array().expect("a list").iter().map(|one| &one["path"]);
    let logos = manifest["info"]["logos"].as_object().expect("logos").values();
    let screenshots = manifest["info"]["screenshots"].as_array().expect("a list");
    let named = included.chain(logos).chain(screenshots.iter().map(|one| &one["path"]));
    expected.extend(named.map(|path| path.as_str().expect("a path").to_owned()));

    let archive = archive();
    let found: BTreeSet<String> = archive
        .file_names()
        .map(|name| name.expect("a name"))
        .map(|name| name.strip_prefix(&format!("{ID}/")).expect("in the folder").to_owned())
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn says_which_version_it_is_and_of_when() {
    let info = &manifest()["info"];
    assert_eq!(info["version"], env!("CARGO_PKG_VERSION"));
    let date = info["updated"].as_str().expect("a text");
    date.parse::<jiff::civil::Date>().expect("a date");
    assert!(!contains(&read("plugin.json"), b"%"));
}

/// Where the README is read, as on the plugin's page, the repository's other files don't exist.
#[test]
fn links_of_the_readme_lead_somewhere() {
    let readme = String::from_utf8(read("README.md")).expect("text");
    assert!(!readme.is_empty());
    for link in readme.split("](").skip(1) {
        assert!(link.starts_with("https://") || link.starts_with('#'), "{link:.60}");
    }
}

#[test]
fn only_the_executable_may_be_started() {
    let mut archive = archive();
    for index in 0..archive.len() {
        let file = archive.by_index(index).expect("an entry");
        let name = file.name().expect("a name").into_owned();
        let started = name == format!("{ID}/{}", executable());
        let mode = if started { 0o100_755 } else { 0o100_644 };
        assert_eq!(file.unix_mode(), Some(mode), "{name}");
    }
}

#[test]
fn the_executable_is_small() {
    let mut archive = archive();
    let size = archive.by_name(&format!("{ID}/{}", executable())).expect("there").size();
    assert!(size < MAX_EXECUTABLE_BYTES, "{size} bytes");
}

#[test]
fn the_executable_does_not_contain_the_build_path() {
    let content = read(&executable());
    let home = std::env::var("HOME").unwrap_or_default();
    let cargo = std::env::var("CARGO_HOME").unwrap_or_else(|_| format!("{home}/.cargo"));
    for folder in [env!("CARGO_MANIFEST_DIR"), &cargo] {
        assert!(!contains(&content, folder.as_bytes()), "{folder} is in it");
    }
}

/// Grafana's own image has certificate authorities; another container may have none.
#[test]
fn the_executable_brings_the_authorities_that_azure_uses() {
    let content = read(&executable());
    let name = b"DigiCert Global Root G2";
    let authority = webpki_root_certs::TLS_SERVER_ROOT_CERTS
        .iter()
        .find(|certificate| contains(certificate, name))
        .expect("known");
    assert!(contains(&content, authority));
}

#[test]
fn the_archive_has_checksums() {
    let package = path();
    let folder = package.parent().expect("a folder");
    let name = package.file_name().and_then(|name| name.to_str()).expect("a name");
    for algorithm in ["sha1", "sha256"] {
        let checked = Command::new(format!("{algorithm}sum"))
            .args(["--check", "--strict", &format!("{name}.{algorithm}")])
            .current_dir(folder)
            .output()
            .expect("of the core utilities");
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    }
}

#[test]
fn packing_again_gives_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/zip.mjs");
    let packed = Command::new("node")
        .arg(script)
        .arg("--to")
        .arg(folder.path())
        // A time zone that differs from any in which the first archive was packed.
        .env("TZ", "Pacific/Kiritimati")
        .output()
        .expect("Node.js");
    assert!(packed.status.success(), "{}", String::from_utf8_lossy(&packed.stderr));
    let again = folder.path().join(path().file_name().expect("a name"));
    assert!(fs::read(again).expect("packed") == fs::read(path()).expect("packed"), "they differ");
}
