//! Uploaded days of before the observation: one row, as they were uploaded.

use super::Store;
use crate::failure::Answer;
use takeroot_core::acceptance::Baseline;

impl Store {
    /// What was uploaded; empty where nothing was.
    pub(crate) fn baseline(&self) -> Answer<Baseline> {
        let row = self.optional("SELECT body FROM baseline", &[])?;
        row.map_or(Ok(Baseline::default()), |row| Ok(serde_json::from_str(row.get("body")?)?))
    }

    pub(crate) fn keep_baseline(&self, body: &str) -> Answer<()> {
        self.exec("INSERT OR REPLACE INTO baseline VALUES (1, ?)", &[body.into()])?;
        Ok(())
    }

    pub(crate) fn forget_baseline(&self) -> Answer<()> {
        self.exec("DELETE FROM baseline", &[])?;
        Ok(())
    }
}
