//! Everything that was gathered, by deal: judged part by part, in any order and on any number of threads.

use crate::emit::{self, Meaning};
use crate::field::clipped;
use crate::gather::{Counts, Gathering};
use crate::kinds::{Extra, Kind};
use crate::mapping::{Mapping, Rows};
use crate::names::Names;
use crate::problem::{Position, Problem};
use crate::rejects::Rejects;
use crate::row::{Dictionary, PARTS, Parts, Row};
use crate::tally::Tally;
use foldhash::fast::FixedState;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use takeroot_core::assess::{Terms, assess, entries};
use takeroot_core::contribution::Entry;
use takeroot_core::coverage::Coverage;
use takeroot_core::deal::Observed;
use takeroot_core::fact::{Actor, Subject, What};
use takeroot_core::policy::Rules;
use takeroot_core::time::Moment;

/// Kinds of rows without a rule that are shown.
const UNMATCHED_SHOWN_MAX: usize = 10;

/// The rows of all files, by deal.
#[derive(Debug)]
pub struct History {
    mapping: Arc<Mapping>,
    kinds: Vec<Kind>,
    people: Vec<Actor>,
    extras: Vec<Extra>,
    gathered: Vec<Gathered>,
    names: Names,
    rejects: Rejects,
    counts: Counts,
    unmatched: BTreeSet<String>,
}

/// The rows of one reader, with where its indices are in the joint dictionaries.
#[derive(Debug)]
struct Gathered {
    rows: Parts,
    kinds: Vec<u32>,
    people: Vec<u32>,
    extras: Vec<u32>,
}

impl History {
    /// Joins what the readers gathered.
    ///
    /// # Errors
    /// There are no rows, or more of them were rejected than the mapping allows.
    pub fn of(mapping: Arc<Mapping>, gatherings: Vec<Gathering>) -> Result<Self, Box<Rejected>> {
        let mut all = Gathering::default();
        let mut gathered = Vec::with_capacity(gatherings.len());
        for one in gatherings {
            gathered.push(Gathered {
                rows: one.rows,
                kinds: all.kinds.join(one.kinds),
                people: all.people.join(one.people),
                extras: all.extras.join(one.extras),
            });
            all.names.join(one.names);
            all.rejects.join(one.rejects);
            all.counts.join(one.counts);
        }
        let (lines, rejected) = (all.counts.lines, all.rejects.lines());
        let percent = u64::from(mapping.rejected_max_percent);
        let problem = |message: String| Problem::new(&mapping.file, Position::default(), message);
        let problem = match all.counts.rows {
            0 if rejected == 0 => Some(problem("the files have no rows".to_owned())),
            rows if rows == 0 || rejected * 100 > lines * percent => {
                let share = format!("{rejected} of {lines} lines could not be read, over {percent} %");
                Some(problem(share).hint("mend the mapping, or raise `rejected_max_percent`"))
            }
            _ => None,
        };
        if let Some(problem) = problem {
            return Err(Box::new(Rejected { problem, rejects: all.rejects }));
        }
        let unmatched = unmatched(&mapping, &all.kinds);
        Ok(Self {
            mapping,
            kinds: all.kinds.values,
            people: all.people.values,
            extras: all.extras.values,
            gathered,
            names: all.names,
            rejects: all.rejects,
            counts: all.counts,
            unmatched,
        })
    }

    /// How many parts there are to judge.
    #[must_use]
    pub fn parts(&self) -> usize {
        PARTS
    }

    /// Whether the export shows when somebody answered.
    #[must_use]
    pub fn covers_answers(&self) -> bool {
        self.mapping.covers_answers()
    }

    /// The names of what the facts number.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The rows that could not be read.
    #[must_use]
    pub fn rejects(&self) -> &Rejects {
        &self.rejects
    }

    /// How many rows there were, and when.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// What the rules look at in rows that none of them matches: some of it, in order.
    pub fn unmatched(&self) -> impl Iterator<Item = &str> {
        self.unmatched.iter().map(String::as_str)
    }

    /// Judges the deals of one part, as of a moment, and adds what they come to.
    pub fn judge(&self, part: usize, rules: &Rules, as_of: Moment, tally: &mut Tally) {
        let answers = self.mapping.covers_answers();
        let coverage = if answers { Coverage::default() } else { Coverage::without_answers() };
        let terms = Terms { rules, coverage: &coverage };
        let mut counted = Vec::new();
        tally.repeated += self.deals(part, |deal, facts| {
            tally.deals += 1;
            entries(Subject::Deal(deal), facts, terms, as_of, &mut counted);
            tally.add(&counted);
            let is_task = |observed: &&Observed| matches!(observed.fact.what, What::Task(_));
            let tasks: BTreeSet<Subject> =
                facts.iter().filter(is_task).map(|task| task.fact.subject).collect();
            for task in tasks {
                let own: Vec<Observed> =
                    facts.iter().filter(|observed| observed.fact.subject == task).cloned().collect();
                let assessed: Vec<Entry> = assess(task, &own, terms, as_of).contribution.entries().collect();
                tally.add(&assessed);
            }
        });
    }

    /// Calls `see` with each deal of a part and its facts; says how many rows were repetitions.
    pub fn deals(&self, part: usize, mut see: impl FnMut(u64, &[Observed])) -> u64 {
        let mut rows = self.rows(part);
        // Rows mostly come in the order of time: what is left to do within a deal is little.
        rows.chunk_by_mut(|a, b| a.case == b.case).for_each(|deal| deal.sort_unstable_by_key(Row::order));
        let repeated = without_repetitions(&mut rows);
        let meaning = Meaning {
            kinds: &self.kinds,
            people: &self.people,
            extras: &self.extras,
            finals: self.mapping.finals,
            answers: self.mapping.covers_answers(),
        };
        let mut facts = Vec::new();
        for rows in rows.chunk_by(|a, b| a.case == b.case) {
            emit::facts(rows, meaning, &mut facts);
            if let Some(first) = rows.first().filter(|_| !facts.is_empty()) {
                see(first.case, &facts);
            }
        }
        repeated
    }

    /// The rows of a part deal by deal. They are told apart and counted, for sorting them would cost far more.
    fn rows(&self, part: usize) -> Vec<Row> {
        let mut next: HashMap<u64, usize, FixedState> = HashMap::default();
        let parts = self.gathered.iter().flat_map(|gathered| gathered.rows.part(part));
        parts.for_each(|row| *next.entry(row.case).or_default() += 1);
        let mut deals: Vec<(&u64, &mut usize)> = next.iter_mut().collect();
        deals.sort_unstable();
        let mut begin = 0;
        for (_, rows) in deals {
            begin += std::mem::replace(rows, begin);
        }
        let mut rows = vec![Row::default(); begin];
        for gathered in &self.gathered {
            let here = |indices: &[u32], index: u32| indices.get(index as usize).copied().unwrap_or(0);
            for row in gathered.rows.part(part) {
                let Some(place) = next.get_mut(&row.case) else { continue };
                let Some(slot) = rows.get_mut(*place) else { continue };
                *place += 1;
                *slot = Row {
                    kind: here(&gathered.kinds, row.kind),
                    person: here(&gathered.people, row.person),
                    extra: here(&gathered.extras, row.extra),
                    ..*row
                };
            }
        }
        rows
    }
}

fn unmatched(mapping: &Mapping, kinds: &Dictionary<Kind>) -> BTreeSet<String> {
    let mut shown = BTreeSet::new();
    if matches!(mapping.rows, Rows::Deals) {
        return shown;
    }
    for (key, _) in kinds.iter().filter(|(key, kind)| kind.is.is_empty() && !key.is_empty()) {
        let text = String::from_utf8_lossy(key).replace('\0', " · ");
        shown.insert(clipped(text.trim_matches([' ', '·'])));
        if shown.len() > UNMATCHED_SHOWN_MAX {
            shown.pop_last();
        }
    }
    shown
}

/// Leaves out rows that an earlier file has too: exports of neighbouring months overlap.
fn without_repetitions(rows: &mut Vec<Row>) -> u64 {
    let before = rows.len();
    if rows.iter().all(|row| row.file == 0) {
        return 0;
    }
    let mut seen: Vec<Row> = Vec::new();
    rows.retain(|row| {
        if seen.first().is_none_or(|first| (first.case, first.at) != (row.case, row.at)) {
            seen.clear();
        }
        let same = |old: &Row| {
            (old.kind, old.person, old.extra, old.phase) == (row.kind, row.person, row.extra, row.phase)
        };
        let repeats = seen.iter().any(|old| old.file < row.file && same(old));
        if !repeats {
            seen.push(*row);
        }
        !repeats
    });
    (before - rows.len()) as u64
}

/// Why there is no history: too little could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// What is wrong.
    pub problem: Problem,
    /// The rows that could not be read.
    pub rejects: Rejects,
}
