//! DuckDB in a Python environment of its own, and its counts of a log's days.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::process::{Ran, on_cores, run};
use super::python::environment;
use crate::project::Project;

const PACKAGE: &str = "duckdb==2.0.0";
/// Days that are compared: all must be, and some must have counts.
const DAYS_MIN: usize = 30;

/// DuckDB, ready to run.
#[derive(Debug)]
pub(crate) struct DuckDb {
    python: PathBuf,
    script: PathBuf,
    sql: PathBuf,
}

impl DuckDb {
    /// Installs it where it is missing.
    pub(crate) fn ready(project: &Project) -> Result<Self> {
        let python = environment(project, PACKAGE)?;
        let sql = project.root.join("crates/history/tests/bpic2012.sql");
        Ok(Self { python, script: project.peers().join("bpic2012.py"), sql })
    }

    /// Counts the days of a log. The time is that of the SQL alone.
    pub(crate) fn count(&self, log: &Path, figures: &Path, cores: usize) -> Result<Ran> {
        let mut command = on_cores(cores, &self.python);
        command.args([&self.script, &self.sql]).args([log, figures]).arg(cores.to_string());
        let ran = run(&mut command)?;
        let seconds: f64 = ran.printed.trim().parse().context("the seconds that the SQL took")?;
        Ok(Ran { time: Duration::from_secs_f64(seconds), ..ran })
    }
}

/// Holds the documents of `takeroot replay` against the counts of SQL, day by day.
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
            ensure!(theirs.parse() == Ok(ours), "{day}, {name}: SQL counts {theirs}, takeroot {ours}");
        }
        compared += 1;
    }
    ensure!(compared >= DAYS_MIN, "only {compared} days could be compared");
    Ok(())
}
