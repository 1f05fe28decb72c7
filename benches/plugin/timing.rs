//! Taking the time.

use std::time::{Duration, Instant};

/// The shortest of several runs, which noise has lengthened least.
pub fn best_of(runs: usize, mut run: impl FnMut()) -> Duration {
    let time = |()| {
        let begun = Instant::now();
        run();
        begun.elapsed()
    };
    std::iter::repeat_n((), runs).map(time).min().unwrap_or_default()
}

/// Millions per second.
#[expect(clippy::cast_precision_loss, reason = "for people")]
pub fn millions_per_second(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64() / 1e6
}
