//! What was told: facts, and with what they link.

use super::{Store, names, subject};
use crate::database::Row;
use crate::failure::{Answer, Failure};
use std::collections::{BTreeMap, BTreeSet};
use takeroot_core::deal::Observed;
use takeroot_core::fact::{Fact, Key, Subject};
use takeroot_core::time::Moment;

/// Facts of a subject that lie in one row: a row is written anew when it grows.
const PART_FACTS_MAX: i64 = 100;

impl Store {
    /// Adds facts to the journal; gives those that were not there, by key and moment. Of key-equal facts with
    /// different moments all are kept, and the earliest is read.
    pub(crate) fn keep_facts(
        &self,
        facts: &BTreeMap<Subject, Vec<Observed>>,
    ) -> Answer<BTreeSet<(Key, Moment)>> {
        // By a join: a pair that is looked for in a list is looked for in the whole journal.
        let last = "SELECT journal.subject AS subject, part, n, facts FROM json_each(?) AS asked
            CROSS JOIN journal ON journal.subject = asked.value
                AND part = (SELECT MAX(part) FROM journal AS own WHERE own.subject = asked.value)";
        let last = self.exec(last, &[(&names(facts.keys())).into()])?;
        let last = last.iter().map(|row| Ok((subject(row, "subject")?, row)));
        let last: BTreeMap<Subject, &Row> = last.collect::<Answer<_>>()?;
        let (mut new, mut added) = (BTreeSet::new(), Vec::new());
        for (subject, facts) in facts {
            let (mut part, mut n, known) = match last.get(subject) {
                Some(row) => (row.get("part")?, row.get("n")?, row.get("facts")?),
                None => (0_i64, 0_i64, ""),
            };
            let lines = new_lines(known, facts)?;
            new.extend(lines.iter().map(|(observed, _)| (observed.key, observed.fact.at)));
            for lines in lines.chunks(usize::try_from(PART_FACTS_MAX).unwrap_or(1)) {
                if n >= PART_FACTS_MAX {
                    (part, n) = (part + 1, 0);
                }
                let count = i64::try_from(lines.len()).unwrap_or(0);
                let text: String = lines.iter().map(|(_, line)| line.as_str()).collect();
                added.push((subject.to_string(), part, count, text));
                n += count;
            }
        }
        let query = "INSERT INTO journal
            SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?) WHERE TRUE
            ON CONFLICT (subject, part) DO UPDATE SET n = n + excluded.n, facts = facts || excluded.facts";
        if !added.is_empty() {
            self.exec(query, &[(&serde_json::to_string(&added)?).into()])?;
        }
        let count: i64 = added.iter().map(|(_, _, count, _)| count).sum();
        self.facts.set(self.facts.get().map(|facts| facts + count));
        Ok(new)
    }

    /// Notes what the folds of deals read.
    pub(crate) fn keep_links(&self, links: &BTreeSet<(Subject, Subject)>) -> Answer<()> {
        let links: Vec<[String; 2]> =
            links.iter().map(|(deal, other)| [other.to_string(), deal.to_string()]).collect();
        if links.is_empty() {
            return Ok(());
        }
        let query = "INSERT OR IGNORE INTO link SELECT value ->> 0, value ->> 1 FROM json_each(?)";
        self.exec(query, &[(&serde_json::to_string(&links)?).into()])?;
        Ok(())
    }

    /// The deals whose folds read some of these subjects.
    pub(crate) fn readers_of<'a>(
        &self,
        others: impl IntoIterator<Item = &'a Subject>,
    ) -> Answer<BTreeSet<Subject>> {
        let query = "SELECT DISTINCT deal FROM link WHERE other IN (SELECT value FROM json_each(?))";
        let rows = self.exec(query, &[(&names(others)).into()])?;
        rows.iter().map(|row| subject(row, "deal")).collect()
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

    /// How many facts there are, repetitions at other moments included.
    pub(crate) fn facts_kept(&self) -> Answer<i64> {
        if let Some(facts) = self.facts.get() {
            return Ok(facts);
        }
        let facts = self.one("SELECT COALESCE(SUM(n), 0) AS n FROM journal", &[])?.get("n")?;
        self.facts.set(Some(facts));
        Ok(facts)
    }
}

/// A fact as a line: its key, a space, its text.
pub(super) fn line(observed: &Observed) -> Answer<String> {
    Ok(format!("{} {}\n", observed.key, serde_json::to_string(&observed.fact)?))
}

fn new_lines<'a>(known: &str, facts: &'a [Observed]) -> Answer<Vec<(&'a Observed, String)>> {
    let mut lines: Vec<(&Observed, String)> = Vec::new();
    for observed in facts {
        let line = line(observed)?;
        if !known.contains(&line) && !lines.iter().any(|(_, kept)| *kept == line) {
            lines.push((observed, line));
        }
    }
    Ok(lines)
}

/// The facts of a row's text.
pub(super) fn told(facts: &str) -> Answer<Vec<Observed>> {
    facts.lines().map(observed).collect()
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
