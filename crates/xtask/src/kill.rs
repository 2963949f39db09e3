//! `cargo xtask kill`: power cuts in the middle of bursts, as many as asked for.

use anyhow::{Result, ensure};
use lexopt::{Arg, Parser, ValueExt as _};
use takeroot_stand::workerd::{PANICS, WORKER_FOLDER, WORKERD_BINARY};

use crate::build;
use crate::project::Project;
use crate::step::{cargo, loud_step, run as run_command};

const HELP: &str = "\
cargo xtask kill [--rounds N]

Kills workerd N times (50 by default) in the middle of a burst of 2,000 webhooks, five times in the weeks of each of
several companies, starts it again, and counts what was acknowledged, what of that was lost, and what counts twice. Every
figure must equal a replay afterwards.";
const ROUNDS: usize = 50;
/// Read by the test `kill`.
const KILL_ROUNDS: &str = "TAKEROOT_KILL_ROUNDS";

pub(crate) fn run(mut args: Parser) -> Result<()> {
    let mut rounds = ROUNDS;
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => {
                println!("{HELP}");
                return Ok(());
            }
            Arg::Long("rounds") => rounds = args.value()?.parse()?,
            other => return Err(other.unexpected().into()),
        }
    }
    ensure!(rounds > 0, "--rounds takes a number from 1 on");
    let project = Project::here()?;
    let built = build::worker(&project)?;
    loud_step(&format!("{rounds} power cuts"), || {
        let test = ["test", "--quiet", "--package", "takeroot-tests", "--test", "end_to_end"];
        run_command(
            cargo()
                .args(test)
                .args(["nothing_acknowledged_is_lost", "--", "--nocapture"])
                .current_dir(&project.root)
                .env(WORKER_FOLDER, &built.worker)
                .env(WORKERD_BINARY, &built.workerd)
                .env(PANICS, built.panics.word())
                .env(KILL_ROUNDS, rounds.to_string()),
        )
    })
}
