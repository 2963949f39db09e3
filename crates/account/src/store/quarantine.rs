//! Bodies that could not be read.

use super::{Store, key};
use crate::database::Row;
use crate::failure::Answer;
use serde::{Deserialize, Serialize};
use takeroot_core::fact::Key;
use takeroot_core::time::Moment;

/// A body that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Quarantined {
    /// Its hash.
    pub id: Key,
    /// When it was received.
    pub at: Moment,
    /// Why it could not be read.
    pub reason: String,
    /// How long it is.
    pub bytes: i64,
}

impl Store {
    pub(crate) fn quarantine(&self, hash: Key, at: Moment, reason: &str, body: &[u8]) -> Answer<()> {
        let values = [(&hash.0).into(), at.0.into(), reason.into(), body.into()];
        self.exec("INSERT OR IGNORE INTO quarantine VALUES (?, ?, ?, ?)", &values)?;
        Ok(())
    }

    /// Bodies that could not be read, the latest first, from before one of them.
    pub(crate) fn quarantined(&self, before: (Moment, Key), most: i64) -> Answer<Vec<Quarantined>> {
        let query = "SELECT hash, at, reason, length(body) AS bytes FROM quarantine
            WHERE (at, hash) < (?, ?) ORDER BY at DESC, hash DESC LIMIT +?";
        let (at, hash) = before;
        let read = |row: &Row| {
            let (id, at, reason) = (key(row, "hash")?, Moment(row.get("at")?), row.get("reason")?);
            Ok(Quarantined { id, at, reason, bytes: row.get("bytes")? })
        };
        self.exec(query, &[at.0.into(), (&hash.0).into(), most.into()])?.iter().map(read).collect()
    }

    /// How many bodies since a moment could not be read.
    pub(crate) fn quarantined_since(&self, from: Moment) -> Answer<i64> {
        let query = "SELECT COUNT(*) AS n FROM quarantine WHERE at >= CAST(? AS INTEGER)";
        Ok(self.one(query, &[from.0.into()])?.get("n")?)
    }

    pub(crate) fn quarantined_body(&self, id: Key) -> Answer<Option<Vec<u8>>> {
        let row = self.optional("SELECT body FROM quarantine WHERE hash = ?", &[(&id.0).into()])?;
        row.map(|row| Ok(row.get("body")?)).transpose()
    }

    pub(crate) fn end_quarantine(&self, id: Key) -> Answer<()> {
        self.exec("DELETE FROM quarantine WHERE hash = ?", &[(&id.0).into()])?;
        Ok(())
    }

    /// Forgets bodies that could not be read, from before a moment.
    pub(crate) fn forget_quarantined(&self, before: Moment) -> Answer<()> {
        self.exec("DELETE FROM quarantine WHERE at < ?", &[before.0.into()])?;
        Ok(())
    }
}
