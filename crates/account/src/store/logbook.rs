//! What people wrote down.

use super::Store;
use crate::failure::Answer;
use takeroot_core::logbook::Entry;

/// Numbers are given once.
const LAST_ENTRY: &str = "logbook";

impl Store {
    /// All of it, by day.
    pub(crate) fn logbook(&self) -> Answer<Vec<Entry>> {
        let rows = self.exec("SELECT body FROM logbook ORDER BY body ->> 'day', id", &[])?;
        rows.iter().map(|row| Ok(serde_json::from_str(row.get("body")?)?)).collect()
    }

    pub(crate) fn next_entry(&self) -> Answer<u32> {
        let highest = self.one("SELECT COALESCE(MAX(id), 0) AS id FROM logbook", &[])?.get::<u32>("id")?;
        let next = highest.max(self.noted_number(LAST_ENTRY)?.unwrap_or(0)) + 1;
        self.note(LAST_ENTRY, Some(&next.to_string()))?;
        Ok(next)
    }

    pub(crate) fn write_down(&self, entry: &Entry) -> Answer<()> {
        let body = serde_json::to_string(entry)?;
        self.exec("INSERT OR REPLACE INTO logbook VALUES (?, ?)", &[entry.id.into(), (&body).into()])?;
        Ok(())
    }

    pub(crate) fn strike_entry(&self, id: u32) -> Answer<()> {
        self.exec("DELETE FROM logbook WHERE id = ?", &[id.into()])?;
        Ok(())
    }
}
