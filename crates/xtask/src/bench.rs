//! `cargo xtask bench`: what it costs, beside what others cost for the same.

mod figures;
mod hint;
mod intake;
mod load;
mod memory;
mod native;
mod page;
mod process;
mod python;
mod replay;
mod required;
mod row;
mod table;
mod years;

use anyhow::{Result, bail};
use lexopt::{Arg, Parser, ValueExt as _};
use row::Row;

use crate::project::Project;

const HELP: &str = "\
cargo xtask bench [--keep] [PART…]

Measures on this machine, side by side where there is a peer, prints, and writes BENCHMARKS.md. With names of parts it
measures only these, and writes nothing; with --keep their part of BENCHMARKS.md is written anew.

  native    the calendar beside libraries of business time, a card, a deal's clocks, a fact; a webhook into facts beside a
            flat pass over its bytes, serde_qs and qs
  required  mandatory fields beside compiled ajv and engines of rules in Node (npm ci in tools/peers), one card natively
            and 50 in one call from JavaScript
  replay    a log of 262,200 events and one of 5,000,000 beside DuckDB and Polars in Python environments of their own
  intake    webhooks acknowledged by the Worker beside the same job in TypeScript (npm ci in tools/peers) and a bare object
            that inserts their bodies, on the same workerd
  load      webhooks at a rate of their own, in steps to twice what can be taken, then for long: answers, memory, storage
  years     a day closed with 100,000 open deals, and a publication after one and three years, on workerd
  memory    what workerd keeps resident after 1,000,000 facts in 200 accounts
  hint      from the widget's script to its first hint, and from a key to the panel, in Chromium at a quarter of the CPU
  page      the owner's page on a slow phone by Lighthouse, which npm installs: first paint, and that its scores are 95

The real log is data/bpic2012.csv.gz in the folder of TAKEROOT_CASES (../shared where it is not set). What cannot
be measured here is said in its row.";

/// A part of the benchmarks, by its name.
struct Part {
    name: &'static str,
    run: fn(&Project) -> Result<Vec<Row>>,
}

const PARTS: [Part; 9] = [
    Part { name: "native", run: native::run },
    Part { name: "required", run: required::run },
    Part { name: "replay", run: replay::run },
    Part { name: "intake", run: intake::run },
    Part { name: "load", run: load::run },
    Part { name: "hint", run: hint::run },
    Part { name: "page", run: page::run },
    Part { name: "years", run: years::run },
    Part { name: "memory", run: memory::run },
];

pub(crate) fn run(args: Parser) -> Result<()> {
    let Some(wish) = wish(args)? else {
        println!("{HELP}");
        return Ok(());
    };
    let project = Project::here()?;
    let file = project.root.join("BENCHMARKS.md");
    for part in PARTS.iter().filter(|part| wish.names.is_empty() || wish.names.iter().any(|n| n == part.name))
    {
        let tables = table::tables(&(part.run)(&project)?);
        println!("\n{tables}");
        if wish.names.is_empty() || wish.keeps {
            let old = std::fs::read_to_string(&file).unwrap_or_default();
            let names = PARTS.iter().map(|part| part.name);
            std::fs::write(&file, table::document(&old, names, part.name, &tables))?;
            println!("{}", file.display());
        }
    }
    Ok(())
}

/// What is to be measured.
struct Wish {
    /// The parts; none of them means all.
    names: Vec<String>,
    /// Whether what comes out is kept.
    keeps: bool,
}

/// What is asked for; nothing where an explanation is.
fn wish(mut args: Parser) -> Result<Option<Wish>> {
    let mut wish = Wish { names: Vec::new(), keeps: false };
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => return Ok(None),
            Arg::Long("keep") => wish.keeps = true,
            Arg::Value(name) => wish.names.push(name.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    if let Some(unknown) = wish.names.iter().find(|name| PARTS.iter().all(|part| part.name != name.as_str()))
    {
        bail!("there is no part «{unknown}»\n\n{HELP}");
    }
    Ok(Some(wish))
}
