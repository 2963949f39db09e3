//! What a replay prints and writes.

use super::Wishes;
use anyhow::{Context as _, Result};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use takeroot_core::contribution::{Days as _, Totals, run_on};
use takeroot_core::day::{Document, Envelope, Figures};
use takeroot_core::policy::{Named, Person, Pipeline, Policy, Rules};
use takeroot_core::summary::Summary;
use takeroot_core::time::Day;
use takeroot_history::{Index, Names, Read, Rejected, Rejects};
use takeroot_panel::{Lang, WorkbookSource};

/// A history that was judged, of whatever files.
pub(super) struct Replayed {
    /// The company's name; empty where the mapping has none.
    pub(super) name: String,
    pub(super) totals: Totals,
    pub(super) rules: Rules,
    pub(super) names: Names,
    pub(super) covers_answers: bool,
    pub(super) read: Read,
    /// What was read, in lines of text.
    pub(super) told: String,
    /// First and last day.
    pub(super) period: (Day, Day),
    /// The day of the summary.
    pub(super) day: Day,
}

impl Replayed {
    fn summary(&self) -> Document<Summary> {
        let envelope = self.envelope(self.day);
        Document { envelope, figures: Summary::of(&self.totals, &self.rules, self.day) }
    }

    /// History is over: a day is as its end left it, and final.
    fn envelope(&self, day: Day) -> Envelope {
        let as_of = self.rules.end_of(day);
        Envelope { is_final: true, ..Envelope::of(day, &self.rules, as_of, 1) }
    }

    fn index(&self) -> Index {
        let (from, to) = self.period;
        let whole = Figures::of(&self.totals, &self.rules, from, to);
        Index::of(&self.name, &self.names, self.covers_answers, self.read, &whole)
    }
}

/// What is printed and also written.
pub(super) struct Documents {
    summary: Document<Summary>,
    index: Index,
}

impl Documents {
    pub(super) fn of(replayed: &Replayed) -> Self {
        Self { summary: replayed.summary(), index: replayed.index() }
    }
}

pub(super) fn print(wishes: &Wishes, replayed: &Replayed, documents: &Documents) {
    let document = &documents.summary;
    let version = replayed.rules.at(replayed.rules.end_of(replayed.day).plus(-1));
    let Summary { day, week, week_before, .. } = &document.figures;
    let policy = named(&version.policy, &replayed.names, &[day, week, week_before]);
    let name = if replayed.name.is_empty() { first_file(wishes) } else { replayed.name.clone() };
    print!("{}", takeroot_panel::terminal(document, &policy, &version.zone, &name, wishes.lang));
    print!("\n{}{}", counts(&documents.index), replayed.told);
}

fn first_file(wishes: &Wishes) -> String {
    let name = wishes.files.first().and_then(|file| file.file_name());
    name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The policy with the export's names for what is shown.
fn named(policy: &Policy, names: &Names, shown: &[&Figures]) -> Policy {
    let mut policy = policy.clone();
    let people: BTreeSet<u64> =
        shown.iter().flat_map(|figures| figures.by.managers.keys().copied()).collect();
    for id in people {
        if let (Some(name), false) = (names.people.get(&id), policy.people.iter().any(|known| known.id == id))
        {
            policy.people.push(Person { id, name: name.clone(), ..Person::default() });
        }
    }
    let pipelines: BTreeSet<u64> =
        shown.iter().flat_map(|figures| figures.pipelines.keys().copied()).collect();
    for id in pipelines {
        let known = policy.pipelines.iter().any(|known| known.id == id);
        if let (Some(name), false) = (names.pipelines.get(&id), known) {
            policy.pipelines.push(Pipeline { id, name: name.clone(), ..Pipeline::default() });
        }
    }
    let sources: BTreeSet<u64> =
        shown.iter().flat_map(|figures| figures.by.sources.keys().copied()).collect();
    for id in sources {
        let known = policy.sources.names.iter().any(|known| known.id == id);
        if let (Some(name), false) = (names.sources.get(&id), known) {
            policy.sources.names.push(Named { id, name: name.clone() });
        }
    }
    policy
}

fn counts(index: &Index) -> String {
    let mut text = format!("{} to {}: ", index.from, index.to);
    let period = index.period;
    let _ = if index.covers_answers {
        write!(text, "{} entered, ", period.entered)
    } else {
        write!(text, "{} deals in the export, ", index.read.deals)
    };
    let _ = writeln!(text, "{} won, {} lost, {} open at the end", period.won, period.lost, period.open);
    text
}

/// The first ones of what could not be read.
pub(super) fn shown(rejects: &Rejects) -> String {
    let mut text = String::new();
    for reject in rejects.first() {
        let _ = writeln!(text, "  {reject}");
    }
    let more = rejects.rows().saturating_sub(rejects.first().count() as u64);
    if more > 0 {
        let _ = writeln!(text, "  and {more} more");
    }
    text
}

/// Why there is nothing to print.
pub(super) fn rejected(rejected: &Rejected) -> String {
    format!("{}\n{}", rejected.problem, shown(&rejected.rejects))
}

pub(super) fn write(folder: &Path, threads: usize, replayed: &Replayed, documents: &Documents) -> Result<()> {
    let folder_of_days = &folder.join("days");
    std::fs::create_dir_all(folder_of_days).with_context(|| folder_of_days.display().to_string())?;
    let (from, to) = replayed.period;
    let all: Vec<Day> = (from.0..=to.0).map(Day).collect();
    std::thread::scope(|scope| {
        let parts = all.chunks(all.len().div_ceil(threads));
        let parts = parts.map(|days| scope.spawn(move || write_days(folder_of_days, days, replayed)));
        parts.collect::<Vec<_>>().into_iter().try_for_each(|part| match part.join() {
            Ok(written) => written,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    })?;
    json(&folder.join("policies.json"), &policies(&replayed.rules, from, to))?;
    json(&folder.join("summary.json"), &documents.summary)?;
    json(&folder.join("index.json"), &documents.index)
}

/// The policies by which the days of a period were counted, without the people in them.
fn policies(rules: &Rules, from: Day, to: Day) -> Vec<Policy> {
    let (first, last) = (rules.at(rules.end_of(from).plus(-1)).from, rules.end_of(to));
    let held = rules.versions().filter(|version| (first..last).contains(&version.from));
    held.map(|version| Policy { people: Vec::new(), ..version.policy.clone() }).collect()
}

/// Writes some days that follow one another.
fn write_days(folder: &Path, days: &[Day], replayed: &Replayed) -> Result<()> {
    each_day(days, replayed, |document| json(&folder.join(format!("{}.json", document.figures.to)), document))
}

/// Makes the documents of some days that follow one another.
fn each_day(
    days: &[Day],
    replayed: &Replayed,
    mut take: impl FnMut(&Document<Figures>) -> Result<()>,
) -> Result<()> {
    let totals = &replayed.totals;
    let eve = days.first().map(|first| first.plus(-1));
    let mut gauges = eve.and_then(|eve| totals.gauges(&[eve].into()).remove(&eve)).unwrap_or_default();
    for day in days {
        totals.day(*day).into_iter().for_each(|counts| run_on(&mut gauges, counts, |place| place));
        gauges.retain(|_, n| *n != 0);
        let figures = Figures::with(totals, &gauges, &replayed.rules, *day, *day);
        take(&Document { envelope: replayed.envelope(*day), figures })?;
    }
    Ok(())
}

/// Writes the days of the period as a workbook, with the export's names.
pub(super) fn workbook(file: &Path, lang: Lang, replayed: &Replayed) -> Result<()> {
    let (from, to) = replayed.period;
    let days: Vec<Day> = (from.0..=to.0).map(Day).collect();
    let mut documents = Vec::new();
    each_day(&days, replayed, |document| {
        documents.push((serde_json::to_string(document)?, document.clone()));
        Ok(())
    })?;
    let version = replayed.rules.at(replayed.rules.end_of(replayed.day).plus(-1));
    let whole = Figures::of(&replayed.totals, &replayed.rules, from, to);
    let policy = named(&version.policy, &replayed.names, &[&whole]);
    let source = WorkbookSource { documents: &documents, policy: &policy, zone: &version.zone, lang };
    crate::workbook::write(&takeroot_panel::workbook(&source)?, file)
}

fn json(path: &Path, document: &impl Serialize) -> Result<()> {
    let text = serde_json::to_vec(document)?;
    std::fs::write(path, text).with_context(|| path.display().to_string())
}
