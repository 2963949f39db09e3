use crate::build;
use crate::inputs;
use crate::project::Project;
use crate::step::step;
use anyhow::{Context as _, Result};
use lexopt::{Arg, Parser};
use std::time::{Duration, Instant};
use takeroot_fuzz::TARGETS;
use takeroot_stand::edge::Edge;
use takeroot_stand::fuzz::fuzz;
use takeroot_stand::workerd::{Options, Workerd};

const HELP: &str = "\
cargo xtask fuzz [TARGET] [--for 10m] [--seed N] [--coverage]

Without a target: builds the Worker, starts it on workerd with a store of its own, and sends it requests of every published
route with their method, path, query, headers and body changed by dice, under tokens that hold and tokens that do not.
Fails at the first answer that is a fault, is not declared, or does not come, and where the Worker is not well afterwards;
it names the seed and the request.

With a target: changes its corpus (crates/fuzz/corpus) by dice on all cores, and asks what must hold of every input. Fails
at the first input of which it does not hold, and keeps it. Targets: form, hook, api, pages, token, policy, calendar, fact,
mapping, csv, capability, archive, day; all takes one after the other.

  --for T      how long, each: 90s, 10m, 2h (default 1m)
  --seed N     others (default: of the clock)
  --coverage   inputs that follow the branches they take: cargo-fuzz, with a nightly toolchain";

/// It runs on loopback and guards nothing.
const OPERATOR_KEY: &str = "fuzz-operator-key-on-loopback";

pub(crate) fn run(mut args: Parser) -> Result<()> {
    let (mut lasts, mut seed) = (Duration::from_secs(60), crate::demo::now()?.unsigned_abs());
    let (mut targets, mut coverage) = (Vec::new(), false);
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("for") => {
                let text = args.value()?;
                lasts = text.to_str().and_then(duration).context("--for is 90s, 10m or 2h")?;
            }
            Arg::Long("seed") => {
                let text = args.value()?;
                seed = text.to_str().and_then(|text| text.parse().ok()).context("--seed is a number")?;
            }
            Arg::Long("coverage") => coverage = true,
            Arg::Value(name) if name == "all" => targets.extend(TARGETS),
            Arg::Value(name) => {
                let known = name.to_str().and_then(takeroot_fuzz::target);
                targets.push(known.with_context(|| format!("there is no target {}", name.display()))?);
            }
            Arg::Short('h') | Arg::Long("help") => {
                println!("{HELP}");
                return Ok(());
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let project = Project::here()?;
    if !targets.is_empty() {
        return targets.into_iter().try_for_each(|target| match coverage {
            true => inputs::by_branches(&project, target, lasts),
            false => inputs::by_dice(&project, target, lasts, seed),
        });
    }
    routes(&project, lasts, seed)
}

fn routes(project: &Project, lasts: Duration, seed: u64) -> Result<()> {
    let built = build::worker(project)?;
    let state = project.out().join("fuzz");
    if state.exists() {
        std::fs::remove_dir_all(&state).with_context(|| format!("{} is in use", state.display()))?;
    }
    let mut options = Options::new(built.workerd, built.worker, state, OPERATOR_KEY);
    options.vars.insert("PUBLISH_INTERVAL_MS".to_owned(), "1000".to_owned());
    let workerd = step("starting the Worker on workerd", || Workerd::start(&options))?;
    let edge = Edge::new(workerd.url(), OPERATOR_KEY);
    println!("  seed {seed}, for {lasts:?}");
    let ends = Instant::now() + lasts;
    let fuzzed = fuzz(&edge, workerd.port(), OPERATOR_KEY, seed, |_| Instant::now() < ends)?;
    let rate = fuzzed.requests / fuzzed.took.as_secs().max(1);
    println!(
        "  {} requests, {rate} a second, the slowest answer after {:?}",
        fuzzed.requests, fuzzed.slowest
    );
    for (status, n) in &fuzzed.statuses {
        println!("  {status}  {n}");
    }
    workerd.stop().map(drop)
}

fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return None,
    };
    Some(Duration::from_secs(number.parse::<u64>().ok()?.checked_mul(unit)?))
}
