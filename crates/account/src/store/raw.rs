//! Bodies as they came, numbered in the order of their receipt. Those beyond a mark have not been read yet.

use super::Store;
use crate::failure::Answer;
use takeroot_core::time::Moment;

/// Bodies that are read together end with the one that reaches this: what they tell fits into one value.
const BYTES_MAX: i64 = 100_000;

const READ_TO: &str = "read_to";

/// A body as it came.
#[derive(Debug)]
pub(crate) struct Raw {
    n: i64,
    /// When it was received.
    pub(crate) at: Moment,
    pub(crate) body: Vec<u8>,
}

impl Store {
    /// Keeps a body, to be read later.
    pub(crate) fn keep_raw(&self, at: Moment, body: &[u8]) -> Answer<()> {
        self.exec("INSERT INTO raw (at, body) VALUES (?, ?)", &[at.0.into(), body.into()])?;
        self.bodies.set(self.bodies.get().map(|bodies| bodies + 1));
        Ok(())
    }

    /// Bodies that have not been read, the earliest first.
    pub(crate) fn unread(&self, most: u32) -> Answer<Vec<Raw>> {
        let query = "SELECT n, at, body FROM raw WHERE n IN (SELECT n FROM
            (SELECT n, SUM(length(body)) OVER (ORDER BY n) - length(body) AS before FROM raw
                WHERE n > ? ORDER BY n LIMIT +?) WHERE before < CAST(? AS INTEGER)) ORDER BY n";
        let rows = self.exec(query, &[self.read_to()?.into(), most.into(), BYTES_MAX.into()])?;
        let raw = |row: &crate::database::Row| {
            let body: &[u8] = row.get("body")?;
            Ok(Raw { n: row.get("n")?, at: Moment(row.get("at")?), body: body.to_vec() })
        };
        rows.iter().map(raw).collect()
    }

    /// How many bodies there are.
    pub(crate) fn bodies_kept(&self) -> Answer<i64> {
        if let Some(bodies) = self.bodies.get() {
            return Ok(bodies);
        }
        let bodies = self.count("raw")?;
        self.bodies.set(Some(bodies));
        Ok(bodies)
    }

    /// How many bodies have not been read.
    pub(crate) fn unread_left(&self) -> Answer<u64> {
        Ok(u64::try_from(self.last()? - self.read_to()?).unwrap_or(0))
    }

    /// Since when a body waits to be read.
    pub(crate) fn unread_since(&self) -> Answer<Option<Moment>> {
        let query = "SELECT at FROM raw WHERE n > ? ORDER BY n LIMIT 1";
        let row = self.optional(query, &[self.read_to()?.into()])?;
        row.map(|row| Ok(Moment(row.get("at")?))).transpose()
    }

    /// When a body was delivered last; none where none is kept.
    pub(crate) fn delivered_last(&self) -> Answer<Option<Moment>> {
        let row = self.optional("SELECT at FROM raw ORDER BY n DESC LIMIT 1", &[])?;
        row.map(|row| Ok(Moment(row.get("at")?))).transpose()
    }

    /// These have been read.
    pub(crate) fn end_unread(&self, read: &[Raw]) -> Answer<()> {
        read.last().map_or(Ok(()), |last| self.keep_read_to(last.n))
    }

    /// Everything that is here has been read.
    pub(crate) fn end_all_unread(&self) -> Answer<()> {
        self.keep_read_to(self.last()?)
    }

    /// Forgets bodies from before a moment. They lie in the order of their receipt, so that only those are looked at.
    pub(crate) fn forget_raw(&self, before: Moment) -> Answer<()> {
        let query = "DELETE FROM raw WHERE n <= ?1 AND n < COALESCE(
            (SELECT n FROM raw WHERE at >= CAST(?2 AS INTEGER) ORDER BY n LIMIT 1), ?1 + 1)";
        self.exec(query, &[self.read_to()?.into(), before.0.into()])?;
        self.renumbered()
    }

    /// Forgets some bodies that have been read.
    pub(crate) fn forget_these(&self, numbers: &[i64]) -> Answer<()> {
        for n in numbers {
            self.exec("DELETE FROM raw WHERE n = ?", &[(*n).into()])?;
        }
        self.renumbered()
    }

    /// The next body takes the number after the last one that is here: the mark must not lie beyond.
    fn renumbered(&self) -> Answer<()> {
        self.bodies.set(None);
        let last = self.last()?;
        if last < self.read_to()? { self.keep_read_to(last) } else { Ok(()) }
    }

    fn last(&self) -> Answer<i64> {
        Ok(self.one("SELECT COALESCE(MAX(n), 0) AS n FROM raw", &[])?.get("n")?)
    }

    fn read_to(&self) -> Answer<i64> {
        Ok(self.noted_number(READ_TO)?.unwrap_or(0))
    }

    fn keep_read_to(&self, n: i64) -> Answer<()> {
        Ok(self.note(READ_TO, Some(&n.to_string()))?)
    }
}
