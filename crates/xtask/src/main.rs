//! The project's commands. Each sets up what it misses and says what it does.

#![allow(clippy::print_stdout, reason = "these commands talk to a person at a terminal")]

mod aside;
mod bench;
mod build;
mod check;
mod demo;
#[cfg(unix)]
mod dist;
mod fuzz;
mod inputs;
#[cfg(test)]
mod instructions;
mod kill;
mod logo;
mod oracle;
mod pack;
mod project;
mod setup;
mod simulate;
mod sizes;
mod step;
mod test;
mod widget;

use std::process::ExitCode;

use anyhow::{Result, bail};
use lexopt::{Arg, Parser};

use crate::project::Project;

const HELP: &str = "\
cargo xtask COMMAND [OPTIONS]

  demo     the whole of it, running: webhooks in, a daily summary out
  test     all tests
  check    formatting, lints, licences, sizes
  build    the Worker's WASM
  pack     the CRM's widget, ready to upload: dist/amocrm-widget.zip, dist/kommo-widget.zip
  dist     one's own server, ready to copy: dist/takeroot-server.tar.gz
  bench    what it costs, beside what others cost
  fuzz     requests and other inputs by dice, for as long as one likes
  oracle   case files, run and counted
  kill     power cuts in the middle of bursts of webhooks
  simulate stories of companies in any weather, as many as one likes

Each sets up what it misses, says so, and explains itself with --help.";

const BUILD_HELP: &str = "\
cargo xtask build

Compiles the Worker to WASM, binds it to JavaScript, bundles and optimises it into target/takeroot/worker/,
and prints its sizes. Fails when it weighs more than its budget.

Installs what is missing: the target wasm32-unknown-unknown and rust-src (rustup), and the packages of
tools/package-lock.json (npm ci).";

const PACK_HELP: &str = "\
cargo xtask pack

Compiles the panel to WASM, draws the logos, checks the archives against the CRM's rules and against their
budget, and writes dist/amocrm-widget.zip and dist/kommo-widget.zip, ready to upload. The same sources give the
same bytes.";

const TEST_HELP: &str = "\
cargo xtask test

Builds the Worker and packs the widget, then passes the tests of every crate: units, laws, documents, the Worker
on workerd, and the card in Chromium (installed from Debian's packages where none is found).
At the end it says what was skipped, and why.";

const CHECK_HELP: &str = "\
cargo xtask check

Formatting, clippy with warnings denied (natively, and for WASM), cargo deny where it is installed, and the
sizes of what is shipped. Runs them all, then names what failed.";

fn main() -> ExitCode {
    match run(Parser::from_env()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut args: Parser) -> Result<()> {
    let command = match args.next()? {
        Some(Arg::Value(command)) => command,
        Some(Arg::Short('h') | Arg::Long("help")) => {
            println!("{HELP}");
            return Ok(());
        }
        Some(other) => return Err(other.unexpected().into()),
        None => bail!("no command\n\n{HELP}"),
    };
    let project = Project::here()?;
    match command.to_str() {
        Some("demo") => demo::run(args),
        Some("oracle") => oracle::run(args),
        Some("bench") => bench::run(args),
        Some("fuzz") => fuzz::run(args),
        Some("kill") => kill::run(args),
        Some("simulate") => simulate::run(args),
        Some("test") => plain(args, TEST_HELP, || test::all(&project)),
        Some("check") => plain(args, CHECK_HELP, || check::all(&project)),
        Some("pack") => plain(args, PACK_HELP, || pack::archive(&project).map(drop)),
        #[cfg(unix)]
        Some("dist") => plain(args, dist::HELP, || dist::server(&project)),
        Some("build") => plain(args, BUILD_HELP, || build::worker(&project).map(drop)),
        _ => bail!("no command {}\n\n{HELP}", command.display()),
    }
}

/// A command without options of its own.
fn plain(mut args: Parser, help: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    match args.next()? {
        None => work(),
        Some(Arg::Short('h') | Arg::Long("help")) => {
            println!("{help}");
            Ok(())
        }
        Some(other) => Err(other.unexpected().into()),
    }
}
