//! What else counts a log's days: DuckDB and Polars, in Python environments of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::process::{Ran, on_cores, run};
use super::python::environment;
use crate::project::Project;

/// Days that are compared: all must be, and some must have counts.
const DAYS_MIN: usize = 30;

/// A library of Python with a script that counts; ready to run.
#[derive(Debug)]
pub(crate) struct Counter {
    python: PathBuf,
    /// The script and what it is told first.
    script: Vec<PathBuf>,
}

impl Counter {
    /// Installs it where it is missing.
    pub(crate) fn duckdb(project: &Project) -> Result<Self> {
        let sql = project.root.join("crates/history/tests/bpic2012.sql");
        Self::ready(project, "duckdb==2.0.0", vec![project.peers().join("bpic2012.py"), sql])
    }

    /// Installs it where it is missing.
    pub(crate) fn polars(project: &Project) -> Result<Self> {
        Self::ready(project, "polars==2.1.0", vec![project.peers().join("bpic2012_polars.py")])
    }

    fn ready(project: &Project, package: &str, script: Vec<PathBuf>) -> Result<Self> {
        Ok(Self { python: environment(project, package)?, script })
    }

    /// Counts the days of a log. The time is that of the counting alone.
    pub(crate) fn count(&self, log: &Path, figures: &Path, cores: usize) -> Result<Ran> {
        let mut command = on_cores(cores, &self.python);
        command.args(&self.script).args([log, figures]).arg(cores.to_string());
        let ran = run(&mut command)?;
        let seconds: f64 = ran.printed.trim().parse().context("the seconds that the counting took")?;
        Ok(Ran { time: Duration::from_secs_f64(seconds), ..ran })
    }
}

/// Holds the documents of `takeroot replay` against what another counted, day by day.
pub(crate) fn agree(figures: &Path, days: &Path) -> Result<()> {
    let text = fs::read_to_string(figures)?;
    let mut compared = 0;
    for line in text.lines().skip(1) {
        let mut columns = line.split(',');
        let day = columns.next().unwrap_or_default();
        let document: Value = serde_json::from_slice(&fs::read(days.join(format!("{day}.json")))?)?;
        let counts = document.pointer("/figures/all/n");
        for (name, theirs) in ["entered", "won", "lost", "active", "moves"].into_iter().zip(columns) {
            let ours = counts.and_then(|counts| counts.get(name)?.as_i64()).unwrap_or(0);
            ensure!(theirs.parse() == Ok(ours), "{day}, {name}: {figures:?} has {theirs}, takeroot {ours}");
        }
        compared += 1;
    }
    ensure!(compared >= DAYS_MIN, "only {compared} days could be compared");
    Ok(())
}
