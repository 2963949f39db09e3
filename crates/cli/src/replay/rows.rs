//! Rows of other systems: CSV through a mapping.

use super::output::{self, Replayed};
use super::{Outcome, Wishes, read};
use anyhow::{Context as _, Result};
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use takeroot_core::contribution::Totals;
use takeroot_core::policy::{Policy, Rules};
use takeroot_core::time::{Day, Moment};
use takeroot_core::zone::Zone;
use takeroot_history::{History, Known, Mapping, Read, Tally};

pub(super) fn replayed(wishes: &Wishes, text: &str) -> Result<Outcome<Replayed>> {
    let mapping = match Mapping::parse(&wishes.map.to_string_lossy(), text) {
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
    Ok(Ok(Replayed {
        name: mapping.name().to_owned(),
        totals,
        rules,
        names: history.names().clone(),
        covers_answers: history.covers_answers(),
        read,
        told: told(&history, read),
        period: (wishes.from.unwrap_or(first), wishes.to.unwrap_or(last)),
        day: wishes.to.unwrap_or(last.plus(-1).max(first)),
    }))
}

/// All versions of the policy: each day is judged by its own.
fn versions(wishes: &Wishes, mapping: &Mapping) -> Result<Vec<(Day, Policy)>> {
    match super::policy(wishes)? {
        Some(versions) => Ok(versions),
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

fn told(history: &History, read: Read) -> String {
    let mut text = String::new();
    if !history.covers_answers() {
        text.push_str("The export does not show when somebody answered: no data on first responses.\n");
    }
    let Read { rows, rejected, unmatched, repeated, deals } = read;
    let _ = writeln!(text, "{rows} rows read, of {deals} deals; {rejected} rejected");
    if repeated > 0 {
        let _ = writeln!(text, "{repeated} rows are in an earlier file too and count once");
    }
    if unmatched > 0 {
        let _ = writeln!(text, "{unmatched} rows match no rule of the mapping, such as:");
        for row in history.unmatched() {
            let _ = writeln!(text, "  {row}");
        }
    }
    text + &output::shown(history.rejects())
}
