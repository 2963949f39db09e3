//! `takeroot policy`: the policy as a file.

mod check;
mod shape;
mod text;
mod tree;

use anyhow::{Context as _, Result, bail};
use check::{Checked, Finding};
use lexopt::{Arg, Parser};
use serde::Serialize;
use std::ffi::{OsStr, OsString};
use std::io::{Read, Write};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};
use takeroot_core::policy::PolicyFile;
use takeroot_core::policy::lint::{Path, Problem, Severity};
use takeroot_core::time::Moment;
use takeroot_panel::{Lang, policy as words};
use text::{Format, Text};

const HELP: &str = "\
takeroot policy check FILE [--json] [--lang ru|en]
takeroot policy preset [NAME] [--lang ru|en]
takeroot policy convert FILE --to toml|json
takeroot policy schema

The policy (регламент) as a file, TOML or JSON: hours, pipelines, mandatory fields, clocks, people. FILE is - for
standard input. A file may hold later versions, each of which gives whole sections anew:

  [[versions]]
  from = \"2026-03-01\"
  note = \"a quicker answer\"
  first_response = { target = \"10m\" }

  check     names every problem with its line, column and key: what is wrong and how to mend it
  preset    prints a policy to begin with; without a name, lists them
  convert   prints the policy in the other format, such as JSON for the Worker
  schema    prints the JSON Schema of the format, for editors

Exit code: 0 where the policy is clean or has warnings only, 1 where it has an error, 2 where FILE cannot be read.";

pub(crate) fn run(arguments: Vec<OsString>) -> Result<ExitCode> {
    let (mut words, mut json, mut lang, mut to) = (Vec::new(), false, None, None);
    let mut parser = Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("json") => json = true,
            Arg::Long("lang") => {
                let code = parser.value()?;
                lang = Some(Lang::parse(&code.to_string_lossy()).context("--lang is ru or en")?);
            }
            Arg::Long("to") => {
                to = Some(format_named(&parser.value()?.to_string_lossy()).context("--to is toml or json")?);
            }
            Arg::Long("help") | Arg::Short('h') => {
                words = vec![OsString::from("help")];
                break;
            }
            Arg::Value(word) => words.push(word),
            other => return Err(other.unexpected().into()),
        }
    }
    let (command, operands) = match words.split_first() {
        Some((command, operands)) => (command.to_str().unwrap_or_default(), operands),
        None => ("help", &[][..]),
    };
    match (command, operands) {
        ("help", []) => print(HELP),
        ("check", [path]) => check_file(path, json, lang.unwrap_or(Lang::En)),
        ("preset", []) => print(&words::PRESETS.map(|(name, _)| name).join("\n")),
        ("preset", [name]) => {
            let name = name.to_string_lossy();
            let preset = words::preset(&name, lang.unwrap_or_default());
            let known = words::PRESETS.map(|(name, _)| name).join(", ");
            print(
                preset.with_context(|| format!("there is no preset «{name}»; there are {known}"))?.trim_end(),
            )
        }
        ("convert", [path]) => convert(path, to.context("--to toml or --to json")?),
        ("schema", []) => print(check::SCHEMA.trim_end()),
        ("check" | "convert", _) => bail!("takeroot policy {command} takes one file"),
        _ => bail!("there is no command «policy {command}» of this kind; takeroot policy --help lists them"),
    }
}

fn check_file(path: &OsStr, json: bool, lang: Lang) -> Result<ExitCode> {
    let checked = check::check(&read(path)?, now())?;
    let name = name_of(path);
    if json {
        print(&serde_json::to_string_pretty(&Report::of(&name, &checked, lang))?)?;
    } else {
        let lines: Vec<String> = checked.findings.iter().map(|found| line(&name, found, lang)).collect();
        let (errors, warnings) = (checked.count(Severity::Error), checked.count(Severity::Warning));
        print(&format!("{}{name}: {}", lines.concat(), words::totals(errors, warnings, lang)))?;
    }
    Ok(ExitCode::from(u8::from(checked.count(Severity::Error) > 0)))
}

/// `FILE:LINE:COLUMN: error: KEY: what is wrong`, and on a line of its own how to mend it.
fn line(name: &str, found: &Finding, lang: Lang) -> String {
    let Finding { line, column, problem } = found;
    let said = words::explain(problem, lang);
    let severity = words::severity(problem.severity(), lang);
    let place = if problem.path == Path::default() { String::new() } else { format!("{}: ", problem.path) };
    format!("{name}:{line}:{column}: {severity}: {place}{}\n    {}\n", said.what, said.mend)
}

#[derive(Serialize)]
struct Report<'a> {
    file: &'a str,
    errors: usize,
    warnings: usize,
    problems: Vec<Reported<'a>>,
}

#[derive(Serialize)]
struct Reported<'a> {
    line: usize,
    column: usize,
    severity: Severity,
    at: String,
    #[serde(flatten)]
    problem: &'a Problem,
    message: String,
    mend: String,
}

impl<'a> Report<'a> {
    fn of(file: &'a str, checked: &'a Checked, lang: Lang) -> Self {
        let problems = checked.findings.iter().map(|Finding { line, column, problem }| {
            let said = words::explain(problem, lang);
            let (severity, at) = (problem.severity(), problem.path.to_string());
            Reported {
                line: *line,
                column: *column,
                severity,
                at,
                problem,
                message: said.what,
                mend: said.mend,
            }
        });
        let (errors, warnings) = (checked.count(Severity::Error), checked.count(Severity::Warning));
        Self { file, errors, warnings, problems: problems.collect() }
    }
}

fn convert(path: &OsStr, to: Format) -> Result<ExitCode> {
    let file = load(path)?;
    let text = match to {
        Format::Json => serde_json::to_string_pretty(&file)?,
        Format::Toml => toml::to_string(&file)?,
    };
    print(text.trim_end())
}

/// The policy of a file, warnings aside.
///
/// # Errors
/// The file cannot be read, or has an error; the first one is named.
pub(crate) fn load(path: &OsStr) -> Result<PolicyFile> {
    let checked = check::check(&read(path)?, now())?;
    let name = name_of(path);
    let is_error = |found: &&Finding| found.problem.severity() == Severity::Error;
    if let Some(found) = checked.findings.iter().find(is_error) {
        bail!("{}takeroot policy check {name} names every problem", line(&name, found, Lang::En));
    }
    checked.file.with_context(|| format!("{name} holds no policy"))
}

fn read(path: &OsStr) -> Result<Text> {
    let mut bytes = Vec::new();
    // One byte more tells a file that is too long.
    let limit = text::BYTES_MAX as u64 + 1;
    if path == "-" {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)?;
    } else {
        let file = std::fs::File::open(path).with_context(|| name_of(path))?;
        file.take(limit).read_to_end(&mut bytes).with_context(|| name_of(path))?;
    }
    let ending = std::path::Path::new(path).extension().and_then(OsStr::to_str);
    Text::read(&bytes, ending.and_then(format_named)).with_context(|| name_of(path))
}

fn format_named(name: &str) -> Option<Format> {
    match name {
        "toml" => Some(Format::Toml),
        "json" => Some(Format::Json),
        _ => None,
    }
}

fn name_of(path: &OsStr) -> String {
    path.to_string_lossy().into_owned()
}

/// Prints a text; a reader such as `head` that has seen enough is no failure.
fn print(text: &str) -> Result<ExitCode> {
    match writeln!(std::io::stdout().lock(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}

fn now() -> Moment {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    Moment(now.map_or(0, |now| i64::try_from(now.as_secs()).unwrap_or(i64::MAX)))
}
