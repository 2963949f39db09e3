//! Grants and the audit log.

use super::Store;
use crate::access::Grant;
use crate::audit::AuditEntry;
use crate::database::Row;
use crate::failure::Answer;
use takeroot_core::time::Moment;

impl Store {
    pub(crate) fn grant(&self, id: u32) -> Answer<Option<Grant>> {
        let row = self.optional("SELECT body FROM access WHERE id = ?", &[id.into()])?;
        row.map(|row| Ok(serde_json::from_str(row.get("body")?)?)).transpose()
    }

    pub(crate) fn grants(&self) -> Answer<Vec<Grant>> {
        let rows = self.exec("SELECT body FROM access ORDER BY id", &[])?;
        rows.iter().map(|row| Ok(serde_json::from_str(row.get("body")?)?)).collect()
    }

    pub(crate) fn keep_grant(&self, grant: &Grant) -> Answer<()> {
        let text = serde_json::to_string(grant)?;
        self.exec("INSERT OR REPLACE INTO access VALUES (?, ?)", &[grant.id.into(), (&text).into()])?;
        Ok(())
    }

    pub(crate) fn keep_entry(&self, at: Moment, who: &str, what: &str, detail: &str) -> Answer<()> {
        let values = [at.0.into(), who.into(), what.into(), detail.into()];
        self.exec("INSERT INTO audit (at, who, what, detail) VALUES (?, ?, ?, ?)", &values)?;
        Ok(())
    }

    pub(crate) fn entries_since(&self, what: &str, since: Moment) -> Answer<i64> {
        let latest = "SELECT at, what FROM audit ORDER BY n DESC LIMIT 200";
        let query = format!("SELECT COUNT(*) AS n FROM ({latest}) WHERE what = ? AND at >= ?");
        Ok(self.one(&query, &[what.into(), since.0.into()])?.get("n")?)
    }

    pub(crate) fn entries(&self, before: i64, most: i64) -> Answer<Vec<AuditEntry>> {
        let query = "SELECT n, at, who, what, detail FROM audit WHERE n < ? ORDER BY n DESC LIMIT +?";
        let read = |row: &Row| {
            let (n, at) = (row.get("n")?, Moment(row.get("at")?));
            Ok(AuditEntry { n, at, who: row.get("who")?, what: row.get("what")?, detail: row.get("detail")? })
        };
        self.exec(query, &[before.into(), most.into()])?.iter().map(read).collect()
    }

    /// Forgets entries from before a moment.
    pub(crate) fn forget_entries(&self, before: Moment) -> Answer<()> {
        self.exec("DELETE FROM audit WHERE at < ?", &[before.0.into()])?;
        Ok(())
    }
}
