use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use takeroot_stand::card::WIDGET_ARCHIVE;
use takeroot_stand::skip::SKIPPED_FILE;
use takeroot_stand::workerd::{PANICS, SERVER_FOLDER, WORKER_FOLDER, WORKERD_BINARY};

use crate::aside::Aside;
use crate::build::Built;
use crate::pack;
use crate::project::Project;
use crate::setup::{self, Panics};
use crate::step::{cargo, loud_step, run};

/// The packages whose tests need nothing of ours to be built.
const OWN: [&str; 2] = ["--package", "xtask"];
/// The packages that are tested with what is built.
const WORKSPACE: [&str; 5] = ["--workspace", "--exclude", "takeroot-worker", "--exclude", "xtask"];

/// Builds what is tested, passes all tests, and says what was skipped.
pub(crate) fn all(project: &Project) -> Result<()> {
    setup::ready(project)?;
    setup::valgrind();
    let skipped = project.out().join("skipped.txt");
    fs::create_dir_all(project.out())?;
    fs::write(&skipped, "")?;
    // Of two processors one often waits for the other: what needs nothing of each other is done side by side.
    let mut compile = cargo();
    compile.args(["test", "--no-run"]).args(WORKSPACE).current_dir(&project.root);
    let compiling = Aside::start(project, "compiling the tests", &mut compile)?;
    let mut own = cargo();
    own.args(["test", "--no-fail-fast"]).args(OWN).current_dir(&project.root).env(SKIPPED_FILE, &skipped);
    let own = Aside::start(project, "tests of xtask", &mut own)?;
    let (built, widget) = pack::with_worker(project)?;
    let server = server(project, &built, &widget)?;
    setup::browser();
    setup::fonts();
    setup::sqlite();
    compiling.wait()?;
    let own = own.wait();
    let mut paths = vec![(WIDGET_ARCHIVE, widget), (SKIPPED_FILE, skipped.clone())];
    paths.extend(server.map(|folder| (SERVER_FOLDER, folder)));
    let passed = loud_step("tests", || cargo_test(project, &built, &paths));
    report(&built, &fs::read_to_string(&skipped)?);
    passed.and(own)
}

/// The folder that a server is given, where this machine can make it.
fn server(project: &Project, built: &Built, widget: &Path) -> Result<Option<PathBuf>> {
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    return crate::dist::folder(project, built, widget).map(Some);
    #[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
    return Ok(None);
}

fn cargo_test(project: &Project, built: &Built, paths: &[(&str, PathBuf)]) -> Result<()> {
    run(cargo()
        .args(["test", "--no-fail-fast"])
        .args(WORKSPACE)
        .current_dir(&project.root)
        .env(WORKER_FOLDER, &built.worker)
        .env(WORKERD_BINARY, &built.workerd)
        .env(PANICS, built.panics.word())
        .envs(paths.iter().map(|(name, path)| (name, path))))
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
