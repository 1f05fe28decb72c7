//! Injects random faults into the simulated Azure, each for a limited time.

use lab::SimulatedAzure;
use lab::emulator::{Fault, FaultKind, Faults};
use rand::{RngExt as _, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;
use std::time::Duration;

/// Injects faults until it is aborted. The same seed gives the same faults.
pub async fn at_random(azure: Arc<SimulatedAzure>, seed: u64) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    loop {
        azure.emulator().set_faults(Faults {
            arg: some(&mut random),
            resource: some(&mut random),
            token: some(&mut random),
            ..Faults::default()
        });
        let pause = Duration::from_millis(random.random_range(2_000..12_000));
        tokio::time::sleep(pause).await;
    }
}

/// No fault, or a fault for some requests.
fn some(random: &mut ChaCha8Rng) -> Vec<Fault> {
    let count = random.random_range(0..3);
    (0..count)
        .map(|_| {
            let times = random.random_range(1..12);
            Fault::times(times, kind(random)).after(random.random_range(0..20))
        })
        .collect()
}

fn kind(random: &mut ChaCha8Rng) -> FaultKind {
    let seconds = random.random_range(1..5);
    match random.random_range(0..14) {
        0 => {
            FaultKind::Throttled { retry_after_seconds: Some(seconds), resets_after_seconds: None }
        }
        1 => {
            FaultKind::Throttled { retry_after_seconds: None, resets_after_seconds: Some(seconds) }
        }
        2 => FaultKind::ServerError { status: 500 },
        3 => FaultKind::ServerError { status: 503 },
        4 => FaultKind::Slow { millis: u64::from(seconds) * 500 },
        5 => FaultKind::Slow { millis: 120_000 },
        6 => FaultKind::CutBody,
        7 => FaultKind::Reset,
        8 => FaultKind::Garbage,
        9 => FaultKind::WrongTypes,
        10 => FaultKind::RepeatPage,
        11 => FaultKind::StaleSkipToken,
        12 => FaultKind::HugeRow { bytes: 1 << 20 },
        _ => FaultKind::ExpiredToken,
    }
}
