//! When the webhooks of a cluster's repositories arrive.

use super::cycle::Cycle;
use super::reconciles::{Activity, Reconciles};
use flux::UtcMillis;

/// Milliseconds between two webhooks of a cluster's repositories.
const WEBHOOK_INTERVAL: i64 = 30 * 60 * 1000;

/// The webhooks that a cluster receives, as [`Reconciles`]: each ends when it is answered.
pub(super) fn webhooks(started: UtcMillis, cluster: usize) -> Reconciles {
    let shift = (cluster as u64 * 7919 % 1800).cast_signed() * 1000;
    Reconciles {
        activity: Activity::Every {
            first: UtcMillis(started.0 + 60_000 + shift),
            interval: WEBHOOK_INTERVAL,
        },
        work: Cycle::varied(900, cluster as u64),
        wait: Cycle::even(0),
    }
}
