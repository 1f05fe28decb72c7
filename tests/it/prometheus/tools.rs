//! Finds Prometheus' programs.

use std::path::PathBuf;

/// The path of `prometheus` or `promtool`.
///
/// # Panics
/// The program isn't installed. These tests must not be skipped.
pub fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(name));
    found.into_iter().find(|file| file.is_file()).unwrap_or_else(|| {
        panic!("{name} is missing: run `make prometheus` or `apt-get install prometheus`")
    })
}
