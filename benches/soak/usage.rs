//! Resources that a process uses; Linux only.

use crate::process::memory;
use std::time::{Duration, Instant};

/// Resources that a process uses.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// Resident memory.
    pub megabytes: f64,
    /// Open file descriptors.
    pub descriptors: usize,
    pub threads: usize,
}

impl Usage {
    /// The resources that `process` uses now.
    pub fn of(process: u32) -> Self {
        let count = |what: &str| {
            std::fs::read_dir(format!("/proc/{process}/{what}")).map_or(0, Iterator::count)
        };
        Self { megabytes: memory(process).0, descriptors: count("fd"), threads: count("task") }
    }
}

/// The highest use of each resource by `process` within this time.
pub async fn highest(process: u32, time: Duration) -> Usage {
    let begun = Instant::now();
    let mut highest = Usage::of(process);
    while begun.elapsed() < time {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let now = Usage::of(process);
        highest = Usage {
            megabytes: highest.megabytes.max(now.megabytes),
            descriptors: highest.descriptors.max(now.descriptors),
            threads: highest.threads.max(now.threads),
        };
    }
    highest
}
