//! `takeroot replay`: another system's history by the same rules.

mod output;
mod read;

use anyhow::{Context as _, Result, bail, ensure};
use lexopt::{Arg, Parser, ValueExt as _};
use std::ffi::OsString;
use std::num::NonZero;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use takeroot_core::contribution::Totals;
use takeroot_core::policy::{Policy, Rules};
use takeroot_core::time::{Day, Moment};
use takeroot_core::zone::Zone;
use takeroot_history::{History, Known, Mapping, Read, Tally};
use takeroot_panel::Lang;

const HELP: &str = "\
takeroot replay --map MAP.toml [--policy POLICY.toml] FILE…

Exports of deals (a row each) or logs of events (a row each), as CSV, also packed (.gz), through a mapping; the
examples are in examples/mappings. Prints the summary of the last whole day, the counts of the period, and the
rows that could not be read.

  --map FILE       which column is what, and what a row says
  --policy FILE    the policy to judge by (default: weekdays 09:00 to 18:00, a first response in 15 minutes)
  --from DATE      the first day of the period (default: the first one with a row)
  --to DATE        the last day of the period and of the summary (default: the last one but one with a row,
                   for an export mostly cuts its last day)
  --out DIR        write days/DATE.json for every day, summary.json and index.json
  --lang ru|en     the language of the summary (default ru)
  --threads N      default: as many as there are cores
  --memory-mb N    memory for rows, some 40 bytes each (default: half of what is free, or 2048)

Exit code 1 when the mapping or a file is wrong, with the place and a hint on standard error.";

struct Wishes {
    map: PathBuf,
    policy: Option<PathBuf>,
    from: Option<Day>,
    to: Option<Day>,
    out: Option<PathBuf>,
    lang: Lang,
    threads: usize,
    memory_bytes: usize,
    files: Vec<PathBuf>,
}

pub(crate) fn run(arguments: Vec<OsString>) -> Result<ExitCode> {
    let Some(wishes) = wishes(arguments)? else {
        println!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    };
    match replay(&wishes)? {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(wrong) => {
            eprint!("{wrong}");
            Ok(ExitCode::from(1))
        }
    }
}

/// The inner error is the user's to mend: a text with the place and a hint.
fn replay(wishes: &Wishes) -> Result<Result<(), String>> {
    let text = std::fs::read_to_string(&wishes.map).with_context(|| wishes.map.display().to_string())?;
    let mapping = match Mapping::parse(&wishes.map.to_string_lossy(), &text) {
        Ok(mapping) => mapping,
        Err(problem) => return Ok(Err(format!("{problem}\n"))),
    };
    let versions = versions(wishes, &mapping)?;
    let mut known = Known::default();
    versions.iter().for_each(|(_, policy)| known.add(policy));
    let mapping = Arc::new(mapping.knowing(known));
    let gathered = match read::files(wishes, &mapping)? {
        Ok(gathered) => gathered,
        Err(problem) => return Ok(Err(format!("{problem}\n"))),
    };
    let history = match History::of(mapping.clone(), gathered) {
        Ok(history) => history,
        Err(rejected) => return Ok(Err(output::rejected(&rejected))),
    };
    let (first, last) = history.counts().span.context("there are no dates")?;
    // An unknown zone is told by the compilation.
    let tz = versions.first().map_or_else(|| mapping.zone().name(), |(_, policy)| &policy.calendar.tz);
    let zone = Zone::named(tz).unwrap_or_else(|_| mapping.zone().clone());
    let (first, last) = (zone.day_of(first), zone.day_of(last));
    let rules = Rules::compile(versions, zone.start_of(first), zone.start_of(last.plus(1)))?;
    let (totals, read) = judged(wishes, &history, &rules, rules.end_of(last).plus(-1));
    let to = wishes.to.unwrap_or(last.plus(-1).max(first));
    let period = (wishes.from.unwrap_or(first), wishes.to.unwrap_or(last));
    ensure!(period.0 <= period.1, "--from is after --to");
    let replayed =
        output::Replayed { history: &history, totals: &totals, rules: &rules, read, period, day: to };
    output::print(wishes, mapping.name(), &replayed)?;
    if let Some(folder) = &wishes.out {
        output::write(folder, mapping.name(), &replayed)?;
    }
    Ok(Ok(()))
}

/// All versions of the policy: each day is judged by its own.
fn versions(wishes: &Wishes, mapping: &Mapping) -> Result<Vec<(Day, Policy)>> {
    match &wishes.policy {
        Some(path) => Ok(crate::policy::load(path.as_os_str())?.versions()),
        None => Ok(vec![(Day(0), Policy::standard(mapping.zone().name()))]),
    }
}

fn judged(wishes: &Wishes, history: &History, rules: &Rules, as_of: Moment) -> (Totals, Read) {
    let bar = read::bar(history.parts() as u64, "  {bar:40} judging, {eta} left");
    let next = AtomicUsize::new(0);
    let judge = || {
        let mut tally = Tally::default();
        loop {
            let part = next.fetch_add(1, Ordering::Relaxed);
            if part >= history.parts() {
                return tally;
            }
            history.judge(part, rules, as_of, &mut tally);
            bar.inc(1);
        }
    };
    let mut tally = Tally::default();
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..wishes.threads).map(|_| scope.spawn(judge)).collect();
        tally.join(judge());
        for other in others {
            match other.join() {
                Ok(other) => tally.join(other),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    bar.finish_and_clear();
    let read = Read::of(history, tally.deals, tally.repeated);
    (tally.totals(), read)
}

fn wishes(arguments: Vec<OsString>) -> Result<Option<Wishes>> {
    let mut parser = Parser::from_args(arguments);
    let (mut map, mut policy, mut out) = (None, None, None);
    let (mut from, mut to, mut lang, mut memory_mb) = (None, None, Lang::Ru, None);
    let mut threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("map") => map = Some(PathBuf::from(parser.value()?)),
            Arg::Long("policy") => policy = Some(PathBuf::from(parser.value()?)),
            Arg::Long("out") => out = Some(PathBuf::from(parser.value()?)),
            Arg::Long("from") => from = Some(parser.value()?.parse()?),
            Arg::Long("to") => to = Some(parser.value()?.parse()?),
            Arg::Long("threads") => threads = parser.value()?.parse::<usize>()?.clamp(1, 256),
            Arg::Long("memory-mb") => memory_mb = Some(parser.value()?.parse::<usize>()?),
            Arg::Long("lang") => {
                lang = Lang::parse(&parser.value()?.to_string_lossy()).context("--lang is ru or en")?;
            }
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            Arg::Value(path) => files.push(path.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    let Some(map) = map else { bail!("--map FILE is missing: takeroot replay --help says more") };
    ensure!(!files.is_empty(), "there is no file to replay: name at least one");
    ensure!(files.len() <= usize::from(u16::MAX), "at most {} files", u16::MAX);
    let memory_bytes = memory_mb.map_or_else(read::memory_bytes, |mb| mb.saturating_mul(1 << 20));
    Ok(Some(Wishes { map, policy, from, to, out, lang, threads, memory_bytes, files }))
}
