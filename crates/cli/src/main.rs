//! `takeroot`: the desk. A shell: arguments in, text out, no rule of its own.

#![allow(clippy::print_stdout, reason = "a command line speaks on its standard output")]

mod account;
mod hook;
mod policy;
mod replay;
mod workbook;

use anyhow::{Result, bail};
use std::ffi::OsString;
use std::process::ExitCode;

const HELP: &str = "\
takeroot: is the CRM really used?

  takeroot hook [--tree] [FILE]   a webhook body in (FILE or standard input), facts as JSON lines out,
                                  or a line naming why an item is ignored; --tree: the decoded form as JSON
  takeroot policy check FILE      every problem of a policy file with its place and how to mend it
  takeroot policy preset NAME     a policy to begin with
  takeroot replay --map MAP.toml FILE…
                                  an export of deals or a log of events (CSV) through a mapping into the daily summary
  takeroot account add|list|show|rotate|suspend|resume|token|tokens|revoke|export|import|delete|quarantine|audit|days
                                  the accounts of a server

takeroot COMMAND --help says more of each.";

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("takeroot: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<ExitCode> {
    let mut arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    if arguments.is_empty() {
        println!("{HELP}");
        return Ok(ExitCode::from(2));
    }
    let command = arguments.remove(0);
    match command.to_str() {
        Some("account") => account::run(arguments),
        Some("hook") => hook::run(arguments),
        Some("policy") => policy::run(arguments),
        Some("replay") => replay::run(arguments),
        Some("-h" | "--help" | "help") => {
            println!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        _ => bail!("there is no command «{}»; takeroot --help lists them", command.to_string_lossy()),
    }
}
