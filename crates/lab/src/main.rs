//! The executable of the lab; see [`lab`].

use std::process::ExitCode;

fn main() -> ExitCode {
    lab::main()
}
