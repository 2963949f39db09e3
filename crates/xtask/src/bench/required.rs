//! Mandatory fields beside a compiled JSON Schema and engines of rules: the same rules and cards as in
//! `crates/core/benches/card.rs`.

use anyhow::Result;

use super::native::{bench, node, or_skipped};
use super::row::{Row, compare};
use crate::project::Project;

const OURS: &str = "card::report";
const AJV: &str = "ajv, compiled, in Node";
const CARDS: [&str; 2] = ["card, nothing is missing", "card, three of seven fields are missing"];

pub(crate) fn run(project: &Project) -> Result<Vec<Row>> {
    let mut rows = bench(project, &["--package", "takeroot-core"], &["card"])?;
    rows.retain(|row| row.name == OURS && CARDS.contains(&row.of.as_str()));
    for (script, peer) in [("required.cjs", AJV), ("rules.cjs", "engines of rules, in Node")] {
        rows.extend(or_skipped(CARDS.into_iter(), peer, || node(project, script, &[])));
    }
    compare(&mut rows, OURS, AJV, "ajv");
    for row in &mut rows {
        row.of = row.of.replacen("card", "mandatory fields alone", 1);
    }
    Ok(rows)
}
