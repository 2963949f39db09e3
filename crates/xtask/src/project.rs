use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Where things lie.
#[derive(Debug, Clone)]
pub(crate) struct Project {
    /// The root of the repository.
    pub(crate) root: PathBuf,
}

impl Project {
    pub(crate) fn here() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
        Ok(Self { root: root.context("xtask lies in crates/xtask")?.to_owned() })
    }

    /// All that the commands write.
    pub(crate) fn out(&self) -> PathBuf {
        self.root.join("target/takeroot")
    }

    /// The built Worker: `index.js` and `index_bg.wasm`, nothing else.
    pub(crate) fn worker(&self) -> PathBuf {
        self.out().join("worker")
    }

    /// The folder with the lock file of what comes from npm.
    pub(crate) fn tools(&self) -> PathBuf {
        self.root.join("tools")
    }

    /// The folder of what only benchmarks are held against, with a lock file of its own.
    pub(crate) fn peers(&self) -> PathBuf {
        self.tools().join("peers")
    }

    /// A command of an npm package.
    pub(crate) fn tool(&self, name: &str) -> PathBuf {
        let suffix = if cfg!(windows) { ".cmd" } else { "" };
        self.tools().join(format!("node_modules/.bin/{name}{suffix}"))
    }

    /// The binary of workerd for this machine.
    pub(crate) fn workerd(&self) -> PathBuf {
        let system = match std::env::consts::OS {
            "macos" => "darwin",
            other => other,
        };
        let processor = match std::env::consts::ARCH {
            "x86_64" => "64",
            "aarch64" => "arm64",
            other => other,
        };
        let file = format!("workerd{}", std::env::consts::EXE_SUFFIX);
        self.tools().join(format!("node_modules/@cloudflare/workerd-{system}-{processor}/bin")).join(file)
    }
}
