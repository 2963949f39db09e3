//! What was judged: how each subject stands, what deals share, and what is to be judged next.

use super::{MOMENT_MAX, Store, names, subject};
use crate::database::Row;
use crate::failure::Answer;
use std::collections::{BTreeMap, BTreeSet};
use takeroot_core::assess::{Assessment, Shared};
use takeroot_core::contribution::Contribution;
use takeroot_core::fact::Subject;
use takeroot_core::time::Moment;

impl Store {
    pub(crate) fn standing(&self, subject: Subject) -> Answer<Contribution> {
        let query = "SELECT contribution FROM standing WHERE subject = ?";
        let row = self.optional(query, &[(&subject.to_string()).into()])?;
        row.map_or_else(
            || Ok(Contribution::default()),
            |row| Ok(serde_json::from_str(row.get("contribution")?)?),
        )
    }

    /// Keeps how a subject stands, and the moment of its last fact.
    pub(crate) fn keep_standing(&self, subject: Subject, new: &Assessment, last_at: Moment) -> Answer<()> {
        let (name, text) = (subject.to_string(), serde_json::to_string(&new.contribution)?);
        let changes_at = new.changes_at.map(|at| at.0).filter(|at| *at < MOMENT_MAX);
        let last_at = last_at.0.clamp(-MOMENT_MAX, MOMENT_MAX);
        let values = [
            (&name).into(),
            (&text).into(),
            changes_at.into(),
            new.checking.is_some().into(),
            last_at.into(),
        ];
        self.exec("INSERT OR REPLACE INTO standing VALUES (?, ?, ?, ?, ?)", &values)?;
        Ok(())
    }

    /// Keeps what a deal tells its identities and its client; says who hears something new.
    pub(crate) fn keep_shared(
        &self,
        deal: u64,
        words: &BTreeMap<Subject, Vec<Shared>>,
    ) -> Answer<BTreeSet<Subject>> {
        let deal = i64::try_from(deal).unwrap_or(i64::MAX);
        let rows = self.exec("SELECT other, words FROM shared WHERE deal = ?", &[deal.into()])?;
        let mut old = BTreeMap::new();
        for row in &rows {
            old.insert(subject(row, "other")?, row.get::<&str>("words")?.to_owned());
        }
        let mut changed = BTreeSet::new();
        for (other, words) in words {
            let text = serde_json::to_string(words)?;
            if old.remove(other).as_deref() != Some(text.as_str()) {
                let name = other.to_string();
                let values = [(&name).into(), deal.into(), (&text).into()];
                self.exec("INSERT OR REPLACE INTO shared VALUES (?, ?, ?)", &values)?;
                changed.insert(*other);
            }
        }
        for other in old.into_keys() {
            let name = other.to_string();
            let values = [(&name).into(), deal.into()];
            self.exec("DELETE FROM shared WHERE other = ? AND deal = ?", &values)?;
            changed.insert(other);
        }
        Ok(changed)
    }

    /// What the deals of an identity or a client tell it.
    pub(crate) fn shared(&self, other: Subject) -> Answer<Vec<(u64, Vec<Shared>)>> {
        let query = "SELECT deal, words FROM shared WHERE other = ? ORDER BY deal";
        let rows = self.exec(query, &[(&other.to_string()).into()])?;
        let read = |row: &Row| {
            let deal = u64::try_from(row.get::<i64>("deal")?).unwrap_or_default();
            Ok((deal, serde_json::from_str(row.get("words")?)?))
        };
        rows.iter().map(read).collect()
    }

    /// The subjects that a reading from a moment on may concern: those with facts since, and those whose breach
    /// waits for a reading. A scan: a reading is rare, an index would be written with every fact.
    pub(crate) fn since(&self, from: Moment) -> Answer<BTreeSet<Subject>> {
        let query = "SELECT subject FROM standing WHERE checking = 1 OR last_at >= ?";
        let from = from.0.clamp(-MOMENT_MAX, MOMENT_MAX);
        self.exec(query, &[from.into()])?.iter().map(|row| subject(row, "subject")).collect()
    }

    /// Subjects to be judged by the next alarm.
    pub(crate) fn mark_due(&self, subjects: &BTreeSet<Subject>) -> Answer<()> {
        if !subjects.is_empty() {
            let query = "INSERT OR IGNORE INTO due SELECT value FROM json_each(?)";
            self.exec(query, &[(&names(subjects)?).into()])?;
        }
        Ok(())
    }

    /// Subjects that have been judged.
    pub(crate) fn end_due(&self, subjects: &BTreeSet<Subject>) -> Answer<()> {
        let query = "DELETE FROM due WHERE subject IN (SELECT value FROM json_each(?))";
        self.exec(query, &[(&names(subjects)?).into()])?;
        Ok(())
    }

    /// Whether a subject waits to be judged for what was told of it.
    pub(crate) fn is_due(&self) -> Answer<bool> {
        Ok(self.optional("SELECT 1 FROM due LIMIT 1", &[])?.is_some())
    }

    /// The nearest moment at which some figure changes by itself.
    pub(crate) fn changes_at(&self) -> Answer<Option<Moment>> {
        let query = "SELECT MIN(changes_at) AS at FROM standing WHERE changes_at IS NOT NULL";
        Ok(self.one(query, &[])?.get::<Option<i64>>("at")?.map(Moment))
    }

    /// Subjects to be judged: those of which something was told, then those that change by themselves up to a
    /// moment, the earliest first.
    pub(crate) fn due(&self, now: Moment, most: i64) -> Answer<BTreeSet<Subject>> {
        let query = "SELECT subject FROM (SELECT subject, 0 AS at FROM due
            UNION ALL SELECT * FROM (SELECT subject, changes_at FROM standing WHERE changes_at <= ?
                ORDER BY changes_at LIMIT ?)) ORDER BY at LIMIT ?";
        let values = [now.0.into(), most.into(), most.into()];
        self.exec(query, &values)?.iter().map(|row| subject(row, "subject")).collect()
    }
}
