//! What was told: bodies as they came, and facts with what they link.

use super::{Store, names, subject};
use crate::database::Row;
use crate::failure::{Answer, Failure};
use std::collections::{BTreeMap, BTreeSet};
use takeroot_core::deal::Observed;
use takeroot_core::fact::{Fact, Key, Subject};
use takeroot_core::time::{DAY_S, Moment};

/// Facts of a subject that lie in one row: a row is written anew when it grows.
const PART_FACTS_MAX: i64 = 100;
/// Days within which the very same body is known again. The CRM gives up after two hours.
const REPEATED_WITHIN_DAYS: i64 = 3;

impl Store {
    /// Keeps a body once; `false` when it is known already.
    pub(crate) fn keep_raw(&self, hash: Key, at: Moment, body: &[u8]) -> Answer<bool> {
        let day = at.0.div_euclid(DAY_S);
        for day in day - REPEATED_WITHIN_DAYS..=day {
            let known = "SELECT 1 FROM raw WHERE day = ? AND hash = ?";
            if self.optional(known, &[day.into(), (&hash.0).into()])?.is_some() {
                return Ok(false);
            }
        }
        let values = [day.into(), (&hash.0).into(), at.0.into(), body.into()];
        self.exec("INSERT INTO raw VALUES (?, ?, ?, ?)", &values)?;
        Ok(true)
    }

    /// Forgets bodies from before the day of a moment.
    pub(crate) fn forget_raw(&self, before: Moment) -> Answer<()> {
        self.exec("DELETE FROM raw WHERE day < ?", &[before.0.div_euclid(DAY_S).into()])?;
        Ok(())
    }

    /// Adds facts of one subject to the journal; `false` when all of them are there. Of key-equal facts with
    /// different moments all are kept, and the earliest is read.
    pub(crate) fn keep_facts<'a>(
        &self,
        subject: Subject,
        facts: impl IntoIterator<Item = &'a Observed>,
    ) -> Answer<bool> {
        let name = subject.to_string();
        let last = "SELECT part, n, facts FROM journal WHERE subject = ? ORDER BY part DESC LIMIT 1";
        let last = self.optional(last, &[(&name).into()])?;
        let (mut part, mut n, known) = match &last {
            Some(row) => (row.get("part")?, row.get("n")?, row.get("facts")?),
            None => (0_i64, 0_i64, ""),
        };
        for lines in new_lines(known, facts)?.chunks(usize::try_from(PART_FACTS_MAX).unwrap_or(1)) {
            if n >= PART_FACTS_MAX {
                (part, n) = (part + 1, 0);
            }
            let (added, text) = (i64::try_from(lines.len()).unwrap_or(0), lines.concat());
            let query = "INSERT INTO journal VALUES (?, ?, ?, ?) ON CONFLICT (subject, part) DO UPDATE
                SET n = n + excluded.n, facts = facts || excluded.facts";
            self.exec(query, &[(&name).into(), part.into(), added.into(), (&text).into()])?;
            n += added;
        }
        Ok(n > 0 && last.is_none_or(|row| row.get("n") != Ok(n) || row.get("part") != Ok(part)))
    }

    pub(crate) fn keep_link(&self, deal: Subject, other: Subject) -> Answer<()> {
        let (deal, other) = (deal.to_string(), other.to_string());
        self.exec("INSERT OR IGNORE INTO link VALUES (?, ?)", &[(&other).into(), (&deal).into()])?;
        Ok(())
    }

    /// The deals whose fold reads a subject.
    pub(crate) fn readers(&self, other: Subject) -> Answer<Vec<Subject>> {
        let rows = self.exec("SELECT deal FROM link WHERE other = ?", &[(&other.to_string()).into()])?;
        rows.iter().map(|row| subject(row, "deal")).collect()
    }

    /// The facts that the fold of a subject reads: of one that was sealed and lives on, those since.
    pub(crate) fn facts(&self, subject: Subject) -> Answer<Vec<Observed>> {
        Ok(self.facts_of(&[subject])?.remove(&subject).unwrap_or_default())
    }

    /// As [`Store::facts`], of many.
    pub(crate) fn facts_of(&self, subjects: &[Subject]) -> Answer<BTreeMap<Subject, Vec<Observed>>> {
        let own = "SELECT subject, facts FROM json_each(?) AS asked CROSS JOIN journal ON journal.subject = asked.value";
        let mut rows = self.exec(own, &[(&names(subjects)).into()])?;
        let deals = subjects.iter().filter(|subject| matches!(subject, Subject::Deal(_)));
        let linked = "SELECT link.deal AS subject, journal.facts AS facts FROM json_each(?) AS asked
            CROSS JOIN link ON link.deal = asked.value CROSS JOIN journal ON journal.subject = link.other";
        rows.extend(self.exec(linked, &[(&names(deals)).into()])?);
        let mut facts: BTreeMap<Subject, Vec<Observed>> = BTreeMap::new();
        for row in &rows {
            facts.entry(subject(row, "subject")?).or_default().extend(told(row.get("facts")?)?);
        }
        let seals = self.seals(subjects)?;
        for (subject, facts) in &mut facts {
            earliest(facts);
            facts.retain(|observed| seals.get(subject).is_none_or(|seal| observed.fact.at > seal.at));
        }
        Ok(facts)
    }

    /// Every subject that has something to be judged, deals in the order of their ids.
    pub(crate) fn subjects(&self) -> Answer<BTreeSet<Subject>> {
        let rows =
            self.exec("SELECT subject FROM journal WHERE part = 0 UNION SELECT deal FROM link", &[])?;
        rows.iter().map(|row| subject(row, "subject")).collect()
    }

    /// Every fact, for export.
    pub(crate) fn all_facts(&self) -> Answer<Vec<Observed>> {
        read(&self.exec("SELECT facts FROM journal ORDER BY subject, part", &[])?)
    }

    /// How many facts there are, repetitions at other moments included.
    pub(crate) fn facts_kept(&self) -> Answer<i64> {
        Ok(self.one("SELECT COALESCE(SUM(n), 0) AS n FROM journal", &[])?.get("n")?)
    }
}

/// A fact as a line: its key, a space, its text.
pub(super) fn line(observed: &Observed) -> Answer<String> {
    Ok(format!("{} {}\n", observed.key, serde_json::to_string(&observed.fact)?))
}

fn new_lines<'a>(known: &str, facts: impl IntoIterator<Item = &'a Observed>) -> Answer<Vec<String>> {
    let mut lines: Vec<String> = Vec::new();
    for observed in facts {
        let line = line(observed)?;
        if !known.contains(&line) && !lines.contains(&line) {
            lines.push(line);
        }
    }
    Ok(lines)
}

/// The facts of a row's text.
pub(super) fn told(facts: &str) -> Answer<Vec<Observed>> {
    facts.lines().map(observed).collect()
}

/// The facts of some rows, of key-equal ones the earliest.
fn read(rows: &[Row]) -> Answer<Vec<Observed>> {
    let mut facts = Vec::new();
    for row in rows {
        facts.extend(told(row.get("facts")?)?);
    }
    earliest(&mut facts);
    Ok(facts)
}

/// Leaves of key-equal facts the earliest.
fn earliest(facts: &mut Vec<Observed>) {
    facts.sort_unstable_by_key(|observed| (observed.key, observed.fact.at));
    facts.dedup_by_key(|observed| observed.key);
}

pub(super) fn observed(line: &str) -> Answer<Observed> {
    let parts = line.split_once(' ');
    let (key, text) = parts.ok_or_else(|| Failure::Fault("a line of the journal is no fact".to_owned()))?;
    let key = key.parse().map_err(|error| Failure::Fault(format!("a line of the journal: {error}")))?;
    Ok(Observed { key, fact: serde_json::from_str::<Fact>(text)? })
}
