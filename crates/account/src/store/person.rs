//! Where an identity stands: in facts, in what deals share, in bodies as they came.

use super::journal::{line, observed};
use super::{Store, key, subject};
use crate::failure::Answer;
use std::collections::BTreeSet;
use takeroot_core::deal::Observed;
use takeroot_core::fact::{Fact, Identity, Key, Subject, What};

/// Bodies that are held in memory at a time: each has at most a megabyte.
const BODIES_PAGE: i64 = 20;

impl Store {
    /// The subjects whose facts hold an identity. A scan: a person asks rarely.
    pub(crate) fn bearers(&self, identity: Identity) -> Answer<BTreeSet<Subject>> {
        let query = "SELECT DISTINCT subject FROM journal WHERE instr(facts, ?) > 0";
        let rows = self.exec(query, &[(&identity.hash.to_string()).into()])?;
        rows.iter().map(|row| subject(row, "subject")).collect()
    }

    /// Puts an identity into another one's place in the facts of a subject, whose keys follow.
    pub(crate) fn replace_in_facts(&self, subject: Subject, old: Identity, new: Identity) -> Answer<()> {
        let (name, hash) = (subject.to_string(), old.hash.to_string());
        let query = "SELECT part, facts FROM journal WHERE subject = ? AND instr(facts, ?) > 0";
        for row in self.exec(query, &[(&name).into(), (&hash).into()])? {
            let mut text = String::new();
            for line in row.get::<&str>("facts")?.lines() {
                text += &replaced(line, old, new)?;
            }
            let values = [(&text).into(), (&name).into(), row.get::<i64>("part")?.into()];
            self.exec("UPDATE journal SET facts = ? WHERE subject = ? AND part = ?", &values)?;
        }
        Ok(())
    }

    /// Gives what deals share under one name another one.
    pub(crate) fn rename_shared(&self, old: Subject, new: Subject) -> Answer<()> {
        let (old, new) = (old.to_string(), new.to_string());
        for (table, column) in [("shared", "other"), ("standing", "subject"), ("due", "subject")] {
            let query = format!("UPDATE {table} SET {column} = ? WHERE {column} = ?");
            self.exec(&query, &[(&new).into(), (&old).into()])?;
        }
        Ok(())
    }

    /// The bodies, as they came and in quarantine, that a test says yes to.
    pub(crate) fn bodies_that(&self, says: impl Fn(&[u8]) -> bool) -> Answer<Bodies> {
        let (mut found, mut after) = (Bodies::default(), 0_i64);
        let raw = "SELECT n, body FROM raw WHERE n > ? ORDER BY n LIMIT +?";
        loop {
            let rows = self.exec(raw, &[after.into(), BODIES_PAGE.into()])?;
            for row in &rows {
                after = row.get("n")?;
                found.raw.extend(says(row.get("body")?).then_some(after));
            }
            if rows.is_empty() {
                break;
            }
        }
        let (mut after, kept) =
            (None, "SELECT hash, body FROM quarantine WHERE hash > ? ORDER BY hash LIMIT +?");
        loop {
            let bytes: &[u8] = after.as_ref().map_or(&[], |key: &Key| key.0.as_slice());
            let rows = self.exec(kept, &[bytes.into(), BODIES_PAGE.into()])?;
            for row in &rows {
                let hash = key(row, "hash")?;
                found.quarantined.extend(says(row.get("body")?).then_some(hash));
                after = Some(hash);
            }
            if rows.is_empty() {
                return Ok(found);
            }
        }
    }

    pub(crate) fn forget_bodies(&self, bodies: &Bodies) -> Answer<()> {
        self.forget_these(&bodies.raw)?;
        bodies.quarantined.iter().try_for_each(|hash| self.end_quarantine(*hash))
    }
}

/// Some of the bodies.
#[derive(Debug, Default)]
pub(crate) struct Bodies {
    /// As they came, by their numbers.
    raw: Vec<i64>,
    quarantined: Vec<Key>,
}

impl Bodies {
    pub(crate) fn len(&self) -> usize {
        self.raw.len() + self.quarantined.len()
    }
}

/// A line of the journal with an identity in another one's place.
fn replaced(text: &str, old: Identity, new: Identity) -> Answer<String> {
    let mut fact: Fact = observed(text)?.fact;
    let What::Contact { identities, .. } = &mut fact.what else { return Ok(format!("{text}\n")) };
    if !identities.contains(&old) {
        return Ok(format!("{text}\n"));
    }
    identities.iter_mut().filter(|identity| **identity == old).for_each(|identity| *identity = new);
    identities.sort_unstable();
    line(&Observed::from(fact))
}
