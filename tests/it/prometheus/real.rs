//! A real Prometheus with the samples of the simulated clusters.

use super::tools::program;
use super::write::{Request, STALE};
use fleet::metrics::{MetricsOptions, ScrapeOptions, ScrapedSeries};
use fleet::{Fleet, LabelScheme};
use flux::UtcMillis;
use lab::emulator::Emulator;
use reqwest::{Client, StatusCode};
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longest time until Prometheus is ready.
const PATIENCE: Duration = Duration::from_secs(60);
/// Prometheus refuses samples that are an hour older than its newest one. So samples are sent in windows of half an
/// hour.
const WINDOW_MILLIS: i64 = 30 * 60 * 1000;
/// Most samples in one request.
const REQUEST_SAMPLES: usize = 60_000;

/// A child process that is killed when this value is dropped.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // If the process has already ended, there is nothing to do.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A Prometheus on a free port. Dropping it stops it and deletes its data.
pub struct RealPrometheus {
    _process: Process,
    url: String,
    client: Client,
    /// The folder with its data.
    _folder: TempDir,
}

impl RealPrometheus {
    /// A Prometheus that has scraped the clusters for `span` until `until`, at the same moments and with the same
    /// labels as the simulated Prometheus. Samples are sent by remote write, which can end a series; a backfill of
    /// blocks can't.
    pub async fn backfilled(
        fleet: &Fleet,
        options: MetricsOptions,
        scrape: &ScrapeOptions,
        until: UtcMillis,
        span: Duration,
    ) -> Self {
        let prometheus = Self::start("global: {}\n").await;
        let span = i64::try_from(span.as_millis()).expect("a span of some hours");
        let mut series = Vec::new();
        let from = UtcMillis(until.0 - span);
        fleet
            .metrics(options)
            .scraped(scrape, (from, until), |_| true, &mut |one| series.push(one));
        let mut begin = from;
        while begin <= until {
            let end = UtcMillis(begin.0 + WINDOW_MILLIS);
            prometheus.write(&series, begin, end).await;
            begin = end;
        }
        prometheus
    }

    /// A Prometheus that scrapes all endpoints of an emulator every second, with the labels of a scheme and a label for
    /// the cluster. The first scrape may come after this function returns.
    pub async fn scraping(emulator: &Emulator, scheme: LabelScheme) -> Self {
        let scheme = match scheme {
            LabelScheme::PodAnnotations => "podAnnotations",
            LabelScheme::PodMonitor => "podMonitor",
            LabelScheme::Plain => "plain",
        };
        let base = emulator.base_url();
        let url = format!("{base}/_emulator/prometheus.yml?scheme={scheme}&interval=1s");
        let response = client().get(url).send().await.expect("an answer");
        assert_eq!(response.status(), StatusCode::OK);
        Self::start(&response.text().await.expect("a text")).await
    }

    /// A Prometheus with these samples (text of `OpenMetrics` without its end), started with these flags.
    pub async fn with(samples: &str, flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("samples");
        std::fs::write(&file, format!("{samples}# EOF\n")).expect("writable");
        let blocks = Command::new(program("promtool"))
            .args(["tsdb", "create-blocks-from", "openmetrics"])
            .args([file, folder.path().join("data")])
            .output()
            .expect("promtool starts");
        assert!(blocks.status.success(), "{}", String::from_utf8_lossy(&blocks.stderr));
        Self::start_in(folder, "global: {}\n", flags).await
    }

    /// A Prometheus with this configuration, which may contain scrape jobs.
    pub async fn start(configuration: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self::start_in(folder, configuration, &[]).await
    }

    async fn start_in(folder: TempDir, configuration: &str, flags: &[&str]) -> Self {
        let file = folder.path().join("prometheus.yml");
        std::fs::write(&file, configuration).expect("writable");
        let process = Command::new(program("prometheus"))
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--storage.tsdb.path={}", folder.path().join("data").display()))
            .args(["--web.listen-address=127.0.0.1:0", "--web.enable-remote-write-receiver"])
            .args(["--storage.tsdb.retention.time=100y", "--log.format=json"])
            .args(flags)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("Prometheus starts");
        let mut process = Process(process);
        let stderr = process.0.stderr.take().expect("a log");
        let client = client();
        let url = format!("http://{}", address(stderr));
        let prometheus = Self { _process: process, url, client, _folder: folder };
        let ready = format!("{}/-/ready", prometheus.url);
        let begun = Instant::now();
        loop {
            let response = prometheus.client.get(&ready).send().await;
            if response.is_ok_and(|response| response.status() == StatusCode::OK) {
                return prometheus;
            }
            assert!(begun.elapsed() < PATIENCE, "Prometheus isn't ready");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Its address: `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Calls its API; returns status and body.
    pub async fn call(&self, path: &str, parameters: &[(&str, &str)]) -> (StatusCode, Value) {
        let body: String =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        let request = self
            .client
            .post(format!("{}/api/v1/{path}", self.url()))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        let response = request.send().await.expect("an answer");
        let status = response.status();
        let body = response.bytes().await.expect("a body");
        (status, serde_json::from_slice(&body).expect("JSON"))
    }

    /// Sends the samples from `begin` (included) to `end` (excluded).
    async fn write(&self, series: &[ScrapedSeries], begin: UtcMillis, end: UtcMillis) {
        let mut request = Request::default();
        for one in series {
            let stale = one.stale.map(|at| (at, f64::from_bits(STALE)));
            let samples = one.samples.iter().copied().chain(stale);
            request.add(one, samples.filter(|(at, _)| begin <= *at && *at < end));
            if request.samples() > REQUEST_SAMPLES {
                self.send(std::mem::take(&mut request)).await;
            }
        }
        self.send(request).await;
    }

    async fn send(&self, request: Request) {
        let sent = self
            .client
            .post(format!("{}/api/v1/write", self.url))
            .header("content-encoding", "snappy")
            .header("content-type", "application/x-protobuf")
            .header("x-prometheus-remote-write-version", "0.1.0")
            .body(request.into_body())
            .send();
        let response = sent.await.expect("an answer");
        let status = response.status();
        let said = response.text().await.unwrap_or_default();
        assert!(status.is_success(), "{status}: {said}");
    }
}

/// All requests are plain HTTP on this machine.
fn client() -> Client {
    Client::builder().no_proxy().tls_certs_only([]).build().expect("a client")
}

/// The address on which Prometheus says that it listens. The rest of its output is read too, because a full pipe would
/// block it.
fn address(log: ChildStderr) -> String {
    let mut lines = BufReader::new(log).lines();
    let mut said = Vec::new();
    let found = lines.by_ref().map_while(Result::ok).find_map(|line| {
        let entry: Value = serde_json::from_str(&line).unwrap_or_default();
        said.push(line);
        (entry["msg"] == "Listening on").then(|| entry["address"].as_str().map(str::to_owned))?
    });
    let found = found.unwrap_or_else(|| panic!("Prometheus ended: {}", said.join("\n")));
    std::thread::spawn(move || lines.for_each(drop));
    found
}
