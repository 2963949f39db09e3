//! What must hold of every input, whatever its bytes: a function for each thing that reads what others write. It panics
//! where it does not hold.
//!
//! The corpus beside it is replayed by the tests, with changes by dice; `cargo xtask fuzz TARGET` goes on for as long as one
//! likes; `crates/fuzz/coverage` asks the same functions with cargo-fuzz, which follows the branches that are taken.

#![allow(clippy::panic, clippy::missing_panics_doc, reason = "what does not hold is told by a panic")]

mod account;
mod dice;
mod history;
mod target;

pub use dice::changed;

use std::path::{Path, PathBuf};

/// Something that reads what others write.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, and that of its folder in the corpus.
    pub name: &'static str,
    /// Asks what must hold.
    pub check: fn(&[u8]),
}

/// All of them.
pub const TARGETS: [Target; 13] = [
    Target { name: "form", check: target::form },
    Target { name: "hook", check: target::hook },
    Target { name: "api", check: target::api },
    Target { name: "pages", check: target::pages },
    Target { name: "token", check: target::token },
    Target { name: "policy", check: target::policy },
    Target { name: "calendar", check: target::calendar },
    Target { name: "fact", check: target::fact },
    Target { name: "mapping", check: history::mapping },
    Target { name: "csv", check: history::csv },
    Target { name: "capability", check: account::capability },
    Target { name: "archive", check: account::archive },
    Target { name: "day", check: account::day },
];

/// The target of a name.
#[must_use]
pub fn target(name: &str) -> Option<Target> {
    TARGETS.into_iter().find(|target| target.name == name)
}

/// Where new inputs of a target are put.
#[must_use]
pub fn corpus(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name)
}

/// Where the inputs of a target lie: its corpus, and the examples that anybody can take.
#[must_use]
pub fn folders(name: &str) -> Vec<PathBuf> {
    let examples = match name {
        "policy" => Some("policies"),
        "mapping" => Some("mappings"),
        _ => None,
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    std::iter::once(corpus(name)).chain(examples.map(|folder| root.join(folder))).collect()
}

/// The inputs of a target in the order of their names.
///
/// # Errors
/// They cannot be read.
pub fn inputs(name: &str) -> std::io::Result<Vec<Vec<u8>>> {
    let mut files = Vec::new();
    for folder in folders(name) {
        for entry in std::fs::read_dir(folder)? {
            files.push(entry?.path());
        }
    }
    files.sort();
    files.iter().map(std::fs::read).collect()
}
