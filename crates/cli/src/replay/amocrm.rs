//! Pages of amoCRM's API v4: another road into the same ledger.

mod export;
mod mapping;

use super::output::{self, Replayed};
use super::{Outcome, Wishes};
use anyhow::{Context as _, Result};
use export::Export;
use mapping::{Mapping, Range};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use takeroot_amocrm::api::{Directory, range_read};
use takeroot_core::fact::{Fact, Kind, Subject};
use takeroot_core::ledger::Ledger;
use takeroot_core::policy::{Policy, Rules};
use takeroot_core::time::{Day, Moment};
use takeroot_core::zone::Zone;
use takeroot_history::{Names, Position, Problem, Read, Rejected};

/// The word for this road in a mapping.
pub(super) const KIND: &str = "amocrm";

pub(super) fn replayed(wishes: &Wishes, text: &str) -> Result<Outcome<Replayed>> {
    let file = wishes.map.to_string_lossy();
    let mapping = match Mapping::parse(&file, text) {
        Ok(mapping) => mapping,
        Err(problem) => return Ok(Err(format!("{problem}\n"))),
    };
    let policy = super::policy(wishes)?;
    let known = policy.as_ref().and_then(|versions| versions.last()).map(|(_, policy)| policy);
    let export = match export::read(wishes, known)? {
        Ok(export) => export,
        Err(problem) => return Ok(Err(format!("{problem}\n"))),
    };
    if let Some(problem) = too_little(&export, &mapping, &file) {
        return Ok(Err(output::rejected(&Rejected { problem, rejects: export.rejects })));
    }
    let versions = match policy.map_or_else(|| standard(&mapping, &export.directory, &file), Ok) {
        Ok(versions) => versions,
        Err(problem) => return Ok(Err(format!("{problem}\n"))),
    };
    let tz = versions.first().map_or("", |(_, policy)| &policy.calendar.tz);
    let zone = Zone::named(tz)?;
    let (first, last) = export.span.context("there are no dates")?;
    let range = mapping.read.as_ref();
    let first = range.map_or(zone.day_of(first), |range| range.from);
    let last = range.map_or(zone.day_of(last), |range| range.to.max(zone.day_of(last)));
    let rules = Rules::compile(versions, zone.start_of(first), zone.start_of(last.plus(1)))?;
    // A range that was read in full ends with a whole day; an export without one is mostly cut on its last day.
    let (to, day) = range.map_or((last, last.plus(-1).max(first)), |range| (range.to, range.to));
    let (read, told) = (export.read(), told(&export, &mapping));
    let names = names(&export.directory);
    let ledger = judged(export, range, &zone, &rules, rules.end_of(last).plus(-1));
    Ok(Ok(Replayed {
        name: mapping.name.clone(),
        totals: ledger.totals().clone(),
        rules,
        names,
        covers_answers: mapping.covers_answers(),
        read,
        told,
        period: (wishes.from.unwrap_or(first), wishes.to.unwrap_or(to)),
        day: wishes.to.unwrap_or(day),
    }))
}

fn too_little(export: &Export, mapping: &Mapping, file: &str) -> Option<Problem> {
    let (pages, rejected) = (export.pages, export.rejects.rows());
    let (all, percent) = (pages + rejected, u64::from(mapping.rejected_max_percent));
    let problem = |message: String| Problem::new(file, Position::default(), message);
    if rejected * 100 > all * percent {
        let share = format!("{rejected} of {all} pages could not be read, over {percent} %");
        return Some(problem(share).hint("export them anew, or raise `rejected_max_percent`"));
    }
    let none = export.facts.is_empty() || export.span.is_none();
    none.then(|| {
        problem("the files tell nothing about deals".to_owned())
            .hint("they are answers of amoCRM's API v4, such as lists of leads, events and notes")
    })
}

/// The standard policy with the account's names, in the mapping's zone, else the account's.
fn standard(mapping: &Mapping, directory: &Directory, file: &str) -> Result<Vec<(Day, Policy)>, Problem> {
    let Some(zone) = mapping.zone.as_ref().or(directory.zone.as_ref()) else {
        let problem = Problem::new(file, Position::default(), "nothing says which zone the days are of");
        return Err(problem.hint("add zone = \"Europe/Moscow\", or the page of the account to the files"));
    };
    let mut policy = directory.onto(Policy::standard(zone));
    policy.calendar.tz.clone_from(zone);
    Ok(vec![(Day(0), policy)])
}

fn judged(export: Export, range: Option<&Range>, zone: &Zone, rules: &Rules, as_of: Moment) -> Ledger {
    let ranges: Vec<Fact> = range.map(|range| ranges(range, zone)).unwrap_or_default();
    let talks = range.is_some_and(|range| range.kinds.contains(&Kind::Talks));
    let rules = rules.clone();
    let mut ledger = if talks { Ledger::new(rules) } else { Ledger::without_answers(rules) };
    export.past.facts(&ranges).into_iter().for_each(|fact| ledger.record(fact));
    drop(export.past);
    ranges.into_iter().chain(export.facts).for_each(|fact| ledger.record(fact));
    ledger.settle(as_of);
    ledger
}

fn ranges(range: &Range, zone: &Zone) -> Vec<Fact> {
    let (from, until) = (zone.start_of(range.from), zone.start_of(range.to.plus(1)));
    range.kinds.iter().map(|kind| range_read(*kind, from, until, until.plus(-1))).collect()
}

fn names(directory: &Directory) -> Names {
    let stages = directory.pipelines.iter().flat_map(|pipeline| &pipeline.stages);
    Names {
        stages: stages.map(|stage| (stage.id, stage.name.clone())).collect(),
        pipelines: directory.pipelines.iter().map(|own| (own.id, own.name.clone())).collect(),
        people: directory.people.iter().map(|own| (own.id, own.name.clone())).collect(),
        sources: directory.sources.iter().map(|own| (own.id, own.name.clone())).collect(),
        reasons: directory.loss_reasons.iter().map(|own| (own.id, own.name.clone())).collect(),
    }
}

fn told(export: &Export, mapping: &Mapping) -> String {
    let mut text = String::new();
    if !mapping.covers_answers() {
        text.push_str(
            "The mapping does not say that talks were exported in full: no data on first responses.\n",
        );
    }
    let Read { rows, rejected, deals, .. } = export.read();
    let pages = export.pages;
    let _ = writeln!(text, "{pages} pages read, {rows} facts, of {deals} deals; {rejected} rejected");
    for (reason, items) in &export.ignored {
        let _ = writeln!(text, "{items} ignored: {}", reason.words());
    }
    text + &output::shown(&export.rejects)
}

impl Export {
    fn read(&self) -> Read {
        let deals = self.facts.iter().filter_map(|fact| match fact.subject {
            Subject::Deal(deal) => Some(deal),
            _ => None,
        });
        let deals = deals.collect::<BTreeSet<u64>>().len() as u64;
        Read { rows: self.facts.len() as u64, rejected: self.rejects.rows(), deals, ..Read::default() }
    }
}
