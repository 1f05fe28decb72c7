//! The plugin's executable; see [`azuregitops::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    azuregitops::cli::main()
}
