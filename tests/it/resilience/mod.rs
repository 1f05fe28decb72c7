//! The plugin over gRPC while Azure fails, in each way that it can fail.
//!
//! The plugin promises: before the first good reading, a clear error for each query; after it, the last good fleet with
//! a warning; and once the fault ends, automatically the current fleet without a warning. No query waits longer than
//! the settings allow.

mod identity;
mod lasting;
mod passing;
mod status;

use crate::support::{EXECUTABLE, ask, failure, frame, query};
use azuregitops::plugin::wire::PluginContext;
use fleet::FleetSpec;
use frame::{Frame, Severity};
use lab::emulator::{EmulatorOptions, Fault, FaultKind, Faults};
use lab::{PluginProcess, SimulatedAzure};
use serde_json::json;
use std::path::Path;
use std::time::Duration;

/// Longer than anything here takes, even on a busy machine. A test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(300);
/// Time between two checks for an expected change.
const LOOK: Duration = Duration::from_millis(100);
/// Number of requests for faults that don't end by themselves.
const ALWAYS: u32 = 10_000;

/// A plugin process, its data source, and its simulated Azure.
struct Site {
    plugin: PluginProcess,
    azure: SimulatedAzure,
    context: PluginContext,
    name: &'static str,
}

impl Site {
    async fn new(name: &'static str, configurations: u32, timeout_seconds: u32) -> Self {
        let spec = FleetSpec { clusters: 4, configurations, seed: 1 };
        Self::with(name, EmulatorOptions::from(spec), timeout_seconds).await
    }

    async fn with(name: &'static str, options: EmulatorOptions, timeout_seconds: u32) -> Self {
        let azure = SimulatedAzure::start(options).await.expect("a free port");
        let environment = azure.environment().into_iter().map(|(name, value)| (name, value.into()));
        let plugin =
            PluginProcess::start(Path::new(EXECUTABLE), environment).await.expect("starts");
        let mut context = azure.data_source();
        let settings = json!({
            "azureCredentials": { "authType": "msi" },
            "cacheSeconds": 5,
            "maxStaleSeconds": 600,
            "timeoutSeconds": timeout_seconds,
        });
        context.data_source.as_mut().expect("there").json_data = settings.to_string().into();
        Self { plugin, azure, context, name }
    }

    /// The plugin stops when it is told to, and nothing in it panicked.
    async fn end(self) {
        let ended = self.plugin.stop().await.expect("can be waited for");
        assert_eq!(ended.status.and_then(|status| status.code()), Some(0), "{}", ended.stderr);
        assert!(!ended.stderr.contains("panicked"), "{}: {}", self.name, ended.stderr);
    }

    fn faults(&self, faults: &Faults) {
        self.azure.emulator().set_faults(faults.clone());
    }

    /// One request with two queries. Each has its own answer when Azure fails. Replies that hang do so for an hour.
    async fn ask(&self) -> Result<Frame, (i32, String, String)> {
        let queries = vec![
            query("A", "configurations", &json!({ "limit": 300_000 })),
            query("B", "failing-configurations", &json!({})),
        ];
        let asked = ask(&self.plugin, &self.context, queries);
        let answers = tokio::time::timeout(PATIENCE, asked).await;
        let answers = answers.unwrap_or_else(|_| panic!("{}: there is no answer", self.name));
        // The fault may end between the two queries, so B may succeed although A failed, but not the other way round.
        if answers["A"].error.is_empty() {
            // The frame is never empty, because an alert rule would have no data.
            assert!(frame(&answers["B"]).rows() > 0, "{}", self.name);
            return Ok(frame(&answers["A"]));
        }
        let (status, source, text) = failure(&answers["A"]);
        Err((status, source.to_owned(), text.to_owned()))
    }

    /// The first good answer. On a busy machine it may take longer than the short timeout of a data source.
    async fn first(&self) -> Frame {
        self.until("no answer", |asked| asked.as_ref().ok().cloned()).await
    }

    /// Sends queries until `found` returns something.
    async fn until<T>(&self, what: &str, found: impl Fn(&Asked) -> Option<T>) -> T {
        let mut last = None;
        let looking = async {
            loop {
                let asked = self.ask().await;
                if let Some(found) = found(&asked) {
                    return found;
                }
                last = Some(asked.map(|frame| warnings(&frame)));
                tokio::time::sleep(LOOK).await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, looking).await;
        found.unwrap_or_else(|_| panic!("{}: {what}; last: {last:?}", self.name))
    }

    /// Waits for a good answer that has no warnings and is newer than the cache. Returns its number of rows.
    async fn recovered(&self) -> usize {
        self.until("does not recover", |asked| {
            asked.as_ref().ok().filter(|frame| warnings(frame).is_empty()).map(Frame::rows)
        })
        .await
    }
}

type Asked = Result<Frame, (i32, String, String)>;

fn warnings(frame: &Frame) -> Vec<String> {
    let notices = frame.meta.notices.iter();
    let warnings = notices.filter(|notice| notice.severity == Severity::Warning);
    warnings.map(|notice| notice.text.clone()).collect()
}

/// Warnings about Azure. The warning that reading the fleet takes long doesn't count, because a busy machine causes it
/// too.
fn warnings_about_azure(frame: &Frame) -> Vec<String> {
    let mut warnings = warnings(frame);
    warnings.retain(|text| !text.contains("being read again, which takes longer than usual"));
    warnings
}

fn arg(fault: Fault) -> Faults {
    Faults { arg: vec![fault], ..Faults::default() }
}

fn always(kind: FaultKind) -> Faults {
    arg(Fault::times(ALWAYS, kind))
}

/// Number of configurations that needs a second page.
const TWO_PAGES: u32 = 1_100;
/// Number of configurations that fits on one page.
const FEW: u32 = 50;

// These tests mostly wait, so one test runs several cases at once.

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn before_the_first_reading_each_query_says_what_is_wrong_and_what_to_do() {
    futures::join!(lasting::before_the_first_reading(), identity::dead());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_the_first_reading_the_last_good_fleet_is_shown_with_a_warning() {
    futures::join!(lasting::after_the_first_reading(), lasting::away_and_back());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn partial_and_passing_faults_do_not_hide_the_rest() {
    futures::join!(passing::once(), passing::unreadable_rows(), passing::names_and_details());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_pages_take_half_of_the_quota_and_names_that_do_not_resolve_a_few_seconds() {
    futures::join!(passing::many_pages(), identity::unresolved());
}
