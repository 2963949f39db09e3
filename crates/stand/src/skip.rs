//! Tests that cannot run here say so, and `cargo xtask test` repeats it at its end.

use std::fs::OpenOptions;
use std::io::Write as _;

/// Names the file that collects what was skipped.
pub const SKIPPED_FILE: &str = "TAKEROOT_SKIPPED";

/// Says that a test was skipped, and why.
pub fn skipped(what: &str, why: &str) {
    let line = format!("skipped: {what}: {why}\n");
    let noted = std::env::var_os(SKIPPED_FILE)
        .and_then(|path| OpenOptions::new().create(true).append(true).open(path).ok())
        .and_then(|mut file| file.write_all(line.as_bytes()).ok());
    if noted.is_none() {
        let _ = std::io::stderr().write_all(line.as_bytes());
    }
}
