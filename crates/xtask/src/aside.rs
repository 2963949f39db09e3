//! Work of another process beside one's own. What it says is shown when it is waited for: two would talk at once.

use std::fs::{self, File};
use std::io::{Write as _, stdout};
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::project::Project;
use crate::step::told;

/// What has begun beside. Where nobody waits for it any more, it ends.
pub(crate) struct Aside {
    what: &'static str,
    child: Child,
    said: PathBuf,
    started: Instant,
}

impl Aside {
    /// Begins; `what` names it in what is printed.
    pub(crate) fn start(project: &Project, what: &'static str, command: &mut Command) -> Result<Self> {
        let said = project.out().join(format!("{}.txt", what.replace(' ', "-")));
        fs::create_dir_all(project.out())?;
        let file = File::create(&said).with_context(|| said.display().to_string())?;
        let child = command.stdout(file.try_clone()?).stderr(file).spawn();
        println!("> {what}, meanwhile");
        let child = child.with_context(|| format!("{what}: cannot be started"))?;
        Ok(Self { what, child, said, started: Instant::now() })
    }

    /// Waits for its end, and shows what it said.
    pub(crate) fn wait(mut self) -> Result<()> {
        let status = self.child.wait()?;
        stdout().write_all(&fs::read(&self.said)?)?;
        told(self.what, status.success(), self.started);
        ensure!(status.success(), "{} ended with {status}", self.what);
        Ok(())
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        // It may have ended, and then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
