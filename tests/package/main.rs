//! Tests of the archive that `make package` made for this machine. `make packaged` renews the archive and runs them.

mod archive;
#[cfg(target_os = "linux")]
mod chroot;
#[cfg(target_os = "linux")]
mod dns;
mod running;
#[expect(dead_code, reason = "fewer things are asked of a package")]
#[path = "../it/support.rs"]
mod support;
#[expect(dead_code, reason = "names are asked for here, addresses there")]
#[path = "../it/tls.rs"]
mod tls;
mod unpacked;
