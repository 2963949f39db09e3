//! Python with a package, in an environment of its own.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::project::Project;
use crate::step::{output, step};

/// A Python that has the package, `name==version`; installed where it is missing.
pub(super) fn environment(project: &Project, package: &str) -> Result<PathBuf> {
    let name = package.split('=').next().unwrap_or(package);
    let folder = project.out().join("bench").join(name);
    let python = folder.join("bin/python");
    let stamp = folder.join("installed");
    if !fs::read_to_string(&stamp).is_ok_and(|installed| installed == package) {
        step(&format!("installing {name} (python3 -m venv, pip install)"), || {
            output(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
            output(Command::new(&python).args(["-m", "pip", "install", "--quiet", package]))
        })?;
        fs::write(stamp, package)?;
    }
    Ok(python)
}
