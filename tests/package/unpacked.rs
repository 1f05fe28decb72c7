//! The package for this machine's platform, unpacked into a folder.

use lab::PluginProcess;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tokio::sync::Mutex;
use zip::ZipArchive;

/// Id of the plugin, and name of the package's only top-level folder.
pub const ID: &str = "fluxfleet-azuregitops-datasource";

/// Held while executables are written and started. Otherwise a process that another test starts meanwhile would keep
/// the file open for writing, and the system would refuse to start it.
static STARTING: Mutex<()> = Mutex::const_new(());

/// The platform in Grafana's spelling: `linux_amd64`.
pub fn platform() -> String {
    let system = if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS };
    let processor = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{system}_{processor}")
}

/// Name of the executable in the package.
pub fn executable() -> String {
    format!("gpx_azuregitops_{}{}", platform(), std::env::consts::EXE_SUFFIX)
}

/// Path of the package.
pub fn path() -> PathBuf {
    let name = format!("{ID}-{}.{}.zip", env!("CARGO_PKG_VERSION"), platform());
    Path::new(env!("CARGO_MANIFEST_DIR")).join("packages").join(name)
}

/// The package, opened.
pub fn archive() -> ZipArchive<File> {
    let path = path();
    let file = File::open(&path)
        .unwrap_or_else(|error| panic!("{}: {error}. Run: make packaged", path.display()));
    ZipArchive::new(file).expect("an archive")
}

/// A folder with only the package's files. Dropping it deletes it.
pub struct Unpacked {
    folder: TempDir,
}

impl Unpacked {
    /// Unpacks the package, adds what `prepare` writes, and starts the executable, or the one that `prepare` returns.
    pub async fn start(
        environment: &[(&str, &str)],
        prepare: impl FnOnce(&Path, &Path) -> PathBuf,
    ) -> (Self, PluginProcess) {
        let _starting = STARTING.lock().await;
        let folder = tempfile::tempdir().expect("a folder");
        archive().extract(folder.path()).expect("unpacked");
        let inside = Path::new("/").join(ID).join(executable());
        let start = prepare(folder.path(), &inside);
        let environment =
            environment.iter().map(|(name, value)| ((*name).to_owned(), OsString::from(*value)));
        let plugin = PluginProcess::start(&start, environment).await.expect("the plugin starts");
        (Self { folder }, plugin)
    }

    /// Unpacks the package and starts the executable as Grafana does.
    pub async fn start_plainly() -> (Self, PluginProcess) {
        Self::start(&[], |folder, _| folder.join(ID).join(executable())).await
    }

    /// A file of the package.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(ID).join(name)).expect(name)
    }
}
