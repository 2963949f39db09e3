//! The Rust benchmarks of the pure crates.

use anyhow::Result;

use super::row::{Row, compare};
use crate::project::Project;
use crate::step::{cargo, loud_step, output};

pub(crate) fn run(project: &Project) -> Result<Vec<Row>> {
    let core = ["--package", "takeroot-core", "--features", "zones"];
    let mut rows = bench(project, &core, &["calendar", "card", "deal", "fact"])?;
    let mut decoding = bench(project, &["--package", "takeroot-amocrm"], &["decode"])?;
    for name in ["Form::decode", "hook::read, to facts"] {
        compare(&mut decoding, name, "flat form_urlencoded", "a flat pass");
    }
    rows.append(&mut decoding);
    Ok(rows)
}

/// Rows of some benchmarks, one after another.
pub(crate) fn bench(project: &Project, package: &[&str], names: &[&str]) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for name in names {
        let printed = loud_step(&format!("the benchmark «{name}»"), || {
            let mut command = cargo();
            command.args(["bench", "--quiet"]).args(package).args(["--bench", name]);
            output(command.current_dir(&project.root))
        })?;
        rows.extend(Row::read(&printed)?);
    }
    Ok(rows)
}
