//! `takeroot hook`: what a webhook body says.

use anyhow::{Context as _, Result};
use lexopt::{Arg, Parser};
use std::ffi::OsString;
use std::io::{Read, Write};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};
use takeroot_amocrm::hook::{self, Context};
use takeroot_core::time::Moment;

const HELP: &str = "\
takeroot hook [--tree] [FILE]

A webhook body of amoCRM (form or JSON) in FILE or on standard input. Prints each fact as a line of JSON and,
for each item that is no fact, a line `ignored KIND: reason`. Phones and e-mails are hashed under a fixed key.

  --tree         print the decoded form as JSON instead
  --at SECONDS   the time of receipt in Unix seconds (default: now)

Exit code 1 when the body cannot be read at all, with the reason on standard error.";

/// Deliveries of the CRM are far smaller; the Worker's own limit is 1 MiB.
const BODY_BYTES_MAX: u64 = 64 << 20;

pub(crate) fn run(arguments: Vec<OsString>) -> Result<ExitCode> {
    let (mut tree, mut file, mut at) = (false, None, None);
    let mut parser = Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("tree") => tree = true,
            Arg::Long("at") => at = Some(Moment(parser.value()?.to_string_lossy().parse()?)),
            Arg::Long("help") | Arg::Short('h') => {
                println!("{HELP}");
                return Ok(ExitCode::SUCCESS);
            }
            Arg::Value(path) if file.is_none() => file = Some(path),
            other => return Err(other.unexpected().into()),
        }
    }
    let body = read(file.as_ref())?;
    let received_at = at.unwrap_or_else(now);
    let context = Context { received_at, account: None, identity_key: b"takeroot hook", policy: None };
    match print(&body, tree, &context) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        // A reader such as `head` that has seen enough is no failure.
        Err(Failure::Io(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(Failure::Io(error)) => Err(error.into()),
        Err(Failure::Rejected(rejected)) => {
            eprintln!("takeroot hook: {rejected}");
            Ok(ExitCode::from(1))
        }
    }
}

fn read(file: Option<&OsString>) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    match file {
        Some(path) if path != "-" => {
            let file = std::fs::File::open(path).with_context(|| path.to_string_lossy().into_owned())?;
            file.take(BODY_BYTES_MAX).read_to_end(&mut body)?
        }
        _ => std::io::stdin().lock().take(BODY_BYTES_MAX).read_to_end(&mut body)?,
    };
    // An editor's last newline is not part of a form.
    while body.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
        body.pop();
    }
    Ok(body)
}

enum Failure {
    Rejected(hook::Rejected),
    Io(std::io::Error),
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Io(error.into())
    }
}

fn print(body: &[u8], tree: bool, context: &Context<'_>) -> Result<(), Failure> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if tree {
        let form = hook::decode(body).map_err(Failure::Rejected)?;
        serde_json::to_writer_pretty(&mut out, &form.to_json())?;
        writeln!(out)?;
    } else {
        let reading = hook::read(body, context).map_err(Failure::Rejected)?;
        for fact in &reading.facts {
            serde_json::to_writer(&mut out, fact)?;
            writeln!(out)?;
        }
        for ignored in &reading.ignored {
            writeln!(out, "ignored {}: {}", ignored.kind, ignored.reason.words())?;
        }
    }
    Ok(out.flush()?)
}

fn now() -> Moment {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    Moment(now.map_or(0, |now| i64::try_from(now.as_secs()).unwrap_or(i64::MAX)))
}
