//! Mandatory fields beside a compiled JSON Schema: the same rules and cards as in `crates/core/benches/card.rs`.

use std::process::Command;

use anyhow::Result;

use super::native::bench;
use super::row::{Row, compare};
use crate::project::Project;
use crate::setup;
use crate::step::{loud_step, output};

const OURS: &str = "card::report";
const AJV: &str = "ajv, compiled, in Node";
const CARDS: [&str; 2] = ["card, nothing is missing", "card, three of seven fields are missing"];

pub(crate) fn run(project: &Project) -> Result<Vec<Row>> {
    let mut rows = bench(project, &["--package", "takeroot-core"], &["card"])?;
    rows.retain(|row| row.name == OURS && CARDS.contains(&row.of.as_str()));
    match peer(project) {
        Ok(peers) => rows.extend(peers),
        Err(error) => {
            rows.extend(CARDS.map(|card| Row::skipped(card, AJV, format!("{error:#}").replace('\n', " "))))
        }
    }
    compare(&mut rows, OURS, AJV, "ajv");
    for row in &mut rows {
        row.of = row.of.replacen("card", "mandatory fields alone", 1);
    }
    Ok(rows)
}

fn peer(project: &Project) -> Result<Vec<Row>> {
    let folder = project.peers();
    setup::npm_packages(&folder)?;
    let printed = loud_step("ajv", || output(Command::new("node").arg("required.cjs").current_dir(&folder)))?;
    Row::read(&printed)
}
