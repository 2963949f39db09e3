//! What was sealed: a marker of each subject whose facts have gone, and how far the sealing has come.

use super::{MOMENT_MAX, Store, names, subject};
use crate::database::Row;
use crate::failure::Answer;
use std::collections::BTreeMap;
use takeroot_core::assess::Shared;
use takeroot_core::fact::Subject;
use takeroot_core::time::{Day, Moment};

/// What is left of a sealed subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seal {
    /// The moment of its last fact that has gone.
    pub(crate) at: Moment,
    /// Whether nothing is taken of it any more; otherwise it lives on with later facts.
    pub(crate) is_closed: bool,
}

/// How a subject stands, as the sealing meets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stood {
    pub(crate) subject: Subject,
    /// The moment of the last fact that its fold reads.
    pub(crate) last_at: Moment,
    /// Whether time changes nothing of it.
    pub(crate) is_still: bool,
}

const STOOD: &str = "SELECT subject, last_at, changes_at IS NULL AND checking = 0 AS still FROM standing";

impl Store {
    pub(crate) fn seal(&self, subject: Subject) -> Answer<Option<Seal>> {
        let query = "SELECT at, closed FROM sealed WHERE subject = ?";
        let row = self.optional(query, &[(&subject.to_string()).into()])?;
        row.as_ref().map(seal).transpose()
    }

    /// The seals of those subjects that have one.
    pub(crate) fn seals<'a>(
        &self,
        subjects: impl IntoIterator<Item = &'a Subject>,
    ) -> Answer<BTreeMap<Subject, Seal>> {
        let query =
            "SELECT subject, at, closed FROM sealed WHERE subject IN (SELECT value FROM json_each(?))";
        let rows = self.exec(query, &[(&names(subjects)).into()])?;
        rows.iter().map(|row| Ok((subject(row, "subject")?, seal(row)?))).collect()
    }

    /// Whether nothing is taken of a subject any more.
    pub(crate) fn is_closed(&self, subject: Subject) -> Answer<bool> {
        Ok(self.seal(subject)?.is_some_and(|seal| seal.is_closed))
    }

    /// How subjects stand, by their names from one on.
    pub(crate) fn stood_after(&self, name: &str, most: i64) -> Answer<Vec<Stood>> {
        let query = format!("{STOOD} WHERE subject > ? ORDER BY subject LIMIT +?");
        self.exec(&query, &[name.into(), most.into()])?.iter().map(stood).collect()
    }

    pub(crate) fn stood(&self, subject: Subject) -> Answer<Option<Stood>> {
        let query = format!("{STOOD} WHERE subject = ?");
        self.optional(&query, &[(&subject.to_string()).into()])?.as_ref().map(stood).transpose()
    }

    /// Whether something was told of a subject that is not judged yet.
    pub(crate) fn waits(&self, subject: Subject) -> Answer<bool> {
        let query = "SELECT 1 FROM due WHERE subject = ?";
        Ok(self.optional(query, &[(&subject.to_string()).into()])?.is_some())
    }

    /// Cuts a deal from what its fold reads; gives what that was.
    pub(crate) fn unlink(&self, deal: Subject) -> Answer<Vec<Subject>> {
        let name = deal.to_string();
        let rows = self.exec("SELECT other FROM link WHERE deal = ?", &[(&name).into()])?;
        self.exec("DELETE FROM link WHERE deal = ?", &[(&name).into()])?;
        rows.iter().map(|row| subject(row, "other")).collect()
    }

    /// Leaves a marker in place of a subject's facts. What deals share of themselves stays.
    pub(crate) fn keep_seal(&self, subject: Subject, seal: Seal) -> Answer<()> {
        let (name, at) = (subject.to_string(), seal.at.0.clamp(-MOMENT_MAX, MOMENT_MAX));
        self.remembered.forget([&subject]);
        self.exec("DELETE FROM journal WHERE subject = ?", &[(&name).into()])?;
        self.facts.set(None);
        self.exec("DELETE FROM standing WHERE subject = ?", &[(&name).into()])?;
        let values = [(&name).into(), at.into(), seal.is_closed.into()];
        self.exec("INSERT OR REPLACE INTO sealed VALUES (?, ?, ?)", &values)?;
        Ok(())
    }

    /// What sealed deals tell their identities and clients.
    pub(crate) fn sealed_words(&self) -> Answer<Vec<(Subject, u64, Vec<Shared>)>> {
        let query = "SELECT other, deal, words FROM shared
            JOIN sealed ON sealed.subject = 'deal:' || shared.deal AND sealed.closed = 1";
        let read = |row: &Row| {
            let deal = u64::try_from(row.get::<i64>("deal")?).unwrap_or_default();
            Ok((subject(row, "other")?, deal, serde_json::from_str(row.get("words")?)?))
        };
        self.exec(query, &[])?.iter().map(read).collect()
    }

    /// The day on which the account was tidied last.
    pub(crate) fn tidied_on(&self) -> Answer<Option<Day>> {
        Ok(self.noted_number("tidied_on")?.map(Day))
    }

    pub(crate) fn keep_tidied_on(&self, day: Day) -> Answer<()> {
        Ok(self.note("tidied_on", Some(&day.0.to_string()))?)
    }

    /// The day on which everything that could be sealed was sealed last.
    pub(crate) fn sealed_on(&self) -> Answer<Option<Day>> {
        Ok(self.noted_number("sealed_on")?.map(Day))
    }

    pub(crate) fn keep_sealed_on(&self, day: Day) -> Answer<()> {
        Ok(self.note("sealed_on", Some(&day.0.to_string()))?)
    }

    /// The name after which the sealing goes on.
    pub(crate) fn sealing_after(&self) -> Answer<Option<String>> {
        Ok(self.noted("sealing_after")?)
    }

    pub(crate) fn keep_sealing_after(&self, name: Option<&str>) -> Answer<()> {
        Ok(self.note("sealing_after", name)?)
    }
}

fn seal(row: &Row) -> Answer<Seal> {
    Ok(Seal { at: Moment(row.get("at")?), is_closed: row.get("closed")? })
}

fn stood(row: &Row) -> Answer<Stood> {
    let (last_at, is_still) = (Moment(row.get("last_at")?), row.get("still")?);
    Ok(Stood { subject: subject(row, "subject")?, last_at, is_still })
}
