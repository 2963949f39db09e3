//! `cargo xtask fuzz TARGET`: inputs by dice, or by the branches that they take, for something that reads them.

use crate::project::Project;
use crate::step::{loud_step, run};
use anyhow::{Context as _, Result, bail};
use std::panic;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use takeroot_core::fact::Key;
use takeroot_fuzz::{Target, changed, corpus, folders, inputs};

/// How often it is looked at the time.
const ROUND: u64 = 200;

/// Changes the corpus of a target by dice, on all cores, until the time is over or something does not hold. What it did
/// not hold of is kept in a file.
pub(crate) fn by_dice(project: &Project, target: Target, lasts: Duration, seed: u64) -> Result<()> {
    let corpus = inputs(target.name).with_context(|| target.name)?;
    corpus.iter().for_each(|input| (target.check)(input));
    println!("  {}: seed {seed}, for {lasts:?}", target.name);
    let ends = Instant::now() + lasts;
    let (next, failed) = (AtomicU64::new(seed), Mutex::new(None));
    let stopped = AtomicBool::new(false);
    let said = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while Instant::now() < ends && !stopped.load(Ordering::Relaxed) {
                    let from = next.fetch_add(ROUND, Ordering::Relaxed);
                    for input in (0..ROUND).map(|n| changed(&corpus, from.wrapping_add(n))) {
                        if panic::catch_unwind(|| (target.check)(&input)).is_err() {
                            stopped.store(true, Ordering::Relaxed);
                            *failed.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(input);
                            break;
                        }
                    }
                }
            });
        }
    });
    panic::set_hook(said);
    if let Some(input) = failed.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
        let file = kept(project, target, &input)?;
        println!("  it does not hold of {}; put it into {}", file.display(), corpus_of(target));
        (target.check)(&input);
        bail!("it held the second time");
    }
    println!("  {} inputs, all of them held", next.into_inner().wrapping_sub(seed));
    Ok(())
}

fn kept(project: &Project, target: Target, input: &[u8]) -> Result<PathBuf> {
    let folder = project.out().join("fuzz-inputs");
    std::fs::create_dir_all(&folder)?;
    let file = folder.join(format!("{}-{:016x}", target.name, Key::of(input).number()));
    std::fs::write(&file, input)?;
    Ok(file)
}

fn corpus_of(target: Target) -> String {
    corpus(target.name).display().to_string()
}

/// Has cargo-fuzz look for inputs that take other branches. What it finds on the way is kept outside the corpus.
pub(crate) fn by_branches(project: &Project, target: Target, lasts: Duration) -> Result<()> {
    let version = Command::new("cargo").args(["+nightly", "fuzz", "--version"]).output();
    if !version.is_ok_and(|asked| asked.status.success()) {
        bail!("--coverage needs a nightly toolchain and cargo-fuzz (cargo install cargo-fuzz)");
    }
    let found = project.out().join("fuzz-found").join(target.name);
    std::fs::create_dir_all(&found)?;
    loud_step(&format!("{}, for {lasts:?}", target.name), || {
        let mut command = Command::new("cargo");
        command
            .args(["+nightly", "fuzz", "run", "--fuzz-dir"])
            .arg(project.root.join("crates/fuzz/coverage"));
        command.args(["--target-dir"]).arg(project.root.join("target/fuzz")).arg(target.name);
        command.arg(&found).args(folders(target.name)).args(["--", "-max_len=8192", "-timeout=10"]);
        run(command.arg(format!("-max_total_time={}", lasts.as_secs())).env_remove("RUSTUP_TOOLCHAIN"))
    })
}
