//! `cargo xtask simulate`: stories of companies in any weather, as many as asked for.

use anyhow::{Result, ensure};
use lexopt::{Arg, Parser, ValueExt as _};

use crate::project::Project;
use crate::step::{cargo, loud_step, run as run_command};

const HELP: &str = "\
cargo xtask simulate [--seeds N] [--seed FIRST] [--core]

Tells N stories (1,000 by default) on all cores: some days of a company, its CRM and its account, where webhooks, answers
and alarms are lost, doubled and late, storage breaks, the process dies between any two writes, the clock jumps, the rules
change and an older form of storage is taken over. In the end all figures must equal those of the same days in calm.

--core tells stories of the core alone instead: a company's true history, told late, twice and in any order, beside a
model that knows the truth.

A story that ends wrongly is named, and how to tell it again.";

const SEEDS: u64 = 1000;

pub(crate) fn run(mut args: Parser) -> Result<()> {
    let (mut seeds, mut first, mut core) = (SEEDS, 1, false);
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => {
                println!("{HELP}");
                return Ok(());
            }
            Arg::Long("seeds") => seeds = args.value()?.parse()?,
            Arg::Long("seed") => first = args.value()?.parse()?,
            Arg::Long("core") => core = true,
            other => return Err(other.unexpected().into()),
        }
    }
    ensure!(seeds > 0, "--seeds takes a number from 1 on");
    let project = Project::here()?;
    let test: &[&str] = if core {
        &["--package", "takeroot-core", "--features", "zones", "--test", "simulation"]
    } else {
        &["--package", "takeroot-account", "--test", "crm", "weather"]
    };
    loud_step(&format!("{seeds} stories"), || {
        run_command(
            cargo()
                .args(["test", "--release", "--quiet"])
                .args(test)
                .args(["--", "--nocapture"])
                .current_dir(&project.root)
                .env("TAKEROOT_SEED", first.to_string())
                .env("TAKEROOT_SEEDS", seeds.to_string()),
        )
    })
}
