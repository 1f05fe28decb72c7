//! What a process takes; Linux only.

use crate::process::memory;
use std::time::{Duration, Instant};

/// What a process takes.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// Resident memory.
    pub megabytes: f64,
    /// Open file descriptors.
    pub descriptors: usize,
    pub threads: usize,
}

impl Usage {
    /// What `process` takes now.
    pub fn of(process: u32) -> Self {
        let count = |what: &str| {
            std::fs::read_dir(format!("/proc/{process}/{what}")).map_or(0, Iterator::count)
        };
        Self { megabytes: memory(process).0, descriptors: count("fd"), threads: count("task") }
    }
}

/// The most of each that `process` takes within that time.
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
