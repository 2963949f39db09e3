//! `cargo xtask oracle`: case files whose expected values come from outside this project.

mod days;
mod form;
mod sla;
mod time;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use lexopt::{Arg, Parser};
use serde_json::Value;

const HELP: &str = "\
cargo xtask oracle FILE…

Runs case files: form bodies, business time, SLA timelines, days of the Russian production calendar. A format is
known by its shape, whatever the file's name.

Failing cases are named with what was expected and what came, skipped ones with what is not supported; the last line is
N passed, N failed, N skipped; and the exit code is 1 if any case failed.";

/// Characters of a value in a failure's line.
const SHOWN_CHARS_MAX: usize = 160;

/// A format of case files. To support another one, write its `run`.
struct Format {
    name: &'static str,
    fits: fn(&Value) -> bool,
    run: fn(&Value) -> Tally,
}

const FORMATS: [Format; 4] = [
    Format { name: "form bodies", fits: |doc| all_have(doc, "cases", "php_parse_str"), run: form::run },
    Format { name: "business time", fits: |doc| all_have(doc, "cases", "op"), run: time::run },
    Format {
        name: "SLA timelines",
        fits: |doc| all_have(doc, "timelines", "checks"),
        run: sla::sla_timelines,
    },
    Format { name: "days of a calendar", fits: |doc| doc["years"].is_object(), run: days::run },
];

#[derive(Default)]
struct Tally {
    passed: usize,
    failed: usize,
    skipped: usize,
}

impl Tally {
    fn add(&mut self, other: &Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    fn judge(&mut self, id: &str, outcome: Result<(), String>) {
        match outcome {
            Ok(()) => self.passed += 1,
            Err(why) => {
                self.failed += 1;
                println!("{id}: {why}");
            }
        }
    }

    fn skip(&mut self, id: &str, why: &str) {
        self.skipped += 1;
        println!("{id}: skipped: {why}");
    }
}

pub(crate) fn run(mut args: Parser) -> Result<()> {
    let mut files = Vec::new();
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Value(file) => files.push(PathBuf::from(file)),
            Arg::Short('h') | Arg::Long("help") => {
                println!("{HELP}");
                return Ok(());
            }
            other => return Err(other.unexpected().into()),
        }
    }
    if files.is_empty() {
        bail!("no file\n\n{HELP}");
    }
    let docs = files.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    let mut total = Tally::default();
    for (file, doc, format) in &docs {
        let tally = (format.run)(doc);
        if tally.skipped > 0 {
            println!("{}: {}, {} cases skipped", file.display(), format.name, tally.skipped);
        }
        total.add(&tally);
    }
    println!("{} passed, {} failed, {} skipped", total.passed, total.failed, total.skipped);
    if total.failed > 0 {
        // Not an error to report: the line above is the last one.
        std::process::exit(1);
    }
    Ok(())
}

fn read(file: PathBuf) -> Result<(PathBuf, Value, &'static Format)> {
    let text = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let doc = serde_json::from_slice(&text).with_context(|| format!("{} is not JSON", file.display()))?;
    let Some(format) = FORMATS.iter().find(|format| (format.fits)(&doc)) else {
        let names = FORMATS.map(|format| format.name).join(", ");
        bail!("{} has the shape of no format of case files; known are: {names}", file.display());
    };
    Ok((file, doc, format))
}

fn all_have(doc: &Value, list: &str, field: &str) -> bool {
    doc[list].as_array().is_some_and(|cases| cases.iter().all(|case| case.get(field).is_some()))
}

/// A value as a failure's line shows it.
fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
