//! `takeroot replay`: another system's history by the same rules.

mod amocrm;
mod output;
mod read;
mod rows;

use anyhow::{Context as _, Result, bail, ensure};
use lexopt::{Arg, Parser, ValueExt as _};
use serde::Deserialize;
use std::ffi::OsString;
use std::num::NonZero;
use std::path::PathBuf;
use std::process::ExitCode;
use takeroot_core::policy::Policy;
use takeroot_core::time::Day;
use takeroot_history::{Position, Problem};
use takeroot_panel::Lang;
use toml::Spanned;

const HELP: &str = "\
takeroot replay --map MAP.toml [--policy POLICY.toml] FILE…

Exports of deals (a row each) or logs of events (a row each), as CSV, or pages of amoCRM's API v4, as JSON; also
packed (.gz), through a mapping; the examples are in examples/mappings. Prints the summary of the last whole day,
the counts of the period, and the rows or pages that could not be read.

  --map FILE       which column is what, and what a row says
  --policy FILE    the policy to judge by (default: weekdays 09:00 to 18:00, a first response in 15 minutes)
  --from DATE      the first day of the period (default: the first one with a row)
  --to DATE        the last day of the period and of the summary (default: the last one but one with a row,
                   for an export mostly cuts its last day)
  --xlsx FILE      write the days of the period as a workbook: dates, shares, charts
  --out DIR        write days/DATE.json for every day, policies.json, summary.json and index.json; takeroot account
                   baseline takes it as the time before
  --lang ru|en     the language of the summary (default ru)
  --threads N      default: as many as there are cores
  --memory-mb N    memory for rows, some 40 bytes each, or facts of pages, some 2 KB each (default: half of what is free, or 2048)

Exit code 1 when the mapping or a file is wrong, with the place and a hint on standard error.";

struct Wishes {
    map: PathBuf,
    policy: Option<PathBuf>,
    from: Option<Day>,
    to: Option<Day>,
    out: Option<PathBuf>,
    xlsx: Option<PathBuf>,
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
type Outcome<T> = Result<T, String>;

fn replay(wishes: &Wishes) -> Result<Outcome<()>> {
    let text = std::fs::read_to_string(&wishes.map).with_context(|| wishes.map.display().to_string())?;
    let replayed = match kind(&text) {
        Some(kind) if kind.get_ref() == amocrm::KIND => amocrm::replayed(wishes, &text)?,
        Some(kind) if !ROW_KINDS.contains(&kind.get_ref().as_str()) => {
            let at = Position::of(&text, kind.span().start);
            let message = format!("there is no kind «{}»", kind.get_ref());
            let problem = Problem::new(&wishes.map.to_string_lossy(), at, message);
            return Ok(Err(format!("{}\n", problem.hint("write deals, events or amocrm"))));
        }
        _ => rows::replayed(wishes, &text)?,
    };
    let replayed = match replayed {
        Ok(replayed) => replayed,
        Err(wrong) => return Ok(Err(wrong)),
    };
    ensure!(replayed.period.0 <= replayed.period.1, "--from is after --to");
    let documents = output::Documents::of(&replayed);
    output::print(wishes, &replayed, &documents);
    if let Some(folder) = &wishes.out {
        output::write(folder, wishes.threads, &replayed, &documents)?;
    }
    if let Some(file) = &wishes.xlsx {
        output::workbook(file, wishes.lang, &replayed)?;
    }
    Ok(Ok(()))
}

/// Kinds of files that have rows.
const ROW_KINDS: [&str; 2] = ["deals", "events"];

/// What a mapping says its files are; `None` where that cannot be read, which its own parsing tells.
fn kind(text: &str) -> Option<Spanned<String>> {
    #[derive(Deserialize)]
    struct Glance {
        kind: Spanned<String>,
    }
    toml::from_str::<Glance>(text).ok().map(|glance| glance.kind)
}

/// All versions of the policy, where one is named: each day is judged by its own.
fn policy(wishes: &Wishes) -> Result<Option<Vec<(Day, Policy)>>> {
    let Some(path) = &wishes.policy else { return Ok(None) };
    Ok(Some(crate::policy::load(path.as_os_str())?.versions()))
}

fn wishes(arguments: Vec<OsString>) -> Result<Option<Wishes>> {
    let mut parser = Parser::from_args(arguments);
    let (mut map, mut policy, mut out, mut xlsx) = (None, None, None, None);
    let (mut from, mut to, mut lang, mut memory_mb) = (None, None, Lang::Ru, None);
    let mut threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("map") => map = Some(PathBuf::from(parser.value()?)),
            Arg::Long("policy") => policy = Some(PathBuf::from(parser.value()?)),
            Arg::Long("out") => out = Some(PathBuf::from(parser.value()?)),
            Arg::Long("xlsx") => xlsx = Some(PathBuf::from(parser.value()?)),
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
    Ok(Some(Wishes { map, policy, from, to, out, xlsx, lang, threads, memory_bytes, files }))
}
