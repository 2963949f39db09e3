//! Mandatory fields beside a compiled JSON Schema and engines of rules: the same rules and cards as in
//! `crates/core/benches/card.rs`.

use std::path::PathBuf;

use anyhow::Result;
use wasm_bindgen_cli_support::Bindgen;

use super::native::{bench, node, or_skipped};
use super::row::{Row, compare};
use crate::build::empty;
use crate::project::Project;
use crate::setup;
use crate::step::{cargo, loud_step, run as run_loud};

const OURS: &str = "card::report";
const AJV: &str = "ajv, compiled, in Node";
/// Ours begins with the deal, too.
const AJV_OF_DEAL: &str = "ajv, the flat card made of the deal first";
const FIFTY: &str = "50 cards in one call from JavaScript";
const WASM: &str = "card::report in WASM, boundary included";
const CARDS: [&str; 2] = ["card, nothing is missing", "card, three of seven fields are missing"];

pub(crate) fn run(project: &Project) -> Result<Vec<Row>> {
    let mut rows = bench(project, &["--package", "takeroot-core"], &["card"])?;
    rows.retain(|row| row.name == OURS && CARDS.contains(&row.of.as_str()));
    for (script, peer) in [("required.cjs", AJV), ("rules.cjs", "engines of rules, in Node")] {
        rows.extend(or_skipped(CARDS.into_iter(), peer, || node(project, script, &[])));
    }
    compare(&mut rows, OURS, AJV_OF_DEAL, "ajv from the deal");
    for row in &mut rows {
        row.of = row.of.replacen("card", "mandatory fields alone", 1);
    }
    rows.extend(fifty(project)?);
    Ok(rows)
}

fn fifty(project: &Project) -> Result<Vec<Row>> {
    let bindings = bindings(project)?;
    let args = [FIFTY.as_ref(), bindings.as_os_str()];
    let mut rows = or_skipped([FIFTY].into_iter(), AJV, || node(project, "fifty.cjs", &args));
    compare(&mut rows, WASM, AJV, "ajv");
    let peer = rows.iter().find(|row| row.name == AJV).and_then(|row| row.cost.as_ref().ok());
    let target_ns = peer.map(|cost| cost.median_ns);
    for cost in rows.iter_mut().filter(|row| row.name == WASM).flat_map(|row| &mut row.cost) {
        cost.target_ns = target_ns;
    }
    Ok(rows)
}

/// What judges cards in WASM, as Node loads it.
fn bindings(project: &Project) -> Result<PathBuf> {
    setup::ready(project)?;
    let target = project.out().join("bench/cards");
    loud_step("compiling the judge of cards to WASM", || {
        let mut command = cargo();
        command.args(["build", "--release", "--quiet", "--package", "takeroot-widget", "--example", "cards"]);
        command.args(["--target", "wasm32-unknown-unknown", "--target-dir"]).arg(&target);
        run_loud(command.current_dir(&project.root))
    })?;
    let bound = target.join("bound");
    empty(&bound)?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(target.join("wasm32-unknown-unknown/release/examples/cards.wasm"));
    bindgen.nodejs(true)?.typescript(false).generate(&bound)?;
    Ok(bound.join("cards.js"))
}
