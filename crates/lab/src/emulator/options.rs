//! How an emulator is set up.

use super::faults::Faults;
use fleet::metrics::MetricsOptions;
use fleet::{Fleet, FleetSpec};
use flux::UtcMillis;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What time the emulator thinks it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// Always this time.
    Fixed(UtcMillis),
    /// The system's time. The fleet as queries see it moves on every thirty seconds, so that the pages of one listing
    /// fit together, as Resource Graph's copy moves on now and then.
    System,
    /// A clock that showed the system's time at `since` and runs so many times faster. For a Prometheus that scrapes
    /// every second and is to see counters move.
    Fast {
        /// The system's time when it was set.
        since: UtcMillis,
        /// How many seconds pass in one.
        times: u32,
    },
}

/// Length of the steps in which the fleet moves on, milliseconds.
const STEP: i64 = 30_000;

impl Clock {
    /// A clock that shows the system's time now, and runs so many times faster from now on; at least as fast.
    pub fn fast(times: u32) -> Self {
        match times {
            0 | 1 => Self::System,
            times => Self::Fast { since: Self::System.now(), times },
        }
    }

    /// The time.
    pub fn now(self) -> UtcMillis {
        match self {
            Self::Fixed(at) => at,
            Self::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                UtcMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            }
            Self::Fast { since, times } => {
                UtcMillis(since.0 + (Self::System.now().0 - since.0) * i64::from(times))
            }
        }
    }

    /// The time of the fleet as Resource Graph sees it.
    pub(super) fn snapshot(self) -> UtcMillis {
        match self {
            Self::Fixed(at) => at,
            Self::System | Self::Fast { .. } => {
                let now = self.now().0;
                UtcMillis(now - now.rem_euclid(STEP))
            }
        }
    }
}

/// How an emulator is set up.
#[derive(Clone)]
pub struct EmulatorOptions {
    /// The fleet that it shows.
    pub fleet: Arc<Fleet>,
    /// Port on the loopback address; 0 takes a free one.
    pub port: u16,
    /// Resource Graph requests that a principal may make in five seconds. `None`: any number.
    pub quota: Option<u32>,
    /// Longest reply of Resource Graph, bytes before compression.
    pub page_cap_bytes: usize,
    /// What time it is.
    pub clock: Clock,
    /// Whether Resource Graph and Resource Manager want a token that this emulator gave out.
    pub require_token: bool,
    /// How long a token holds.
    pub token_lifetime: Duration,
    /// The application that may sign in with a secret or an assertion, a GUID.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// What managed identity wants in `X-IDENTITY-HEADER`.
    pub identity_header: String,
    /// Ids of subscriptions that nobody may read: their rows are left out without a word.
    pub unreadable_subscriptions: Vec<String>,
    /// What goes wrong from the start.
    pub faults: Faults,
    /// What the clusters expose to Prometheus.
    pub metrics: MetricsOptions,
}

impl EmulatorOptions {
    /// The defaults for a fleet: Azure's limits, a free port, the system's clock, tokens wanted.
    pub fn new(fleet: Arc<Fleet>) -> Self {
        Self {
            fleet,
            port: 0,
            quota: Some(15),
            page_cap_bytes: 16 * 1024 * 1024,
            clock: Clock::System,
            require_token: true,
            token_lifetime: Duration::from_secs(3600),
            client_id: "00000000-0000-4000-a000-00000000c11e".to_owned(),
            client_secret: "emulator-secret".to_owned(),
            identity_header: "emulator-identity".to_owned(),
            unreadable_subscriptions: Vec::new(),
            faults: Faults::default(),
            metrics: MetricsOptions::default(),
        }
    }
}

impl From<FleetSpec> for EmulatorOptions {
    fn from(spec: FleetSpec) -> Self {
        Self::new(Arc::new(Fleet::generate(spec)))
    }
}

impl Default for EmulatorOptions {
    fn default() -> Self {
        FleetSpec::default().into()
    }
}
