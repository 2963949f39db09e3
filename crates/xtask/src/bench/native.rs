//! The Rust benchmarks of the pure crates, beside what others offer for the same.

use std::ffi::OsStr;
use std::process::Command;

use anyhow::{Context, Result};

use super::python;
use super::row::{Row, compare};
use crate::project::Project;
use crate::setup;
use crate::step::{cargo, loud_step, output};

/// Of a reason so much is told.
const WHY_CHARS_MAX: usize = 160;

const QS: &str = "qs 6.17.1, in Node";
const SERDE_QS: &str = "serde_qs 1.1.3, to a tree (serde_json)";
const BIZ: &str = "biz 1.8.2, in Ruby";
const TIMEDELTA: &str = "businesstimedelta 1.0.1, in Python";

pub(crate) fn run(project: &Project) -> Result<Vec<Row>> {
    let core = ["--package", "takeroot-core", "--features", "zones"];
    let mut rows = bench(project, &core, &["calendar", "card", "deal", "fact"])?;
    let businesses = |row: &Row| row.of.starts_with("business time").then(|| row.of.clone());
    let tables: Vec<String> = rows.iter().filter_map(businesses).collect();
    let beside = tables.iter().map(String::as_str);
    rows.extend(or_skipped(beside.clone(), "libraries in Node", || node(project, "business_time.cjs", &[])));
    rows.extend(or_skipped(beside.clone(), BIZ, || biz(project)));
    rows.extend(or_skipped(beside, TIMEDELTA, || {
        let python = python::environment(project, "businesstimedelta==1.0.1")?;
        let script = project.peers().join("business_time.py");
        Row::read(&loud_step("businesstimedelta", || output(Command::new(python).arg(script)))?)
    }));
    compare(&mut rows, "core::timetable", TIMEDELTA, "businesstimedelta");
    rows.extend(decoding(project)?);
    Ok(rows)
}

/// Rows of Ruby's biz, whose gem is installed where it is missing.
fn biz(project: &Project) -> Result<Vec<Row>> {
    let gems = project.out().join("bench/biz");
    loud_step("biz, in Ruby (gem install)", || {
        let mut gem = Command::new("gem");
        gem.args(["install", "--no-document", "--conservative", "--install-dir"]).arg(&gems);
        output(gem.args(["biz", "--version", "1.8.2"]))?;
        let mut ruby = Command::new("ruby");
        ruby.arg(project.peers().join("business_time.rb")).env("GEM_HOME", &gems).env("GEM_PATH", &gems);
        Row::read(&output(&mut ruby)?)
    })
}

fn decoding(project: &Project) -> Result<Vec<Row>> {
    let body = project.out().join("bench/body.form");
    std::fs::create_dir_all(project.out().join("bench"))?;
    let printed = loud_step("the benchmark «decode»", || {
        let mut command = cargo();
        command.args(["bench", "--quiet", "--package", "takeroot-amocrm", "--bench", "decode"]);
        output(command.current_dir(&project.root).env("TAKEROOT_BODY_FILE", &body))
    })?;
    let mut rows = Row::read(&printed)?;
    let own = rows.first().context("no row of decoding")?.of.clone();
    let args = [own.as_ref(), body.as_os_str()];
    rows.extend(or_skipped([own.as_str()].into_iter(), QS, || node(project, "decoding.cjs", &args)));
    compare(&mut rows, "hook::read, to facts", "flat form_urlencoded", "a flat pass");
    compare(&mut rows, "Form::decode", "flat form_urlencoded", "a flat pass");
    for peer in [QS, SERDE_QS] {
        compare(&mut rows, peer, "Form::decode", "Form::decode");
    }
    Ok(rows)
}

/// Rows that a peer's script prints.
pub(super) fn node(project: &Project, script: &str, args: &[&OsStr]) -> Result<Vec<Row>> {
    let folder = project.peers();
    setup::npm_packages(&folder)?;
    let mut command = Command::new("node");
    command.arg(script).args(args).current_dir(&folder);
    Row::read(&loud_step(script, || output(&mut command))?)
}

/// The rows of a peer, or one for each table that says why there are none.
pub(super) fn or_skipped<'a>(
    tables: impl Iterator<Item = &'a str>,
    peer: &str,
    measured: impl FnOnce() -> Result<Vec<Row>>,
) -> Vec<Row> {
    measured().unwrap_or_else(|error| {
        let why: String = format!("{error:#}").replace('\n', " ").chars().take(WHY_CHARS_MAX).collect();
        tables.map(|table| Row::skipped(table, peer, &why)).collect()
    })
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
