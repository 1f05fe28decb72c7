//! Debian's Prometheus, filled with samples of the past.

use super::tools::program;
use azuregitops::domain::UtcMillis;
use azuregitops::fleet::Fleet;
use azuregitops::fleet::metrics::{MetricsOptions, ScrapeOptions};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running Prometheus; gone with its data when dropped.
pub struct RealPrometheus {
    url: String,
    _process: Child,
    _data: TempDir,
}

impl RealPrometheus {
    /// One that has these samples, OpenMetrics text without its end.
    ///
    /// # Panics
    /// Prometheus isn't installed, or doesn't like the text.
    pub async fn with(mut samples: String, flags: &[&str]) -> Self {
        samples.push_str("# EOF\n");
        let data = tempfile::tempdir().expect("a folder");
        let file = |name: &str| data.path().join(name);
        std::fs::write(file("samples"), samples).expect("written");
        std::fs::write(file("config"), "{}").expect("written");
        let blocks = Command::new(program("promtool"))
            .args(["tsdb", "create-blocks-from", "openmetrics"])
            .args([file("samples"), file("data")])
            .output();
        let blocks = blocks.await.expect("promtool starts");
        assert!(blocks.status.success(), "{}", String::from_utf8_lossy(&blocks.stderr));
        Self::start(&file("config"), data, flags).await
    }

    /// One that has scraped a fleet between two times, both included; only metrics that are `wanted`.
    pub async fn backfilled(
        fleet: &Fleet,
        options: MetricsOptions,
        scrape: &ScrapeOptions,
        span: (UtcMillis, UtcMillis),
        wanted: impl Fn(&str) -> bool,
    ) -> Self {
        // All samples of a metric stand together.
        let mut families: BTreeMap<String, String> = BTreeMap::new();
        fleet.metrics(options).scraped(scrape, span, wanted, &mut |series| {
            let mut labels = String::new();
            for (name, value) in series.labels.iter() {
                let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
                let comma = if labels.is_empty() { "" } else { "," };
                let _ = write!(labels, "{comma}{name}=\"{value}\"");
            }
            let text = families.entry(series.name.to_string()).or_default();
            for (at, value) in &series.samples {
                let (seconds, millis) = (at.0.div_euclid(1_000), at.0.rem_euclid(1_000));
                let _ = writeln!(text, "{}{{{labels}}} {value} {seconds}.{millis:03}", series.name);
            }
        });
        Self::with(families.into_values().collect(), &[]).await
    }

    async fn start(config: &Path, data: TempDir, flags: &[&str]) -> Self {
        let mut process = Command::new(program("prometheus"))
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.tsdb.path={}", data.path().join("data").display()))
            .args(["--storage.tsdb.retention.time=100y", "--web.listen-address=127.0.0.1:0"])
            .args(flags)
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("prometheus starts");
        let mut lines = BufReader::new(process.stderr.take().expect("piped")).lines();
        let mut said = String::new();
        let begun = async {
            let (mut address, mut ready) = (None, false);
            // They come in any order.
            while address.is_none() || !ready {
                let line = lines.next_line().await.expect("readable");
                let line = line.unwrap_or_else(|| panic!("it ended: {said}"));
                if line.contains("Listening on") {
                    address = line.split("address=").nth(1).map(|rest| rest.trim().to_owned());
                }
                ready |= line.contains("ready to receive web requests");
                let _ = writeln!(said, "{line}");
            }
            address.expect("just seen")
        };
        let address = timeout(PATIENCE, begun).await.expect("ready");
        // Whatever it still says is read, or it would wait for that.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let url = format!("http://{address}");
        Self { url, _process: process, _data: data }
    }

    /// Where it is asked, no slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }
}
