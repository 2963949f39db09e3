//! Rows as Markdown.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use super::row::{Cost, Row};
use crate::step::output;

const HEAD: &str =
    "| what | median | quartiles | target | beside | memory |\n|---|---:|---:|---:|---:|---:|\n";

/// A table for every group, in the order in which they come.
pub(crate) fn tables(rows: &[Row]) -> String {
    let mut groups: Vec<&str> = Vec::new();
    for row in rows {
        if !groups.contains(&row.of.as_str()) {
            groups.push(&row.of);
        }
    }
    let mut text = String::new();
    for group in groups {
        let _ = write!(text, "### {group}\n\n{HEAD}");
        rows.iter().filter(|row| row.of == group).for_each(|row| text.push_str(&line(row)));
        text.push('\n');
    }
    text
}

/// The document with the tables of one part anew; the other parts stay as they were measured last.
pub(crate) fn document<'n>(
    old: &str,
    names: impl Iterator<Item = &'n str>,
    measured: &str,
    tables: &str,
) -> String {
    let date = output(Command::new("date").args(["-u", "+%F"])).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let on = format!("Measured on {}: {}, cores: {cores}.", date.trim(), processor());
    let mut text = format!("# Benchmarks\n\n{NOTES}\n");
    for name in names {
        let head = format!("\n{PART}{name}`\n");
        let kept = old.split_once(&head).map(|(_, rest)| {
            let ends = rest.find(&format!("\n{PART}")).unwrap_or(rest.len());
            rest.get(..ends).unwrap_or(rest).trim_end()
        });
        let new = format!("\n{on}\n\n{}", tables.trim_end());
        if let Some(part) = if name == measured { Some(new.as_str()) } else { kept } {
            let _ = writeln!(text, "{head}{part}");
        }
    }
    text
}

/// How the heading of a part begins.
const PART: &str = "## `cargo xtask bench ";

const NOTES: &str = "\
Written by `cargo xtask bench --keep`. Times are medians with their quartiles; «beside» is the median as a part of a peer's
median in the same run. Memory is the most that was resident.

- Mandatory fields: ours is `core::card::report`, natively, from the deal to what is missing; ajv runs the same rules,
  compiled, in Node, over a flat card that is at hand, and over one that is made of the deal first. Of 50 cards both make
  the number of missing fields of each out of the same objects.
- Logs of events: ours is the whole process of `takeroot replay` with all figures of all days written; DuckDB's is the
  execution of `crates/history/tests/bpic2012.sql`, which counts eight figures, and Polars' that of the same in
  `tools/peers/bpic2012_polars.py`, without the start of Python. All read the same unpacked CSV, and the run fails unless
  their figures agree.
- Webhooks: the processor's time is that of workerd with all its threads, for all webhooks of a round until the last
  is acknowledged; ours judges earlier ones meanwhile. What the peer in TypeScript does not do is said in
  `tools/peers/intake.ts`.
- Years: the day's close is from the deadline of 100,000 tasks until all is judged and published, webhooks coming in
  meanwhile; a change of today is from its webhooks until their figures are published, pauses included.
- Memory: what is resident of the workerd process, not the most that was.";

fn processor() -> String {
    let known = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        known.lines().find(|line| line.starts_with("model name")).and_then(|line| line.split_once(':'));
    model.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, name)| name.trim().to_owned())
}

fn line(row: &Row) -> String {
    let name = &row.name;
    let cost = match &row.cost {
        Ok(cost) => cost,
        Err(why) => return format!("| {name} | skipped: {why} | | | | |\n"),
    };
    let Cost { median_ns, low_ns, high_ns, target_ns, peak_bytes, beside } = cost;
    let missed = |ns: f64| if *median_ns > ns { " **missed**" } else { "" };
    let target = target_ns.map(|ns| format!("≤ {}{}", time(ns), missed(ns))).unwrap_or_default();
    let beside = beside.map(|(part, peer)| format!("{part:.2} × {peer}")).unwrap_or_default();
    let memory = peak_bytes.map(|bytes| format!("{} MB", bytes / 1_000_000)).unwrap_or_default();
    let (median, low, high) = (time(*median_ns), time(*low_ns), time(*high_ns));
    format!("| {name} | {median} | {low} – {high} | {target} | {beside} | {memory} |\n")
}

/// Three digits and a unit.
fn time(ns: f64) -> String {
    let (n, unit) = match ns {
        ..1e3 => (ns, "ns"),
        ..1e6 => (ns / 1e3, "µs"),
        ..1e9 => (ns / 1e6, "ms"),
        _ => (ns / 1e9, "s"),
    };
    match n {
        ..10.0 => format!("{n:.2} {unit}"),
        ..100.0 => format!("{n:.1} {unit}"),
        _ => format!("{n:.0} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_shows_targets_peers_and_reasons() {
        let mut rows =
            Row::read("deal\tall\t1830\t1800\t2040.4\t2000\ndeal\tlate\t61000\t6e4\t7e4\t50000").unwrap();
        rows.push(Row::skipped("log", "DuckDB", "no Python"));
        rows[0].cost.as_mut().unwrap().beside = Some((0.314, "theirs"));
        let expected = format!(
            "### deal\n\n{HEAD}\
             | all | 1.83 µs | 1.80 µs – 2.04 µs | ≤ 2.00 µs | 0.31 × theirs |  |\n\
             | late | 61.0 µs | 60.0 µs – 70.0 µs | ≤ 50.0 µs **missed** |  |  |\n\n\
             ### log\n\n{HEAD}| DuckDB | skipped: no Python | | | | |\n\n"
        );
        assert_eq!(tables(&rows), expected);
    }

    #[test]
    fn a_part_is_written_anew_and_the_others_stay() {
        let names = || ["a", "b", "c"].into_iter();
        let first = document("", names(), "b", "### of b\n\n| 1 |\n");
        let both = document(&first, names(), "a", "### of a\n\n| 2 |\n");
        let last = document(&both, names(), "b", "### of b\n\n| 3 |\n");
        let tables: Vec<&str> = last
            .lines()
            .filter(|line| line.starts_with(['|', '#']))
            .filter(|line| *line != "# Benchmarks")
            .collect();
        let heads = names().map(|name| format!("{PART}{name}`")).collect::<Vec<_>>();
        assert_eq!(tables, [heads[0].as_str(), "### of a", "| 2 |", &heads[1], "### of b", "| 3 |"]);
        assert_eq!(document(&last, names(), "b", "### of b\n\n| 3 |\n"), last);
    }
}
