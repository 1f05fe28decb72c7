//! Measures times.

use std::time::{Duration, Instant};

/// The shortest time of several runs, which other load has lengthened least.
pub fn best_of(runs: usize, mut run: impl FnMut()) -> Duration {
    (0..runs).map(|_| once(&mut run)).min().unwrap_or_default()
}

/// The shortest of several runs of each function, measured in turns, so that other load on the machine affects all of
/// them.
pub fn best_by_turns<const N: usize>(
    runs: usize,
    mut all: [&mut dyn FnMut() -> Duration; N],
) -> [Duration; N] {
    let mut best = [Duration::MAX; N];
    for _ in 0..runs {
        for (best, run) in best.iter_mut().zip(&mut all) {
            *best = run().min(*best);
        }
    }
    best
}

/// The time of one run.
pub fn once(run: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    run();
    begun.elapsed()
}

/// Millions per second.
#[expect(clippy::cast_precision_loss, reason = "for people")]
pub fn millions_per_second(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64() / 1e6
}
