//! Options of an emulator.

use super::faults::Faults;
use fleet::metrics::MetricsOptions;
use fleet::{Fleet, FleetSpec};
use flux::UtcMillis;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The emulator's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// Always shows this time.
    Fixed(UtcMillis),
    /// The system's time. The fleet that queries see changes every thirty seconds only, so that the pages of one
    /// listing fit together; Resource Graph's copy also changes from time to time only.
    System,
    /// Showed the system's time at `since`, and runs `times` times as fast. For a Prometheus that scrapes every second
    /// and has to see counters grow.
    Fast {
        /// The system's time when the clock was set.
        since: UtcMillis,
        /// Seconds that pass on this clock in one real second.
        times: u32,
    },
}

/// Length of the steps in which the fleet changes, milliseconds.
const STEP: i64 = 30_000;

impl Clock {
    /// A clock that shows the system's time now and runs `times` times as fast; less than 1 counts as 1.
    pub fn fast(times: u32) -> Self {
        match times {
            0 | 1 => Self::System,
            times => Self::Fast { since: Self::System.now(), times },
        }
    }

    /// The current time.
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

/// Options of an emulator.
#[derive(Clone)]
pub struct EmulatorOptions {
    /// The fleet that it serves.
    pub fleet: Arc<Fleet>,
    /// Port on the loopback address; 0 picks a free one.
    pub port: u16,
    /// Resource Graph requests that each principal may make in five seconds. `None`: no limit.
    pub quota: Option<u32>,
    /// Longest reply of Resource Graph in bytes, before compression.
    pub page_cap_bytes: usize,
    /// Its clock.
    pub clock: Clock,
    /// Whether Resource Graph and Resource Manager require a token of this emulator.
    pub require_token: bool,
    /// How long a token is valid.
    pub token_lifetime: Duration,
    /// The application that may sign in with a secret or an assertion, a GUID.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// Value of `X-IDENTITY-HEADER` that managed identity requires.
    pub identity_header: String,
    /// Ids of subscriptions that no principal can read. Replies leave their rows out silently.
    pub unreadable_subscriptions: Vec<String>,
    /// Faults to inject from the start.
    pub faults: Faults,
    /// Options for the clusters' metrics.
    pub metrics: MetricsOptions,
}

impl EmulatorOptions {
    /// Default options for a fleet: Azure's limits, a free port, the system's clock, tokens required.
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
