use std::io::{IsTerminal as _, stdout};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};

/// Says what begins, does it, and says how long it took. `work` prints nothing; a terminal shows a spinner.
pub(crate) fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    if !stdout().is_terminal() {
        return loud_step(what, work);
    }
    let spinner = ProgressBar::new_spinner().with_message(what.to_owned());
    spinner.set_style(ProgressStyle::with_template("{spinner} {msg} {elapsed}")?);
    spinner.enable_steady_tick(Duration::from_millis(100));
    let started = Instant::now();
    let done = work();
    spinner.finish_and_clear();
    told(what, done.is_ok(), started);
    done.with_context(|| what.to_owned())
}

/// As [`step`], for work that shows its own progress.
pub(crate) fn loud_step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("> {what}");
    let started = Instant::now();
    let done = work();
    told(what, done.is_ok(), started);
    done.with_context(|| what.to_owned())
}

/// Runs a command that speaks for itself.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| cannot_start(command))?;
    if !status.success() {
        bail!("{} ended with {status}", program(command));
    }
    Ok(())
}

/// Runs a command and returns what it printed; when it fails, what it said is in the error.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| cannot_start(command))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!("{} ended with {}\n{said}{complaint}", program(command), output.status);
    }
    Ok(said)
}

/// The cargo that runs this program, with the toolchain that the repository pins.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn cannot_start(command: &Command) -> String {
    format!("{} cannot be started", program(command))
}

fn program(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

/// Says how something ended, and how long it took.
pub(crate) fn told(what: &str, is_good: bool, since: Instant) {
    println!("{} {what}: {:.1} s", if is_good { "✓" } else { "✗" }, since.elapsed().as_secs_f64());
}
