use anyhow::{Result, bail};

use crate::build;
use crate::pack;
use crate::project::Project;
use crate::step::{cargo, loud_step, output, run, step};

/// Formatting, lints, licences, sizes: all of them, then an error that names what failed.
pub(crate) fn all(project: &Project) -> Result<()> {
    let cargo = |args: &[&str]| {
        let mut command = cargo();
        command.args(args).current_dir(&project.root);
        command
    };
    let outcomes = [
        (
            "formatting",
            step("formatting (cargo fmt)", || output(&mut cargo(&["fmt", "--all", "--check"])).map(drop)),
        ),
        ("lints", loud_step("lints (clippy)", || run(cargo(&CLIPPY).args(["--", "-D", "warnings"])))),
        (
            "lints of the WASM shells",
            loud_step("lints of the WASM shells (clippy)", || {
                run(cargo(&CLIPPY_WASM).args(["--", "-D", "warnings"]))
            }),
        ),
        ("licences", licences(project)),
        ("the Worker", build::worker(project).map(drop)),
        ("the widget's archive", pack::archive(project).map(drop)),
    ];
    let mut failed = Vec::new();
    for (what, outcome) in outcomes {
        if let Err(error) = outcome {
            println!("\n{what}: {error:#}");
            failed.push(what);
        }
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

const CLIPPY: [&str; 5] = ["clippy", "--quiet", "--workspace", "--all-targets", "--no-deps"];
const CLIPPY_WASM: [&str; 11] = [
    "clippy",
    "--quiet",
    "--package",
    "takeroot-worker",
    "--package",
    "takeroot-widget",
    "--package",
    "takeroot-settings",
    "--lib",
    "--target",
    "wasm32-unknown-unknown",
];

fn licences(project: &Project) -> Result<()> {
    if output(cargo().args(["deny", "--version"])).is_err() {
        println!("skipped: licences: cargo-deny is not installed (cargo install cargo-deny)");
        return Ok(());
    }
    loud_step("licences, bans, sources, advisories (cargo deny)", || {
        run(cargo().args(["deny", "check"]).current_dir(&project.root))
    })
}
