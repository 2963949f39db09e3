//! `cargo xtask oracle`: case files whose expected values come from outside this project.

mod sla;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use lexopt::{Arg, Parser};
use serde_json::{Map, Value};
use takeroot_amocrm::Form;

const HELP: &str = "\
cargo xtask oracle FILE…

Runs case files: form bodies and SLA timelines, and counts the cases of the formats that it knows but cannot run
as skipped: business time, calendars. A format is known by its shape, whatever the file's name.

Failing cases are named with what was expected and what came; the last line is
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
    Format { name: "form bodies", fits: |doc| all_have(doc, "cases", "php_parse_str"), run: form_bodies },
    Format {
        name: "business time",
        fits: |doc| all_have(doc, "cases", "op"),
        run: |doc| skipped(doc, "cases"),
    },
    Format {
        name: "SLA timelines",
        fits: |doc| all_have(doc, "timelines", "checks"),
        run: sla::sla_timelines,
    },
    Format {
        name: "days of a calendar",
        fits: |doc| doc["years"].is_object(),
        run: |doc| skipped(doc, "years"),
    },
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

fn skipped(doc: &Value, list: &str) -> Tally {
    let cases = match &doc[list] {
        Value::Array(cases) => cases.len(),
        Value::Object(cases) => cases.len(),
        _ => 0,
    };
    Tally { skipped: cases, ..Tally::default() }
}

fn form_bodies(doc: &Value) -> Tally {
    let mut tally = Tally::default();
    for case in doc["cases"].as_array().into_iter().flatten() {
        let id = case["id"].as_str().unwrap_or("(a case without an id)");
        tally.judge(id, form_body(case));
    }
    tally
}

fn form_body(case: &Value) -> Result<(), String> {
    let body = case["body"].as_str().ok_or("no body in the case")?;
    let expected = form_root(&case["php_parse_str"]).ok_or("php_parse_str is no tree")?;
    // Of a body beyond a limit nothing is kept.
    let (got, limit) = match Form::decode(body.as_bytes()) {
        Ok(form) => (form.to_json(), String::new()),
        Err(limit) => (Value::Object(Map::new()), format!(" (rejected: {limit})")),
    };
    if got == expected {
        return Ok(());
    }
    let (place, expected, got) = difference(&expected, &got);
    Err(format!("{place}expected {}, got {}{limit}", short(expected), short(got)))
}

/// PHP's writer shows a root with the keys 0, 1, … as a list; a form's root is always an object.
fn form_root(tree: &Value) -> Option<Value> {
    match tree {
        Value::Object(_) => Some(tree.clone()),
        Value::Array(items) => {
            let fields = items.iter().enumerate().map(|(at, item)| (at.to_string(), item.clone()));
            Some(Value::Object(fields.collect()))
        }
        _ => None,
    }
}

/// Where two trees first differ, and what is there.
fn difference<'v>(expected: &'v Value, got: &'v Value) -> (String, &'v Value, &'v Value) {
    let inner = match (expected, got) {
        (Value::Object(expected), Value::Object(got)) if expected.keys().eq(got.keys()) => {
            let mut fields = expected.iter().zip(got.values());
            fields.find(|((_, e), g)| e != g).map(|((key, e), g)| (key.clone(), e, g))
        }
        (Value::Array(expected), Value::Array(got)) if expected.len() == got.len() => {
            let mut items = expected.iter().zip(got).enumerate();
            items.find(|(_, (e, g))| e != g).map(|(at, (e, g))| (at.to_string(), e, g))
        }
        _ => None,
    };
    match inner {
        None => (String::new(), expected, got),
        Some((key, expected, got)) => {
            let (place, expected, got) = difference(expected, got);
            (format!("[{key}]{}{place}", if place.is_empty() { " " } else { "" }), expected, got)
        }
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
