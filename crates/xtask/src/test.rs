use std::fs;
use std::path::Path;

use anyhow::Result;
use takeroot_stand::card::WIDGET_ARCHIVE;
use takeroot_stand::skip::SKIPPED_FILE;
use takeroot_stand::workerd::{PANICS, WORKER_FOLDER, WORKERD_BINARY};

use crate::build::{self, Built};
use crate::pack;
use crate::project::Project;
use crate::setup::{self, Panics};
use crate::step::{cargo, loud_step, run};

/// Builds what is tested, passes all tests, and says what was skipped.
pub(crate) fn all(project: &Project) -> Result<()> {
    let built = build::worker(project)?;
    let widget = pack::archive(project)?;
    setup::browser();
    let skipped = project.out().join("skipped.txt");
    fs::write(&skipped, "")?;
    let workspace = ["--workspace", "--exclude", "takeroot-worker", "--exclude", "xtask"];
    let passed =
        loud_step("tests", || cargo_test(project, &built, &widget, &skipped, &workspace)).and_then(|()| {
            loud_step("tests of xtask", || {
                cargo_test(project, &built, &widget, &skipped, &["--package", "xtask"])
            })
        });
    report(&built, &fs::read_to_string(&skipped)?);
    passed
}

fn cargo_test(
    project: &Project,
    built: &Built,
    widget: &Path,
    skipped: &Path,
    packages: &[&str],
) -> Result<()> {
    run(cargo()
        .args(["test", "--no-fail-fast"])
        .args(packages)
        .current_dir(&project.root)
        .env(WORKER_FOLDER, &built.worker)
        .env(WORKERD_BINARY, &built.workerd)
        .env(PANICS, built.panics.word())
        .env(WIDGET_ARCHIVE, widget)
        .env(SKIPPED_FILE, skipped))
}

fn report(built: &Built, skipped: &str) {
    let mut lines: Vec<&str> = skipped.lines().collect();
    if built.panics == Panics::Abort {
        lines.push("skipped: tests that need unwinding: no source of the standard library");
    }
    if lines.is_empty() {
        println!("nothing was skipped");
    }
    for line in lines {
        println!("{line}");
    }
}
